"""The input sizes that give a wanted output size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.arithmetic import input_sizes
from cnnbook.exercises.forms import RANGE, Answer, Form
from cnnbook.exercises.kinds.axis import Axis, AxisRule, single_rules
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.kinds.settings import InverseQuestion
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _


@dataclass(frozen=True)
class LargestInput(InverseQuestion):
    """What is the largest input size that gives an output of `result` pixels?"""

    kind: ClassVar[str] = "largest-input"
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "A window with kernel_size={k}, stride={s}, padding={p}, dilation={d} gives {m} rows. What is "
            "the largest number of rows that can have gone in?"
        ),
        ask=_("Start from the end: where does the last of {m} windows start, and where does it end?"),
        formula=_("m rows come from (m - 1)s + d(k - 1) + 1 - 2p rows, or up to s - 1 more."),
        substituted=_(
            "With the numbers: from ({m} - 1)×{s} + {d}×({k} - 1) + 1 - 2×{p} rows on, {s} sizes in all."
        ),
        correct=_("{answer} gives {m}, and one more pixel would give one more output."),
        hints={
            "rounds-up": _(
                "{answer} gives {m} and leaves nothing over. How many more pixels can follow before one more "
                "window fits?"
            ),
            "no-plus-one": _("{answer} gives more than {m}. {m} positions need how many steps between them?"),
            "no-stride": _(
                "{answer} is right for stride 1. With stride {s}, how far apart are the starts of the first "
                "and the last of {m} windows?"
            ),
            "divides-by-stride": _(
                "{answer} divided by the stride {s} is {m}, rounded down. The last of {m} windows covers "
                "{span} pixels: where does it end?"
            ),
            "stride-first": _(
                "{answer} is right if the input is first divided by the stride {s}, and the window then "
                "moves by 1. How far apart are the starts of the first and the last of {m} windows?"
            ),
            "stride-subtracted": _(
                "{answer} is right if the stride {s} is taken off once. How many steps of {s} lie between "
                "the first and the last of {m} windows?"
            ),
            "same-by-habit": _(
                "{answer} is right for padding={same}, (k - 1)//2 for a kernel of {k}. Which padding does "
                "this window have?"
            ),
            "span-adds-dilation": _(
                "{answer} is right if the kernel spans {k} + {d} - 1 rows. Draw its {k} weights, {d} apart: "
                "how many rows are there from the first to the last, both counted?"
            ),
            "no-padding": _(
                "{answer} is right without padding. How many rows of the padded input are padding here?"
            ),
            "padding-once": _(
                "{answer} is right if padding={p} is the total of both sides. PyTorch adds it {ends}: how "
                "many rows is that in all?"
            ),
            "padding-doubled": _(
                "{answer} is right if each side gets twice the padding. How many rows does padding={p} add "
                "on one side, and how many on both?"
            ),
            "padding-after": _(
                "{answer} is right if the padding is added to the output. Does PyTorch put it around the "
                "input or around the output?"
            ),
            "plus-one-inside": _(
                "{answer} is right if the 1 is added before the division by {s}. Which comes first: counting "
                "whole steps, or adding the place where the window starts?"
            ),
            "no-dilation": _(
                "{answer} is right for dilation 1. With dilation={d}, how many rows lie between the first "
                "and the last weight of a kernel of {k}, both counted?"
            ),
            "dilation-times-kernel": _(
                "{answer} is right if the kernel spans {d} × {k} = {dk} rows. Draw its {k} weights, {d} "
                "apart: how many rows are there from the first to the last, both counted?"
            ),
            "dilation-as-gap": _(
                "{answer} is right if dilation={d} means {d} empty rows between two weights. dilation=1 is "
                "the ordinary kernel: how many empty rows does that have?"
            ),
            "kernel-sign": _(
                "{answer} is right if the last 1 of n + 2p - d(k - 1) - 1 is added. How many rows does the "
                "kernel span, and is all of that taken off?"
            ),
        },
    )

    @property
    def _sizes(self) -> range:
        _n, k, s, p, d, ceil_mode = self.axis
        return input_sizes(self.result, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode)

    @property
    def key(self) -> Answer:
        """The largest input size."""
        return (self._sizes[-1],)

    def slips(self) -> Iterator[Slip]:
        """Yield the largest input size that gives the result by each wrong rule."""
        for rule, size in self._largest_by_rule():
            yield Slip(rule.ids, (size,))

    def _largest_by_rule(self) -> Iterator[tuple[AxisRule, int]]:
        _n, k, s, p, d, _ceil_mode = self.axis
        most = self._sizes[-1] + 2 * (s + d * k) + 4 * p
        for rule in single_rules():
            if rule.can_occur(self.axis) and rule.ids != ("same-size",):
                size = _largest(rule, self.axis, self.result, most)
                if size is not None:
                    yield rule, size

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        _n, k, s, p, d, _ceil_mode = self.axis
        return {"kernel_size": k, "stride": s, "padding": p, "dilation": d, "output_size": self.result}


@dataclass(frozen=True)
class InputRange(LargestInput):
    """Which input sizes, from the smallest to the largest, give an output of `result` pixels?"""

    kind: ClassVar[str] = "input-sizes"
    form: ClassVar[Form] = RANGE
    class_words: ClassVar[Words] = LargestInput.class_words | Words(
        prompt=_(
            "A window with kernel_size={k}, stride={s}, padding={p} gives {m} rows. How many rows can have "
            "gone in: what is the smallest number, and what the largest?"
        ),
        ask=_(
            "Start from the end: where does the last of {m} windows start, and where does it end? What may "
            "follow it?"
        ),
        correct=_("{answer}: one pixel less gives one output less, one more gives one more."),
        hints={
            "rounds-up": _(
                "The largest of these gives {m} and leaves nothing over. Does one pixel more give another "
                "window, or does it stay unread?"
            ),
            "divides-by-stride": _(
                "Each of these, divided by the stride {s}, is {m}, rounded down. The last of {m} windows "
                "covers {span} pixels: where does it end?"
            ),
            "no-plus-one": _("These give more than {m}. {m} positions need how many steps between them?"),
        },
    )

    @property
    def key(self) -> Answer:
        """The smallest and the largest input size."""
        return (self._sizes[0], self._sizes[-1])

    def slips(self) -> Iterator[Slip]:
        """Yield the range by each wrong rule, and the single size that leaves no remainder."""
        for rule, largest in self._largest_by_rule():
            size = largest
            while size > 1 and rule.output_size(self.axis._replace(size=size - 1)) == self.result:
                size -= 1
            yield Slip(rule.ids, (size, largest))
        yield Slip(("only-the-exact-size",), (self._sizes[0], self._sizes[0]))


def _largest(rule: AxisRule, axis: Axis, result: int, most: int) -> int | None:
    """Return the largest size up to `most` that gives the result by a rule; None if none does.

    The search is a bisection: a larger input never gives a smaller output.
    """
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if rule.output_size(axis._replace(size=middle)) <= result:
            low = middle
        else:
            high = middle - 1
    return low if 0 < low < most and rule.output_size(axis._replace(size=low)) == result else None


def _drawn_axis(draws: Draws, targets: Targets) -> Axis:
    k = draws.choice((3, 5, 7, 9))
    s = draws.choice((2, 3, 4) if k > 3 else (2, 3))
    d = draws.choice((2, 3)) if "no-dilation" in targets else 1
    return Axis(0, k, s, draws.between(1, min(k // 2, 3)) if "no-padding" in targets else 0, d)


@kind(
    "input-sizes",
    ("rounds-up", "only-the-exact-size", "no-stride"),
    ("no-padding", "only-the-exact-size", "no-stride"),
    distinct_from=(
        "no-plus-one",
        "plus-one-inside",
        "stride-first",
        "divides-by-stride",
        "padding-once",
        "padding-doubled",
        "padding-after",
        "same-by-habit",
        "stride-subtracted",
    ),
    version=2,
)
def input_range(draws: Draws, targets: Targets) -> Question:
    """Return the question about all input sizes."""
    return InputRange(_drawn_axis(draws, targets), draws.between(4, 40), targets=targets)


@kind(
    "largest-input",
    ("rounds-up", "no-stride", "no-plus-one"),
    ("rounds-up", "no-padding", "no-stride"),
    ("no-dilation", "no-stride", "rounds-up"),
    distinct_from=(
        "plus-one-inside",
        "stride-first",
        "divides-by-stride",
        "padding-once",
        "padding-doubled",
        "padding-after",
        "dilation-times-kernel",
        "dilation-as-gap",
        "kernel-sign",
        "same-by-habit",
        "stride-subtracted",
        "span-adds-dilation",
    ),
    version=2,
)
def largest_input(draws: Draws, targets: Targets) -> Question:
    """Return the question about the largest input size."""
    return LargestInput(_drawn_axis(draws, targets), draws.between(4, 40), targets=targets)
