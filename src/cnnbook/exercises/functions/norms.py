"""Write a batch norm of one feature map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar

from cnnbook.exercises.functions.loops import Maps, numbers
from cnnbook.exercises.functions.questions import MapsQuestion, Probe
from cnnbook.exercises.functions.results import Result, first_difference, shape_of
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

_PLACE = _(
    "On {on} it gives {given} in picture {picture}, row {row}, column {column}; {source} {right} there."
)
_NEARLY = _(
    "Every number is nearly right. Is an eps added, and where? It belongs below the root, and 0.00001 is "
    "small enough for these numbers; without any eps they come out, too."
)
_NEAR = 0.02  # of the learned weight, which is how far a deviation becomes


@dataclass(frozen=True)
class BatchQuestion(MapsQuestion):
    """Write a function that returns one map for each picture of a batch, shaped (pictures, height, width)."""

    place: ClassVar[str] = _PLACE

    def difference(self, at: int, given: Result) -> str:
        """Return the first number that differs, with its picture, row and column."""
        right = self.right_results[at]
        if shape_of(given) != shape_of(right):
            return super().difference(at, given)
        (picture, row, column), number, wanted = first_difference(given, right)
        where = {"picture": picture, "row": row, "column": column}
        return say(
            self.place,
            on=self.probe_named(at),
            given=number,
            right=wanted,
            source=say(self.source),
            **where,
        )

    def about_result(self, at: int, given: Result, results: tuple[Result, ...]) -> str:
        """Return a question about eps if every number is nearly right."""
        right = self.right_results[at]
        if shape_of(given) != shape_of(right):
            return super().about_result(at, given, results)
        _batch, weight, _bias = self.probes[at].arguments
        far = max(abs(a - b) for a, b in zip(_all(given), _all(right), strict=True))  # type: ignore[arg-type]
        return say(_NEARLY) if far < _NEAR * abs(weight) else ""


def _all(maps: Maps) -> list[float]:
    return [number for one in maps for row in one for number in row]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _variance(values: list[float], less: int = 0) -> float:
    mean = _mean(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - less)


def _each(maps: Maps, change: Callable[[float], float]) -> Maps:
    return [[[change(number) for number in row] for row in one] for one in maps]


def _norm(batch: Maps, weight: float, bias: float) -> Maps:
    mean, deviation = _mean(_all(batch)), sqrt(_variance(_all(batch)))
    return _each(batch, lambda x: (x - mean) / deviation * weight + bias)


def _not_divided(batch: Maps, weight: float, bias: float) -> Maps:
    mean = _mean(_all(batch))
    return _each(batch, lambda x: (x - mean) * weight + bias)


def _not_centred(batch: Maps, weight: float, bias: float) -> Maps:
    deviation = sqrt(_variance(_all(batch)))
    return _each(batch, lambda x: x / deviation * weight + bias)


def _by_variance(batch: Maps, weight: float, bias: float) -> Maps:
    mean, variance = _mean(_all(batch)), _variance(_all(batch))
    return _each(batch, lambda x: (x - mean) / variance * weight + bias)


def _by_n_minus_one(batch: Maps, weight: float, bias: float) -> Maps:
    mean, deviation = _mean(_all(batch)), sqrt(_variance(_all(batch), less=1))
    return _each(batch, lambda x: (x - mean) / deviation * weight + bias)


def _per_picture(batch: Maps, weight: float, bias: float) -> Maps:
    return [_norm([one], weight, bias)[0] for one in batch]


def _probe(batch: Maps, weight: float, bias: float) -> Probe:
    shape = (len(batch), len(batch[0]), len(batch[0][0]))
    return Probe((batch, weight, bias), {"shape": shape, "weight": weight, "bias": bias})


WRITE_BATCH_NORM = BatchQuestion(
    "my_batch_norm(batch, weight, bias)",
    _norm,
    (
        _probe([[[4.0, 2.0]], [[8.0, 12.0]]], 6, 5),
        _probe(numbers(3, 2, 2), 2, -1),  # type: ignore[arg-type]
        _probe(numbers(4, 3, 2, start=2), 1, 0),  # type: ignore[arg-type]
        _probe(numbers(2, 3, 5, start=5), 3, 7),  # type: ignore[arg-type]
    ),
    _("a batch of {shape}, weight {weight}, bias {bias}"),
    wrong={
        "norm-without-weights": lambda batch, weight, bias: _norm(batch, 1, 0),
        "norm-not-divided": _not_divided,
        "norm-by-variance": _by_variance,
        "norm-not-centred": _not_centred,
        "norm-per-picture": _per_picture,
        "deviation-of-a-sample": _by_n_minus_one,
    },
    solution=_(
        "The mean and the standard deviation are those of all numbers of the batch:\n"
        "    mean = batch.mean()\n"
        "    deviation = ((batch - mean)**2).mean().sqrt()\n"
        "    return (batch - mean) / deviation * weight + bias"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}: what a batch norm does to one feature map in training. batch "
            "has the shape (pictures, height, width). Subtract the mean of all its numbers, divide by their "
            "standard deviation, the root of the mean squared distance from the mean, multiply by weight and "
            "add bias."
        ),
        ask=_(
            "Take the first example on paper. What is the mean of all the numbers, and how far from it are "
            "they on average of the squares?"
        ),
        formula=_(
            "(x - mean) / deviation × weight + bias, with one mean and one deviation for the whole batch."
        ),
        hints={
            "norm-without-weights": _(
                "Your function gives the normalized numbers. What do weight and bias make of them?"
            ),
            "norm-not-divided": _("Your function only subtracts the mean. By what is the distance divided?"),
            "norm-by-variance": _(
                "Your function divides by the mean of the squares. Which operation is still missing?"
            ),
            "norm-not-centred": _("Your function divides the numbers as they are. What is subtracted first?"),
            "norm-per-picture": _(
                "Your function takes each picture by itself. Over how many pictures does a batch norm take "
                "its mean?"
            ),
            "deviation-of-a-sample": _(
                "Your function divides the squares by n - 1, as tensor.std() does. How many squares are "
                "there, and by what does a mean divide?"
            ),
        },
    ),
)
