"""The pictures of training: a kernel that learns, learning rates, training against test, and shifts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cnnbook import photographs
from cnnbook.figures.style import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    PAPER,
    VERMILLION,
    Picture,
    as_array,
    picture,
    show_image,
    signed,
    styled,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    Array = np.ndarray[Any, Any]

_EDGES = ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1))
_LINES = ((BLUE, "o", "-"), (VERMILLION, "s", "--"), (GREEN, "^", ":"), (INK, "D", "-."))


@styled
def kernel_learning(name: str = "hopper", steps: Sequence[int] = (0, 10, 50, 300)) -> Picture:
    """Return how nine zeros become a kernel for vertical edges, step by step, on one photograph.

    The steps go down the gradient of the mean square difference from the wanted picture, at a rate of 0.5.

    >>> print(kernel_learning(steps=[0, 300]).alt)
    A kernel of 3 by 3 learns to draw vertical edges: its drawing after 0, 300 steps, above its nine numbers.
    It starts with nine zeros and a blank picture. After 300 steps: -1 0 1 / -1 0 1 / -1 0 1.
    """
    photo = np.array(photographs.grey(*photographs.planes(name))) / 255
    windows = np.lib.stride_tricks.sliding_window_view(photo, (3, 3)).reshape(-1, 9)
    wanted = windows @ np.array(_EDGES, dtype=float).ravel()
    kernel, kept = np.zeros(9), {}
    for step in range(max(steps) + 1):
        kept[step] = kernel
        kernel = kernel - 0.5 * 2 * windows.T @ (windows @ kernel - wanted) / len(windows)
    side = photo.shape[0] - 2
    last = " / ".join(
        " ".join(f"{w + 0.0:g}" for w in row.round(1)) for row in kept[max(steps)].reshape(3, 3)
    )
    drawn = picture(
        2.5 * len(steps) + 0.2,
        3.9,
        f"A kernel of 3 by 3 learns to draw vertical edges: its drawing after {', '.join(map(str, steps))} "
        f"steps, above its nine numbers.\n"
        f"It starts with nine zeros and a blank picture. After {max(steps)} steps: {last}.",
    )
    above, below = drawn.subplots(2, len(steps), height_ratios=(2.6, 1))
    for upper, lower, step in zip(above, below, steps, strict=True):
        show_image(upper, (windows @ kept[step]).reshape(side, side), **signed(wanted))
        upper.set_title(f"after {step} steps" if step else "at the start")
        _weights(lower, kept[step].reshape(3, 3), digits=1)
    return drawn


@styled
def kernel_step(kernel: Any, sees: Any, wanted: Any) -> Picture:
    """Return a kernel with its numbers, what it draws, and what is still missing from the wanted picture.

    All pictures have the scale of the wanted one, so that the steps of a training can be compared.

    >>> kernel_step([[1.0]], [[0.5, 0.0]], [[0.5, -1.0]]).alt
    'The kernel: 1.00. The mean square difference from the wanted picture is 0.5.'
    """
    weights, found, target = (np.squeeze(as_array(part)).astype(float) for part in (kernel, sees, wanted))
    weights, found, target = (np.atleast_2d(part) for part in (weights, found, target))
    said = " / ".join(" ".join(f"{weight:.2f}" for weight in row) for row in weights)
    drawn = picture(
        8.4,
        2.9,
        f"The kernel: {said}. The mean square difference from the wanted picture is "
        f"{np.square(found - target).mean():.3g}.",
    )
    left, middle, right = drawn.subplots(1, 3)
    _weights(left, weights)
    left.set_title("the kernel")
    look = signed(target)
    show_image(middle, found, **look)
    middle.set_title("what it draws")
    shown = show_image(right, target - found, **look)
    right.set_title("what is missing")
    drawn.colorbar(shown, ax=right, shrink=0.8, aspect=18, pad=0.02)
    return drawn


@styled
def learning_rates(curves: Mapping[str, Sequence[float]], guessing: float) -> Picture:
    """Return the loss at each step for several learning rates; `guessing` is the loss of equal scores.

    What is more than twice that loss is drawn at the upper edge.

    >>> print(learning_rates({"small": [2.3, 2.2], "large": [40.0, 2.3]}, 2.3).alt)
    Loss by training step. small: from 2.30 to 2.20. large: from 40.00 to 2.30. Equal scores have 2.30.
    """
    said = " ".join(f"{name}: from {losses[0]:.2f} to {losses[-1]:.2f}." for name, losses in curves.items())
    drawn = picture(7.6, 3.2, f"Loss by training step. {said} Equal scores have {guessing:.2f}.")
    axes = drawn.subplots()
    for (name, losses), (colour, _, dashes) in zip(curves.items(), _LINES, strict=False):
        seen = np.minimum(losses, 2 * guessing)
        axes.plot(range(1, len(losses) + 1), seen, dashes, color=colour, label=name)
    axes.axhline(guessing, color=MUTED, linewidth=0.8)
    place = axes.get_yaxis_transform()
    axes.text(0.99, guessing - 0.08, "guessing", color=MUTED, ha="right", va="top", transform=place)
    axes.set(xlabel="step, 64 pictures each", ylabel="loss", ylim=(0, 2 * guessing))
    drawn.legend(loc="outside right center")
    return drawn


@styled
def training_against_test(training: Sequence[float], test: Sequence[float], *, every: int = 1) -> Picture:
    """Return the loss on the pictures that were learned and on new ones, measured each `every` epochs.

    >>> training_against_test([2.0, 0.1], [2.1, 1.5]).alt
    'Loss by epoch: on the training pictures from 2.00 to 0.10, on the test pictures from 2.10 to 1.50.'
    """
    drawn = picture(
        7.0,
        3.0,
        f"Loss by epoch: on the training pictures from {training[0]:.2f} to "
        f"{training[-1]:.2f}, on the test pictures from {test[0]:.2f} to {test[-1]:.2f}.",
    )
    axes = drawn.subplots()
    epochs = range(every, every * len(training) + 1, every)
    axes.fill_between(epochs, training, test, color=GRID, alpha=0.6, linewidth=0)
    axes.plot(epochs, test, "--", color=VERMILLION, label="pictures that are new")
    axes.plot(epochs, training, "-", color=BLUE, label="pictures that it learns")
    axes.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    drawn.legend(loc="outside right center")
    return drawn


@styled
def accuracy_by_shift(found: Mapping[str, Any]) -> Picture:
    """Return how many pictures are read right if they are moved by 0, 1, 2 ... pixels.

    `found` gives for each network a row for each seed, a column for each shift. Each seed is a thin line, the
    mean is a thick one.

    >>> accuracy_by_shift({"LeNet": [[0.9, 0.5], [0.8, 0.6]]}).alt
    'Read right if moved by 0, 1 pixels. LeNet: 85, 55 %.'
    """
    rows = {name: 100 * np.asarray(part, dtype=float) for name, part in found.items()}
    shifts = range(next(iter(rows.values())).shape[1])
    said = " ".join(
        f"{name}: {', '.join(f'{value:.0f}' for value in part.mean(axis=0))} %."
        for name, part in rows.items()
    )
    drawn = picture(7.0, 3.2, f"Read right if moved by {', '.join(map(str, shifts))} pixels. {said}")
    axes = drawn.subplots()
    for (name, part), (colour, mark, dashes) in zip(rows.items(), _LINES, strict=False):
        axes.plot(shifts, part.T, dashes, color=colour, linewidth=0.7, alpha=0.6)
        axes.plot(shifts, part.mean(axis=0), dashes, marker=mark, color=colour, linewidth=2.2, label=name)
    axes.axhline(10, color=MUTED, linewidth=0.8)
    axes.text(0, 11, "guessing", color=MUTED)
    axes.set(xlabel="moved by so many pixels", ylabel="read right, in %", ylim=(0, 103), xticks=list(shifts))
    axes.grid(axis="y", color=GRID)
    drawn.legend(loc="outside right center")
    return drawn


@styled
def where_it_looks(images: Any, shares: Any, names: Sequence[str], *, square: int = 1) -> Picture:
    """Return pictures, and below each the share of its own class by where a square covers it.

    `images` has shape (N, H, W), `shares` (N, places, places), each from 0 to 1. A dark place is one whose
    covering takes the share away. `square` is the side of the square, whose first place is the upper left
    corner and whose last one is the lower right corner: a share is drawn where the middle of its square was.

    >>> where_it_looks(np.zeros((1, 8, 8)), [[[0.9, 0.1]]], ["boot"]).alt
    'Pictures, and the share of the right class by where a square covers them: boot, 0.10 to 0.90.'
    """
    pictures, maps = as_array(images), as_array(shares)
    said = "; ".join(
        f"{name}, {part.min():.2f} to {part.max():.2f}" for name, part in zip(names, maps, strict=True)
    )
    drawn = picture(
        2.0 * len(names) + 1.2,
        4.2,
        f"Pictures, and the share of the right class by where a square covers them: {said}.",
    )
    grid = drawn.subplots(2, len(names), squeeze=False)
    height, width = pictures.shape[1:]
    for upper, lower, image, part, name in zip(*grid, pictures, maps, names, strict=True):
        show_image(upper, image, cmap="gray_r", vmin=0, vmax=1)
        upper.set_title(name)
        across = _edges(width, part.shape[1], square)
        down = _edges(height, part.shape[0], square)
        shown = show_image(lower, part, cmap="cividis", vmin=0, vmax=1, extent=(*across, *down[::-1]))
        lower.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
    grid[0][0].set_ylabel("the picture")
    grid[1][0].set_ylabel("square covers\nthis place")
    drawn.colorbar(shown, ax=grid[1], shrink=0.9, aspect=14, label="share of the right class")
    return drawn


def _edges(side: int, places: int, square: int) -> tuple[float, float]:
    """Return where the first and the last cell end, if each is drawn around the middle of its square."""
    step = (side - square) / max(places - 1, 1)
    first = (square - 1) / 2
    return first - step / 2, first + (places - 0.5) * step


def _weights(axes: Axes, kernel: Array, digits: int = 2) -> None:
    """Draw a kernel on the scale from -1 to 1, with its numbers."""
    show_image(axes, kernel, **signed(np.ones(1)))
    for (y, x), weight in np.ndenumerate(kernel):
        colour = PAPER if weight < -0.6 else INK
        text = f"{round(weight, digits) + 0.0:.{digits}f}".replace("-", "−")
        axes.text(x, y, text, ha="center", va="center", color=colour, fontsize=9)
