"""An Operand: a tensor that an operation read and that no row made, such as a position embedding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Shape = tuple[int, ...]


class Operand(NamedTuple):
    """A parameter, a buffer or a constant among the tensors that an operation read.

    - `kind`: "parameter", "buffer", "attribute" (a tensor that a module keeps without registering it),
      "computed" (made during the pass from such tensors alone) or "constant" (made from plain numbers)
    - `name`: its path in the network, such as "encoder.pos_embedding"; for "computed", the paths of the
      tensors it was made from; "" for a constant
    - `shape`: its shape as the operation read it
    - `position`: its place among the tensors that the operation read, from 0
    """

    kind: str
    name: str
    shape: Shape
    position: int = 0

    @property
    def called(self) -> str:
        """What it is called, without its shape.

        >>> Operand("parameter", "pos_embedding", (1, 197, 768)).called
        'the parameter pos_embedding'
        """
        if self.kind == "constant":
            return "a constant"
        if self.kind == "computed":
            return f"a tensor computed from {self.name}"
        return f"the {'tensor' if self.kind == 'attribute' else self.kind} {self.name}"

    def __str__(self) -> str:
        """What it is called, and its shape.

        >>> print(Operand("computed", "cls_token", (8, 1, 768)))
        a tensor (8, 1, 768) computed from cls_token
        """
        if self.kind == "computed":
            return f"a tensor {tuple(self.shape)} computed from {self.name}"
        return f"{self.called} {tuple(self.shape)}"


def merged(shapes: Sequence[Shape], given: Sequence[Operand]) -> tuple[Shape, ...]:
    """The shapes of all tensors that an operation read, in the order of the call.

    `shapes` are those of the tensors that rows made.

    >>> merged([(1, 196, 768)], [Operand("parameter", "cls_token", (1, 1, 768), 0)])
    ((1, 1, 768), (1, 196, 768))
    """
    found = list(shapes)
    for operand in given:
        found.insert(operand.position, operand.shape)
    return tuple(found)
