"""Bar charts: one panel per quantity, one bar per name, with its number beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cnnbook.figures.style import BLUE, INK, ORANGE, SEQUENCE, Picture, picture, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@styled
def bars(panels: Mapping[str, Mapping[str, float]], form: str = "{:,}") -> Picture:
    """Return one panel per quantity, with a bar for each name and its number, written in `form`, beside it.

    >>> bars({"parameters": {"max-pool": 0, "convolution": 16448}}).alt
    'parameters: max-pool 0, convolution 16,448.'
    """
    alt = " ".join(
        f"{quantity}: {', '.join(f'{name} {form.format(value)}' for name, value in values.items())}."
        for quantity, values in panels.items()
    )
    rows = max(map(len, panels.values()))
    drawn = picture(min(4.0 * len(panels) + 0.8, 9.6), 0.34 * rows + 0.5, alt)
    grid = drawn.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for axes, (quantity, values), colour in zip(grid, panels.items(), SEQUENCE, strict=False):
        fill_panel(axes, values, [form.format(value) for value in values.values()], colour)
        axes.set_title(quantity, loc="left")
        axes.set_xlim(0, 1.35 * max(values.values()))
    grid[0].invert_yaxis()
    return drawn


@styled
def shares(quantities: Mapping[str, Mapping[str, int]]) -> Picture:
    """Return one panel per quantity with a bar per layer, labelled with its count and its share of the total.

    >>> shares({"parameters": {"C1": 30, "F6": 10}, "MACs": {"C1": 900, "F6": 100}}).alt
    'Shares by layer. Parameters: C1 30 (75 %), F6 10 (25 %). MACs: C1 900 (90 %), F6 100 (10 %).'
    """
    texts = {
        quantity: {layer: f"{n:,} ({_percent(n / sum(counts.values()))})" for layer, n in counts.items()}
        for quantity, counts in quantities.items()
    }
    sentences = (
        f"{quantity[:1].upper()}{quantity[1:]}: {', '.join(map(' '.join, labels.items()))}."
        for quantity, labels in texts.items()
    )
    drawn = picture(4.3 * len(quantities), 2.6, f"Shares by layer. {' '.join(sentences)}")
    panels = drawn.subplots(1, len(quantities), squeeze=False)[0]
    for axes, (quantity, counts), colour in zip(panels, quantities.items(), (BLUE, ORANGE), strict=False):
        fill_panel(axes, counts, list(texts[quantity].values()), colour)
        axes.set_title(f"{sum(counts.values()):,} {quantity}", loc="left")
        axes.set_xlim(0, 1.55 * max(counts.values()))
        axes.invert_yaxis()
    return drawn


def fill_panel(
    axes: Axes, values: Mapping[str, float], texts: Sequence[str], colour: str, hatch: str = ""
) -> None:
    """Draw a bar for each name with its text beside it, without a scale, as the texts give the numbers."""
    drawn = axes.barh(
        list(values), list(values.values()), color=colour, hatch=hatch, edgecolor=INK, linewidth=0.5
    )
    axes.bar_label(drawn, texts, padding=3, color=INK, fontsize=8.5)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)


def _percent(share: float) -> str:
    return f"{100 * share:.1g} %" if 0 < share < 0.01 else f"{share:.0%}".replace("%", " %")
