"""Exercises of chapter 05: VGG16."""

from __future__ import annotations

from itertools import pairwise
from math import prod

from cnnbook.arithmetic import Window, conv_macs, conv_parameters, linear_parameters, receptive_field
from cnnbook.arithmetic.stacks import side_after, smallest_side
from cnnbook.exercises.chapters.vgg16_ideas import IDEAS
from cnnbook.exercises.forms import BYTES, NUMBER, SHAPE, Answer
from cnnbook.exercises.functions.vgg import WRITE_SLIDING, WRITE_VGG_PARAMETERS
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.memory import wrong_bytes
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.stage_designs import StageDesign, costs
from cnnbook.exercises.questions import CustomQuestion, Question, Values, Words
from cnnbook.exercises.words import _

_CONV, _POOL = Window(3, padding=1), Window.pool(2)
_UNPADDED = Window(3)
_VGG11, _VGG16, _VGG19 = (1, 1, 2, 2, 2), (2, 2, 3, 3, 3), (2, 2, 4, 4, 4)
_CHANNELS = (3, 64, 128, 256, 512, 512)


def _windows(stages: tuple[int, ...], conv: Window = _CONV) -> list[Window]:
    return [window for count in stages for window in (*[conv] * count, _POOL)]


_STAGE = Words(
    prompt=_(
        "An image of 3 x 224 x 224 goes into VGG16. Which shape (C, H, W) leaves stage {number}, after its "
        "pool?"
    ),
    ask=_(
        "{before} rows go into stage {number}. What do its padded convolutions make of them, and what its "
        "pool?"
    ),
    hints={
        "no-padding": _(
            "{answered} rows come out if each convolution takes 2 rows away. Which padding do VGG's "
            "convolutions have?"
        ),
        "channels-in": _(
            "{answered} is the number of channels that go into stage {number}. How many maps do this stage's "
            "convolutions make?"
        ),
    },
)


def _stage(number: int) -> Question:
    """Return the question about the output shape of a stage of VGG16, pool included."""
    before, channels = 224 >> (number - 1), _CHANNELS[number]
    convs = [_CONV] * _VGG16[number - 1]
    side = side_after(before, (*convs, _POOL))
    unpadded = side_after(before, (*[_UNPADDED] * len(convs), _POOL))
    wrong: dict[str, Values | list[Values]] = {
        "stage-keeps-size": (channels, before, before),
        "no-padding": (channels, unpadded, unpadded),
        "channels-last": (side, side, channels),
    }
    if number == 5:
        wrong["channels-always-double"] = (2 * channels, side, side)
    else:
        wrong["channels-in"] = (_CHANNELS[number - 1], side, side)
    numbers = {"number": number, "before": before}
    return CustomQuestion((channels, side, side), wrong=wrong, numbers=numbers, form=SHAPE, words=_STAGE)


_LAST = side_after(224, _windows(_VGG16))
_FEATURES = 512 * _LAST**2
_CONVS = costs(_VGG16)[1]
_DENSE = (_FEATURES, 4096, 4096, 1000)
_HEAD = sum(linear_parameters(*layer) for layer in pairwise(_DENSE))
_POOLED = linear_parameters(512, 1000)
_MORE_3, _MORE_45 = conv_parameters(256, 256, 3), conv_parameters(512, 512, 3)

_BATCHED = 32_768  # the number of features in a dense layer's error message
_BUG_SIDE = round((_BATCHED // 512) ** 0.5)


def _score_map(rows: int, columns: int) -> Answer:
    window = Window(_LAST)
    return (1000, *window.output_size((rows, columns)))


_STACK = Words(
    ask=_("Take one layer at a time. How many rows does the first leave of {n}?"),
    hints={
        "same-size": _(
            "{answer} is the number of rows that go in. Without padding, how many rows does one 3x3 layer "
            "take away?"
        ),
        "no-plus-one": _(
            "{answer} comes out if each layer takes 3 rows away. Place a kernel of 3 on 8 rows: at how many "
            "places does it fit?"
        ),
    },
)


_SCORE_MAP = Words(
    ask=_("Five pools halve each side. How large is the last map, and where does a 7x7 kernel fit into it?"),
    hints={
        "no-plus-one": _(
            "{answered} is the number of steps. The 7x7 kernel stands somewhere before its first step: how "
            "many places are there on each side?"
        ),
        "same-size": _(
            "{answered} is the number of rows of the last map. A 7x7 kernel without padding slides over it: "
            "at how many places does it fit?"
        ),
    },
)


EXERCISES: dict[str, Question] = {
    "vgg16.two-small": CustomQuestion(
        side_after(8, (_UNPADDED, _UNPADDED)),
        because="8 - (3 - 1) - (3 - 1)",
        wrong={"same-size": 8, "no-plus-one": 8 - 3 - 3, "first-layer-only": side_after(8, (_UNPADDED,))},
        numbers={"n": 8},
        form=NUMBER,
        words=_STACK
        | Words(
            prompt=_(
                "Two convolutions of 3 x 3 follow each other, with stride 1 and without padding. The first "
                "reads a map of 8 x 8. How many rows leave the second?"
            )
        ),
    ),
    "vgg16.three-small": CustomQuestion(
        side_after(8, (_UNPADDED, _UNPADDED, _UNPADDED)),
        because="8 - 2 - 2 - 2",
        wrong={
            "same-size": 8,
            "first-layer-only": side_after(8, (_UNPADDED,)),
            "one-layer-short": side_after(8, (_UNPADDED, _UNPADDED)),
        },
        numbers={"n": 8},
        form=NUMBER,
        words=_STACK
        | Words(
            prompt=_(
                "Three convolutions of 3 x 3 follow each other, with stride 1 and without padding. The first "
                "reads a map of 8 x 8. How many rows leave the third?"
            ),
            hints={
                "one-layer-short": _(
                    "{answer} rows leave the layer before the last. What does the last one leave?"
                )
            },
        ),
    ),
    "vgg16.stack-weights": CustomQuestion(
        3 * conv_parameters(64, 64, 3, bias=False),
        because="3×3×3×64×64",
        wrong={
            "field-as-kernel": conv_parameters(64, 64, 7, bias=False),
            "one-layer-counted": conv_parameters(64, 64, 3, bias=False),
            "no-input-channels": 3 * conv_parameters(1, 64, 3, bias=False),
            "biases-too": 3 * conv_parameters(64, 64, 3),
        },
        numbers={"in_channels": 64},
        targets=("field-as-kernel", "one-layer-counted", "no-input-channels"),
        words=Words(
            prompt=_(
                "Three convolutions of 3 x 3 follow each other. Each reads 64 maps and makes 64. How many "
                "weights do the three have together, without the biases?"
            ),
            ask=_(
                "Take one layer: how many weights does one of its kernels have, over all channels? How "
                "many kernels are there?"
            ),
            hints={
                "one-layer-counted": _("{answer} is right for one of the layers. How many are stacked?"),
                "no-input-channels": _(
                    "{answer} is right for kernels that read one map each. How many channels does each "
                    "kernel read here?"
                ),
                "field-as-kernel": _(
                    "{answer} is the count of one layer of 7x7 kernels. How large is each kernel of the "
                    "stack?"
                ),
            },
        ),
    ),
    **{f"vgg16.stage{number}": _stage(number) for number in range(1, 6)},
    "vgg16.flatten": CustomQuestion(
        _FEATURES,
        because="512×7×7",
        wrong={
            "flatten-forgot-space": 512,
            "flatten-forgot-channels": _LAST**2,
            "channels-always-double": 2 * _FEATURES,
        },
        words=Words(
            prompt=_(
                "An image of 3 x 224 x 224 goes into VGG16. How many numbers reach the first dense layer?"
            ),
            ask=_("Which shape (C, H, W) leaves stage 5, and how many numbers is that?"),
        ),
    ),
    "vgg16.layers": CustomQuestion(
        sum(_VGG11) + 3,
        because="1 + 1 + 2 + 2 + 2 + 3",
        wrong={"forgets-dense": sum(_VGG11), "counts-pools": [sum(_VGG11) + 3 + 5, sum(_VGG11) + 5]},
        form=NUMBER,
        words=Words(
            prompt=_(
                "The 16 in the name VGG16 counts layers. VGG16 has 2, 2, 3, 3 and 3 convolutions in its "
                "stages, five pools and three dense layers. A sister has 1, 1, 2, 2 and 2 convolutions, and "
                "the rest is alike. Which number stands in the name of the sister?"
            ),
            ask=_(
                "Count VGG16's convolutions, pools and dense layers, each kind by itself. Which of them make "
                "16?"
            ),
            hints={
                "counts-pools": _(
                    "{answer} counts the five pools, too. How many of these layers have weights?"
                ),
                "forgets-dense": _("{answer} are the convolutions. Which other layers have weights?"),
            },
        ),
    ),
    "vgg16.conv1-1-parameters": ConvParameters(
        (3, 64),
        (3, 3),
        targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input"),
        words=Words(
            prompt=_(
                "conv1_1 of VGG16 reads 3 channels and makes 64 maps, with kernels of 3 x 3 and biases. How "
                "many parameters does it have?"
            )
        ),
    ),
    "vgg16.fc6-parameters": DenseParameters(
        _DENSE[:2],
        wrong={
            "flatten-forgot-space": linear_parameters(512, 4096),
            "next-layer-counted": linear_parameters(*_DENSE[1:3]),
        },
        targets=("no-bias", "one-bias", "bias-per-input", "flatten-forgot-space", "next-layer-counted"),
        words=Words(
            prompt=_(
                "fc6 is the first dense layer of VGG16. It makes 4096 numbers, with biases. How many "
                "parameters does it have?"
            ),
            hints={
                "flatten-forgot-space": _(
                    "{answer} is right if fc6 reads one number of each of the 512 maps. How many numbers "
                    "does each map hold after stage 5?"
                ),
                "next-layer-counted": _(
                    "{answer} is the count of fc7, which reads 4096 numbers. How many numbers does fc6 read?"
                ),
            },
        ),
    ),
    "vgg16.conv1-2-macs": ConvMacs(
        (64, 64),
        _CONV,
        (224, 224),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels"),
        words=Words(
            prompt=_(
                "conv1_2 of VGG16 is {layer} and reads {input}. How many multiply-accumulates (MACs) does it "
                "take on one image?"
            )
        ),
    ),
    "vgg16.conv2-1-macs": ConvMacs(
        (64, 128),
        _CONV,
        (112, 112),
        wrong={"pools-forgotten": conv_macs((224, 224), 64, 128, 3)},
        targets=(
            "macs-doubled",
            "macs-as-parameters",
            "no-input-channels",
            "one-map-only",
            "pools-forgotten",
        ),
        words=Words(
            prompt=_(
                "conv2_1 of VGG16 is {layer} and reads {input}. How many multiply-accumulates (MACs) does it "
                "take on one image?"
            ),
            hints={
                "macs-doubled": _(
                    "{answer} is twice too much. Is each multiplication with its addition one MAC here, and "
                    "does each kernel read 64 maps or 128?"
                ),
                "no-input-channels": _(
                    "{answer} is right if each kernel reads one map. How many maps does each kernel of "
                    "conv2_1 read?"
                ),
                "one-map-only": _(
                    "{answer} is the work for one of the maps that come out. How many maps does conv2_1 make?"
                ),
                "pools-forgotten": _(
                    "{answer} is right for maps of 224 x 224. Pool1 comes before conv2_1: how many places "
                    "are left at which a kernel stands?"
                ),
            },
        ),
    ),
    "vgg16.conv2-2-macs": ConvMacs(
        (128, 128),
        _CONV,
        (112, 112),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels"),
        words=Words(
            prompt=_(
                "conv2_2 of VGG16 is {layer} and reads {input}. How many multiply-accumulates (MACs) does it "
                "take on one image?"
            )
        ),
    ),
    "vgg16.conv1-1-bytes": CustomQuestion(
        4 * 64 * prod(_CONV.output_size((224, 224))),
        because="64×224×224×4",
        wrong={
            **wrong_bytes(64 * 224 * 224),
            "one-map-only": 4 * 224 * 224,
            "input-for-output": 4 * 3 * 224 * 224,
            "weights-for-activations": 4 * conv_parameters(3, 64, 3),
        },
        form=BYTES,
        words=Words(
            prompt=_(
                "conv1_1 of VGG16 makes 64 maps of 224 x 224 of one image, in float32, at 4 bytes a number. "
                "How many bytes hold this output?"
            ),
            ask=_(
                "How many maps come out, how many numbers does each have, and how many bytes does a number "
                "have?"
            ),
            hints={
                "one-map-only": _("{answer} bytes hold one map. How many maps does conv1_1 make?"),
                "input-for-output": _(
                    "{answer} bytes hold the image that goes in. How many maps come out, and how large is "
                    "each?"
                ),
                "weights-for-activations": _(
                    "{answer} bytes hold the layer's parameters. How many numbers does the layer put out for "
                    "one image?"
                ),
            },
        ),
    ),
    "vgg16.field-conv2-1": ReceptiveFieldSize(
        ((3, 1), (3, 1), (2, 2), (3, 1)),
        targets=("fields-added", "field-no-stride", "fields-multiplied"),
        words=Words(
            prompt=_(
                "VGG16 begins with conv1_1, conv1_2, pool1 and conv2_1: {layers}. How many pixels wide is "
                "the receptive field of one unit of conv2_1?"
            ),
            ask=_(
                "What does a unit see after two convolutions, and what after the pool? How far apart are "
                "neighbours then?"
            ),
        ),
    ),
    "vgg16.score-map": CustomQuestion(
        _score_map(256 // 32, 320 // 32),
        wrong={
            "swapped-height-width": _score_map(10, 8),
            "one-answer-only": (1000, 1, 1),
            "no-plus-one": (1000, 8 - 7, 10 - 7),
            "same-size": (1000, 8, 10),
        },
        form=SHAPE,
        words=_SCORE_MAP
        | Words(
            prompt=_(
                "VGG16 has its dense layers as convolutions and reads an image of 256 x 320. Which shape (C, "
                "H, W) do the 1000 scores have?"
            ),
            correct=_("{answer}: a map of 8 x 10 has 8 - 7 + 1 and 10 - 7 + 1 places for a kernel of 7 x 7."),
            hints={
                "one-answer-only": _(
                    "A 7x7 kernel fits once into 7x7. How large is the last map of this image, and how often "
                    "does it fit there?"
                )
            },
        ),
    ),
    "vgg16.global-pool": CustomQuestion(
        _CONVS + _POOLED,
        because=f"{_CONVS} + 512×1000 + 1000",
        wrong={
            "forgets-dense": _CONVS,
            "no-bias": _CONVS + 512 * 1000,
            "global-pool-keeps-size": _CONVS + linear_parameters(_FEATURES, 1000),
            "only-first-dense-goes": _CONVS + _HEAD - linear_parameters(*_DENSE[:2]),
            "old-head-kept": _CONVS + _HEAD + _POOLED,
        },
        words=Words(
            prompt=_(
                "VGG16 gets a global average pool and one Linear(512, 1000) in place of its three dense "
                "layers. How many parameters does it have then?"
            ),
            ask=_(
                "How many parameters do the convolutions have? And how many a dense layer from 512 numbers "
                "to 1000?"
            ),
            hints={
                "forgets-dense": _(
                    "{answer} are the convolutions alone. Which layer still makes the 1000 scores?"
                ),
                "no-bias": _("{answer} leaves out the biases of the new dense layer. How many are there?"),
                "old-head-kept": _(
                    "{answer} is the count of the whole VGG16 and of the new layer. Which layers does the "
                    "new one replace?"
                ),
                "global-pool-keeps-size": _(
                    "{answer} is the count if the dense layer reads every place of the last map. What does a "
                    "global pool leave of each map?"
                ),
                "only-first-dense-goes": _(
                    "{answer} is the count with two layers of the old head. How many dense layers does the "
                    "new one have?"
                ),
            },
        ),
    ),
    "vgg16.width-48": ConvParameters(
        (96, 192), (3, 3), targets=("no-input-channels", "no-bias", "one-bias", "bias-per-input")
    ),
    "vgg16.conv5-1-macs": ConvMacs(
        (512, 512),
        _CONV,
        (256 // 16, 320 // 16),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels"),
    ),
    "vgg16.vgg19-parameters": CustomQuestion(
        costs(_VGG19)[1] + _HEAD,
        because=f"{_CONVS + _HEAD} + {_MORE_3} + 2×{_MORE_45}",
        wrong={
            "change-ignored": _CONVS + _HEAD,
            "stages-alike": _CONVS + _HEAD + 3 * _MORE_45,
            "one-layer-counted": _CONVS + _HEAD + _MORE_45,
            "no-bias": _CONVS + _HEAD + _MORE_3 - 256 + 2 * (_MORE_45 - 512),
        },
        words=Words(
            prompt=_(
                "VGG16 has 138,357,544 parameters. VGG19 has one convolution more in each of stages 3, 4 "
                "and 5. How many parameters does it have?"
            ),
            ask=_(
                "VGG19 has three convolutions more, one each in stages 3, 4 and 5. How many parameters "
                "does each have?"
            ),
            hints={
                "change-ignored": _(
                    "{answer} is the count of VGG16. Which layers does VGG19 have besides, and what does "
                    "each cost?"
                ),
                "one-layer-counted": _(
                    "{answer} adds one layer to VGG16. How many more convolutions does VGG19 have?"
                ),
                "no-bias": _(
                    "{answer} counts the weights of the new layers, without biases. How many biases does "
                    "each of them have?"
                ),
                "stages-alike": _(
                    "{answer} is right if all three additional layers have 512 channels. In which stage is "
                    "each of them?"
                ),
            },
        ),
    ),
    "vgg16.no-padding": CustomQuestion(
        side_after(224, _windows(_VGG16, _UNPADDED)),
        because="(((((224 - 4)//2 - 4)//2 - 6)//2 - 6)//2 - 6)//2",
        wrong={
            "change-ignored": _LAST,
            "stops-before-last": side_after(224, _windows(_VGG16, _UNPADDED)[:-1]),
            "one-layer-a-stage": side_after(224, _windows((1,) * 5, _UNPADDED)),
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "In VGG16 somebody forgot padding=1 in every convolution. An image of 224 x 224 goes in. How "
                "high is the last map, after the fifth pool?"
            ),
            ask=_(
                "Two rows go in each convolution, and half in each pool. How many rows leave stage 1, and "
                "how many stage 2?"
            ),
            hints={
                "change-ignored": _(
                    "{answer} is what the padded network leaves. How many rows does each unpadded "
                    "convolution take away?"
                ),
                "stops-before-last": _("{answer} rows leave the last convolution. What follows it?"),
                "one-layer-a-stage": _(
                    "{answer} comes out if each stage has one convolution. How many does each stage of VGG16 "
                    "have?"
                ),
            },
        ),
    ),
    "vgg16.bug-32768": CustomQuestion(
        smallest_side(_BUG_SIDE, [_POOL] * 5),
        because="8×2×2×2×2×2",
        wrong={
            "vgg-224-assumed": 224,
            "stops-at-last-map": _BUG_SIDE,
            "features-are-pixels": round(_BATCHED**0.5),
            "one-pool-short": _BUG_SIDE * 16,
            "largest-not-smallest": _BUG_SIDE * 32 + 31,
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "A square image goes into VGG16 without its adaptive pool, and it stops: “mat1 and mat2 "
                "shapes cannot be multiplied (1x32768 and 25088x4096)”. What is the smallest height that the "
                "image can have?"
            ),
            ask=_("Go backwards: 32,768 numbers are 512 maps of which size? Then undo the pools."),
            hints={
                "vgg-224-assumed": _(
                    "{answer} is what the layer expects, and it would have handed over 25,088. Go backwards: "
                    "32,768 numbers are 512 maps of which size?"
                ),
                "stops-at-last-map": _(
                    "{answer} is the side of the last map. How often was the image halved before?"
                ),
                "features-are-pixels": _(
                    "{answer} is about the square root of 32,768. How many maps share these numbers?"
                ),
                "one-pool-short": _(
                    "{answer} is the side before the last four pools. How many pools does VGG16 have?"
                ),
                "largest-not-smallest": _(
                    "{answer} rows leave a map of 8 rows, too, as each pool drops a row that is left over. "
                    "Which is the smallest number of rows that does?"
                ),
            },
        ),
    ),
    "vgg16.field-vgg11": ReceptiveFieldSize(
        tuple(layer for count in _VGG11 for layer in (*[(3, 1)] * count, (2, 2))),
        targets=("fields-added", "field-no-stride", "field-last-kernel"),
        words=Words(
            prompt=_(
                "VGG11 has 1, 1, 2, 2 and 2 convolutions of 3 x 3 with stride 1 in its stages, and each "
                "stage ends with a pool of 2 x 2 with stride 2. How many pixels wide is the receptive field "
                "of one unit of the last map, after the fifth pool?"
            ),
            ask=_(
                "Go layer by layer. How many pixels does one unit see, and how many pixels apart are two "
                "neighbours?"
            ),
        ),
    ),
    "vgg16.stack-for-eleven": CustomQuestion(
        next(count for count in range(1, 12) if receptive_field([Window(3)] * count)[0].size >= 11),
        because="(11 - 1)//(3 - 1)",
        wrong={"fields-added": [-(-11 // 3), 11 // 3]},
        form=NUMBER,
        words=Words(
            prompt=_(
                "How many convolutions of 3 x 3 with stride 1 must follow each other to see as far as one of "
                "11 x 11?"
            ),
            ask=_("One layer sees 3. How many pixels more does each further layer see?"),
            hints={
                "fields-added": _(
                    "{answer} is 11 divided by 3, rounded. What one layer's neighbours see overlaps: from "
                    "one neighbour to the next, how many pixels are new?"
                )
            },
        ),
    ),
    "vgg16.design": StageDesign(
        212,
        14_000_000,
        8_000_000_000,
        wrong={
            "paper-design": _VGG16,
            "first-stage-cheapest": (60, 1, 1, 1, 1),
            "depth-spread-evenly": (3, 3, 3, 3, 3),
        },
        targets=("paper-design", "first-stage-cheapest", "depth-spread-evenly"),
        words=Words(
            prompt=_(
                "Choose how many convolutions each of VGG's five stages has, one or more, so that a unit of "
                "the last map sees at least {sees} pixels, with fewer than {parameters_below} parameters and "
                "fewer than {macs_below} MACs in the convolutions, at 224 x 224."
            ),
            hints={
                "paper-design": _(
                    "VGG16 itself sees far enough, and costs too much. In which stage does one convolution "
                    "add most to the field, and what does it cost there?"
                ),
                "first-stage-cheapest": _(
                    "That is cheap in parameters. What does a convolution on 224 x 224 cost in MACs, and how "
                    "many pixels does it add to the field?"
                ),
                "depth-spread-evenly": _(
                    "A convolution adds two steps to the field. How many pixels is one step in stage 1, and "
                    "how many in stage 5?"
                ),
            },
        ),
    ),
    "vgg16.write-parameters": WRITE_VGG_PARAMETERS,
    "vgg16.write-sliding": WRITE_SLIDING,
    **IDEAS,
}
