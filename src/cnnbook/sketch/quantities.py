"""What a whole network amounts to: the quantities that a sketch shows and that targets are set for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cnnbook.traces import Row, Trace
from cnnbook.traces.wording import by

_WEIGHTED = ("convolution", "linear")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity: the number, or the tuple of numbers, that a trace has of it, and its unit."""

    of: Callable[[Trace], Any]
    unit: str = ""
    sizes: bool = False  # its values are compared as a whole, such as 7 × 7


def last_map(trace: Trace) -> Row | None:
    """The row of the last feature map: before a pool takes one number of each channel, and before a flatten.

    A pool to one position, or to a size that is asked for, belongs to the classifier: it says nothing about
    what the layers before it made. None for a network without feature maps.
    """
    found = None
    for row in trace.rows:
        if row.family == "linear" or row.op == "flatten" or len(row.output_shape) != 4 or _pools_all(row):
            break
        found = row
    return found


def _pools_all(row: Row) -> bool:
    one = row.output_shape[2:] == (1, 1)
    return row.op.startswith("adaptive") or (row.family == "pooling" and one)


def _size(trace: Trace) -> tuple[int, ...]:
    row = last_map(trace)
    return row.output_shape[2:] if row else trace.input_shape[2:]


def _field(trace: Trace) -> tuple[int, ...]:
    row = last_map(trace)
    return (row.receptive_field or ()) if row else (1, 1)


def _branches(trace: Trace) -> int:
    return max((len(row.inputs) for row in trace.rows if row.op == "cat"), default=1)


QUANTITIES: Final[Mapping[str, Quantity]] = {
    "parameters": Quantity(lambda trace: trace.used_parameters),
    "MACs": Quantity(lambda trace: trace.macs),
    "memory": Quantity(lambda trace: sum(row.memory for row in trace.rows), "B"),
    "last map": Quantity(_size, sizes=True),
    "receptive field": Quantity(_field),
    "output": Quantity(lambda trace: trace.output_shape[1:], sizes=True),
    "branches": Quantity(_branches),
    "layers": Quantity(lambda trace: sum(row.family in _WEIGHTED for row in trace.rows)),
}
"""The quantities by their names.

`memory` is that of all rows' results in bytes, `receptive field` that of the last map, the smaller of both
axes, `branches` those of the concatenation that joins the most, or 1, `layers` the convolutions and dense
layers, without batch norms.
"""

_PREFIXES: Final = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9}


def number_of(name: str, trace: Trace) -> Any:
    """Return what a quantity is compared by: a number, or the sizes of a map; None where it is not known.

    >>> from cnnbook.networks.shipped import shipped
    >>> [number_of(name, shipped("resnet18")) for name in ("parameters", "last map", "receptive field")]
    [11689512, (7, 7), 435]
    """
    value = QUANTITIES[name].of(trace)
    if QUANTITIES[name].sizes or not isinstance(value, tuple):
        return value
    return min(value, default=None)


def shown(name: str, value: Any) -> str:
    """Return a quantity as it is shown: with commas, a memory in kB or MB, sizes with crosses.

    >>> shown("parameters", 11689512), shown("last map", (7, 7)), shown("memory", 802816)
    ('11,689,512', '7 × 7', '803 kB')
    """
    if value is None:
        return "?"
    if isinstance(value, tuple):
        return by(value)
    if QUANTITIES[name].unit == "B":
        return in_bytes(value)
    return f"{value:,}"


def in_bytes(count: int) -> str:
    """Return bytes with a prefix, three digits of them.

    >>> in_bytes(40), in_bytes(24576), in_bytes(3211264), in_bytes(123456789012)
    ('40 B', '24.6 kB', '3.21 MB', '123 GB')
    """
    prefix, factor = next(
        (pair for pair in reversed(_PREFIXES.items()) if count >= 0.9995 * pair[1]), ("", 1)
    )
    amount = count / factor
    digits = 0 if not prefix or amount >= 99.95 else 1 if amount >= 9.995 else 2
    return f"{amount:.{digits}f} {prefix}B"
