"""What to do about an exception that beginners meet in functions that compute on tensors."""

from __future__ import annotations

from collections.abc import Mapping

from cnnbook.exercises.words import _, say

# A part of the message of an exception, and what would work.
_ADVICE: Mapping[str, str] = {
    "Got: Bool": _(
        "True and False have no mean. x.float() makes 1 and 0 of them, so x.float().mean() works."
    ),
    "Got: Long": _("A mean needs numbers that may have decimals: x.float().mean() works."),
    "does not require grad": _(
        "The tensors that your function is given do not remember what is computed with them, so backward() "
        "finds no way back. Compute the gradient yourself, from the formula of the loss."
    ),
    "must match the size of tensor": _(
        "Two tensors of different shapes meet in this line. print(x.shape) shows the shape of each."
    ),
    "channels instead": _(
        "The first number of a Conv2d is how many maps it reads: 3 for the colours of a picture, and after "
        "that as many as the Conv2d before it makes."
    ),
    "can't be greater than actual input size": _(
        "The maps are smaller there than the kernel. Write down their size after each layer."
    ),
    "Boolean value of Tensor": _(
        "An if, and, or, max or == asks for one True or False here, and a tensor holds several. Which one "
        "number is meant?"
    ),
    "integers or slices, not tuple": _(
        "Your function is given lists inside lists here. Each axis has brackets of its own, as in "
        "maps[c][y][x]."
    ),
    "'list' object has no attribute": _(
        "Your function is given lists inside lists here, which have no shape and no methods of tensors. "
        "len(maps), len(maps[0]) and len(maps[0][0]) count the channels, rows and columns."
    ),
    "name 'torch' is not defined": _("Run import torch first, in a cell of its own."),
}


def advice(raised: str, own: Mapping[str, str]) -> str:
    """Return what would work, for an exception in words; empty if nothing is known about it.

    `own` is what a question itself knows about; it comes first.

    >>> advice("it raises RuntimeError: element 0 of tensors does not require grad", {})[:21]
    'The tensors that your'
    """
    for part, words in (*own.items(), *_ADVICE.items()):
        if part in raised:
            return say(words)
    return ""
