"""Exercises of chapter 08 about its ideas: size, time, memory, recipes, and a network within a limit."""

from __future__ import annotations

from itertools import pairwise

from cnnbook.arithmetic import Window, conv_parameters, linear_parameters
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.forms import AMOUNT
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.memory import FLOAT32
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.words import _, say

_SIDE = 14  # the chapter's pictures of clothes have 14 rows


def vgg_parameters(width: int, *, bias: bool = False, norm: int = 2) -> int:
    """Return the parameters of the chapter's small VGG; its three stages have 1, 2 and 4 times `width` maps.

    >>> vgg_parameters(8)
    9202
    """
    layers = ((1, 1), (1, 1), (1, 2), (2, 2), (2, 4))
    channels = [(before * width, after * width) for before, after in layers]
    channels[0] = (1, width)
    convolutions = sum(conv_parameters(ins, outs, 3, bias=bias) + norm * outs for ins, outs in channels)
    return convolutions + linear_parameters(4 * width, 10)


def _widest(numbers: int) -> int:
    """Return the largest width whose VGG has at most so many parameters."""
    return max(width for width in range(1, 100) if vgg_parameters(width) <= numbers)


def _size(text: str, parameters: int, macs: int) -> Item:
    said = say(_("{numbers} parameters"), numbers=f"{parameters:,}")
    return Item(text, parameters, said, wrong={"macs-as-parameters": macs})


def _dense(*features: int) -> tuple[int, int]:
    """Return the parameters and the MACs of dense layers one behind the other."""
    pairs = list(pairwise(features))
    return sum(linear_parameters(*pair) for pair in pairs), sum(ins * outs for ins, outs in pairs)


def _conv(ins: int, outs: int, kernel_size: int, side: int) -> tuple[int, int]:
    parameters = conv_parameters(ins, outs, kernel_size)
    return parameters, (parameters - outs) * side * side


def _sum(*parts: tuple[int, int]) -> tuple[int, int]:
    return sum(parameters for parameters, _macs in parts), sum(macs for _parameters, macs in parts)


_LIMIT = 50_000  # bytes
_WIDTH = AMOUNT._replace(
    fraction=_(
        "{value} is not a whole number, and a width is a number of maps. Which whole number of maps is the "
        "largest that keeps the limit?"
    )
)

IDEAS: dict[str, Question] = {
    "choosing.order-parameters": Order(
        (
            _size(_("dense: dense layers 196 → 96 → 10"), *_dense(196, 96, 10)),
            _size(
                _("one 3 x 3 convolution to 32 maps of 14 x 14, their means, a dense layer 32 → 10"),
                *_sum(_conv(1, 32, 3, _SIDE), _dense(32, 10)),
            ),
            _size(
                _("LeNet's end: dense layers 144 → 120 → 84 → 10"),
                *_dense(144, 120, 84, 10),
            ),
            _size(
                _("two 3 x 3 convolutions, 1 → 32 → 16 maps of 14 x 14"),
                *_sum(_conv(1, 32, 3, _SIDE), _conv(32, 16, 3, _SIDE)),
            ),
        ),
        targets=("macs-as-parameters",),
        words=Words(
            prompt=_(
                "Four small networks read a picture of 14 x 14. Put them in the order of their parameters, "
                "the fewest first. A convolution keeps the size of the maps."
            ),
            ask=_("How many weights has each layer? Does their number depend on the size of the picture?"),
            formula=_(
                "A convolution has k × k × in_channels × out_channels weights, a dense layer inputs × "
                "outputs; "
                "each output or map has a bias."
            ),
        ),
    ),
    "choosing.why-slow": Choice(
        Option(
            _("It has more operations, and each of them costs time to start."),
            _("54 operations against 20. With so little work in each, starting them takes most of the time."),
        ),
        (
            Option(
                _("It has more parameters."),
                _("It has 10,446 and VGG 9,202. That is too little more for such a difference."),
            ),
            Option(
                _("It has more multiplications."),
                _("It has about half of VGG's. So MACs would let it be the faster one."),
            ),
            Option(
                _("It has larger kernels."),
                _("Its largest kernels are 3 x 3, and so are all of VGG's."),
            ),
        ),
        words=Words(
            prompt=_(
                "The small Inception has about half of the MACs of the small VGG. For one picture it takes "
                "longer all the same, and for each picture of a large batch too. What is the best "
                "explanation "
                "for one picture?"
            ),
            ask=_(
                "Compare the printed parameters, MACs and operations of the two. Which of the three numbers "
                "is much larger for Inception than for VGG?"
            ),
        ),
    ),
    "choosing.batch-memory": Choice(
        Option(
            _("Train with batches of 32 in place of 64."),
            _("Activations are kept for each picture of the batch, so half the batch keeps half of them."),
        ),
        (
            Option(
                _("Store the file with 2 bytes a number in place of 4."),
                _("That makes the file smaller. While it trains, the kept maps take as much as before."),
            ),
            Option(
                _("Train on half as many pictures."),
                _("Only the pictures of one batch are in the network at a time."),
            ),
            Option(
                _("Leave out the biases."),
                _("They are a few numbers of each layer. What is kept for every picture is much more."),
            ),
        ),
        words=Words(
            prompt=_(
                "The small VGG trains with batches of 64, and the machine runs out of memory. Its parameters "
                "take 37 KB, and what it keeps for the backward pass about 48 KB for each picture. Which "
                "change halves the larger of the two parts?"
            ),
            ask=_("How much is kept for a batch of 64, and what does that number depend on?"),
        ),
    ),
    "choosing.same-recipe": Choice(
        Option(
            _("Compare ConvNeXt-Tiny with ResNet-50's second weights: {late} points."),
            _(
                "Both were trained with late, long recipes. It is still not one recipe, but it is nearer "
                "to one."
            ),
        ),
        (
            Option(
                _("Compare ConvNeXt-Tiny with ResNet-50's first weights: {early} points."),
                _(
                    "The first weights come from an early, short recipe. Most of that difference is the "
                    "recipe's."
                ),
                "newest-is-best",
            ),
            Option(
                _("Compare the two sets of ResNet-50: {recipe} points."),
                _("That compares two recipes. The layers are the same."),
            ),
            Option(
                _("None of them says anything, since the tests differ, too."),
                _("They differ a little. Two late recipes still say more than an early one and a late one."),
            ),
        ),
        numbers={"late": "1.662", "early": "6.390", "recipe": "4.728"},
        words=Words(
            prompt=_(
                "ResNet-50 reaches 76.130 % with its first weights and 80.858 % with its second. "
                "ConvNeXt-Tiny, with a late recipe, reaches 82.520 %. Somebody asks what the newer "
                "architecture gains. Which number answers best?"
            ),
            ask=_("Between which two numbers does little else differ besides the layers?"),
        ),
    ),
    "choosing.phone": Choice(
        Option(
            _("MobileNet-v3"),
            _(
                "Its file has 22 million bytes, and it needs 0.217 GMAC. Of the two that fit it is the "
                "better one."
            ),
        ),
        (
            Option(
                _("EfficientNet-B0"),
                _("Its file fits. But it needs 0.386 GMAC, and that is beyond the limit."),
                "nearly-there",
            ),
            Option(
                _("ConvNeXt-Tiny"),
                _("It is the most accurate of these. Look at the bytes of its file."),
                "accuracy-only",
            ),
            Option(
                _("SqueezeNet 1.1"),
                _("It fits, with 0.349 GMAC and the smallest file. But its top-1 is the lowest of all."),
            ),
        ),
        words=Words(
            prompt=_(
                "An app for telephones may have a file of 30 million bytes, at 4 bytes a number, and 0.35 "
                "GMAC for a picture. Which network of the last table has the highest top-1 within both "
                "limits?"
            ),
            ask=_("Which rows are beyond one of the two limits?"),
        ),
    ),
    "choosing.slip-depthwise": FindTheSlip(
        ConvMacs(
            (48, 48),
            Window(5, stride=2, padding=2),
            (28, 20),
            groups=48,
            words=Words(
                prompt=_(
                    "How many multiply-accumulates (MACs) does the depthwise layer Conv2d(48, 48, "
                    "kernel_size=5, stride=2, padding=2, groups=48) take on one image of (48, 28, 20)?"
                )
            ),
        ),
        "macs-doubled",
        words=Words(formula=_("Output height × width × k_h × k_w × (in_channels / groups) × out_channels.")),
    ),
    "choosing.widest": CustomQuestion(
        _widest(_LIMIT // FLOAT32),
        form=_WIDTH,
        wrong={
            "bytes-as-numbers": _widest(_LIMIT),
            "nearly-there": _widest(_LIMIT // FLOAT32) + 1,
            "one-byte": _widest(_LIMIT // FLOAT32 // FLOAT32),
        },
        words=Words(
            prompt=_(
                "The small VGG gets another width w. Its five convolutions are 3 x 3 without bias, from 1 "
                "to w "
                "to w to 2w to 2w to 4w maps. Each has a batch norm with two numbers for a map. A dense "
                "layer "
                "leads from 4w to 10. That makes 135w² + 69w + 10 parameters, at 4 bytes each. Which is "
                "the largest w whose file has at most 50,000 bytes?"
            ),
            correct=_("{answer}: that makes 11,566 parameters, and 12,500 have room in the file."),
            ask=_(
                "How many numbers are 50,000 bytes? What do you get for w = 8, and for the widths after it?"
            ),
            hints={
                "bytes-as-numbers": _(
                    "{answer} gives nearly 50,000 parameters. How many bytes does each of them take?"
                ),
                "nearly-there": _("With w = {answer}, how many parameters are there, and how many bytes?"),
                "one-byte": _(
                    "{answer} comes out if the bytes are divided by 4 twice. How many numbers are 50,000 "
                    "bytes?"
                ),
            },
        ),
    ),
}
