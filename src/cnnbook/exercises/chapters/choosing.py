"""Exercises of chapter 08: choosing a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cnnbook.arithmetic import Window
from cnnbook.arithmetic.stacks import side_after
from cnnbook.exercises.chapters.choosing_ideas import IDEAS
from cnnbook.exercises.forms import AMOUNT, BYTES, NUMBER
from cnnbook.exercises.functions.choosing import WRITE_CHOICE, WRITE_DOMINATED
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.memory import FLOAT32 as _FLOAT
from cnnbook.exercises.kinds.memory import wrong_bytes
from cnnbook.exercises.questions import CustomQuestion, Question, Values, Words
from cnnbook.exercises.words import _
from cnnbook.networks.shipped import shipped

_VALIDATION_IMAGES = 50_000  # ImageNet's


class Candidate(NamedTuple):
    """A row of the chapter's table: a network, the accuracy of its first weights, and its costs."""

    name: str
    top1: float
    parameters: int
    macs: int


# Top-1 in percent, from the metadata of torchvision's IMAGENET1K_V1 weights; a test compares the two.
TOP1 = {
    "alexnet": 56.522,
    "vgg16": 71.592,
    "googlenet": 69.778,
    "inception_v3": 77.294,
    "resnet18": 69.758,
    "resnet34": 73.314,
    "resnet50": 76.130,
}
TOP1_OF_V2 = 80.858  # ResNet-50, IMAGENET1K_V2

CANDIDATES = tuple(
    Candidate(name, top1, shipped(name).parameters, shipped(name).macs) for name, top1 in TOP1.items()
)
_BY_NAME = {candidate.name: candidate for candidate in CANDIDATES}


def _dominated(candidate: Candidate) -> bool:
    """Return whether another row is better in all three numbers."""
    return any(
        other.top1 > candidate.top1
        and other.parameters < candidate.parameters
        and other.macs < candidate.macs
        for other in CANDIDATES
    )


def _row(name: str) -> int:
    """Return the number of the row in the chapter's table, counted from 1."""
    return 1 + list(TOP1).index(name)


_CHOICE = Words(
    ask=_(
        "First cross out the rows that break the condition. Then compare those that are left: which is best?"
    ),
    incorrect=_("Row {answer} is not the one."),
    hints={"accuracy-only": _("Row {answer} has the highest top-1 of all. Does it meet the condition?")},
)


def _choice(
    fits: Callable[[Candidate], bool], best: Callable[[Candidate], float], wrong: dict[str, str], words: Words
) -> Question:
    """Return the question about the best row that fits; `wrong` gives the row of each misconception."""
    chosen = max(filter(fits, CANDIDATES), key=best)
    slips: dict[str, Values | list[Values]] = {belief: _row(name) for belief, name in wrong.items()}
    return CustomQuestion(_row(chosen.name), wrong=slips, form=NUMBER, words=_CHOICE | words)


def _last_map(side: int) -> int:
    """Return the side of a ResNet's last map: the stem has two windows of stride 2, the stages three."""
    return side_after(side, (Window(7, stride=2, padding=3), *[Window(3, stride=2, padding=1)] * 4))


_R18, _R50 = _BY_NAME["resnet18"], _BY_NAME["resnet50"]
_ADAM = wrong_bytes(4 * _R18.parameters)  # Adam keeps four numbers for each parameter
_GAIN = round((TOP1_OF_V2 - _R50.top1) * _VALIDATION_IMAGES / 100)
_REPORTED = 32 * _R50.macs  # the MACs in a table that counted a batch of 32 images
_CONV1 = shipped("alexnet")["features.0"]
_USES = _CONV1.output_shape[2] * _CONV1.output_shape[3]

_IMAGES = AMOUNT._replace(
    fraction=_(
        "{value} is not a whole number, and images are counted. Which of the two numbers is divided by the "
        "other?"
    )
)

EXERCISES: dict[str, Question] = {
    "choosing.dominated": CustomQuestion(
        sum(map(_dominated, CANDIDATES)),
        form=AMOUNT,
        wrong={"accuracy-only": len(CANDIDATES) - 1, "nearest-rival-missed": 1},
        words=Words(
            prompt=_(
                "A network is dominated if another row of the table is better in all three numbers: "
                "higher top-1, fewer parameters, fewer MACs. How many of the seven networks, with their "
                "first weights, are dominated?"
            ),
            ask=_(
                "Take one row at a time. Which rows have a higher top-1? Does one of them have fewer "
                "parameters and fewer MACs?"
            ),
            correct=_(
                "{answer}: VGG16 is beaten by Inception-v3, ResNet-34 and ResNet-50, ResNet-18 by GoogLeNet."
            ),
            hints={
                "accuracy-only": _(
                    "{answer} is the number of rows below the most accurate. Must such a row also have more "
                    "parameters and more MACs than a better one?"
                ),
                "nearest-rival-missed": _(
                    "Two rows differ by only 0.02 points of top-1. Which of the two needs more parameters "
                    "and more MACs?"
                ),
            },
        ),
    ),
    "choosing.gain-images": CustomQuestion(
        _GAIN,
        because="(80858 - 76130)×50000//100000",
        wrong={
            "percent-not-divided": 100 * _GAIN,
            "right-not-gained": round(TOP1_OF_V2 * _VALIDATION_IMAGES / 100),
            "share-of-share": round((TOP1_OF_V2 / _R50.top1 - 1) * _VALIDATION_IMAGES),
        },
        words=Words(
            prompt=_(
                "On the 50,000 validation images ResNet-50 has a top-1 of 76.130 % with its first "
                "weights, and of 80.858 % with its second. How many more of the images does it get right "
                "with the second?"
            ),
            ask=_("How many points lie between the two? How many images is one point?"),
            hints={
                "percent-not-divided": _(
                    "{answer} is 50,000 times the difference in points. How many images is one percent of "
                    "50,000?"
                ),
                "right-not-gained": _(
                    "{answer} images are right with the second weights. How many of them were right before?"
                ),
                "share-of-share": _(
                    "{answer} comes out if the gain is a share of the images that were right before. Of how "
                    "many images are both percentages?"
                ),
            },
        ),
    ),
    "choosing.conv1-uses": CustomQuestion(
        _USES,
        because="55×55",
        wrong={
            "weight-used-once": 1,
            "kernel-area": [11 * 11, 11 * 11 * 3],
            "one-axis-only": _CONV1.output_shape[3],
            "weights-as-connections": [11 * 11 * _USES, 11 * 11 * 3 * _USES],
            "uses-per-map": 64 * _USES,
            "input-places": 224 * 224,
        },
        words=Words(
            prompt=_(
                "AlexNet's first convolution makes maps of 55 x 55. How often is one of its weights used for "
                "one picture?"
            ),
            ask=_("For one number of the map each weight of its kernel is used once. How many numbers?"),
            hints={
                "kernel-area": _(
                    "{answer} is a number of weights: a slice of the kernel has 121, the kernel 363. At how "
                    "many places does each of them stand?"
                ),
                "one-axis-only": _(
                    "{answer} places lie in one row of the map. How many such rows are there?"
                ),
                "weights-as-connections": _(
                    "{answer} counts the uses of many weights together. How often is a single one used?"
                ),
                "weight-used-once": _(
                    "{answer} is right for a dense layer. At how many places does this kernel stand, one "
                    "after the other?"
                ),
                "uses-per-map": _(
                    "{answer} counts all 64 maps. A weight belongs to one kernel: how many maps does that "
                    "one make?"
                ),
                "input-places": _(
                    "{answer} is the number of pixels of the picture. With stride 4 the kernel skips some: "
                    "how large is the map that comes out?"
                ),
            },
        ),
    ),
    "choosing.weights-bytes": CustomQuestion(
        _FLOAT * _R50.parameters,
        because=f"4×{_R50.parameters}",
        wrong={**wrong_bytes(_R50.parameters), "macs-for-memory": _FLOAT * _R50.macs},
        form=BYTES,
        words=Words(
            prompt=_(
                "ResNet-50 has 25,557,032 parameters, each a float32 number of 4 bytes. How many bytes do "
                "they take?"
            ),
            ask=_("How many numbers are stored, and how many bytes does each take?"),
            hints={
                "macs-for-memory": _(
                    "{answer} is four bytes for each MAC. Which number says how much there is to store, and "
                    "which how much to do?"
                )
            },
        ),
    ),
    "choosing.map-at-112": CustomQuestion(
        _last_map(112),
        because="112 -> 56 -> 28 -> 14 -> 7 -> 4",
        wrong={"halves-downwards": _last_map(224) // 2, "change-ignored": _last_map(224)},
        form=NUMBER,
        words=Words(
            prompt=_(
                "ResNet-18 reads an image of 112 x 112 in place of 224 x 224. How many rows does its last "
                "map have, the one before the global average pool?"
            ),
            ask=_("Five windows halve the side. What leaves the first two?"),
            hints={
                "change-ignored": _(
                    "{answer} is the side at 224. How many rows leave each of the five windows that halve, "
                    "from 112 on?"
                ),
                "halves-downwards": _(
                    "{answer} is half of 7, rounded down. What does the formula make of 7 rows, with kernel "
                    "3, stride 2 and padding 1?"
                ),
            },
        ),
    ),
    "choosing.depthwise-macs": ConvMacs(
        (32, 32),
        Window(3, padding=1),
        (14, 14),
        groups=32,
        targets=("groups-ignored", "macs-doubled", "macs-as-parameters"),
        words=Words(
            prompt=_(
                "The depthwise layer Conv2d(32, 32, kernel_size=3, padding=1, groups=32) reads one image "
                "of (32, 14, 14), that is (channels, height, width). How many multiply-accumulates (MACs) "
                "does it take?"
            )
        ),
    ),
    "choosing.flops": CustomQuestion(
        2 * _R18.macs,
        because=f"2×{_R18.macs}",
        wrong={"macs-for-flops": _R18.macs, "flops-halved": _R18.macs // 2},
        words=Words(
            prompt=_(
                "ResNet-18 takes 1,814,073,344 MACs. A table counts each multiplication and each addition as "
                "one operation (FLOP). How many FLOPs does it list?"
            ),
            ask=_("How many operations is one multiply-accumulate?"),
            hints={
                "macs-for-flops": _(
                    "{answer} is the number of MACs. How many operations is one multiply-accumulate?"
                ),
                "flops-halved": _(
                    "{answer} is half the number of MACs. Is a multiply-accumulate more operations than one, "
                    "or fewer?"
                ),
            },
        ),
    ),
    "choosing.adam-bytes": CustomQuestion(
        4 * _FLOAT * _R18.parameters,
        because=f"4×4×{_R18.parameters}",
        wrong={
            "weights-only": _FLOAT * _R18.parameters,
            "optimizer-forgotten": 2 * _FLOAT * _R18.parameters,
            "one-moment": 3 * _FLOAT * _R18.parameters,
            "bytes-of-float64": _ADAM["bytes-of-float64"],
            "mb-for-mib": _ADAM["mb-for-mib"],
        },
        form=BYTES,
        words=Words(
            prompt=_(
                "Training ResNet-18 (11,689,512 parameters) with Adam keeps four float32 numbers of 4 "
                "bytes for each parameter: the weight, its gradient and two running means. How many bytes "
                "are these together, activations left out?"
            ),
            ask=_("How many numbers per parameter are kept, and how many bytes are they?"),
            hints={
                "weights-only": _(
                    "{answer} bytes hold the weights. What else does training keep for each of them?"
                ),
                "optimizer-forgotten": _(
                    "{answer} bytes hold weights and gradients. How many numbers per weight does Adam keep "
                    "besides?"
                ),
                "one-moment": _(
                    "{answer} bytes are three numbers per parameter. How many running means does Adam keep, "
                    "besides weight and gradient?"
                ),
            },
        ),
    ),
    "choosing.small-file": _choice(
        lambda row: _FLOAT * row.parameters <= 50_000_000,
        lambda row: row.top1,
        {"newest-is-best": "resnet18", "accuracy-only": "inception_v3", "fewest-macs": "alexnet"},
        words=Words(
            prompt=_(
                "Stored as float32 numbers of 4 bytes, the weights may take at most 50,000,000 bytes. "
                "Which row of the table (1 to 7) has the highest top-1 among those that fit?"
            ),
            correct=_(
                "Row {answer}, GoogLeNet: 26 million bytes. ResNet-18 fits, too; its top-1 is lower by 0.02."
            ),
            hints={
                "newest-is-best": _(
                    "Row {answer} fits, and it is the later design. Compare its top-1 with that of the other "
                    "rows that fit: is it higher?"
                )
            },
        ),
    ),
    "choosing.fewest-macs": _choice(
        lambda row: row.top1 >= 75,
        lambda row: -row.macs,
        {"accuracy-only": "inception_v3", "nearly-there": "resnet34", "fewest-macs": "alexnet"},
        words=Words(
            prompt=_(
                "A top-1 of at least 75 % is wanted. Which row of the table (1 to 7) reaches it with the "
                "fewest MACs?"
            ),
            correct=_(
                "Row {answer}, ResNet-50: only it and Inception-v3 reach 75 %, and it needs fewer MACs."
            ),
            hints={
                "accuracy-only": _(
                    "Row {answer} meets the condition. Does any other that meets it need fewer MACs?"
                )
            },
        ),
    ),
    "choosing.frames": _choice(
        lambda row: 30 * row.macs <= 120_000_000_000,
        lambda row: row.top1,
        {"nearly-there": "resnet50", "accuracy-only": "inception_v3", "fewest-macs": "alexnet"},
        words=Words(
            prompt=_(
                "A processor does 120,000,000,000 MACs per second, and 30 images per second must go "
                "through. Suppose that MACs alone decide the time. Which row of the table (1 to 7) has "
                "the highest top-1 among those that can keep up?"
            ),
            correct=_(
                "Row {answer}, ResNet-34: 30 images take 110 billion MACs. ResNet-50 would need 123 billion."
            ),
        ),
    ),
    "choosing.bug-batch": CustomQuestion(
        _REPORTED // _R50.macs,
        because=f"{_REPORTED}//{_R50.macs}",
        wrong={"macs-doubled": 2 * _REPORTED // _R50.macs, "flops-halved": _REPORTED // _R50.macs // 2},
        form=_IMAGES,
        words=Words(
            prompt=_(
                "A table says that ResNet-50 takes 130,853,896,192 MACs. For one image they are "
                "4,089,184,256: the table counted a whole batch. How many images were in it?"
            ),
            ask=_(
                "MACs grow with the number of images. How often does one image's number fit into the table's?"
            ),
            hints={
                "macs-doubled": _(
                    "{answer} images take twice as many. Both numbers are MACs: how often does one image's "
                    "fit into the table's?"
                ),
                "flops-halved": _(
                    "{answer} would be right for a table of FLOPs. This one says MACs: how many does one "
                    "image take?"
                ),
            },
        ),
    ),
    "choosing.write-choice": WRITE_CHOICE,
    "choosing.write-dominated": WRITE_DOMINATED,
    **IDEAS,
}
