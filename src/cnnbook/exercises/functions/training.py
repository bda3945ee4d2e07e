"""Write what training is made of: one step of a kernel down its gradient, and the accuracy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.exercises.functions.loops import Maps, numbers
from cnnbook.exercises.functions.questions import FunctionQuestion, MapsQuestion, Probe
from cnnbook.exercises.functions.results import Result, UnfitError, kind_of, whole_number
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

_SHARE = _("It returns {kind}, where one number from 0 to 1 is wanted.")


@dataclass(frozen=True)
class ShareQuestion(FunctionQuestion):
    """Write a function that returns a share, a number from 0 to 1.

    It is given tensors if torch is loaded, else lists. Whole numbers stay whole in them, so that labels can
    be compared with places and can be used as places.
    """

    takes_tensors: ClassVar[bool] = True
    source: ClassVar[str] = _("right is")

    def arguments(self, probe: Probe, plain: bool = False) -> tuple[Any, ...]:
        """Return fresh arguments, the lists among them as tensors where torch is loaded."""
        fresh = deepcopy(probe.arguments)
        torch = sys.modules.get("torch")
        if torch is None or plain:
            return fresh
        return tuple(torch.tensor(one) if isinstance(one, list) else one for one in fresh)

    def read(self, value: object) -> Result:
        """Return the number; a tensor or an array may hold it."""
        if hasattr(value, "tolist") and not getattr(value, "shape", ()):
            value = value.tolist()
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise UnfitError(say(_SHARE, kind=kind_of(value)))
        return whole_number(value)


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


WRITE_STEP = MapsQuestion(
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
        "error = (kernel * window).sum() - target. The gradient is 2 * error * window. "
        "return kernel - rate * 2 * error * window."
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}: one training step on one window. kernel and window have one "
            "shape, (channels, rows, columns). The score is the sum of their products, and the loss is "
            "(score - target)². It returns the new kernel: each weight minus rate times its gradient."
        ),
        ask=_(
            "Take the first example on paper. What is the score, how far is it from the target, and which "
            "weight stood over a pixel that is not 0?"
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
    return Probe((scores, labels), {"count": len(labels), "classes": len(scores[0])})


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
    _("{count} pictures with {classes} scores each"),
    wrong={
        "count-not-share": _hits,
        "mistakes-counted": lambda scores, labels: 1 - _hits(scores, labels) / len(labels),
        "lowest-score": lambda scores, labels: (
            _hits(scores, labels, lambda own: own.index(min(own))) / len(labels)
        ),
        "share-in-per-cent": lambda scores, labels: 100 * _hits(scores, labels) / len(labels),
    },
    solution=_(
        "With tensors: return (scores.argmax(dim=1) == labels).double().mean().item(). argmax(dim=1) gives "
        "the place of the largest score of each picture."
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. scores has a row for each picture and a column for each class, "
            "labels has the right class of each picture. It returns the part of the pictures, from 0 to 1, "
            "whose largest score stands in the column of the right class."
        ),
        ask=_("Take the first picture. In which column is its largest score, and is that its label?"),
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
