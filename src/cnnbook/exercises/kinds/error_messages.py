"""Error messages of torch about shapes that do not fit: which number must be changed, and to what?"""

from __future__ import annotations

from cnnbook.exercises.forms import NUMBER
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.words import _

_FEATURES = Words(
    prompt=_(
        "A network stops: “{message}”. The message comes from {path}, a Linear. To which in_features must it "
        "be changed?"
    ),
    ask=_(
        "The message names two tables, rows x columns. Which one is the data, and how many columns does it "
        "have?"
    ),
    formula=_("(images x features) times (in_features x out_features): the two inner numbers must be equal."),
    substituted=_(
        "The first table is the data, a row for each image ({batch} in all); {path} has {ins} rows of "
        "weights."
    ),
    correct=_("{answer}: with it the two inner numbers are equal."),
    hints={
        "error-other-side": _(
            "{answer} is what {path} expects now. In {tables}, which of the two is the data that arrived?"
        ),
        "error-output": _("{answer} is what {path} makes. Which number says how many features arrived?"),
        "error-batch": _(
            "The {batch} counts the images. Which number beside it counts the features of each?"
        ),
    },
)


_CHANNELS = Words(
    prompt=_(
        "A network stops: “{message}”. The message comes from {path}, a Conv2d. To which in_channels must it "
        "be changed?"
    ),
    ask=_(
        "The message names a weight, (out_channels, in_channels, k_h, k_w), and an input, (N, C, H, W). "
        "Which of the two is the data?"
    ),
    formula=_("The convolution's in_channels must equal the C of the input (N, C, H, W)."),
    substituted=_("The input is {input}; the weight is {weight}."),
    correct=_("{answer}: with it the convolution reads as many channels as arrive."),
    hints={
        "error-other-side": _(
            "{answer} is what {path} expects now. Which part of the message says what arrived?"
        ),
        "error-output": _("{answer} is how many maps {path} makes. Which number says how many maps arrived?"),
    },
)


_ADDITION = Words(
    prompt=_(
        "A residual block computes main(x) + shortcut(x) and stops: “{message}”. The shortcut is a 1x1 "
        "convolution with stride 1 that reads x; which stride must it get?"
    ),
    ask=_(
        "Tensor a is the main path, tensor b the shortcut. How wide is each, and how many times wider is the "
        "one?"
    ),
    formula=_("A 1x1 convolution with stride s makes every s-th column: floor((n - 1)/s) + 1."),
    substituted=_("floor(({shortcut} - 1)/s) + 1 = {main}."),
    correct=_("{answer}: with it the shortcut is as large as the main path."),
    hints={
        "error-other-side": _(
            "{answer} is how wide the main path is. Which step from column to column makes the shortcut as "
            "wide?"
        ),
        "error-output": _(
            "{answer} is how wide the shortcut is. Which step from column to column makes it as wide as the "
            "main path?"
        ),
        "projection-keeps-size": _(
            "With stride 1 the shortcut stays as wide as x, and the sum fails as before. How much narrower "
            "is the main path?"
        ),
    },
)


def features_error(
    path: str, arrived: tuple[int, int], expected: tuple[int, int], **numbers: object
) -> CustomQuestion:
    """Return the question about a Linear of (in, out) features that reads (images, features)."""
    (batch, features), (ins, outs) = arrived, expected
    tables = f"({batch}x{features} and {ins}x{outs})"
    return CustomQuestion(
        features,
        wrong={"error-other-side": ins, "error-output": outs, "error-batch": batch},
        numbers={
            "path": path,
            "batch": batch,
            "ins": str(ins),
            "tables": tables,
            "message": f"mat1 and mat2 shapes cannot be multiplied {tables}",
            **numbers,
        },
        words=_FEATURES,
        targets=("error-other-side", "error-output", "error-batch"),
    )


def channels_error(
    path: str, arrived: tuple[int, int, int, int], expected: tuple[int, int], kernel_size: int
) -> CustomQuestion:
    """Return the question about a convolution of (in, out) channels that reads an input (N, C, H, W)."""
    (_batch, channels, height, _width), (ins, outs) = arrived, expected
    weight = [outs, ins, kernel_size, kernel_size]
    return CustomQuestion(
        channels,
        wrong={"error-other-side": ins, "error-output": outs, "error-size": height},
        numbers={
            "path": path,
            "ins": str(ins),
            "weight": str(weight),
            "input": str(list(arrived)),
            "message": (
                f"Given groups=1, weight of size {weight}, expected input{list(arrived)} to have {ins} "
                f"channels, but got {channels} channels instead"
            ),
        },
        form=NUMBER,
        words=_CHANNELS,
        targets=("error-other-side", "error-output", "error-size"),
    )


def addition_error(sizes: tuple[int, int], stride: int) -> CustomQuestion:
    """Return the question about the sum of a main path and a shortcut whose sizes, in this order, differ.

    The shortcut is a 1x1 convolution with stride 1; the question asks for the stride that it needs.
    """
    main, shortcut = sizes
    return CustomQuestion(
        stride,
        wrong={"projection-keeps-size": 1, "error-other-side": main, "error-output": shortcut},
        numbers={
            "main": main,
            "shortcut": shortcut,
            "message": (
                f"The size of tensor a ({main}) must match the size of tensor b ({shortcut}) at non-singleton"
                " dimension 3"
            ),
        },
        form=NUMBER,
        words=_ADDITION,
        targets=("projection-keeps-size", "error-other-side", "error-output"),
    )


@kind(
    "decode-error",
    ("error-other-side", "error-output", "error-batch"),
    ("error-other-side", "error-output", "error-size"),
    ("projection-keeps-size", "error-other-side", "error-output"),
    version=2,
)
def decode_error(draws: Draws, targets: Targets) -> Question:
    """Return a question about an error in a Linear, in a convolution, or in a residual block's sum."""
    if "error-batch" in targets:
        features = draws.choice((16, 24, 32)) * draws.between(3, 7) * draws.between(3, 7)
        expected = draws.choice((16, 24, 32)) * draws.between(3, 7) ** 2
        return features_error(
            "classifier", (draws.between(2, 64), features), (expected, draws.choice((84, 100, 120)))
        )
    if "error-size" in targets:
        channels, size = draws.choice((3, 6, 8, 12, 16, 24)), (draws.between(9, 40), draws.between(9, 40))
        weight = (draws.choice((3, 6, 8, 10, 16, 20)), draws.choice((18, 28, 32, 48)))
        return channels_error("conv2", (draws.between(1, 8), channels, *size), weight, draws.choice((3, 5)))
    stride = draws.choice((2, 3, 4))
    width = stride * draws.between(5, 56)
    return addition_error((width // stride, width), stride)
