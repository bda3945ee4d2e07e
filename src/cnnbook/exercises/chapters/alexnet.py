"""Exercises of chapter 04: AlexNet, torchvision's variant and the network of 2012."""

from __future__ import annotations

from math import prod

from cnnbook.arithmetic import Window, conv_parameters, linear_parameters
from cnnbook.arithmetic.stacks import size_after, smallest_side
from cnnbook.exercises.chapters.alexnet_ideas import IDEAS
from cnnbook.exercises.forms import AMOUNT, NUMBER
from cnnbook.exercises.functions.alexnet import WRITE_DROPOUT, WRITE_GROUPED_PARAMETERS
from cnnbook.exercises.kinds.axis import Axis
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.settings import SettingFor
from cnnbook.exercises.kinds.windows import WindowQuestion, pool_question
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.words import _

_STEM, _STEM_2012 = Window(11, stride=4, padding=2), Window(11, stride=4)
_CONV2, _CONV3, _POOL = Window(5, padding=2), Window(3, padding=1), Window.pool(3, 2)
_REST = (_POOL, _CONV2, _POOL, _CONV3, _CONV3, _CONV3, _POOL)


_LAST, _LAST_UNPADDED = size_after((224, 224), (_STEM, *_REST)), size_after((224, 224), (_STEM_2012, *_REST))
_FEATURES = 256 * prod(_LAST)
_FEATURES_UNPADDED = 256 * prod(_LAST_UNPADDED)

# Input channels, output channels and kernel size of torchvision's five convolutions.
_CONVS = ((3, 64, 11), (64, 192, 5), (192, 384, 3), (384, 256, 3), (256, 256, 3))
_CONV_COUNT = sum(conv_parameters(*layer) for layer in _CONVS)


def _total(hidden: int, *, convs: int = _CONV_COUNT, second: int | None = None) -> int:
    """Return the number of parameters if the dense layers have `hidden` and `second` (or `hidden`) units."""
    second = second or hidden
    return (
        convs
        + linear_parameters(_FEATURES, hidden)
        + linear_parameters(hidden, second)
        + linear_parameters(second, 1000)
    )


_LIMIT = 30_000_000
_WIDTHS = range(256, 4097, 256)
_WIDEST = max(width for width in _WIDTHS if _total(width) < _LIMIT)

# Local response normalization: the values of five maps at one place. The sum for the fourth covers three.
_MAPS = (1, 2, 0, 3, 2)
_NEIGHBOURS = _MAPS[2:5]

# The largest number of windows of a pool (kernel 3, stride 2, starts 0, 2, 4, ...) that read the same row.
_MOST_READS = max(sum(row in range(start, start + 3) for start in range(0, 29, 2)) for row in range(31))


def _smallest_input(side: int, padding: int = 2) -> int:
    """Return the smallest image side for a last map of this side; `padding` is that of the first layer."""
    return smallest_side(side, (Window(11, stride=4, padding=padding), *_REST))


_POOL_STRIDE_3 = Window.pool(3)
_WITH_STRIDE_3 = (_STEM, _POOL_STRIDE_3, _CONV2, _POOL_STRIDE_3, _CONV3, _CONV3, _CONV3, _POOL_STRIDE_3)
_POOL_STRIDE_1 = Window(3)
_WITH_STRIDE_1 = (_STEM, _POOL_STRIDE_1, _CONV2, _POOL_STRIDE_1, _CONV3, _CONV3, _CONV3, _POOL_STRIDE_1)

# Kernel size and stride, from the input to the last map.
_CHAIN = ((11, 4), (3, 2), (5, 1), (3, 2), (3, 1), (3, 1), (3, 1), (3, 2))

_GROUPED = conv_parameters(384, 384, 3, groups=6)
_HEAD = linear_parameters(256, 1000)

_HEIGHT_160, _WIDTH_224 = size_after((160, 224), (_STEM, _POOL))  # for an image of 160 × 224

# How many rows the last map and the maps before each pool have at least, from the last one backwards.
_BACKWARDS = (1, *(smallest_side(1, _REST[at:]) for at in (6, 2, 0)))
# How many rows conv1 and each pool leave if the stride of the pools was forgotten.
_FORWARDS = tuple(size_after((224, 224), _WITH_STRIDE_3[:count])[0] for count in (1, 2, 4, 8))

# Pools have no padding, so none is spoken of.
_POOL_ASK = _("How many rows does the first window cover, and how many whole steps of {s} are in the rest?")

EXERCISES: dict[str, Question] = {
    "alexnet.conv1": WindowQuestion(
        (224, 224),
        _STEM,
        (3, 64),
        targets=("no-padding", "rounds-up", "no-stride", "channels-in"),
        words=Words(
            prompt=_(
                "conv1 of torchvision's AlexNet is {layer} and reads {input}, that is (channels, height, "
                "width). What comes out?"
            ),
            ask=_(
                "How many rows has the photograph with its padding? How many whole steps of 4 can the kernel "
                "make in them, and what becomes of the remainder?"
            ),
        ),
    ),
    "alexnet.pool1": pool_question(
        (64, 55, 55),
        _POOL,
        "no-plus-one",
        "no-stride",
        "pool-divides-channels",
        words=Words(
            prompt=_(
                "pool1 of torchvision's AlexNet is {layer} and reads the maps of conv1. Which shape "
                "(channels, height, width) comes out?"
            ),
            ask=_POOL_ASK,
        ),
    ),
    "alexnet.conv2": WindowQuestion(
        (27, 27),
        _CONV2,
        (64, 192),
        targets=("no-padding", "padding-once", "channels-in"),
        words=Words(
            prompt=_(
                "conv2 of torchvision's AlexNet is {layer} and reads the maps of pool1. Which shape "
                "(channels, height, width) comes out?"
            )
        ),
    ),
    "alexnet.pool2": pool_question(
        (192, 27, 27),
        _POOL,
        "no-plus-one",
        "no-stride",
        "pool-divides-channels",
        words=Words(
            prompt=_(
                "pool2 of torchvision's AlexNet is {layer} and reads the maps of conv2. Which shape "
                "(channels, height, width) comes out?"
            ),
            ask=_POOL_ASK,
        ),
    ),
    "alexnet.conv3": WindowQuestion(
        (13, 13),
        _CONV3,
        (192, 384),
        targets=("no-padding", "padding-once", "channels-multiplied"),
        words=Words(
            prompt=_(
                "conv3 of torchvision's AlexNet is {layer} and reads the maps of pool2. Which shape "
                "(channels, height, width) comes out?"
            )
        ),
    ),
    "alexnet.pool5": pool_question(
        (256, 13, 13),
        _POOL,
        "no-plus-one",
        "no-stride",
        "pool-divides-channels",
        words=Words(
            prompt=_(
                "conv5 of torchvision's AlexNet makes 256 maps. pool5 is {layer} and reads them. Which shape "
                "(channels, height, width) comes out?"
            ),
            ask=_POOL_ASK,
        ),
    ),
    "alexnet.flatten": CustomQuestion(
        _FEATURES,
        because="256×6×6",
        wrong={
            "flatten-forgot-space": 256,
            "flatten-forgot-channels": prod(_LAST),
            "alexnet-224-unpadded": _FEATURES_UNPADDED,
            "stage-keeps-size": 256 * prod(size_after((224, 224), (_STEM, *_REST[:-1]))),
        },
        words=Words(
            prompt=_(
                "torchvision's AlexNet reads an image of 224 x 224. How many numbers reach its first dense "
                "layer?"
            ),
            ask=_("Which shape (C, H, W) leaves the last pool, and how many numbers is that?"),
            hints={
                "alexnet-224-unpadded": _(
                    "{answer} is what 224 gives without padding. Which padding does torchvision's first "
                    "convolution have?"
                ),
                "stage-keeps-size": _("{answer} is what leaves conv5. Which pool comes after it?"),
            },
        ),
    ),
    "alexnet.overlap": CustomQuestion(
        _MOST_READS**2,
        because="2×2",
        wrong={"windows-apart": 1, "one-axis-only": _MOST_READS, "kernel-area": 3 * 3},
        numbers={"most": _MOST_READS},
        form=NUMBER,
        words=Words(
            prompt=_(
                "A pool of 3 x 3 with stride 2 reads a map of 31 x 40. What is the largest number of windows "
                "that read the same pixel?"
            ),
            ask=_(
                "Take one axis first. The windows start in the rows 0, 2, 4, ... and are 3 high: which of "
                "them read row 2?"
            ),
            correct=_(
                "{answer}: {most} windows share a row and {most} a column. Where both cross, {most}×{most} "
                "windows meet."
            ),
            hints={
                "windows-apart": _(
                    "{answer} is right for windows that lie side by side. The first window covers the rows "
                    "0, 1 and 2: in which row does the next one start?"
                ),
                "one-axis-only": _(
                    "{answer} is right for a single row of pixels. Here the windows overlap downwards and "
                    "sideways: how many are there at a corner where both meet?"
                ),
                "kernel-area": _(
                    "{answer} is how many pixels one window reads. At stride 2, how many windows of 3 reach "
                    "one and the same row?"
                ),
            },
        ),
    ),
    "alexnet.lrn-divisor": CustomQuestion(
        1 + sum(a * a for a in _NEIGHBOURS),
        because=f"1 + {' + '.join(f'{a}×{a}' for a in _NEIGHBOURS)}",
        wrong={
            "lrn-no-constant": sum(a * a for a in _NEIGHBOURS),
            "lrn-own-map": 1 + _MAPS[3] ** 2,
            "lrn-all-maps": 1 + sum(a * a for a in _MAPS),
            "lrn-not-squared": 1 + sum(_NEIGHBOURS),
        },
        form=AMOUNT,
        words=Words(
            prompt=_(
                "Local response normalization has n = 3, k = 1, alpha = 1 and beta = 1, in the paper's "
                "convention. Five maps hold 1, 2, 0, 3, 2 at one place. By which number is the 3 divided?"
            ),
            ask=_("Which three maps are summed? What are their squares, and what is k?"),
            hints={
                "lrn-no-constant": _(
                    "{answer} is the sum of the squares. Which constant stands in front of it in the formula?"
                ),
                "lrn-own-map": _(
                    "{answer} is k plus the square of the 3 alone. Which maps lie beside it, and are they "
                    "summed as well?"
                ),
                "lrn-all-maps": _(
                    "{answer} counts all the maps. How many of them does n = 3 take, around the fourth?"
                ),
                "lrn-not-squared": _(
                    "{answer} comes out if the neighbours are added as they are. What does the formula do to "
                    "each first?"
                ),
            },
        ),
    ),
    "alexnet.dropout-survivor": CustomQuestion(
        3 * 4,
        because="3/(1 - 3/4)",
        wrong={"dropout-unscaled": 3, "dropout-by-p": 3 * 4 // 3},
        form=AMOUNT,
        words=Words(
            prompt=_(
                "A layer nn.Dropout(0.75) is in training mode. One of its inputs is a 3, and it is not set "
                "to 0. Which number comes out in its place?"
            ),
            ask=_("Which share of the numbers survives? What is 3 divided by that share?"),
            hints={
                "dropout-unscaled": _(
                    "With {answer} only a quarter of the sum would arrive, on average. By which factor must "
                    "a survivor grow to make up for the others?"
                ),
                "dropout-by-p": _(
                    "{answer} is 3 divided by 0.75, the share that is dropped. Which share survives, and so "
                    "by what is a survivor divided?"
                ),
            },
        ),
    ),
    "alexnet.conv2-grouped": ConvParameters(
        (96, 256),
        (5, 5),
        groups=2,
        targets=("groups-ignored", "groups-twice", "no-bias", "no-input-channels"),
    ),
    "alexnet.weighted-layers": CustomQuestion(
        5 + 3,
        because="5 + 3",
        wrong={"counts-pools": 5 + 3 + 3, "forgets-dense": 5},
        form=NUMBER,
        words=Words(
            prompt=_("How many layers of torchvision's AlexNet have weights?"),
            ask=_("How many convolutions are there, and how many dense layers?"),
            hints={
                "counts-pools": _(
                    "{answer} counts the pools, too. What is there to learn in the largest of nine numbers?"
                ),
                "forgets-dense": _(
                    "{answer} is how many convolutions there are. Which other layers have weights?"
                ),
            },
        ),
    ),
    "alexnet.first-dense": DenseParameters(
        (_FEATURES, 4096),
        targets=("no-bias", "one-bias", "bias-per-input"),
        words=Words(
            prompt=_(
                "The first dense layer of torchvision's AlexNet makes 4096 numbers, with biases. How many "
                "parameters does it have?"
            )
        ),
    ),
    "alexnet.at-224": WindowQuestion(
        (224,),
        Window((11,), 4),
        targets=("rounds-up", "no-plus-one", "no-stride", "divides-by-stride"),
        words=Words(
            prompt=_(
                "The first convolution of 2012 has kernel_size=11 and stride=4. It reads 224 rows without "
                "padding. How many rows come out?"
            )
        ),
    ),
    "alexnet.at-224-features": CustomQuestion(
        _FEATURES_UNPADDED,
        because="256×5×5",
        wrong={
            "alexnet-6-assumed": _FEATURES,
            "flatten-forgot-space": 256,
            "flatten-forgot-channels": prod(_LAST_UNPADDED),
        },
        words=Words(
            prompt=_(
                "The AlexNet of 2012 reads an image of 224 x 224, without padding in its first convolution. "
                "How many numbers leave its last pool, with its 256 maps?"
            ),
            ask=_(
                "Go on from the first convolution's side: what does each of the three pools make of it? The "
                "other convolutions keep the size. How many maps are there at the end?"
            ),
            hints={
                "alexnet-6-assumed": _(
                    "{answer} is what the network was made for. Start from the side that you found for the "
                    "first convolution: what do the three pools make of it?"
                )
            },
        ),
    ),
    "alexnet.padding-for-55": SettingFor(
        Axis(224, 11, stride=4),
        55,
        targets=("rounds-up",),
        words=Words(
            prompt=_(
                "{n} rows go into a convolution with kernel_size={k} and stride={s}, and {m} rows are to "
                "come out. Which padding does that? There are two, and one of them is enough."
            )
        ),
    ),
    "alexnet.field-last": ReceptiveFieldSize(
        _CHAIN,
        targets=("fields-added", "field-no-stride", "field-last-kernel"),
        words=Words(
            prompt=_(
                "These are the convolutions and pools of AlexNet, from the image to the last map: {layers}. "
                "How many pixels wide is the receptive field of one number of the last map?"
            )
        ),
    ),
    "alexnet.conv3-parameters": ConvParameters(
        (192, 384), (3, 3), groups=4, targets=("groups-ignored", "groups-twice", "no-bias", "one-bias")
    ),
    "alexnet.conv2-macs": ConvMacs(
        (64, 192),
        _CONV2,
        (_HEIGHT_160, _WIDTH_224),
        targets=("macs-as-parameters", "macs-doubled", "no-input-channels"),
    ),
    "alexnet.field-stride-two": ReceptiveFieldSize(
        ((11, 2), *_CHAIN[1:]),
        targets=("fields-added", "field-no-stride", "field-last-kernel"),
        words=Words(
            prompt=_(
                "AlexNet's first convolution gets stride 2 in place of 4, so the convolutions and pools are "
                "now: {layers}. How many pixels wide is the receptive field of one number of the last map?"
            )
        ),
    ),
    "alexnet.groups-from-count": CustomQuestion(
        conv_parameters(384, 384, 3, bias=False) // (_GROUPED - 384),
        because=f"3×3×384×384/({_GROUPED} - 384)",
        wrong={"group-size": (_GROUPED - 384) // (3 * 3 * 384)},
        form=AMOUNT,
        words=Words(
            prompt=_(
                "A Conv2d(384, 384, kernel_size=3, groups=...) has 221,568 parameters, biases included. How "
                "many groups does it have?"
            ),
            ask=_(
                "Take the 384 biases off. How many weights would there be without groups, and how many times "
                "fewer are there here?"
            ),
            formula=_("The weights alone are the parameters without the biases: 221,568 - 384."),
            hints={
                "group-size": _(
                    "{answer} is how many of the input channels one kernel reads. How many such parts do all "
                    "the input channels make?"
                )
            },
        ),
    ),
    "alexnet.smallest-input": CustomQuestion(
        _smallest_input(1),
        wrong={
            "no-padding": _smallest_input(1, padding=0),
            "padding-once": _smallest_input(1, padding=1),
            "last-map-six": _smallest_input(6),
            "field-is-smallest": ReceptiveFieldSize(_CHAIN).key,
            "kernel-is-smallest": 11 - 2 * 2,
        },
        numbers={
            "p": 2,
            "lines": "rows",
            "ends": "at the top and at the bottom",
            "chain": " ← ".join(map(str, _BACKWARDS)),
            "first": _BACKWARDS[-1],
            "padded": _smallest_input(1) + 2 * 2,
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "On which smallest square image does torchvision's AlexNet run without an error? Its "
                "adaptive pool takes any last map, even one of 1 x 1. How high is that image?"
            ),
            formula=_(
                "For m rows, a pool of 3 with stride 2 needs (m - 1)×2 + 3 rows, and the first convolution "
                "needs (m - 1)×4 + 11, padding included."
            ),
            substituted=_("Backwards from the last map: {chain} rows, then ({first} - 1)×4 + 11."),
            correct=_("{answer}: backwards {chain} ← {padded} rows, and the padding brings 2×{p} of them."),
            ask=_(
                "Go backwards from a last map of 1×1. How many rows does each pool of 3 with stride 2 need "
                "for that, and how many the first convolution?"
            ),
            hints={
                "no-padding": _(
                    "{answer} rows are needed once the padding is there. How many of them does padding={p} "
                    "bring?"
                ),
                "padding-once": _(
                    "{answer} is right if padding={p} is the total of both sides. It is added {ends}: how "
                    "many rows are that together?"
                ),
                "last-map-six": _(
                    "{answer} leaves the last map as high as the dense layer wants it. But the adaptive pool "
                    "stands between: how few rows can it start from?"
                ),
                "field-is-smallest": _(
                    "{answer} is what one number of the last map looks at. May a part of that be padding?"
                ),
                "kernel-is-smallest": _(
                    "Into {answer} rows and their padding the first kernel fits once. How many rows must it "
                    "leave for the pools behind it?"
                ),
            },
        ),
    ),
    "alexnet.pool-bug": CustomQuestion(
        size_after((224, 224), _WITH_STRIDE_3)[0],
        wrong={"pool-stride-one": size_after((224, 224), _WITH_STRIDE_1)[0], "change-ignored": _LAST[0]},
        numbers={
            "rows": _FORWARDS[0],
            "pooled": _FORWARDS[1],
            "chain": " → ".join(map(str, _FORWARDS)),
        },
        form=NUMBER,
        words=Words(
            formula=_("A pool of k with stride s makes floor((n - k)/s) + 1 rows of n."),
            substituted=_("The first pool makes {pooled} rows of the {rows}."),
            correct=_("{answer}: the three pools make {chain} rows."),
            prompt=_(
                "In torchvision's AlexNet somebody forgot the stride of all three pools: each of them is "
                "MaxPool2d(3). An image of 224 x 224 comes in. How high is the map that reaches the adaptive "
                "pool?"
            ),
            ask=_(
                "Which stride does a pool take when none is written? Then follow the side 55 through the "
                "three pools."
            ),
            hints={
                "pool-stride-one": _(
                    "{answer} is what pools with stride 1 leave. Which stride has MaxPool2d(3), when none is "
                    "written?"
                ),
                "change-ignored": _(
                    "{answer} rows come after all three pools of the right network, and after two of the "
                    "wrong one. What does the third make of them?"
                ),
            },
        ),
    ),
    "alexnet.global-head": CustomQuestion(
        _CONV_COUNT + _HEAD,
        because=f"{_CONV_COUNT} + 256×1000 + 1000",
        wrong={
            "forgets-convolutions": _HEAD,
            "no-bias": _CONV_COUNT + _HEAD - 1000,
            "global-pool-keeps-size": _CONV_COUNT + linear_parameters(_FEATURES, 1000),
        },
        words=Words(
            prompt=_(
                "Behind the five convolutions and three pools of torchvision's AlexNet stand only "
                "AdaptiveAvgPool2d(1) and one dense layer to 1,000 names. How many parameters does the "
                "network have?"
            ),
            ask=_("How many parameters do the five convolutions have, and how many the new layer?"),
            hints={
                "forgets-convolutions": _(
                    "{answer} is the count of the new layer alone. What do the five convolutions add to it?"
                ),
                "global-pool-keeps-size": _(
                    "{answer} is the count if the dense layer reads 6×6 numbers of each map. How many does "
                    "AdaptiveAvgPool2d(1) leave of each?"
                ),
                "no-bias": _(
                    "{answer} is the count without the new layer's biases. To how many outputs does it lead, "
                    "and what does each add?"
                ),
            },
        ),
    ),
    "alexnet.narrower": CustomQuestion(
        _WIDEST,
        because=f"{_WIDEST // 256}×256",
        wrong={
            "forgets-convolutions": max(w for w in _WIDTHS if _total(w, convs=0) < _LIMIT),
            "one-layer-changed": max(w for w in _WIDTHS if _total(w, second=4096) < _LIMIT),
        },
        numbers={"total": _total(_WIDEST), "wider": _WIDEST + 256, "too_many": _total(_WIDEST + 256)},
        form=AMOUNT,
        words=Words(
            prompt=_(
                "In torchvision's AlexNet the first two dense layers get w units in place of 4096. The "
                "network must have fewer than 30 million parameters, and w must be a multiple of 256. What "
                "is the largest w?"
            ),
            ask=_(
                "Write the total for a width of w: the convolutions, 9216×w + w, w×w + w and w×1000 + 1000. "
                "What do you get for a first guess, and what for the next multiple of 256?"
            ),
            correct=_(
                "{answer} units: {total} parameters in all. With {wider} units it would be {too_many}."
            ),
            hints={
                "forgets-convolutions": _(
                    "{answer} is right if the convolutions are not counted. What do the five convolutions "
                    "add to the count?"
                ),
                "one-layer-changed": _(
                    "{answer} is right if one of the two layers keeps its 4,096 units. Which numbers "
                    "of the three dense layers change?"
                ),
            },
        ),
    ),
    **IDEAS,
    "alexnet.write-dropout": WRITE_DROPOUT,
    "alexnet.write-grouped-parameters": WRITE_GROUPED_PARAMETERS,
}
