"""A plan without torch: what can be written, what is refused in one line, edits, targets and repairs."""

import random
from dataclasses import replace

import pytest

from cnnbook import GeometryError
from cnnbook.networks import COURSE
from cnnbook.networks.shipped import shipped
from cnnbook.sketch import (
    Block,
    Layer,
    Plan,
    adaptive_avg_pool,
    add,
    batch_norm,
    cat,
    conv,
    dropout,
    edits,
    flatten,
    linear,
    max_pool,
    relu,
    run,
)
from cnnbook.sketch.from_trace import plan_of
from cnnbook.sketch.plan import item_at, walk
from cnnbook.sketch.quantities import QUANTITIES, last_map, number_of, shown
from cnnbook.sketch.repairs import repairs
from cnnbook.sketch.settings import as_text, read
from cnnbook.sketch.targets import read_target, read_targets
from sketch.random_plans import edited, plan


def broken(items, shape=(1, 3, 32, 32)):
    outcome = run(Plan(tuple(items), shape))
    assert outcome.problem is not None
    return outcome


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: conv(0, 3), "out_channels is 0; at least 1 would do"),
        (lambda: conv(64, 3, padding=-1), "padding is -1; at least 0 would do"),
        (lambda: conv(64, (3, 3, 3)), "kernel_size has 3 numbers; one, or one for each of H and W, would do"),
        (lambda: conv(10**10, 3), "out_channels is 10,000,000,000; at most 1,000,000,000 would do"),
        (lambda: conv(64, 3, size=3), "conv has no setting 'size'; out_channels, .* or bias would do"),
        (lambda: conv(64, 2.5), "kernel_size must be an integer, not 2.5"),
        (lambda: conv(64, 3, bias="no"), "bias is 'no'; False or True would do"),
        (lambda: dropout(2), "p is 2; a number from 0 to 1 would do"),
        (lambda: Layer("pool"), "no layer is called 'pool'; conv, max_pool, .* would do"),
        (lambda: Layer("activation", {"function": "rely"}), "function is 'rely'; relu, .* or tanh would do"),
        (lambda: Block("add", ((), (), ())), "an addition has 3 branches; 2 would do, or one in the other"),
        (lambda: cat([conv(4, 1)]), "a concatenation has 1 branches; 2 to 16 would do"),
        (lambda: Block("mul", ((), ())), "branches are joined by 'mul'; 'add' or 'cat' would do"),
        (lambda: Plan((conv(4, 1),), (3, 224, 224)), r"the input's shape is \(3, 224, 224\); \(N, C, H, W\)"),
        (lambda: Plan((conv(4, 1),), (1, 3, 0, 8)), "H is 0; at least 1 would do"),
        (lambda: Plan("conv"), r"a chain is a list of layers, as \[conv\(64, 3\), relu\(\)\], not 'conv'"),
        (lambda: Plan((conv, relu())), "a chain is a list of layers"),
    ],
)
def test_what_no_layer_can_have_is_refused_in_one_line(make, message):
    """The message says what is wrong, then what would do."""
    with pytest.raises((GeometryError, TypeError), match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def nested(levels):
    block = add([conv(4, 1)])
    for _ in range(levels - 1):
        block = add([block])
    return Plan((block,), (1, 4, 8, 8))


def test_blocks_stand_in_blocks_up_to_twelve_deep():
    """Deeper ones are refused in one line, however deep they are."""
    assert run(nested(12)).problem is None
    for levels in (13, 900):
        with pytest.raises(GeometryError, match=f"the blocks stand {levels} deep; 12 would do"):
            nested(levels)


def test_lists_of_layers_stand_among_layers():
    """What a function returns as a list is put in its place."""

    def unit(channels):
        return [conv(channels, 3, padding=1), batch_norm(), relu()]

    whole = Plan((unit(8), max_pool(2), [unit(16), [max_pool(2)]]), (1, 3, 8, 8))
    kinds = ["conv", "batch_norm", "activation", "max_pool"]
    assert [item.kind for item in whole.items] == kinds * 2


@pytest.mark.parametrize(
    ("kind", "name", "text", "value"),
    [
        ("conv", "kernel_size", "3", 3),
        ("conv", "kernel_size", " 1 x 7 ", (1, 7)),
        ("conv", "kernel_size", "(1, 7)", (1, 7)),
        ("conv", "kernel_size", "3 × 3", 3),
        ("conv", "padding", "Same", "same"),
        ("conv", "bias", "false", False),
        ("max_pool", "stride", "", None),
        ("linear", "in_features", "", None),
        ("linear", "in_features", "25088", 25088),
        ("dropout", "p", "0.2", 0.2),
        ("activation", "function", "GELU", "gelu"),
    ],
)
def test_what_is_typed_is_read(kind, name, text, value):
    """In each of the ways in which one writes it; what is shown is read as the same."""
    assert read(kind, name, text) == value
    assert read(kind, name, as_text(value)) == value


@pytest.mark.parametrize(
    ("kind", "name", "text", "message"),
    [
        ("conv", "out_channels", "", "out_channels is ''; a number such as 64 would do"),
        ("conv", "out_channels", "6 4", "out_channels must be an integer"),
        ("conv", "kernel_size", "3.5", "kernel_size is '3.5'; a number such as 3 or 1 × 3 would do"),
        ("conv", "stride", "0", "stride is 0; at least 1 would do"),
        ("max_pool", "padding", "same", "padding is 'same'; a number such as 0 would do"),
        ("dropout", "p", "half", "p is 'half'; a number such as 0.5 would do"),
        ("conv", "bias", "maybe", "bias is 'maybe'; False or True would do"),
        ("conv", "kernel_size", "9" * 400, "at most 100,000 would do"),
    ],
)
def test_what_cannot_be_read_is_refused(kind, name, text, message):
    """The message repeats what was typed, and says what would do."""
    with pytest.raises((GeometryError, TypeError), match=message):
        read(kind, name, text)


def test_edits_leave_the_plan_they_start_from():
    """Each edit returns a new plan; the old one is what undo goes back to."""
    for seed in range(60):
        start = plan(seed)
        before = repr(start)
        edited(start, random.Random(seed), 5)
        assert repr(start) == before


def test_edits_reach_into_branches():
    """A layer in a branch is changed, moved, removed and followed by another where it stands."""
    start = Plan((conv(8, 3), add([conv(8, 3, padding=1), relu()])), (1, 3, 9, 9))
    assert item_at(edits.with_settings(start, (1, 0, 0), stride=2).items, (1, 0, 0)).settings["stride"] == 2
    moved, there = edits.moved(start, (1, 0, 0), 1)
    assert (there, item_at(moved.items, there)) == ((1, 0, 1), item_at(start.items, (1, 0, 0)))
    assert edits.moved(start, (1, 0, 0), -1) == (start, (1, 0, 0))
    shortcut = edits.inserted(start, (1, 1, 0), (conv(8, 1),))
    assert [address for address, _ in walk(shortcut.items)][-1] == (1, 1, 0)
    assert edits.removed(shortcut, (1, 1, 0)) == start
    wider = edits.with_branches(Plan((cat([conv(4, 1)], []),)), (0,), 4)
    assert len(item_at(wider.items, (0,)).branches) == 4
    with pytest.raises(GeometryError, match="a concatenation has 1 branches; 2 to 16 would do"):
        edits.with_branches(wider, (0,), 1)
    for address in ((9,), (1, 2, 0), (0, 0, 0), (1, 0), (1, 0, 0, 0)):
        with pytest.raises(IndexError):
            item_at(start.items, address)


@pytest.mark.parametrize(
    ("text", "shown_as"),
    [
        ("parameters < 35 M", "parameters < 35,000,000"),
        ("parameters<35e6", "parameters < 35,000,000"),
        ("Parameters <= 1,234,567", "parameters ≤ 1,234,567"),
        ("macs ≤ 1.8 G", "MACs ≤ 1,800,000,000"),
        ("memory < 20 MB", "memory < 20.0 MB"),
        ("last map == 7 x 7", "last map = 7 × 7"),
        ("last_map = 7", "last map = 7 × 7"),
        ("last map >= 7 × 5", "last map ≥ 7 × 5"),
        ("receptive field > 200", "receptive field > 200"),
        ("output == 10", "output = 10"),
        ("layers <= 8", "layers ≤ 8"),
    ],
)
def test_a_target_is_read(text, shown_as):
    """With prefixes, commas, either spelling of a comparison, and any case of its name."""
    assert read_target(text).text == shown_as


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("small", r"the target 'small' cannot be read; 'parameters < 35 M', .* would do"),
        ("params < 3", "names 'params'; parameters would do"),
        ("time < 3", "names 'time'; parameters, MACs, .* or layers would do"),
        ("parameters < few", "has no number; 'parameters < 35 M' would do"),
        ("parameters < 3 MB", "has no number; 'parameters < 35 M' would do"),
        ("memory < 3 x 3", "has no number; 'memory < 20 MB' would do"),
        ("last map == large", "has no sizes; 'last map == 7 x 7' would do"),
        (35, "the target 35 cannot be read"),
    ],
)
def test_a_target_that_cannot_be_read_is_refused(text, message):
    """In one line, with an example that is read."""
    with pytest.raises(GeometryError, match=message) as caught:
        read_targets([text])
    assert "\n" not in str(caught.value)
    example = str(caught.value).partition("; ")[2].split("'")[1::2]
    assert all(map(read_target, example))


def test_one_text_is_no_list_of_targets():
    """A list with it would do, the message says."""
    with pytest.raises(GeometryError, match=r"\['layers < 3'\] would do"):
        read_targets("layers < 3")


@pytest.mark.parametrize("name", COURSE)
def test_targets_are_met_at_the_numbers_of_the_trace(name):
    """For each quantity, a network meets "=" its own number, and neither "<" nor ">"."""
    known = shipped(name)
    for quantity in QUANTITIES:
        value = number_of(quantity, known)
        if value is None:
            assert (name, quantity) == ("lenet5_1998", "receptive field")
            continue
        written = " x ".join(map(str, value)) if isinstance(value, tuple) else value
        met = {
            sign: read_target(f"{quantity} {sign} {written}").met(known) for sign in ("<", "<=", "==", ">")
        }
        assert met == {"<": False, "<=": True, "==": True, ">": False}, quantity


def test_branches_are_those_of_the_widest_concatenation():
    """A chain and an addition have 1, and a block within a branch does not add to those around it."""
    known = {"lenet5": 1, "resnet18": 1, "googlenet": 4, "inception_v3": 4}
    assert {name: number_of("branches", shipped(name)) for name in known} == known
    assert read_target("branches >= 3").met(shipped("googlenet"))
    assert not read_target("branches >= 3").met(shipped("vgg16"))


def test_the_last_map_is_that_before_the_classifier():
    """Before a global pool, of either kind, and before a flatten; its field is the smaller of both axes."""
    for name, path in (("resnet18", "layer4.1.relu"), ("vgg16", "features.30"), ("alexnet", "features.12")):
        assert last_map(shipped(name)).path == path
    pooled = run(Plan((conv(8, (3, 5)), Layer("avg_pool", {"kernel_size": 14}), flatten()), (1, 3, 16, 18)))
    assert number_of("last map", pooled.trace) == (14, 14)
    assert number_of("receptive field", pooled.trace) == 3
    assert shown("receptive field", number_of("receptive field", run(Plan((flatten(),))).trace)) == "1"


def test_repairs_run():
    """Of 300 random plans, each repair of a broken one runs, or breaks later; there is always one."""
    counted = 0
    for seed in range(300):
        outcome = run(edited(plan(seed), random.Random(seed), seed % 4))
        found = repairs(outcome)
        assert bool(found) is (outcome.problem is not None)
        for repair in found:
            after = run(repair.plan).problem
            assert (after.text if after else "") == repair.next_problem
            counted += not repair.next_problem
    assert counted > 100


@pytest.mark.parametrize(
    ("items", "wanted"),
    [
        (
            [conv(8, 3), max_pool(2), conv(8, 17)],
            ["feed (1, 3, 36, 36)", "give row 2 padding=1", "give row 2 kernel_size=15"],
        ),
        ([conv(8, 3), max_pool(2, padding=2)], ["give row 1 padding=1", "give row 1 kernel_size=4"]),
        ([conv(8, 3), conv(9, 3, groups=3)], ["give row 1 groups=1"]),
        (
            [conv(8, 5), max_pool(2), flatten(), linear(9, 1152)],
            ["give row 3 in_features=1568", "feed (1, 3, 28, 28)"],
        ),
        ([conv(8, 3), linear(10)], ["put a flatten before row 1"]),
        ([conv(8, 3), linear(10, 8 * 7 * 7)], ["put a pool to 7 × 7 and a flatten before row 1"]),
        ([conv(8, 3), flatten(), conv(8, 3)], ["leave out row 1"]),
        (
            [conv(8, 3), add([conv(16, 3, 2, padding=1)])],
            ["put conv(16, 1, stride=2) on the empty branch"],
        ),
        (
            [conv(8, 3), cat([conv(8, 5)], [conv(8, 3)], [])],
            ["give row 1 padding=2, row 2 padding=1"],
        ),
    ],
)
def test_a_repair_fits_what_is_broken(items, wanted):
    """An expert's repair is among the first."""
    found = [repair.text for repair in repairs(broken(items))]
    assert [text for text in wanted if text not in found] == []
    assert found[-1].startswith("leave out")


def test_a_repair_beyond_the_largest_numbers_is_none():
    """A dense layer behind a flatten of a huge map can still be left out."""
    huge = broken([conv(10**9, 1), flatten(), linear(10, 400)], (1, 3, 900, 900))
    assert [repair.text for repair in repairs(huge)] == ["leave out row 2"]
    wide = broken([conv(64, 3), flatten(), linear(10, 400)], (1, 3, 224, 224))
    assert repairs(wide)[0].text == f"give row 2 in_features={64 * 222 * 222}"


def test_a_network_too_small_for_its_input_is_explained():
    """VGG16 at 20 pixels breaks at its last pool, and 32 pixels are the least that it takes."""
    small = run(replace(plan_of(shipped("vgg16")), input_shape=(1, 3, 20, 20)))
    assert small.problem.text.endswith("gives only 1 × 1: the kernel does not fit.")
    assert repairs(small)[0].text == "feed (1, 3, 32, 32)"
    assert run(replace(plan_of(shipped("vgg16")), input_shape=(1, 3, 32, 32))).problem is None


def test_a_fold_is_no_change():
    """A block drawn as one line is the same block."""
    start = Plan((add([conv(3, 1)]),), (1, 3, 8, 8))
    folded = edits.folded(start, (0,), True)
    assert (folded == start, item_at(folded.items, (0,)).folded) == (True, True)
    assert edits.folded(Plan((adaptive_avg_pool(),)), (0,), True).items == (adaptive_avg_pool(),)
