"""A forward pass without numbers: the records of the rows so far, and how explanations name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnbook.traces import Operand, Record, Shape

OWN_MODULES = frozenset(("Add", "Concatenate", "ScaledTanh", "Subsampling", "SparseC3", "RadialBasisOutput"))
"""Classes that torch.nn does not have: the tracer names their operations, and not the module."""

_DTYPE = ("float32",)


class Broken(Exception):  # noqa: N818 (no user sees it: `run` turns it into a Problem)
    """A layer that does not fit; `text` says which numbers disagree."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Forward:
    """The rows so far; `last` is the row whose result the next layer reads, -1 for the input."""

    def __init__(self, input_shape: Shape) -> None:
        self.input_shape = input_shape
        self.records: list[Record] = []
        self.modules: dict[str, str] = {"": "Sequential"}
        self.last = -1

    @property
    def shape(self) -> Shape:
        """The shape that the next layer reads."""
        return self.shape_of(self.last)

    def shape_of(self, index: int) -> Shape:
        """The shape of a row's result, for -1 that of the input."""
        return self.records[index].output_shapes[0] if index >= 0 else self.input_shape

    def enter(self, path: str, module: str) -> None:
        """Note the class of the module at a path."""
        self.modules[path] = module

    def add(
        self,
        op: str,
        path: str,
        output_shape: Shape,
        bound: Mapping[str, Any],
        *,
        inputs: tuple[int, ...] | None = None,
        parameters: int = 0,
        given: tuple[Operand, ...] = (),
    ) -> None:
        """Add a row of the module at `path`, which reads the last row unless `inputs` says another."""
        read = (self.last,) if inputs is None else inputs
        self.records.append(
            Record(
                op,
                path,
                self.modules[path],
                read,
                tuple(map(self.shape_of, read)),
                (output_shape,),
                bound,
                parameters,
                dtypes=_DTYPE,
                given=given,
            )
        )
        self.last = len(self.records) - 1

    def where(self, path: str) -> str:
        """The name of the layer at a path that does not fit, as the tracer gives it.

        >>> forward = Forward((1, 3, 8, 8))
        >>> forward.enter("2.0.1", "Conv2d")
        >>> forward.where("2.0.1")
        'model[2][0][1] (Conv2d, row 0)'
        """
        return f"{place(path)} ({self.modules[path]}, row {len(self.records)})"

    def where_joined(self, op: str, path: str) -> str:
        """The name of an addition or a concatenation that does not fit."""
        return f"{op} in {path} (row {len(self.records)})"

    def name(self, index: int) -> str:
        """The name of what made a tensor: a layer with its row, or the input."""
        if index < 0:
            return "the input"
        record = self.records[index]
        if record.module in OWN_MODULES:
            return f"{record.op} in {record.path} (row {index})"
        return f"{place(record.path)} ({record.module}, row {index})"


def place(path: str) -> str:
    """A path as Python code.

    >>> place("2.0.1")
    'model[2][0][1]'
    """
    return "model" + "".join([f"[{part}]" for part in path.split(".")])
