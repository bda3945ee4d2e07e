"""The receptive field of one layer after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from operator import mul
from typing import Any, ClassVar

from cnnbook.arithmetic import Window, receptive_field
from cnnbook.exercises.forms import NUMBER, Answer, Form
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _, say


@dataclass(frozen=True)
class ReceptiveFieldSize(Question):
    """How wide is the receptive field of the last layer? Each layer is (kernel size, stride)."""

    kind: ClassVar[str] = "receptive-field"
    form: ClassVar[Form] = NUMBER
    class_words: ClassVar[Words] = Words(
        prompt=_("From the image on: {layers}. How many pixels wide is the receptive field of one output?"),
        ask=_(
            "Take one layer at a time. How many pixels has one output of the first layer seen, and how far "
            "apart are two neighbours?"
        ),
        formula=_("Start with 1. Each layer adds (k - 1) times the product of all strides before it."),
    )
    layers: tuple[tuple[int, int], ...]

    @property
    def key(self) -> Answer:
        """The receptive field of the last layer."""
        return (_field(self.layers),)

    def slips(self) -> Iterator[Slip]:
        """Yield the answer of each misconception."""
        kernels, strides = zip(*self.layers, strict=True)
        yield Slip(("fields-added",), (sum(kernels),))
        yield Slip(("fields-multiplied",), (prod(kernels),))
        yield Slip(("field-last-kernel",), (kernels[-1],))
        if any(stride > 1 for stride in strides[:-1]):
            yield Slip(("field-no-stride",), (_field(tuple((kernel_size, 1) for kernel_size in kernels)),))
            before = (1, *strides[:-1])
            yield Slip(("field-counted-once",), (1 + _steps(kernels, before, 1),))
            yield Slip(("field-kernel-sizes",), (_steps(kernels, _jumps(before), 0),))
        if any(stride > 1 for stride in strides):
            yield Slip(("own-stride-in-field",), (1 + _steps(kernels, _jumps(strides), 1),))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        jump, terms = 1, [str(self.layers[0][0])]
        for (kernel_size, _stride), (_size, before) in zip(self.layers[1:], self.layers[:-1], strict=True):
            jump *= before
            terms.append(f"({kernel_size} - 1)×{jump}")
        names = [say(_("kernel {k} with stride {s}"), k=k, s=s) for k, s in self.layers]
        return {
            "layers": say(_("; then ")).join(names),
            "because": " + ".join(terms),
            "k": self.layers[-1][0],
            "s": self.layers[0][1],
        }


def _field(layers: tuple[tuple[int, int], ...]) -> int:
    return receptive_field([Window((kernel_size,), stride) for kernel_size, stride in layers])[0].size


def _jumps(strides: Sequence[int]) -> tuple[int, ...]:
    """Return the products of the first stride, of the first two strides, and so on."""
    return tuple(accumulate(strides, mul))


def _steps(kernels: Sequence[int], widths: Sequence[int], less: int) -> int:
    """Return how many pixels the kernels add if each makes k - `less` steps of its width in pixels."""
    return sum((k - less) * width for k, width in zip(kernels, widths, strict=True))


# Kernel size and stride of convolutions and pools, as networks have them; the widest ones read the image.
_LAYERS = ((1, 1), (2, 2), (3, 1), (3, 1), (3, 2), (3, 3), (5, 1), (5, 2), (7, 1))
_FIRST_LAYERS = (*_LAYERS[1:], (7, 2), (11, 4))


@kind(
    "receptive-field",
    ("fields-added", "field-no-stride", "field-last-kernel"),
    ("fields-multiplied", "field-no-stride"),
    ("field-counted-once", "field-no-stride", "own-stride-in-field"),
    ("field-kernel-sizes", "fields-added", "field-no-stride"),
    version=2,
)
def chain_of_layers(draws: Draws, targets: Targets) -> Question:
    """Return a question about two to four layers."""
    count = draws.between(2, 4)
    later = (draws.choice(_LAYERS) for _ in range(count - 1))
    return ReceptiveFieldSize((draws.choice(_FIRST_LAYERS), *later), targets=targets)
