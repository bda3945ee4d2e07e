"""The number in a ResNet's name, which counts convolutions and the dense layer, and no batch norms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.exercises.forms import NUMBER, Answer, Form
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words
from cnnbook.exercises.words import _


@dataclass(frozen=True)
class LayerCount(Question):
    """Which number is in the name of a ResNet with these blocks per stage, and convolutions per block?"""

    kind: ClassVar[str] = "layer-count"
    form: ClassVar[Form] = NUMBER
    class_words: ClassVar[Words] = Words(
        prompt=_(
            "A ResNet has {blocks} blocks in its four stages, each with {convolutions} convolutions on its "
            "main path. Which number stands in its name?"
        ),
        ask=_(
            "Which convolutions and dense layers lie on the path from the image to the answer? Batch norms "
            "do not count. Count stage by stage."
        ),
        formula=_("The stem, the convolutions on the main paths, and the dense layer."),
    )
    blocks: tuple[int, int, int, int]
    convolutions: int

    @property
    def projections(self) -> int:
        """The number of stages that begin with a projection: three, or four with bottlenecks."""
        return 3 if self.convolutions == 2 else 4

    @property
    def key(self) -> Answer:
        """The number of layers: the stem, the convolutions of the blocks, and the dense layer."""
        return (1 + self.convolutions * sum(self.blocks) + 1,)

    def slips(self) -> Iterator[Slip]:
        """Yield the count of each misconception."""
        (layers,) = self.key
        yield Slip(("counts-projections",), (layers + self.projections,))
        yield Slip(("counts-pools",), (layers + 2,))
        yield Slip(("counts-pools",), (layers + 1,))
        # One number for two causes: no variant of this kind can tell them apart.
        yield Slip(("forgets-dense",), (layers - 1,))
        yield Slip(("forgets-stem",), (layers - 1,))

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders."""
        blocks = " + ".join(map(str, self.blocks))
        return {
            "blocks": self.blocks,
            "convolutions": self.convolutions,
            "because": f"1 + {self.convolutions}×({blocks}) + 1",
        }


@kind(
    "layer-count",
    ("counts-projections", "counts-pools"),
    version=2,
)
def layer_count(draws: Draws, targets: Targets) -> Question:
    """Return a question about a ResNet with drawn blocks."""
    first, second, third, fourth = (draws.between(2, 8) for _ in range(4))
    return LayerCount((first, second, third, fourth), draws.choice((2, 3)), targets=targets)
