"""Exercises of chapter 02: pooling."""

from __future__ import annotations

from itertools import count
from math import prod

from cnnbook.arithmetic import Window, conv_parameters, linear_parameters, output_size, receptive_field
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.forms import AMOUNT, NUMBER
from cnnbook.exercises.functions.pools import WRITE_ADAPTIVE, WRITE_POOL
from cnnbook.exercises.functions.stacks import DESIGN_STACK
from cnnbook.exercises.kinds.adaptive_pools import AdaptivePool
from cnnbook.exercises.kinds.axis import Axis
from cnnbook.exercises.kinds.chains import POOL, Chain, Layer
from cnnbook.exercises.kinds.input_sizes import LargestInput
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.settings import SettingFor
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.kinds.trace_tables import HEIGHT, table_of
from cnnbook.exercises.kinds.windows import pool_question
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.words import _

_ROW = (1, 4, 9, 2, 3, 5, 6)
_WINDOWS = [_ROW[start : start + 3] for start in range(output_size(len(_ROW), 3))]
_WON = [start for start, window in enumerate(_WINDOWS) if max(window) == max(_ROW)]

_SIDE, _POOLED = 30, output_size(30, 4, stride=4)
_READ = 4 * _POOLED  # the number of rows that are read, and of columns


def _googlenet(ceil_mode: bool) -> int:
    """Return the height after GoogLeNet's first layer and its four pools of stride 2."""
    side = output_size(224, 7, stride=2, padding=3)
    for kernel_size in (3, 3, 3, 2):
        side = output_size(side, kernel_size, stride=2, ceil_mode=ceil_mode)
    return side


def _convolutions(seen: int, stride: int, added: bool = False) -> int:
    """Return how many 3 × 3 convolutions, with pools of 2 between them, see at least `seen` pixels.

    If `added`, the receptive field is computed wrongly, as the sum of the kernel sizes.
    """
    for depth in count(1):
        chain = [Window(3), *[Window(2, stride), Window(3)] * (depth - 1)]
        field = sum(w.kernel_size[0] for w in chain) if added else receptive_field(chain)[0].size
        if field >= seen:
            return depth
    raise AssertionError("the field grows without end")


_WHERE_WINDOWS_BEGIN = _(
    "Write down in which of the {lines} the windows begin: 0, 2, 4, ... Which of them begin inside the input?"
)

EXERCISES: dict[str, Question] = {
    "pooling.first": pool_question(
        (5, 9, 14),
        Window.pool(2),
        "pool-stride-one",
        "pool-divides-channels",
        "rounds-up",
        "same-size",
        words=Words(
            ask=_(
                "Take one channel. Where do the windows start, going down, and which is the last that fits?"
            )
        ),
    ),
    "pooling.open-cell": table_of(
        Chain((3, 30, 44), (Layer(Window(5, padding=1), 8), POOL, Layer(Window(3), 12))),
        ((1, HEIGHT),),
        "pool-stride-one",
        worked=True,
    ),
    "pooling.parameters": CustomQuestion(
        conv_parameters(3, 48, 3),
        because="3×3×3×48 + 48 + 0",
        wrong={
            "pool-has-parameters": conv_parameters(3, 48, 3) + 2 * 2 * 48,
            "no-bias": conv_parameters(3, 48, 3, bias=False),
            "no-input-channels": conv_parameters(1, 48, 3),
        },
        words=Words(
            ask=_(
                "How many weights does one kernel have, over all channels that it reads? And what "
                "does a pool learn?"
            ),
            prompt=_(
                "Conv2d(3, 48, kernel_size=3) has biases, and MaxPool2d(2) follows it. How many parameters "
                "do the two layers have together?"
            ),
            hints={
                "pool-has-parameters": _(
                    "{answer} is the count if the pool has four weights for each map. To take the largest of "
                    "four numbers, which number would have to be learned?"
                )
            },
        ),
    ),
    "pooling.strided-parameters": ConvParameters(
        (64, 64),
        (2, 2),
        targets=("no-bias", "one-bias", "no-input-channels"),
        words=Words(
            prompt=_(
                "Conv2d(64, 64, kernel_size=2, stride=2) has biases. It halves the maps, as a pool does. How "
                "many parameters does it have?"
            )
        ),
    ),
    "pooling.overlap": CustomQuestion(
        len(_WON),
        wrong={"windows-apart": 1, "all-windows": len(_WINDOWS)},
        numbers={"k": 3},
        form=NUMBER,
        words=Words(
            prompt=_(
                "The row 1 4 9 2 3 5 6 goes through max_pool1d with kernel_size=3, stride=1. How many of the "
                "outputs are 9?"
            ),
            ask=_("Write down every window of three neighbours, and the largest number of each."),
            correct=_("{answer}: the windows 1 4 9, 4 9 2 and 9 2 3 hold the 9."),
            hints={
                "windows-apart": _(
                    "The windows move by one pixel, and each is three wide. Write down the first three "
                    "windows: which of them hold the 9?"
                ),
                "all-windows": _(
                    "{answer} is the number of windows. Write down what the last one holds: is the 9 in it?"
                ),
            },
        ),
    ),
    "pooling.resnet": pool_question(
        (64, 112, 112),
        Window.pool(3, 2, padding=1),
        "no-padding",
        "rounds-up",
        "no-stride",
        "padding-adds-channels",
        words=Words(
            ask=_(
                "How many {lines} are there with the padding, and how many steps of 2 fit after the first "
                "window? Is half a step rounded down or up?"
            )
        ),
    ),
    "pooling.corner": CustomQuestion(
        36 * 2 * 2 // (3 * 3),
        because="36×(2×2)/(3×3)",
        wrong={"padding-not-counted": 36, "sum-not-mean": 36 * 2 * 2},
        form=AMOUNT,
        words=Words(
            prompt=_(
                "A map of 4 x 6 holds 36 everywhere. AvgPool2d(3, stride=1, padding=1) reads it. Which "
                "number stands in the output's upper left corner?"
            ),
            ask=_(
                "Draw the window in the corner, with its border of zeros. What does it add up to, and what "
                "is that divided by?"
            ),
            hints={
                "padding-not-counted": _(
                    "{answer} is the mean without the zeros. By default PyTorch counts them: how many pixels "
                    "does the window have, and how many of them lie on the map?"
                ),
                "sum-not-mean": _(
                    "{answer} is what the window adds up to. By how many pixels is a mean divided?"
                ),
            },
        ),
    ),
    "pooling.googlenet": pool_question(
        (64, 112, 112),
        Window.pool(3, 2, ceil_mode=True),
        "ceil-mode-ignored",
        "no-stride",
        "same-size",
        words=Words(
            topics={
                "rounding": _(
                    "The steps do not come out even, so after the last full window some rows are left. With "
                    "ceil_mode=True, what happens to the window that hangs over the edge there?"
                )
            }
        ),
    ),
    "pooling.clamp": pool_question(
        (3, 10, 13),
        Window.pool(1, 2, ceil_mode=True),
        "ceil-no-clamp",
        "no-stride",
        words=Words(
            ask=_WHERE_WINDOWS_BEGIN,
            topics={"stride": _WHERE_WINDOWS_BEGIN, "rounding": _WHERE_WINDOWS_BEGIN},
        ),
    ),
    "pooling.adaptive": AdaptivePool(
        (256, 13, 9),
        (3, 5),
        targets=("pool-by-formula", "swapped-height-width", "channels-last", "global-pool-keeps-size"),
    ),
    "pooling.global-parameters": CustomQuestion(
        linear_parameters(512, 1000),
        because="512×1000 + 1000",
        wrong={
            "global-pool-keeps-size": linear_parameters(512 * 7 * 7, 1000),
            "no-bias": linear_parameters(512, 1000, bias=False),
            "global-pool-scalar": linear_parameters(1, 1000),
        },
        words=Words(
            ask=_(
                "How many numbers does a global average pool leave of each map, and so how many does "
                "the dense layer read?"
            ),
            prompt=_(
                "512 maps of 7 x 7 go through a global average pool, and then through a dense layer with "
                "biases to 1,000 classes. How many parameters does the dense layer have?"
            ),
            hints={
                "global-pool-keeps-size": _(
                    "{answer} is right where the maps are flattened. How many numbers does a global pool "
                    "leave of each map?"
                ),
                "global-pool-scalar": _(
                    "{answer} is the count if the dense layer reads one number. A global pool leaves one "
                    "number of each map: how many maps are there?"
                ),
            },
        ),
    ),
    "pooling.winners": CustomQuestion(
        prod(Window.pool(2).output_size((8, 12))),
        because="(8/2)×(12/2)",
        wrong={"gradient-to-all": 8 * 12, "gradient-one-winner": 1},
        form=AMOUNT,
        words=Words(
            prompt=_(
                "A map of 8 x 12, all numbers different, goes through MaxPool2d(2). Of how many pixels does "
                "the sum of the outputs have a gradient that is not 0?"
            ),
            ask=_("How many windows are there, and how many pixels of each can win?"),
            hints={
                "gradient-to-all": _(
                    "{answer} is the number of all the pixels. If a pixel that is not its window's largest "
                    "grows a little, does the output grow?"
                ),
                "gradient-one-winner": _("Each window has a winner of its own. How many windows are there?"),
            },
        ),
    ),
    "pooling.shift": CustomQuestion(
        receptive_field([Window.pool((2,)), Window.pool((3,))])[0].jump,
        because="2×3",
        wrong={"jump-last-stride": 3, "jump-added": 2 + 3, "pool-shift-invariant": 1},
        form=AMOUNT,
        words=Words(
            prompt=_(
                "A picture goes through a pool of 2 with stride 2, then through a pool of 3 with stride 3. "
                "Now the picture moves to the right. What is the smallest move, of 1 pixel or more, after "
                "which for every picture the new output is the old output, only moved? Give it in pixels."
            ),
            ask=_("How many pixels of the picture is one step in the last output?"),
            hints={
                "jump-added": _(
                    "{answer} is the sum of the strides. How many pixels of the picture is one step of the "
                    "first pool, and how many such steps is one of the second?"
                ),
                "pool-shift-invariant": _(
                    "A shift by 1 cuts the row into other pairs. By how many pixels must it move to give the "
                    "same pairs again?"
                ),
            },
        ),
    ),
    "pooling.field": ReceptiveFieldSize(
        ((3, 1), (2, 2), (3, 1), (2, 2), (3, 1)),
        targets=("fields-added", "field-no-stride", "field-last-kernel"),
    ),
    "pooling.uneven": pool_question(
        (16, 21, 30),
        Window.pool((3, 2), (2, 3), padding=(1, 0)),
        "swapped-height-width",
        "pool-divides-channels",
        "no-padding",
        "rounds-up",
    ),
    "pooling.ceil": pool_question(
        (24, 27, 40),
        Window.pool(2, 3, ceil_mode=True),
        "ceil-mode-ignored",
        "ceil-no-clamp",
        "no-stride",
        words=Words(
            ask=_(
                "Take each axis by itself. After the last full window, is anything left? And where would the "
                "window that hangs over the edge start: on the map or behind it?"
            )
        ),
    ),
    "pooling.branch-padding": SettingFor(
        Axis(35, 5),
        35,
        targets=("padding-once", "same-size"),
        words=Words(
            prompt=_(
                "A pool with kernel_size={k} and stride={s} reads {n} rows, and {m} are to come out. Which "
                "padding does that?"
            )
        ),
    ),
    "pooling.largest-input": LargestInput(
        Axis(0, 3, stride=2),
        27,
        targets=("rounds-up", "no-plus-one", "no-stride"),
        words=Words(
            prompt=_(
                "MaxPool2d(kernel_size={k}, stride={s}) gives {m} rows. What is the largest number of rows "
                "that can have gone in?"
            )
        ),
    ),
    "pooling.unread": CustomQuestion(
        _SIDE**2 - _READ**2,
        because="30×30 - 28×28",
        wrong={
            "reads-everything": 0,
            "one-side-only": (_SIDE - _READ) * _SIDE,
            "corner-counted-twice": 2 * (_SIDE - _READ) * _SIDE,
            "corner-only": (_SIDE - _READ) ** 2,
        },
        words=Words(
            prompt=_("MaxPool2d(4) reads a map of 30 x 30. How many of its 900 pixels are never read?"),
            ask=_(
                "How many windows fit down one side, and how many rows do they read? The same holds across."
            ),
            hints={
                "reads-everything": _(
                    "The windows start in rows 0, 4, 8, and so on. Which is the last row that the last full "
                    "window reads?"
                ),
                "one-side-only": _(
                    "{answer} pixels are lost at the bottom. What happens at the right, and does the corner "
                    "belong to both?"
                ),
                "corner-counted-twice": _(
                    "{answer} is the number of pixels in the lost rows plus that in the lost columns. How "
                    "often is the corner, where they meet, in that sum?"
                ),
                "corner-only": _(
                    "{answer} is the corner, where the lost rows and columns meet. How long is a lost row?"
                ),
            },
        ),
    ),
    "pooling.center-gradient": CustomQuestion(
        3 * 3,
        because="3×3",
        wrong={"gradient-once": 1, "one-axis-only": 3},
        numbers={"k": 3},
        form=AMOUNT,
        words=Words(
            prompt=_(
                "The largest number of a 5 x 5 map stands in its centre. The map goes through MaxPool2d(3, "
                "stride=1), and the sum of the outputs is sent backward. Which gradient does the centre get?"
            ),
            ask=_("Count the windows that contain the centre. Does it win in each?"),
            hints={
                "one-axis-only": _(
                    "{answer} is the number of windows in one row of the output. In how many rows of the "
                    "output is the centre the largest?"
                ),
                "gradient-once": _(
                    "Each window sends its gradient to its winner, and what arrives adds up. How many "
                    "windows contain the centre?"
                ),
            },
        ),
    ),
    "pooling.googlenet-floor": CustomQuestion(
        _googlenet(ceil_mode=False),
        because="(13 - 2)//2 + 1",
        wrong={"change-ignored": _googlenet(ceil_mode=True), "stops-before-last": 13},
        form=NUMBER,
        words=Words(
            prompt=_(
                "Somebody rebuilds GoogLeNet and forgets ceil_mode=True in its four large pools: three of "
                "kernel 3, stride 2, and a last one of kernel 2, stride 2. The first of them reads 112 x "
                "112; the convolutions between them keep the size. There is no error, since a global pool "
                "follows. How high is the map that leaves the last pool?"
            ),
            ask=_("Write down the height after each of the four pools, rounded down."),
            correct=_("{answer}: the sides are 112, 55, 27, 13, {answer}."),
            hints={
                "stops-before-last": _(
                    "{answer} is the height that the last pool reads. What does it make of it?"
                )
            },
        ),
    ),
    "pooling.field-design": CustomQuestion(
        _convolutions(32, stride=2),
        wrong={
            "field-no-stride": _convolutions(32, stride=1),
            "fields-added": _convolutions(32, stride=2, added=True),
            "pools-forgotten": next(n for n in count(1) if receptive_field([Window(3)] * n)[0].size >= 32),
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "Convolutions with a kernel of 3 and stride 1 follow each other, with a pool of 2 and stride "
                "2 between each two. How many convolutions does it take until one unit of the last sees at "
                "least 32 pixels across?"
            ),
            ask=_(
                "Take one layer at a time: how many pixels does a unit see after it, and how many pixels "
                "apart are two neighbours?"
            ),
            formula=_(
                "A convolution adds two steps to what a unit sees, a pool adds one. Behind each pool a step "
                "is twice as long."
            ),
            substituted=_(
                "A unit of the first convolution sees 3 pixels, of the pool behind it 4, and then 8."
            ),
            correct=_("{answer} convolutions: with each one more, a unit sees 3, then 8, 18, 38 pixels."),
            hints={
                "pools-forgotten": _(
                    "{answer} is right for convolutions without pools between them. After a pool of stride "
                    "2, how many pixels apart are two neighbours?"
                ),
                "field-no-stride": _(
                    "{answer} is right for pools that move by one pixel. After a pool of stride 2, how many "
                    "pixels further does the next kernel step?"
                ),
                "fields-added": _(
                    "The kernels of {answer} convolutions, and of the pools between them, add up to at least "
                    "32. After each pool, how many pixels apart are two neighbours, and how many does the "
                    "next kernel of 3 add?"
                ),
            },
        ),
    ),
    "pooling.design": DESIGN_STACK,
    "pooling.write-pool": WRITE_POOL,
    "pooling.write-adaptive": WRITE_ADAPTIVE,
    "pooling.thin-line": Choice(
        Option(
            _("max-pool {bright}, average {mean}"),
            _("The window holds {bright} in {k} places, else 0: the mean is {k}×{bright}/{area}."),
        ),
        (
            Option(
                _("max-pool {mean}, average {bright}"),
                _("The largest of the numbers is {bright}, and the mean is smaller."),
                "mean-not-max",
            ),
            Option(
                _("max-pool {bright}, average {total}"),
                _("{total} is the sum of the {area} numbers; the mean divides it by {area}."),
                "sum-not-mean",
            ),
            Option(
                _("max-pool {bright}, average 0"),
                _("Most numbers are 0, but {k} of {area} are not, so the mean is not 0."),
            ),
        ),
        numbers={"bright": 6, "k": 3, "area": 3 * 3, "mean": 3 * 6 // 3**2, "total": 3 * 6},
        words=Words(
            prompt=_(
                "A line is one pixel wide and runs from the top of a window of 3 x 3 to its bottom. Its "
                "numbers are {bright}, all others 0. What do a max-pool and an average pool make of this "
                "window?"
            ),
            ask=_("Draw the nine numbers. Which is the largest, and what do they add up to?"),
        ),
    ),
    "pooling.lost": Choice(
        Option(
            _("somewhere among these 16 pixels stood a 9, and none was larger"),
            _("That is all that the maximum of a window says. Where the 9 stood is lost."),
        ),
        (
            Option(
                _("the pixel in the upper left corner of the window was 9"),
                _("The largest number may stand anywhere in the window, not only where it begins."),
            ),
            Option(
                _("these 16 pixels were 9 on average"),
                _("A max-pool keeps the largest number; all the others may be 0."),
                "mean-not-max",
            ),
            Option(
                _("all of these 16 pixels were 9"),
                _("One 9 is enough. The other numbers may be anything up to 9."),
            ),
        ),
        words=Words(
            prompt=_(
                "A max-pool with windows of 4 x 4 gave a 9. You see the output only. What do you know about "
                "the 16 pixels of this window?"
            ),
            ask=_(
                "Write down two different windows of 4 x 4 whose largest number is 9. What do both have in "
                "common?"
            ),
        ),
    ),
    "pooling.moved": Choice(
        Option(
            _("it stays, or it moves by one place: that depends on where the dot stood"),
            _(
                "From an even column the dot moves within its window, and nothing changes. From an odd one "
                "it enters the next window."
            ),
        ),
        (
            Option(
                _("it stays, wherever the dot stood"),
                _("If the dot stood in the last column of its window, it is in the next window now."),
                "pool-shift-invariant",
            ),
            Option(
                _("it moves by one place, wherever the dot stood"),
                _("If the dot stood in the first column of its window, it is in the same window still."),
            ),
            Option(
                _("it moves by half a place, and its number becomes half as large"),
                _("A max-pool keeps the dot's number, and its outputs have whole places only."),
            ),
        ),
        words=Words(
            prompt=_(
                "One bright dot stands in a dark picture. MaxPool2d(2) makes one bright output of it. Now "
                "the dot moves one pixel to the right. What happens to the bright output?"
            ),
            ask=_(
                "Draw a row with windows of two columns. Put the dot into one of the columns. In which "
                "window is it after the move, and what if you begin in the column beside it?"
            ),
        ),
    ),
    "pooling.find-the-slip": FindTheSlip(
        pool_question((16, 28, 43), Window.pool(3, 2, padding=1)), "rounds-up"
    ),
}
