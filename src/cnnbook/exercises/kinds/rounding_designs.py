"""The design of an experiment: a pool for which Caffe and PyTorch give different numbers of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, ClassVar

from cnnbook.arithmetic import output_size
from cnnbook.exercises.forms import Answer, Form
from cnnbook.exercises.kinds.setting_designs import LAYER
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say


def caffe_pool(size: int, kernel_size: int, stride: int, padding: int = 0) -> int:
    """Return the output size of a pool in Caffe.

    It rounds up. Only if there is padding, a last window that begins behind the input is dropped
    (`PoolingLayer::Reshape` in https://github.com/BVLC/caffe/blob/master/src/caffe/layers/pooling_layer.cpp).

    >>> caffe_pool(9, 2, 3), output_size(9, 2, stride=3, ceil_mode=True)
    (4, 3)
    """
    rows = -(-(size + 2 * padding - kernel_size) // stride) + 1
    return rows - 1 if padding and (rows - 1) * stride >= size + padding else rows


_ASK = _(
    "Which windows does PyTorch drop that Caffe keeps? Where does the last window start in your design: in "
    "the rows, or behind them?"
)
_NO_POOL = _("Which of the three numbers, kernel_size, stride and padding, is too small here?")
_TOO_MUCH = _("What is half of the kernel here, and what is the largest padding that is no more?")
_TOO_LARGE = _("How many rows are there with the padding, and how large may the kernel be at most?")


@dataclass(frozen=True)
class RoundingDesign(Question):
    """For which pool do Caffe and PyTorch's ceil_mode make different numbers of rows out of `size`?

    Several designs are right.
    """

    form: ClassVar[Form] = LAYER
    zero_is_an_answer: ClassVar[bool] = True
    several_are_right: ClassVar[bool] = True
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "A pool reads {n} rows. Choose kernel_size, stride and padding so that Caffe makes another "
            "number of rows than PyTorch with ceil_mode=True. The padding is to be at most half of the "
            "kernel."
        ),
        ask=_("{asks}"),
        correct=_("{answer} {gives}. One such case decides."),
        incorrect=_("{answer} {gives}."),
        hints={
            "ceil-no-clamp": _(
                "With padding, Caffe drops a window that begins behind the rows, too. What does it do "
                "without?"
            ),
            "rounds-up": _(
                "Both libraries round up here, and the last window begins in the rows. With which kernels is "
                "a gap left between two windows?"
            ),
        },
    )
    size: int
    wrong: Mapping[str, Answer] = field(default_factory=dict)

    @cached_property
    def key(self) -> Answer:
        """The design with the smallest kernel, that is not 1."""
        return next(design for design in product(range(2, 12), range(1, 9), range(3)) if self.accepts(design))

    def accepts(self, answer: Answer) -> bool:
        """Return whether the two libraries differ for this pool."""
        return not self._refused(answer) and len(set(self._rows(answer))) == 2

    def slips(self) -> Iterator[Slip]:
        """Yield the designs that misconceptions lead to."""
        for name, design in self.wrong.items():
            yield Slip((name,), design)

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the number of rows, and what the two libraries make of this pool as a text, {gives}."""
        return {
            "n": self.size,
            "gives": self._refused(answer) or self._made(answer),
            "asks": say(self._question(answer)),
        }

    def _question(self, answer: Answer) -> str:
        """Return the question about the limit that the design breaks, else about its last window."""
        kernel_size, stride, padding = answer
        if not self._refused(answer):
            return _ASK
        if kernel_size < 1 or stride < 1 or padding < 0:
            return _NO_POOL
        return _TOO_MUCH if 2 * padding > kernel_size else _TOO_LARGE

    def _made(self, answer: Answer) -> str:
        caffe, pytorch = self._rows(answer)
        if caffe == pytorch:
            return say(_("makes {rows} rows in both"), rows=caffe)
        return say(_("makes {caffe} rows in Caffe and {pytorch} in PyTorch"), caffe=caffe, pytorch=pytorch)

    def _rows(self, answer: Answer) -> tuple[int, int]:
        kernel_size, stride, padding = answer
        pytorch = output_size(self.size, kernel_size, stride=stride, padding=padding, ceil_mode=True)
        return caffe_pool(self.size, kernel_size, stride, padding), pytorch

    def _refused(self, answer: Answer) -> str:
        """Return which limit the design breaks; empty if it keeps to all."""
        kernel_size, stride, padding = answer
        if kernel_size < 1 or stride < 1 or padding < 0:
            return say(_("is no pool: kernel_size and stride must be at least 1, and the padding at least 0"))
        if 2 * padding > kernel_size:
            return say(_("pads more than half of the kernel"))
        if kernel_size > self.size + 2 * padding:
            return say(_("has a kernel that does not fit into the padded rows"))
        return ""

    @property
    def parameters(self) -> dict[str, Any]:
        """The number of rows."""
        return {"n": self.size}
