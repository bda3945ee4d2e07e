"""Pictures side by side: photographs, maps, and what kernels make of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnbook import photographs
from cnnbook.figures.style import INK, PAPER, Picture, as_array, picture, show_image, signed, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    Array = np.ndarray[Any, Any]

_ACROSS = 4  # pictures in one line; five stand in one, too, since the fifth would be alone in the next
_EDGES = ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1))


@styled
def side_by_side(
    pictures: Mapping[str, Any] | None = None,
    /,
    *,
    maps: Collection[str] = (),
    scale: float | None = None,
    **more: Any,
) -> Picture:
    """Return pictures side by side under their names: `side_by_side(photograph=photo, edges=found)`.

    A picture has shape (H, W), or (3, H, W) in colour; further axes of length 1 do no harm. Names that Python
    does not allow go into a mapping. Pictures with negative numbers are blue below 0, orange above, white at
    0, all on one scale: to their largest number, or to `scale`, so that several figures can be compared. The
    colour bar has pointed ends if some numbers go beyond `scale`.
    Others are grey: black is 0, white is 1, or the largest number of all pictures that go beyond 1. `maps`
    names pictures that are drawn around zero like the others, though they may hold no negative number.

    Raises ValueError if there is no picture, or one of another shape, and for a name in `maps` without one.

    >>> print(side_by_side(photograph=np.eye(5), edges=1 - 2 * np.eye(3)).alt)
    Side by side: photograph, 5 by 5, from 0 to 1; edges, 3 by 3, from -1 to 1.
    Blue is below 0, orange above.
    """
    given = {**(pictures or {}), **more}
    images = {name.replace("_", " "): _image(image) for name, image in given.items()}
    if not images:
        raise ValueError("there is no picture; side_by_side(photograph=photo) would show one")
    always = {name.replace("_", " ") for name in maps}
    if unknown := sorted(always - images.keys()):
        raise ValueError(f"maps names {unknown[0]!r}; the pictures are {', '.join(images)}")
    plain = {name: image for name, image in images.items() if image.ndim == 2}
    around_zero = {name: image for name, image in plain.items() if name in always or image.min() < 0}
    beyond_one = [image for name, image in plain.items() if name not in around_zero and image.max() > 1]
    most = max((float(image.max()) for image in beyond_one), default=1.0)
    height, width = max((image.shape[:2] for image in images.values()), key=lambda size: size[0] / size[1])
    across = 5 if len(images) == 5 else min(len(images), _ACROSS)
    down = -(-len(images) // across)
    side = {5: 1.95, _ACROSS: 2.3}.get(across, 2.9)
    drawn = picture(
        side * across + (0.7 if around_zero else 0.2),
        down * (side * height / width + 0.35),
        _alt(images, bool(around_zero)),
    )
    grid = drawn.subplots(down, across, squeeze=False)
    shown = None
    for axes in grid.ravel()[len(images) :]:
        axes.set_axis_off()
    for axes, (name, image) in zip(grid.ravel(), images.items(), strict=False):
        if image.ndim == 3:
            show_image(axes, image.clip(0, 1))
        elif name in around_zero:
            shown = show_image(axes, image, **signed(*around_zero.values() if scale is None else [scale]))
        else:
            show_image(axes, image, vmin=0, vmax=most if image.max() > 1 else 1)
        axes.set_title(name)
    if shown is not None:
        beyond = scale is not None and max(abs(image).max() for image in around_zero.values()) > scale
        ends = "both" if beyond else "neither"  # pointed ends say that larger numbers have the end's colour
        drawn.colorbar(shown, ax=grid, shrink=0.8, aspect=18, pad=0.02, extend=ends)
    return drawn


@styled
def kernels_on_photograph(name: str = "hopper") -> Picture:
    """Return a photograph and what three kernels make of it, each above its kernel.

    The kernels blur, find vertical edges and find horizontal edges.

    >>> print(kernels_on_photograph().alt)
    A photograph, and what three kernels make of it: blurred, its vertical edges, its horizontal edges.
    Blue is below 0, orange above.
    """
    grey = np.array(photographs.grey(*photographs.planes(name))) / 255
    upright = np.array(_EDGES, dtype=float)
    blur = np.full((7, 7), 1 / 49)
    kernels = {"blurred": blur, "vertical edges": upright, "horizontal edges": upright.T}
    found = {title: slide(grey, kernel) for title, kernel in kernels.items()}
    drawn = picture(
        10.2,
        3.7,
        "A photograph, and what three kernels make of it: blurred, its vertical edges, its horizontal "
        "edges.\nBlue is below 0, orange above.",
    )
    (left, *above), (empty, *below) = drawn.subplots(2, 4, height_ratios=(2.6, 1))
    show_image(left, grey, vmin=0, vmax=1)
    left.set_title("photograph")
    empty.set_axis_off()
    for axes, beneath, (title, kernel) in zip(above, below, kernels.items(), strict=True):
        edges = [found[t] for t in found if found[t].min() < 0]
        look = signed(*edges) if found[title].min() < 0 else {"vmin": 0, "vmax": 1}
        show_image(axes, found[title], **look)
        axes.set_title(title)
        weights(beneath, kernel)
    return drawn


def weights(axes: Axes, kernel: Array) -> None:
    """Draw a kernel by sign and strength, with its weights where there is room; else with what they are."""
    show_image(axes, kernel, **signed(kernel if kernel.min() < 0 else 4 * kernel))
    if len(kernel) > 3:
        for between in range(1, len(kernel)):
            axes.axhline(between - 0.5, color=PAPER, linewidth=1)
            axes.axvline(between - 0.5, color=PAPER, linewidth=1)
        axes.set_xlabel(f"{kernel.size} weights of 1/{round(1 / kernel.max())}")
        return
    for (y, x), weight in np.ndenumerate(kernel):
        colour = PAPER if weight < -0.5 * np.abs(kernel).max() else INK  # white on deep blue only
        axes.text(x, y, f"{weight:g}".replace("-", "−"), ha="center", va="center", color=colour)
    axes.set_xlabel(f"kernel, {len(kernel)} × {len(kernel)}")


def slide(image: Array, kernel: Array) -> Array:
    """Return the sum of the products of the kernel and the pixels below it, at every place where it fits."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    found: Array = np.einsum("yxij,ij->yx", windows, kernel)
    return found


def _image(values: Any) -> Array:
    """Return numbers of shape (H, W), or (H, W, 3) for a picture in colour."""
    image = as_array(values).astype(float)
    while image.ndim > 2 and image.shape[0] == 1:
        image = image[0]
    if image.ndim == 3 and len(image) == 3:
        return image.transpose(1, 2, 0)
    if image.ndim != 2:
        shape = " × ".join(map(str, as_array(values).shape))
        raise ValueError(f"a picture has the shape {shape}; H × W or 3 × H × W would do")
    return image


def _alt(images: Mapping[str, Array], signed_values: bool) -> str:
    said = []
    for name, image in images.items():
        size = f"{name}, {image.shape[0]} by {image.shape[1]}"
        said.append(
            f"{size}, in colour"
            if image.ndim == 3
            else f"{size}, from {image.min():.3g} to {image.max():.3g}"
        )
    end = "\nBlue is below 0, orange above." if signed_values else ""
    return f"Side by side: {'; '.join(said)}.{end}"
