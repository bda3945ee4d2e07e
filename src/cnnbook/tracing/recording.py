"""The records of one forward pass: what each operation was given, what it made, and which rows made that.

Parameters are counted in the first row that uses them, whether it reads them or something computed from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, NamedTuple

from torch import Tensor

from cnnbook.traces import Operand, Record, macs
from cnnbook.tracing.aliasing import InPlaceWrites
from cnnbook.tracing.function_transforms import innermost, transforming, whole_shape
from cnnbook.tracing.operands import OperandNames, one_operand
from cnnbook.tracing.provenance import provenance
from cnnbook.tracing.torch_calls import arguments_by_name, dtype_name, tensors

PASSED_ON = frozenset(("data", "detach", "contiguous", "requires_grad", "alias", "to", "cpu", "cuda", "type"))
"""Functions that return the values they were given: they get no row, and the row that made these is kept."""

NESTED_REFUSED = (
    "a nested tensor has no one shape that a row could show; tensors padded to one length would do"
)


Call = tuple[str, tuple[Any, ...], Mapping[str, Any]]


class Sources(NamedTuple):
    """Where the tensors given to an operation come from.

    `shapes` has one shape for each tensor that some row made, in order. `rows` begins with these rows; after
    them stand the rows that have since written into such a tensor. `weights` are ids of parameters. `others`
    are the tensors that no row made, each with the number of those before it that a row made.
    """

    rows: list[int]
    shapes: list[tuple[int, ...]]
    weights: list[int]
    others: list[tuple[int, Tensor]]


class Recorder:
    """Writes the records of one pass.

    `sizes` has the number of values of each parameter by its id, `frozen` the ids of those with
    requires_grad=False.
    """

    def __init__(self, sizes: dict[int, int], frozen: Set[int] = frozenset()) -> None:
        self.records: list[Record] = []
        self.sizes = sizes
        self.frozen = frozen
        self.in_place_writes = InPlaceWrites()
        self.names: OperandNames | None = None
        self._first_use: dict[int, int] = {}
        self._unwatched: dict[int, int] = {}

    def add(
        self,
        place: tuple[str, str],
        call: Call,
        used: list[Tensor],
        results: list[Tensor],
        written: bool = False,
        bound: Mapping[str, Any] | None = None,
    ) -> None:
        """Write a Record of a call, unless the call passes values on or computes with parameters alone.

        `place` is the module's path and class, `call` the operation with its arguments. `written` tells that
        the results existed before and have been written into. `bound` are the arguments by name, where their
        order does not tell.
        """
        op, args, kwargs = call
        for tensor in results:
            if tensor.is_nested:
                raise TypeError(NESTED_REFUSED)
        inside = transforming()
        shape: Callable[[Tensor], tuple[int, ...]] = whole_shape if inside else _shape
        rows, shapes, weights, others = self.sources(used, shape)
        bare = [innermost(tensor) for tensor in results] if inside else results
        if not rows and not (weights and macs.counts(op)):
            after = self.names.after(op in PASSED_ON, used) if self.names else ()
            for tensor in bare:
                tensor._made_of = tuple(weights)  # type: ignore[attr-defined]
                tensor._named_after = after  # type: ignore[attr-defined]
            return
        # A tensor with in-place writes has several rows, and a result can name only one: it gets a row too.
        passed_on = op in PASSED_ON and len(rows) == len(shapes)
        index, parameters, frozen, note = len(self.records), 0, 0, ""
        maker = rows[0] if passed_on else index
        for tensor in bare:
            tensor._made_by = maker  # type: ignore[attr-defined]
        if passed_on:
            return
        if written:
            for tensor in bare:
                self.in_place_writes.add(tensor, index)
        for weight in dict.fromkeys(weights):  # each once, also where a weight is multiplied by itself
            earlier = self._first_use.setdefault(weight, index)
            if earlier == index:
                parameters += self.sizes[weight]
                if weight in self.frozen:
                    frozen += self.sizes[weight]
            else:
                note = f"weights shared with row {earlier}"
        outputs = tuple([shape(tensor) for tensor in results])
        named = arguments_by_name(op, args, kwargs) if bound is None else bound
        # Most rows are of layers, whose tensors beside the first are their weights.
        operands: tuple[Operand, ...] = ()
        if others and self.names and (others[0][1] is used[0] or not one_operand(op)):
            operands = self.names.given(call, others)
        self.records.append(
            Record(
                *(op, *place, tuple(rows), tuple(shapes), outputs, named),
                *(parameters, note, frozen, _dtypes(results), operands),
            )
        )

    def sources(self, used: list[Tensor], shape: Callable[[Tensor], tuple[int, ...]]) -> Sources:
        """Return the rows that made these tensors or wrote into them, their shapes, and the parameters."""
        rows: list[int] = []
        writers: list[int] = []
        shapes: list[tuple[int, ...]] = []
        weights: list[int] = []
        others: list[tuple[int, Tensor]] = []
        last_written = self.in_place_writes.last
        for tensor in used:
            noted = tensor.__dict__
            if not noted:
                if id(tensor) in self.sizes:
                    weights.append(id(tensor))
                    others.append((len(shapes), tensor))
                    continue
                noted = provenance(tensor)
            maker = noted.get("_made_by")
            since = -1 if maker is None else maker
            if since < last_written and noted:
                later = self.in_place_writes.into(tensor, since)
                if later and maker is None:
                    maker, *later = later
                writers += later
            if maker is not None:
                rows.append(maker)
                shapes.append(shape(tensor))
                continue
            others.append((len(shapes), tensor))
            if "_made_of" in noted:
                weights += noted["_made_of"]
            elif id(tensor) in self.sizes:
                weights.append(id(tensor))
        if writers:
            rows += dict.fromkeys(writers)
        return Sources(rows, shapes, weights, others)

    def makers(self, outputs: Any) -> list[int]:
        """The rows that made the tensors inside `outputs`, in order."""
        found = [
            provenance(tensor).get("_made_by", self._unwatched.get(id(tensor))) for tensor in tensors(outputs)
        ]
        return [maker for maker in found if maker is not None]

    def finish(self, outputs: Any, place: tuple[str, str]) -> bool:
        """Write the rows that `outputs` still lack; return whether no row had made anything of them.

        An output into which other rows wrote gets a row "result", which names all of these as its inputs.
        """
        results = tensors(outputs)
        for tensor in results if self.in_place_writes.by_storage else ():
            rows, shapes, *_ = self.sources([tensor], _shape)
            if len(rows) > len(shapes) or (rows and "_made_by" not in provenance(tensor)):
                self.add(place, ("result", (), {}), [tensor], [tensor])
        if not results or self.makers(outputs):
            return False
        shapes = [tuple(tensor.shape) for tensor in results]
        dtypes = _dtypes(results)
        self.records.append(Record("unwatched", "", place[1], (), (), tuple(shapes), {}, dtypes=dtypes))
        # These tensors may be the user's own, which get no attributes.
        self._unwatched = {id(tensor): len(self.records) - 1 for tensor in results}
        return True


def _dtypes(tensors: list[Tensor]) -> tuple[str, ...]:
    return tuple([dtype_name(tensor.dtype) for tensor in tensors])


def _shape(tensor: Tensor) -> tuple[int, ...]:
    return tuple(tensor.shape)
