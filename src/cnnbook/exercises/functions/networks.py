"""Make a network that gives a wanted shape, with layers from a short list."""

from __future__ import annotations

import sys
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.exercises.forms import MapShape
from cnnbook.exercises.functions.questions import Function, Probe, ProbedQuestion
from cnnbook.exercises.functions.results import Result, UnfitError, kind_of
from cnnbook.exercises.kinds.axis import CORRECT, FORMULA, Axis, single_rules
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

# A design is written as the kernel size and the stride of each layer with a window.
LARGEST_KERNEL = 5
_ALLOWED = ("Conv2d", "MaxPool2d", "ReLU")
_NO_NETWORK = _("An nn.Sequential is wanted here, not {kind}.")
_OTHER_LAYER = _("{layer} is not among the layers of this task: Conv2d, MaxPool2d and ReLU.")
_PADDED = _("{layer} has a padding. This task is without padding.")
_LARGE = _("{layer} has a kernel of {kernel}. In this task kernels are at most {largest} x {largest}.")
_SHAPE = _("From {on} it makes {given}; {right} is wanted.")


@dataclass(frozen=True)
class NetworkQuestion(ProbedQuestion):
    """Which nn.Sequential turns pictures of one shape into maps of another?

    `right` and the values of `wrong` are designs, since torch is not loaded for them. A design of `wrong`
    would meet the wanted shape if the rule of its misconception held. One network is weak evidence: its size
    may agree with such a rule by chance, so the misconception is a suspect and is not asserted.
    """

    needs_torch: ClassVar[bool] = True
    form_name: ClassVar[str] = "network"
    blank: ClassVar[str] = _("Put layers into your nn.Sequential first: so far there are none.")
    asserts: ClassVar[bool] = False
    maps: int = 16

    @property
    def wanted(self) -> MapShape:
        """The shape that is to come out."""
        return self.right_results[0]  # type: ignore[return-value]

    def prepared(self, answer: object) -> Function:
        """Return the function that gives the shape that the network makes of a shape.

        Raises UnfitError for what is no nn.Sequential, and for layers that the task does not have.
        """
        torch = sys.modules.get("torch")  # whoever has a network has loaded torch
        if torch is None or not isinstance(answer, torch.nn.Sequential):
            raise UnfitError(say(_NO_NETWORK, kind=kind_of(answer)))
        for layer in answer:
            _refuse(layer)
        network = deepcopy(answer).eval()

        def shape(inputs: MapShape) -> object:
            if not len(network):
                return None
            with torch.no_grad():
                weight = next(network.parameters(), torch.zeros(()))
                return tuple(network(weight.new_zeros((1, *inputs))).shape)

        return shape

    def read(self, value: object) -> Result:
        """Return the shape without its batch axis."""
        return tuple(value)[-3:]  # type: ignore[arg-type]

    def results_of(self, answer: Any) -> tuple[Result, ...]:
        """Return the shape that a design makes; its last layer has the wanted number of maps."""
        inputs = self.probes[0].arguments[0]
        return ((self.maps, *size_by(CORRECT.output_size, inputs[1:], answer)),)

    @property
    def wrong_answers(self) -> tuple[object, ...]:
        """None: these would be networks, for which torch would have to be loaded."""
        return ()

    def difference(self, at: int, given: Result) -> str:
        """Return the shape that comes out and the one that is wanted."""
        return say(_SHAPE, on=self.probe_named(at), given=given, right=self.right_results[at])

    def explaining(self, results: tuple[Result, ...], answer: object) -> tuple[str, ...]:
        """Return the misconceptions by whose rules this network would meet the wanted shape."""
        if results[0][0] != self.wanted[0]:  # type: ignore[index]
            return ()
        design = tuple(_window(layer) for layer in answer if hasattr(layer, "kernel_size"))  # type: ignore[attr-defined]
        inputs = self.probes[0].arguments[0]
        return tuple(
            rule.ids[0]
            for rule in single_rules()
            if rule.ids[0] in self.wrong and size_by(rule.output_size, inputs[1:], design) == self.wanted[1:]
        )


def size_by(rule: Callable[[Axis], int], size: tuple[int, ...], design: Any) -> tuple[int, ...]:
    """Return the size that comes out of a design by a rule for one axis.

    The windows of a design are (kernel_size, stride), each one number or one for each axis.
    """
    for kernel_size, stride in design:
        kernels, strides = _pair(kernel_size), _pair(stride)
        size = tuple(rule(Axis(n, k, s)) for n, k, s in zip(size, kernels, strides, strict=True))
    return size


def _pair(value: Any) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


def _window(layer: Any) -> tuple[Any, Any]:
    return layer.kernel_size, layer.stride


def _refuse(layer: Any) -> None:
    """Raise UnfitError for a layer that the task does not have."""
    name = type(layer).__name__
    if name not in _ALLOWED:
        raise UnfitError(say(_OTHER_LAYER, layer=name))
    if name == "ReLU":
        return
    if layer.padding == "same" or any(_pair(layer.padding)) or _pair(layer.dilation) != (1, 1):
        raise UnfitError(say(_PADDED, layer=name))
    if max(_pair(layer.kernel_size)) > LARGEST_KERNEL:
        raise UnfitError(say(_LARGE, layer=name, kernel=layer.kernel_size, largest=LARGEST_KERNEL))


MEET_SHAPE = NetworkQuestion(
    "network",
    ((5, 1), (2, 2), (5, 1), (2, 2)),
    (Probe(((3, 44, 36),), {"shape": (3, 44, 36)}),),
    _("a picture of {shape}"),
    wrong={
        "rounds-up": ((2, 2), (3, 3)),
        "no-plus-one": ((2, 2), (5, 2)),
        "stride-first": ((2, 2), (3, 2)),
    },
    solution=_(
        "One of many: Conv2d(3, 6, 5), ReLU(), MaxPool2d(2), Conv2d(6, 16, 5), ReLU(), MaxPool2d(2). The "
        "sizes are 44 x 36, 40 x 32, 20 x 16, 16 x 12 and 8 x 6."
    ),
    words=Words(
        prompt=_(
            "Make an nn.Sequential that turns a batch of pictures of (3, 44, 36) into 16 maps of 8 x 6 each. "
            "Its layers are Conv2d, ReLU and MaxPool2d, without padding; kernels are at most 5 x 5."
        ),
        ask=_(
            "Write down the size after each of your layers. After which of them does it first differ from "
            "what is wanted?"
        ),
        formula=FORMULA,
        hints={
            "rounds-up": _(
                "Your design is right if sizes are rounded up. What does PyTorch do with a window that hangs "
                "over the edge?"
            ),
            "no-plus-one": _(
                "Your design is right if the steps are the places. Where does a window stand before its "
                "first step?"
            ),
            "stride-first": _(
                "Your design is right if the stride divides first. Which part of the map can a window step "
                "over?"
            ),
        },
    ),
)
