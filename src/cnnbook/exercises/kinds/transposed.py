"""The output shape of a transposed convolution."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from cnnbook.arithmetic import transposed_formula, transposed_output_size
from cnnbook.exercises.forms import SHAPE, Answer, Form, MapShape
from cnnbook.exercises.kinds.axis import NAMES, Axis
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import Question, Slip, Words, order_slips
from cnnbook.exercises.words import _


class Transposed(NamedTuple):
    """One axis of an input, the window of a transposed convolution, and what it adds at the end."""

    axis: Axis
    output_padding: int = 0

    @property
    def output_size(self) -> int:
        """The output size; below 1 where the padding takes everything."""
        n, k, s, p, d, _ceil_mode = self.axis
        return (n - 1) * s - 2 * p + d * (k - 1) + self.output_padding + 1

    def on(self, axis: Axis) -> int:
        """Return the output size with another axis."""
        return self._replace(axis=axis).output_size


# The output size by the rule of each misconception, and the precondition of those that need one.
_RULES: dict[str, Callable[[Transposed], int]] = {
    "transposed-as-conv": lambda t: t.axis.output_size,
    "no-padding": lambda t: t.on(t.axis._replace(padding=0)),
    "padding-once": lambda t: t.output_size + t.axis.padding,
    "padding-enlarges": lambda t: t.output_size + 4 * t.axis.padding,
    "no-output-padding": lambda t: t.output_size - t.output_padding,
    "output-padding-twice": lambda t: t.output_size + t.output_padding,
    "no-stride": lambda t: t.on(t.axis._replace(stride=1)),
    "multiplies-by-stride": lambda t: t.axis.size * t.axis.stride,
    "no-plus-one": lambda t: t.on(t.axis._replace(size=t.axis.size + 1)),
    "no-dilation": lambda t: t.on(t.axis._replace(dilation=1)),
}
_PRECONDITIONS: dict[str, Callable[[Transposed], bool]] = {
    **dict.fromkeys(("no-padding", "padding-once", "padding-enlarges"), lambda t: t.axis.padding > 0),
    **dict.fromkeys(("no-output-padding", "output-padding-twice"), lambda t: t.output_padding > 0),
    **dict.fromkeys(("no-stride", "multiplies-by-stride"), lambda t: t.axis.stride > 1),
    "no-dilation": lambda t: t.axis.dilation > 1,
}


@dataclass(frozen=True)
class TransposedShape(Question):
    """Which shape comes out of this transposed convolution, whose window is square?

    `axis` holds the numbers of the window, and the size in it is not used; `output_padding` is added once.
    """

    kind: ClassVar[str] = "transposed-output-size"
    form: ClassVar[Form] = SHAPE
    class_words: ClassVar[Words] = Words(
        prompt=_("A {layer} reads {input}, that is (channels, height, width). What comes out?"),
        ask=_(
            "Each input puts one kernel down. How many {lines} apart are the first and the last of these {n} "
            "kernels, and how many {lines} does one of them span?"
        ),
        ask_channels=_(
            "Look at the channels. The second number of the layer is how many maps come out: which is it?"
        ),
        formula=_("Per axis: (n - 1)s - 2p + d(k - 1) + output_padding + 1."),
        substituted=_("With the numbers: {substituted}."),
        correct=_("{answer}: {formula}."),
        hints={
            "channels-in": _(
                "{in_channels} is the number of channels of the input. How many maps does this layer make?"
            ),
            "channels-summed": _(
                "This is the sum {in_channels} + {out_channels}. How many maps does this layer make?"
            ),
            "no-padding": _(
                "{answered} is what padding=0 gives. A transposed convolution crops its padding from the "
                "output {ends}: how many {lines} does padding={p} take off?"
            ),
            "padding-once": _(
                "{answered} is what comes out if padding={p} is taken off once. It is cropped {ends}: how "
                "many {lines} is that in all?"
            ),
            "no-stride": _(
                "{answered} is what stride 1 gives. With stride {s}, how many {lines} apart are the kernels "
                "of two neighbouring inputs?"
            ),
            "no-plus-one": _(
                "{answered} is right for one input more. {n} inputs have how many steps of {s} between the "
                "first and the last?"
            ),
        },
    )
    input_shape: MapShape
    out_channels: int
    axis: Axis
    output_padding: int = 0

    @property
    def _axes(self) -> tuple[Transposed, ...]:
        return tuple(
            Transposed(self.axis._replace(size=size), self.output_padding) for size in self.input_shape[1:]
        )

    @property
    def _window(self) -> dict[str, int]:
        """The numbers of the window under PyTorch's names."""
        _n, k, s, p, d, _ceil_mode = self.axis
        extra = self.output_padding
        return {"kernel_size": k, "stride": s, "padding": p, "output_padding": extra, "dilation": d}

    @property
    def key(self) -> Answer:
        """The channels that the layer makes, and the output size."""
        sizes = (transposed_output_size(size, **self._window) for size in self.input_shape[1:])
        return (self.out_channels, *sizes)

    def slips(self) -> Iterator[Slip]:
        """Yield the answer of each misconception."""
        channels, size = self.input_shape[0], self.key[1:]
        for name, rule in _RULES.items():
            needed = _PRECONDITIONS.get(name)
            wrong = tuple(rule(axis) for axis in self._axes)
            if min(wrong) > 0 and (needed is None or needed(self._axes[0])):
                yield Slip((name,), (self.out_channels, *wrong))
        yield Slip(("channels-in",), (channels, *size))
        yield Slip(("channels-summed",), (channels + self.out_channels, *size))
        yield from order_slips(self.key)

    def placeholders(self, answer: Answer) -> dict[str, Any]:
        """Return the values of the placeholders, for the first axis on which the answer is wrong."""
        size, given = self.key[1:], answer[1:]
        at = next((i for i in range(len(given)) if given[i] != size[i]), 0)
        unwritten = {"stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}
        written = {name: value for name, value in self._window.items() if value != unwritten.get(name)}
        numbers = ", ".join(f"{name}={value}" for name, value in written.items())
        formulas = [transposed_formula(n, **self._window) for n in self.input_shape[1:]]
        return {
            **self._axes[at].axis.placeholders(NAMES[2][at]),
            "layer": f"ConvTranspose2d({self.input_shape[0]}, {self.out_channels}, {numbers})",
            "input": self.input_shape,
            "in_channels": self.input_shape[0],
            "out_channels": self.out_channels,
            "extra": self.output_padding,
            "answered": given[at],
            "formula": " and ".join(formulas),
            "substituted": " and ".join(formula.partition(" = ")[0] for formula in formulas),
        }

    @property
    def parameters(self) -> dict[str, Any]:
        """The question's numbers under PyTorch's names."""
        channels = {"in_channels": self.input_shape[0], "out_channels": self.out_channels}
        return channels | {"size": self.input_shape[1:]} | self._window


# Kernel size, stride and padding of layers that enlarge a map, as decoders and generators have them.
_WINDOWS = ((3, 2, 1), (4, 2, 1), (5, 2, 2), (5, 2, 1), (6, 3, 1), (5, 3, 1), (7, 3, 2), (7, 4, 3), (8, 4, 2))
_DILATED = ((3, 1, 1), (3, 2, 1), (3, 2, 2), (5, 2, 1), (5, 2, 2))  # with dilation 2


@kind(
    "transposed-output-size",
    ("transposed-as-conv", "no-padding", "no-stride"),
    ("transposed-as-conv", "no-output-padding", "padding-once"),
    ("multiplies-by-stride", "no-plus-one", "channels-in"),
    ("padding-enlarges", "no-output-padding", "output-padding-twice"),
    ("no-dilation", "transposed-as-conv", "swapped-height-width"),
    distinct_from=("channels-last", "channels-summed"),
)
def output_shape(draws: Draws, targets: Targets) -> Question:
    """Return a question about a transposed convolution, on a map that is not square."""
    d = 2 if "no-dilation" in targets else 1
    k, s, p = draws.choice(_DILATED if d == 2 else _WINDOWS)
    extra = draws.between(1, s - 1) if "no-output-padding" in targets else 0
    shape = (draws.choice((16, 24, 32, 64)), draws.between(7, 20), draws.between(7, 20))
    axis = Axis(0, k, s, p, d)
    return TransposedShape(shape, draws.choice((3, 8, 12, 20)), axis, extra, targets=targets)
