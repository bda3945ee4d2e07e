"""Write a function that computes a receptive field."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from cnnbook.arithmetic import Window, receptive_field
from cnnbook.exercises.functions.questions import FunctionQuestion
from cnnbook.exercises.functions.sizes import probes
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _

Layers = list[tuple[int, int]]


@dataclass(frozen=True)
class FieldFunction(FunctionQuestion):
    """Write a function that computes a receptive field."""

    source: ClassVar[str] = _("the right number is")


def _field(layers: Layers) -> int:
    return receptive_field([Window((kernel_size,), stride) for kernel_size, stride in layers])[0].size


def _steps_of_own_stride(layers: Layers) -> int:
    """Return the field by a rule in which a layer's own stride widens its own step."""
    field = jump = 1
    for kernel_size, stride in layers:
        jump *= stride
        field += (kernel_size - 1) * jump
    return field


def _whole_kernels(layers: Layers) -> int:
    field = jump = 1
    for kernel_size, stride in layers:
        field += kernel_size * jump
        jump *= stride
    return field


def _stride_of_last_layer(layers: Layers) -> int:
    """Return the field by a rule in which only the next layer feels a stride."""
    field = before = 1
    for kernel_size, stride in layers:
        field += (kernel_size - 1) * before
        before = stride
    return field


WRITE_FIELD = FieldFunction(
    "my_field(layers)",
    _field,
    probes(
        "layers",
        ([(3, 1)],),
        ([(3, 1), (3, 1)],),
        ([(3, 2), (3, 1)],),
        ([(2, 2), (2, 2), (5, 1)],),
        ([(5, 1), (2, 2), (5, 1), (2, 2), (5, 1)],),
        ([(7, 2), (3, 2), (3, 1), (3, 1), (3, 2), (3, 1)],),
    ),
    _("layers={layers}"),
    wrong={
        "fields-added": lambda layers: sum(kernel_size for kernel_size, _stride in layers),
        "fields-multiplied": lambda layers: prod(kernel_size for kernel_size, _stride in layers),
        "field-last-kernel": lambda layers: layers[-1][0],
        "field-no-stride": lambda layers: _field([(kernel_size, 1) for kernel_size, _stride in layers]),
        "field-counted-once": _stride_of_last_layer,
        "field-kernel-sizes": _whole_kernels,
        "own-stride-in-field": _steps_of_own_stride,
        "returned-early": lambda layers: _field(layers[:1]),
    },
    solution=_(
        "field is how wide the field is so far, jump how many pixels apart two neighbours are:\n"
        "    field = jump = 1\n"
        "    for k, s in layers:\n"
        "        field += (k - 1)*jump\n"
        "        jump *= s\n"
        "    return field"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. Each layer is (kernel size, stride), the first one reads the "
            "picture. It returns how many pixels wide the receptive field of one unit of the last layer is."
        ),
        ask=_(
            "Take one layer at a time, and keep two numbers: how wide is the field so far, and how many "
            "pixels apart are two neighbours? What are both before the first layer, for a single pixel?"
        ),
        formula=_("Start with 1. Each layer adds (k - 1) times the product of all strides before it."),
        hints={
            "fields-added": _(
                "Your function adds the kernel sizes. The fields of neighbours overlap: how many pixels are "
                "new from one to the next?"
            ),
            "fields-multiplied": _(
                "Your function multiplies the kernel sizes. The fields of neighbours overlap: how many "
                "pixels are new from one to the next?"
            ),
            "field-last-kernel": _(
                "Your function returns the last kernel. What has each of the units seen that this kernel "
                "reads?"
            ),
            "field-no-stride": _(
                "Your function does not use the strides. After a layer with stride 2, how many pixels apart "
                "are two neighbours?"
            ),
            "field-counted-once": _(
                "In your function only the next layer feels a stride. After two layers of stride 2, how many "
                "pixels apart are two neighbours?"
            ),
            "field-kernel-sizes": _(
                "Your function adds k steps for a kernel of k. From its first weight to its last, how many "
                "steps are there?"
            ),
            "returned-early": _(
                "Your function stops after the first layer. A return ends a function at once: does it have "
                "to stand inside the loop or behind it?"
            ),
            "own-stride-in-field": _(
                "Your function multiplies by a layer's stride before it adds the kernel. Do the units that "
                "this kernel reads lie that far apart, or do those that it makes?"
            ),
        },
    ),
)
