"""Exercises of chapter 04 about its ideas: top-5, slopes, overfitting, the variants, and a slip to find."""

from __future__ import annotations

from math import prod, tanh

from cnnbook.arithmetic import Window, conv_macs, conv_parameters, linear_parameters
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import Question, Words
from cnnbook.exercises.words import _, say

_ACTIVATIONS, _START = 8, 2.0

# Training and test accuracy of four networks, in per cent. They have no names, which could be taken for the
# letters of the options.
_BEST, _EVEN, _LARGEST_GAP, _WORST = (97, 89), (84, 80), (93, 78), (61, 60)


def _slope_of_tanh(layers: int, start: float = _START) -> float:
    """Return the product of the slopes of so many tanh, the first of which reads `start`."""
    values = [start]
    for _layer in range(layers):
        values.append(tanh(values[-1]))
    return prod(1 - value**2 for value in values[1:])


def _network(accuracies: tuple[int, int], reason: str) -> Option:
    training, test = accuracies
    text = say(
        _("The one with {training} % of the training pictures right, and {test} % of the test pictures."),
        training=training,
        test=test,
    )
    return Option(text, reason)


def _macs_item(text: str, macs: int, parameters: int) -> Item:
    return Item(text, macs, say(_("{macs} MACs"), macs=macs), "", {"macs-as-parameters": parameters})


def _conv_item(text: str, side: int, channels: tuple[int, int], kernel_size: int) -> Item:
    return _macs_item(
        text, conv_macs((side, side), *channels, kernel_size), conv_parameters(*channels, kernel_size)
    )


def _dense_item(text: str, ins: int, outs: int) -> Item:
    return _macs_item(text, ins * outs, linear_parameters(ins, outs))


IDEAS: dict[str, Question] = {
    "alexnet.top-five": Choice(
        Option(
            _("It is a top-1 error, and no top-5 error."),
            _("The first guess is wrong, and the right name is the third of the five."),
        ),
        (
            Option(
                _("It is a top-1 error and a top-5 error."),
                _("A top-5 error needs all five guesses to be wrong, and the third is right."),
            ),
            Option(
                _("It is no error of either kind."),
                _("Top-1 looks at the first guess alone, which is clog."),
            ),
            Option(
                _("It is two fifths of a top-5 error."),
                _("An error has no parts: one of the five guesses is right, or none of them is."),
            ),
        ),
        words=Words(
            prompt=_(
                "A photograph shows a sandal. A network's five guesses, the most probable first, are clog, "
                "shoe, sandal, boot, sock. How does this photograph count?"
            ),
            ask=_("Which guesses does top-1 look at, and which does top-5 look at?"),
        ),
    ),
    "alexnet.slope": Choice(
        Option(
            _("ReLU: {whole}. tanh: less than {little}."),
            _(
                "Each ReLU multiplies by 1 as long as its number is positive. The tanh multiply by "
                "{first} first, and all together by {all}."
            ),
        ),
        (
            Option(
                _("ReLU: {whole}. tanh: {whole}."),
                _("The slope of tanh is 1 at zero only, and the first number here is {start}."),
            ),
            Option(
                _("ReLU: {whole}. tanh: about a half."),
                _("The first tanh alone, at {start}, leaves less than a tenth, and the others take more."),
            ),
            Option(
                _("ReLU: {doubled}. tanh: less than {little}."),
                _("ReLU gives back {start} as {start}: its slope is 1, and it enlarges nothing."),
            ),
        ),
        numbers={
            "whole": 1,
            "little": "0.01",
            "start": "2",
            "doubled": int(_START**_ACTIVATIONS),
            "first": f"{_slope_of_tanh(1):.2f}",
            "all": f"{_slope_of_tanh(_ACTIVATIONS):.3f}",
        },
        words=Words(
            prompt=_(
                "The number 2 passes eight activations, one after the other. Then a gradient of 1 is sent "
                "back through all eight. How much of it arrives, with eight ReLU and with eight tanh?"
            ),
            ask=_(
                "The first tanh reads 2. Which number does it hand on, and which slope has the second there?"
            ),
        ),
    ),
    "alexnet.overfits": Choice(
        _network(_LARGEST_GAP, _("It loses the most between training and test: that gap is overfitting.")),
        (
            _network(
                _BEST,
                _(
                    "It knows the most pictures of both kinds. Its gap is 8 points, and another one has a "
                    "larger gap."
                ),
            ),
            _network(_EVEN, _("Training and test are only a few pictures in a hundred apart.")),
            _network(
                _WORST,
                _(
                    "It is the worst of the four, and nearly as bad on the pictures that it trained with: a "
                    "small gap alone is no success."
                ),
            ),
        ),
        words=Words(
            prompt=_("Four networks were trained and tested. Which of them overfits the most?"),
            ask=_("How far apart are the two numbers of each network?"),
        ),
    ),
    "alexnet.which-variant": Choice(
        Option(
            _("It is the ungrouped one."),
            _("96 maps go in and 256 come out, as in 2012, and there is no groups=2."),
        ),
        (
            Option(
                _("It is the one of 2012."),
                _("That one has groups=2 here: two GPUs, each with half of the maps."),
            ),
            Option(_("It is torchvision's."), _("That one makes 192 maps of 64 here.")),
            Option(
                _("All three have this layer."),
                _("torchvision's has other widths, and of the two others one has groups."),
            ),
        ),
        words=Words(
            prompt=_(
                "A page on the AlexNet of 2012 prints this as its second convolution: nn.Conv2d(96, 256, "
                "kernel_size=5, padding=2). Which AlexNet is that?"
            ),
            ask=_("How many maps go in and come out, and what would the two GPUs of 2012 add to this line?"),
        ),
    ),
    "alexnet.order-by-macs": Order(
        (
            _conv_item(_("conv1, 64 kernels of 11 x 11 on 3 channels, at 55 x 55 places"), 55, (3, 64), 11),
            _dense_item(_("the second dense layer, 4096 to 4096"), 4096, 4096),
            _conv_item(_("conv2, 192 kernels of 5 x 5 on 64 channels, at 27 x 27 places"), 27, (64, 192), 5),
            _dense_item(_("the first dense layer, from all numbers of pool5 to 4096"), 9216, 4096),
        ),
        words=Words(
            prompt=_(
                "Put four layers of torchvision's AlexNet in the order of their multiply-accumulates (MACs) "
                "for one photograph, the smallest number first."
            ),
            ask=_("How many weights does each layer have, and at how many places is each weight used?"),
            hints={
                "macs-as-parameters": _(
                    "This is their order by parameters. At how many places does each layer use a weight?"
                )
            },
        ),
        targets=("macs-as-parameters",),
    ),
    "alexnet.find-the-slip": FindTheSlip(
        WindowQuestion((224, 224), Window(11, stride=4), (3, 96)), "rounds-up"
    ),
}
