"""Write the end of a residual block, what its shortcut learns, and the number in a ResNet's name."""

from __future__ import annotations

from typing import ClassVar

from cnnbook.arithmetic import conv_parameters
from cnnbook.exercises.functions.loops import Map, Maps, numbers
from cnnbook.exercises.functions.questions import FunctionQuestion, MapsQuestion, Probe
from cnnbook.exercises.functions.sizes import probes
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _


def _relu(maps: Maps) -> Maps:
    return [[[max(number, 0.0) for number in row] for row in one] for one in maps]


def _sum(f: Maps, x: Maps) -> Maps:
    return [
        [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(*both, strict=True)]
        for both in zip(f, x, strict=True)
    ]


def _probe(*shape: int, start: int) -> Probe:
    return Probe((numbers(*shape, start=start), numbers(*shape, start=start + 3)), {"shape": shape})


_ONE: Map = [[3.0, -3.0, -2.0, -6.0]]
_OTHER: Map = [[1.0, 1.0, 5.0, 2.0]]

WRITE_RESIDUAL = MapsQuestion(
    "my_residual(f, x)",
    lambda f, x: _relu(_sum(f, x)),
    (
        Probe(([_ONE], [_OTHER]), {"shape": (1, 1, 4)}),
        _probe(1, 2, 3, start=2),
        _probe(3, 2, 4, start=5),
        _probe(2, 3, 3, start=1),
    ),
    _("f and x of {shape}"),
    wrong={
        "relu-before-addition": lambda f, x: _sum(_relu(f), x),
        "no-relu-after-addition": _sum,
        "shortcut-forgotten": lambda f, x: _relu(f),
        "residual-as-concat": lambda f, x: _relu([*f, *x]),
    },
    solution=_("Add the two first, then keep what is above 0:\n    return (f + x).relu()"),
    words=Words(
        prompt=_(
            "Write the function {signature}: the end of a residual block. x is the block's input, and f is "
            "what the two convolutions and their batch norms make of it; both have the shape (channels, "
            "height, width). It returns the block's output: the sum of the two, then a ReLU."
        ),
        ask=_("Take one place where f is negative and x is positive. What is their sum, and what is left?"),
        hints={
            "relu-before-addition": _(
                "Your function applies the ReLU to f alone. Which numbers should the ReLU see?"
            ),
            "no-relu-after-addition": _(
                "Your function gives the sum, and some of its numbers are negative. What comes after the sum?"
            ),
            "shortcut-forgotten": _("Your function does not use x. What does the shortcut bring?"),
            "residual-as-concat": _(
                "Your function lays the maps of x behind those of f. How many channels has a sum of the two?"
            ),
        },
    ),
)


def _shortcut(ins: int, outs: int, stride: int) -> int:
    return 0 if ins == outs and stride == 1 else _projection(ins, outs)


def _projection(ins: int, outs: int, *, kernel_size: int = 1, bias: bool = False, norm: int = 2) -> int:
    return conv_parameters(ins, outs, kernel_size, bias=bias) + norm * outs


class CountQuestion(FunctionQuestion):
    """Write a function that returns a count which no layer of PyTorch has by itself."""

    source: ClassVar[str] = _("the right number is")


WRITE_SHORTCUT = CountQuestion(
    "my_shortcut_parameters(ins, outs, stride)",
    _shortcut,
    probes(
        "ins outs stride",
        (4, 4, 1),
        (4, 6, 1),
        (4, 4, 2),
        (6, 12, 2),
        (64, 256, 1),
        (256, 256, 1),
        (256, 512, 2),
    ),
    _("ins={ins}, outs={outs}, stride={stride}"),
    wrong={
        "projection-everywhere": lambda ins, outs, stride: _projection(ins, outs),
        "projection-only-strided": lambda ins, outs, stride: _projection(ins, outs) if stride > 1 else 0,
        "projection-keeps-size": lambda ins, outs, stride: _projection(ins, outs) if ins != outs else 0,
        "norm-without-weights": lambda ins, outs, stride: _shortcut(ins, outs, stride) and ins * outs,
        "one-of-two": lambda ins, outs, stride: (
            _shortcut(ins, outs, stride) and _projection(ins, outs, norm=1)
        ),
        "bias-before-batchnorm": lambda ins, outs, stride: (
            _shortcut(ins, outs, stride) and _projection(ins, outs, bias=True)
        ),
        "all-kernels-three": lambda ins, outs, stride: (
            _shortcut(ins, outs, stride) and _projection(ins, outs, kernel_size=3)
        ),
    },
    solution=_("    return 0 if ins == outs and stride == 1 else ins*outs + 2*outs"),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns the number of parameters on the shortcut of a "
            "residual block that reads ins channels and makes outs channels. Where the shapes of both sides "
            "differ, the shortcut is a 1 x 1 convolution without bias and a batch norm. Elsewhere it has "
            "no parameters."
        ),
        ask=_(
            "In which cases do x and F(x) have one shape? And how many parameters have a 1 x 1 convolution "
            "and a batch norm?"
        ),
        formula=_("A projection has ins × outs weights, and two parameters of its batch norm for each map."),
        hints={
            "projection-everywhere": _(
                "Your function never returns 0. With as many channels in as out and stride 1, what is there "
                "to change?"
            ),
            "projection-only-strided": _(
                "Your function looks at the stride alone. Can 4 channels be added to 6?"
            ),
            "projection-keeps-size": _(
                "Your function looks at the channels alone. With stride 2, can a map of 8 rows be added to "
                "one of 4?"
            ),
            "norm-without-weights": _(
                "Your function counts the convolution. Which numbers does the batch norm behind it learn?"
            ),
            "one-of-two": _(
                "Your function counts one number of the batch norm for each map. How many does a batch norm "
                "learn for each map?"
            ),
            "bias-before-batchnorm": _(
                "Your function counts a bias for each map. Has this convolution any, with a batch norm "
                "behind it?"
            ),
            "all-kernels-three": _(
                "Your function counts kernels of 3 x 3. How large is the kernel of a projection?"
            ),
        },
    ),
)


def _depth(counts: list[int], bottleneck: bool) -> int:
    return 1 + (3 if bottleneck else 2) * sum(counts) + 1


WRITE_DEPTH = CountQuestion(
    "my_depth(counts, bottleneck)",
    _depth,
    probes(
        "counts bottleneck",
        ([1, 1, 1, 1], False),
        ([2, 2, 2, 2], False),
        ([3, 4, 6, 3], False),
        ([3, 4, 6, 3], True),
        ([1, 2, 1, 3], True),
    ),
    _("counts={counts}, bottleneck={bottleneck}"),
    wrong={
        "counts-projections": lambda counts, bottleneck: (
            _depth(counts, bottleneck) + (4 if bottleneck else 3)
        ),
        "counts-pools": lambda counts, bottleneck: _depth(counts, bottleneck) + 2,
        "forgets-dense": lambda counts, bottleneck: _depth(counts, bottleneck) - 1,
        "stem-and-head-forgotten": lambda counts, bottleneck: _depth(counts, bottleneck) - 2,
        "blocks-alike": lambda counts, bottleneck: _depth(counts, bottleneck=False),
    },
    solution=_("    return 1 + (3 if bottleneck else 2)*sum(counts) + 1"),
    words=Words(
        prompt=_(
            "Write the function {signature}. counts has the number of blocks in each of the four stages of a "
            "ResNet. bottleneck is True if a block has three convolutions on its main path, False if it has "
            "two. It returns the number in the network's name: the convolutions without projections, and "
            "the dense layer."
        ),
        ask=_("Which layer stands before the first block, which one behind the last, and what has a block?"),
        formula=_("The stem, the convolutions on the main paths, and the dense layer."),
        hints={
            "counts-projections": _(
                "Your function counts the projections, too. Do they lie on the main path?"
            ),
            "counts-pools": _(
                "Your function counts two layers more. Is a pool a convolution or a dense layer?"
            ),
            "forgets-dense": _(
                "Your function counts one layer less. Are the first convolution and the dense layer in it?"
            ),
            "stem-and-head-forgotten": _(
                "Your function counts the blocks alone. Which convolution stands before them, and which "
                "layer behind?"
            ),
            "blocks-alike": _(
                "Your function counts two convolutions in each block. How many has a bottleneck?"
            ),
        },
    ),
)
