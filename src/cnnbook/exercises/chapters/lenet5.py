"""Exercises of chapter 03: LeNet-5, the 1998 network and its modern variant."""

from __future__ import annotations

from collections.abc import Mapping
from math import isqrt, prod

from cnnbook.arithmetic import Window, conv_parameters, linear_parameters
from cnnbook.arithmetic.stacks import size_after, smallest_side
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.forms import AMOUNT, NUMBER
from cnnbook.exercises.functions.convolutions import WRITE_CONV
from cnnbook.exercises.functions.networks import MEET_SHAPE
from cnnbook.exercises.functions.training import WRITE_ACCURACY, WRITE_STEP
from cnnbook.exercises.kinds.axis import Axis
from cnnbook.exercises.kinds.chains import POOL, Chain, Layer
from cnnbook.exercises.kinds.linear_features import LinearFeatures
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.settings import SettingFor
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.kinds.windows import WindowQuestion, conv_question, pool_question
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.words import _, say

_CONV, _POOL = Window(5), Window.pool(2)
_TO_S4 = (_CONV, _POOL, _CONV, _POOL)


_C1, _C3, _S4 = (size_after((32, 32), _TO_S4[:count]) for count in (1, 3, 4))
_S4_AT_28 = size_after((28, 28), _TO_S4)
_DECODED = 16 * prod(size_after((40, 40), _TO_S4))  # the features of an image of 40 × 40
_NARROW_CHAIN = ((3, 1), (2, 2), (5, 1), (2, 2), (5, 1))  # C1 with 3 x 3: kernel size, stride
_FEATURES = 16 * prod(_S4)
_FEATURES_AT_28 = 16 * prod(_S4_AT_28)


def _features_with_kernel(kernel_size: int) -> int:
    """Return the number of flattened features if C3 has this kernel size."""
    return 16 * prod(size_after((32, 32), (_CONV, _POOL, Window(kernel_size), _POOL)))


# The 1998 paper's Table I: how many of S2's six maps each of C3's sixteen maps reads.
_C3_READS = (*[3] * 6, *[4] * 9, 6)
_C1_COUNT = conv_parameters(1, 6, 5)
_S2_COUNT, _S4_COUNT = 2 * 6, 2 * 16
_C3_COUNT = sum(conv_parameters(maps, 1, 5) for maps in _C3_READS)
_C3_DENSE = conv_parameters(6, 16, 5)
_C5_COUNT = conv_parameters(16, 120, 5)
_F6_COUNT = linear_parameters(120, 84)
_OUT_COUNT = linear_parameters(84, 10)
_TOTAL_1998 = _C1_COUNT + _S2_COUNT + _C3_COUNT + _S4_COUNT + _C5_COUNT + _F6_COUNT
_TOTAL_MODERN = _C1_COUNT + _C3_DENSE + _C5_COUNT + _F6_COUNT + _OUT_COUNT

_STRIDE_TWO = _("{answered} is what stride 1 gives. How far do the windows of this pool move at each step?")


def _macs(name: str, parameters: int, macs: int) -> Item:
    """Return a layer as an item of the order by MACs; by its parameters the order would be another one."""
    said = say(_("{macs} MACs and {parameters} parameters"), macs=macs, parameters=parameters)
    return Item(name, macs, said, wrong={"macs-as-parameters": parameters})


def _line(code: str, place: int, makes: str, wrong: Mapping[str, int] | None = None) -> Item:
    """Return a line of the training loop as an item of the order of its lines."""
    return Item(code, place, say(_("{code} makes {made}"), code=code, made=say(makes)), "", wrong or {})


_PHOTOGRAPH = (192, 192)
_PLACES = size_after(_PHOTOGRAPH, (Window(3),))  # of a kernel of 3 × 3

# A pool without padding is asked about, so no padding is spoken of.
_POOL_ASK = _("How many rows does the first window cover, and how many steps are there in the rest?")

EXERCISES: dict[str, Question] = {
    "lenet5.one-photograph": Choice(
        Option(
            _("One for each of the {places} places of the kernel."),
            _(
                "The kernel stands at {rows} × {columns} places, and each of them says how its nine numbers "
                "should change. So one photograph is enough."
            ),
        ),
        (
            Option(
                _("One, since it is one photograph."),
                _("That would be right if the kernel stood at one place. Where else does it stand?"),
                "one-example-a-picture",
            ),
            Option(
                _("Nine, one for each number of the kernel."),
                _("Nine numbers are to be found. Examples are what they are found from."),
            ),
            Option(
                _("One for each of its {pixels} pixels."),
                _("On some pixels the middle of the kernel never stands. Which are these?"),
                "input-places",
            ),
        ),
        numbers={
            "side": _PHOTOGRAPH[0],
            "rows": _PLACES[0],
            "columns": _PLACES[1],
            "pixels": f"{prod(_PHOTOGRAPH):,}",
            "places": f"{prod(_PLACES):,}",
        },
        words=Words(
            prompt=_(
                "A kernel of 3 x 3 learns from one photograph of {side} x {side}, without padding. How many "
                "examples does this photograph hold for it?"
            ),
            ask=_("At how many places does the kernel stand, in a row and in a column?"),
        ),
    ),
    "lenet5.write-step": WRITE_STEP,
    "lenet5.find-the-slip": FindTheSlip(
        LinearFeatures(Chain((3, 20, 26), (Layer(Window(5), 4), POOL, Layer(Window(3), 7), POOL))),
        "no-plus-one",
    ),
    "lenet5.write-accuracy": WRITE_ACCURACY,
    "lenet5.loop-order": Order(
        (
            _line("loss.backward()", 3, _("the gradient of each weight"), {"step-finds-gradient": 4}),
            _line("scores = network(images)", 1, _("the scores")),
            _line("optimizer.step()", 4, _("the new weights"), {"step-finds-gradient": 3}),
            _line("loss = F.cross_entropy(scores, labels)", 2, _("the loss of these scores")),
        ),
        words=Words(
            prompt=_(
                "These are four of the lines of a training loop, for each batch of images with their labels. "
                "In which order do they stand, the first one first?"
            ),
            ask=_("What does each line need, and which other line makes it?"),
        ),
    ),
    "lenet5.no-zero-grad": Choice(
        Option(
            _("Each step goes against the sum of the gradients of all batches so far."),
            _("backward() adds to the gradients that are there, and zero_grad() is what forgets them."),
        ),
        (
            Option(
                _("Nothing changes, since backward() replaces the gradients of the last batch."),
                _("backward() adds, and replaces nothing: several losses may be added up on purpose."),
                "backward-replaces",
            ),
            Option(
                _("The loop stops with an error at the second batch."),
                _("PyTorch says nothing, since adding up gradients is allowed. So this is hard to find."),
            ),
            Option(
                _("The weights never change."),
                _("The weights move at step(), and that line is still there."),
            ),
        ),
        words=Words(
            prompt=_(
                "Somebody leaves optimizer.zero_grad() out of the training loop, and keeps all other lines. "
                "What happens?"
            ),
            ask=_("What does backward() do with the gradients that it finds from the last batch?"),
        ),
    ),
    "lenet5.learning-rate": Choice(
        Option(
            _("It jumps up at once, then stays near the loss of guessing."),
            _(
                "The first steps go far beyond the place where the loss is low, and the scores become huge. "
                "After that nearly every ReLU gives 0, whatever the picture is, and passes no gradient back."
            ),
        ),
        (
            Option(
                _("It falls faster than with 0.003, and as far."),
                _("A longer step helps only while it does not go beyond the lowest place."),
                "larger-steps-learn-faster",
            ),
            Option(
                _("It falls slowly, in a straight line."),
                _("That is what steps do that are too short. These are longer than those with 0.003."),
            ),
        ),
        words=Words(
            prompt=_(
                "With a learning rate of 0.003 the loss of the modern LeNet-5 falls from 2.3 to below 1 in "
                "one epoch. A second network takes the same steps with a rate of 0.1. What does its loss do?"
            ),
            ask=_("A gradient says how the loss changes close by. How far away does a long step end?"),
        ),
    ),
    "lenet5.overfitting": Choice(
        Option(
            _("More pictures to learn from."),
            _(
                "What is true of these few pictures by chance is not true of many. The network that learned "
                "10,000 pictures gets more than four of five new ones right."
            ),
        ),
        (
            Option(
                _("More epochs with the same pictures."),
                _("The curve shows it: the loss on new pictures has been rising for many epochs."),
                "more-training-helps",
            ),
            Option(
                _("A test with the pictures that it learned."),
                _("The numbers would look better. The network would read new pictures as badly as before."),
                "trained-is-tested",
            ),
            Option(
                _("A larger learning rate."),
                _("The loss on the pictures that it learns has fallen far: its steps are no problem."),
            ),
        ),
        words=Words(
            prompt=_(
                "A network has learned 200 pictures nearly by heart, and of new ones it reads about 72 % "
                "right. What would help it most with new ones?"
            ),
            ask=_("What does the network know of the 200 that is of no use for others?"),
        ),
    ),
    "lenet5.order-macs": Order(
        (
            _macs("F6 (fc2), Linear(120, 84)", _F6_COUNT, 120 * 84),
            _macs("C1 (conv1), Conv2d(1, 6, kernel_size=5)", _C1_COUNT, 5 * 5 * 1 * 6 * prod(_C1)),
            _macs("C5 (fc1), Linear(400, 120)", _C5_COUNT, _FEATURES * 120),
            _macs("C3 (conv2), Conv2d(6, 16, kernel_size=5)", _C3_DENSE, 5 * 5 * 6 * 16 * prod(_C3)),
        ),
        kind="conv-macs",
        targets=("macs-as-parameters",),
        words=Words(
            prompt=_(
                "The modern LeNet-5 reads one picture of 32 x 32. Which order do these four layers have by "
                "their MACs, the fewest first?"
            ),
            ask=_("How often is each weight of a layer used, that is, at how many places does it stand?"),
            hints={
                "macs-as-parameters": _(
                    "This is their order by parameters. At how many places does each layer use a weight?"
                )
            },
            formula=_("Output height × width × k_h × k_w × in_channels × out_channels."),
        ),
    ),
    "lenet5.c1": conv_question(
        (1, 32, 32), _CONV, 6, "no-plus-one", "same-size", "channels-in", "channels-last"
    ),
    "lenet5.s2": pool_question(
        (6, 28, 28),
        _POOL,
        "pool-stride-one",
        "same-size",
        "pool-divides-channels",
        words=Words(
            prompt=_(
                "S2 of LeNet-5 pools the maps of C1 with windows of 2 x 2 and stride 2. Which shape "
                "(channels, height, width) comes out?"
            ),
            ask=_POOL_ASK,
            hints={"pool-stride-one": _STRIDE_TWO},
        ),
    ),
    "lenet5.c3": WindowQuestion(
        (14, 14),
        _CONV,
        (6, 16),
        targets=("no-plus-one", "same-size", "channels-in", "channels-multiplied"),
        words=Words(
            prompt=_(
                "C3 of LeNet-5 reads the maps of S2 with 16 kernels of 5 x 5, stride 1 and no padding. Which "
                "shape (channels, height, width) comes out?"
            )
        ),
    ),
    "lenet5.s4": pool_question(
        (16, 10, 10),
        _POOL,
        "pool-stride-one",
        "same-size",
        "pool-divides-channels",
        words=Words(
            prompt=_(
                "S4 of LeNet-5 pools the maps of C3 with windows of 2 x 2 and stride 2. Which shape "
                "(channels, height, width) comes out?"
            ),
            ask=_POOL_ASK,
            hints={"pool-stride-one": _STRIDE_TWO},
        ),
    ),
    "lenet5.c5": WindowQuestion(
        (5, 5),
        _CONV,
        (16, 120),
        targets=("no-plus-one", "same-size", "channels-in", "channels-multiplied"),
        words=Words(
            prompt=_(
                "C5 of LeNet-5 reads the maps of S4 with 120 kernels of 5 x 5, stride 1 and no padding. "
                "Which shape (channels, height, width) comes out?"
            )
        ),
    ),
    "lenet5.flatten": CustomQuestion(
        _FEATURES,
        because="16×5×5",
        wrong={
            "flatten-forgot-space": 16,
            "flatten-forgot-channels": prod(_S4),
            "lenet-28-unpadded": _FEATURES_AT_28,
            "stops-at-c3": 16 * prod(_C3),
        },
        words=Words(
            prompt=_("In the modern LeNet-5, how many numbers leave S4 for one picture of 32 x 32?"),
            ask=_("Which shape (C, H, W) leaves S4, and how many numbers is that?"),
            hints={
                "lenet-28-unpadded": _(
                    "{answer} is what a 28x28 image gives. Which size does this question feed?"
                ),
                "stops-at-c3": _("{answer} is what leaves C3. Which layer stands between C3 and the row?"),
            },
        ),
    ),
    "lenet5.c1-parameters": ConvParameters(
        (1, 6), (5, 5), size=(32, 32), targets=("no-bias", "one-bias", "times-output-size")
    ),
    "lenet5.s2-parameters": CustomQuestion(
        _S2_COUNT,
        because="6×(1 + 1)",
        wrong={
            "pool-has-parameters": 2 * 2 * 6,
            "modern-pool": 0,
            "no-bias": 6,
            "one-bias": 6 + 1,
            "shared-by-maps": 2,
        },
        targets=("pool-has-parameters", "modern-pool", "no-bias", "shared-by-maps"),
        words=Words(
            ask=_("What does one map of S2 learn?"),
            prompt=_(
                "In the network of 1998 each map of S2 learns a coefficient and a bias. How many "
                "parameters does S2 have, with its 6 maps?"
            ),
            hints={
                "pool-has-parameters": _(
                    "{answer} is one number for each pixel of a 2x2 window, on every map. Which numbers does "
                    "each map of S2 learn?"
                ),
                "no-bias": _(
                    "{answer} is one number per map. Which second number does each map of S2 learn?"
                ),
                "one-bias": _(
                    "{answer} counts a single bias. Do all maps of S2 share it, or does each have its own?"
                ),
                "modern-pool": _(
                    "{answer} is right for today's pools. In 1998 each map of S2 had numbers of its own to "
                    "learn: which two?"
                ),
                "shared-by-maps": _(
                    "{answer} is right for a single map. How many maps does S2 have, and do they share "
                    "anything?"
                ),
            },
        ),
    ),
    "lenet5.c3-parameters": CustomQuestion(
        _C3_COUNT,
        because="5×5×(6×3 + 9×4 + 1×6) + 16",
        wrong={
            "lenet-dense-c3": _C3_DENSE,
            "no-bias": _C3_COUNT - 16,
            "one-bias": _C3_COUNT - 16 + 1,
            "bias-per-input": _C3_COUNT - 16 + sum(_C3_READS),
            "no-input-channels": conv_parameters(1, 16, 5),
        },
        numbers={"in_channels": 6},
        words=Words(
            ask=_("How many slices of 5 x 5 do the 6 maps have that read 3 maps each? And the other maps?"),
            prompt=_(
                "In the network of 1998, 6 maps of C3 read 3 maps of S2 each, 9 maps read 4 each, and 1 map "
                "reads all 6. A map has a kernel slice of 5 x 5 for each map that it reads, and one bias. "
                "How many parameters does C3 have?"
            ),
            hints={
                "one-bias": _(
                    "{answer} counts a single bias. Do all maps of C3 share it, or does each have its own?"
                ),
                "bias-per-input": _(
                    "{answer} counts a bias for each slice. How many biases does one map of C3 have?"
                ),
                "lenet-dense-c3": _(
                    "{answer} is right for the modern variant, where each map of C3 reads all six maps of "
                    "S2. Which variant does this question ask about?"
                ),
            },
        ),
    ),
    "lenet5.c3-modern-parameters": ConvParameters(
        (6, 16), (5, 5), size=(14, 14), targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input")
    ),
    "lenet5.c5-parameters": CustomQuestion(
        linear_parameters(_FEATURES, 120),
        because="400×120 + 120",
        wrong={
            "no-bias": linear_parameters(_FEATURES, 120, bias=False),
            "one-bias": linear_parameters(_FEATURES, 120, bias=False) + 1,
            "bias-per-input": linear_parameters(_FEATURES, 120, bias=False) + _FEATURES,
            "flatten-forgot-space": linear_parameters(16, 120),
            "flatten-forgot-channels": linear_parameters(prod(_S4), 120),
        },
        targets=("no-bias", "one-bias", "bias-per-input", "flatten-forgot-space"),
        words=Words(
            ask=_("How many numbers leave S4, and to how many units does each of them go?"),
            prompt=_(
                "In the modern LeNet-5 a dense layer stands in the place of C5. It reads all the numbers "
                "that leave S4 and makes 120, with biases. How many parameters does it have?"
            ),
            hints={
                "flatten-forgot-space": _(
                    "{answer} is the count if the layer reads one number of each of S4's maps. How many "
                    "numbers does one map hold?"
                ),
                "flatten-forgot-channels": _(
                    "{answer} is the count if the layer reads a single map of S4. How many maps does S4 have?"
                ),
            },
        ),
    ),
    "lenet5.f6-parameters": DenseParameters(
        (120, 84),
        targets=("no-bias", "one-bias", "bias-per-input"),
        words=Words(
            prompt=_(
                "F6 of LeNet-5 is a dense layer that reads 120 numbers and makes 84, with biases. How many "
                "parameters does it have?"
            ),
        ),
    ),
    "lenet5.total-parameters": CustomQuestion(
        _TOTAL_1998,
        because=f"{_C1_COUNT} + {_S2_COUNT} + {_C3_COUNT} + {_S4_COUNT} + {_C5_COUNT} + {_F6_COUNT}",
        wrong={
            "lenet-modern": [_TOTAL_MODERN, _TOTAL_MODERN - _OUT_COUNT],
            "lenet-dense-c3": _TOTAL_1998 - _C3_COUNT + _C3_DENSE,
            "modern-pool": _TOTAL_1998 - _S2_COUNT - _S4_COUNT,
            "lenet-output-layer": _TOTAL_1998 + _OUT_COUNT,
            "forgets-dense": _TOTAL_1998 - _F6_COUNT,
        },
        words=Words(
            ask=_("How many parameters does each of C1, S2, C3, S4, C5 and F6 have?"),
            prompt=_(
                "How many parameters does the LeNet-5 of 1998 have, from C1 to F6 together? S4 is like S2, "
                "with 16 maps. The drawings that the network compares with are not learned."
            ),
            hints={
                "modern-pool": _(
                    "{answer} is the count if the pools learn nothing, as today. How many numbers did each "
                    "map of S2 and S4 learn in 1998?"
                ),
                "lenet-dense-c3": _(
                    "{answer} has a C3 that reads all six maps. How many parameters does C3 with the table "
                    "of connections of 1998 have?"
                ),
                "forgets-dense": _(
                    "{answer} is the count without one of the layers. Which layer stands between C5 and the "
                    "output?"
                ),
                "lenet-modern": _(
                    "{answer} is a count of today's layers. Which variant does this question ask about, and "
                    "in which layers do they differ?"
                ),
                "lenet-output-layer": _(
                    "{answer} counts the output layer as a dense one. Were the output units of 1998 trained?"
                ),
            },
        ),
    ),
    "lenet5.modern-parameters": CustomQuestion(
        _TOTAL_MODERN,
        because=f"{_C1_COUNT} + {_C3_DENSE} + {_C5_COUNT} + {_F6_COUNT} + {_OUT_COUNT}",
        wrong={
            "lenet-1998": _TOTAL_1998,
            "forgets-dense": _TOTAL_MODERN - _OUT_COUNT,
            "pool-has-parameters": _TOTAL_MODERN + 2 * 2 * (6 + 16),
            "no-bias": _TOTAL_MODERN - (6 + 16 + 120 + 84 + 10),
        },
        words=Words(
            ask=_("Which five layers have parameters, and how many does each of them have?"),
            prompt=_(
                "How many parameters does the modern LeNet-5 have? Add up two convolutions and three dense "
                "layers."
            ),
            hints={
                "lenet-1998": _(
                    "{answer} is right for the network of 1998. Which variant does this question ask about, "
                    "and in which layers do they differ?"
                )
            },
        ),
    ),
    "lenet5.c1-connections": CustomQuestion(
        prod(_C1) * _C1_COUNT,
        because="6×28×28×(5×5 + 1)",
        wrong={
            "weights-as-connections": _C1_COUNT,
            "no-bias": prod(_C1) * conv_parameters(1, 6, 5, bias=False),
            "same-size": 32 * 32 * _C1_COUNT,
        },
        numbers={"n": 32},
        words=Words(
            ask=_(
                "How many weights and biases are used for one number of a map, and how many numbers "
                "do the 6 maps have?"
            ),
            prompt=_(
                "C1 makes 6 maps of 28 x 28 of one picture, with kernels of 5 x 5 and a bias per map. Each "
                "use of a weight or a bias is one connection. How many connections does C1 have?"
            ),
            hints={
                "no-bias": _("{answer} counts the uses of the weights only. How often is a bias used?"),
                "same-size": _(
                    "{answer} comes out if C1 stands at every pixel of the image. At how many places does "
                    "its 5x5 kernel fit into 32x32?"
                ),
                "weights-as-connections": _(
                    "{answer} is how many numbers are learned. At how many places is each of them used?"
                ),
            },
        ),
    ),
    "lenet5.c1-macs": ConvMacs((1, 6), _CONV, (32, 32), targets=("macs-doubled", "same-size")),
    "lenet5.at-28": CustomQuestion(
        _FEATURES_AT_28,
        because="16×4×4",
        wrong={"lenet-32-assumed": _FEATURES, "flatten-forgot-space": 16, "same-size": 16 * 7 * 7},
        targets=("lenet-32-assumed", "flatten-forgot-space"),
        words=Words(
            prompt=_(
                "A picture of 28 x 28 goes into the modern LeNet-5. How many numbers reach its first dense "
                "layer?"
            ),
            ask=_("Start from 28, and write down the side after C1, S2, C3 and S4."),
            hints={
                "same-size": _(
                    "{answer} is right if the convolutions are padded. Here they are not: how many rows does "
                    "C1 leave of 28?"
                ),
                "lenet-32-assumed": _(
                    "{answer} is what a 32x32 image gives. Start with 28 rows: how many does C1 leave?"
                ),
            },
        ),
    ),
    "lenet5.c1-at-28": conv_question(
        (1, 28, 28), _CONV, 6, "no-plus-one", "same-size", "channels-in", "channels-last"
    ),
    "lenet5.decode-error": CustomQuestion(
        _DECODED,
        because="16×7×7",
        wrong={"error-other-side": _FEATURES, "error-output": 120, "error-batch": 5},
        numbers={
            "tables": f"(5x{_DECODED} and 400x120)",
            "batch": 5,
            "message": f"mat1 and mat2 shapes cannot be multiplied (5x{_DECODED} and 400x120)",
        },
        words=Words(
            ask=_("The message names two tables, rows x columns. Which of them is the data?"),
            prompt=_(
                "The modern LeNet-5 stops: “{message}”. How many features did the layer before Linear(400, "
                "120) hand over?"
            ),
        ),
    ),
    "lenet5.bug-576": CustomQuestion(
        smallest_side(isqrt(576 // 16), _TO_S4),
        because="((6×2 + 5 - 1)×2) + 5 - 1",
        wrong={
            "lenet-32-assumed": 32,
            "stops-at-s4": 6,
            "stops-at-c3": 6 * 2,
            "stops-at-s2": 6 * 2 + 5 - 1,
            "pools-forgotten": 6 + 5 - 1 + 5 - 1,
            "largest-not-smallest": [37, 38, 39],
        },
        form=NUMBER,
        targets=("lenet-32-assumed", "stops-at-s4", "stops-at-c3", "pools-forgotten"),
        words=Words(
            prompt=_(
                "Square pictures go into the modern LeNet-5, and it stops: “mat1 and mat2 shapes cannot be "
                "multiplied (8x576 and 400x120)”. What is the smallest height that the pictures can have?"
            ),
            ask=_(
                "Go backwards: 576 numbers are 16 maps of which size? Then undo S4, C3, S2 and C1, one at a "
                "time."
            ),
            hints={
                "lenet-32-assumed": _(
                    "{answer} is what the network expects, and it would have handed over 400. Go backwards "
                    "from 576: that is 16 maps of which size?"
                ),
                "stops-at-s4": _(
                    "{answer} is the side of S4, the last map. How many rows did C3 have before that pool?"
                ),
                "stops-at-c3": _(
                    "{answer} is the side of C3. How many rows must S2 have for its 5x5 kernel to leave that "
                    "many?"
                ),
                "stops-at-s2": _("{answer} is the side of S2. Which two layers stand before it?"),
                "largest-not-smallest": _(
                    "{answer} rows would do too, because a pool drops a row that is left over. Is there a "
                    "smaller image that would?"
                ),
            },
        ),
    ),
    "lenet5.kernel-three": CustomQuestion(
        _features_with_kernel(3),
        because="16×6×6",
        wrong={
            "change-ignored": _FEATURES,
            "flatten-forgot-space": 16,
            "flatten-forgot-channels": _features_with_kernel(3) // 16,
        },
        words=Words(
            prompt=_(
                "In the modern LeNet-5 conv2 gets kernel_size=3, and its other layers stay as they are. A "
                "picture of 32 x 32 goes in. Which in_features must the first dense layer, fc1, have?"
            ),
            ask=_(
                "C1 and S2 are as before. How many of S2's 14 rows does the new kernel leave, and what does "
                "S4 make of them?"
            ),
        ),
    ),
    "lenet5.colour-parameters": CustomQuestion(
        _TOTAL_MODERN - _C1_COUNT + conv_parameters(3, 6, 5),
        because=f"{_TOTAL_MODERN} - {_C1_COUNT} + 5×5×3×6 + 6",
        wrong={
            "change-ignored": _TOTAL_MODERN,
            "bias-per-input": _TOTAL_MODERN - _C1_COUNT + 3 * _C1_COUNT,
            "all-layers-tripled": 3 * _TOTAL_MODERN,
        },
        words=Words(
            ask=_("Which layer reads the colours, and which of its numbers change?"),
            prompt=_(
                "For colour pictures conv1 of the modern LeNet-5 becomes Conv2d(3, 6, kernel_size=5). How "
                "many parameters does the whole network have?"
            ),
            hints={
                "bias-per-input": _(
                    "{answer} counts all parameters of conv1 three times. Which of them grow with the input "
                    "channels: weights, biases, or both?"
                ),
                "all-layers-tripled": _(
                    "{answer} is three times the parameters of all layers. Which layers see the colours?"
                ),
            },
        ),
    ),
    "lenet5.padding-for-28": SettingFor(
        Axis(28, 5),
        28,
        targets=("padding-once", "same-size"),
        words=Words(
            hints={
                "padding-doubled": _(
                    "padding={answer} adds that much on each side. How many pixels does a kernel of {k} take "
                    "away, and how many must each side give back?"
                )
            }
        ),
    ),
    "lenet5.view-batch": CustomQuestion(
        25 * _FEATURES_AT_28 // _FEATURES,
        because=f"25×{_FEATURES_AT_28} / {_FEATURES}",
        wrong={"view-keeps-batch": 25},
        form=AMOUNT,
        words=Words(
            ask=_("How many numbers are there in all, and how many of them fill one row?"),
            prompt=_(
                "A batch of 25 pictures of 28 x 28 leaves S4 of the modern LeNet-5 as 25 times 256 numbers. "
                "How many rows does x.view(-1, 400) make of them?"
            ),
            hints={
                "view-keeps-batch": _(
                    "view(-1, 400) never looks at the batch. How many numbers are there in all, and how many "
                    "rows of 400 do they fill?"
                )
            },
        ),
    ),
    "lenet5.field-s4": ReceptiveFieldSize(
        _NARROW_CHAIN[:-1],
        targets=("fields-added", "field-no-stride", "field-last-kernel"),
        words=Words(
            prompt=_(
                "C1 of LeNet-5 gets kernels of 3 x 3, and the other layers stay as they are. How many pixels "
                "high is the receptive field of one number in S4?"
            ),
            ask=_(
                "Go from C1 to S4. How many pixels does one unit see after each layer, and how many pixels "
                "apart are two neighbours?"
            ),
        ),
    ),
    "lenet5.field-c5": ReceptiveFieldSize(
        _NARROW_CHAIN,
        targets=("fields-added", "field-no-stride", "field-last-kernel"),
        words=Words(
            prompt=_(
                "C1 of LeNet-5 gets kernels of 3 x 3, and the other layers stay as they are. How many pixels "
                "high is the receptive field of one number in C5?"
            )
        ),
    ),
    "lenet5.write-conv": WRITE_CONV,
    "lenet5.meet-shape": MEET_SHAPE,
}
