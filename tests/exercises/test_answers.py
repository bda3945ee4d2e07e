"""Answers as people give them are read; everything else is refused with its reason."""

import random
import subprocess
import sys
import time
from contextlib import suppress

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.checking.reading import read
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import BYTES, COUNT, NUMBER, RANGE, SHAPE, SIZE
from cnnbook.exercises.questions import CustomQuestion

SHAPES = [
    "6@28x30", "(6, 28, 30)", "6,28,30", "6x28x30", "6×28×30", "6X28X30", "6 28 30", "[6, 28, 30]",
    "6; 28; 30", "６×２８×３０", "٦, ٢٨, ٣٠", r"$6\times28\times30$", r"\left(6, 28, 30\right)",
    "torch.Size([6, 28, 30])", "torch.Size([1, 6, 28, 30])", "(N, 6, 28, 30)", "(None, 6, 28, 30)",
    "(-1, 6, 28, 30)", "(1,6,28,30)", "C=6, H=28, W=30", "h=28 w=30 c=6", "shape: 6x28x30",
    "the answer is (6, 28, 30).", "6 by 28 by 30", "6 x ((32-5)//1+1) x 30", "6 channels, 28 high, 30 wide",
    "6@(28, 30)", "\u202a6×28×30\u202c", "6\u00d728\u00d730\n", (6, 28, 30), [6, 28, 30], (1, 6, 28, 30),
    ["6", "28", "30"], [(6, 28, 30)], torch.Size([6, 28, 30]), (np.int64(6), np.int32(28), 30),
    np.array([6, 28, 30]), torch.tensor([6, 28, 30]), torch.zeros(1, 6, 28, 30), np.zeros((6, 28, 30)),
    (6.0, 28.0, 30.0),
]  # fmt: skip
COUNTS = [
    "61706", "61,706", "61 706", "61_706", "61'706", "61’706", "61.706", "61,706 params",
    "61706 parameters in total", "about 61,706", "= 61706", "400*120 + 13706", "61,700 + 6", "61.706k",
    "6.1706e4", 61706, 61706.0, np.int64(61706), torch.tensor(61706), ("61,706",), "total: 61,706",
]  # fmt: skip
NUMBERS = [
    "28", " 28 ", "28.", "twenty-eight", "28 (27 + 1)", "28 rows out", "(32-5)//1 + 1", "(32 - 5)/1 + 1 = 28",
    "floor(27.5/1) + 1", "⌊(59-5)/2⌋ + 1", r"\lfloor\frac{59-5}{2}\rfloor+1", "ceil(27.2)", "28 px",
    "28 pixels", "2^5 - 4", "28 rows", 28.0, "2*14", "math.floor(28.9)",
]  # fmt: skip


@pytest.mark.parametrize("answer", SHAPES, ids=repr)
def test_a_shape_is_read_in_every_way_people_give_it(answer):
    """Each of these says six channels of 28 by 30."""
    assert read(answer, SHAPE).answer == (6, 28, 30)


@pytest.mark.parametrize("answer", COUNTS, ids=repr)
def test_a_count_is_read_in_every_way_people_give_it(answer):
    """Each of these says 61,706."""
    assert read(answer, COUNT).means((61706,))


@pytest.mark.parametrize("answer", NUMBERS, ids=repr)
def test_a_number_is_read_in_every_way_people_give_it(answer):
    """Each of these says 28."""
    assert read(answer, NUMBER).answer == (28,)


def test_a_comma_groups_thousands_in_a_count_and_separates_in_a_size():
    """The same text means what its question asks for."""
    assert read("150,528", COUNT).answer == (150528,)
    assert read("150,528", SIZE).answer == (150, 528)


@pytest.mark.parametrize(
    "answer", ["30 to 33", "30, 31, 32, 33", "(30, 33)", [30, 33], range(30, 34), "30 and 33"], ids=repr
)
def test_a_range_is_its_ends(answer):
    """The smallest and the largest, or all of them in a row."""
    assert read(answer, RANGE).answer == (30, 33)


def test_a_range_of_far_ends_is_refused_at_once():
    """Three numbers that are not in a row are no range, however far apart they are."""
    with pytest.raises(UnreadableError):
        read("1, 5, 900000000000", RANGE)


def test_a_text_alone_in_a_list_means_what_the_text_means():
    """Rounding and products are read there, too."""
    assert read(["61.7k"], COUNT).means((61_706,))
    assert read(("2 * 2",), NUMBER).answer == (4,)


def test_notation_of_the_1998_paper_stands_for_square_maps():
    """6@28 is how the LeNet-5 paper's figure writes six maps of 28x28."""
    assert read("6@28", SHAPE).answer == (6, 28, 28)


def test_a_rounded_count_means_what_rounds_to_it():
    """61.1M says 61,100,840 but not 61,160,840."""
    reading = read("61.1M", COUNT)
    assert reading.means((61_100_840,))
    assert not reading.means((61_160_840,))


class Liar(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


class Bomb:
    def __getattr__(self, name):
        raise MemoryError

    def __index__(self):
        raise RuntimeError("boom")


UNREADABLE = [
    ("hello", SHAPE, "words"), ("6*28*28", SHAPE, "product"), ("28", SHAPE, "wants-shape"),
    ("6x28", SHAPE, "wants-shape"), ("28x30", NUMBER, "two"), ("28x28", NUMBER, "two"),
    ((28, 28), NUMBER, "two"),
    ("18 or 16", NUMBER, "open"), ("28, 30, 32", NUMBER, "wants-number"), ("4.5", NUMBER, "fraction-number"),
    ("(12-5)/2 + 1", NUMBER, "fraction-number"), ("1/0", NUMBER, "zero"), ("1 % 0", NUMBER, "zero"),
    ("9**9**9", NUMBER, "huge"), ("9**99", NUMBER, "huge"), ("1e999", COUNT, "huge"),
    ("9" * 40, COUNT, "huge"), ("(" * 100 + "3", NUMBER, "nested"), ("((3", NUMBER, "brackets"),
    ("3 +", NUMBER, "unfinished"), ("x" * 500, NUMBER, "long"), ("3\x004", NUMBER, "words"),
    ("__import__('os')", NUMBER, "words"), ("[].append", NUMBER, "words"), ("0x1F", NUMBER, "words"),
    (True, NUMBER, "object"), ((True, 28, 28), SHAPE, "object"), (b"28", NUMBER, "object"),
    ({28}, NUMBER, "object"), ({"h": 28}, SIZE, "object"), (float("nan"), NUMBER, "object"),
    (float("inf"), NUMBER, "huge"), (10**16, COUNT, "huge"), (object(), NUMBER, "object"),
    (Bomb(), NUMBER, "object"), (list(range(100)), SHAPE, "many"), (iter([1, 2, 3]), SHAPE, "object"),
    (27.5, NUMBER, "fraction-number"), (3 + 4j, NUMBER, "object"), (len, NUMBER, "object"),
    (lambda: 3, NUMBER, "object"), ((6, 28, None), SHAPE, "object"), ((None, None, 6, 28), SHAPE, "object"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "form", "reason"), UNREADABLE, ids=lambda value: repr(value).partition(" at 0x")[0][:40]
)
def test_what_is_no_answer_is_refused_with_its_reason(answer, form, reason):
    """The reason is the message that says what would be read."""
    with pytest.raises(UnreadableError) as caught:
        read(answer, form)
    assert (
        caught.value.message
        == {
            "wants": form.wanted,
            "fraction": form.fraction,
            **{name.lower(): message for name, message in vars(unreadable).items() if name.isupper()},
        }[reason.partition("-")[0]]
    )
    said = judge(CustomQuestion(3, form=form), answer)
    assert said.outcome == "unreadable"
    assert "{" not in said.message


def test_an_integer_cannot_lie_about_being_equal():
    """A subclass of int whose __eq__ always agrees is read as the integer that it is."""
    (answer,) = read(Liar(5), NUMBER).answer
    assert type(answer) is int
    assert answer != 28


@pytest.mark.parametrize(
    "blank", [..., None, "", "   ", "...", "…", "?", "TODO", (), [], (..., ...), [None]], ids=repr
)
def test_a_placeholder_is_no_attempt(blank):
    """What stands in an untouched cell, or means nothing yet, is blank."""
    assert read(blank, SHAPE) is None


@pytest.mark.parametrize("answer", [0, "0", False, (0,), "none of them", "-1"], ids=repr)
def test_zero_and_words_are_attempts(answer):
    """A false value is not a blank."""
    with suppress(UnreadableError):
        assert read(answer, NUMBER) is not None


HOSTILE = [
    "(" * 1_000_000, "9" * 10_000_000, " " * 10_000_000, "9**9**9**9", "2**" * 60 + "2", "-" * 299 + "1",
    "+-" * 140 + "1", "\x00" * 250, "\u202e" * 250 + "5", "ﷺ" * 299, "Z" + "\u0300" * 290, "1e" + "9" * 280,
    "1," * 149, "floor(" * 40 + "1" + ")" * 40, "floor " * 45 + "1", "{" * 140 + "1" + "}" * 140,
    r"\frac{" * 50, r"\frac{1}{0}", "=" * 299, "a=" * 149, "c=" * 149 + "1", "h=1" * 99, "1 x " * 74,
    "@" * 299, "1" * 299, "." * 299, "1." * 149, "_1" * 149, "1_" * 149, "\ud800", "\ud83d", "𝟞×𝟚𝟠×𝟚𝟠",
    "１" * 299, "½", "²", "6²", "²" * 299, "1/3/0", "%" * 299, "()" * 149, "(,)" * 99, ",,,,", "⌊" * 299,
    "⌋" * 299, "1,000" * 59, "1 000 " * 49, "' " * 149, "\n" * 299, "\r\n6\r\n", "x" * 299, "e" * 299,
    "1e5e5", "0b1", "1j", "nan", "inf", "-inf", "1" + "0" * 15, "1" + "0" * 16, "exit()", "__class__",
    "().__class__.__bases__[0]", "os.system('true')", "open('x')", "f'{1}'", "`1`", "$1$",
]  # fmt: skip


@pytest.mark.parametrize("form", [NUMBER, COUNT, SIZE, SHAPE], ids=lambda form: form.name)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:15]))
def test_hostile_text_is_read_or_refused_at_once(text, form):
    """Nothing but UnreadableError comes out, within 50 ms of processor time."""
    start = time.process_time()
    try:
        answer = read(text, form).answer
    except UnreadableError:
        answer = ()
    assert time.process_time() - start < 0.05
    assert all(type(number) is int and abs(number) <= 10**15 for number in answer)


PIECES = [
    "6", "28", "3.5", "1e3", "(", ")", "[", "]", ",", ";", "x", "×", "@", "*", "**", "/", "//", "%", "+",
    "-", "=", ":", " ", "_", "'", ".", "floor", "ceil", "k", "M", "params", "c", "h", "w", "n", "\\times",
    "\\frac{", "}", "{", "⌊", "⌋", "²", "\u202e", "\x00", "0", "999999999", "torch.Size", "and", "by",
    "√", "٣", "½", "ﷺ", "$", "^", "->", "\t",
]  # fmt: skip


PASTED = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.text(max_size=400), PASTED, st.binary(max_size=80).map(repr)))
def test_any_text_is_read_or_refused(text):
    """Reading is total: integers come out, or UnreadableError does."""
    for form in (NUMBER, COUNT, SIZE, SHAPE):
        try:
            reading = read(text, form)
        except UnreadableError:
            continue
        assert reading is None or len(reading.answer) == len(form.components)


def test_a_hundred_thousand_texts_are_read_or_refused():
    """Random strings of the pieces answers are made of; no one of them takes 50 ms of the processor."""
    chance = random.Random(0)
    read_at_all, slowest = 0, 0.0
    for number in range(100_000):
        text = "".join(chance.choices(PIECES, k=chance.randint(1, 12)))
        form = (NUMBER, COUNT, SIZE, SHAPE)[number % 4]
        start = time.process_time()
        with suppress(UnreadableError):
            read_at_all += bool(read(text, form))
        slowest = max(slowest, time.process_time() - start)
    assert slowest < 0.05
    assert 1_000 < read_at_all < 50_000


def test_reading_needs_no_torch_and_no_numpy():
    """A process that checks an answer has imported neither."""
    code = (
        "import sys; from cnnbook import check;"
        "assert check('lenet5.c1', '6@28x28').outcome == 'correct';"
        "heavy = ('torch', 'numpy', 'pandas', 'matplotlib', 'IPython');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("answer", "form", "meant"),
    [
        ("143.667 million", COUNT, 143_667_000),
        ("143.667 mio", COUNT, 143_667_000),
        ("143.667e6", COUNT, 143_667_000),
        ("143.667*10^6", COUNT, 143_667_000),
        ("143.667 × 10⁶", COUNT, 143_667_000),
        ("3.628 billion", COUNT, 3_628_000_000),
        ("3.628 GFLOPs", COUNT, 3_628_000_000),
        ("61.706 thousand", COUNT, 61_706),
        ("1,814 million", COUNT, 1_814_000_000),
        ("1.4366724*10**8", COUNT, 143_667_240),
        ("6*10⁴", COUNT, 60_000),
        ("2⁴", NUMBER, 16),
        ("2¹⁰", NUMBER, 1024),
        ("~61706", COUNT, 61_706),
        ("61,706.0", COUNT, 61_706),
        ("61.706", COUNT, 61_706),
        ("floor((300 + 2×2 - 1×(5 - 1) - 1)/2) + 1", NUMBER, 150),
        ("(2)(2)", NUMBER, 4),
        ("2 x (3 + 4) - 1", NUMBER, 13),
        ("102,228,128 bytes", BYTES, 102_228_128),
        ("102228128 B", BYTES, 102_228_128),
        ("102,228,128 B", BYTES, 102_228_128),
        ("102.2 MB", BYTES, 102_200_000),
        ("97.5 MiB", BYTES, 102_236_160),
    ],
)
def test_a_number_is_what_it_says(answer, form, meant):
    """Units, powers and products are read for what they are, to the last digit."""
    assert read(answer, form).answer == (meant,)


@pytest.mark.parametrize(
    ("answer", "form", "meant"),
    [
        ("55 x 55, 64 channels", SHAPE, (64, 55, 55)),
        ("64 channels of 55 x 60", SHAPE, (64, 55, 60)),
        ("28 high, 30 wide, 6 maps", SHAPE, (6, 28, 30)),
        ("width 30, height 28, channels 6", SHAPE, (6, 28, 30)),
        ("1 x 28 rows x 30 columns x 6 channels", SHAPE, (6, 28, 30)),
        ("16 wide, 18 high", SIZE, (18, 16)),
        ("16 columns, 18 rows", SIZE, (18, 16)),
        ("columns = 16, rows = 18", SIZE, (18, 16)),
        ("width x height = 16 x 18", SIZE, (18, 16)),
        ("(W, H): (16, 18)", SIZE, (18, 16)),
        ("H x W x C = 28 x 30 x 6", SHAPE, (6, 28, 30)),
        ("(16 columns x 18 rows)", SIZE, (18, 16)),
        ("28 pixels high, 30 pixels wide", SIZE, (28, 30)),
        ("35-36", RANGE, (35, 36)),
        ("35 – 36 pixels", RANGE, (35, 36)),
        ("from 35 to 36", RANGE, (35, 36)),
        ("between 35 and 36", RANGE, (35, 36)),
    ],
)
def test_numbers_go_where_their_labels_say(answer, form, meant):
    """A label beside a number counts more than its place."""
    assert read(answer, form).answer == meant


@pytest.mark.parametrize("answer", ["61.1 MB", "61 MiB", "61706 bytes"])
def test_bytes_are_read_only_where_bytes_are_asked_for(answer):
    """A count of parameters in bytes is refused, not taken for the count."""
    with pytest.raises(UnreadableError):
        read(answer, COUNT)


def test_a_label_given_twice_is_refused():
    """Two heights and no width have no order."""
    with pytest.raises(UnreadableError):
        read("16 high, 18 high", SIZE)


def test_a_unit_in_a_sum_rounds_nothing():
    """Only one number alone with its unit stands for all that round to it."""
    for answer in ("(35.0M - 25.557M)//1.12M", "131G//40.9G", "100M/1000", "11.7M - 0.513M"):
        assert read(answer, COUNT).tolerance == 0
    assert read("(61.1M)", COUNT).tolerance == 50_000
    assert read("about 61.1 million parameters", COUNT).tolerance == 50_000
