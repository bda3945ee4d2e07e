"""Maps and signals that go into a layer for sequences, (N, L, features), with features on another axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor, nn

from cnnbook.traces import Shape
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text

_TRANSFORMERS = nn.Transformer.__module__


def sequence(context: FailureContext, index: int, shape: Shape, expected: int) -> Explanation | None:
    """A recurrent layer or attention gets (N, features, L), or maps (N, C, H, W), of the right features."""
    source = f"{context.name(index)} gives {shape_text(shape)}"
    if len(shape) == 3 and shape[2] != expected == shape[1]:
        text = (
            f"{context.where} expects {expected:,} features on the last axis, {source}, "
            f"which has the {expected:,} features on axis 1: they should be last."
        )
        return Explanation(text, _moved(context, index, "transpose(1, 2)", lambda x: x.transpose(1, 2)))
    if len(shape) != 4:
        return None
    text = f"{context.where} works on sequences (N, L, features) of {expected:,} features, {source}: 4 axes"
    _, c, h, w = shape
    if c == expected:
        text = f"{text}. Each of the {h} × {w} = {h * w} pixels can be a step with {c} features."
        how = "flatten(2).transpose(1, 2)"
        return Explanation(text, _moved(context, index, how, lambda x: x.flatten(2).transpose(1, 2)))
    if c * h == expected:
        text = f"{text}. Each of the {w} columns can be a step with {c} × {h} = {c * h} features."
        how = "permute(0, 3, 1, 2).flatten(2)"
        return Explanation(text, _moved(context, index, how, lambda x: x.permute(0, 3, 1, 2).flatten(2)))
    neither = f"A pixel has {c:,} features, and a column {c * h:,}: the layer is built for neither."
    return Explanation(f"{text}. {neither}")


def called_with(path: str, edit: Callable[[Any, Any], Any]) -> Callable[[nn.Module], object]:
    """A change of the network: `edit(args, kwargs)` gives what the layer at a path is called with."""

    def change(trial: nn.Module) -> object:
        def hook(module: Any, args: Any, kwargs: Any) -> Any:
            return edit(args, kwargs)

        return trial.get_submodule(path).register_forward_pre_hook(hook, with_kwargs=True)

    return change


def _whole(context: FailureContext, index: int) -> str:
    """The path of the Transformer of torch.nn around the failed layer to which row `index` was given.

    That is the failed layer itself, if it stands alone, or if the row is inside of that Transformer.
    """
    names = context.failure.path.split(".")
    before = context.trace.rows[index].path if index >= 0 else ""
    for length in range(1, len(names)):
        path = ".".join(names[:length])
        around = context.run.model.get_submodule(path)
        if type(around).__module__ == _TRANSFORMERS and not f"{before}.".startswith(f"{path}."):
            return path
    return context.failure.path


def _moved(
    context: FailureContext, index: int, how: str, move: Callable[[Tensor], Tensor]
) -> Iterator[Repair]:
    """The repair that brings the features to the last axis, and the steps to the one that the layer wants."""
    module: Any = context.module
    path = context.failure.path
    if not path:
        return
    path = _whole(context, index)
    first = getattr(module, "batch_first", True)
    how = how if first else f"{how}.transpose(0, 1)"

    def sequenced(x: Any) -> Any:
        if not isinstance(x, Tensor) or x.dim() < 3:
            return x
        return move(x) if first else move(x).transpose(0, 1)

    def edit(args: Any, kwargs: Any) -> Any:
        whole = isinstance(module, nn.MultiheadAttention) and path == context.failure.path
        return tuple([sequenced(x) if whole or not i else x for i, x in enumerate(args)]), kwargs

    x = (*context.failure.written, "")[0] or "x"
    text = f"x = {x}.{how} before {place(context.run.model, path)}"
    yield Repair(text, "transposed", called_with(path, edit))
