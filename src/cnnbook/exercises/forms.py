"""The form of an answer: how many numbers it has, what each of them means, and how to type them."""

from __future__ import annotations

from typing import NamedTuple

from cnnbook.exercises.words import _

LETTERS = "abcdef"
Answer = tuple[int, ...]
MapShape = tuple[int, int, int]  # (C, H, W)


class Form(NamedTuple):
    """The form of an answer.

    `components` are the names of its numbers in the code, `labels` those that learners see (empty if there is
    only one number), and `example` shows how to type an answer. `wanted` is the message for an answer with
    too many or too few numbers, `fraction` the one for a number that is not whole. If `unit` is "bytes",
    units such as kB and MiB can be typed.

    `options` are the texts that can be chosen from, or put in order, as they are listed. The numbers of such
    an answer are places in this list, counted from 1, and they are typed as letters.

    `near` is whether a number that is off by 1 is nearly right, as a number of rows is after a step that was
    rounded the other way. A sum or a product of the question's numbers is not.
    """

    name: str
    components: tuple[str, ...]
    example: str
    wanted: str
    labels: tuple[str, ...] = ("",)
    fraction: str = _("{value} is not a whole number, and it should be. Which step left a fraction?")
    unit: str = ""
    options: tuple[str, ...] = ()
    near: bool = True

    @property
    def listed(self) -> tuple[str, ...]:
        """The options, each behind its letter, as in "a) 5 rows"."""
        return tuple(f"{letter}) {text}" for letter, text in zip(LETTERS, self.options, strict=False))

    def typed(self, answer: Answer) -> tuple[str, ...]:
        """Return the numbers of an answer as they are typed; those of options are letters."""
        return tuple(LETTERS[number - 1] if self.options else str(number) for number in answer)


_ONE = _("One number is wanted, like {example}; I read {count} in {answer}.")

# No exercise has one of these examples as its answer, which a test checks.
NUMBER = Form("number", ("number",), '17 or "(40 - 6)//2"', _ONE)
AMOUNT = NUMBER._replace(near=False)
COUNT = Form(
    "count",
    ("count",),
    '1234, "1,234" or "2*3*7"',
    _ONE,
    fraction=_("{value} is not a whole number, and a count is one. Which step left a fraction?"),
    near=False,
)
BYTES = COUNT._replace(unit="bytes")
SIZE = Form(
    "size",
    ("height", "width"),
    '(30, 40) or "30x40"',
    _("Two numbers are wanted, (height, width), like {example}; I read {count} in {answer}."),
    (_("height"), _("width")),
)
SHAPE = Form(
    "shape",
    ("channels", "height", "width"),
    '(20, 30, 40) or "20x30x40"',
    _("Three numbers are wanted, (channels, height, width), like {example}; I read {count} in {answer}."),
    (_("channels"), _("height"), _("width")),
)
SHAPE_OF_LENGTH = SHAPE._replace(
    name="shape-1d",
    components=("channels", "length"),
    example='(20, 30) or "20x30"',
    wanted=_("Two numbers are wanted, (channels, length), like {example}; I read {count} in {answer}."),
    labels=(_("channels"), _("length")),
)
SHAPE_OF_VOLUME = SHAPE._replace(
    name="shape-3d",
    components=("channels", "depth", "height", "width"),
    example='(20, 8, 30, 40) or "20x8x30x40"',
    wanted=_(
        "Four numbers are wanted, (channels, depth, height, width), like {example}; I read {count} in "
        "{answer}."
    ),
    labels=(_("channels"), _("depth"), _("height"), _("width")),
)
RANGE = Form(
    "range",
    ("smallest", "largest"),
    '(30, 33) or "30 to 33"',
    _("Two numbers are wanted, the smallest and the largest, like {example}; I read {count} in {answer}."),
    (_("smallest"), _("largest")),
)

_CHOSEN = _("One letter is wanted, like {example}; the options are {letters}. I read {answer}.")
_ORDERED = _("Each of the letters {letters} is wanted once, like {example}; I read {answer}.")
_PLACES = (_("1st"), _("2nd"), _("3rd"), _("4th"), _("5th"), _("6th"))


def choice_of(options: tuple[str, ...]) -> Form:
    """Return the form of the choice of one of these options.

    >>> choice_of(("5 rows", "4 rows")).listed
    ('a) 5 rows', 'b) 4 rows')
    """
    return Form("choice", ("choice",), '"a"', _CHOSEN, options=options)


def order_of(items: tuple[str, ...]) -> Form:
    """Return the form of an order of these items: one letter for each place.

    >>> order_of(("conv1", "conv2", "fc")).typed((3, 1, 2))
    ('c', 'a', 'b')
    """
    letters = tuple(LETTERS[: len(items)])
    example = f'"{" ".join(letters[::-1])}"'
    return Form("order", letters, example, _ORDERED, _PLACES[: len(items)], options=items)
