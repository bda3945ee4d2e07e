"""The records of one pass: what each operation was given, what it made, and who made that before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from torch import Tensor

from cnnbook.traces import Record, macs
from cnnbook.tracing.aliasing import InPlaceWrites
from cnnbook.tracing.function_transforms import core, transforming, whole_shape
from cnnbook.tracing.provenance import provenance, tensors
from cnnbook.tracing.torch_calls import arguments_by_name

# Functions that hand the same values on: no row, and whatever follows still knows who made them.
TRANSPARENT = frozenset(
    ("data", "detach", "contiguous", "requires_grad", "alias", "to", "cpu", "cuda", "type")
)


NESTED = "a nested tensor has no one shape that a row could show; tensors padded to one length would do"


class Sources(NamedTuple):
    """Where the tensors given to an operation come from.

    `shapes` has one shape for each tensor that some row made, in order, and `rows` these rows; after them the
    rows that have since written into part of such a tensor. `weights` are ids of parameters.
    """

    rows: list[int]
    shapes: list[tuple[int, ...]]
    weights: list[int]


class Recorder:
    """The records of one pass; `sizes` has the number of values of each parameter, by its id."""

    def __init__(self, sizes: dict[int, int]) -> None:
        self.records: list[Record] = []
        self.sizes = sizes
        self.in_place_writes = InPlaceWrites()
        self._first_use: dict[int, int] = {}
        self._strangers: dict[int, int] = {}

    def add(
        self,
        place: tuple[str, str],
        call: tuple[str, tuple[Any, ...], Mapping[str, Any]],
        used: list[Tensor],
        results: list[Tensor],
        written: bool = False,
    ) -> None:
        """Write a Record, or only mark the results, where a function hands on what it was given.

        `place` is the module's path and class, `call` the operation with its arguments, `written` whether the
        results are tensors that existed before.
        """
        op, args, kwargs = call
        if any(tensor.is_nested for tensor in results):
            raise TypeError(NESTED)
        inside = transforming()
        shape: Callable[[Tensor], tuple[int, ...]] = whole_shape if inside else _shape
        sources = self.sources(used, shape)
        rows, shapes, weights = sources
        bare = [core(tensor) for tensor in results] if inside else results
        if not rows and not (weights and macs.counts(op)):
            for tensor in bare:
                tensor._made_of = tuple(weights)  # type: ignore[attr-defined]
            return
        # What has been written into since must keep its writes also in a copy: that takes a row.
        handed_on = op in TRANSPARENT and len(rows) == len(shapes)
        index, parameters, note = len(self.records), 0, ""
        maker = rows[0] if handed_on else index
        for tensor in bare:
            tensor._made_by = maker  # type: ignore[attr-defined]
        if handed_on:
            return
        if written:
            for tensor in bare:
                self.in_place_writes.add(tensor, index)
        for weight in dict.fromkeys(weights):  # a product with itself has its weights once
            earlier = self._first_use.setdefault(weight, index)
            if earlier == index:
                parameters += self.sizes[weight]
            else:
                note = f"weights shared with row {earlier}"
        outputs = tuple([shape(tensor) for tensor in results])
        named = arguments_by_name(op, args, kwargs)
        self.records.append(Record(op, *place, tuple(rows), tuple(shapes), outputs, named, parameters, note))

    def sources(self, used: list[Tensor], shape: Callable[[Tensor], tuple[int, ...]]) -> Sources:
        """Return the rows that made these tensors or wrote into them, their shapes, and the parameters."""
        rows: list[int] = []
        since: list[int] = []
        shapes, weights = [], []
        written = bool(self.in_place_writes.by_storage)
        for tensor in used:
            noted = tensor.__dict__
            if not noted:
                if id(tensor) in self.sizes:
                    weights.append(id(tensor))
                    continue
                noted = provenance(tensor)
            makers = [noted["_made_by"]] if "_made_by" in noted else []
            if written and noted:
                makers += self.in_place_writes.seen_by(tensor, makers[0] if makers else -1)
            if makers:
                rows.append(makers[0])
                since += makers[1:]
                shapes.append(shape(tensor))
            elif "_made_of" in noted:
                weights += noted["_made_of"]
            elif id(tensor) in self.sizes:
                weights.append(id(tensor))
        return Sources([*rows, *dict.fromkeys(since)], shapes, weights)

    def makers(self, outputs: Any) -> list[int]:
        """The rows that made the tensors inside `outputs`, in order."""
        found = [
            provenance(tensor).get("_made_by", self._strangers.get(id(tensor))) for tensor in tensors(outputs)
        ]
        return [maker for maker in found if maker is not None]

    def finish(self, outputs: Any, place: tuple[str, str]) -> bool:
        """Write the rows that `outputs` still lack; return whether no row had made anything of them.

        A tensor that was written into through a view gets a row "result", which reads those writes.
        """
        results = tensors(outputs)
        for tensor in results if self.in_place_writes.by_storage else ():
            rows, shapes, _ = self.sources([tensor], _shape)
            if len(rows) > len(shapes) or (rows and "_made_by" not in provenance(tensor)):
                self.add(place, ("result", (), {}), [tensor], [tensor])
        if not results or self.makers(outputs):
            return False
        shapes = [tuple(tensor.shape) for tensor in results]
        self.records.append(Record("unwatched", "", place[1], (), (), tuple(shapes), {}))
        # Not noted on the tensors: they may be the user's own.
        self._strangers = {id(tensor): len(self.records) - 1 for tensor in results}
        return True


def _shape(tensor: Tensor) -> tuple[int, ...]:
    return tuple(tensor.shape)
