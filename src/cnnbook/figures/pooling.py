"""The pictures of chapter 02: which numbers a pool keeps, and how a shift of the image changes its output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Patch, Rectangle

from cnnbook import photographs as sources
from cnnbook.arithmetic import Window
from cnnbook.figures.pixel_cells import CELLS, counted, draw_cell, frame, write
from cnnbook.figures.style import (
    BLUE,
    GRID,
    INK,
    MUTED,
    PAPER,
    SEQUENCE,
    Picture,
    picture,
    show_image,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKS = ("o", "s", "^", "D", "v")
_DASHES = ("-", "--", "-.", ":", "-")


@styled
def pools_on_photograph(name: str = "hopper", kernel_size: int = 6) -> Picture:
    """Return a photograph and its edges, each beside what two pools keep of it and every sixth pixel of it.

    The edges are the absolute values of Sobel's kernel for vertical edges.

    >>> print(pools_on_photograph().alt)
    A photograph of 192 by 192 and its vertical edges, and what is left of each in 32 by 32.
    Photograph: mean 0.33; max-pool, mean 0.49; average pool, mean 0.33; every 6th pixel, mean 0.33.
    Edges: mean 0.26; max-pool, mean 0.91; average pool, mean 0.26; every 6th pixel, mean 0.28.
    """
    grey = np.array(sources.grey(*sources.planes(name))) / 255
    around = np.pad(grey, 1, mode="edge")
    right, left = around[:, 2:], around[:, :-2]
    edges = np.abs(sum(weight * (right - left)[i : i + len(grey)] for i, weight in enumerate((1, 2, 1))))
    lines = {"photograph": _kept(grey, kernel_size), "edges": _kept(edges, kernel_size)}
    said = [
        f"{line.capitalize()}: "
        + "; ".join(f"{title}, mean {image.mean():.2f}" for title, image in kept.items()).removeprefix(", ")
        for line, kept in lines.items()
    ]
    size = " by ".join(map(str, grey.shape))
    left_over = " by ".join(map(str, lines["edges"]["max-pool"].shape))
    alt = f"A photograph of {size} and its vertical edges, and what is left of each in {left_over}.\n"
    drawn = picture(9.6, 5.1, alt + "\n".join(f"{line}." for line in said))
    for row, (line, kept) in zip(drawn.subplots(2, 4), lines.items(), strict=True):
        most = 1.0 if line == "photograph" else float(kept[""].max()) / 1.6  # brighter, to be seen
        for axes, (title, image) in zip(row, kept.items(), strict=True):
            show_image(axes, image, vmin=0, vmax=most)
            axes.set_title(f"{title or line}, {len(image)} × {len(image[0])}")
    return drawn


@styled
def tolerance(scores: Mapping[str, Sequence[Sequence[float]]]) -> Picture:
    """Return what share of moved pictures each network recognises: the mean of its runs, and their spread.

    `scores` has for each network its runs, each the shares for moves of 0, 1, 2 ... pixels.

    >>> print(tolerance({"max-pool": [[0.8, 0.5], [0.9, 0.7]], "stride": [[0.8, 0.25]]}).alt)
    Pictures recognised, moved by 0, 1 pixels, mean of the runs. max-pool: 85 %, 60 %. stride: 80 %, 25 %.
    """
    runs = {name: np.asarray(own) for name, own in scores.items()}
    moves = range(max(own.shape[1] for own in runs.values()))
    said = " ".join(
        f"{name}: {', '.join(f'{100 * value:.0f} %' for value in own.mean(axis=0))}."
        for name, own in runs.items()
    )
    drawn = picture(
        8.2,
        3.1,
        f"Pictures recognised, moved by {', '.join(map(str, moves))} pixels, mean of the runs. {said}",
    )
    axes = drawn.add_subplot()
    styles = zip(SEQUENCE, _MARKS, _DASHES, strict=False)
    for (name, own), (colour, mark, dash) in zip(runs.items(), styles, strict=False):
        axes.fill_between(moves, own.min(axis=0), own.max(axis=0), color=colour, alpha=0.25, linewidth=0)
        axes.plot(moves, own.mean(axis=0), dash, marker=mark, color=colour, markersize=6, label=name)
    axes.set(xlabel="the pictures are moved by so many pixels", ylabel="recognised", ylim=(0, 1))
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xticks(moves)
    axes.grid(axis="y", color=GRID)
    axes.set_axisbelow(True)
    drawn.legend(loc="outside right center")
    return drawn


@styled
def winners(numbers: Any, window: Window) -> Picture:
    """Return a map, each window of a pool framed and its largest number dark, and the outputs of two pools.

    `numbers` is rows of numbers or anything with `.tolist()`; the windows must neither overlap nor be padded.

    >>> print(winners([[1, 5, 2, 0], [3, 4, 7, 1]], Window.pool(2)).alt)
    A map of 2 by 4 in windows of 2 by 2. The largest: 5 7. The averages: 3.25 2.5.
    """
    grid = np.asarray(numbers.tolist() if hasattr(numbers, "tolist") else numbers, dtype=float)
    (height, width), (k_h, k_w), (s_h, s_w) = grid.shape, window.kernel_size, window.stride
    down, across = window.output_size((height, width))
    windows = [
        [grid[y * s_h : y * s_h + k_h, x * s_w : x * s_w + k_w] for x in range(across)] for y in range(down)
    ]
    made = {
        "max-pool": [[block.max() for block in row] for row in windows],
        "average pool": [[block.mean() for block in row] for row in windows],
    }
    largest, averages = (
        " / ".join(" ".join(f"{value:g}" for value in row) for row in rows) for rows in made.values()
    )
    drawn = picture(
        0.42 * width + 0.62 * 2 * across + 1.2,
        0.42 * height + 0.5,
        f"A map of {height} by {width} in windows of {k_h} by {k_w}. "
        f"The largest: {largest}. The averages: {averages}.",
    )
    ratios = [width, 1.5 * across, 1.5 * across]
    left, *others = drawn.subplots(1, 3, gridspec_kw={"width_ratios": ratios})
    _number_cells(left, grid, 1)
    for y, row in enumerate(windows):
        for x, block in enumerate(row):
            best_y, best_x = np.unravel_index(block.argmax(), block.shape)
            place = (x * s_w + int(best_x), y * s_h + int(best_y))
            left.add_patch(Rectangle(place, 1, 1, facecolor=BLUE, edgecolor=MUTED))
            write(left, place[0] + 0.5, place[1] + 0.5, f"{block.max():g}", PAPER)
            corner = (x * s_w, y * s_h)
            left.add_patch(Rectangle(corner, k_w, k_h, fill=False, edgecolor=INK, linewidth=2.5))
    left.set_title("a map", loc="left")
    for axes, (name, rows) in zip(others, made.items(), strict=True):
        _number_cells(axes, rows, 1.5)
        axes.set_title(name, loc="left")
    return drawn


@styled
def window_ranges(size: int, layers: Mapping[str, Sequence[tuple[int, int]]]) -> Picture:
    """Return a row of pixels for each layer, with the layer's windows below it.

    A window is (its first pixel, the pixel after its last). The part of a window that lies outside the row is
    dashed, and a pixel that no window of the layer reads is hatched. A window that begins outside is crossed
    out: it makes no output.

    >>> print(window_ranges(8, {"floor": [(0, 3), (2, 5), (4, 7)], "8 to 3": [(0, 3), (2, 6), (5, 8)]}).alt)
    floor: 8 pixels, 3 windows, 0 to 2, 2 to 4, 4 to 6; never read: 7.
    8 to 3: 8 pixels, 3 windows, 0 to 2, 2 to 5, 5 to 7.
    """
    unread = {
        name: [i for i in range(size) if not any(start <= i < stop for start, stop in windows)]
        for name, windows in layers.items()
    }
    alt = "\n".join(
        f"{name}: {counted(size, 'pixel')}, {counted(len(windows), 'window')}, "
        + ", ".join(_range_in_words(window, size) for window in windows)
        + (f"; never read: {', '.join(map(str, unread[name]))}." if unread[name] else ".")
        for name, windows in layers.items()
    )
    ends = [end for windows in layers.values() for window in windows for end in window]
    left, right = min(0, *ends), max(size, *ends)
    drawn = picture(
        max(4.6, 0.4 * (right - left) + 1.6), 0.36 * sum(len(w) + 2.9 for w in layers.values()) + 0.4, alt
    )
    axes = drawn.add_subplot()
    top, outside, dropped = 0.0, False, False
    for name, windows in layers.items():
        axes.text(left, top + 0.6, name, fontweight="bold")
        for x in range(size):
            draw_cell(axes, x, top + 0.9, "never read" if x in unread[name] else "pixel", str(x))
        for index, (start, stop) in enumerate(windows):
            begins_outside = start >= size
            for x in range(start, stop):
                kind = "does not fit" if begins_outside else "read" if 0 <= x < size else "padding"
                draw_cell(axes, x, top + 2.2 + index, kind, "×" if begins_outside else "")
                outside |= kind == "padding"
            dropped |= begins_outside
            said = "no output" if begins_outside else f"output {index}"
            axes.text(stop + 0.25, top + 2.6 + index, said, va="center", color=INK)
        top += len(windows) + 2.9
    frame(axes, (left - 0.1, right + 2.6), (top - 0.6, -0.1))
    axes.set_axis_off()
    names = {"read": "read"} | ({"padding": "hangs over"} if outside else {})
    names |= {"does not fit": "begins outside"} if dropped else {}
    names |= {"never read": "never read"} if any(unread.values()) else {}
    handles = [Patch(label=label, **CELLS[kind]) for kind, label in names.items()]
    drawn.legend(handles=handles, loc="outside lower left", ncols=4, handlelength=1.3, fontsize=9)
    return drawn


def _range_in_words(window: tuple[int, int], size: int) -> str:
    start, stop = window
    return f"{start} to {stop - 1}" + (" dropped" if start >= size else "")


@styled
def photographs(maps: Mapping[str, Any]) -> Picture:
    """Return maps (H, W) side by side, drawn equally large: black is 0, white the largest number of all maps.

    >>> photographs({"edges": np.eye(8), "max-pool": np.ones((4, 4))}).alt
    'Maps at one scale: edges, 8 by 8, mean 0.12, largest 1; max-pool, 4 by 4, mean 1, largest 1.'
    """
    values = {name: np.asarray(image) for name, image in maps.items()}
    most = max(float(image.max()) for image in values.values()) or 1.0
    said = "; ".join(
        f"{name}, {image.shape[0]} by {image.shape[1]}, mean {image.mean():.2g}, largest {image.max():.2g}"
        for name, image in values.items()
    )
    height, width = next(iter(values.values())).shape
    drawn = picture(2.9 * len(values), 2.9 * height / width + 0.35, f"Maps at one scale: {said}.")
    for axes, (name, image) in zip(
        drawn.subplots(1, len(values), squeeze=False)[0], values.items(), strict=True
    ):
        show_image(axes, image, vmin=0, vmax=most, extent=(0, width, height, 0))
        axes.set_title(f"{name}, {image.shape[0]} × {image.shape[1]}")
    return drawn


@styled
def ink(rows: Mapping[str, Any]) -> Picture:
    """Return one row of images (N, H, W) per name: white is 0, black the largest number of all rows.

    >>> ink({"digit": np.ones((3, 8, 8)), "max-pool 4": np.ones((3, 2, 2))}).alt
    'Rows of 3 images on one scale, dark ink: digit, 8 by 8; max-pool 4, 2 by 2.'
    """
    values = {name: np.asarray(images) for name, images in rows.items()}
    first = next(iter(values.values()))
    sizes = "; ".join(f"{name}, {images.shape[1]} by {images.shape[2]}" for name, images in values.items())
    alt = f"Rows of {len(first)} images on one scale, dark ink: {sizes}."
    drawn = picture(0.8 * len(first) + 1.5, 0.85 * len(values), alt)
    grid = drawn.subplots(len(values), len(first), squeeze=False)
    for line, (name, images) in zip(grid, values.items(), strict=True):
        for axes, image in zip(line, images, strict=True):
            show_image(axes, image, cmap="gray_r", vmin=0, vmax=max(float(v.max()) for v in values.values()))
        size = f"{images.shape[1]}×{images.shape[2]}"
        line[0].set_ylabel(f"{name}\n{size}", rotation=0, ha="right", va="center")
    return drawn


@styled
def shift_response(changes: Mapping[str, Sequence[float]]) -> Picture:
    """Return one line per layer: how much its output changes when the image is shifted by 0, 1, 2 ... pixels.

    >>> print(shift_response({"convolution": [0, 0, 0], "max-pool 2": [0, 0.25, 0]}).alt)
    Change of the output for shifts of 0, 1, 2 pixels. convolution: 0, 0, 0. max-pool 2: 0, 0.25, 0.
    """
    shifts = ", ".join(str(shift) for shift in range(len(next(iter(changes.values())))))
    lines = " ".join(f"{name}: {', '.join(f'{v:.2g}' for v in line)}." for name, line in changes.items())
    drawn = picture(7.4, 2.9, f"Change of the output for shifts of {shifts} pixels. {lines}")
    axes = drawn.add_subplot()
    styles = zip(SEQUENCE, _MARKS, _DASHES, strict=False)
    for (name, line), (colour, mark, dash) in zip(changes.items(), styles, strict=False):
        axes.plot(range(len(line)), line, dash, marker=mark, color=colour, markersize=6, label=name)
    axes.set(xlabel="shift of the picture, in pixels", ylabel="change, in standard\ndeviations of the output")
    axes.set_xticks(range(len(next(iter(changes.values())))))
    axes.set_ylim(bottom=-0.02)
    axes.grid(axis="y", color=GRID)
    axes.set_axisbelow(True)
    drawn.legend(loc="outside right center")
    return drawn


def _kept(image: np.ndarray[Any, Any], kernel_size: int) -> dict[str, np.ndarray[Any, Any]]:
    """Return an image, what two pools make of it, and one pixel of each window."""
    height, width = (size // kernel_size for size in image.shape)
    blocks = image[: height * kernel_size, : width * kernel_size]
    windows = blocks.reshape(height, kernel_size, width, kernel_size)
    return {
        "": image,
        "max-pool": windows.max(axis=(1, 3)),
        "average pool": windows.mean(axis=(1, 3)),
        f"every {kernel_size}th pixel": image[::kernel_size, ::kernel_size],
    }


def _number_cells(axes: Axes, rows: Any, wide: float) -> None:
    """Draw each number of the rows in a cell of height 1 and width `wide`."""
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            axes.add_patch(Rectangle((x * wide, y), wide, 1, facecolor=PAPER, edgecolor=MUTED))
            write(axes, (x + 0.5) * wide, y + 0.5, f"{value:g}")
    frame(axes, (-0.06, len(rows[0]) * wide + 0.06), (len(rows) + 0.06, -0.06))
    axes.set_anchor("NW")
    axes.set_axis_off()
