"""What a network costs, as bars: parameters, MACs and the memory for its activations, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING

from cnnbook.figures.bar_charts import fill_panel
from cnnbook.figures.style import BLUE, GREEN, ORANGE, picture, styled

if TYPE_CHECKING:
    from cnnbook.figures.style import Picture
    from cnnbook.traces import Row, Trace

_BYTES = 4  # of a float32 number
_NOT_STORED = frozenset({"activation", "dropout", "reshape"})
_PANELS = (
    ("parameters", "", BLUE, ""),
    ("MACs", "", ORANGE, "//"),
    ("activations", "B", GREEN, ".."),
)


@styled
def cost_bars(seen: Trace, parts: Mapping[str, Sequence[str]] | None = None) -> Picture:
    """Return a bar per part for its parameters, its MACs and the bytes of its activations, with their shares.

    `parts` gives each bar's name and the paths that it adds up, a layer's or a block's; without it, each
    layer with parameters is a part. A row belongs to the first part that names it, and rows of no part are
    left out.

    >>> from cnnbook import networks, trace
    >>> seen = trace(networks.build("lenet5", device="meta"), (1, 1, 32, 32))
    >>> print(cost_bars(seen, {"C1": ["conv1"], "C3": ["conv2"]}).alt)
    Costs of 2 parts. 2,572 parameters, most in C3 (94 %). 357,600 MACs, most in C3 (67 %). 25,216 bytes of \
activations, most in C1 (75 %).
    """
    if parts is None:
        parts = {row.path: [row.path] for row in seen if row.parameters}
    costs = _costs(seen, parts)
    totals = [sum(values.values()) for values in costs]
    drawn = picture(9.2, 0.24 * len(parts) + 0.9, _in_words(costs, totals))
    panels = drawn.subplots(1, len(costs), sharey=True, squeeze=False)[0]
    for axes, values, total, (quantity, unit, colour, hatch) in zip(
        panels, costs, totals, _PANELS, strict=True
    ):
        fill_panel(axes, values, [_labelled(n, unit, total) for n in values.values()], colour, hatch)
        axes.set_title(f"{_with_prefix(total, unit)} {quantity}".replace("B a", "B of a"), loc="left")
        axes.set_xlim(0, 1.6 * max(1, *values.values()))
    panels[0].set_ylim(len(parts) - 0.4, -0.6)
    return drawn


def activation_bytes(rows: Iterable[Row]) -> int:
    """Return the bytes of what these rows put out, as float32, for the batch that was traced.

    Activation functions, dropout and reshapes are left out, since they can write over their inputs.

    >>> from cnnbook import networks, trace
    >>> activation_bytes([trace(networks.build("lenet5", device="meta"), (1, 1, 32, 32))["conv1"]])
    18816
    """
    return _BYTES * sum(prod(row.output_shape) for row in rows if row.family not in _NOT_STORED)


def _costs(seen: Trace, parts: Mapping[str, Sequence[str]]) -> list[dict[str, int]]:
    rows: dict[str, list[Row]] = {name: [] for name in parts}
    for row in seen:
        names = [name for name, paths in parts.items() if any(_within(row.path, path) for path in paths)]
        if names:
            rows[names[0]].append(row)
    return [
        {name: sum(row.parameters for row in own) for name, own in rows.items()},
        {name: sum(row.macs for row in own) for name, own in rows.items()},
        {name: activation_bytes(own) for name, own in rows.items()},
    ]


def _within(path: str, part: str) -> bool:
    return path == part or path.startswith(f"{part}.")


def _in_words(costs: Sequence[Mapping[str, int]], totals: Sequence[int]) -> str:
    sentences = [f"Costs of {len(costs[0])} parts."]
    for values, total, (quantity, unit, *_) in zip(costs, totals, _PANELS, strict=True):
        most = max(values, key=lambda name: values[name])
        what = f"bytes of {quantity}" if unit else quantity
        sentences.append(f"{total:,} {what}, most in {most} ({values[most] / max(1, total):.0%}).")
    return " ".join(sentences).replace("%", " %")


def _labelled(value: int, unit: str, total: int) -> str:
    share = f"{value / total:.0%}".replace("%", " %") if total and value / total >= 0.005 else ""
    return f"{_with_prefix(value, unit)}  {share}".rstrip() if value else "0"


def _with_prefix(number: int, unit: str) -> str:
    """Return the number in three digits, with the prefix G, M or k: 102,764,544 is 103 M."""
    for size, prefix in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if number >= size:
            value = number / size
            digits = 0 if value >= 100 else 1 if value >= 10 else 2
            return f"{value:.{digits}f} {prefix}{unit}"
    return f"{number} {unit}".rstrip()
