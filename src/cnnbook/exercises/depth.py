"""Questions about many layers at once: receptive fields, and the layers that a network's name counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.arithmetic import Window, receptive_field
from cnnbook.exercises.answers import NUMBER, Answer, Form
from cnnbook.exercises.questions import Question, Slip


@dataclass(frozen=True)
class FieldOfChain(Question):
    """How many pixels of the image does one output of this chain see? Each layer is (kernel size, stride)."""

    kind: ClassVar[str] = "receptive-field"
    form: ClassVar[Form] = NUMBER
    layers: tuple[tuple[int, int], ...]

    @property
    def key(self) -> Answer:
        """Return the receptive field of the last layer."""
        return (_field(self.layers),)

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception answers."""
        kernels = [kernel_size for kernel_size, _ in self.layers]
        product = 1
        for kernel_size in kernels:
            product *= kernel_size
        yield Slip(("fields-added",), (sum(kernels),))
        yield Slip(("fields-multiplied",), (product,))
        yield Slip(("field-last-kernel",), (kernels[-1],))
        if any(stride > 1 for _, stride in self.layers[:-1]):
            yield Slip(("field-no-stride",), (_field(tuple((kernel_size, 1) for kernel_size in kernels)),))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        jump, terms = 1, [str(self.layers[0][0])]
        for (kernel_size, _), (_, before) in zip(self.layers[1:], self.layers[:-1], strict=True):
            jump *= before
            terms.append(f"({kernel_size} - 1)×{jump}")
        names = [f"kernel {kernel_size} with stride {stride}" for kernel_size, stride in self.layers]
        return {
            "layers": "; then ".join(names),
            "because": " + ".join(terms),
            "k": self.layers[-1][0],
            "s": self.layers[0][1],
        }


def _field(layers: tuple[tuple[int, int], ...]) -> int:
    return receptive_field([Window((kernel_size,), stride) for kernel_size, stride in layers])[0].size


@dataclass(frozen=True)
class LayerCount(Question):
    """Which number stands in a ResNet's name? `blocks` per stage, each of `convolutions` on its main path."""

    kind: ClassVar[str] = "layer-count"
    form: ClassVar[Form] = NUMBER
    blocks: tuple[int, int, int, int]
    convolutions: int

    @property
    def projections(self) -> int:
        """Return how many stages begin with a projection: the last three; with bottlenecks, all four."""
        return 3 if self.convolutions == 2 else 4

    @property
    def key(self) -> Answer:
        """Return the stem, the convolutions of the blocks, and the dense layer."""
        return (1 + self.convolutions * sum(self.blocks) + 1,)

    def slips(self) -> Iterator[Slip]:
        """Yield what each misconception counts."""
        (layers,) = self.key
        yield Slip(("counts-projections",), (layers + self.projections,))
        yield Slip(("counts-pools",), (layers + 2,))
        yield Slip(("counts-pools",), (layers + 1,))
        yield Slip(("forgets-dense",), (layers - 1,))

    def words(self, answer: Answer) -> dict[str, Any]:
        """Return the numbers that messages name."""
        blocks = " + ".join(map(str, self.blocks))
        return {
            "blocks": self.blocks,
            "convolutions": self.convolutions,
            "because": f"1 + {self.convolutions}×({blocks}) + 1",
        }
