"""A failure with its network and rows: what the learner calls them, and where a number came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from torch import nn

from cnnbook.arithmetic import Window
from cnnbook.traces import Operand, Shape, Trace, operations
from cnnbook.tracing.failures.errors import Failure
from cnnbook.tracing.failures.module_paths import attribute, layer, place
from cnnbook.tracing.failures.trials import FailedRun, Repair


class Explanation(NamedTuple):
    """What went wrong, and repairs to try, the likeliest first."""

    text: str
    repairs: Iterable[Repair] = ()


@dataclass(frozen=True)
class FailureContext:
    """A failure, its network, and the rows that ran before it; the failed one would be row `len(trace)`."""

    run: FailedRun
    trace: Trace
    failure: Failure

    @property
    def module(self) -> nn.Module | None:
        """The layer of torch.nn that failed; None if the network's own forward called the function."""
        return layer(self.run.model, self.failure.path)

    @property
    def where(self) -> str:
        """The name of the operation that failed: "fc1 (Linear, row 7)", or "add in layer1.0 (row 9)"."""
        failure, row = self.failure, len(self.trace)
        if self.module is not None:
            return f"{place(self.run.model, failure.path)} ({failure.module}, row {row})"
        return f"{failure.op or failure.module}{f' in {failure.path}' if failure.path else ''} (row {row})"

    @property
    def window(self) -> Window | None:
        """The window of the failed convolution or pool; None for other operations and invalid settings."""
        try:
            return operations.window(self.failure.op, self.failure.bound)
        except (ValueError, TypeError, KeyError):
            return None

    def name(self, index: int) -> str:
        """The name of the row that made a tensor: "pool1 (row 3)", or "the input"."""
        operand = self.operand(index)
        if operand is not None:
            return operand.called
        if index < 0:
            return "the input" if len(self.trace.input_shapes) == 1 else f"input {-index}"
        row = self.trace.rows[index]
        if layer(self.run.model, row.path) is not None:
            module = f"{row.module}, " if row.path.rpartition(".")[2].isdigit() else ""
            return f"{place(self.run.model, row.path)} ({module}row {index})"
        return f"{row.op}{f' in {row.path}' if row.path else ''} (row {index})"

    def operand(self, index: int) -> Operand | None:
        """The parameter, buffer or constant behind a negative index; None for a row or the network's input.

        Its name is the path as one writes it in Python.
        """
        number = -1 - len(self.trace.input_shapes) - index
        if index >= 0 or not 0 <= number < len(self.failure.operands):
            return None
        return self.spelled(self.failure.operands[number])

    def spelled(self, operand: Operand) -> Operand:
        """The same parameter, buffer or constant, with its name as one writes it in Python."""
        names = (attribute(self.run.model, name) for name in operand.name.split(" and ") if name)
        return operand._replace(name=" and ".join(names))

    def made(self, index: int) -> Shape:
        """The shape of a row's output, or for a negative index of the network's input or an operand."""
        operand = self.operand(index)
        if operand is not None:
            return operand.shape
        return self.trace.rows[index].output_shape if index >= 0 else self.trace.input_shapes[-1 - index]

    def origin(self, index: int, axis: int) -> int:
        """The row that set the size of an axis: going back from row `index`, the first that changed it."""
        while index >= 0:
            row = self.trace.rows[index]
            kept = row.family in ("activation", "dropout", "normalization", "join", "pooling", "other")
            if not kept or not row.inputs or row.op in ("cat", "stack"):
                return index
            before = row.input_shapes[0]
            same_axes = len(before) == len(row.output_shape) > axis
            if not same_axes or before[axis] != row.output_shape[axis]:
                return index
            index = row.inputs[0]
        return index
