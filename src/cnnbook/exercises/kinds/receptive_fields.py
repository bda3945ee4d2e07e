"""The receptive field of one layer after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
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
        kernels = [kernel_size for kernel_size, _stride in self.layers]
        yield Slip(("fields-added",), (sum(kernels),))
        yield Slip(("fields-multiplied",), (prod(kernels),))
        yield Slip(("field-last-kernel",), (kernels[-1],))
        if any(stride > 1 for _size, stride in self.layers[:-1]):
            yield Slip(("field-no-stride",), (_field(tuple((kernel_size, 1) for kernel_size in kernels)),))

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


@kind(
    "receptive-field",
    ("fields-added", "field-no-stride", "field-last-kernel"),
    ("fields-multiplied", "field-no-stride"),
)
def chain_of_layers(draws: Draws, targets: Targets) -> Question:
    """Return a question about two to four layers."""
    count = draws.between(2, 4)
    layers = tuple((draws.choice((2, 3, 5, 7)), draws.choice((1, 2, 2, 3))) for _ in range(count))
    return ReceptiveFieldSize(layers, targets=targets)
