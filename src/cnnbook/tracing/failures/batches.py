"""A batch axis that is missing, too short to normalize over, or folded into another axis without an error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from torch import nn

from cnnbook.traces import Record
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import feed
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import AXES, shape_text
from cnnbook.tracing.torch_internals import ONE_VALUE_PER_CHANNEL, says

CHANGED = "the batch changed"
"""How the note of a trace begins in which the number of images changed."""


def missing_batch(context: FailureContext, explanation: Explanation | None) -> Explanation | None:
    """The input has no batch axis, and the network runs with one."""
    given = context.trace.input_shape
    axes = _spatial_axes(context)
    if axes is None or len(given) != axes + 1:
        return None
    with_batch = feed(context, (1, *given), ": x.unsqueeze(0)")
    if not context.run.works(with_batch):
        return None
    said = explanation.text if explanation else f"{context.where} fails."
    missing = f"The input {shape_text(given)} has no batch axis: PyTorch wants {AXES[axes]}."
    return Explanation(f"{said}\n{missing}", [with_batch])


def batch_of_one(context: FailureContext) -> Explanation | None:
    """A batch or instance normalization in train mode has one value per channel to normalize over."""
    failure = context.failure
    if not says(failure.error, ONE_VALUE_PER_CHANNEL):
        return None
    given = failure.input_shapes[0] if failure.input_shapes else ()
    what = f" of {shape_text(given)}" if given else ""
    first = context.trace.input_shape
    if not failure.module.startswith("Batch"):
        return Explanation(
            f"{context.where} normalizes over the pixels of one channel, and there is one{what}."
        )

    repairs = [Repair("model.eval()", "eval", nn.Module.eval), feed(context, (2, *first[1:]))]
    return Explanation(
        f"{context.where} is in training mode, where it needs more than one value per channel; "
        f"a batch{what} has one.",
        repairs,
    )


def folded_batch(records: Sequence[Record], output: int, batch: int) -> tuple[int, str] | None:
    """The index of the view, reshape or flatten that joins the batch with another axis, and a note on it.

    None if the network's output, made by record `output`, has the batch of the input on its first axis again.
    """
    at = output
    if at < 0 or records[at].output_shapes[0][:1] in ((), (batch,)):
        return None
    while at >= 0 and records[at].input_shapes:
        record = records[at]
        before, after = record.input_shapes[0], record.output_shapes[0]
        if before[:1] == (batch,):
            folds = record.op in ("view", "reshape", "flatten") and len(before) > 1 and after
            return (at, _note(at, record)) if folds and prod(before) == prod(after) else None
        at = record.inputs[0] if record.inputs else -1
    return None


def _note(index: int, record: Record) -> str:
    before, after = record.input_shapes[0], record.output_shapes[0]
    flat = "x.view(x.size(0), -1) or torch.flatten(x, 1)"
    keeps = flat if len(after) < 3 else f"a {record.op} that begins with x.size(0)"
    return (
        f"{CHANGED}: {record.op} (row {index}) makes {shape_text(after)} of {shape_text(before)}, "
        f"batch {before[0]} became {after[0]}; {keeps} keeps it"
    )


def _spatial_axes(context: FailureContext) -> int | None:
    """The number of spatial axes of the first convolution, pool or normalization; None without one."""

    def names() -> Iterator[str]:
        yield from (row.op for row in context.trace.rows)
        yield context.failure.op
        yield context.failure.module.lower()

    for name in names():
        if name.startswith(
            ("conv", "max_pool", "avg_pool", "adaptive", "batchnorm", "maxpool", "avgpool")
        ) and name[-2:] in ("1d", "2d", "3d"):
            return int(name[-2])
    return None
