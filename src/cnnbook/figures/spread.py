"""How far pictures still differ behind each layer of a deep network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.ticker import MaxNLocator

from cnnbook.figures.style import BLUE, GRID, INK, VERMILLION, Picture, picture, styled

_LINES = ((BLUE, "s", "--"), (VERMILLION, "^", ":"), (INK, "o", "-"))  # the colours of by_seed, in its order


@styled
def spread_by_layer(spreads: Mapping[str, Sequence[float]]) -> Picture:
    """Return for each network how far pictures differ behind each layer, a step of ten for each grid line.

    >>> print(spread_by_layer({"plain": [0.2, 0.002]}).alt)
    How far pictures differ behind each layer. plain: 0.2 at first, 0.002 at last.

    Raises ValueError if a spread is 0 or less, which has no place on such a scale.
    """
    if low := [name for name, row in spreads.items() if min(row) <= 0]:
        raise ValueError(f"a spread of {low[0]!r} is {min(spreads[low[0]])}; numbers above 0 would do")
    said = " ".join(f"{name}: {row[0]:.2g} at first, {row[-1]:.2g} at last." for name, row in spreads.items())
    drawn = picture(7.2, 3.2, f"How far pictures differ behind each layer. {said}")
    axes = drawn.subplots()
    for (name, row), (colour, mark, dashes) in zip(spreads.items(), _LINES, strict=False):
        axes.plot(range(1, len(row) + 1), row, dashes, marker=mark, color=colour, label=name)
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="layer", ylabel="how far pictures differ")
    axes.grid(axis="y", color=GRID)
    drawn.legend(loc="outside right center")
    return drawn
