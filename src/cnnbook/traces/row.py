"""A Row: one operation of a network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import prod
from typing import Any

from cnnbook.arithmetic import Window
from cnnbook.traces import formulas, operations
from cnnbook.traces.operand import Operand, merged
from cnnbook.traces.operations import Shape


@dataclass(frozen=True, slots=True)
class Row:
    """One operation of a network: where it stands, what went in, what came out, and what it cost.

    Shapes are PyTorch's, batch axis first: (N, C, H, W). The fields are:

    - `index`: the position of the operation in the forward pass, from 0
    - `path` and `module`: the name and the class of the layer that ran it, "layer1.0.conv1" and "Conv2d"
    - `op`: the operation by PyTorch's name, such as "conv2d" or "add"
    - `inputs`: the indices of the rows that made its inputs, then of the rows that changed a part of those
      inputs in place; -1 stands for the network's first input, -2 for its second
    - `input_shapes` and `output_shapes`: a shape for each input and each result
    - `window`: kernel size, stride, padding and dilation, where the operation slides a window
    - `parameters`: the parameters that it uses and that no row before it used
    - `macs`: its multiply-accumulates for the whole batch
    - `receptive_field`: how many pixels of the network's input one position of the output can depend on, per
      axis: the largest number over all positions, as `cnnbook.traces.receptive_fields` says; None where that
      is not a window, or not known
    - `arguments`: its other settings by PyTorch's names, such as `in_channels`
    - `note`: a remark for the reader of the table
    - `frozen`: those of `parameters` that have requires_grad=False
    - `dtypes`: the type of each result by PyTorch's name, such as "float32"; () where that is not known
    - `given`: the tensors that it read and no row made, such as a position embedding: parameters, buffers and
      constants, each an `Operand`; a layer's own weights are not among them
    """

    index: int
    path: str
    module: str
    op: str
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    window: Window | None = None
    parameters: int = 0
    macs: int = 0
    receptive_field: tuple[int, ...] | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    frozen: int = 0
    dtypes: tuple[str, ...] = ()
    given: tuple[Operand, ...] = ()

    @property
    def operand_shapes(self) -> tuple[Shape, ...]:
        """The shapes of `input_shapes` and of `given` together, in the order of the call."""
        return merged(self.input_shapes, self.given) if self.given else self.input_shapes

    @property
    def output_shape(self) -> Shape:
        """The shape of the first result."""
        return self.output_shapes[0]

    @property
    def trainable(self) -> int:
        """Those of `parameters` that have requires_grad=True."""
        return self.parameters - self.frozen

    @property
    def memory(self) -> int:
        """The bytes of the results: the size of each by its shape and dtype, whether or not it is a view."""
        return sum(
            prod(shape) * itemsize(dtype)
            for shape, dtype in zip(self.output_shapes, self.dtypes, strict=False)
        )

    @property
    def family(self) -> str:
        """The family of the operation: "convolution", "pooling", "activation", "linear", "join", ..."""
        return operations.family(self.op, len(self.input_shapes))

    @property
    def formula(self) -> str:
        """How the output size follows from the input's, with the numbers in it; "" if nothing is computed."""
        return formulas.formula(self)

    @property
    def parameter_formula(self) -> str:
        """How the parameters are counted, with the numbers in it; "" where the row adds no parameters."""
        return formulas.parameter_formula(self)

    def to_dict(self) -> dict[str, Any]:
        """The row as plain dicts, lists and numbers; `Row.from_dict` reads it back."""
        plain = {name: _as_lists(value) for name, value in asdict(self).items()}
        return {**plain, "given": [_as_lists(operand._asdict()) for operand in self.given]}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Row:
        """The row that `to_dict` described."""
        # Traces that were written without dtypes, frozen parameters and given tensors are read, too.
        known = {"frozen": 0, "dtypes": (), "given": (), **plain}
        values = {f.name: known[f.name] for f in fields(cls)}
        for name in ("window", "arguments"):
            if values[name] is not None:
                values[name] = {key: as_tuples(value) for key, value in values[name].items()}
        if values["window"] is not None:
            values["window"] = Window(**values["window"])
        values["given"] = tuple(
            [
                Operand(**{key: as_tuples(value) for key, value in operand.items()})
                for operand in values["given"]
            ]
        )
        given = values.pop("given")
        return cls(given=given, **{name: as_tuples(value) for name, value in values.items()})


def itemsize(dtype: str) -> int:
    """The bytes of one value of a type, which PyTorch's name of the type tells.

    >>> itemsize("float32"), itemsize("bfloat16"), itemsize("complex64"), itemsize("bool")
    (4, 2, 8, 1)
    """
    bits = re.search(r"\d+", dtype)
    return max(1, int(bits[0]) // 8) if bits else 1


def as_tuples(value: Any) -> Any:
    """Return `value` with a tuple in place of each list in it, at every depth.

    >>> as_tuples([[1, 3, 32, 32], [10]])
    ((1, 3, 32, 32), (10,))
    """
    return tuple([as_tuples(item) for item in value]) if isinstance(value, list | tuple) else value


def _as_lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_lists(item) for key, item in value.items()}
    return [_as_lists(item) for item in value] if isinstance(value, list | tuple) else value
