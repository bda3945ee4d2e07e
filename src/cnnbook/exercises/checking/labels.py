"""The words that say which of several numbers is which, such as "width", "H_out" and "smallest"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from cnnbook.exercises.checking.calculator import Quantity
from cnnbook.exercises.forms import Form

T = TypeVar("T")


class Label(NamedTuple):
    """The place of the number, among those of its form, that a word names."""

    place: int


_AXES = {
    **dict.fromkeys(("c", "ch", "channel", "channels", "map", "maps", "filters", "kernels"), "channels"),
    **dict.fromkeys(("d", "depth", "deep", "frame", "frames", "slice", "slices"), "depth"),
    **dict.fromkeys(("l", "length", "long", "position", "positions"), "length"),
    **dict.fromkeys(("h", "height", "high", "tall", "row", "rows"), "height"),
    **dict.fromkeys(("w", "width", "wide", "column", "columns", "col", "cols"), "width"),
}
_ENDS = {
    **dict.fromkeys(("smallest", "min", "minimum", "lowest", "lower", "least"), "smallest"),
    **dict.fromkeys(("largest", "max", "maximum", "highest", "upper", "most"), "largest"),
}
_WORDS = _AXES | _ENDS
_OF_OUTPUT = re.compile(r"^(?:out|output)_|_?(?:out|output)$|_o$")
_STAGE = re.compile(r"(?:stage|s|block)_?(\d)")
_ORDERS = ("hw", "wh", "chw", "hwc", "cwh", "whc", "nchw", "nhwc")


def label_of(word: str, form: Form) -> Label | None:
    """Return the label that a word is in an answer of this form; None if it is none.

    >>> from cnnbook.exercises.forms import SIZE
    >>> label_of("w_out", SIZE), label_of("rows", SIZE), label_of("pixels", SIZE)
    (Label(place=1), Label(place=0), None)
    """
    if len(form.components) < 2:
        return None
    bare = _OF_OUTPUT.sub("", word)
    stage = _STAGE.fullmatch(bare)
    name = f"stage-{stage[1]}" if stage else bare if bare in form.components else _WORDS.get(bare, bare)
    return Label(form.components.index(name)) if name in form.components else None


def labels_in(word: str, form: Form) -> list[Label]:
    """Return the labels that are written as one word, such as those of "hwc"; none for any other word."""
    if word not in _ORDERS or form.name not in ("size", "shape"):
        return []
    labels = [label_of(letter, form) for letter in word.removeprefix("n")]
    known = [label for label in labels if label is not None]
    return known if len(known) == len(form.components) == len(labels) else []


def order_of(tokens: Sequence[T], count: int) -> tuple[tuple[int, ...], list[T]]:
    """Return the order of the places that stands in a text by itself, and the tokens without it.

    In "W x H = 16 x 18" all labels stand together, so that none of them belongs to a single number.
    """
    run: list[int] = []
    start = 0
    for at, token in enumerate([*tokens, None]):
        if isinstance(token, Label):
            start = at if not run else start
            run.append(token.place)
            if len(run) == count and sorted(run) == list(range(count)):
                return tuple(run), [*tokens[:start], *tokens[at + 1 :]]
        elif isinstance(token, Quantity) or token not in ("x", ",", "/", "(", ")"):
            run = []
    return (), list(tokens)
