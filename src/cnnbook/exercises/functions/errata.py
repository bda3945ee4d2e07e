"""Write the search for a counterexample, and the zeros that TensorFlow's SAME puts before an axis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from cnnbook.exercises.functions.questions import FunctionQuestion, Probe
from cnnbook.exercises.functions.sizes import probes
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _


@dataclass(frozen=True)
class Claim:
    """A claim about whole numbers: what it says, and for which numbers it holds. It is shown as its words."""

    says: str
    holds: Callable[[int], bool]

    def __call__(self, n: int) -> bool:
        """Return whether the claim holds for `n`."""
        return self.holds(n)

    def __repr__(self) -> str:
        """The claim in words."""
        return f"'{self.says}'"


class SearchQuestion(FunctionQuestion):
    """Write a search whose right result is a number of the list."""

    source: ClassVar[str] = _("the right number is")


class SameQuestion(FunctionQuestion):
    """Write a part of TensorFlow's rule for the padding SAME."""

    source: ClassVar[str] = _("TensorFlow's rule gives")


def _first(claim: Claim, numbers: list[int]) -> int:
    return next((n for n in numbers if not claim(n)), 0)


def _probe(says: str, holds: Callable[[int], bool], *numbers: int) -> Probe:
    return Probe((Claim(says, holds), list(numbers)), {"says": says, "numbers": ", ".join(map(str, numbers))})


WRITE_COUNTEREXAMPLE = SearchQuestion(
    "my_counterexample(claim, numbers)",
    _first,
    (
        _probe("n is odd", lambda n: n % 2 == 1, 3, 5, 8, 9),
        _probe("n is below 10", lambda n: n < 10, 4, 7, 12, 2, 15),
        _probe("n is even", lambda n: n % 2 == 0, 5, 6, 7),
        _probe("n is above 0", lambda n: n > 0, 3, 1, 2),
        _probe("n * n is above 4 * n", lambda n: n * n > 4 * n, 9, 6, 4, 3, 7, 2),
    ),
    _("the claim '{says}' and the numbers {numbers}"),
    wrong={
        "example-as-counterexample": lambda claim, numbers: next((n for n in numbers if claim(n)), 0),
        "first-case": lambda claim, numbers: 0 if all(map(claim, numbers)) else numbers[0],
        "last-counterexample": lambda claim, numbers: _first(claim, numbers[::-1]),
        "returned-early": lambda claim, numbers: _first(claim, numbers[:1]),
        "counterexamples-counted": lambda claim, numbers: sum(not claim(n) for n in numbers),
    },
    solution=_(
        "Stop at the first number for which the claim is false:\n"
        "    for n in numbers:\n"
        "        if not claim(n):\n"
        "            return n\n"
        "    return 0"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. claim is a function: claim(n) is True where the claim holds for "
            "n, and False where it does not. numbers is a list of whole numbers. Return the first number for "
            "which the claim is false, or 0 if it is true for all of them."
        ),
        ask=_("Go through the numbers one by one. At which of them may the search stop?"),
        hints={
            "example-as-counterexample": _(
                "Your function stops where the claim is true. Which answer of claim(n) shows that it is "
                "false?"
            ),
            "first-case": _(
                "Your function returns the first number of all, wherever the claim fails. Which number did "
                "the loop look at when it failed?"
            ),
            "last-counterexample": _(
                "Your function returns the last counterexample. How many of them does it take to decide?"
            ),
            "returned-early": _(
                "Your function decides after the first number. If the claim is true of that one, may the "
                "search end?"
            ),
            "counterexamples-counted": _(
                "Your function returns how many counterexamples there are. Which number is one of them?"
            ),
        },
    ),
)


def zeros_of_same(n: int, k: int, s: int) -> tuple[int, int]:
    """Return how many zeros TensorFlow's SAME puts before and behind `n` rows, for kernel `k` and stride `s`.

    There are n/s outputs, rounded up. An odd zero goes behind the rows
    (https://www.tensorflow.org/api_docs/python/tf/nn, "Notes on padding").

    >>> zeros_of_same(224, 7, 2)
    (2, 3)
    """
    zeros = max((-(-n // s) - 1) * s + k - n, 0)
    return zeros // 2, zeros - zeros // 2


WRITE_SAME = SameQuestion(
    "my_zeros_before(n, k, s)",
    lambda n, k, s: zeros_of_same(n, k, s)[0],
    probes(
        "n k s", (6, 3, 1), (6, 3, 2), (8, 7, 2), (9, 4, 3), (11, 5, 4), (10, 1, 3), (10, 2, 5), (224, 7, 2)
    ),
    _("n={n}, k={k}, s={s}"),
    wrong={
        "odd-zero-first": lambda n, k, s: zeros_of_same(n, k, s)[1],
        "zeros-one-side": lambda n, k, s: sum(zeros_of_same(n, k, s)),
        "same-by-habit": lambda n, k, s: (k - 1) // 2,
        "no-stride": lambda n, k, s: zeros_of_same(n, k, 1)[0] if s == 1 else k // 2,
        "negative-zeros": lambda n, k, s: ((-(-n // s) - 1) * s + k - n) // 2,
        "fraction-kept": lambda n, k, s: sum(zeros_of_same(n, k, s)) / 2,
        "outputs-rounded-down": lambda n, k, s: max((n // s - 1) * s + k - n, 0) // 2,
    },
    solution=_(
        "Count the outputs, then the rows that the last window lacks; -(-n // s) rounds up:\n"
        "    outputs = -(-n // s)\n"
        "    zeros = max((outputs - 1) * s + k - n, 0)\n"
        "    return zeros // 2"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns how many zeros TensorFlow's SAME puts before n rows, "
            "for a kernel of k rows and stride s."
        ),
        ask=_(
            "How many outputs are there? Where does the last of so many windows end, and how many rows are "
            "missing for it?"
        ),
        hints={
            "odd-zero-first": _(
                "Your function puts the odd zero before the rows. On which side does TensorFlow put it?"
            ),
            "zeros-one-side": _("Your function returns all the zeros. How does TensorFlow split them?"),
            "same-by-habit": _(
                "Your function uses neither n nor s. How many rows does the last window lack, if the stride "
                "is 2?"
            ),
            "no-stride": _(
                "Your function gives half of the kernel for every stride. Where does the last window start "
                "if it moves by s?"
            ),
            "negative-zeros": _(
                "Your function returns less than 0 for a kernel that is smaller than the stride. Can a "
                "padding take rows away?"
            ),
            "fraction-kept": _(
                "Your function returns half a zero for an odd number of them. On which side does TensorFlow "
                "put the odd one?"
            ),
            "outputs-rounded-down": _(
                "Your function rounds the number of outputs down. How does TensorFlow round n/s?"
            ),
        },
    ),
)
