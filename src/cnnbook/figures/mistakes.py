"""What a trained network gets wrong: which classes it confuses, and pictures that it reads wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.patches import Rectangle

from cnnbook.figures.style import INK, PAPER, Picture, as_array, picture, show_image, styled

_ACROSS = 8  # pictures in one line
_TOLD = 3  # mistakes that the alternative text names


@styled
def confusion(matrix: Any, names: Sequence[object]) -> Picture:
    """Return the table of what is right (rows) and what the network says (columns); the diagonal is framed.

    `matrix` counts pictures, shape (classes, classes). Mistakes are the darker the more frequent they are; a
    place without any is blank.

    >>> print(confusion([[8, 2], [1, 9]], ["shirt", "coat"]).alt)
    Of 20 pictures 17 are read correctly. Most often wrong: shirt read as coat, 2; coat read as shirt, 1.

    Raises ValueError if there is not one name for each row and column.
    """
    counts = as_array(matrix)
    if counts.shape != (len(names), len(names)):
        shape = " × ".join(map(str, counts.shape))
        raise ValueError(f"the table is {shape}, and there are {len(names)} names; one for each row would do")
    wrong = counts * (1 - np.eye(len(names), dtype=int))
    drawn = picture(0.5 * len(names) + 2.2, 0.45 * len(names) + 1.5, _mistakes(counts, wrong, names))
    axes = drawn.subplots()
    axes.imshow(wrong, cmap="Greys", vmin=0, vmax=wrong.max() or 1)
    for (row, column), count in np.ndenumerate(counts):
        dark = wrong[row, column] > 0.5 * wrong.max()
        text = f"{count:,}" if count else ""
        axes.text(column, row, text, ha="center", va="center", color=PAPER if dark else INK, fontsize=9)
        if row == column:
            axes.add_patch(
                Rectangle(
                    (column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor=INK, linewidth=1.5, clip_on=False
                )
            )
    axes.set(xlabel="what the network says", ylabel="what is right")
    axes.set_xticks(range(len(names)), list(map(str, names)), rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), list(map(str, names)))
    axes.tick_params(length=0)
    return drawn


@styled
def wrongly_read(images: Any, predicted: Sequence[object], labels: Sequence[object]) -> Picture:
    """Return pictures, shape (N, H, W) or (N, 1, H, W), each below the predicted class and its label.

    Large numbers are dark. There are as many words in `predicted` and in `labels` as pictures.

    >>> wrongly_read(np.ones((2, 8, 8)), ["coat", 7], ["shirt", 1]).alt
    '2 pictures, each with its predicted class and label: predicted coat, label shirt; predicted 7, label 1.'

    Raises ValueError if the numbers differ, or if there is no picture.
    """
    shown = as_array(images)
    shown = shown[:, 0] if shown.ndim == 4 and shown.shape[1] == 1 else shown
    if not len(shown) or not len(shown) == len(predicted) == len(labels):
        raise ValueError(
            f"there are {len(shown)} pictures, {len(predicted)} words in predicted and {len(labels)} in "
            "labels; one of each for each picture would do"
        )
    told = "; ".join(
        f"predicted {ours}, label {label}" for ours, label in zip(predicted, labels, strict=True)
    )
    down, across = -(-len(shown) // _ACROSS), min(len(shown), _ACROSS)
    pictures = "1 picture," if len(shown) == 1 else f"{len(shown)} pictures, each"
    drawn = picture(
        max(1.15 * across, 2.4), 1.6 * down, f"{pictures} with its predicted class and label: {told}."
    )
    places = drawn.subplots(down, across, squeeze=False).ravel()
    for axes in places[len(shown) :]:
        axes.set_axis_off()
    for axes, image, ours, label in zip(places, shown, predicted, labels, strict=False):
        show_image(axes, image, cmap="gray_r", vmin=0, vmax=float(shown.max()) or 1)
        axes.set_title(f"predicted: {ours}\nlabel: {label}", fontsize=7.5)
    return drawn


def _mistakes(counts: Any, wrong: Any, names: Sequence[object]) -> str:
    order = np.argsort(-wrong, axis=None, kind="stable")[:_TOLD]
    places = [np.unravel_index(place, wrong.shape) for place in order]
    told = [
        f"{names[row]} read as {names[column]}, {wrong[row, column]}"
        for row, column in places
        if wrong[row, column]
    ]
    found = f"Of {counts.sum():,} pictures {np.trace(counts):,} are read correctly."
    return f"{found} Most often wrong: {'; '.join(told)}." if told else found
