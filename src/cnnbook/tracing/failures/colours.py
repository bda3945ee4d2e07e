"""A parameter or buffer with a value for each colour that meets an image of one channel."""

from __future__ import annotations

from cnnbook.traces import Operand
from cnnbook.tracing.failures.context import FailureContext
from cnnbook.tracing.failures.module_paths import assignment, attribute
from cnnbook.tracing.failures.operand_repairs import siblings
from cnnbook.tracing.failures.trials import Repair


def met(context: FailureContext, made: int, channels: int) -> Operand | None:
    """The parameter or buffer that made the channels of one channel, by broadcasting in row `made`."""
    row = context.trace.rows[made] if made >= 0 else None
    if row is None or len(row.input_shapes) != 1 or len(row.input_shapes[0]) < 2:
        return None
    found = [o for o in row.given if len(o.shape) > 2 and o.shape[-len(row.output_shape) + 1] == channels]
    return found[0] if found and row.input_shapes[0][1] == 1 != channels else None


def averaged(context: FailureContext, operand: Operand) -> Repair | None:
    """The repair that keeps one value in place of one for each colour, also in the buffers beside it."""
    if operand.kind != "buffer":
        return None
    axis, model = len(operand.shape) - 3, context.run.model
    paths = siblings(context, operand.name)

    def change(trial: object) -> None:
        for path in paths:
            home, _, name = path.rpartition(".")
            module = trial.get_submodule(home)  # type: ignore[attr-defined]
            setattr(module, name, getattr(module, name).mean(axis, keepdim=True))

    texts = [
        assignment(model, path, f"{attribute(model, path)}.mean({axis}, keepdim=True)") for path in paths
    ]
    return Repair(" and ".join(texts), "one value", change)
