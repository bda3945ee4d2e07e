"""Two traces side by side: which rows correspond, and what differs between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cnnbook.traces import comparison_tables

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace

_COMPARED = ("op", "output_shapes", "window", "arguments", "parameters", "macs")
_NAMES = {"op": "operation", "output_shapes": "shape", "macs": "MACs"}
_Key = Callable[["Row"], object]


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of each network that correspond, or a row that only one of them has."""

    left: Row | None
    right: Row | None

    @property
    def differs(self) -> tuple[str, ...]:
        """What is not the same, such as "shape" and "parameters"; or which side alone has the row."""
        if self.left is None or self.right is None:
            return ("only right",) if self.left is None else ("only left",)
        left, right = _shown(self.left), _shown(self.right)
        return tuple(_NAMES.get(name, name) for name in _COMPARED if left[name] != right[name])

    @property
    def changes(self) -> tuple[str, ...]:
        """What differs, with the numbers: "stride 1 → 2", "groups 2 → 1", "MACs 205,520,896 → 51,380,224"."""
        if self.left is None or self.right is None or not self.differs:
            return self.differs
        left, right = _settings(self.left), _settings(self.right)
        found: list[str] = [name for name in ("operation", "shape", "parameters") if name in self.differs]
        for name in left | right:
            if _text(left.get(name)) != _text(right.get(name)):
                found.append(f"{name} {_text(left.get(name))} → {_text(right.get(name))}")
        if "MACs" in self.differs:
            found.append(f"MACs {self.left.macs:,} → {self.right.macs:,}")
        return tuple(found)


@dataclass(frozen=True)
class Comparison:
    """Two traces and their rows in pairs; printed, what differs is marked, and what is alike is folded.

    Rows correspond by operation and by the names in their paths, without the numbers ("features.3" and
    "features.6" may be the same layer); if the networks hardly share any names, by what they do and the shape
    that comes of it.
    """

    left: Trace
    right: Trace

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The rows of both networks in order, in pairs."""
        names = [{_name(row) for row in trace} for trace in (self.left, self.right)]
        named = 2 * len(names[0] & names[1]) >= min(map(len, names))
        keys: tuple[_Key, ...] = (
            (lambda row: (_name(row), row.op)) if named else (lambda row: (row.family, row.output_shape)),
            lambda row: row.op,
            lambda row: row.family,
        )
        return tuple(_pairs(self.left.rows, self.right.rows, keys))

    @property
    def different(self) -> tuple[Pair, ...]:
        """The pairs that differ in anything."""
        return tuple(pair for pair in self.pairs if pair.differs)

    def __str__(self) -> str:
        return comparison_tables.to_text(self)

    def _repr_html_(self) -> str:
        return comparison_tables.to_html(self)


def _pairs(left: Sequence[Row], right: Sequence[Row], keys: tuple[_Key, ...]) -> Iterator[Pair]:
    """Pair rows with the same first key; what lies between such rows, by the next key."""
    if not (left and right and keys):
        yield from (Pair(row, None) for row in left)
        yield from (Pair(None, row) for row in right)
        return
    found = SequenceMatcher(None, [*map(keys[0], left)], [*map(keys[0], right)], autojunk=False)
    for tag, i, j, k, m in found.get_opcodes():
        if tag == "equal":
            yield from map(Pair, left[i:j], right[k:m])
        else:
            yield from _pairs(left[i:j], right[k:m], keys[1:])


def _name(row: Row) -> str:
    return ".".join(part for part in row.path.split(".") if not part.isdigit())


def _shown(row: Row) -> dict[str, Any]:
    """What is compared; `output_size=1` and `output_size=(1, 1)` are one setting, written in two ways."""
    values = {name: getattr(row, name) for name in _COMPARED}
    return {**values, "arguments": {name: _text(value) for name, value in row.arguments.items()}}


def _settings(row: Row) -> dict[str, Any]:
    """The numbers a layer is built with, by PyTorch's names."""
    window = row.window
    geometry = {} if window is None else {f.name: getattr(window, f.name) for f in fields(window)}
    return {**geometry, **row.arguments}


def _text(value: Any) -> str:
    if isinstance(value, tuple) and value and len(set(value)) == 1:
        value = value[0]
    return "none" if value is None else str(value)
