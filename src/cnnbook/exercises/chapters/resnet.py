"""Exercises of chapter 07: the ResNets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cnnbook.arithmetic import Window, conv_parameters, linear_parameters
from cnnbook.arithmetic.stacks import side_after, smallest_side
from cnnbook.exercises.chapters.resnet_ideas import IDEAS
from cnnbook.exercises.forms import NUMBER, SHAPE, Answer
from cnnbook.exercises.functions.resnet import WRITE_DEPTH, WRITE_RESIDUAL, WRITE_SHORTCUT
from cnnbook.exercises.kinds.layer_counts import LayerCount
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.residual_blocks import ProjectionStride, ResidualBlock
from cnnbook.exercises.kinds.windows import WindowQuestion, conv_question
from cnnbook.exercises.questions import CustomQuestion, Question, Slip, Words
from cnnbook.exercises.words import _
from cnnbook.networks.shipped import shipped

_18, _50 = shipped("resnet18"), shipped("resnet50")
_STEM = (Window(7, stride=2, padding=3), Window(3, stride=2, padding=1))
_UNPADDED = (Window(7, stride=2), Window(3, stride=2))
_HALVE = Window(3, stride=2, padding=1)


def _shape(channels: int, side: int, *windows: Window) -> Answer:
    side = side_after(side, windows)
    return (channels, side, side)


def _smallest(side: int, halvings: int) -> int:
    """Return the smallest image side that gives a map of this side after `halvings` windows of stride 2."""
    return smallest_side(side, [_HALVE] * halvings)


def _weights(*channels: int, kernel_size: int = 1) -> int:
    return conv_parameters(channels[0], channels[1], kernel_size, bias=False)


_CONVOLUTIONS = sum(row.op == "conv2d" for row in _18)
_NORM_CHANNELS = sum(row.output_shape[1] for row in _50["layer1.1"] if row.op == "batch_norm")
_PROJECTIONS = sum(_weights(width, 2 * width) for width in (64, 128, 256))
_PROJECTION_NORMS = sum(2 * width for width in (128, 256, 512))
_OLD_HEAD, _NEW_HEAD = linear_parameters(512, 1000), linear_parameters(512, 100)
_BLOCK_CONVS = _weights(48, 96, kernel_size=3) + _weights(96, 96, kernel_size=3)
_BOTTLENECK = _weights(256, 64) + _weights(64, 64, kernel_size=3) + _weights(64, 256)
_LAST = (*_STEM, _HALVE, _HALVE, _HALVE)
_FURTHER = _50["layer3.1"].used_parameters
_BUDGET = 35_000_000
_MORE = (_BUDGET - _50.parameters) // _FURTHER

_LAST_MAP = Words(
    ask=_(
        "Five layers halve, and half of an odd side is rounded up. What leaves the first of them, or, "
        "backwards, what does the last of them need?"
    ),
    hints={
        "halves-downwards": _(
            "{answer} comes out if each half is rounded down. What does a kernel of 3, stride 2, padding 1 "
            "make of 15 rows?"
        ),
        "no-pool": _("{answer} is right if four layers halve. How many layers on the way halve?"),
        "stage-one-halves": _("{answer} is right if six layers halve. Does conv2_x halve?"),
        "only-the-exact-size": _(
            "{answer} can be halved five times without a remainder. Does a smaller image leave as many rows, "
            "when odd sides are rounded up?"
        ),
        "no-plus-one": _("{answer} leaves one row too few. What does one pixel more leave?"),
    },
)


@dataclass(frozen=True)
class _NewHead(DenseParameters):
    """How many parameters does the new head of ResNet-18 have, and not the old one or the whole network?"""

    def slips(self) -> Iterator[Slip]:
        """Yield the count of each misconception, the old head's and the network's among them."""
        yield from super().slips()
        for others in (_OLD_HEAD, _18.parameters - _OLD_HEAD + _NEW_HEAD, _18.parameters):
            yield Slip(("change-ignored",), (others,))


EXERCISES: dict[str, Question] = {
    "resnet.block": ResidualBlock(
        (64, 48, 40),
        128,
        stride=2,
        targets=("residual-as-concat", "channels-in", "no-stride"),
        words=Words(
            prompt=_(
                "A basic block reads (64, 48, 40), that is (channels, height, width). Its first convolution "
                "is Conv2d(64, 128, 3, stride=2, padding=1), its second keeps the shape. The projection on "
                "its shortcut makes the same shape. Which shape leaves the addition?"
            )
        ),
    ),
    "resnet.projection-parameters": ConvParameters(
        (64, 128), (1, 1), bias=False, targets=("bias-before-batchnorm", "no-input-channels")
    ),
    "resnet.first-of-18": ProjectionStride(
        (64, 48, 40),
        64,
        targets=("projection-everywhere", "projection-always-strided"),
        words=Words(
            prompt=_(
                "Another basic block reads (64, 48, 40), that is (channels, height, width). It makes 64 "
                "channels with stride 1. Which stride does the projection on its shortcut have? Answer 0 if "
                "it needs none."
            ),
            correct=_("{answer}: both paths have one shape, so x is added as it is."),
        ),
    ),
    "resnet.stem-unpadded": WindowQuestion(
        (224,),
        Window((7,), stride=(2,)),
        targets=("rounds-up", "no-plus-one", "no-stride", "divides-by-stride"),
        words=Words(
            prompt=_(
                "ResNet-18 begins with Conv2d(3, 64, kernel_size=7, stride=2, padding=3), which reads 224 "
                "rows. Its padding is forgotten. How many rows come out then?"
            )
        ),
    ),
    "resnet.conv1": conv_question(
        (3, 224, 224), _STEM[0], 64, "no-padding", "rounds-up", "channels-in", "channels-last"
    ),
    "resnet.conv2": CustomQuestion(
        _shape(64, 224, *_STEM),
        wrong={
            "stage-one-halves": _shape(64, 224, *_STEM, _HALVE),
            "no-pool": _shape(64, 224, _STEM[0]),
            "no-padding": [
                _shape(64, 224, _UNPADDED[0], _UNPADDED[1]),
                _shape(64, 224, _STEM[0], _UNPADDED[1]),
            ],
        },
        numbers={"formula": f"{_STEM[0].formula((224, 224))}, then {_STEM[1].formula((112, 112))}"},
        form=SHAPE,
        words=Words(
            prompt=_(
                "In ResNet-18 a picture of (3, 224, 224) goes through conv1, maxpool and the blocks of "
                "layer1, which the paper calls conv2_x. Each of them makes 64 channels. Which shape leaves "
                "layer1?"
            ),
            ask=_("What does the first convolution leave of 224 rows, what the pool, and what the blocks?"),
            correct=_("{answer}: {formula}."),
            hints={
                "no-padding": _(
                    "{answered} rows come out if the pool has no padding. Which padding does the table give "
                    "for conv1, and which for maxpool?"
                )
            },
        ),
    ),
    "resnet.conv5": CustomQuestion(
        _shape(512, 224, *_LAST),
        wrong={
            "stage-one-halves": _shape(512, 224, *_LAST, _HALVE),
            "no-pool": _shape(512, 224, *_LAST[1:]),
            "channels-in": _shape(256, 224, *_LAST),
            "channels-last": _shape(512, 224, *_LAST)[::-1],
        },
        form=SHAPE,
        words=Words(
            prompt=_(
                "A picture of (3, 224, 224) goes through ResNet-18, up to the blocks of layer4, which the "
                "paper calls conv5_x. Which shape leaves layer4?"
            ),
            ask=_("Follow the map: conv1, the pool, four stages. Which of them halve?"),
            correct=_("{answer}: conv1, the pool and the first blocks of three stages halve."),
            hints={
                "stage-one-halves": _(
                    "{answered} rows are right if six layers halve. Which strides have the first blocks of "
                    "the four stages?"
                ),
                "no-pool": _(
                    "{answered} rows are right if four layers halve. Which layer stands between conv1 and "
                    "conv2_x?"
                ),
                "channels-in": _(
                    "{answered} is the number of channels of the stage before. How many does the table give "
                    "for the last stage?"
                ),
            },
        ),
    ),
    "resnet.convolutions-18": CustomQuestion(
        _CONVOLUTIONS,
        because="1 + 2×(2 + 2 + 2 + 2) + 3",
        wrong={
            "projection-forgotten": _CONVOLUTIONS - 3,
            "projection-everywhere": _CONVOLUTIONS + 1,
            "name-is-convolutions": 18,
            "forgets-stem": [_CONVOLUTIONS - 1, _CONVOLUTIONS - 4],
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "ResNet-18 has four stages of 2 basic blocks. How many convolutions does the whole network "
                "have, projections included?"
            ),
            ask=_(
                "How many convolutions do the stem, a block and a projection have, and how many of each "
                "are there?"
            ),
            hints={
                "projection-forgotten": _(
                    "{answer} is the number of convolutions on the main path. Which blocks have one on their "
                    "shortcut, too?"
                ),
                "projection-everywhere": _(
                    "{answer} is the number if all four stages begin with a projection. What would the one "
                    "in layer1 change?"
                ),
                "forgets-stem": _(
                    "{answer} is the number of convolutions in the blocks, with projections or without. "
                    "Which convolution stands before the first block?"
                ),
                "name-is-convolutions": _(
                    "{answer} is the number in the name, which counts otherwise. How many convolutions do "
                    "the stem, the blocks and the projections have?"
                ),
            },
        ),
    ),
    "resnet.name-101": LayerCount((3, 4, 23, 3), 3, targets=("counts-projections", "counts-pools")),
    "resnet.bottleneck-weights": CustomQuestion(
        _BOTTLENECK,
        because="256×64 + 3×3×64×64 + 64×256",
        wrong={
            "expansion-forgotten": _weights(256, 64) + _weights(64, 64, kernel_size=3) + _weights(64, 64),
            "no-input-channels": _weights(256, 64) + _weights(1, 64, kernel_size=3) + _weights(64, 256),
            "all-kernels-three": 9 * (_weights(256, 64) + _weights(64, 64) + _weights(64, 256)),
            "bias-before-batchnorm": _BOTTLENECK + 64 + 64 + 256,
            "one-layer-short": _BOTTLENECK - _weights(64, 256),
            "blocks-alike": 2 * _weights(256, 256, kernel_size=3),
        },
        words=Words(
            prompt=_(
                "A bottleneck on 256 channels has three convolutions without biases: a 1 x 1 from 256 to 64 "
                "channels, a 3 x 3 from 64 to 64, and a 1 x 1 from 64 back to 256. How many weights do the "
                "three have together?"
            ),
            ask=_(
                "One convolution at a time: kernel height times width, times the channels in, times the "
                "channels out?"
            ),
            hints={
                "expansion-forgotten": _(
                    "{answer} is the count if the last convolution leads to the narrow width. How many "
                    "channels does it put out?"
                ),
                "no-input-channels": _(
                    "{answer} is the count if the 3 x 3 kernels read one map each. How many channels does "
                    "each of them read?"
                ),
                "bias-before-batchnorm": _(
                    "{answer} counts a bias for each map. Have these convolutions any, with a batch norm "
                    "behind them?"
                ),
                "one-layer-short": _(
                    "{answer} is the count of one 1 x 1 and the 3 x 3. How many convolutions does a "
                    "bottleneck have?"
                ),
                "blocks-alike": _(
                    "{answer} is the count of a block with two 3 x 3 on 256 channels. Which kernels does a "
                    "bottleneck have?"
                ),
            },
        ),
    ),
    "resnet.conv2-of-50": ResidualBlock(
        (64, 56, 56),
        256,
        targets=("projection-always-strided", "residual-as-concat", "channels-in"),
        words=Words(
            prompt=_(
                "The first bottleneck of ResNet-50's layer1 reads (64, 56, 56), that is (channels, height, "
                "width). Its width is 64, and its stride is 1. Which shape leaves it?"
            )
        ),
    ),
    "resnet.first-of-50": ProjectionStride(
        (64, 56, 56),
        256,
        targets=("projection-only-strided", "projection-always-strided"),
        words=Words(
            prompt=_(
                "Which stride does the projection, a 1 x 1, on the shortcut of ResNet-50's first bottleneck "
                "have? The bottleneck reads (64, 56, 56), its width is 64, and layer1 halves no map. Answer "
                "0 if it needs no projection."
            )
        ),
    ),
    "resnet.places-read": CustomQuestion(
        side_after(56, (Window(1, stride=2),)) ** 2,
        because="28×28",
        wrong={"reads-everything": 56 * 56, "one-axis-only": 56 * 28, "stride-as-gap": 19 * 19},
        words=Words(
            prompt=_(
                "A 1 x 1 kernel walks over a map of 56 x 56 with stride 2, without padding. How many places "
                "of the map does it read?"
            ),
            ask=_("On how many rows does the kernel stand, and on how many places of each?"),
            hints={
                "reads-everything": _(
                    "{answer} is the number of all places. On the first row, which columns does a 1 x 1 "
                    "kernel with stride 2 stand on?"
                ),
                "one-axis-only": _(
                    "{answer} is every other place of each row. On which rows does the kernel stand?"
                ),
                "stride-as-gap": _(
                    "{answer} comes out if two places are skipped between two steps. How far apart are two "
                    "places with stride 2?"
                ),
            },
        ),
    ),
    "resnet.option-b": CustomQuestion(
        _PROJECTIONS + _PROJECTION_NORMS,
        because="64×128 + 128×256 + 256×512 + 2×(128 + 256 + 512)",
        wrong={
            "norm-without-weights": _PROJECTIONS,
            "one-of-two": _PROJECTIONS + _PROJECTION_NORMS // 2,
            "all-kernels-three": 9 * _PROJECTIONS + _PROJECTION_NORMS,
            "projection-everywhere": _PROJECTIONS + _PROJECTION_NORMS + _weights(64, 64) + 2 * 64,
        },
        words=Words(
            prompt=_(
                "The three projections of ResNet-18 are 1 x 1 convolutions without bias, from 64 to 128, 128 "
                "to 256 and 256 to 512 channels, each with a batch norm. How many parameters do they have "
                "together, batch norms included?"
            ),
            ask=_(
                "Each projection is a 1 x 1 convolution without bias and a batch norm. What do the two have "
                "for 64 to 128 channels?"
            ),
            hints={
                "projection-everywhere": _(
                    "{answer} is the count if layer1 has a projection, too. What would it have to change "
                    "there?"
                )
            },
        ),
    ),
    "resnet.at-225": CustomQuestion(
        side_after(225, _LAST),
        wrong={
            "halves-downwards": 225 // 32,
            "no-pool": side_after(225, _LAST[1:]),
            "stage-one-halves": side_after(225, (*_LAST, _HALVE)),
        },
        form=NUMBER,
        words=_LAST_MAP
        | Words(
            prompt=_("A picture of 225 x 225 goes into ResNet-18. How high is the last map, after layer4?"),
            correct=_("{answer}: 225, 113, 57, 57, 29, 15, {answer}."),
        ),
    ),
    "resnet.field-first-block": ReceptiveFieldSize(
        ((7, 2), (3, 2), (3, 1), (3, 1)),
        targets=("fields-added", "field-no-stride", "fields-multiplied"),
        words=Words(
            prompt=_(
                "A number that leaves the first block of ResNet-18 looks back through four layers: conv1, "
                "kernel 7 with stride 2; maxpool, kernel 3 with stride 2; and two convolutions, kernel 3 "
                "with stride 1. How many pixels wide is its receptive field?"
            )
        ),
    ),
    "resnet.head-100": CustomQuestion(
        _18.parameters - _OLD_HEAD + _NEW_HEAD,
        because=f"{_18.parameters} - 513000 + 51300",
        wrong={
            "change-ignored": _18.parameters,
            "old-head-kept": _18.parameters + _NEW_HEAD,
            "no-bias": _18.parameters - 512 * 1000 + 512 * 100,
        },
        words=Words(
            prompt=_(
                "ResNet-18 has 11,689,512 parameters. Its Linear(512, 1000) is replaced by Linear(512, "
                "100). How many parameters does it have then?"
            ),
            ask=_("How many parameters does the old head have, and how many the new one?"),
            hints={
                "change-ignored": _(
                    "{answer} is the count with the old head. How many parameters does that head have?"
                ),
                "no-bias": _(
                    "{answer} comes out if only the weights of the two heads are exchanged. Which other "
                    "numbers does each of the heads have?"
                ),
                "old-head-kept": _(
                    "{answer} is the count with the old head and the new one. What goes, when fc is replaced?"
                ),
            },
        ),
    ),
    "resnet.trained-100": _NewHead(
        (512, 100),
        targets=("no-bias", "one-bias", "bias-per-input", "change-ignored"),
        words=Words(
            prompt=_(
                "All parameters of ResNet-18 are frozen except those of its new head, Linear(512, 100). How "
                "many parameters are still trained?"
            ),
            hints={
                "change-ignored": _(
                    "{answer} counts parameters that are replaced or frozen. Which layer is trained, and how "
                    "many outputs does it have?"
                ),
            },
        ),
    ),
    "resnet.layer3-macs": ConvMacs(
        (128, 256),
        _HALVE,
        (28, 28),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels", "same-size"),
    ),
    "resnet.block-parameters": CustomQuestion(
        _BLOCK_CONVS + _weights(48, 96) + 3 * 2 * 96,
        because="3×3×48×96 + 3×3×96×96 + 48×96 + 3×2×96",
        wrong={
            "projection-forgotten": [_BLOCK_CONVS + 2 * 2 * 96, _BLOCK_CONVS],
            "norm-without-weights": _BLOCK_CONVS + _weights(48, 96),
            "stored-as-learned": _BLOCK_CONVS + _weights(48, 96) + 3 * 4 * 96,
            "bias-before-batchnorm": _BLOCK_CONVS + _weights(48, 96) + 3 * 3 * 96,
        },
        words=Words(
            prompt=_(
                "A basic block leads from 48 to 96 channels with stride 2. It has two 3 x 3 convolutions and "
                "a 1 x 1 projection, each without bias and with a batch norm. How many parameters does the "
                "block have?"
            ),
            ask=_(
                "Count apart: the two convolutions of the main path, the projection, three batch norms. "
                "How many parameters does each have?"
            ),
            hints={
                "bias-before-batchnorm": _(
                    "{answer} is the count if the convolutions have biases. Have they any, with a batch norm "
                    "behind them?"
                ),
                "projection-forgotten": _(
                    "{answer} is a count of the main path alone. What does the shortcut have, where the "
                    "channels double?"
                ),
            },
        ),
    ),
    "resnet.running": CustomQuestion(
        2 * _NORM_CHANNELS,
        because="2×(64 + 64 + 256)",
        wrong={"one-of-two": _NORM_CHANNELS, "statistics-and-learned": 4 * _NORM_CHANNELS},
        words=Words(
            prompt=_(
                "All parameters of Bottleneck(256, 64) are frozen, and its batch norms read 64, 64 and 256 "
                "maps. How many running means and variances still move in train mode?"
            ),
            ask=_("How many maps do the batch norms read together, and what is kept for each map?"),
            hints={
                "statistics-and-learned": _(
                    "{answer} counts all numbers of the batch norms. Which of them are learned, and so "
                    "frozen?"
                )
            },
        ),
    ),
    "resnet.smallest-for-9": CustomQuestion(
        _smallest(9, 5),
        because="((((9×2 - 1)×2 - 1)×2 - 1)×2 - 1)×2 - 1",
        wrong={"only-the-exact-size": 9 * 32, "no-plus-one": 8 * 32, "no-pool": _smallest(9, 4)},
        form=NUMBER,
        words=_LAST_MAP
        | Words(
            prompt=_(
                "A ResNet-18 ends with AvgPool2d(9), which needs a last map of 9 x 9. What is the smallest "
                "height that the image can have?"
            )
        ),
    ),
    "resnet.bug-128": CustomQuestion(
        _weights(96, 128) + 2 * 128,
        because="96×128 + 2×128",
        wrong={
            "norm-without-weights": _weights(96, 128),
            "one-of-two": _weights(96, 128) + 128,
            "all-kernels-three": 9 * _weights(96, 128) + 2 * 128,
        },
        words=Words(
            prompt=_(
                "A bottleneck reads 96 channels, puts out 128, and its addition fails: the projection is "
                "missing, a 1 x 1 convolution without bias and a batch norm. How many parameters does the "
                "projection have?"
            ),
            ask=_(
                "From 96 to 128 channels: how many weights are there, and how many parameters does the "
                "batch norm behind them have?"
            ),
            hints={
                "norm-without-weights": _(
                    "{answer} is the count without the batch norm. Which two numbers does it learn for each "
                    "map?"
                )
            },
        ),
    ),
    "resnet.design-35": CustomQuestion(
        6 + _MORE,
        because=f"6 + ({_BUDGET} - {_50.parameters})//{_FURTHER}",
        wrong={"more-not-all": _MORE, "nearly-there": 6 + _MORE + 1},
        form=NUMBER,
        words=Words(
            prompt=_(
                "ResNet-50 has 25,557,032 parameters and 6 blocks in layer3. A further block leads from 1024 "
                "channels to 256 by a 1 x 1, to 256 by a 3 x 3 and back to 1024 by a 1 x 1, each without "
                "bias and with a batch norm. The network may have at most 35,000,000 parameters. How many "
                "blocks can layer3 have?"
            ),
            ask=_(
                "How many parameters does one further block have, its batch norms included, and how often "
                "do they fit into what is left?"
            ),
            hints={
                "nearly-there": _(
                    "{answer} blocks are beyond the budget, if only a little. How many stay within it?"
                ),
                "more-not-all": _("{answer} blocks can be added. How many are there already?"),
            },
        ),
    ),
    "resnet.name-bottleneck-18": LayerCount((2, 2, 2, 2), 3, targets=("counts-projections", "counts-pools")),
    "resnet.write-residual": WRITE_RESIDUAL,
    "resnet.write-shortcut": WRITE_SHORTCUT,
    "resnet.write-depth": WRITE_DEPTH,
    **IDEAS,
}
