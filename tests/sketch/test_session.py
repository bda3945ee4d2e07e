"""A session does what the browser asks for: edits with undo, and no message that can break it."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbook.networks import COURSE
from cnnbook.networks.shipped import shipped
from cnnbook.sketch import Plan, add, cat, conv, flatten, linear, max_pool, relu, run
from cnnbook.sketch.drawing import drawing, palette, starts
from cnnbook.sketch.from_trace import plan_of
from cnnbook.sketch.session import Session
from sketch.random_plans import plan

LAYERS = (conv(8, 3), add([conv(8, 3, padding=1)]), cat([conv(4, 1)], [max_pool(3, 1, padding=1)], []))


def session(*targets):
    return Session(Plan((*LAYERS, flatten(), linear(10)), (1, 3, 16, 16)), targets)


def lines_of(one):
    return {tuple(line["at"]): line for line in drawing(one)["lines"]}


@pytest.mark.parametrize(
    ("message", "at", "kinds"),
    [
        ({"do": "add", "at": [], "kind": "conv"}, (0,), ["conv", "conv", "add", "cat", "flatten", "linear"]),
        ({"do": "add", "at": [0], "kind": "dropout"}, (1,), ["conv", "dropout", "add", "cat", "flatten"]),
        ({"do": "add", "at": [1], "kind": "cat"}, (2,), ["conv", "add", "cat", "cat", "flatten"]),
        ({"do": "remove", "at": [1]}, (0,), ["conv", "cat", "flatten", "linear"]),
        ({"do": "move", "at": [0], "by": 1}, (1,), ["add", "conv", "cat"]),
        ({"do": "move", "at": [0], "by": -1}, (0,), ["conv", "add", "cat"]),
    ],
)
def test_an_edit_is_done_and_undone(message, at, kinds):
    """The layer that was touched is named; undo and redo go back and forth."""
    one = session()
    before = one.plan
    one.do(message)
    found = [getattr(item, "kind", None) or item.join for item in one.plan.items]
    assert (one.at, found[: len(kinds)]) == (at, kinds)
    after = one.plan
    one.do({"do": "undo"})
    assert one.plan == before
    one.do({"do": "redo"})
    assert one.plan == after


def test_branches_are_filled_added_and_removed():
    """A line of a branch takes layers at its start; a concatenation gets and loses branches."""
    one = session()
    one.do({"do": "add", "at": [1, 1], "kind": "activation"})
    assert one.at == (1, 1, 0)
    one.do({"do": "branches", "at": [2], "count": 4})
    one.do({"do": "remove", "at": [2, 0]})
    assert [len(branch) for branch in one.plan.items[2].branches] == [1, 0, 0]
    one.do({"do": "remove", "at": [1, 0]})
    assert one.remark == "an addition has 1 branches; 2 would do, or one in the other"
    assert len(one.plan.items[1].branches) == 2


def test_a_new_layer_fits_where_it_is_added():
    """An addition has the channels that arrive, so that it runs; so does a convolution."""
    one = session()
    for kind in ("add", "conv", "cat", "batch_norm", "max_pool"):
        one.do({"do": "add", "at": [0], "kind": kind})
        assert one.outcome.problem is None, kind
    assert [layer["name"] for layer in palette()][:4] == [
        *("convolution", "activation", "batch normalization", "max pool")
    ]


@pytest.mark.parametrize("kind", [entry["kind"] for entry in palette()])
def test_each_button_adds_a_layer(kind):
    """Whatever stands before it."""
    one = Session(Plan((), (1, 3, 16, 16)))
    one.do({"do": "add", "at": [], "kind": kind})
    assert (len(one.plan.items), one.remark) == (1, "")


def test_what_cannot_be_read_is_a_remark():
    """The plan and its history stay, one line says why; the next request forgets it."""
    one = session()
    before = one.plan
    one.do({"do": "set", "at": [0], "name": "stride", "text": "0"})
    assert (one.remark, one.plan, one.past) == ("stride is 0; at least 1 would do", before, [])
    one.do({"do": "set", "at": [], "name": "size", "text": "large"})
    assert one.remark == "size is 'large'; a number such as 224 or 1 × 224 would do"
    one.do({"do": "set", "at": [], "name": "size", "text": "20 x 24"})
    assert (one.remark, one.plan.input_shape) == ("", (1, 3, 20, 24))
    one.do({"do": "set", "at": [], "name": "channels", "text": "1"})
    assert one.plan.input_shape == (1, 1, 20, 24)


def test_repairs_are_done_by_their_number():
    """The first repair that is shown is the one that is done."""
    one = session()
    one.do({"do": "set", "at": [1, 0, 0], "name": "out_channels", "text": "12"})
    shown = drawing(one)["problem"]
    assert shown["at"] == [1]
    assert shown["repairs"][0]["text"] == "put conv(12, 1) on the empty branch"
    one.do({"do": "repair", "number": 0})
    assert one.outcome.problem is None
    assert [layer.kind for layer in one.plan.items[1].branches[1]] == ["conv"]


def test_a_folded_block_opens_where_it_breaks():
    """What does not fit inside of a block is not hidden by its fold."""
    one = session()
    one.do({"do": "fold", "at": [2], "fold": True})
    assert (2, 0, 0) not in lines_of(one)
    assert one.past == []
    one.do({"do": "set", "at": [0], "name": "kernel_size", "text": "16"})
    one.do({"do": "set", "at": [2, 1, 0], "name": "padding", "text": "0"})
    found = lines_of(one)
    assert found[2, 1, 0]["state"] == "broken"
    assert [found[at]["state"] for at in ((2,), (2, 0, 0), (3,))] == ["", "", "unreached"]


@pytest.mark.parametrize("name", COURSE)
def test_each_network_is_a_start(name):
    """It is loaded, drawn with the totals of its trace, and undone."""
    one = session("parameters < 35 M")
    assert name in starts()
    one.do({"do": "load", "name": name})
    drawn, known = drawing(one), shipped(name)
    assert [total["value"] for total in drawn["totals"][:2]] == [
        f"{known.used_parameters:,}",
        f"{known.macs:,}",
    ]
    assert drawn["targets"][0]["met"] is (known.used_parameters < 35_000_000)
    assert bool(drawn["note"]) is (name == "inception_v3") is (known.unused_parameters > 0)
    assert f"{known.unused_parameters:,}" in drawn["note"] or not drawn["note"]
    shares = [line["share"] for line in drawn["lines"] if len(line["at"]) == 1]
    assert sum(shares) == pytest.approx(1, abs=0.01)
    one.do({"do": "restart"})
    assert one.plan == session().plan
    one.do({"do": "undo"})
    one.do({"do": "undo"})
    assert one.plan == session().plan


def test_the_drawing_is_plain_data():
    """It goes through JSON unchanged, whatever is drawn."""
    for seed in range(40):
        drawn = drawing(Session(plan(seed), ["memory < 1 MB"]))
        assert json.loads(json.dumps(drawn)) == drawn


def test_what_comes_after_the_break_has_no_numbers():
    """Lines before it have their shapes, the one that breaks its row, those after it nothing."""
    one = session()
    one.do({"do": "set", "at": [1, 0, 0], "name": "padding", "text": "0"})
    found = lines_of(one)
    assert found[1, 0, 0]["shape"] == "8 × 12 × 12"
    assert (found[1,]["state"], found[1,]["row"], found[1,]["shape"]) == ("broken", "2", "")
    assert {found[at]["shape"] for at in ((2,), (2, 0, 0), (4,))} == {""}
    assert {found[at]["state"] for at in ((2,), (2, 0, 0), (4,))} == {"unreached"}


WORDS = st.sampled_from(
    [
        *("do", "at", "kind", "name", "text", "by", "count", "fold", "number"),
        *("set", "add", "remove", "move", "branches", "repair", "load", "undo", "redo", "restart"),
        *("conv", "cat", "linear", "kernel_size", "out_channels", "resnet18", "size", "channels", "-1", "7"),
    ]
)
VALUES = st.one_of(
    WORDS, st.integers(-3, 9), st.lists(st.integers(-1, 4), max_size=4), st.booleans(), st.none()
)


@settings(deadline=None)  # the first message may load a network
@given(st.lists(st.dictionaries(WORDS, VALUES, max_size=4), max_size=6), st.integers(0, 20))
def test_no_message_breaks_a_session(messages, seed):
    """Whatever a page sends, the session can be drawn afterwards and its history leads back."""
    one = Session(plan(seed))
    start = one.plan
    for message in messages:
        one.do(message)
        drawing(one)
    while one.past:
        one.do({"do": "undo"})
    assert one.plan == start


def test_many_random_requests_agree_with_a_fresh_run():
    """After 200 requests in a row the drawing is that of a session that starts with the same plan."""
    draw = random.Random(3)
    one = session()
    for _ in range(200):
        at = draw.choice([line["at"] for line in drawing(one)["lines"]])
        one.do(
            draw.choice(
                [
                    {"do": "add", "at": at, "kind": draw.choice(palette())["kind"]},
                    {"do": "remove", "at": at},
                    {"do": "move", "at": at, "by": draw.choice([1, -1])},
                    {"do": "set", "at": at, "name": "kernel_size", "text": str(draw.randint(1, 4))},
                    {"do": "undo"},
                    {"do": "repair", "number": 0},
                ]
            )
        )
    fresh = Session(one.plan)
    assert run(one.plan).trace == fresh.outcome.trace
    assert drawing(fresh)["lines"] == drawing(one)["lines"]


def test_a_plan_of_a_trace_keeps_its_names():
    """A layer that was changed keeps the name that it has in its network, so that it is found again."""
    one = Session(plan_of(shipped("lenet5")))
    names = [line["name"] for line in drawing(one)["lines"]]
    one.do({"do": "set", "at": [0], "name": "out_channels", "text": "8"})
    assert [line["name"] for line in drawing(one)["lines"]] == names
    assert relu().name == ""
