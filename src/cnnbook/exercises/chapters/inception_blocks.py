"""Exercises of chapter 06 about single blocks: their output shapes, and the costs of their layers."""

from __future__ import annotations

from cnnbook.arithmetic import Window, conv_parameters, linear_parameters
from cnnbook.exercises.chapters.inception_sizes import NET, weights
from cnnbook.exercises.forms import AMOUNT, SHAPE
from cnnbook.exercises.kinds.concatenation import Concatenation
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.questions import CustomQuestion, Question, Values, Words
from cnnbook.exercises.words import _

_AUX_WEIGHTS = weights((768, 128, 1), (128, 768, 5))
_AUX_NORMS = 2 * (128 + 768)
_AUX_DENSE = linear_parameters(768, 1000)


_BRANCHES = Words(
    ask=_("How many maps does each branch's last layer put out, and which size do all of them have?"),
    ask_channels=_("How many maps does each branch's last layer put out?"),
    hints={
        "same-size": _(
            "{before} rows go in. What does a window of 3 with stride 2 and no padding leave of them?"
        ),
        "no-plus-one": _(
            "{answered} is the number of steps. The window stands somewhere before its first: how many "
            "places does it visit?"
        ),
        "same-by-habit": _(
            "{answered} rows come out of a window of 3 with stride 2 and padding 1. Which padding has the "
            "layer with stride 2?"
        ),
        "narrow-layers-counted": _(
            "{answered} counts the maps of all convolutions. Which layer of a branch reaches the "
            "concatenation?"
        ),
        "concat-forgot-branch": _(
            "{answered} is the sum of all branches but the one with the pool. Which maps does that branch "
            "put out?"
        ),
    },
)


def _block(path: str, wrong: dict[str, list[int]], words: Words) -> Question:
    """Return the question about a block's output shape; `wrong` has the channels of each misconception."""
    row = NET[path].rows[-1]
    channels, height, width = row.output_shape[1:]
    before = NET[path].rows[0].input_shapes[0][2]
    slips: dict[str, Values | list[Values]] = {
        name: [(sum_, height, width) for sum_ in sums] for name, sums in wrong.items()
    }
    if before != height:
        slips["same-size"] = (channels, before, before)
        slips["no-plus-one"] = (channels, height - 1, width - 1)
        slips["same-by-habit"] = (
            channels,
            height + 1,
            width + 1,
        )  # padding 1, as in layers that keep the size
    return CustomQuestion(
        (channels, height, width),
        wrong=slips,
        numbers={"before": before, "steps": " + ".join(str(shape[1]) for shape in row.input_shapes)},
        form=SHAPE,
        words=_BRANCHES | words,
    )


BLOCKS: dict[str, Question] = {
    "inception.side-by-side": Concatenation(
        (2, 4, 3, 6),
        (5, 7),
        targets=("concat-as-add", "concat-forgot-branch", "concat-adds-space"),
        words=Words(
            prompt=_(
                "Four branches read 6 maps of 5 x 7: Conv2d(6, 2, 1); Conv2d(6, 4, 3, padding=1); Conv2d(6, "
                "3, 5, padding=2); and a max-pool of 3 x 3 with stride 1 and padding 1. Their maps are "
                "concatenated along the channels. Which shape leaves the block?"
            )
        ),
    ),
    "inception.direct-weights": ConvParameters(
        (192, 32),
        (5, 5),
        bias=False,
        size=(28 + 4, 28 + 4),
        targets=("no-input-channels", "bias-before-batchnorm", "macs-as-parameters"),
        words=Words(
            prompt=_(
                "Conv2d(192, 32, kernel_size=5, padding=2, bias=False) reads 192 maps of 28 x 28. How many "
                "weights does it have?"
            ),
            ask=_(
                "How many weights does one kernel of 5 x 5 that reads 192 maps have, and how many kernels "
                "are there?"
            ),
        ),
    ),
    "inception.bottleneck-weights": CustomQuestion(
        weights((192, 16, 1), (16, 32, 5)),
        because="192×16 + 5×5×16×32",
        wrong={
            "one-by-one-is-free": weights((16, 32, 5)),
            "one-layer-counted": weights((192, 16, 1)),
            "change-ignored": weights((192, 32, 5)),
            "layers-multiplied": weights((192, 16, 1)) * weights((16, 32, 5)),
            "no-input-channels": 16 + 25 * 32,
        },
        words=Words(
            prompt=_(
                "Conv2d(192, 16, 1) is followed by Conv2d(16, 32, 5, padding=2), both without biases. How "
                "many weights do the two have together?"
            ),
            ask=_(
                "Count the two layers one by one. How many maps does each read, and how many does it make?"
            ),
            hints={
                "change-ignored": _(
                    "{answer} is the count of a 5x5 convolution without the bottleneck. How many maps does "
                    "it read now?"
                ),
                "no-input-channels": _(
                    "{answer} is right for flat kernels. How many maps does each of the two layers read?"
                ),
                "one-layer-counted": _(
                    "{answer} is the count of the 1x1 alone. How many weights does the 5x5 behind it have?"
                ),
                "layers-multiplied": _(
                    "{answer} is the product of the two layers' weights. Each layer keeps a list of its own: "
                    "how many numbers stand in both lists?"
                ),
            },
        ),
    ),
    "inception.normalised": CustomQuestion(
        (8 - 6) // 2 * 6 + 5,
        because="(8 - 6)/2 × 6 + 5",
        wrong={
            "norm-without-weights": (8 - 6) // 2,
            "norm-not-divided": (8 - 6) * 6 + 5,
            "norm-by-variance": (8 - 6) * 6 // 4 + 5,
            "norm-not-centred": 8 // 2 * 6 + 5,
            "deviation-of-a-sample": round(2 / (16 / 3) ** 0.5 * 6 + 5),
        },
        form=AMOUNT,
        words=Words(
            prompt=_(
                "A batch norm with weight 6 and bias 5 is in training. It reads a batch of two images, each "
                "one map of 1 x 2: 4 and 4 in the first, 8 and 8 in the second. What becomes of an 8?"
            ),
            ask=_(
                "Four steps: minus the mean of the four numbers, divided by their standard deviation, times "
                "the weight, plus the bias. What is left after each?"
            ),
            hints={
                "norm-without-weights": _(
                    "{answer} is the normalized number. What do the learned weight and bias make of it?"
                ),
                "norm-not-divided": _(
                    "{answer} comes out if the difference from the mean is not divided. By what is it "
                    "divided before the weight comes in?"
                ),
                "norm-by-variance": _(
                    "{answer} comes out if the variance divides. Is it the variance that divides, or its "
                    "square root?"
                ),
                "norm-not-centred": _(
                    "{answer} comes out if nothing is subtracted. What is subtracted from the 8 before it is "
                    "divided?"
                ),
                "deviation-of-a-sample": _(
                    "{answer} is 10.2 rounded, which comes out if the squares are divided by n - 1 = 3. How "
                    "many squares are there, and by what does a mean divide?"
                ),
            },
        ),
    ),
    "inception.running-mean": CustomQuestion(
        (9 * (9 * 0 + 100) // 10 + 60) // 10,
        because="0.9×(0.9×0 + 0.1×100) + 0.1×60",
        wrong={
            "running-mean-of-all": (100 + 60) // 2,
            "running-mean-is-last": 60,
            "running-mean-shares-swapped": (1 * 90 + 9 * 60) // 10,
            "running-mean-keeps-all": (100 + 60) // 10,
        },
        form=AMOUNT,
        words=Words(
            prompt=_(
                "A new batch norm keeps a running mean: it starts at 0, and after each batch it becomes 0.9 "
                "times itself plus 0.1 times the mean of the batch. In training it reads a batch with the "
                "mean 100, then one with the mean 60. What is the running mean now?"
            ),
            ask=_("What is the running mean after the first batch? Take the same step again from there."),
            formula=_("new = 0.9 × old + 0.1 × mean of the batch"),
        ),
    ),
    "inception.conv1-parameters": CustomQuestion(
        weights((3, 32, 3)) + 2 * 32,
        because="3×3×3×32 + 2×32",
        wrong={
            "bias-before-batchnorm": weights((3, 32, 3)) + 3 * 32,
            "norm-without-weights": weights((3, 32, 3)),
            "stored-as-learned": weights((3, 32, 3)) + 4 * 32,
            "one-of-two": weights((3, 32, 3)) + 32,
            "no-input-channels": 9 * 32 + 2 * 32,
        },
        words=Words(
            prompt=_(
                "Conv2d(3, 32, 3, bias=False) is followed by BatchNorm2d(32). How many parameters do the two "
                "have together?"
            ),
            ask=_(
                "How many weights does the convolution have, without biases? And what does the batch norm "
                "learn for each of its 32 maps?"
            ),
            hints={
                "bias-before-batchnorm": _(
                    "{answer} counts three numbers for each map besides the weights. The convolution has "
                    "bias=False: which two numbers does the batch norm learn for each map?"
                ),
                "one-of-two": _(
                    "{answer} has one number for each of the 32 maps besides the weights. The convolution "
                    "has bias=False: how many numbers does the batch norm learn for each map?"
                ),
                "no-input-channels": _(
                    "{answer} is right for flat kernels. How many maps does each kernel read here?"
                ),
            },
        ),
    ),
    "inception.mixed-5b": _block(
        "Mixed_5b",
        {
            "narrow-layers-counted": [64 + 48 + 64 + 64 + 96 + 96 + 32],
            "concat-as-add": [96],
            "concat-forgot-branch": [64 + 64 + 96],
            "pool-passes-all": [64 + 64 + 96 + 192],
        },
        Words(
            prompt=_(
                "Mixed_5b, a block A, reads 192 maps of 35 x 35, and all its layers keep that size. Its four "
                "branches are: 1x1 to 64; 1x1 to 48, then 5x5 to 64; 1x1 to 64, then 3x3 to 96, then 3x3 to "
                "96; an average pool, then 1x1 to 32. Which shape leaves the block?"
            ),
            correct=_("{answer}: {steps} maps."),
        ),
    ),
    "inception.conv-first-macs": ConvMacs(
        (288, 768),
        Window(3, padding=1),
        (35, 35),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels"),
        words=Words(
            ask=_(
                "At how many places does a kernel stand, and how many multiplications does it take at each?"
            )
        ),
    ),
    "inception.mixed-6a": _block(
        "Mixed_6a",
        {"concat-as-add": [384], "concat-forgot-branch": [384 + 96]},
        Words(
            prompt=_(
                "Mixed_6a, a block B, reads 288 maps of 35 x 35. Its three branches are: 3x3 to 384 with "
                "stride 2; 1x1 to 64, then a padded 3x3 to 96, then 3x3 to 96 with stride 2; a max-pool of "
                "3x3 with stride 2. No layer with stride 2 is padded. Which shape leaves the block?"
            ),
            correct=_("{answer}: {steps} maps."),
        ),
    ),
    "inception.cut-weights": CustomQuestion(
        weights((128, 128, (1, 7)), (128, 128, (7, 1))),
        because="2×7×128×128",
        wrong={
            "field-as-kernel": weights((128, 128, 7)),
            "one-layer-counted": weights((128, 128, (1, 7))),
            "no-input-channels": 2 * 7 * 128,
            "biases-too": 2 * conv_parameters(128, 128, (1, 7)),
        },
        words=Words(
            prompt=_(
                "Conv2d(128, 128, (1, 7)) is followed by Conv2d(128, 128, (7, 1)), both without biases. How "
                "many weights do the two have together?"
            ),
            ask=_(
                "How many weights does one kernel of 1 x 7 that reads 128 maps have? How many kernels does "
                "each layer have?"
            ),
            hints={
                "one-layer-counted": _(
                    "{answer} is right for one of the two layers. How many weights does the other have?"
                ),
                "field-as-kernel": _(
                    "{answer} is the count of one layer of 7x7 kernels. How many cells does a kernel of 1x7 "
                    "have, and one of 7x1?"
                ),
                "no-input-channels": _(
                    "{answer} is right for flat kernels. How many maps does each of the two layers read?"
                ),
            },
        ),
    ),
    "inception.mixed-7a": _block(
        "Mixed_7a",
        {"concat-as-add": [768], "concat-forgot-branch": [320 + 192]},
        Words(
            prompt=_(
                "Mixed_7a, a block D, reads 768 maps of 17 x 17. Its three branches put out 320 maps, 192 "
                "maps, and a max-pool of all maps that it reads. Each branch ends in a window of 3 x 3 with "
                "stride 2 and no padding. Which shape leaves the block?"
            ),
            correct=_("{answer}: {steps} maps."),
        ),
    ),
    "inception.mixed-7b": _block(
        "Mixed_7b",
        {
            "split-as-chain": [320 + 384 + 384 + 192, 320 + 3 * 384 + 192],
            "concat-forgot-branch": [320 + 4 * 384],
            "pool-passes-all": [320 + 4 * 384 + 1280],
        },
        Words(
            prompt=_(
                "Mixed_7b, a block E, reads 1280 maps of 8 x 8, and all its layers keep that size. Its four "
                "branches are: 1x1 to 320; 1x1 to 384, then side by side 1x3 to 384 and 3x1 to 384; 1x1 to "
                "448, then 3x3 to 384, then side by side 1x3 to 384 and 3x1 to 384; an average pool, then "
                "1x1 to 192. Which shape leaves the block?"
            ),
            correct=_("{answer}: {steps} maps."),
            hints={
                "split-as-chain": _(
                    "{answered} comes out if a 3x1 reads a 1x3. In block E they stand side by side: how many "
                    "maps do the two put out?"
                )
            },
        ),
    ),
    "inception.aux-parameters": CustomQuestion(
        _AUX_WEIGHTS + _AUX_NORMS + _AUX_DENSE,
        because="768×128 + 2×128 + 5×5×128×768 + 2×768 + 768×1000 + 1000",
        wrong={
            "norm-without-weights": _AUX_WEIGHTS + _AUX_DENSE,
            "forgets-dense": _AUX_WEIGHTS + _AUX_NORMS,
            "stored-as-learned": _AUX_WEIGHTS + 2 * _AUX_NORMS + _AUX_DENSE,
            "one-by-one-is-free": weights((128, 768, 5)) + 2 * 768 + _AUX_DENSE,
        },
        words=Words(
            prompt=_(
                "The auxiliary head is a chain: an average pool, a 1x1 convolution from 768 to 128 maps, a "
                "5x5 convolution from 128 to 768, a global average, and a dense layer from 768 to 1000. Both "
                "convolutions have a batch norm and no biases; the dense layer has biases. How many "
                "parameters does the head have?"
            ),
            ask=_(
                "Three layers learn: two convolutions, each with its batch norm, and a dense layer with "
                "biases. Count them one by one."
            ),
            hints={
                "one-by-one-is-free": _(
                    "{answer} is the count without the 1x1 convolution and its batch norm. How many maps "
                    "does one kernel of the 1x1 read?"
                ),
                "forgets-dense": _(
                    "{answer} is the count of the two convolutions and their batch norms. Which layer turns "
                    "the last 768 numbers into scores?"
                ),
            },
        ),
    ),
}
