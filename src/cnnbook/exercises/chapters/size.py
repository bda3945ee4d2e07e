"""Exercises of chapter 01: output size, its inverse, receptive fields."""

from __future__ import annotations

from cnnbook.arithmetic import Window, receptive_field, same_padding, unread
from cnnbook.exercises.choices import Choice, Option
from cnnbook.exercises.forms import AMOUNT, NUMBER
from cnnbook.exercises.functions.fields import WRITE_FIELD
from cnnbook.exercises.functions.sizes import WRITE_OUTPUT_SIZE
from cnnbook.exercises.kinds.axis import Axis
from cnnbook.exercises.kinds.input_sizes import LargestInput
from cnnbook.exercises.kinds.setting_designs import SettingDesign
from cnnbook.exercises.kinds.settings import SettingFor
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.kinds.windows import WindowQuestion, conv_question
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import NO_WORDS, CustomQuestion, Question, Words
from cnnbook.exercises.words import _, say


def _side(size: int, window: Window, *targets: str, words: Words = NO_WORDS) -> Question:
    """Return the question about the output size on one axis."""
    return WindowQuestion((size,), window, targets=targets, words=words)


def _field(*windows: tuple[int, int], jump: bool = False) -> int:
    """Return the receptive field, or the jump, after windows of these kernel sizes and strides."""
    field = receptive_field([Window(kernel_size, stride) for kernel_size, stride in windows])[0]
    return field.jump if jump else field.size


def _stack(text: str, *windows: tuple[int, int]) -> Item:
    """Return layers of these kernel sizes and strides as an item of the order by receptive fields."""
    field = _field(*windows)
    said = say(_("{field} pixels"), field=field)
    wrong = {
        "field-no-stride": _field(*((kernel_size, 1) for kernel_size, _stride in windows)),
        "fields-added": sum(kernel_size for kernel_size, _stride in windows),
    }
    return Item(text, field, said, wrong=wrong)


# What the chapter has taught of the formula, where it asks the first questions.
_PLACES = Words(
    ask=_("Draw the row. How many steps can the kernel take after its first place?"),
    formula=_("n - k steps, and the place before the first step: n - k + 1."),
    substituted=_("With the numbers: {n} - {k} + 1."),
    correct=_("{answer}: {n} - {k} + 1 places."),
)
_PADDED = Words(
    formula=_("n + 2p pixels with the padding, and n + 2p - k + 1 places."),
    substituted=_("With the numbers: {n} + 2×{p} - {k} + 1."),
    correct=_("{answer}: {n} + 2×{p} - {k} + 1 places."),
)
_STRIDED = Words(
    ask=_(
        "How many pixels can the kernel still move over, after its first place? How many whole steps of {s} "
        "are these?"
    ),
    formula=_("Steps of s: floor((n + 2p - k)/s) + 1 places, where floor rounds down."),
    substituted=_("With the numbers: floor(({n} + 2×{p} - {k})/{s}) + 1."),
    correct=_("{answer}: floor(({n} + 2×{p} - {k})/{s}) + 1 places."),
)
_STEM = ((7, 2), (3, 2), (3, 1))  # ResNet's stem and the first convolution after it: kernel size, stride
# Kernel sizes and strides for which each wrong rule gives another number than the right one.
_TOLD_APART = ((7, 2), (3, 2), (5, 1))

EXERCISES: dict[str, Question] = {
    "size.first": _side(5, Window((3,)), "same-size", "no-plus-one", words=_PLACES),
    "size.deepest": Choice(
        Option(
            _("{right} layers"),
            _("After {right} layers {left} rows are left, and a kernel of {k} rows does not fit into them."),
        ),
        (
            Option(
                _("{few} layers"), _("{few} is {n} divided by {k}. How many rows does one layer take away?")
            ),
            Option(
                _("{many} layers"),
                _("{many} is {n} divided by {less}. The last kernel needs {k} rows and finds {left}."),
            ),
            Option(
                _("{most} layers"),
                _("That is right for kernels of 3. How many rows does a kernel of {k} take away?"),
            ),
        ),
        numbers={
            "n": 28,
            "k": 5,
            "less": 5 - 1,
            "right": (28 - 1) // (5 - 1),
            "left": 28 - (28 - 1) // (5 - 1) * (5 - 1),
            "few": 28 // 5,
            "many": 28 // (5 - 1),
            "most": (28 - 1) // (3 - 1),
        },
        words=Words(
            prompt=_(
                "A picture of {n} x {n} goes through convolutions with kernels of {k} x {k} and no padding, "
                "one after the other. How many of them can there be before a kernel no longer fits?"
            ),
            ask=_("How many rows are left after one layer, and after two?"),
            formula=_("Each layer makes n - k + 1 rows of n rows."),
        ),
    ),
    "size.padded": _side(
        10,
        Window((7,), padding=2),
        "no-padding",
        "padding-once",
        "padding-doubled",
        "same-size",
        words=_PADDED,
    ),
    "size.strided": _side(
        13,
        Window((5,), stride=2),
        "no-stride",
        "no-plus-one",
        "divides-by-stride",
        words=_STRIDED,
    ),
    "size.padded-strided": _side(
        13,
        Window((4,), stride=2, padding=2),
        "rounds-up",
        "no-padding",
        "padding-after",
        "no-stride",
        "same-size",
    ),
    "size.stem": _side(
        300, Window((5,), stride=2, padding=2), "rounds-up", "no-padding", "padding-once", "no-stride"
    ),
    "size.stem-short": _side(
        224,
        Window((7,), stride=2, padding=2),
        "rounds-up",
        "no-padding",
        "padding-once",
        "no-stride",
        words=Words(
            prompt=_(
                "The first layer of a network was meant to halve the image, but padding={p} was typed by "
                "mistake. It reads {n} rows with kernel_size={k} and stride={s}. How many rows come out?"
            ),
            ask=_(
                "With padding=3, as was meant, 112 rows come out. Pad both sides by {p}: how many rows are "
                "there? Then place the first window: how many whole steps of {s} are left, and how many "
                "places do these steps make?"
            ),
        ),
    ),
    "size.uneven": WindowQuestion(
        (20, 33),
        Window((3, 5), stride=(1, 2), padding=(0, 1)),
        targets=("swapped-height-width", "kernel-wrong-axis", "no-stride", "no-padding", "same-size"),
        words=Words(
            topics={
                "padding": _(
                    "Take the width: how many columns are there with the padding on both sides, and how many "
                    "whole steps of 2 are left after the first window of 5?"
                )
            },
            hints={
                "divides-by-stride": _(
                    "These are the two sides divided by their strides, and {n} {lines} are as many as go in. "
                    "The kernel spans {span} {lines}: where can the last full window start?"
                )
            },
        ),
    ),
    "size.shape": conv_question(
        (3, 120, 163),  # neither side is halved, and one of the two leaves nothing over
        Window(7, stride=2, padding=1),
        64,
        "swapped-height-width",
        "channels-in",
        "channels-multiplied",
        "channels-last",
        "no-stride",
        words=Words(
            ask=_(
                "How many {lines} are there with the padding on both sides? How many whole steps of 2 fit "
                "after the first window, and how many places do these steps make?"
            )
        ),
    ),
    "size.find-the-slip": FindTheSlip(
        conv_question((3, 30, 44), Window(5, stride=2, padding=1), 8), "no-plus-one"
    ),
    "size.dilated": _side(
        20, Window((3,), dilation=2), "no-dilation", "dilation-times-kernel", "dilation-as-gap"
    ),
    "size.dilate": Choice(
        Option(
            _("It sees a square of {span} x {span} pixels with {weights} weights."),
            _("The weights stand {d} pixels apart, so the square grows and their number stays."),
        ),
        (
            Option(
                _("It has {more} weights and sees a square of {span} x {span} pixels."),
                _("The gaps hold no weights: a pixel in a gap is not multiplied by anything."),
            ),
            Option(
                _("It makes a map with half as many rows."),
                _("That is what a stride of {d} does. Dilation moves the weights, not the windows."),
            ),
            Option(
                _("It keeps its square of {k} x {k} pixels and reads fewer of them."),
                _("All {weights} weights still read a pixel each. How far apart do these pixels lie?"),
                "no-dilation",
            ),
        ),
        numbers={"k": 3, "d": 2, "weights": 3 * 3, "span": 2 * (3 - 1) + 1, "more": (2 * (3 - 1) + 1) ** 2},
        words=Words(
            prompt=_("A kernel of {k} x {k} gets dilation {d}. What happens to it?"),
            ask=_("Draw the weights of one row. Where do they stand, and what is between them?"),
        ),
    ),
    "size.span": CustomQuestion(
        Axis(0, 3, dilation=4).span,
        because="4×(3 - 1) + 1",
        wrong={"no-dilation": 3, "dilation-times-kernel": 4 * 3, "dilation-as-gap": (4 + 1) * (3 - 1) + 1},
        numbers={"k": 3, "d": 4},
        form=NUMBER,
        words=Words(
            prompt=_(
                "A kernel of 3 weights has dilation 4. How many pixels wide is it, from its first weight to "
                "its last, both counted?"
            ),
            ask=_("Write down at which pixels the three weights stand, if the first stands at 0."),
            hints={
                "no-dilation": _(
                    "{answer} is the kernel at dilation 1. With dilation={d} its {k} weights are {d} apart: "
                    "at which pixels do they stand, if the first stands at 0?"
                ),
                "dilation-times-kernel": _(
                    "{answer} is {d} × {k}. Draw the {k} weights, {d} apart: how many pixels are there from "
                    "the first to the last, both counted?"
                ),
                "dilation-as-gap": _(
                    "{answer} is the width if there are {d} empty pixels between two weights. dilation=1 is "
                    "the ordinary kernel: how many empty pixels does that have?"
                ),
            },
        ),
    ),
    "size.keep": SettingFor(
        Axis(32, 9),
        32,
        targets=("padding-once", "same-size"),
        words=Words(
            formula=_("n + 2p - k + 1 places, and these should be n. Solve it for p."),
            substituted=_("With the numbers: {n} + 2p - {k} + 1 = {m}."),
        ),
    ),
    "size.keep-dilated": SettingFor(
        Axis(32, 5, dilation=3), 32, targets=("no-dilation", "padding-once", "same-size")
    ),
    "size.halve": SettingFor(Axis(224, 7, stride=2), 112, targets=("padding-once", "same-size")),
    "size.design": SettingDesign(
        224, 112, wrong={"rounds-up": (3, 2, 0), "padding-once": (7, 2, 6)}, targets=("rounds-up",)
    ),
    "size.total-padding": CustomQuestion(
        same_padding(7),
        because="6 // 2",
        wrong={"padding-doubled": 6, "padding-quadrupled": 12},
        form=NUMBER,
        words=Words(
            ask=_("Does PyTorch count the padding of one side, or of both sides together?"),
            prompt=_(
                "For a kernel of 7, the book Dive into Deep Learning pads 6 rows in total. Which padding "
                "does the same in PyTorch?"
            ),
            hints={
                "padding-doubled": _(
                    "{answer} counts both sides together. PyTorch's padding is per side: how much of it goes "
                    "on one?"
                ),
                "padding-quadrupled": _(
                    "{answer} is twice the total. A total counts both sides: how much of it is on one?"
                ),
            },
        ),
    ),
    "size.largest-input": LargestInput(
        Axis(0, 5, stride=3),
        4,
        targets=("rounds-up", "no-plus-one", "no-stride"),
        words=Words(
            ask=_(
                "Write down where the {m} windows start: 0, {s}, ... Where does the last one end, and how "
                "many pixels can follow before one more fits?"
            )
        ),
    ),
    "size.unread": CustomQuestion(
        unread((20, 20), Window(5, stride=4))[0],
        because="20 - (3×4 + 5)",
        wrong={"reads-everything": 0},
        form=NUMBER,
        words=Words(
            ask=_(
                "In which rows do the windows start, and how many rows come after the last row of the last "
                "one?"
            ),
            prompt=_(
                "A convolution with kernel_size=5, stride=4 and no padding reads 20 rows. How many rows at "
                "the bottom does no window read?"
            ),
            hints={
                "reads-everything": _(
                    "Write down in which rows the windows start: 0, 4, 8, ... Which is the last row that the "
                    "last window reads?"
                )
            },
        ),
    ),
    "size.tensorflow-same": CustomQuestion(
        -(-13 // 2),
        because="ceil(13/2)",
        wrong={"no-padding": Window((3,), 2).output_size((13,))[0], "same-size": 13},
        numbers={"n": 13, "s": 2},
        form=NUMBER,
        words=Words(
            ask=_(
                "With SAME, each stride gives one output, and what is left over gives one more. How "
                "many strides of 2 are there in 13 rows, and what is left?"
            ),
            prompt=_(
                "A convolution of TensorFlow reads an image of 13 x 13 with a kernel of 3, stride 2 and "
                "padding SAME. How high is the output?"
            ),
            hints={
                "no-padding": _(
                    "{answer} is what PyTorch gives without padding. SAME pads so that each stride of {s} "
                    "gives an output, the last incomplete one too: how many strides begin within {n} rows?"
                ),
                "same-size": _(
                    "SAME keeps the size only at stride 1. In how many steps of {s} do you get across {n} "
                    "rows?"
                ),
            },
        ),
    ),
    "size.field-five": CustomQuestion(
        _field(*[(5, 2)] * 5),
        because="1 + 4×(1 + 2 + 4 + 8 + 16)",
        wrong={
            "fields-added": 5 * 5,
            "field-no-stride": _field(*[(5, 1)] * 5),
            "field-last-kernel": 5,
            "field-counted-once": 5 + 4 * (5 - 1) * 2,
            "field-kernel-sizes": 1 + 5 * (1 + 2 + 4 + 8 + 16),
            "own-stride-in-field": [1 + 4 * (2 + 4 + 8 + 16 + 32), 1 + 4 * (2 + 2 + 2 + 2 + 2)],
            "example-remembered": _field(*[(3, 2)] * 5),
        },
        numbers={"k": 5},
        form=NUMBER,
        words=Words(
            prompt=_(
                "Five layers follow each other, each with a kernel of 5 x 5 and stride 2. How many pixels "
                "wide is the receptive field of one unit of the last layer?"
            ),
            ask=_(
                "Write a line for each layer: how wide is the field so far, and how many pixels apart are "
                "two neighbours?"
            ),
            formula=_("Start with 1. Each layer adds (k - 1) times the product of all strides before it."),
            hints={
                "example-remembered": _(
                    "{answer} is right for kernels of 3 x 3. How many weights follow the first one in a row "
                    "of a kernel of {k}, and how many pixels does each of them add in the second layer?"
                ),
                "own-stride-in-field": _(
                    "{answer} comes out if a layer's stride widens its own kernel. A stride acts between two "
                    "windows: how far apart are the pixels that the first window reads?"
                ),
            },
        ),
    ),
    "size.field-two": CustomQuestion(
        _field((3, 1), (3, 1)),
        because="3 + (3 - 1)",
        wrong={"fields-added": 3 + 3, "field-last-kernel": 3, "fields-multiplied": 3 * 3},
        form=NUMBER,
        words=Words(
            ask=_(
                "A unit of the second layer reads 3 units of the first. How many pixels does each of "
                "these see, and how many of them does it share with its neighbour?"
            ),
            prompt=_(
                "Two layers with kernels of 3 x 3 and stride 1 follow each other. How many pixels high is "
                "the receptive field of one unit of the second layer?"
            ),
        ),
    ),
    "size.field-three": CustomQuestion(
        _field((3, 1), (3, 1), (3, 1)),
        because="3 + (3 - 1) + (3 - 1)",
        wrong={"fields-added": 3 * 3, "field-last-kernel": 3, "fields-multiplied": 3**3},
        form=NUMBER,
        words=Words(
            ask=_(
                "Take one layer at a time. How many pixels does a unit of the second layer see, and "
                "how many more does the third layer add?"
            ),
            prompt=_(
                "Three layers with kernels of 3 x 3 and stride 1 follow each other. How many pixels high is "
                "the receptive field of one unit of the third layer?"
            ),
        ),
    ),
    "size.field-strided": CustomQuestion(
        _field(*_TOLD_APART),
        because="7 + (3 - 1)×2 + (5 - 1)×4",
        wrong={
            "fields-added": sum(kernel_size for kernel_size, _ in _TOLD_APART),
            "field-no-stride": _field(*((kernel_size, 1) for kernel_size, _ in _TOLD_APART)),
            "field-last-kernel": 5,
            "field-counted-once": 7 + (3 - 1) * 2 + (5 - 1) * 2,
            "own-stride-in-field": [
                1 + (7 - 1) * 2 + (3 - 1) * 4 + (5 - 1) * 4,
                1 + (7 - 1) * 2 + (3 - 1) * 2 + (5 - 1) * 1,
            ],
            "field-kernel-sizes": 1 + 7 + 3 * 2 + 5 * 4,
        },
        numbers={"k": 7},
        form=NUMBER,
        words=Words(
            prompt=_(
                "Three layers with kernels of 7, 3 and 5 and strides 2, 2 and 1 follow each other. How many "
                "pixels high is the receptive field of one unit of the last layer?"
            ),
            ask=_(
                "Take one layer at a time. How many pixels does one unit of it see, and how many pixels "
                "apart are two neighbours?"
            ),
            hints={
                "own-stride-in-field": _(
                    "{answer} comes out if a layer's stride widens its own kernel. A stride acts between two "
                    "windows: how far apart are the pixels that the first window reads?"
                ),
            },
        ),
    ),
    "size.jump": CustomQuestion(
        _field(*_STEM, jump=True),
        because="2×2×1",
        wrong={"jump-last-stride": _STEM[-1][1], "jump-added": sum(stride for _, stride in _STEM)},
        form=AMOUNT,
        words=Words(
            ask=_(
                "One step in the last map is how many steps in the map before it, and how many "
                "pixels is each of these?"
            ),
            prompt=_(
                "Three layers with the strides 2, 2 and 1 follow each other. How many pixels of the image is "
                "one step in the last map?"
            ),
        ),
    ),
    "size.field-design": CustomQuestion(
        next(s for s in range(1, 9) if _field((3, s), (3, 1), (3, 1)) == 11),
        because="(11 - 3)/((3 - 1) + (3 - 1))",
        wrong={
            "field-counted-once": next(s for s in range(1, 9) if 3 + (3 - 1) * s == 11),
            "own-stride-in-field": next(s for s in range(1, 9) if 1 + (3 - 1) * (s + 1 + 1) == 11),
        },
        form=NUMBER,
        words=Words(
            prompt=_(
                "Three layers, each with a kernel of 3, have the strides s, 1 and 1. Which stride s gives a "
                "unit of the last layer a receptive field of 11 pixels?"
            ),
            ask=_(
                "Two neighbours of the first layer are s pixels apart. How many pixels does each of the "
                "other two layers add to the 3 of the first?"
            ),
            hints={
                "field-counted-once": _(
                    "{answer} is right if only one layer follows the first. How many layers after the first "
                    "feel its stride?"
                ),
                "own-stride-in-field": _(
                    "{answer} is right if a layer's stride widens its own kernel and no other. Which layers "
                    "read pixels that the first stride has set apart?"
                ),
            },
        ),
    ),
    "size.order-fields": Order(
        (
            _stack(_("two layers: kernel 3 with stride 4, then kernel 3"), (3, 4), (3, 1)),
            _stack(_("four layers of kernel 3, all with stride 1"), (3, 1), (3, 1), (3, 1), (3, 1)),
            _stack(_("one layer of kernel 7"), (7, 1)),
            _stack(_("three layers of kernel 3, each with stride 2"), (3, 2), (3, 2), (3, 2)),
        ),
        words=Words(
            prompt=_(
                "How much does one unit of the last layer see? Put these four stacks in order, the smallest "
                "receptive field first."
            ),
            ask=_("Take one stack, layer by layer: how many pixels does each layer add?"),
            formula=_("Start with 1. Each layer adds (k - 1) times the product of all strides before it."),
        ),
    ),
    "size.write-output-size": WRITE_OUTPUT_SIZE,
    "size.write-field": WRITE_FIELD,
}
