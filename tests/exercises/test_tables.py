"""Blanks in a trace table: each cell is judged by itself, and what follows from a slip is called that."""

import pytest

from cnnbook.arithmetic import Window
from cnnbook.exercises.checking.judging import judge, verdicts
from cnnbook.exercises.checking.reading import read
from cnnbook.exercises.kinds.chains import Chain, Layer
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.kinds.trace_tables import CHANNELS, HEIGHT, PARAMETERS, WIDTH, TableRow, TraceTable

# LeNet-5's first three layers, on a picture that is not square.
CHAIN = Chain((1, 32, 40), (Layer(Window(5), 6), Layer(Window.pool(2)), Layer(Window(5), 16)))
COUNTS = (ConvParameters((1, 6), (5, 5)), None, ConvParameters((6, 16), (5, 5)))
LINES = tuple(
    TableRow(name, step, count)
    for name, step, count in zip(("conv1", "pool1", "conv2"), CHAIN.steps(), COUNTS, strict=True)
)
TABLE = TraceTable(LINES, ((0, HEIGHT), (1, HEIGHT), (1, CHANNELS), (2, WIDTH), (2, PARAMETERS)))


def test_a_table_shows_its_numbers_and_leaves_its_cells_open():
    """Letters stand in the open cells, row by row; all else is shown."""
    assert TABLE.text.splitlines() == [
        "layer | what it is | (C, H, W) after it | parameters",
        "input | | (1, 32, 40) |",
        "conv1 | Conv2d(1, 6, kernel_size=5) | (6, a, 36) | 156",
        "pool1 | MaxPool2d(kernel_size=2) | (c, b, 18) | 0",
        "conv2 | Conv2d(6, 16, kernel_size=5) | (16, 10, d) | e",
    ]
    assert TABLE.key == (28, 14, 6, 14, 2416)


def test_one_side_of_a_square_map_does_not_give_the_other_away():
    """Where a side is open and the map square, both sides carry the letter."""
    step = next(Chain((1, 32, 32), (Layer(Window(5), 6),)).steps())
    assert "(6, a, a)" in TraceTable((TableRow("conv1", step),), ((0, HEIGHT),)).text


@pytest.mark.parametrize(
    ("answer", "cause", "message", "hint"),
    [
        (
            (27, 14, 6, 14, 2416),
            "no-plus-one",
            "a off by 1; b, c, d and e right",
            "in the row of conv1: 27",
        ),
        ((28, 27, 6, 14, 2416), "pool-stride-one", "b too large", "in the row of pool1: 27 is what"),
        ((28, 14, 3, 14, 2416), "pool-divides-channels", "c too small", "how many channels go in"),
        ((28, 14, 6, 18, 2416), "same-size", "d too large", "The first window covers 5 of the 18 columns"),
        ((28, 14, 6, 14, 2400), "no-bias", "e too small", "in the row of conv2: 2,400 counts"),
        ((28, 14, 6, 14, 9999), None, "e too large", "e, in the row of conv2: Take one kernel"),
    ],
)  # fmt: skip
def test_the_first_wrong_cell_is_diagnosed(answer, cause, message, hint):
    """Its own rules explain it, and the hint names its row and quotes its number."""
    said = judge(TABLE, answer)
    assert said.candidates == ((cause,) if cause else ())
    assert message in said.message
    assert hint in said.hint


def test_what_follows_from_a_slip_above_is_called_that():
    """27 rows instead of 28 make 13 after the pool: one slip, not two."""
    said = judge(TABLE, (27, 13, 6, 14, 2416))
    assert verdicts(TABLE, (27, 13, 6, 14, 2416)) == ("off", "follows", "right", "right", "right")
    assert "b fits the wrong number above" in said.message
    assert said.candidates == ("no-plus-one",)
    assert "follows" not in verdicts(TABLE, (27, 12, 6, 14, 2416))
    assert "follows" not in verdicts(TABLE, (28, 13, 6, 14, 2416))
    assert "follows" not in verdicts(TABLE, (-50, -25, 6, 14, 2416))


@pytest.mark.parametrize(
    "typed",
    [
        "28, 14, 6, 14, 2416",
        "(28, 14, 6, 14, 2416)",
        "a=28, b=14, c=6, d=14, e=2416",
        "a: 28 b: 14 c: 6 d: 14 e: 2416",
    ],
)
def test_letters_may_be_named(typed):
    """The numbers are read in the letters' order."""
    assert read(typed, TABLE.form).answer == TABLE.key


def test_a_number_for_each_letter_is_wanted():
    """Too few are unreadable, and cost no try."""
    said = judge(TABLE, "28, 14")
    assert said.outcome == "unreadable"
    assert "One number for each letter is wanted, like (31, 37, 43, 49, 55); I read 2" in said.message


@pytest.mark.parametrize(
    "typed",
    [
        "e=2416, d=14, c=6, b=14, a=28",
        "d=14 e=2,416 a=28 b=14 c=6",
        ("28", "14", "6", "14", "2,416"),
        ["28", "14", "6", "14", "2 416"],
        "(28, 14, 6, 14, 2,416)",
        "28; 14; 6; 14; 2,416",
        "28 14 6 14 2,416",
    ],
)
def test_letters_go_before_places_and_cells_may_have_separators(typed):
    """Named letters are read in any order, and a cell by itself with its thousands separators."""
    assert judge(TABLE, typed).outcome == "correct"


def test_a_letter_named_twice_is_refused():
    """Which of the two numbers is meant cannot be known."""
    assert judge(TABLE, "a=28, a=14, c=6, d=14, e=2416").outcome == "unreadable"


def test_a_table_shows_what_the_parameters_depend_on():
    """Groups and bias=False stand in the layer whose parameters are asked for."""
    (step,) = Chain((8, 32, 40), (Layer(Window(3), 8),)).steps()
    line = TableRow("conv", step, ConvParameters((8, 8), (3, 3), groups=4, bias=False))
    assert line.text == "Conv2d(8, 8, kernel_size=3, groups=4, bias=False)"
    assert "conv | Conv2d(8, 8, kernel_size=3, groups=4, bias=False) | (8, 30, 38) | a" in (
        TraceTable((line,), ((0, PARAMETERS),)).text
    )


def test_two_that_follow_are_more_than_one():
    """The verb agrees with the letters."""
    table = TraceTable(LINES, ((0, HEIGHT), (1, HEIGHT), (2, HEIGHT)))
    assert "b and c fit the wrong numbers above" in judge(table, (27, 13, 9)).message
