"""Exercises of chapter 05 about its ideas: depth, ReLU, fading signals, work, memory, and a slip to find."""

from __future__ import annotations

from math import prod

from cnnbook.arithmetic import conv_parameters, linear_parameters
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import Question, Words
from cnnbook.exercises.words import _, say

# Top-1 errors in per cent, trained and tested at 256: arXiv:1409.1556, Table 3.
_ERRORS = {"b_error": "28.7", "c_error": "28.1", "d_error": "27.0"}


def _output(text: str, shape: tuple[int, ...], parameters: int) -> Item:
    return Item(
        text,
        prod(shape),
        say(_("{numbers} numbers"), numbers=prod(shape)),
        " × ".join(map(str, shape)),
        {"weights-for-activations": parameters},
    )


def _maps(text: str, channels: int, side: int) -> Item:
    return _output(text, (channels, side, side), conv_parameters(channels, channels, 3))


IDEAS: dict[str, Question] = {
    "vgg16.c-against-d": Choice(
        Option(
            _("Depth helps, and so does looking at neighbours."),
            _(
                "From B to C there are three layers more, and the error falls although a 1 x 1 looks at no "
                "neighbour. From C to D there is no layer more, but 3 x 3 looks at neighbours."
            ),
        ),
        (
            Option(
                _("Only the number of layers counts, whatever they see."),
                _("C and D have 16 layers each, and D makes fewer errors."),
            ),
            Option(
                _("Only what a kernel sees counts, however many layers there are."),
                _("A 1 x 1 sees no more than B sees already, and C makes fewer errors than B."),
            ),
            Option(
                _("A 1 x 1 does what a 3 x 3 does, with fewer weights."),
                _("It has fewer weights, but D makes fewer errors than C."),
            ),
        ),
        numbers=_ERRORS,
        words=Words(
            prompt=_(
                "B has 13 layers, and {b_error} % of its first guesses are wrong. C is B with three 1 x 1 "
                "convolutions more: {c_error} %. D has 3 x 3 in place of these 1 x 1: {d_error} %. What do "
                "the three numbers say together?"
            ),
            ask=_("What is the one thing that differs between B and C, and what between C and D?"),
        ),
    ),
    "vgg16.relu-between": Choice(
        Option(
            _("The stack can do what no single kernel can do."),
            _(
                "A ReLU asks whether a sum is positive, so a negative one comes out as 0. A kernel only "
                "multiplies and adds: it never asks."
            ),
        ),
        (
            Option(
                _("The stack sees further."),
                _("A ReLU changes each number by itself, so it looks at no further pixel."),
            ),
            Option(_("The stack has more weights."), _("A ReLU has nothing to learn.")),
            Option(
                _("Nothing changes: the stack is still one large kernel."),
                _(
                    "That is so without a ReLU. One kernel turns the negative of a picture into the "
                    "negative of its output; a stack with ReLU does not."
                ),
            ),
        ),
        words=Words(
            prompt=_(
                "Three convolutions of 3 x 3 follow each other. What changes if a ReLU is put behind the "
                "first and behind the second?"
            ),
            ask=_("Without a ReLU the stack is one large kernel. What does a ReLU make of a negative sum?"),
        ),
    ),
    "vgg16.stuck": Choice(
        Option(
            _("It has not begun to learn."),
            _(
                "The loss stays where guessing is, even on the training pictures. Next you see why: its "
                "first layers hardly move, and its last layer sees pictures that are all alike."
            ),
        ),
        (
            Option(
                _("It overfits, as deep networks do."),
                _("Then the loss on the training pictures would be low, and it is that of guessing."),
            ),
            Option(
                _("It has too few weights for this task."),
                _("It has more weights than the network with 4 layers, which learns."),
            ),
            Option(
                _("It has too few pictures to learn from."),
                _("A network can learn few pictures by heart. Then the loss on the training pictures falls."),
            ),
        ),
        words=Words(
            prompt=_(
                "The plain network with 22 layers is trained for five epochs. Its loss on the "
                "training pictures stays at 2.30, and it reads one test picture in ten. What is wrong "
                "with it?"
            ),
            ask=_("What is the loss of a network that guesses among ten names, and when does it stay there?"),
        ),
    ),
    "vgg16.next-stage": Choice(
        Option(
            _("As many."),
            _("Four times the weights work at a quarter of the places."),
        ),
        (
            Option(
                _("Twice as many."),
                _(
                    "Both channel numbers double, so a place costs four times as much. How many places are "
                    "left?"
                ),
            ),
            Option(
                _("Half as many."),
                _("Both sides halve, so a quarter of the places are left. What does a place cost?"),
            ),
            Option(
                _("Four times as many."),
                _("It has four times the weights, but each of them works at fewer places."),
                "macs-as-parameters",
            ),
        ),
        words=Words(
            prompt=_(
                "conv2_2 reads 128 maps of 112 x 112 and makes 128. conv1_2 reads 64 maps of 224 x 224 and "
                "makes 64. How many MACs does conv2_2 take, compared with conv1_2?"
            ),
            ask=_("How does the number of places change, and how the number of products at one place?"),
        ),
    ),
    "vgg16.order-by-memory": Order(
        (
            _maps(_("conv5_2, 512 maps of 14 x 14"), 512, 14),
            _maps(_("conv1_2, 64 maps of 224 x 224"), 64, 224),
            _output(_("fc6, which makes 4096 numbers of 25088"), (4096,), linear_parameters(25_088, 4096)),
            _maps(_("conv3_2, 256 maps of 56 x 56"), 256, 56),
        ),
        words=Words(
            prompt=_(
                "Put four layers of VGG16 in the order of the memory that their outputs take for one "
                "photograph, the smallest first."
            ),
            ask=_("How many numbers does each of them put out: maps times rows times columns?"),
        ),
        targets=("weights-for-activations",),
    ),
    "vgg16.find-the-slip": FindTheSlip(
        ReceptiveFieldSize(
            ((3, 1), (2, 2), (3, 1), (2, 2)),
            targets=("field-no-stride",),
            words=Words(
                prompt=_(
                    "VGG11 begins with conv1_1, pool1, conv2_1 and pool2: {layers}. How many pixels wide is "
                    "the receptive field of one unit after pool2?"
                )
            ),
        ),
        "field-no-stride",
    ),
}
