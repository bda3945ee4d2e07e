"""Pairs of rows of two networks: which rows correspond, and what differs within a pair."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import Any

from cnnbook.traces.row import Row

_COMPARED = ("op", "output_shapes", "window", "arguments", "parameters", "macs")
_NAMES = {"op": "operation", "output_shapes": "shape", "macs": "MACs"}
_Key = Callable[[Row], object]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that correspond, one of each network; or the row of one, and None where no row corresponds."""

    left: Row | None
    right: Row | None

    @property
    def differs(self) -> tuple[str, ...]:
        """What is not the same, such as "shape" and "parameters"; or which side alone has the row."""
        if self.left is None or self.right is None:
            return ("only right",) if self.left is None else ("only left",)
        left, right = _compared(self.left), _compared(self.right)
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


def of_rows(left: Sequence[Row], right: Sequence[Row]) -> Iterator[Pair]:
    """Yield the rows of two networks in order, in pairs.

    Rows correspond by operation and by the names in their paths, without the numbers ("features.3" and
    "features.6" may be the same layer). If the networks share hardly any names, rows correspond by family and
    output shape. What is left between such rows corresponds by operation, and then by family.
    """
    names = [{_name(row) for row in rows} for rows in (left, right)]
    share_names = 2 * len(names[0] & names[1]) >= min(map(len, names))
    keys: tuple[_Key, ...] = (
        (lambda row: (_name(row), row.op)) if share_names else (lambda row: (row.family, row.output_shape)),
        lambda row: row.op,
        lambda row: row.family,
    )
    return _matched(left, right, keys)


def _matched(left: Sequence[Row], right: Sequence[Row], keys: tuple[_Key, ...]) -> Iterator[Pair]:
    """Pair rows that agree in the first key; pair the rows between those by the next key."""
    if not (left and right and keys):
        yield from (Pair(row, None) for row in left)
        yield from (Pair(None, row) for row in right)
        return
    found = SequenceMatcher(None, [*map(keys[0], left)], [*map(keys[0], right)], autojunk=False)
    for tag, i, j, k, m in found.get_opcodes():
        if tag == "equal":
            yield from map(Pair, left[i:j], right[k:m])
        else:
            yield from _matched(left[i:j], right[k:m], keys[1:])


def _name(row: Row) -> str:
    return ".".join(part for part in row.path.split(".") if not part.isdigit())


def _compared(row: Row) -> dict[str, Any]:
    """The values that are compared, with `output_size=1` and `output_size=(1, 1)` as the same setting."""
    values = {name: getattr(row, name) for name in _COMPARED}
    return {**values, "arguments": {name: _text(value) for name, value in row.arguments.items()}}


def _settings(row: Row) -> dict[str, Any]:
    """The settings of the row's layer, by PyTorch's names."""
    window = row.window
    geometry = {} if window is None else {f.name: getattr(window, f.name) for f in fields(window)}
    return {**geometry, **row.arguments}


def _text(value: Any) -> str:
    if isinstance(value, tuple) and value and len(set(value)) == 1:
        value = value[0]
    return "none" if value is None else str(value)
