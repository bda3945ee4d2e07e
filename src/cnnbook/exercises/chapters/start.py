"""Exercises of chapter 00: pixels, dense layers and convolutions in numbers."""

from __future__ import annotations

from cnnbook.arithmetic import Window, conv_parameters, output_size, receptive_field
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.forms import AMOUNT, NUMBER, SIZE
from cnnbook.exercises.functions.convolutions import WRITE_SLIDE
from cnnbook.exercises.functions.kernels import CORNERS, LEVEL_EDGES
from cnnbook.exercises.functions.sizes import WRITE_PARAMETERS
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.words import _

_IMAGE = ((1, 2), (3, 4))
_KERNEL = ((0, 1), (2, 3))
_CELLS = [(row, column) for row in range(2) for column in range(2)]

_TWICE = receptive_field([Window(3), Window(3)])[0].size  # what two kernels of 3 read, one after another

_ROW = (0, 1, 7, 2, 3, 8, 4, 5)  # the row 1 7 2 3 8 4 5 6 after a shift by one pixel

_SIDES = [output_size(output_size(n, 3), 2, stride=2) for n in (11, 14)]
_SIDES_CEIL = [output_size(output_size(n, 3), 2, stride=2, ceil_mode=True) for n in (11, 14)]

_DENSE = (784, 15, 10)


def _on_a_wall(text: str, *kernel: int) -> Item:
    """Return a kernel as an item of the order by what it makes of a wall whose pixels are all 1."""
    calculation = " + ".join(map(str, kernel)).replace("+ -", "- ")
    return Item(text, sum(kernel), calculation=f"{calculation} = {sum(kernel)}")


EXERCISES: dict[str, Question] = {
    "start.thin-line": Choice(
        Option(
            _("A blue line, and an orange line to the right of it."),
            _(
                "The kernel meets two edges. At the left one dark lies on the right, so the sum is below 0. "
                "At the other one bright lies on the right, so it is above 0."
            ),
        ),
        (
            Option(
                _("An orange line, and a blue line to the right of it."),
                _("That is what a bright line on a dark wall makes. Here the line is the dark one."),
            ),
            Option(
                _("One orange line."),
                _("That would be one edge, from dark to bright. A line has two sides, and each is an edge."),
            ),
            Option(
                _("A blue surface, and a white line in it."),
                _("On the plain wall the two columns of the kernel cancel, so the wall gives 0: white."),
                "kernel-not-balanced",
            ),
        ),
        words=Words(
            prompt=_(
                "A thin dark line runs from top to bottom over a bright wall. The kernel subtracts the "
                "pixels on its left from those on its right. Below 0 is drawn in blue, above 0 in orange. "
                "What appears?"
            ),
            ask=_("Slide the kernel from left to right. Which side of the line comes under it first?"),
        ),
    ),
    "start.wall-order": Order(
        (
            _on_a_wall(_("[[1, 1, 1], [1, 1, 1], [1, 1, 1]]"), *[1] * 9),
            _on_a_wall(_("[[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]"), *[-1, 0, 1] * 3),
            _on_a_wall(_("[[0, -1, 0], [-1, 6, -1], [0, -1, 0]]"), 0, -1, 0, -1, 6, -1, 0, -1, 0),
            _on_a_wall(_("[[0, -1, 0], [-1, 5, -1], [0, -1, 0]]"), 0, -1, 0, -1, 5, -1, 0, -1, 0),
        ),
        words=Words(
            prompt=_(
                "Every pixel of a plain wall is 1. Each of these kernels gives one number on it. Put the "
                "kernels in the order of these numbers, the smallest first."
            ),
            ask=_("All pixels are 1. What does the sum of pixel times weight then become?"),
            formula=_("On a wall of ones the output is the sum of the weights."),
        ),
    ),
    "start.moved": Choice(
        Option(
            _("The old map, moved as well, except at the border."),
            _(
                "The kernel is the same at every place, so it finds the same things at their new places. "
                "Only at the border did other pixels come in."
            ),
        ),
        (
            Option(
                _("The old map, at its old place."),
                _("Then the kernel would have found the glasses where they no longer are."),
            ),
            Option(
                _("Another map, whose numbers have no simple relation to the old ones."),
                _("Each window of the old photograph is in the moved one too, and the weights are the same."),
            ),
        ),
        words=Words(
            prompt=_(
                "A photograph moves to the right, and black comes in on its left. Then the same kernel "
                "slides over it again. Which map comes out?"
            ),
            ask=_("Take one window around the glasses. Where is it now, and what is its sum?"),
        ),
    ),
    "start.dense-slip": FindTheSlip(DenseParameters(_DENSE), "layers-multiplied"),
    "start.pixels": CustomQuestion(
        5 * 7 * 3,
        because="5×7×3",
        wrong={"no-channels": 5 * 7, "channels-added": 5 * 7 + 3},
        words=Words(
            ask=_("How many numbers does one place of the picture hold, and how many places are there?"),
            prompt=_(
                "A colour picture has 5 rows, 7 columns and 3 channels (red, green and blue). How many "
                "numbers does it hold?"
            ),
            hints={
                "no-channels": _(
                    "{answer} counts one number per place. How many numbers does a colour picture hold at "
                    "each?"
                ),
                "channels-added": _(
                    "{answer} is 5×7 + 3. How many numbers does one place of the picture hold, and how many "
                    "places are there?"
                ),
            },
        ),
    ),
    "start.dense-parameters": DenseParameters(
        _DENSE, targets=("layers-multiplied", "no-bias", "one-bias", "bias-per-input")
    ),
    "start.dense-image-parameters": DenseParameters(
        (32 * 32, 6 * 28 * 28),
        targets=("no-bias", "one-bias"),
        words=Words(
            prompt=_(
                "One dense layer with biases turns a grey picture of 32 x 32 into 6 maps of 28 x 28. How "
                "many parameters does it have?"
            ),
            ask=_(
                "How many numbers come out, on all 6 maps together? How many weights lead to each of them, "
                "and how many biases does each of them have?"
            ),
        ),
    ),
    "start.matrix-weights": CustomQuestion(
        output_size(7, 3) * 3,
        because=f"{output_size(7, 3)}×3",
        wrong={"all-weights": output_size(7, 3) * 7, "distinct-weights": 3},
        words=Words(
            prompt=_(
                "A convolution with a kernel of 3 weights turns a row of 7 numbers into 5. Written as a "
                "dense layer, it is a table of 5 x 7 weights. How many of them are not 0?"
            ),
            ask=_(
                "Take one row of the table. How many of its 7 weights are not 0, and how many rows are there?"
            ),
            hints={
                "all-weights": _(
                    "{answer} is the whole table. How many of the inputs does one output of the convolution "
                    "read?"
                ),
                "distinct-weights": _(
                    "{answer} is how many different weights there are. In how many rows of the table does "
                    "each of them stand?"
                ),
            },
        ),
    ),
    "start.conv-parameters": ConvParameters(
        (1, 6),
        (5, 5),
        size=(32, 32),
        targets=("no-bias", "one-bias", "times-output-size"),
        words=Words(
            formula=_("k_h × k_w × in_channels × out_channels weights, and a bias for each output channel.")
        ),
    ),
    "start.conv-rgb-parameters": ConvParameters(
        (3, 6), (5, 5), size=(32, 32), targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input")
    ),
    "start.kernel-weights": CustomQuestion(
        conv_parameters(3, 1, 5, bias=False),
        because="5×5×3",
        wrong={
            "no-input-channels": 5 * 5,
            "all-kernels": conv_parameters(3, 6, 5, bias=False),
            "biases-too": [conv_parameters(3, 1, 5), conv_parameters(3, 6, 5)],
        },
        words=Words(
            ask=_(
                "How many channels does the layer read, and how many weights does a filter have for "
                "each of them?"
            ),
            prompt=_(
                "Conv2d(3, 6, kernel_size=5) has 6 filters. How many weights does one of them have, without "
                "its bias?"
            ),
            hints={
                "no-input-channels": _(
                    "{answer} is the number of weights of one slice. How many channels does a filter read, "
                    "each with a slice of its own?"
                ),
                "all-kernels": _(
                    "{answer} is the number of weights of all the filters. How many filters does the layer "
                    "have, and how many are asked for?"
                ),
                "biases-too": _("{answer} counts biases, too. How many numbers of one filter are weights?"),
            },
        ),
    ),
    "start.groups-parameters": ConvParameters(
        (6, 4), (2, 5), groups=2, targets=("groups-ignored", "groups-twice", "no-bias", "no-input-channels")
    ),
    "start.larger-picture": Choice(
        Option(
            _("It stays the same."),
            _("The same weights are used at each place, so more places need no more of them."),
        ),
        (
            Option(
                _("It becomes four times as many."),
                _("Four times as many multiplications are made, each with a weight that is there already."),
                "macs-as-parameters",
            ),
            Option(
                _("It becomes twice as many."),
                _("That would need kernels of twice as many weights, and kernel_size=5 is as it was."),
            ),
            Option(
                _("It cannot be known before the picture is there."),
                _("The shapes of weight and bias follow from the three numbers of the layer alone."),
                "times-output-size",
            ),
        ),
        words=Words(
            prompt=_(
                "Pictures become twice as high and twice as wide. What happens to the number of parameters, "
                "weights and biases, of Conv2d(3, 6, kernel_size=5)?"
            ),
            ask=_("Which numbers does the layer hold before it has read anything?"),
            formula=_("A filter has a weight for each pixel of its window, in each channel, and a bias."),
        ),
    ),
    "start.correlation": CustomQuestion(
        sum(_IMAGE[r][c] * _KERNEL[r][c] for r, c in _CELLS),
        because=" + ".join(f"{_IMAGE[r][c]}×{_KERNEL[r][c]}" for r, c in _CELLS),
        wrong={
            "kernel-flipped": sum(
                _IMAGE[row][column] * _KERNEL[1 - row][1 - column] for row, column in _CELLS
            )
        },
        form=AMOUNT,
        words=Words(
            prompt=_(
                "The image is [[1, 2], [3, 4]] and the kernel is [[0, 1], [2, 3]]. Which number does conv2d "
                "give?"
            ),
            ask=_("Write down the four products. Which pixel lies under which kernel number?"),
            hints={
                "kernel-flipped": _(
                    "{answer} comes out if the kernel is turned by 180 degrees before it multiplies. Does "
                    "conv2d turn it?"
                )
            },
        ),
    ),
    "start.collapse": CustomQuestion(
        (_TWICE, _TWICE),
        wrong={"fields-added": (6, 6), "field-last-kernel": (3, 3), "fields-multiplied": (9, 9)},
        form=SIZE,
        words=Words(
            ask=_(
                "One number of the second layer reads 3 numbers of the first in a row. How many "
                "pixels do these 3 see together, where what they see overlaps?"
            ),
            prompt=_(
                "Two convolutions of 3 x 3 that move one pixel at a time, with nothing between them, act "
                "like one convolution. How high and how wide is its kernel?"
            ),
            incorrect=_("{answer} is not what the two read together."),
            correct=_("{answer}: a window of 3 pixels, and its two neighbours, which add 1 each: 3 + 2."),
            hints={
                "fields-added": _(
                    "{answer} adds the sides of the two kernels. The windows of neighbours overlap: from one "
                    "to the next, how many pixels are new?"
                ),
                "field-last-kernel": _(
                    "{answer} is what one of the two kernels covers. Each number that the second one reads "
                    "was made of several pixels: how many are these in a row, all together?"
                ),
                "fields-multiplied": _(
                    "{answer} multiplies the sides of the two kernels. The windows of neighbours overlap: "
                    "from one to the next, how many pixels are new?"
                ),
            },
        ),
    ),
    "start.shifted-pool": CustomQuestion(
        max(_ROW[:2]),
        wrong={"pool-shift-invariant": max(_ROW[1:3])},
        form=NUMBER,
        words=Words(
            ask=_(
                "Which two numbers stand in the first window of the moved row, and which is the larger one?"
            ),
            incorrect=_("{answer} is not what the first window gives."),
            correct=_("{answer} is the larger one of 0 and 1, which stand in the first window."),
            prompt=_(
                "Max-pooling of pairs (kernel size 2, stride 2) makes 7 3 8 6 from the row\n"
                "1 7 2 3 8 4 5 6.\n"
                "Then the row moves one pixel to the right, and a 0 comes in on the left:\n0 1 7 2 3 8 4 5.\n"
                "What is the first output now?"
            ),
            hints={
                "pool-shift-invariant": _(
                    "Write the shifted row in pairs, starting with the new 0. Which two numbers are in the "
                    "first pair?"
                )
            },
        ),
    ),
    "start.flatten": CustomQuestion(
        4 * _SIDES[0] * _SIDES[1],
        because=f"4×{_SIDES[0]}×{_SIDES[1]}",
        wrong={
            "flatten-forgot-space": 4,
            "flatten-forgot-channels": _SIDES[0] * _SIDES[1],
            "rounds-up": 4 * _SIDES_CEIL[0] * _SIDES_CEIL[1],
            "channels-in": 3 * _SIDES[0] * _SIDES[1],
            "pools-forgotten": 4 * output_size(11, 3) * output_size(14, 3),
        },
        words=Words(
            prompt=_(
                "A picture of (3, 11, 14) goes through Conv2d(3, 4, kernel_size=3), ReLU, MaxPool2d(2) and "
                "Flatten. Which number must stand in place of the question mark in the next layer, Linear(?, "
                "5)?"
            ),
            ask=_("Take one layer at a time. Which shape leaves the convolution, and which the pool?"),
            hints={
                "rounds-up": _(
                    "{answer} comes out if a window that only partly fits counts, too. What does a pool of 2 "
                    "do with a single row that is left over?"
                ),
                "pools-forgotten": _(
                    "{answer} is how many numbers leave the convolution. What does the pool leave of each "
                    "map?"
                ),
                "channels-in": _(
                    "{answer} comes out if there are as many maps as channels in the picture. How many maps "
                    "does the convolution make?"
                ),
            },
        ),
    ),
    "start.write-parameters": WRITE_PARAMETERS,
    "start.level-edges": LEVEL_EDGES,
    "start.write-slide": WRITE_SLIDE,
    "start.corners": CORNERS,
}
