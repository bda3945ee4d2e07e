"""The pictures of chapter 07: training loss of plain and residual networks, receptive fields by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cnnbook.figures.style import BLUE, GREEN, INK, MUTED, PAPER, VERMILLION, picture, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture

_LINES = ((VERMILLION, "o", "--"), (BLUE, "s", "-"), (GREEN, "^", ":"), (INK, "D", "-."))


@styled
def loss_curves(curves: Mapping[str, Sequence[float]], guessing: float | None = None) -> Picture:
    """Return the training loss by epoch, a line for each network, its name at the line's end.

    A name is a kind of network and a depth: "plain 56". Networks of one kind have lines of one colour and
    dash; the deepest have thick lines. `guessing`, the loss of guessing at random, is a horizontal line.

    >>> print(loss_curves({"plain 20": [2.1, 0.5], "residual 20": [0.9, 0.1]}, guessing=2.3).alt)
    Training loss by epoch: plain 20 from 2.10 to 0.50; residual 20 from 0.90 to 0.10. Guessing is 2.30.
    """
    said = "; ".join(f"{name} from {losses[0]:.2f} to {losses[-1]:.2f}" for name, losses in curves.items())
    guess = "" if guessing is None else f" Guessing is {guessing:.2f}."
    drawn = picture(6.4, 3.4, f"Training loss by epoch: {said}.{guess}")
    axes = drawn.subplots()
    kinds = list(dict.fromkeys(name.split()[0] for name in curves))
    depths = sorted({name.split()[-1] for name in curves}, key=int)
    ends: list[tuple[str, float, float, str]] = []
    for name, losses in curves.items():
        colour, marker, dashes = _LINES[kinds.index(name.split()[0]) % len(_LINES)]
        deepest = name.split()[-1] == depths[-1]
        epochs = range(1, len(losses) + 1)
        axes.plot(
            epochs, losses, marker=marker, color=colour, linestyle=dashes, linewidth=3 if deepest else 1.3
        )
        ends.append((name, len(losses), losses[-1], colour))
    if guessing is not None:
        axes.axhline(guessing, color=MUTED, linewidth=0.8)
        across = axes.get_yaxis_transform()  # x is a fraction of the width, y a loss
        axes.text(0.99, guessing, "guessing", color=MUTED, va="bottom", ha="right", transform=across)
    last = max(len(losses) for losses in curves.values())
    axes.set(
        xlabel="epoch", ylabel="training loss", ylim=(0, 1.1 * axes.get_ylim()[1]), xlim=(0.8, 1.4 * last)
    )
    _label_ends(axes, ends)
    axes.set_xticks(range(1, last + 1))
    return drawn


@styled
def stage_fields(stages: Sequence[str], fields: Mapping[str, Sequence[int]]) -> Picture:
    """Return how many pixels one unit sees after each stage: a line for each network, its name at the end.

    >>> print(stage_fields(["maxpool", "layer1"], {"ResNet-18": [11, 43], "ResNet-34": [11, 59]}).alt)
    Pixels that one unit sees after maxpool, layer1: ResNet-18 11, 43; ResNet-34 11, 59.
    """
    said = "; ".join(f"{name} {', '.join(map(str, sizes))}" for name, sizes in fields.items())
    drawn = picture(6.4, 3.4, f"Pixels that one unit sees after {', '.join(stages)}: {said}.")
    axes = drawn.subplots()
    ends: list[tuple[str, float, float, str]] = []
    for (name, sizes), (colour, marker, dashes) in zip(fields.items(), _LINES, strict=False):
        axes.plot(range(len(stages)), sizes, marker=marker, color=colour, linestyle=dashes, linewidth=1.8)
        ends.append((f"{name}: {sizes[-1]}", len(stages) - 1, sizes[-1], colour))
    axes.set(ylabel="pixels that one unit sees", ylim=(0, None), xlim=(-0.2, 1.45 * (len(stages) - 1)))
    _label_ends(axes, ends)
    axes.set_xticks(range(len(stages)), stages)
    return drawn


def _label_ends(axes: Axes, ends: Sequence[tuple[str, float, float, str]]) -> None:
    """Write each line's name beside its end, in its colour; a thin line leads to a name that was moved up."""
    (left, right), (_, top) = axes.get_xlim(), axes.get_ylim()
    place, beside = -top, 0.06 * (right - left)
    for name, x, y, colour in sorted(ends, key=lambda end: end[2]):
        place = max(y, place + 0.085 * top)
        axes.plot((x, x + beside), (y, place), color=colour, linewidth=0.8)
        card = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}  # hides the lines behind the name
        axes.text(x + 1.15 * beside, place, name, va="center", color=colour, bbox=card)
