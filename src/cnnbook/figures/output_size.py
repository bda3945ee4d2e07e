"""The pictures of chapter 01: maps at one scale, dilated weights and unread pixels on a photograph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Rectangle

from cnnbook import photographs
from cnnbook.arithmetic import Window, receptive_field
from cnnbook.figures.pixel_cells import pixels_read
from cnnbook.figures.style import (
    INK,
    MUTED,
    NEGATIVE,
    PAPER,
    VERMILLION,
    YELLOW,
    as_array,
    picture,
    show_image,
    signed,
    styled,
)
from cnnbook.figures.vgg import fields_on_photograph

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture

    Array = np.ndarray[Any, Any]

_WIDE = 10.0  # inches
_LETTER = 0.085  # inches that a letter of a title needs


_NEAR = 29  # pixels of the photograph that are shown on each side of a kernel's middle weight

_EYES = (80, 98)
"""Row and column of the photograph of Grace Hopper between and a little below her eyes."""


def what_one_number_sees() -> Picture:
    """Return a photograph with what one number of each of five layers sees, kernel 3 and stride 2 in each.

    >>> print(what_one_number_sees().alt.partition(": ")[2])
    layer 1, 3 by 3; layer 2, 7 by 7; layer 3, 15 by 15; layer 4, 31 by 31; layer 5, 63 by 63.
    """
    boxes = {}
    for layers in range(1, 6):
        (field,) = receptive_field([Window((3,), stride=2)] * layers)
        before = (field.size - 1) // 2
        (top, left) = (middle - before for middle in _EYES)
        boxes[f"layer {layers}"] = (top, top + field.size - 1, left, left + field.size - 1)
    return fields_on_photograph(np.moveaxis(np.array(photographs.planes("hopper")) / 255, 0, -1), boxes)


@styled
def to_scale(pictures: Mapping[str, Any]) -> Picture:
    """Return pictures in a row, each with its size below it; a pixel is equally large in all of them.

    A picture has shape (H, W); further axes of length 1 do no harm. Pictures with negative numbers are blue
    below 0, orange above, on one scale; the others go from 0 (black) to 1 (white).

    >>> print(to_scale({"photograph": np.ones((9, 12)), "stride 3": -np.ones((3, 4))}).alt)
    Drawn with pixels of one size: photograph, 9 by 12; stride 3, 3 by 4.
    """
    images = {name: _flat(image) for name, image in pictures.items()}
    sizes = "; ".join(f"{name}, {image.shape[0]} by {image.shape[1]}" for name, image in images.items())
    tallest = max(image.shape[0] for image in images.values())
    widest = max(image.shape[1] for image in images.values())
    inch = widest * len(images) / _WIDE  # pixels in an inch, at first without the room for letters
    slots = [max(image.shape[1] * 1.06, inch * _LETTER * len(name)) for name, image in images.items()]
    inch = sum(slots) / _WIDE
    drawn = picture(_WIDE, tallest / inch + 0.75, f"Drawn with pixels of one size: {sizes}.")
    axes = drawn.add_subplot()
    below_zero = [image for image in images.values() if image.min() < 0]
    left = 0.0
    for (name, image), slot in zip(images.items(), slots, strict=True):
        height, width = image.shape
        look = signed(*below_zero) if image.min() < 0 else {"vmin": 0, "vmax": 1}
        start = left + (slot - width) / 2
        axes.imshow(image, extent=(start, start + width, height, 0), **look)
        axes.add_patch(Rectangle((start, 0), width, height, fill=False, edgecolor=MUTED, linewidth=0.6))
        middle = left + slot / 2
        axes.text(middle, -0.07 * inch, name, ha="center", va="bottom")
        axes.text(middle, height + 0.07 * inch, f"{height} × {width}", ha="center", va="top", color=MUTED)
        left += slot
    axes.set(xlim=(0, left), ylim=(tallest + 0.35 * inch, -0.35 * inch), aspect="equal")
    axes.set_axis_off()
    return drawn


@styled
def weights_on_photograph(image: Any, found: Any, place: tuple[int, int], dilation: int) -> Picture:
    """Return where a dilated kernel's nine weights stand on a photograph, beside what the kernel finds.

    `place` is the row and the column of the middle weight; the photograph is shown near it, so large that
    single pixels can be counted. A map of the photograph's size would fill the room on the right.

    >>> print(weights_on_photograph(np.ones((9, 9)), np.eye(5) - 1, (4, 4), 2).alt)
    Dilation 2: nine weights in a square of 5 by 5 pixels, and the 5 by 5 numbers that the kernel finds.
    """
    grey, edges = _flat(image), _flat(found)
    span = 2 * dilation + 1
    drawn = picture(
        7.0,
        4.0,
        f"Dilation {dilation}: nine weights in a square of {span} by {span} pixels, "
        f"and the {edges.shape[0]} by {edges.shape[1]} numbers that the kernel finds.",
    )
    left, right = drawn.subplots(1, 2)
    show_image(left, grey, vmin=0, vmax=1)
    left.set_title(f"nine weights, {span} × {span} pixels")
    left.set(
        xlim=(place[1] - _NEAR - 0.5, place[1] + _NEAR + 0.5),
        ylim=(place[0] + _NEAR + 0.5, place[0] - _NEAR - 0.5),
    )
    for down in (-1, 0, 1):
        for across, colour in ((-1, NEGATIVE), (0, PAPER), (1, VERMILLION)):
            y, x = place[0] + down * dilation, place[1] + across * dilation
            left.add_patch(
                Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=colour, edgecolor=YELLOW, linewidth=0.7)
            )
    show_image(right, edges, **signed(edges), extent=(0, edges.shape[1], edges.shape[0], 0))
    right.set(xlim=(-0.5, grey.shape[1] + 0.5), ylim=(grey.shape[0] + 0.5, -0.5), frame_on=False)
    right.add_patch(
        Rectangle((0, 0), edges.shape[1], edges.shape[0], fill=False, edgecolor=MUTED, linewidth=0.6)
    )
    right.set_title(f"its edges, {edges.shape[0]} × {edges.shape[1]}")
    return drawn


@styled
def unread_on_photograph(image: Any, windows: Mapping[str, Window]) -> Picture:
    """Return the photograph once for each window; the pixels that the window never reads are yellow.

    >>> print(unread_on_photograph(np.ones((6, 9)), {"kernel 3": Window(3, stride=2)}).alt)
    Pixels that no window reads, of 6 by 9: kernel 3, 9.
    """
    grey = _flat(image)
    masks = {name: _mask(grey.shape, window) for name, window in windows.items()}
    counts = "; ".join(f"{name}, {int(mask.sum()):,}" for name, mask in masks.items())
    height, width = grey.shape
    drawn = picture(
        4.4 * len(masks),
        4.2 * height / width + 0.5,
        f"Pixels that no window reads, of {height} by {width}: {counts}.",
    )
    places = drawn.subplots(1, len(masks), squeeze=False)[0]
    for axes, (name, mask) in zip(places, masks.items(), strict=True):
        _covered(axes, grey, mask)
        axes.set_title(f"{name}: {int(mask.sum()):,} of {mask.size:,} never read")
    return drawn


def _covered(axes: Axes, grey: Array, mask: Array) -> None:
    colours = np.stack([0.85 * grey] * 3, axis=-1)
    colours[mask] = tuple(int(YELLOW[at : at + 2], 16) / 255 for at in (1, 3, 5))
    show_image(axes, colours)
    for spine in axes.spines.values():
        spine.set(color=INK, linewidth=1)


def _mask(size: tuple[int, int], window: Window) -> Array:
    """Return True for each pixel that no window reads."""
    read = []
    for axis, (n, outputs) in enumerate(zip(size, window.output_size(size), strict=True)):
        places = {pixel for position in range(outputs) for pixel in pixels_read(position, window, axis)}
        read.append(np.array([pixel in places for pixel in range(n)]))
    mask: Array = ~(read[0][:, None] & read[1])
    return mask


def _flat(values: Any) -> Array:
    """Return numbers of shape (H, W)."""
    image = as_array(values).astype(float)
    while image.ndim > 2 and image.shape[0] == 1:
        image = image[0]
    if image.ndim != 2:
        raise ValueError(f"a picture has the shape {' × '.join(map(str, image.shape))}; H × W would do")
    return image
