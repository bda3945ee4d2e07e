"""Pictures of a window's positions on a row or a grid of pixels, and of the pixels that no position reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from cnnbook.arithmetic import Window, output_size, unread
from cnnbook.figures.pixel_cells import (
    CELLS,
    counted,
    draw_cell,
    frame,
    ink_on,
    legend,
    listed,
    pixels_read,
    write,
)
from cnnbook.figures.style import BLUE, GRID, INK, picture, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture


@styled
def windows_on_a_line(
    size: int, kernel_size: int, *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Picture:
    """Return a row of pixels and, below it, every position of a window; pixels in no window are hatched.

    Raises GeometryError if the window fits nowhere.

    >>> windows_on_a_line(8, 3, stride=2).alt
    'A row of 8 pixels, below it 3 windows of 3, stride 2. Never read: pixel 7.'
    """
    window = Window((kernel_size,), stride, padding, dilation)
    (outputs,) = window.output_size((size,))
    settings = {"stride": (stride, 1), "padding": (padding, 0), "dilation": (dilation, 1)}
    said = "".join(f", {name} {value}" for name, (value, usual) in settings.items() if value != usual)
    never_read = _never_read(size, _reads(outputs, window))
    alt = f"A row of {counted(size, 'pixel')}, below it {counted(outputs, 'window')} of {kernel_size}{said}."
    drawn = picture(
        _inches(size + 2 * padding + stride), 0.36 * (outputs + 3) + 0.35, f"{alt} {_in_words(never_read)}"
    )
    axes = drawn.add_subplot()
    kinds, bottom = _draw_row(axes, size, Window((kernel_size,), stride, 0, dilation), (padding, padding))
    frame(axes, (-padding - 0.1, size + padding + stride + 1.6), (bottom, -0.1))
    axes.set_axis_off()
    legend(drawn, kinds)
    return drawn


@styled
def padding_conventions(
    size: int, kernel_size: int, stride: int, paddings: Mapping[str, tuple[int, int]]
) -> Picture:
    """Return a row of pixels once for each name, padded by its (before, after), with the windows below.

    >>> print(padding_conventions(6, 3, 2, {"PyTorch": (1, 1), "TensorFlow": (0, 1)}).alt)
    PyTorch: 6 pixels padded 1 before and 1 after, windows start at -1, 1, 3.
    TensorFlow: 6 pixels padded 0 before and 1 after, windows start at 0, 2, 4.
    """
    counts = {
        name: output_size(size + sum(pads), kernel_size, stride=stride) for name, pads in paddings.items()
    }
    alt = "\n".join(
        f"{name}: {counted(size, 'pixel')} padded {before} before and {after} after, windows start at "
        f"{', '.join(str(o * stride - before) for o in range(counts[name]))}."
        for name, (before, after) in paddings.items()
    )
    before, after = (max(pads[side] for pads in paddings.values()) for side in (0, 1))
    height = 0.36 * sum(count + 4 for count in counts.values()) + 0.35
    drawn = picture(_inches(size + before + after + stride), height, alt)
    axes = drawn.add_subplot()
    kinds: set[str] = set()
    top = 0.0
    for name, pads in paddings.items():
        axes.text(-before, top + 0.6, name, fontweight="bold")
        more, bottom = _draw_row(axes, size, Window((kernel_size,), stride), pads, top + 0.9)
        kinds |= more
        top = bottom + 0.7
    frame(axes, (-before - 0.1, size + after + stride + 1.6), (top - 0.6, -0.1))
    axes.set_axis_off()
    legend(drawn, kinds)
    return drawn


@styled
def unread_pixels(size: tuple[int, int], window: Window) -> Picture:
    """Return a grid of pixels (H, W), each with the number of windows that read it; 0 is hatched.

    >>> print(unread_pixels((6, 9), Window((3, 4), stride=(2, 3))).alt)
    A grid of 6 by 9 pixels, each with how many of the 2 by 2 windows read it.
    19 of 54 are in none: row 5; columns 7, 8.
    """
    out = window.output_size(size)
    counts = []
    for axis, (n, m) in enumerate(zip(size, out, strict=True)):
        reads = _reads(m, window, axis)
        counts.append([sum(pixel in read for read in reads) for pixel in range(n)])
    times = [[down * across for across in counts[1]] for down in counts[0]]
    none = sum(row.count(0) for row in times)
    never_read = {
        name: [i for i, c in enumerate(axis) if not c]
        for name, axis in zip(("row", "column"), counts, strict=True)
    }
    where = "; ".join(listed(name, lines) for name, lines in never_read.items() if lines)
    times_read = f"how many of the {out[0]} by {out[1]} windows read it"
    alt = f"A grid of {size[0]} by {size[1]} pixels, each with {times_read}.\n" + (
        f"{none} of {size[0] * size[1]} are in none: {where}." if none else "Every pixel is read."
    )
    drawn = picture(0.42 * size[1] + 1.2, 0.42 * size[0] + 0.9, alt)
    axes = drawn.add_subplot()
    most = max(map(max, times))
    for y, row in enumerate(times):
        for x, value in enumerate(row):
            _counted_cell(axes, x, y, value, most)
    frame(axes, (-0.05, size[1] + 0.05), (size[0] + 0.05, -0.05))
    axes.set_xticks([x + 0.5 for x in range(size[1])], [str(x) for x in range(size[1])])
    axes.set_yticks([y + 0.5 for y in range(size[0])], [str(y) for y in range(size[0])])
    axes.xaxis.tick_top()
    legend(drawn, {"never read"} if none else ())
    return drawn


def _draw_row(
    axes: Axes, size: int, window: Window, pads: tuple[int, int], top: float = 0.0
) -> tuple[set[str], float]:
    """Draw a padded row of pixels and its windows; return the kinds of cell that occur, and the lowest y."""
    before, after = pads
    padded = (size + before + after,)
    (outputs,), (remainder,) = window.output_size(padded), unread(padded, window)
    reads = [{pixel - before for pixel in read} for read in _reads(outputs, window)]
    never_read = _never_read(size, reads)
    kinds = {"read"}
    for x in range(-before, size + after):
        kind = "padding" if not 0 <= x < size else "never read" if x in never_read else "pixel"
        kinds.add(kind)
        draw_cell(axes, x, top, kind, "" if kind == "padding" else str(x))  # numbers are places, not values
    y = top + 1.4
    for output, read in enumerate(reads):
        for x in range(min(read), max(read) + 1):
            kind = "read" if x in read else "skipped"
            kinds.add(kind)
            draw_cell(axes, x, y, kind)
        axes.text(max(read) + 1.25, y + 0.4, f"output {output}", va="center", color=INK)
        y += 1
    if remainder:
        kinds.add("does not fit")
        for x in (pixel - before for pixel in pixels_read(outputs, window)):
            draw_cell(axes, x, y, "does not fit", "×" if x >= size + after else "")
        y += 1
    return kinds - {"pixel"}, y + 0.2


def _counted_cell(axes: Axes, x: int, y: int, value: int, most: int) -> None:
    if not value:
        axes.add_patch(Rectangle((x, y), 1, 1, linewidth=1, **CELLS["never read"]))
        write(axes, x + 0.5, y + 0.5, "0", hatched=True)
        return
    weight = 0.15 + 0.85 * value / most
    fill = tuple(1 - weight * (1 - part) for part in to_rgb(BLUE))
    axes.add_patch(Rectangle((x, y), 1, 1, linewidth=1, facecolor=fill, edgecolor=GRID))
    write(axes, x + 0.5, y + 0.5, str(value), ink_on(fill))


def _reads(outputs: int, window: Window, axis: int = 0) -> list[set[int]]:
    """Return the pixels that each position of the window reads."""
    return [set(pixels_read(position, window, axis)) for position in range(outputs)]


def _never_read(size: int, reads: list[set[int]]) -> list[int]:
    """Return the pixels of a row that no position of the window reads."""
    return sorted(set(range(size)).difference(*reads))


def _in_words(never_read: list[int]) -> str:
    return f"Never read: {listed('pixel', never_read)}." if never_read else "Every pixel is read."


def _inches(cells: int) -> float:
    return max(4.6, 0.4 * cells + 1.0)
