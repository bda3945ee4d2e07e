"""One photograph through kernels of several sizes: each finds something that the others miss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnbook import photographs
from cnnbook.figures.side_by_side import slide
from cnnbook.figures.style import Picture, picture, show_image, signed, styled

Array = np.ndarray[Any, Any]

_RED = (1.0, -0.5, -0.5)  # red, less half of green and half of blue: 0 for every grey


@styled
def kernel_sizes_on_photograph(name: str = "flower", sizes: Sequence[int] = (3, 9, 25)) -> Picture:
    """Return a photograph, a map of it by one kernel of 1 × 1, and one by a kernel of each of the sizes.

    The kernel of 1 × 1 takes red and subtracts half of green and half of blue. Each of the others takes the
    mean of what lies near its middle and subtracts the mean of what lies around that, so it finds what has
    its own size. Each map is drawn on its own scale: blue below 0, orange above, white at 0.

    >>> print(kernel_sizes_on_photograph().alt)
    A photograph, and what kernels of 1 by 1, 3 by 3, 9 by 9, 25 by 25 make of it.
    Each finds parts of its own size. Blue is below 0, orange above.

    Raises ValueError if a size is even: such a kernel has no middle.
    """
    if even := [size for size in sizes if size % 2 == 0]:
        raise ValueError(f"a kernel of {even[0]} × {even[0]} has no middle; odd sizes would do")
    colour = np.array(photographs.planes(name)) / 255
    grey = np.array(photographs.grey(*photographs.planes(name))) / 255
    maps = {"1 × 1": np.tensordot(_RED, colour, axes=1)}
    maps |= {f"{size} × {size}": slide(grey, middle_minus_around(size)) for size in sizes}
    drawn = picture(
        2.3 * (len(maps) + 1),
        2.6,
        f"A photograph, and what kernels of {', '.join(maps).replace('×', 'by')} make of it.\n"
        "Each finds parts of its own size. Blue is below 0, orange above.",
    )
    row = drawn.subplots(1, len(maps) + 1)
    show_image(row[0], np.moveaxis(colour, 0, -1))
    row[0].set_title("photograph")
    for axes, (title, found) in zip(row[1:], maps.items(), strict=True):
        show_image(axes, found, **signed(found))
        axes.set_title(f"kernel of {title}")
    return drawn


def middle_minus_around(size: int) -> Array:
    """Return a kernel that takes the mean near its middle and subtracts the mean of a wider place.

    Both are weighted by bells, the wider one twice as wide; its numbers add up to 0.

    >>> middle_minus_around(3).round(2).tolist()
    [[-0.06, -0.06, -0.06], [-0.06, 0.5, -0.06], [-0.06, -0.06, -0.06]]
    """
    along = np.arange(size) - size // 2
    squares = along[:, None] ** 2 + along**2
    near, wide = (np.exp(-squares / (2 * (part * size) ** 2)) for part in (0.15, 0.3))
    kernel: Array = near / near.sum() - wide / wide.sum()
    return kernel
