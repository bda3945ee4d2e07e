"""The picture of chapter 09: which input sizes give the same output size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cnnbook.figures.style import INK, PAPER, SEQUENCE, VERMILLION, picture, styled

if TYPE_CHECKING:
    from cnnbook.figures.style import Picture

# The white background of a number hides the line of a marked size behind it.
_CLEAR = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}


@styled
def size_ranges(ranges: Mapping[str, Sequence[int]], marked: Sequence[int] = ()) -> Picture:
    """Return one bar per name over its sizes, from first to last, and a line at each marked size.

    >>> size_ranges({"VGG16": range(224, 256), "ResNet-18": range(193, 225)}, marked=[224]).alt
    'VGG16: 224 to 255. ResNet-18: 193 to 224. Marked: 224.'
    """
    said = [f"{name}: {sizes[0]} to {sizes[-1]}." for name, sizes in ranges.items()]
    said += [f"Marked: {', '.join(map(str, marked))}."] if marked else []
    drawn = picture(7.2, 0.42 * len(ranges) + 0.9, " ".join(said))
    axes = drawn.add_subplot()
    for y, ((name, sizes), colour) in enumerate(zip(ranges.items(), SEQUENCE, strict=False)):
        first, last = sizes[0], sizes[-1]
        # A bar reaches half a pixel beyond the centres of its first and its last size.
        axes.barh(name, last - first + 1, left=first - 0.5, color=colour, edgecolor=INK, linewidth=0.6)
        for at, end, side in ((first - 1.2, first, "right"), (last + 1.2, last, "left")):
            axes.text(at, y, str(end), ha=side, va="center", bbox=_CLEAR)
    for index, size in enumerate(marked):
        side = "left" if index else "right"  # the texts of two close sizes do not overlap
        axes.axvline(size, color=VERMILLION, linestyle="--", linewidth=1.4)
        axes.text(size, 1.02, str(size), transform=axes.get_xaxis_transform(), ha=side, color=VERMILLION)
    ends = [size for sizes in ranges.values() for size in (sizes[0], sizes[-1])]
    axes.set_xlim(min(ends) - 9, max(ends) + 9)
    axes.set_xlabel("input height")
    axes.invert_yaxis()
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    return drawn
