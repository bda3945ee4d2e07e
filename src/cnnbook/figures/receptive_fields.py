"""Pictures of receptive fields: which units of the layers below one unit of a late layer looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from cnnbook.arithmetic import ReceptiveField, Window
from cnnbook.arithmetic import receptive_field as receptive_field_after
from cnnbook.figures.pixel_cells import CELLS, LETTERS, counted, frame, pixels_read
from cnnbook.figures.style import BLUE, INK, MUTED, PAPER, SKY, VERMILLION, picture, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture

Place = tuple[int, float]  # the jump of a layer's field, and the centre of its unit 0, both in input pixels


@styled
def receptive_field(size: int, windows: Sequence[Window], unit: int | None = None) -> Picture:
    """Return the layers above a row of pixels; coloured is what one unit of the last layer looks at in each.

    Each window has one axis: `Window((3,), stride=2)`. `unit` is an index in the last layer, by default the
    middle one. Units that are looked at have their numbers. A zero of the padding has no layer below it that
    it could look at.

    >>> print(receptive_field(9, [Window((3,)), Window((3,), stride=2)]).alt)
    One unit of layer 2 looks at 3 units of layer 1, at 5 pixels of the input: pixels 2 to 6.
    """
    sizes, fields = [size], [ReceptiveField()]
    for window in windows:
        sizes += window.output_size(sizes[-1:])
        fields += receptive_field_after([window], fields[-1:])
    places = [(field.jump, field.start + (field.size - 1) / 2) for field in fields]
    seen = [{sizes[-1] // 2 if unit is None else unit}]
    for window in reversed(windows):
        count = sizes[len(sizes) - len(seen)]
        inside = [index for index in seen[0] if 0 <= index < count]
        seen.insert(0, {pixel for index in inside for pixel in pixels_read(index, window)})
    left, right = min(0, *seen[0]), max(size, *(index + 1 for index in seen[0]))
    drawn = picture(0.4 * (right - left) + 2.6, 0.75 * len(sizes) + 0.3, _looks_at(seen))
    axes = drawn.add_subplot()
    for level, (count, place) in enumerate(zip(sizes, places, strict=True)):
        _draw_level(axes, level, count, place, seen[level])
        axes.text(left - 0.4, level, f"layer {level}" if level else "input", ha="right", va="center")
        axes.text(right + 0.4, level, counted(_width(seen[level]), "unit" if level else "pixel"), va="center")
    for level, window in enumerate(windows, start=1):
        _draw_rays(axes, level, window, seen[level], places[level - 1 : level + 1], sizes[level])
    frame(axes, (left - 2.6, right + 2.8), (-0.5, len(windows) + 0.5))
    axes.set_axis_off()
    return drawn


@styled
def gradient_support(gradients: Mapping[str, Any]) -> Picture:
    """Return one map per name: dark where the gradient is not zero, with the smallest frame around it.

    A gradient (H, W) is rows of numbers or anything with `.tolist()`, such as a tensor; not all may be 0.

    >>> print(gradient_support({"C1": [[0.0, 0.0, 0.0], [0.0, 2.0, -1.0]]}).alt)
    Where the gradient of one unit is not zero. C1: 1 by 2 of 2 by 3 pixels.
    """
    grids = {name: list(g.tolist() if hasattr(g, "tolist") else g) for name, g in gradients.items()}
    boxes = {name: _support(grid) for name, grid in grids.items()}
    alt = "Where the gradient of one unit is not zero. " + " ".join(
        f"{name}: {_width(rows)} by {_width(columns)} of {len(grids[name])} by {len(grids[name][0])} pixels."
        for name, (rows, columns) in boxes.items()
    )
    drawn = picture(1.75 * len(grids), 2.3, alt)
    drawn.set_layout_engine("constrained", h_pad=0.1)
    for axes, (name, grid) in zip(
        drawn.subplots(1, len(grids), squeeze=False)[0], grids.items(), strict=True
    ):
        rows, columns = boxes[name]
        corner = (min(columns) - 0.5, min(rows) - 0.5)
        marks = [[bool(value) for value in row] for row in grid]
        axes.imshow(marks, cmap=ListedColormap([PAPER, BLUE]), vmin=0, vmax=1)
        axes.add_patch(
            Rectangle(corner, _width(columns), _width(rows), fill=False, edgecolor=VERMILLION, linewidth=2)
        )
        axes.set_title(f"{name}\n{_width(rows)} × {_width(columns)}")
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_visible(True)
    return drawn


def _draw_level(axes: Axes, level: int, count: int, place: Place, seen: set[int]) -> None:
    jump, first = place
    width = min(0.8 * jump, 1.6)
    for index in range(min(0, *seen, 0), max(count, *(i + 1 for i in seen), 0)):
        inside = 0 <= index < count
        kind = "read" if index in seen else "pixel"
        style = CELLS[kind] if inside else CELLS["padding"] | {"facecolor": SKY if kind == "read" else PAPER}
        x = first + jump * index + 0.5
        axes.add_patch(Rectangle((x - width / 2, level - 0.2), width, 0.4, **style))
        if inside and kind == "pixel":
            continue  # the number 0 on a box that is not read would look like a zero of the padding
        number, color = (str(index), LETTERS[kind]) if inside else ("0", INK)
        axes.text(x, level, number, ha="center", va="center", color=color, fontsize=8)


def _draw_rays(
    axes: Axes, level: int, window: Window, seen: set[int], places: Sequence[Place], count: int
) -> None:
    (below_jump, below_first), (jump, first) = places
    for index in (index for index in seen if 0 <= index < count):
        for pixel in pixels_read(index, window):
            across = [first + jump * index + 0.5, below_first + below_jump * pixel + 0.5]
            axes.plot(across, [level - 0.2, level - 0.8], color=MUTED, linewidth=0.9, zorder=0)


def _looks_at(seen: list[set[int]]) -> str:
    top = len(seen) - 1
    between = "".join(
        f"at {counted(_width(seen[level]), 'unit')} of layer {level}, " for level in range(top - 1, 0, -1)
    )
    pixels = f"at {counted(_width(seen[0]), 'pixel')} of the input: pixels {min(seen[0])} to {max(seen[0])}."
    return f"One unit of layer {top} looks {between}{pixels}"


def _width(indices: set[int]) -> int:
    return max(indices) - min(indices) + 1


def _support(grid: list[list[float]]) -> tuple[set[int], set[int]]:
    rows = {y for y, row in enumerate(grid) if any(row)}
    return rows, {x for row in grid for x, value in enumerate(row) if value}
