"""Losses by epoch, and the receptive fields of chapter 07 by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from cnnbook.figures.style import BLUE, GREEN, INK, MUTED, PAPER, VERMILLION, picture, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from cnnbook.figures.style import Picture

_LINES = ((VERMILLION, "o", "--"), (BLUE, "s", "-"), (GREEN, "^", ":"), (INK, "D", "-."))
_MARKED = 20  # points of a line that have a mark each; more would run together


@styled
def loss_curves(
    curves: Mapping[str, Sequence[float]],
    guessing: float | None = None,
    *,
    what: str = "training loss",
    per: str = "epoch",
) -> Picture:
    """Return the loss by epoch, a line for each network, its name at the line's end.

    A name may end in a depth: "plain 56". Networks of one kind have lines of one colour and dash; the deepest
    have thick lines. `guessing`, the loss of guessing at random, is a horizontal line. `what` names the loss
    that is drawn, and `per` says after what it was written down, such as "step".

    >>> print(loss_curves({"plain 20": [2.1, 0.5], "residual 20": [0.9, 0.1]}, guessing=2.3).alt)
    Training loss by epoch: plain 20 from 2.10 to 0.50; residual 20 from 0.90 to 0.10. Guessing is 2.30.
    """
    said = "; ".join(f"{name} from {losses[0]:.2f} to {losses[-1]:.2f}" for name, losses in curves.items())
    guess = "" if guessing is None else f" Guessing is {guessing:.2f}."
    drawn = picture(6.4, 3.4, f"{what[0].upper()}{what[1:]} by {per}: {said}.{guess}")
    axes = drawn.subplots()
    named = {name: _kind_and_depth(name) for name in curves}
    kinds = list(dict.fromkeys(kind for kind, _ in named.values()))
    depths = {depth for _, depth in named.values()}
    last = max(len(losses) for losses in curves.values())
    ends: list[tuple[str, float, float, str]] = []
    for name, losses in curves.items():
        kind, depth = named[name]
        colour, marker, dashes = _LINES[kinds.index(kind) % len(_LINES)]
        axes.plot(
            range(1, len(losses) + 1),
            losses,
            marker=marker if last <= _MARKED else "",
            color=colour,
            linestyle=dashes,
            linewidth=3 if len(depths) > 1 and depth == max(depths) else 1.3,
        )
        ends.append((name, len(losses), losses[-1], colour))
    if guessing is not None:
        axes.axhline(guessing, color=MUTED, linewidth=0.8)
        across = axes.get_yaxis_transform()  # x is a fraction of the width, y a loss
        axes.text(0.99, guessing, "guessing", color=MUTED, va="bottom", ha="right", transform=across)
    axes.set(xlabel=per, ylabel=what, ylim=(0, 1.1 * axes.get_ylim()[1]), xlim=(1 - last / 40, 1.4 * last))
    _label_ends(axes, ends)
    if last <= _MARKED:
        axes.set_xticks(range(1, last + 1))
    return drawn


@styled
def losses_by_seed(curves: Mapping[str, Sequence[Sequence[float]]], guessing: float) -> Picture:
    """Return the training loss by epoch: for each network a thin line for each seed, and a thick mean.

    `curves` gives each network's losses, a row for each seed. `guessing` is the loss of guessing at random.

    >>> print(losses_by_seed({"plain 20": [[2.1, 0.5], [2.3, 0.7]], "plain 56": [[2.3, 2.2]]}, 2.3).alt)
    Training loss by epoch, guessing is 2.30. plain 20 ends at 0.50, 0.70; plain 56 ends at 2.20.
    """
    said = "; ".join(
        f"{name} ends at {', '.join(f'{losses[-1]:.2f}' for losses in rows)}" for name, rows in curves.items()
    )
    drawn = picture(6.6, 3.4, f"Training loss by epoch, guessing is {guessing:.2f}. {said}.")
    axes = drawn.subplots()
    last = max(len(rows[0]) for rows in curves.values())
    most = max(guessing, *(max(losses) for rows in curves.values() for losses in rows))
    axes.set(xlabel="epoch", ylabel="training loss")
    axes.set(xlim=(1 - last / 40, 1.4 * last), ylim=(0, 1.1 * most))
    ends: list[tuple[str, float, float, str]] = []
    for (name, rows), (colour, marker, dashes) in zip(curves.items(), _LINES, strict=False):
        means = [sum(losses) / len(rows) for losses in zip(*rows, strict=True)]
        epochs = range(1, len(means) + 1)
        for losses in rows:
            axes.plot(epochs, losses, dashes, color=colour, linewidth=0.7)
        axes.plot(epochs, means, dashes, color=colour, marker=marker, markersize=4, linewidth=2)
        ends.append((name, len(means), means[-1], colour))
    axes.axhline(guessing, color=MUTED, linewidth=0.8)
    across = axes.get_yaxis_transform()  # x is a fraction of the width, y a loss
    axes.text(0.99, guessing, "guessing", color=MUTED, va="bottom", ha="right", transform=across)
    _label_ends(axes, ends)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
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
    """Write each line's name beside its end, in its colour; a thin line leads to a name that was moved up.

    A name is moved up from the name below it, and from other lines that go on behind it.
    """
    (left, right), (_, top) = axes.get_xlim(), axes.get_ylim()
    place, beside = -top, 0.06 * (right - left)
    lines = list(axes.lines)
    for name, x, y, colour in sorted(ends, key=lambda end: end[2]):
        place = max(y, place + 0.085 * top)
        letter = 0.015 * (right - left)  # about the width of one
        behind = _heights(axes, lines, x + beside, x + beside + letter * len(name))
        while any(abs(height - place) < 0.045 * top for height in behind):
            place += 0.01 * top
        axes.plot((x, x + beside), (y, place), color=colour, linewidth=0.8)
        card = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}  # hides the lines behind the name
        axes.text(x + 1.15 * beside, place, name, va="center", color=colour, bbox=card)


def _heights(axes: Axes, lines: Sequence[Line2D], left: float, right: float) -> list[float]:
    """Return the heights of these lines from left to right; a line that has ended has none there."""
    found: list[float] = []
    for line in lines:
        across = line.get_transform() - axes.transData  # a horizontal line's x may be a fraction of the width
        xs, ys = across.transform(line.get_xydata()).T
        places = np.linspace(left, right, 20)
        inside = places[(places >= xs.min()) & (places <= xs.max())]
        found += np.interp(inside, xs, ys).tolist()
    return found


def _kind_and_depth(name: str) -> tuple[str, int]:
    """Return a network's kind and its depth; the depth is 0 if the name has none.

    >>> _kind_and_depth("plain 56"), _kind_and_depth("small steps")
    (('plain', 56), ('small steps', 0))
    """
    kind, _, depth = name.rpartition(" ")
    return (kind, int(depth)) if depth.isdecimal() else (name, 0)
