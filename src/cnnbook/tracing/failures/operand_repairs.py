"""Repairs for a parameter, buffer or constant whose shape does not fit: another tensor, or another input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from cnnbook.traces import Operand, Row, Shape
from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import FailureContext
from cnnbook.tracing.failures.input_repairs import feed, wanted_maps
from cnnbook.tracing.failures.layer_repairs import together
from cnnbook.tracing.failures.module_paths import assignment, attribute, layer
from cnnbook.tracing.failures.size_search import input_size_for, rows_up_to, size_after
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text
from cnnbook.tracing.torch_calls import tensors

# A class token and its like: more tokens beside those of the patches are hardly ever so many.
_EXTRA_TOKENS = 8


class Mismatch(NamedTuple):
    """An axis on which a tensor of the pass has `now` values, and the operand was made for `wanted`."""

    axis: int
    now: int
    wanted: int


def rebuilt_operand(context: FailureContext, operand: Operand, sizes: Sequence[Mismatch]) -> Iterator[Repair]:
    """The repair that makes the parameter anew with the sizes that this pass needs.

    Also for a tensor that was computed from one parameter, if the size to change stands there once. A
    buffer's values are computed, which zeros would not replace.
    """
    held = _parameter(context, operand)
    if held is None:
        return
    home, name, old = held
    shape = [*old.shape]
    for mismatch in sizes:
        axis = mismatch.axis
        if operand.kind == "computed" or axis >= len(shape) or shape[axis] != mismatch.wanted:
            places = [at for at, n in enumerate(shape) if n == mismatch.wanted]
            if len(places) != 1:
                return
            axis = places[0]
        shape[axis] = mismatch.now
    path = f"{home}.{name}" if home else name
    alone = parameter_repair(context, path, tuple(shape))
    yield alone
    alike = [key for key in siblings(context, path) if key != path]
    if alike:  # a shift beside a scale, for example
        yield together(alone, *(parameter_repair(context, key, tuple(shape)) for key in alike))


def siblings(context: FailureContext, path: str) -> list[str]:
    """The path of a parameter or buffer, and those of the same shape beside it in its module."""
    home, _, name = path.rpartition(".")
    module = context.run.model.get_submodule(home)
    held: dict[str, Tensor] = dict(module.named_parameters(recurse=False))
    if name not in held:
        held = dict(module.named_buffers(recurse=False))
    names = [key for key, value in held.items() if value.shape == held[name].shape]
    return [f"{home}.{key}" if home else key for key in sorted(names, key=lambda key: key != name)]


def rebuilt_weight(context: FailureContext, old: Shape, new: Shape) -> Iterator[Repair]:
    """The repair that makes the parameter anew that a function was given as its weight."""
    for weight in context.failure.weights:
        home = weight.name.rpartition(".")[0]
        if weight.shape == old and weight.kind == "parameter" and layer(context.run.model, home) is None:
            yield parameter_repair(context, weight.name, new)
            return


def parameter_repair(context: FailureContext, path: str, shape: Shape, made_by: str = "zeros") -> Repair:
    """The repair that puts a new parameter or buffer of another shape in place of the one at a path.

    `made_by` is the function of torch that makes its values.
    """

    def change(trial: nn.Module) -> None:
        home, _, name = path.rpartition(".")
        module = trial.get_submodule(home)
        old = getattr(module, name)
        new = torch.zeros(shape, dtype=old.dtype, device="meta")
        setattr(module, name, nn.Parameter(new) if isinstance(old, nn.Parameter) else new)

    sizes = ", ".join(map(str, shape))
    is_parameter = path in dict(context.run.model.named_parameters())
    new = f"torch.{made_by}({sizes})"
    made = f"nn.Parameter({new})" if is_parameter else new
    return Repair(assignment(context.run.model, path, made), f"rebuild {path}", change)


def reshaped_operands(context: FailureContext, operand: Operand, view: Shape) -> Iterator[Repair]:
    """The repair that keeps a parameter or buffer in another shape, with all of its shape beside it.

    The deviations stand beside the means, and need the same change.
    """
    raw = next(o for o in context.failure.operands if o.position == operand.position)
    if raw.kind not in ("parameter", "buffer"):
        return
    paths = siblings(context, raw.name)

    def change(trial: nn.Module) -> None:
        for path in paths:
            home, _, name = path.rpartition(".")
            new = getattr(trial.get_submodule(home), name).detach().reshape(view)
            setattr(trial.get_submodule(home), name, nn.Parameter(new) if raw.kind == "parameter" else new)

    texts = []
    for path in paths:
        new = f"{attribute(context.run.model, path)}.view({', '.join(map(str, view))})"
        written = f"nn.Parameter({new})" if raw.kind == "parameter" else new
        texts.append(assignment(context.run.model, path, written))
    yield Repair(" and ".join(texts), "reshaped", change)


def changed_operand(
    context: FailureContext, operand: Operand, text: str, change: Callable[[Tensor, int], Tensor]
) -> Repair:
    """The repair that changes one operand inside the failed call, such as `gamma.view(-1, 1, 1)`.

    `change` is given the operand and the batch: the first axis of the first other tensor of the call.
    """
    failure = context.failure

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        left = [operand.position]
        given = tensors([*args, *kwargs.values()])
        others = (tensor for at, tensor in enumerate(given) if at != operand.position and tensor.dim())
        batch = next((tensor.size(0) for tensor in others), 1)

        def changed(value: Any) -> Any:
            if isinstance(value, Tensor):
                left[0] -= 1
                return change(value, batch) if left[0] == -1 else value
            if isinstance(value, list | tuple):
                return type(value)([changed(item) for item in value])
            return value

        new = [changed(value) for value in args]
        return func(*new, **{key: changed(value) for key, value in kwargs.items()})

    first = failure.given[0] if failure.given else None
    return Repair(text, "operand", patch=replaced_call(failure.op, first, call, len(context.trace)))


def in_the_call(operand: Operand) -> str:
    """How a repair of the call writes the operand: by its name, or "it" for what forward computed."""
    return "it" if operand.kind in ("constant", "computed") else operand.name


def fed_for(context: FailureContext, index: int, sizes: Sequence[Mismatch]) -> Iterator[Repair]:
    """Repairs that feed the size for which an operand was made that meets the result of row `index`."""
    given = context.trace.input_shape
    found = _by_the_maps(context, index, sizes) if index >= 0 else None
    if found is not None:
        yield feed(context, (*given[: -len(found)], *found))
    shape = [*given]
    for mismatch in sizes:
        places = [at for at in range(1, len(shape)) if given[at] == mismatch.now]
        if mismatch.axis < len(given) and given[mismatch.axis] == mismatch.now and mismatch.axis:
            places = [mismatch.axis]
        if not places:
            return
        for at in places:
            shape[at] = mismatch.wanted
    if tuple(shape) != given:
        yield feed(context, tuple(shape))


def fed_batch(context: FailureContext, batch: int) -> Repair:
    """The repair that feeds the batch for which an operand was made."""
    return feed(context, (batch, *context.trace.input_shape[1:]))


def _by_the_maps(context: FailureContext, index: int, sizes: Sequence[Mismatch]) -> Shape | None:
    """The input size with which the feature maps, flattened or not, get the wanted sizes."""
    given, maps = context.trace.input_shape, last_maps(context, index)
    if maps is None or len(given) != len(maps.output_shape):
        return None
    size = maps.output_shape[2:]
    rows = rows_up_to(context.trace, maps.index)
    if rows is None:
        return None
    targets: list[Shape] = []
    extra = sizes[0].now - prod(size)
    if len(sizes) == 1 and 0 <= extra <= _EXTRA_TOKENS:
        wanted = (sizes[0].wanted - extra) * maps.output_shape[1]
        targets = [*wanted_maps(maps.output_shape, wanted)] if wanted > 0 else []
    elif [mismatch.now for mismatch in sizes] == [*size]:
        targets = [tuple([mismatch.wanted for mismatch in sizes])]
    elif len(sizes) == 1 and list(size).count(sizes[0].now) == 1:
        targets = [tuple([sizes[0].wanted if n == sizes[0].now else n for n in size])]
    if len({*size}) == 1:  # square maps come from square images
        targets = [target for target in targets if len({*target}) == 1]
    for target in targets[:6]:
        # The same pixels for each value of the map as now, if that gives it; else the first size that does.
        scaled = tuple([n * m // k for n, m, k in zip(given[2:], target, size, strict=True)])
        if size_after(rows, scaled) == target:
            return scaled
        found = input_size_for(rows, given[2:], target)
        if found is not None:
            return found
    return None


def last_maps(context: FailureContext, index: int) -> Row | None:
    """The last row before this one that gives feature maps, before they were flattened or permuted."""
    while index >= 0:
        row = context.trace.rows[index]
        if row.window is not None or row.op.startswith(("conv", "adaptive", "max_pool", "avg_pool")):
            return row if len(row.output_shape) > 2 else None
        index = row.inputs[0] if row.inputs else -1
    return None


def _parameter(context: FailureContext, operand: Operand) -> tuple[str, str, nn.Parameter] | None:
    """The module's path, the name and the parameter itself behind an operand; None if it is none."""
    raw = next((o for o in context.failure.operands if o.position == operand.position), operand)
    if raw.kind not in ("parameter", "computed"):
        return None
    held = dict(context.run.model.named_parameters()).get(raw.name)
    home, _, name = raw.name.rpartition(".")
    if held is None or layer(context.run.model, home) is not None:
        return None
    return (home, name, held) if raw.kind == "parameter" or held.dim() == len(raw.shape) else None


def with_shape(source: str, shape: Shape) -> str:
    """A tensor and its shape: "cat (row 3) (2, 5, 64)"."""
    return f"{source} {shape_text(shape)}"
