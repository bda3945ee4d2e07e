"""Write what training is made of: one step of a kernel down its gradient, and the accuracy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from cnnbook.exercises.functions.loops import Maps, numbers
from cnnbook.exercises.functions.questions import MapsQuestion, Probe, TensorQuestion
from cnnbook.exercises.functions.results import Result, UnfitError, kind_of, whole_number
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

_SHARE = _("It returns {kind}, where one number from 0 to 1 is wanted.")


@dataclass(frozen=True)
class ShareQuestion(TensorQuestion):
    """Write a function that returns a share, a number from 0 to 1.

    Whole numbers stay whole in what it is given, so that labels can be compared with places and can be used
    as places.
    """

    numbers: ClassVar[str] = ""
    source: ClassVar[str] = _("right is")

    def read(self, value: object) -> Result:
        """Return the number; a tensor or an array may hold it."""
        if hasattr(value, "tolist") and not getattr(value, "shape", ()):
            value = value.tolist()
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnfitError(say(_SHARE, kind=kind_of(value)))
        return whole_number(value)


@dataclass(frozen=True)
class KernelStepQuestion(MapsQuestion):
    """Write a function that returns a kernel after one step of training."""

    source: ClassVar[str] = _("right is")
    one_number: ClassVar[str] = _("On {on} it gives a single number; {source} a kernel of the shape {right}.")


def _products(kernel: Maps, window: Maps) -> float:
    pairs = (zip(own, one, strict=True) for own, one in zip(kernel, window, strict=True))
    rows = (row for part in pairs for row in part)
    return sum(weight * pixel for row, pixels in rows for weight, pixel in zip(row, pixels, strict=True))


def _moved(kernel: Maps, window: Maps, by: Callable[[float], float]) -> Maps:
    """Return the kernel with `by` of the pixel below it added to each weight."""
    return [
        [
            [weight + by(pixel) for weight, pixel in zip(row, pixels, strict=True)]
            for row, pixels in zip(own, one, strict=True)
        ]
        for own, one in zip(kernel, window, strict=True)
    ]


def _step(kernel: Maps, window: Maps, target: float, rate: float) -> Maps:
    error = _products(kernel, window) - target
    return _moved(kernel, window, lambda pixel: -rate * 2 * error * pixel)


def _same_for_all(kernel: Maps, window: Maps, target: float, rate: float) -> Maps:
    error = _products(kernel, window) - target
    return _moved(kernel, window, lambda pixel: -rate * 2 * error)


def _step_probe(shape: tuple[int, int, int], target: float, rate: float) -> Probe:
    # These rates are sums of powers of 1/2, so that results with 32 and with 64 bits are equal.
    return Probe(
        (numbers(*shape), numbers(*shape, start=2), target, rate),
        {"shape": shape, "target": target, "rate": rate},
    )


WRITE_STEP = KernelStepQuestion(
    "my_step(kernel, window, target, rate)",
    _step,
    (
        Probe(([[[1.0, 2.0]]], [[[3.0, 0.0]]], 1.0, 0.5), {"shape": (1, 1, 2), "target": 1, "rate": 0.5}),
        _step_probe((1, 2, 2), 4, 0.5),
        _step_probe((1, 3, 3), -2, 0.25),
        _step_probe((2, 2, 3), 7, 0.125),
    ),
    _("a kernel of {shape}, target {target}, rate {rate}"),
    wrong={
        "uphill": lambda kernel, window, target, rate: _step(kernel, window, target, -rate),
        "rate-ignored": lambda kernel, window, target, rate: _step(kernel, window, target, 1),
        "half-gradient": lambda kernel, window, target, rate: _step(kernel, window, target, rate / 2),
        "target-ignored": lambda kernel, window, target, rate: _step(kernel, window, 0, rate),
        "input-not-used": _same_for_all,
    },
    solution=_(
        "The gradient is 2 × (score - target) × window, and x.sum() adds up all numbers of x:\n"
        "    error = (kernel * window).sum() - target\n"
        "    return kernel - rate * 2 * error * window"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}: one training step on one window. kernel and window are tensors "
            "of one shape, (channels, rows, columns). The score is the sum of their products, and the loss "
            "is (score - target)². It returns a new kernel, each weight minus rate times its gradient, and "
            "leaves the old one as it was: kernel - ... does that, kernel -= ... does not. Work the gradient "
            "out from the formula, without backward()."
        ),
        ask=_(
            "Take the first example on paper. What is the score, a single number, how far is it from the "
            "target, and which weight stood over a pixel that is not 0?"
        ),
        formula=_("The gradient of (score - target)² for one weight is 2 × (score - target) × its pixel."),
        hints={
            "uphill": _("Your step makes the loss larger. The gradient points uphill: where should you go?"),
            "rate-ignored": _("Your step does not use the rate. How far should each weight move?"),
            "half-gradient": _(
                "Your step is half as long as it should be. What is the derivative of a square?"
            ),
            "target-ignored": _(
                "Your step pulls the score towards 0. Towards which number should the score move?"
            ),
            "input-not-used": _(
                "Your step moves all weights by the same. Does a weight over a pixel of 0 change the score?"
            ),
        },
    ),
)


def _best(scores: list[float]) -> int:
    return scores.index(max(scores))


def _hits(scores: list[list[float]], labels: list[int], pick: Callable[[list[float]], int] = _best) -> int:
    return sum(pick(own) == label for own, label in zip(scores, labels, strict=True))


def _accuracy_probe(scores: list[list[float]], labels: list[int]) -> Probe:
    return Probe((scores, labels), {"shape": (len(labels), len(scores[0]))})


_SCORES_AND_PLACES = _(
    "== gives a single False here, since max(dim=1) gives two things: the largest scores, and the places "
    "where they stand. argmax(dim=1) gives the places alone."
)
_ONE_FOR_EACH_PICTURE = _(
    "labels has one number for each picture, and what is compared with it has another length. scores has a "
    "row for each picture: dim=1 looks along the row of one picture, dim=0 down a column of one class."
)
_SCORES = [[0.5, 2.0, -1.0], [3.0, 0.0, 1.0], [-4.0, -2.0, -3.0], [0.0, 1.0, 5.0]]

WRITE_ACCURACY = ShareQuestion(
    "my_accuracy(scores, labels)",
    lambda scores, labels: _hits(scores, labels) / len(labels),
    (
        _accuracy_probe(_SCORES[:1], [1]),
        _accuracy_probe(_SCORES, [1, 0, 0, 2]),
        _accuracy_probe([*_SCORES, _SCORES[0][::-1]], [0, 0, 2, 1, 1]),
        _accuracy_probe([[float((3 * i + 5 * j) % 7) for j in range(4)] for i in range(8)], [2, 3, 0, 1] * 2),
    ),
    _("scores of {shape}"),
    wrong={
        "count-not-share": _hits,
        "mistakes-counted": lambda scores, labels: 1 - _hits(scores, labels) / len(labels),
        "lowest-score": lambda scores, labels: (
            _hits(scores, labels, lambda own: own.index(min(own))) / len(labels)
        ),
        "share-in-per-cent": lambda scores, labels: 100 * _hits(scores, labels) / len(labels),
    },
    advice={
        "'bool' object has no attribute": _SCORES_AND_PLACES,
        "must match the size of tensor": _ONE_FOR_EACH_PICTURE,
    },
    solution=_(
        "argmax(dim=1) gives the place of the largest score of each picture:\n"
        "    return (scores.argmax(dim=1) == labels).float().mean()"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. Both are tensors: scores has a row for each picture and a "
            "column for each class, labels has the right class of each picture. It returns the part of the "
            "pictures, from 0 to 1, whose largest score stands in the column of the right class."
        ),
        ask=_("Take the first picture. In which column is its largest score, and is that its label?"),
        formula=_("Right answers divided by all pictures; an answer is the place of the largest score."),
        hints={
            "count-not-share": _("Your function counts the hits. How many pictures are they out of?"),
            "mistakes-counted": _("Your function gives the part that is wrong. Which part is wanted?"),
            "lowest-score": _(
                "Your function takes the smallest score of each row. Which score does the answer have?"
            ),
            "share-in-per-cent": _("Your function gives per cent. What is 100 % as a number from 0 to 1?"),
        },
    ),
)
