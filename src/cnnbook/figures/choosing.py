"""The pictures of chapter 08: the accuracy of networks, and what it costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.patheffects import withStroke

from cnnbook.figures.style import GRID, INK, MUTED, PAPER, SEQUENCE, SKY, picture, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture

_AREA_PER_MILLION = 14  # points squared


class Published(NamedTuple):
    """What is published with a network's weights: MACs in billions, top-1 in percent, parameters."""

    gmac: float
    top1: float
    parameters: int


@styled
def accuracy_bubbles(
    rows: Mapping[str, tuple[float, float, int]], others: Collection[tuple[float, float]] = ()
) -> Picture:
    """Return a disc per network at its MACs and its top-1 accuracy; the area is that of its parameters.

    `rows` gives each name's MACs in billions (GMAC), its top-1 accuracy in percent and its parameters.
    `others` are MACs and accuracies of networks that are grey dots without a name.

    >>> print(accuracy_bubbles({"A": (0.7, 56.5, 61_000_000), "B": (4.1, 76.1, 25_600_000)}).alt)
    Top-1 accuracy against GMAC, a disc per network. A: 56.5 % for 0.7 GMAC, 61.0 million parameters. \
B: 76.1 % for 4.1 GMAC, 25.6 million parameters.
    """
    named = {name: Published(*row) for name, row in rows.items()}
    sentences = (
        f"{name}: {row.top1:.1f} % for {row.gmac:.1f} GMAC, {row.parameters / 1e6:.1f} million parameters."
        for name, row in named.items()
    )
    dots = [f"{len(others)} grey dots are other networks."] if others else []
    alt = " ".join(["Top-1 accuracy against GMAC, a disc per network.", *sentences, *dots])
    drawn = picture(8.6, 4.8, alt)
    axes = drawn.subplots()
    if others:
        axes.plot(*zip(*others, strict=True), "o", color=MUTED, alpha=0.55, markersize=4, zorder=1)
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
            path_effects=[withStroke(linewidth=2.5, foreground=PAPER)],
        )
    axes.set(xscale="log", xlabel="GMAC for one image (each step doubles it)", ylabel="top-1 accuracy, %")
    every = [*((row.gmac, row.top1) for row in named.values()), *others]
    low, high = min(gmac for gmac, _ in every), max(gmac for gmac, _ in every)
    ticks = [tick for tick in (2.0**power for power in range(-6, 8)) if low / 1.7 <= tick <= high * 2.6]
    axes.set_xticks(ticks, [f"{tick:.2g}" if tick < 1 else f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.set_xlim(low / 1.7, high * 2.6)
    tops = [top1 for _, top1 in every]
    axes.set_ylim(min(tops) - 4, max(tops) + 3)
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    return drawn


def _crowded(row: Published, named: Mapping[str, Published]) -> bool:
    """Return whether another disc is so close on the right that the label would cover it."""
    return any(
        row.gmac < other.gmac < 1.6 * row.gmac and abs(other.top1 - row.top1) < 3 for other in named.values()
    )


@styled
def accuracy_by_cost(
    accuracy: Mapping[str, Sequence[float]],
    costs: Mapping[str, Mapping[str, float]],
    limits: Mapping[str, float] | None = None,
) -> Picture:
    """Return a panel for each cost: how accurate each network is over its cost; good is high and left.

    `accuracy` gives each network's accuracies in percent, one for each seed. `costs` gives each quantity,
    such as "file, KB", with a number for each network. `limits` gives a quantity the most that is allowed:
    what lies beyond is shaded, also where no network lies, and a network that is beyond any limit is drawn
    empty.

    >>> own = {"dense": [82.0, 82.4], "VGG": [84.0, 83.0]}
    >>> print(accuracy_by_cost(own, {"file, KB": {"dense": 80, "VGG": 37}}, {"file, KB": 50}).alt)
    Accuracy over costs. dense: 82.0 to 82.4 %, file, KB 80. VGG: 83.0 to 84.0 %, file, KB 37. \
At most: file, KB 50. Within: VGG.
    """
    limits = limits or {}
    within = [
        name for name in accuracy if all(costs[quantity][name] <= most for quantity, most in limits.items())
    ]
    drawn = picture(9.4, 2.9 * -(-len(costs) // 2), _said(accuracy, costs, limits, within))
    grid = drawn.subplots(-(-len(costs) // 2), min(2, len(costs)), squeeze=False, sharey=True)
    for axes in grid.ravel()[len(costs) :]:
        axes.set_axis_off()
    for axes, (quantity, values) in zip(grid.ravel(), costs.items(), strict=False):
        points = {name: (values[name], found) for name, found in accuracy.items()}
        for (name, point), colour in zip(points.items(), SEQUENCE, strict=False):
            _dots(axes, point, colour, filled=name in within)
            _name(axes, name, points)
        least, most = min(values.values()), max(values.values())
        low, high = least / 2.2, max(most, limits.get(quantity, most)) * 2.2
        axes.set(xscale="log", xlabel=quantity, xlim=(low, high))
        ticks = _round_numbers(low, high)
        axes.set_xticks(ticks, [f"{tick:,g}" if tick < 1e6 else f"{tick / 1e6:g} M" for tick in ticks])
        axes.minorticks_off()
        if quantity in limits:
            axes.axvspan(limits[quantity], high, color=GRID, alpha=0.6, zorder=0)
        axes.grid(visible=True)
        axes.set_axisbelow(True)
    found = [one for row in accuracy.values() for one in row]
    grid[0, 0].set_ylim(min(found) - 2, max(found) + 2)
    for line in grid:
        line[0].set_ylabel("accuracy, %")
    return drawn


Point = tuple[float, Sequence[float]]  # a cost, and the accuracy of each seed


def _round_numbers(low: float, high: float) -> list[float]:
    """Return the powers of ten between the two, with 2 and 5 times them where these are few."""
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    parts = (1, 2, 5) if log10(high / low) < 2 else (1,)
    return [part * 10.0**power for power in powers for part in parts if low <= part * 10.0**power <= high]


def _dots(axes: Axes, point: Point, colour: str, *, filled: bool) -> None:
    """Draw a network's dots, one above the other, with a line between them."""
    costs, found = [point[0]] * len(point[1]), point[1]
    axes.plot(costs, found, "-", color=MUTED, linewidth=1)
    look: Any = {"markeredgecolor": INK, "markeredgewidth": 0.7, "fillstyle": "full" if filled else "none"}
    axes.plot(costs, found, "o", color=colour, markersize=7, **look)


def _name(axes: Axes, name: str, points: Mapping[str, Point]) -> None:
    """Write a network's name above its dots, or below them where another network's dots would be covered."""
    cost, found = points[name]
    below = any(
        max(found) < max(other) < max(found) + 2.5 and 1 / 1.7 < where / cost < 1.7
        for where, other in points.values()
    )
    axes.annotate(
        name,
        (cost, min(found) if below else max(found)),
        (0, -6 if below else 6),
        textcoords="offset points",
        ha="center",
        va="top" if below else "bottom",
        fontsize=8.5,
    )


def _said(
    accuracy: Mapping[str, Sequence[float]],
    costs: Mapping[str, Mapping[str, float]],
    limits: Mapping[str, float],
    within: Sequence[str],
) -> str:
    sentences = ["Accuracy over costs."]
    for name, found in accuracy.items():
        own = ", ".join(f"{quantity} {values[name]:.3g}" for quantity, values in costs.items())
        sentences.append(f"{name}: {min(found):.1f} to {max(found):.1f} %, {own}.")
    if limits:
        most = ", ".join(f"{quantity} {limit:g}" for quantity, limit in limits.items())
        sentences.append(f"At most: {most}. Within: {', '.join(within) or 'none'}.")
    return " ".join(sentences)
