"""A photograph on its way through many layers, and how large the gradient of each layer is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnbook.figures.frames import Frames, frames
from cnnbook.figures.photograph_numbers import photograph
from cnnbook.figures.style import BLUE, GRID, INK, PAPER, Picture, picture, show_image, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    Array = np.ndarray[Any, Any]

_MAPS = 8
_BRIGHTEST = 99.5  # per cent of the pixels; a few brighter ones would leave all others in the dark
_LINES = ((BLUE, "s", "-"), (INK, "D", "-."))  # as plain 56 and residual 56 are drawn by losses_by_seed


def depth_on_photograph(
    name: str = "hopper", blocks: Sequence[int] = (0, 1, 3, 9, 27), seed: int = 0
) -> Frames:
    """Return what is left of a photograph after so many blocks, plain and residual, as a stepped picture.

    A first convolution of 3 by 3 makes 8 maps. A block is two more, from 8 maps to 8, each with a batch norm
    (here over the photograph alone); a ReLU stands between them, another at the end. A residual block adds
    its input before that last ReLU. The weights are random and the same for both. What is drawn is the mean
    of the 8 maps, from its smallest number (black) to nearly its largest (white).

    >>> print(depth_on_photograph(blocks=[27]).alt)
    27 blocks: What is left of a photograph after 27 blocks: plain, residual.

    Raises ValueError if `blocks` holds no number, or one below 0.
    """
    if not blocks or min(blocks) < 0:
        raise ValueError(f"blocks is {list(blocks)}; numbers of blocks such as [0, 3, 27] would do")
    photo = photograph(name)
    walks = {kind: _walk(photo, blocks, seed, residual=kind == "residual") for kind in ("plain", "residual")}
    titles = [f"{count} block{'' if count == 1 else 's'}" for count in blocks]
    pairs = [{kind: walk[count] for kind, walk in walks.items()} for count in blocks]
    return frames([_pair(pair, title) for pair, title in zip(pairs, titles, strict=True)], titles)


@styled
def gradient_norms(norms: Mapping[str, Sequence[float]]) -> Picture:
    """Return the length of each layer's gradient, from the first layer to the last, a line for each network.

    The scale is logarithmic: each line of the grid is ten times the one below it. An arrow above says which
    way the gradient goes.

    >>> print(gradient_norms({"plain 56": [220, 3, 0.4], "residual 56": [1.7, 1.2, 1.0]}).alt)
    Length of the gradient by layer. It goes from the last layer to the first.
    plain 56: 0.4 in the last layer, 220 in the first; residual 56: 1 in the last layer, 1.7 in the first.
    """
    said = "; ".join(
        f"{name}: {_two_digits(values[-1])} in the last layer, {_two_digits(values[0])} in the first"
        for name, values in norms.items()
    )
    drawn = picture(
        6.4, 3.2, f"Length of the gradient by layer. It goes from the last layer to the first.\n{said}."
    )
    axes = drawn.subplots()
    for (name, values), (colour, mark, dashes) in zip(norms.items(), _LINES, strict=False):
        layers = range(1, len(values) + 1)
        axes.semilogy(layers, values, dashes, color=colour, marker=mark, markersize=3.5, label=name)
    axes.set(xlabel="layer, the first one on the left", ylabel="length of its gradient,\nlogarithmic scale")
    axes.grid(axis="y", color=GRID)
    axes.legend(loc="upper right")
    _arrow_to_the_left(axes, "the gradient goes from the last layer to the first")
    return drawn


def _arrow_to_the_left(axes: Axes, text: str) -> None:
    """Draw an arrow over the whole width above the axes, with these words in its middle."""
    line = {"arrowstyle": "->", "color": INK, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", xy=(0, 1.08), xytext=(1, 1.08), xycoords="axes fraction", arrowprops=line)
    card = {"facecolor": PAPER, "edgecolor": "none", "pad": 3}  # hides the arrow behind the words
    axes.text(0.5, 1.08, text, ha="center", va="center", bbox=card, transform=axes.transAxes)


def _two_digits(number: float) -> str:
    """Return a number with two digits that count, and without a power of ten.

    >>> [_two_digits(number) for number in (221.7, 4.31, 0.268)]
    ['220', '4.3', '0.27']
    """
    return np.format_float_positional(number, precision=2, fractional=False, trim="-")


@styled
def _pair(maps: Mapping[str, Array], title: str) -> Picture:
    drawn = picture(6.6, 3.5, f"What is left of a photograph after {title}: {', '.join(maps)}.")
    for axes, (kind, image) in zip(drawn.subplots(1, len(maps)), maps.items(), strict=True):
        show_image(axes, image, vmin=image.min(), vmax=np.percentile(image, _BRIGHTEST))
        axes.set_title(kind)
    return drawn


def _walk(photo: Any, blocks: Sequence[int], seed: int, *, residual: bool) -> dict[int, Array]:
    """Return the mean of the maps after each of these numbers of blocks."""
    steps = _maps(photo, max(blocks), seed, residual=residual)
    return {count: maps[0].mean(dim=0).numpy() for count, maps in enumerate(steps) if count in blocks}


def _maps(photo: Any, most: int, seed: int, *, residual: bool) -> Iterator[Any]:
    """Yield the maps of the first convolution, and those after each block."""
    import torch
    from torch.nn import functional as F

    draw = torch.Generator().manual_seed(seed)

    def conv(maps: Any) -> Any:
        kernels = torch.randn(_MAPS, maps.shape[1], 3, 3, generator=draw)
        made = F.conv2d(maps, kernels, padding=1)
        return F.batch_norm(made, None, None, training=True)

    maps = F.relu(conv(photo[None, None]))
    yield maps
    for _block in range(most):
        f = conv(F.relu(conv(maps)))
        maps = F.relu(f + maps if residual else f)
        yield maps
