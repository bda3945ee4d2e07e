"""Exercises of chapter 06: Inception-v3.

Those about single blocks are in inception_blocks, those about ideas in inception_ideas.
"""

from __future__ import annotations

from dataclasses import replace

from cnnbook.arithmetic import Window, output_size
from cnnbook.arithmetic.stacks import side_after, smallest_side
from cnnbook.exercises.chapters.inception_blocks import BLOCKS
from cnnbook.exercises.chapters.inception_ideas import IDEAS
from cnnbook.exercises.chapters.inception_sizes import (
    CONCATENATIONS,
    NET,
    SHRINK,
    TO_AUX,
    TO_LAST,
    TO_PLAIN,
    field,
    weights,
    widest_bottleneck,
)
from cnnbook.exercises.forms import NUMBER, SHAPE
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.row_questions import shape_question
from cnnbook.exercises.words import _

_CONV1 = NET["Conv2d_1a_3x3.conv"].output_shape[1:]
_BLOCKS = len({row.path for row in CONCATENATIONS})
_LAST_OF_BOTH = (side_after(256, TO_LAST), side_after(320, TO_LAST))

_A_BRANCHES, _A_POOL = (64, 64, 96), 56
_NARROW_LIMIT = weights((288, 64, 3))
_WIDEST = widest_bottleneck(288, 64, 5, limit=_NARROW_LIMIT)

_ACROSS = Window((1, 7), padding=(3, 0))  # a 1 × 7 kernel with the padding of a 7 × 1 kernel
_BENT = (96, *_ACROSS.output_size((17, 17)))


def _layer(path: str, prompt: str, *targets: str) -> Question:
    """Return the question about the output shape of this layer of the stem."""
    question = shape_question(NET[path], *targets)
    if question is None:
        raise LookupError(f"no shape to ask for at {path}")
    return replace(question, words=Words(prompt=prompt))


EXERCISES: dict[str, Question] = {
    **BLOCKS,
    "inception.conv1": CustomQuestion(
        _CONV1,
        wrong={
            "inception-at-224": (32, *SHRINK.output_size((224, 224))),
            "channels-in": (3, *_CONV1[1:]),
            "no-stride": (32, *Window(3).output_size((299, 299))),
            "no-plus-one": (32, _CONV1[1] - 1, _CONV1[2] - 1),
        },
        numbers={"in_channels": 3, "steps": SHRINK.formula((299, 299))},
        form=SHAPE,
        words=Words(
            prompt=_(
                "Inception-v3's first layer is Conv2d(3, 32, kernel_size=3, stride=2), and the network reads "
                "(3, 299, 299). Which shape leaves it?"
            ),
            ask=_("299 rows, a kernel of 3, stride 2, no padding: where does the last window start?"),
            correct=_("{answer}: {steps}."),
            hints={
                "channels-in": _(
                    "{answered} is the number of channels of the image. How many kernels does this layer "
                    "have?"
                ),
                "no-stride": _(
                    "{answered} is what stride 1 gives. By how many pixels does this kernel move at each "
                    "step?"
                ),
                "no-plus-one": _(
                    "{answered} is the number of steps. The kernel stands somewhere before its first: how "
                    "many places does it visit?"
                ),
                "inception-at-224": _(
                    "{answered} is what 224 rows give. Which input size does Inception-v3 expect?"
                ),
            },
        ),
    ),
    "inception.pool1": _layer(
        "maxpool1",
        _(
            "pool1 of Inception-v3 is MaxPool2d(kernel_size=3, stride=2). It reads what leaves conv2b, 64 "
            "maps of 147 x 147. Which shape leaves pool1?"
        ),
        "no-plus-one",
        "pool-divides-channels",
    ),
    # Its prompt does not say the size that it reads: pool1, whose answer that is, stands on the same card.
    "inception.conv4a": _layer(
        "Conv2d_4a_3x3.conv",
        _(
            "conv4a of Inception-v3 is Conv2d(80, 192, kernel_size=3). It reads 80 maps as large as those "
            "that leave pool1, MaxPool2d(kernel_size=3, stride=2) on 147 x 147. Which shape leaves conv4a?"
        ),
        "same-size",
        "channels-in",
        "no-plus-one",
    ),
    "inception.concatenations": CustomQuestion(
        len(CONCATENATIONS),
        because=f"{_BLOCKS} + 2×2",
        wrong={
            "one-join-a-block": _BLOCKS,
            "one-fork-a-block": _BLOCKS + 2,
            "branches-as-joins": sum(len(row.inputs) for row in CONCATENATIONS),
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "Inception-v3 has three blocks A, one B, four C, one D and two E. In a block E, two pairs of "
                "layers stand side by side and are concatenated inside. How many concatenations run in all?"
            ),
            ask=_(
                "How many blocks of each kind are there, and how many concatenations does one of them run?"
            ),
            hints={
                "one-join-a-block": _(
                    "{answer} blocks end in a concatenation each. Where inside a block E are maps put "
                    "together before?"
                ),
                "one-fork-a-block": _(
                    "{answer} is one for each block, and one more for each block E. How many pairs of layers "
                    "are concatenated inside a block E?"
                ),
                "branches-as-joins": _(
                    "{answer} is how many branches arrive. How often are branches joined into one?"
                ),
            },
        ),
    ),
    "inception.smallest-input": CustomQuestion(
        smallest_side(1, TO_LAST),
        because="1 → 3 → 7 → 15 → 17 → 35 → 37 → 75",
        wrong={
            "kernel-is-smallest": 3,
            "halvings-only": 2**5,
            "stops-before-last": smallest_side(1, TO_PLAIN),
            "only-the-published-size": 299,
        },
        form=NUMBER,
        words=Words(
            prompt=_("What is the height of the smallest square image that Inception-v3 takes in eval mode?"),
            ask=_("Go backwards from a last map of 1: how many rows must Mixed_7a read? And Mixed_6a?"),
            correct=_("{answer}: backwards, {because}."),
            hints={
                "kernel-is-smallest": _(
                    "A kernel of 3 fits into 3 rows once. What is left for the layers behind it?"
                ),
                "stops-before-last": _(
                    "With {answer} rows, one row reaches Mixed_6e. What does Mixed_7a need?"
                ),
                "only-the-published-size": _(
                    "299 works. Go backwards from one place in the map that has to be left: how few rows are "
                    "enough?"
                ),
            },
        ),
    ),
    "inception.not-square": CustomQuestion(
        (2048, *_LAST_OF_BOTH),
        numbers={
            "steps": "256 → 127 → 125 → 62 → 60 → 29 → 14 → 6, and 320 → 159 → 157 → 78 → 76 → 37 → 18 → 8"
        },
        wrong={
            "swapped-height-width": (2048, *_LAST_OF_BOTH[::-1]),
            "halvings-only": (2048, 256 // 2**5, 320 // 2**5),
            "published-size-assumed": (2048, side_after(299, TO_LAST), side_after(299, TO_LAST)),
            "stops-before-last": (2048, side_after(256, TO_PLAIN), side_after(320, TO_PLAIN)),
        },
        form=SHAPE,
        words=Words(
            prompt=_(
                "An image of 256 x 320 goes into Inception-v3. Which shape (C, H, W) leaves the last block, "
                "Mixed_7c?"
            ),
            ask=_(
                "Which layers change the size? Take them one by one, the height first, beginning with 256 to "
                "127."
            ),
            correct=_("{answer}: {steps}."),
            hints={
                "stops-before-last": _(
                    "{answered} rows leave Mixed_6a, and the blocks C keep them. What does Mixed_7a leave of "
                    "them?"
                ),
                "published-size-assumed": _(
                    "{answer} is the last map of a 299 x 299 image. What does the first layer leave of this "
                    "one?"
                ),
            },
        ),
    ),
    "inception.tall-kernel": ConvParameters(
        (160, 192),
        (7, 1),
        bias=False,
        targets=("no-input-channels", "bias-before-batchnorm"),
        words=Words(
            ask=_(
                "How many cells does a 7 x 1 kernel have, how many maps does it read, and how many kernels "
                "are there?"
            )
        ),
    ),
    "inception.flat-kernel-macs": ConvMacs(
        (192, 192),
        Window((1, 7), padding=(0, 3)),
        (17, 17),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels"),
        words=Words(
            ask=_(
                "Padding (0, 3) keeps the 17 x 17. How many places, how many kernels, how many weights does "
                "each have?"
            )
        ),
    ),
    "inception.pool-maps": CustomQuestion(
        _A_POOL,
        because=f"{sum(_A_BRANCHES) + _A_POOL} - (64 + 64 + 96)",
        wrong={
            "last-branch-only": sum(_A_BRANCHES) + _A_POOL - _A_BRANCHES[-1],
            "input-for-output": sum(_A_BRANCHES) + _A_POOL - 200,
            "narrow-layers-counted": sum(_A_BRANCHES) + _A_POOL - (64 + 48 + 96),
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "InceptionA(200, n) is a block A that reads 200 maps. Its branches without a pool put out "
                "64, 64 and 96 maps, the one with a pool n maps. The block is to put out 280. What is n?"
            ),
            ask=_(
                "What do the three branches without a pool put out together, whatever goes in? What is left "
                "of 280?"
            ),
            hints={
                "input-for-output": _(
                    "{answer} is 280 - 200. The 200 maps that go in do not come out as they are: which "
                    "branches put maps out, and how many?"
                ),
                "last-branch-only": _(
                    "{answer} is 280 - 96. What do the other two branches without a pool put out?"
                ),
                "narrow-layers-counted": _(
                    "{answer} comes out if the 48 maps of the narrow 1x1 are subtracted in place of the "
                    "5x5's. Which layer is the last of that branch?"
                ),
            },
        ),
    ),
    "inception.last-map-twelve": CustomQuestion(
        smallest_side(12, TO_LAST),
        because="12 → 25 → 51 → 103 → 105 → 211 → 213 → 427",
        wrong={
            "halvings-only": 12 * 2**5,
            "stops-before-last": smallest_side(12, TO_PLAIN),
            "scaled-from-published": -(-299 * 12 // 8),
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "What is the height of the smallest square image of which Inception-v3 makes a last map of "
                "12 x 12?"
            ),
            ask=_("Backwards: how many rows does a window of 3, stride 2, need for 12?"),
            correct=_("{answer}: backwards, {because}."),
            hints={
                "stops-before-last": _("{answer} rows leave 12 at Mixed_6a. How many must Mixed_7a read?"),
                "scaled-from-published": _(
                    "{answer} is 299 times 12/8, rounded up. Does a layer without padding take more rows "
                    "away from a larger map?"
                ),
            },
        ),
    ),
    "inception.bug-pool": CustomQuestion(
        Window.pool(3, padding=1).output_size((35, 35))[0],
        because="floor((35 + 2 - 3)/3) + 1",
        wrong={
            "same-size": 35,
            "no-padding": Window.pool(3).output_size((35, 35))[0],
            "rounds-up": -(-(35 + 2 - 3) // 3) + 1,
            "pool-stride-two": output_size(35, 3, stride=2, padding=1),
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "In somebody's block A the pool is F.avg_pool2d(x, 3, padding=1). It reads maps of 35 x 35. "
                "How high are the maps that leave it?"
            ),
            ask=_("Which stride does this pool have, and how many rows does the padded map have?"),
            correct=_("{answer}: {because}."),
            hints={
                "same-size": _(
                    "{answer} rows are what stride 1 leaves. Which stride has a pool that is not told one?"
                ),
                "no-padding": _(
                    "{answer} is what comes out without padding. With padding 1 on each side, how many rows "
                    "are there to cover?"
                ),
                "rounds-up": _(
                    "With {answer} windows the last one hangs over the edge. What does PyTorch do with it?"
                ),
                "pool-stride-two": _(
                    "{answer} is right for stride 2. Which stride does PyTorch take if you give none?"
                ),
            },
        ),
    ),
    "inception.bug-padding": CustomQuestion(
        _BENT,
        numbers={"steps": "17 + 2×3 - 0 by 17 - 6"},
        wrong={
            "kernel-wrong-axis": (96, _BENT[2], _BENT[1]),
            "same-size": (96, 17, 17),
            "padding-once": (96, 17 + 3, 17 - 6),
        },
        form=SHAPE,
        words=Words(
            prompt=_(
                "In Conv2d(64, 96, (1, 7), padding=(3, 0)) the padding stands on the wrong axis. The layer "
                "reads 64 maps of 17 x 17. Which shape leaves it?"
            ),
            ask=_("Take the axes one by one: height 17, kernel 1, padding 3; width 17, kernel 7, padding 0."),
            correct=_(
                "{answer}: {steps}. Behind it a column of 7 x 1 with padding (0, 3) makes 17 x 17 again: no "
                "error shows the slip."
            ),
            hints={
                "kernel-wrong-axis": _(
                    "{answered} is what comes out if the two axes change places. (1, 7) is one row high: "
                    "which axis gets the padding of 3?"
                ),
                "same-size": _(
                    "{answered} is what padding (0, 3) gives. Here 3 is added above and below: does a kernel "
                    "of one row need it?"
                ),
                "padding-once": _(
                    "{answered} is 17 + 3. padding=(3, 0) adds 3 above and 3 below: how many rows is that?"
                ),
            },
        ),
    ),
    "inception.field-five": CustomQuestion(
        field("Mixed_6a") + 2 * 4 * 16,
        because=f"{field('Mixed_6a')} + 2×4×16",
        wrong={
            "other-axis-counted": field("Mixed_6a") + 4 * 4 * 16,
            "field-no-stride": field("Mixed_6a") + 2 * 4,
            "shorter-branch": field("Mixed_6a") + 4 * 16,
            "field-kernel-sizes": field("Mixed_6a") + 2 * 5 * 16,
            "change-ignored": field("Mixed_6b"),
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "A number that leaves Mixed_6a of Inception-v3 sees 159 rows of the image, and neighbours "
                "are 16 rows apart. In Mixed_6b, the block C behind it, every 7 becomes a 5. How many rows "
                "does a number that leaves Mixed_6b see then?"
            ),
            ask=_(
                "Which branch of block C has the most tall kernels? How many steps of 16 pixels does one add?"
            ),
            hints={
                "field-no-stride": _(
                    "{answer} is 8 more than 159. One step at Mixed_6a is 16 pixels of the image: how many "
                    "pixels do 8 steps add?"
                ),
                "change-ignored": _("{answer} is right for kernels of 7. How many steps does one of 5 add?"),
                "other-axis-counted": _(
                    "{answer} counts four long kernels. Which of them are higher than one row?"
                ),
                "shorter-branch": _(
                    "{answer} is right for the branch with one tall kernel. Which branch looks furthest, and "
                    "how many does it have?"
                ),
                "field-kernel-sizes": _(
                    "{answer} counts five steps for each kernel of 5. How many steps does such a kernel "
                    "reach beyond where it starts?"
                ),
            },
        ),
    ),
    "inception.batch-of-one": CustomQuestion(
        smallest_side(2, TO_AUX),
        because="2 → 6 → 20 → 41 → 83 → 85 → 171 → 173 → 347",
        wrong={
            "only-the-published-size": smallest_side(1, TO_AUX),
            "stops-before-last": smallest_side(2, TO_AUX[:-1]),
            "main-head-only": smallest_side(2, TO_LAST),
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "Inception-v3 is in training mode, with its auxiliary head, and reads a batch of one image. "
                "What is the height of the smallest square image that runs?"
            ),
            ask=_(
                "The map behind the head's 5x5 must be larger than 1 x 1. How many rows must the head's pool "
                "leave, and how many must it read?"
            ),
            correct=_("{answer}: backwards, {because}."),
            hints={
                "only-the-published-size": _(
                    "At {answer} one place is left in the auxiliary head. How many numbers does a map have "
                    "then, for one image?"
                ),
                "stops-before-last": _(
                    "At {answer} a map of 2 x 2 reaches the head's 5x5 convolution. What does that leave?"
                ),
                "main-head-only": _(
                    "At {answer} the last map is 2 x 2. In training a second head runs: what does it need?"
                ),
            },
        ),
    ),
    "inception.widest-bottleneck": CustomQuestion(
        _WIDEST,
        because=f"{_NARROW_LIMIT} // (288 + 5×5×64)",
        wrong={"one-by-one-is-free": _NARROW_LIMIT // (25 * 64), "nearly-there": _WIDEST + 1},
        form=NUMBER._replace(
            fraction=_("{value} is not a whole number, and b is one. Which whole number below it still fits?")
        ),
        words=Words(
            prompt=_(
                "Conv2d(288, b, 1) and Conv2d(b, 64, 5, padding=2) behind it are to have fewer weights "
                "together than Conv2d(288, 64, 3). None of the three has biases. What is the largest b?"
            ),
            ask=_(
                "What does one map more of the bottleneck cost, in the 1x1 that makes it and the 5x5 that "
                "reads it?"
            ),
            hints={
                "nearly-there": _("What do {answer} maps cost, in both layers, and is that below the limit?"),
                "one-by-one-is-free": _(
                    "{answer} is the largest b if only the 5x5 counts. What does the 1x1 cost for each of "
                    "its maps?"
                ),
            },
        ),
    ),
    **IDEAS,
}
