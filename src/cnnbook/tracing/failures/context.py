"""A failure and what explanations ask of it: the learner's own names, and where a number came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnnbook.arithmetic import Window
from cnnbook.traces import Shape, Trace, operations
from cnnbook.tracing.failures.errors import Failure
from cnnbook.tracing.failures.trials import FailedRun, Repair

if TYPE_CHECKING:
    from torch import nn


# What PyTorch calls the axes of an input with 1, 2 or 3 spatial ones.
AXES = {1: "(N, C, L)", 2: "(N, C, H, W)", 3: "(N, C, D, H, W)"}


class Explanation(NamedTuple):
    """What went wrong, and the repairs to try, the likeliest first."""

    text: str
    repairs: Iterator[Repair] = iter(())


@dataclass(frozen=True)
class FailureContext:
    """One failure of one network: `seen` are the rows that ran, the failed one would be row `len(seen)`."""

    run: FailedRun
    trace: Trace
    failure: Failure

    @property
    def module(self) -> nn.Module | None:
        """The layer of torch.nn that failed; None where the network's own forward called a function."""
        return layer(self.run.model, self.failure.path)

    @property
    def where(self) -> str:
        """The operation that failed: "fc1 (Linear, row 7)", or "add in layer1.0 (row 9)"."""
        failure, row = self.failure, len(self.trace)
        if self.module is not None:
            return f"{place(self.run.model, failure.path)} ({failure.module}, row {row})"
        return f"{failure.op or failure.module}{f' in {failure.path}' if failure.path else ''} (row {row})"

    @property
    def window(self) -> Window | None:
        """The sliding window that failed, if it is a convolution or pool with sensible settings."""
        try:
            return operations.window(self.failure.op, self.failure.bound)
        except (ValueError, TypeError, KeyError):
            return None

    def name(self, index: int) -> str:
        """What the learner calls the row that made a tensor: "pool1 (row 3)" or "the input"."""
        if index < 0:
            return "the input" if len(self.trace.input_shapes) == 1 else f"input {-index}"
        row = self.trace.rows[index]
        if layer(self.run.model, row.path) is not None:
            kind = f"{row.module}, " if row.path.rpartition(".")[2].isdigit() else ""
            return f"{place(self.run.model, row.path)} ({kind}row {index})"
        return f"{row.op}{f' in {row.path}' if row.path else ''} (row {index})"

    def made(self, index: int) -> Shape:
        """The shape of what a row, or the network's input, gives."""
        return self.trace.rows[index].output_shape if index >= 0 else self.trace.input_shapes[-1 - index]

    def origin(self, index: int, axis: int) -> int:
        """The row that decided a size on an axis: back through whatever leaves that axis as it is."""
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


def layer(model: nn.Module, path: str) -> nn.Module | None:
    """The module at a path if it is one of torch.nn's own layers; None for a network's own classes."""
    if not path:
        return model if type(model).__module__.startswith("torch.nn") and not list(model.children()) else None
    try:
        module = model.get_submodule(path)
    except AttributeError:
        return None
    return module if type(module).__module__.startswith("torch.nn") else None


def place(model: nn.Module, path: str) -> str:
    """A path as Python spells it, ready to paste: "fc.1" is "fc[1]", and "1" is "model[1]"."""
    from torch import nn

    spelled, parent = "", model
    for part in path.split(".") if path else ():
        if isinstance(parent, nn.Sequential | nn.ModuleList):
            spelled = f"{spelled or 'model'}[{part}]"
        elif isinstance(parent, nn.ModuleDict):
            spelled = f'{spelled or "model"}["{part}"]'
        else:
            spelled = f"{spelled}.{part}" if spelled else part
        parent = getattr(parent, part)
    return spelled or "model"


def by(sizes: tuple[int, ...]) -> str:
    """Sizes with the sign the course uses: "16 × 4 × 4"."""
    return " × ".join(map(str, sizes))


def shape_text(shape: Any) -> str:
    """A shape as torch prints a tuple."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def product(sizes: tuple[int, ...]) -> str:
    """A product with its factors: "256 = 16 × 4 × 4"; just the number where there is only one above 1."""
    factors = f" = {by(sizes)}" if len(sizes) > 1 and prod(sizes) != max(sizes) else ""
    return f"{prod(sizes):,}{factors}"
