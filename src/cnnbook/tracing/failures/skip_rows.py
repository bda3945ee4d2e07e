"""Skip connections from the wrong row, and skips that are missing: rows whose shape would fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain as one_after_the_other
from typing import Any, NamedTuple

from cnnbook.traces import Row, Shape
from cnnbook.tracing.failures import channels, joins
from cnnbook.tracing.failures.branches import branches_of
from cnnbook.tracing.failures.call_replacement import of_shape, rewired
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.module_paths import place
from cnnbook.tracing.failures.reductions import UPSAMPLING
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text

_MOST = 6


class _Edit(NamedTuple):
    """A change of the call that makes `row`, and its description."""

    row: int
    op: str
    text: str
    call: Callable[..., Any]


class _Fit(NamedTuple):
    """The operand (by position) to be replaced by the result of row `source`, and the one that stays."""

    replaced: int
    kept: int
    source: int


def other_skip(context: FailureContext) -> Explanation | None:
    """An upsampled map meets a skip of another level, and a row of the right level exists."""
    usual = joins.addition(context) or joins.concatenation(context)
    fit = _fit(context) if usual is not None else None
    if usual is None or fit is None:
        return None
    inputs = context.failure.inputs
    text = (
        f"{context.name(fit.source)} has the shape {shape_text(context.made(fit.source))} that would fit "
        f"{context.name(inputs[fit.kept])}, in place of {context.name(inputs[fit.replaced])}."
    )
    return Explanation(f"{usual.text}\n{text}", _one_by_one(context, _exchanged))


def missing_skip(context: FailureContext) -> Explanation | None:
    """A convolution after an upsampled map counts the channels of a skip that nothing joins with it."""
    usual = channels.convolution(context)
    found = _missing(context) if usual is not None else None
    if usual is None or found is None:
        return None
    expected, given, skip, up = found
    text = (
        f"{expected} = {given} + {expected - given}: {context.name(skip)} has the shape "
        f"{shape_text(context.made(skip))}, and no torch.cat joins it with {context.name(up)} before."
    )
    repairs = one_after_the_other(_one_by_one(context, _joined), usual.repairs)
    return Explanation(f"{usual.text}\n{text}", repairs)


def _one_by_one(
    context: FailureContext, edit_of: Callable[[FailureContext], _Edit | None]
) -> Iterator[Repair]:
    """The repair of one call after the other, each chosen by the failure that is left then."""
    now, edits = context, dict[int, _Edit]()
    while len(edits) < _MOST:
        edit = edit_of(now)
        if edit is None or edit.row in edits:
            return
        edits[edit.row] = edit
        text = "; and ".join(each.text for each in edits.values())
        repair = Repair(text, "skip", patch=rewired({(e.row, e.op): e.call for e in edits.values()}))
        outcome = context.run.outcome(repair)
        if outcome.works:
            yield repair
        if outcome.works or outcome.trace is None or outcome.failure is None:
            return
        now = FailureContext(context.run, outcome.trace, outcome.failure)


def _fit(context: FailureContext) -> _Fit | None:
    failure = context.failure
    branches = branches_of(context)
    if not branches or len(branches) != 2 or any(len(b.shape) < 3 for b in branches):
        return None
    if branches[0].shape[2:] == branches[1].shape[2:]:
        return None
    ups = [[row for row in branch.rows if row.op in UPSAMPLING] for branch in branches]
    if not any(ups):
        return None
    kept = max((0, 1), key=lambda i: (bool(ups[i]), branches[i].index))
    shape = branches[kept].shape
    rows = _rows_of_size(context, shape, ups[kept][-1].index)
    same_width = [row for row in rows if row.output_shape[1] == shape[1]]
    if failure.op not in ("cat",):
        rows = same_width
    best = same_width or rows
    return _Fit(1 - kept, kept, best[-1].index) if best else None


def _rows_of_size(context: FailureContext, shape: Shape, up: int) -> list[Row]:
    """The rows with the batch, height and width of a shape that do not depend on row `up`."""
    after = {up}
    found = []
    for row in context.trace.rows:
        if after.intersection(row.inputs):
            after.add(row.index)
        made = row.output_shape
        same = len(made) == len(shape) and made[0] == shape[0] and made[2:] == shape[2:]
        if same and row.index not in after:
            found.append(row)
    return found


def _exchanged(context: FailureContext) -> _Edit | None:
    fit = _fit(context)
    if fit is None:
        return None

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        listed = type(args[0]) in (list, tuple)
        operands = list(args[0] if listed else args)
        kept = operands[fit.kept]
        operands[fit.replaced] = of_shape(kept, (kept.shape[0], *context.made(fit.source)[1:]))
        return func(operands, *args[1:], **kwargs) if listed else func(*operands, **kwargs)

    old, row = context.name(context.failure.inputs[fit.replaced]), len(context.trace)
    text = f"{context.name(fit.source)} in place of {old} in {context.failure.op} (row {row})"
    return _Edit(row, context.failure.op, text, call)


def _missing(context: FailureContext) -> tuple[int, int, int, int] | None:
    """The channels that a convolution expects and gets, the row of the skip, and the upsampled row."""
    failure = context.failure
    weight, given = failure.bound.get("weight"), failure.input_shapes[:1]
    if not failure.op.startswith("conv") or "transpose" in failure.op or not isinstance(weight, tuple):
        return None
    if not given or len(given[0]) != len(weight) or failure.bound.get("groups", 1) != 1:
        return None
    expected, has = weight[1], given[0][1]
    up = failure.inputs[0]
    while up >= 0 and context.trace.rows[up].op not in UPSAMPLING:
        row = context.trace.rows[up]
        if row.op == "cat" or not row.inputs or row.output_shape[2:] != given[0][2:]:
            return None
        up = row.inputs[0]
    if up < 0 or expected <= has:
        return None
    rows = _rows_of_size(context, given[0], up)
    skips = [row.index for row in rows if row.output_shape[1] == expected - has]
    return (expected, has, skips[-1], up) if skips else None


def _joined(context: FailureContext) -> _Edit | None:
    """Join the missing skip; or leave out a `cat` that makes too many channels now."""
    found = _missing(context)
    if found is None:
        return _left_out(context)
    expected, _, skip, _ = found

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        x = args[0]
        both = of_shape(x, (x.shape[0], expected, *x.shape[2:]))
        return func(both, *args[1:], **kwargs)

    failure = context.failure
    here = place(context.run.model, failure.path) if context.module is not None else f"F.{failure.op}"
    text = f"x = torch.cat([skip, x], 1) before {here}, with the skip from {context.name(skip)}"
    return _Edit(len(context.trace), failure.op, text, call)


def _left_out(context: FailureContext) -> _Edit | None:
    failure = context.failure
    weight = failure.bound.get("weight")
    row = context.trace.rows[failure.inputs[0]] if failure.inputs and failure.inputs[0] >= 0 else None
    if row is None or row.op != "cat" or not failure.op.startswith("conv") or not isinstance(weight, tuple):
        return None
    expected = weight[0] if "transpose" in failure.op else weight[1]
    widths = [shape[1] for shape in row.input_shapes]
    if expected not in widths:
        return None
    # Of two equally wide operands, the upsampled one was made later.
    kept = max((i for i, n in enumerate(widths) if n == expected), key=lambda i: row.inputs[i])
    index = row.index

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return args[0][kept].clone()

    return _Edit(index, "cat", f"leave out {context.name(index)}", call)
