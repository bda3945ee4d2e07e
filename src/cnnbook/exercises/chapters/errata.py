"""Exercises of chapter 09: the errata; each asks for the number that shows whether a claim is right."""

from __future__ import annotations

from cnnbook.arithmetic import GeometryError, Window, conv_parameters, output_size
from cnnbook.arithmetic.stacks import side_after
from cnnbook.exercises.chapters.errata_ideas import IDEAS
from cnnbook.exercises.forms import AMOUNT, NUMBER, SHAPE
from cnnbook.exercises.functions.errata import zeros_of_same
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.rounding_designs import caffe_pool
from cnnbook.exercises.kinds.windows import conv_question, pool_question
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.words import _
from cnnbook.networks.shipped import shipped


def _heights(side: int, *windows: Window) -> list[int]:
    """Return the image heights up to 400 that give a map of this height after these windows."""
    return [n for n in range(1, 401) if _height_after(n, *windows) == side]


def _height_after(n: int, *windows: Window) -> int:
    """Return the height after these windows, 0 if one of them does not fit."""
    try:
        return side_after(n, windows)
    except GeometryError:
        return 0


def _same(numbers: tuple[int, int, int], end: int, because: str, words: Words) -> Question:
    """Return the question how many zeros SAME adds before an axis (`end` 0) or after it (1).

    The `numbers` are size, kernel size and stride.
    """
    zeros = zeros_of_same(*numbers)
    return CustomQuestion(
        zeros[end],
        because=because,
        wrong={"odd-zero-first": zeros[1 - end], "zeros-one-side": sum(zeros)},
        numbers=dict(zip("nks", numbers, strict=True)),
        form=NUMBER,
        words=_SAME | words,
    )


_SAME = Words(
    formula=_(
        "In all (outputs − 1) × s + k − n zeros are added. Half of them, rounded down, go before the rows, "
        "and the others behind."
    )
)

# AlexNet's windows (torchvision's variant) without those that keep the size, and LeNet-5's down to S4.
_POOL = Window.pool(3, 2)
_ALEXNET = (Window(11, stride=4, padding=2), _POOL, _POOL, _POOL)
_ALEXNET_HEIGHTS = _heights(6, *_ALEXNET)
_DIVIDING = [n for n in _ALEXNET_HEIGHTS if (n + 2 * 2 - 11) % 4 == 0]
_LENET = (Window(5), Window.pool(2), Window(5), Window.pool(2))

_CONV5_1 = shipped("vgg16")["features.24"].arguments  # the first convolution of stage 5
_STEM_112 = Window(7, stride=2, padding=3).output_size((192, 320))
_CONV2 = Window.pool(3, 2, padding=1).output_size(_STEM_112)

# The weights of stacks of equal kernels with stride 1 and a receptive field of 25, in units of C².
_STACKS = {k: k * k * ((25 - 1) // (k - 1)) for k in (2, 3, 5, 7, 13, 25)}
_CHEAPEST = min(_STACKS, key=lambda k: _STACKS[k])

# ResNet-18's windows of stride 2 for an image of 224: input size, kernel size and padding.
_MAIN = ((224, 7, 3), (112, 3, 1), (56, 3, 1), (28, 3, 1), (14, 3, 1))
_PROJECTIONS = ((56, 1, 0), (28, 1, 0), (14, 1, 0))


def _uneven(windows: tuple[tuple[int, int, int], ...]) -> int:
    """Return how many of these windows leave a remainder."""
    return sum((n + 2 * p - k) % 2 != 0 for n, k, p in windows)


def _two_pools(size: int, ceil_mode: bool) -> int:
    for _pool in range(2):
        size = output_size(size, 3, stride=2, ceil_mode=ceil_mode)
    return size


# How many heights from 7 to 30 ceil_mode changes, and how many shifts three strides of 2 divide.
_DECIDING = sum(_two_pools(n, False) != _two_pools(n, True) for n in range(7, 31))
_SHIFTS = sum(shift % (2 * 2 * 2) == 0 for shift in range(1, 17))

# It reads F, draw and grahp, and makes none of them.
_SNIPPET = """\
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 5)

    def forward(self, x):
        return F.relu(self.conv(x))

net = Net()
graph = draw(net(torch.zeros(1, 1, 8, 8)))
grahp.view()"""

EXERCISES: dict[str, Question] = {
    "errata.dense": DenseParameters((20, 6, 4), targets=("layers-multiplied", "no-bias", "one-bias")),
    "errata.vgg-stage5": CustomQuestion(
        conv_parameters(_CONV5_1["in_channels"], _CONV5_1["out_channels"], 3),
        because="3×3×512×512 + 512",
        wrong={
            "channels-always-double": conv_parameters(512, 1024, 3),
            "no-input-channels": conv_parameters(1, 512, 3),
            "no-bias": conv_parameters(512, 512, 3, bias=False),
        },
        words=Words(
            prompt=_(
                "Stage 4 of VGG16 puts out 512 maps. How many parameters does the first convolution of "
                "stage 5 have, biases included?"
            ),
            ask=_("How many maps come in, and how many go out, in chapter 5's table of stages?"),
            hints={
                "channels-always-double": _(
                    "{answer} is the count if stage 5 doubles the channels of stage 4. How many maps does "
                    "stage 5 put out, in chapter 5's table?"
                )
            },
        ),
    ),
    "errata.pool": pool_question(
        (8, 30, 44),
        Window.pool(4, 3, padding=2),
        "no-padding",
        "rounds-up",
        "no-stride",
        "padding-adds-channels",
    ),
    "errata.heights": CustomQuestion(
        len(_ALEXNET_HEIGHTS),
        because=f"{_ALEXNET_HEIGHTS[-1]} - {_ALEXNET_HEIGHTS[0]} + 1",
        wrong={"only-the-exact-size": [1, len(_DIVIDING)]},
        form=NUMBER,
        words=Words(
            prompt=_(
                "torchvision's AlexNet makes its maps smaller in four places: a convolution of 11 with "
                "stride 4 and padding 2, then three pools of 3 with stride 2. Its other convolutions keep "
                "the size. How many input heights lead to a last map of 6 rows?"
            ),
            ask=_(
                "Go backwards, one layer at a time. Which two heights does a pool of 3 with stride 2 bring "
                "to 6? Which heights lead to the lower of them, and which to the upper?"
            ),
            hints={
                "only-the-exact-size": _(
                    "{answer} is the number of heights if the first division, or every one, comes out even. "
                    "What does the floor do with one row more?"
                )
            },
        ),
    ),
    "errata.strided-unpadded": CustomQuestion(
        output_size(40, 3, stride=2),
        because="(40 - 3)//2 + 1",
        wrong={
            "padding-idle": output_size(40, 3, stride=2, padding=1),
            "no-plus-one": output_size(40, 3, stride=2) - 1,
            "no-stride": output_size(40, 3),
        },
        numbers={"n": 40, "k": 3, "s": 2, "span": 3, "padded": 40, "line": "row", "lines": "rows"},
        form=NUMBER,
        words=Words(
            prompt=_(
                "A convolution with a kernel of 3 and stride 2 reads 40 rows. With padding 1, 20 rows "
                "come out. How many rows come out without padding?"
            ),
            ask=_("How far can a window of 3 move in 40 rows? How many steps of 2 is that?"),
            hints={
                "padding-idle": _(
                    "{answer} is what comes with padding 1. Without it the last window must end inside the "
                    "40 rows: how many steps of 2 are there?"
                )
            },
        ),
    ),
    "errata.shifts": CustomQuestion(
        _SHIFTS,
        because="16//(2×2×2)",
        wrong={"pool-shift-invariant": 16, "jump-last-stride": 16 // 2},
        form=AMOUNT,
        words=Words(
            prompt=_(
                "A network does the same three times in turn: a convolution of 3 x 3 that keeps the size, "
                "and a max-pool of 2 with stride 2. Its picture is shifted to the right by 1, 2, ... 16 "
                "pixels. What leaves the picture on the right comes in on the left, and the convolutions "
                "pad with the opposite side in place of zeros. For how many of these 16 shifts is the new "
                "output the old one, only moved?"
            ),
            ask=_("How many pixels is one step in the last map? Which shifts are whole steps?"),
            hints={
                "pool-shift-invariant": _(
                    "A shift by 1 cuts the row into other pairs. By how much must the picture move so that "
                    "the first pool makes the same pairs?"
                ),
                "jump-last-stride": _(
                    "{answer} is right for one pool. How many pixels of the picture is one step behind the "
                    "third pool?"
                ),
            },
        ),
    ),
    "errata.kernel": CustomQuestion(
        _CHEAPEST,
        wrong={"odd-is-best": [3, 5], "fewest-layers-cheapest": 25},
        numbers={"kernels": tuple(_STACKS)},
        form=NUMBER,
        words=Words(
            prompt=_(
                "Convolutions with stride 1 are stacked, all with the same kernel size and each from C "
                "maps to C maps, until an output sees 25 x 25 pixels. With which of the kernel sizes 2, "
                "3, 5, 7, 13 and 25 does the stack have the fewest weights?"
            ),
            ask=_(
                "How many layers does a kernel of k need to see 25 pixels? How many weights does each "
                "have, in C²?"
            ),
            correct=_("{answer}: a kernel of 2 takes 24 layers, and they have 96·C² weights in all."),
            incorrect=_("{answer} is not it."),
            hints={
                "odd-is-best": _(
                    "An odd kernel is usual. Count the weights in C²: k·k for each layer, (25 − 1)/(k − 1) "
                    "layers. Does a smaller kernel have fewer in all?"
                ),
                "fewest-layers-cheapest": _(
                    "A kernel of 25 × 25 needs one layer alone. How many weights does it have, and how many "
                    "do many small ones have?"
                ),
            },
        ),
    ),
    "errata.stack": CustomQuestion(
        2 * (5 - 1) // (3 - 1),
        because="2×(5 - 1)//(3 - 1)",
        wrong={"layer-for-layer": [2, 1]},
        form=NUMBER,
        words=Words(
            prompt=_(
                "All strides are 1. How many convolutions of 3 x 3, one behind the other, see as far as "
                "two convolutions of 5 x 5?"
            ),
            ask=_("By how many pixels does a layer of 5 widen the field, and by how many a layer of 3?"),
            hints={
                "layer-for-layer": _(
                    "Two layers of 5 see 9 pixels. How many pixels are seen with {answer} of 3?"
                )
            },
        ),
    ),
    "errata.conv2": CustomQuestion(
        (256, *_CONV2),
        wrong={
            "no-pool": (256, *_STEM_112),
            "stage-one-halves": (256, _CONV2[0] // 2, _CONV2[1] // 2),
            "expansion-forgotten": (64, *_CONV2),
            "swapped-height-width": (256, *_CONV2[::-1]),
        },
        form=SHAPE,
        words=Words(
            prompt=_(
                "ResNet-101 reads an image of 3 x 192 x 320. Which shape (C, H, W) leaves its stage conv2_x?"
            ),
            ask=_(
                "What leaves the first convolution, and what the pool behind it? Does conv2_x have a stride?"
            ),
            hints={
                "expansion-forgotten": _(
                    "{answered} is the width of the middle layer. By which factor does a bottleneck widen it "
                    "at its end?"
                )
            },
        ),
    ),
    "errata.projections": CustomQuestion(
        4 - 1,
        because="4 - 1",
        wrong={"projection-always-strided": 4},
        form=NUMBER,
        words=Words(
            prompt=_(
                "ResNet-152 has 4 projections, the 1 x 1 convolutions in its shortcuts. How many of them "
                "have stride 2?"
            ),
            ask=_("Each stage begins with a projection. In which stages does the map halve?"),
            hints={
                "projection-always-strided": _(
                    "Where conv2_x begins, only the channels change. Which stride has the projection there?"
                )
            },
        ),
    ),
    "errata.unit-reads": CustomQuestion(
        shipped("resnet50")["layer2.0"].rows[0].input_shapes[0][1],
        because="4×64",
        wrong={"expansion-forgotten": [64, 128], "unit-output": 512},
        form=NUMBER,
        words=Words(
            prompt=_("How many channels does the first unit (block) of ResNet-101's stage conv3_x read?"),
            ask=_("The width of conv2_x is 64. By which factor does a bottleneck widen it?"),
            hints={
                "expansion-forgotten": _(
                    "{answer} is a width inside a unit. What does a unit of conv2_x put out, behind its last "
                    "1 × 1?"
                ),
                "unit-output": _(
                    "{answer} is what this unit puts out. What does the stage before it put out?"
                ),
            },
        ),
    ),
    "errata.year": CustomQuestion(
        2000 + 1512 // 100,
        because="2000 + 1512//100",
        wrong={"predecessors-year": 2000 + 1409 // 100},
        numbers={"number": 151200567},
        form=NUMBER,
        words=Words(
            prompt=_("In which year was the paper arXiv:1512.00567 put on arXiv?"),
            ask=_("An arXiv number begins with the year and the month. Which digits are they here?"),
            correct=_("15 is the year, and 12 the month: December."),
            incorrect=_("That is another year."),
            hints={
                "predecessors-year": _(
                    "That is GoogLeNet's year. Which network does this number belong to, and what do its "
                    "first two digits say?"
                )
            },
        ),
    ),
    "errata.first-layer": ConvParameters(
        (3, 96), (11, 11), targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input")
    ),
    "errata.undefined": CustomQuestion(
        3,
        wrong={"first-error-only": 1, "no-body-read": 2},
        numbers={"snippet": _SNIPPET},
        form=NUMBER,
        words=Words(
            prompt=_(
                "{snippet}\n\nPython's own names, such as super, do not count. How many names does this "
                "snippet use and never define or import?"
            ),
            ask=_(
                "Go through the lines and mark each name that is read. Where was it imported, assigned or "
                "defined?"
            ),
            correct=_("{answer}: a module, a function and a typing mistake."),
            hints={
                "first-error-only": _(
                    "Python stops at the first one. If that were repaired, how far would it come?"
                ),
                "no-body-read": _(
                    "Python does not run a function's body until it is called. Is each name in it defined?"
                ),
            },
        ),
    ),
    "errata.pretrained": CustomQuestion(
        1,
        wrong={"newest-is-best": 2},
        form=NUMBER,
        words=Words(
            prompt=_(
                "torchvision has two sets of weights for ResNet-50, V1 and the newer V2. Which of them "
                "does pretrained=True load? Type 1 or 2."
            ),
            ask=_("Old code has to give what it gave. Which weights were there first?"),
            correct=_("{answer}: pretrained=True still means the weights it meant at first."),
            incorrect=_("{answer} is not it."),
            hints={
                "newest-is-best": _(
                    "Those are the newer and better ones. Which weights were there when old code wrote "
                    "pretrained=True?"
                )
            },
        ),
    ),
    "errata.remainders": CustomQuestion(
        _uneven(_MAIN) + _uneven(_PROJECTIONS),
        because=f"{_uneven(_MAIN)} + {_uneven(_PROJECTIONS)}",
        wrong={"projections-uncounted": _uneven(_MAIN), "stem-only": _uneven(_MAIN[:2])},
        form=NUMBER,
        words=Words(
            prompt=_(
                "ResNet-18 reads 224 x 224. At how many of its windows with stride 2, projections "
                "included, does n + 2p - k leave a remainder when divided by 2? Here n is the number of "
                "rows that the window reads, p its padding and k its kernel size."
            ),
            ask=_(
                "List the windows with stride 2, those beside the main path too. Is n + 2p − k even or odd "
                "for each?"
            ),
            hints={
                "projections-uncounted": _(
                    "{answer} such windows are on the main path. Which other windows of stride 2 stand where "
                    "a stage begins?"
                ),
                "stem-only": _("The stem has {answer}. Which layers halve where a later stage begins?"),
            },
        ),
    ),
    "errata.same-top": _same(
        (224, 7, 2),
        0,
        "((112 - 1)×2 + 7 - 224)//2",
        words=Words(
            prompt=_(
                "A convolution with TensorFlow's SAME reads 224 rows, with a kernel of 7 and stride 2. "
                "How many rows of zeros go before the first row?"
            ),
            ask=_("How many outputs are there, n/s rounded up? Where does the last window end?"),
        ),
    ),
    "errata.ceil": pool_question(
        (16, 9, 14), Window.pool(2, 3, ceil_mode=True), "ceil-no-clamp", "no-stride", "same-size"
    ),
    "errata.v1-reads": CustomQuestion(
        side_after(56, (Window(1, stride=2),)),
        because="(56 - 1)//2 + 1",
        wrong={"stride-in-three": 56, "halves-twice": 56 // 4},
        form=NUMBER,
        words=Words(
            prompt=_(
                "In the paper's ResNet-101 (v1) the first unit of conv3_x has its stride of 2 in the "
                "first of its convolutions, a 1 x 1. The unit reads 56 x 56. How many rows does its 3 x 3 "
                "convolution read?"
            ),
            ask=_("Which layer of the unit has the stride, and does it stand before the 3 × 3?"),
            hints={
                "stride-in-three": _(
                    "{answer} is right for torchvision's variant, v1.5. Here the 1 × 1 before it has the "
                    "stride: what does it leave?"
                ),
                "halves-twice": _(
                    "{answer} is 56 halved twice. How many layers of the unit's main path have stride 2?"
                ),
            },
        ),
    ),
    "errata.odd-total": CustomQuestion(
        output_size(46 + 3, 8, stride=4),
        because="(46 - 8 + 3)//4 + 1",
        wrong={
            "padding-doubled": output_size(46, 8, stride=4, padding=3),
            "no-padding": output_size(46, 8, stride=4),
        },
        numbers={"n": 46, "k": 8, "s": 4, "p": 3, "lines": "rows", "ends": "in all"},
        form=NUMBER,
        words=Words(
            prompt=_(
                "In the convention of Dive into Deep Learning a convolution has a padding of 3 rows in "
                "total. It reads 46 rows, with a kernel of 8 and stride 4. How many rows come out?"
            ),
            ask=_("How high is the padded image? How many steps of 4 can the kernel of 8 make in it?"),
            hints={
                "padding-doubled": _(
                    "{answer} is what 3 rows on each side give. In this convention 3 is the total: how high "
                    "is the padded image?"
                ),
                "no-padding": _(
                    "{answer} is what comes out without padding. How high is the image with 3 rows more, in "
                    "all?"
                ),
            },
        ),
    ),
    "errata.same-bottom": _same(
        (20, 5, 3),
        1,
        "((7 - 1)×3 + 5 - 20 + 1)//2",
        words=Words(
            prompt=_(
                "A convolution with TensorFlow's SAME reads 20 rows, with a kernel of 5 and stride 3. How "
                "many rows of zeros go behind the last row?"
            ),
            ask=_("How many outputs are there, n/s rounded up? Where does the last window end?"),
            substituted=_("With the numbers: 7 outputs reach over 6×3 + 5 rows, and 20 are there."),
            correct=_(
                "7 outputs reach over 6×3 + 5 = 23 rows, and 20 are there. 3 rows are missing: 1 before, 2 "
                "behind."
            ),
        ),
    ),
    "errata.pillow": conv_question(
        (3, 180, 320),
        Window((3, 7)),
        8,
        "swapped-height-width",
        "kernel-wrong-axis",
        "channels-last",
        "channels-in",
    ),
    "errata.caffe": CustomQuestion(
        caffe_pool(15, 2, 3),
        wrong={
            "caffe-clamped": output_size(15, 2, stride=3, ceil_mode=True),
            "no-stride": output_size(15, 2),
        },
        because="13//3 + 1 + 1",
        numbers={"n": 15, "k": 2, "s": 3, "span": 2, "padded": 15, "line": "row", "lines": "rows"},
        form=NUMBER,
        words=Words(
            prompt=_(
                "A pool in Caffe reads 15 rows, with a kernel of 2, stride 3 and no padding. How many "
                "rows come out?"
            ),
            formula=_("The steps are (n − k)/s, rounded up. The first window is one more."),
            ask=_("How many steps of 3 are there, rounded up? Does Caffe drop a window here?"),
            substituted=_("With the numbers: 13/3 rounded up, and 1 for the first window."),
            correct=_(
                "13/3 rounded up is 5 steps, and the first window is one more: 6. The last window begins "
                "behind all 15 rows, and Caffe keeps it without padding."
            ),
            hints={
                "caffe-clamped": _(
                    "{answer} is what comes out if the window that begins behind the last row is dropped. "
                    "Does Caffe drop it, without padding?"
                )
            },
        ),
    ),
    "errata.bug-channels": CustomQuestion(
        (3, 180, 320),
        wrong={"swapped-height-width": (3, 320, 180), "channels-last": (180, 320, 3)},
        numbers={"input": (1, 180, 320, 3)},
        form=SHAPE,
        words=Words(
            prompt=_(
                "A Conv2d(3, 8, 3) stops with the error 'expected input[1, 180, 320, 3] to have 3 "
                "channels, but got 180 channels instead'. Which shape (C, H, W) should the picture have "
                "had?"
            ),
            ask=_("The array lies as (N, H, W, C). Which of its numbers is the height, which the width?"),
            ask_channels=_("The array lies as (N, H, W, C). Which of its numbers counts the channels?"),
        ),
    ),
    "errata.same-map": CustomQuestion(
        len(_heights(5, *_LENET)),
        because="2×2",
        wrong={"only-the-exact-size": 1, "jump-last-stride": 2},
        form=NUMBER,
        words=Words(
            prompt=_(
                "Up to its map S4, LeNet-5 has a convolution of 5, a pool of 2 with stride 2, and both a "
                "second time, all without padding. For how many input heights does S4 have 5 rows?"
            ),
            ask=_("Go backwards from 5. Which heights does a pool of 2 bring to 5? And before that?"),
            hints={
                "only-the-exact-size": _(
                    "32 is one of these heights. What does a pool of 2 make of a row too many?"
                ),
                "jump-last-stride": _(
                    "{answer} is right for one pool. How many heights does the other pool bring to one and "
                    "the same?"
                ),
            },
        ),
    ),
    "errata.smallest": CustomQuestion(
        next(n for n in range(3, 100) if output_size(n, 3, stride=2) != n // 2),
        because="4",
        wrong={"first-case": 3, "odd-to-blame": 5},
        numbers={"n": 3, "k": 3, "s": 2},
        form=NUMBER,
        words=Words(
            prompt=_(
                "Somebody writes: 'A kernel of 3 with stride 2 and no padding halves a map; n rows become "
                "floor(n/2).' What is the smallest n, from 3 on, for which that is false?"
            ),
            ask=_("Make a table: n, what comes out, floor(n/2). Begin at 3."),
            correct=_("4 rows give 1, and floor(4/2) is 2."),
            hints={
                "first-case": _("At 3 rows the window fits once. What is floor(3/2)?"),
                "odd-to-blame": _("At 5 rows both give 2. Try the sizes before it: what comes out of each?"),
            },
        ),
    ),
    "errata.deciding": CustomQuestion(
        _DECIDING,
        because="24 - 6",
        wrong={"one-pool-only": sum((n - 3) % 2 != 0 for n in range(7, 31)), "all-decide": len(range(7, 31))},
        numbers={"heights": (7, 30)},
        form=AMOUNT,
        words=Words(
            prompt=_(
                "Does a library round the size behind a pool up or down? To find out, you run two pools "
                "of 3 with stride 2, one behind the other, and look at the final height. For how many of "
                "the input heights 7 to 30 do the two rules give different final heights?"
            ),
            ask=_("Take 7, 8, 9, 10, 11 rows, and both rules. Which give two answers? What repeats?"),
            hints={
                "one-pool-only": _(
                    "{answer} heights differ behind the first pool. Take 9 rows: what do the two rules give "
                    "behind the second?"
                ),
                "all-decide": _("Take 7 rows, and both rules. What comes out of the two pools each time?"),
            },
        ),
    ),
} | IDEAS
