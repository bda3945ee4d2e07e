"""The picture of chapter 08: the published accuracy of networks, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from cnnbook.figures.style import INK, SKY, picture, styled

if TYPE_CHECKING:
    from cnnbook.figures.style import Picture

_AREA_PER_MILLION = 14  # points squared


class Published(NamedTuple):
    """What is published with a network's weights: MACs in billions, top-1 in percent, parameters."""

    gmac: float
    top1: float
    parameters: int


@styled
def accuracy_bubbles(rows: Mapping[str, tuple[float, float, int]]) -> Picture:
    """Return a disc per network at its MACs and its top-1 accuracy; the area is that of its parameters.

    `rows` gives each name's MACs in billions (GMAC), its top-1 accuracy in percent and its parameters.

    >>> print(accuracy_bubbles({"A": (0.7, 56.5, 61_000_000), "B": (4.1, 76.1, 25_600_000)}).alt)
    Top-1 accuracy against GMAC, a disc per network. A: 56.5 % for 0.7 GMAC, 61.0 million parameters. \
B: 76.1 % for 4.1 GMAC, 25.6 million parameters.
    """
    named = {name: Published(*row) for name, row in rows.items()}
    sentences = (
        f"{name}: {row.top1:.1f} % for {row.gmac:.1f} GMAC, {row.parameters / 1e6:.1f} million parameters."
        for name, row in named.items()
    )
    alt = " ".join(["Top-1 accuracy against GMAC, a disc per network.", *sentences])
    drawn = picture(8.6, 4.8, alt)
    axes = drawn.subplots()
    for name, row in named.items():
        area = _AREA_PER_MILLION * row.parameters / 1e6
        axes.scatter(row.gmac, row.top1, s=area, color=SKY, alpha=0.55, edgecolors=INK, linewidths=0.8)
        axes.plot(row.gmac, row.top1, marker="+", color=INK, markersize=5)
        side = -1 if _crowded(row, named) else 1
        axes.annotate(
            f"{name}\n{row.parameters / 1e6:.1f} M",
            (row.gmac, row.top1),
            (side * (4 + (area / 3.14) ** 0.5), 0),
            textcoords="offset points",
            ha="right" if side < 0 else "left",
            va="center",
            fontsize=8.5,
        )
    axes.set(xscale="log", xlabel="GMAC for one image (each step doubles it)", ylabel="top-1 accuracy, %")
    ticks = [0.5, 1, 2, 4, 8, 16]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    low, high = min(row.gmac for row in named.values()), max(row.gmac for row in named.values())
    axes.set_xlim(low / 1.7, high * 2.6)
    tops = [row.top1 for row in named.values()]
    axes.set_ylim(min(tops) - 4, max(tops) + 3)
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    return drawn


def _crowded(row: Published, named: Mapping[str, Published]) -> bool:
    """Return whether another disc is so close on the right that the label would cover it."""
    return any(
        row.gmac < other.gmac < 1.6 * row.gmac and abs(other.top1 - row.top1) < 3 for other in named.values()
    )
