"""Quizzes: questions about any network, whose keys are what torch does."""

import re

import pytest
import torch
from torch import nn

from cnnbook import TraceError, networks
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.edits import EditedParameters
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise
from cnnbook.learner.hints import further_hints
from cnnbook.learner.network_questions import questions_about as questions
from cnnbook.learner.quiz import quiz
from cnnbook.networks.shipped import shipped
from cnnbook.traces import Trace
from cnnbook.tracing import trace


class Small(nn.Module):
    """A network with all that a quiz asks about."""

    def __init__(self, stride=2, features=16 * 5 * 7):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 5, stride=stride, padding=1)
        self.left = nn.Conv2d(8, 4, 1)
        self.right = nn.Conv2d(8, 12, 3, padding=1, bias=False)
        self.again = nn.Conv2d(16, 16, 3, padding=1)
        self.fc = nn.Linear(features, 10)

    def forward(self, x):
        x = torch.relu(self.stem(x))
        x = torch.cat([self.left(x), self.right(x)], 1)
        x = x + self.again(x)
        x = nn.functional.max_pool2d(x, 3, 2)
        return self.fc(torch.flatten(x, 1))


@pytest.fixture(scope="module")
def traced():
    return trace(Small(), (2, 3, 24, 32))


def of_kind(traced, kind):
    return [asked for asked in questions(traced) if asked.kind == kind]


def test_all_kinds_are_asked_of_a_network_that_has_them(traced):
    """Each question belongs to a kind of practice, and a network with many layers is asked many kinds."""
    kinds = {asked.kind for asked in questions(traced)}
    joins = {"concatenation", "residual-block"}
    counts = {"flatten-features", "conv-parameters", "dense-parameters", "conv-macs", "receptive-field"}
    sizes = {"conv-output-size", "pool-output-size", "trace-table"}
    assert kinds == joins | counts | sizes | {"edited-network", "decode-error"}
    assert kinds <= KINDS.keys()


def test_keys_are_what_the_rows_say(traced):
    """Shapes, parameters and MACs of the trace, which torch made, are the keys."""
    for asked in questions(traced):
        row = traced[asked.row]
        if asked.kind in ("conv-output-size", "pool-output-size", "concatenation", "residual-block"):
            assert asked.question.key == row.output_shape[1:]
        if asked.kind in ("conv-parameters", "dense-parameters"):
            assert asked.question.key == (row.parameters,)
        if asked.kind == "conv-macs":
            assert asked.question.key == (row.macs // 2,)
        if asked.kind == "flatten-features":
            assert asked.question.key == row.output_shape[1:]


@pytest.mark.parametrize("name", ["lenet5", "vgg16", "resnet18", "inception_v3"])
def test_the_open_cells_of_a_table_are_the_traces_numbers(name):
    """Filled with the key, each line of a table has its row's shape and parameters."""
    network = shipped(name)
    tables = [asked for asked in questions(network) if asked.kind == "trace-table"]
    assert tables
    for asked in tables:
        filled = asked.text
        for letter, number in zip("abcdef", asked.question.key, strict=False):
            filled = re.sub(rf"(?<=[( ]){letter}(?=[,)\n])", str(number), filled)
        rows = {row.path or f"{row.op} (row {row.index})": row for row in network}
        lines = [line.split(" | ") for line in filled.splitlines() if line.partition(" | ")[0] in rows]
        assert len(lines) > 1
        for path, _, shape, parameters in lines:
            assert shape == str(rows[path].output_shape[1:])
            assert parameters == str(rows[path].parameters)


def test_a_projection_is_torchvisions():
    """ResNets ask each block for its projection; the key is the stride of torchvision's, or 0 without one."""
    for name in ("resnet18", "resnet50"):
        network = networks.build(name, device="meta")
        blocks = [asked for asked in questions(shipped(name)) if asked.kind == "projection-stride"]
        assert len(blocks) == {"resnet18": 8, "resnet50": 16}[name]
        for asked in blocks:
            projection = network.get_submodule(shipped(name)[asked.row].path).downsample
            assert asked.question.key == ((projection[0].stride[0],) if projection else (0,))


def edited(network, asked):
    """Return the network with the edit that a question describes."""
    numbers = asked.question.parameters
    layer = network.get_submodule(numbers["path"])
    convolution = isinstance(layer, nn.Conv2d)
    made = [nn.Identity()]
    for window in numbers["windows"]:
        settings = {field: getattr(window, field) for field in ("kernel_size", "stride", "padding")}
        if convolution and len(made) == 1:
            settings |= {"groups": layer.groups, "device": "meta"}
            made.append(nn.Conv2d(layer.in_channels, layer.out_channels, **settings))
        else:
            made.append(nn.MaxPool2d(**settings, ceil_mode=window.ceil_mode))
    parent, _, own = numbers["path"].rpartition(".")
    setattr(network.get_submodule(parent), own, nn.Sequential(*made))
    return network


@pytest.mark.parametrize(
    ("name", "edits"),
    [
        ("alexnet", {"stride", "kernel", "padding", "pool-added", "pool-removed"}),
        ("vgg16", {"stride", "kernel", "padding", "pool-added", "pool-removed"}),
        ("resnet18", {"stride", "pool-added", "pool-removed"}),
    ],
)
def test_an_edit_is_what_torch_does_after_it(name, edits):
    """The edited network, built and traced, has the last feature map that the key says."""
    asked = [one for one in questions(shipped(name)) if "windows" in one.question.parameters]
    assert {one.question.parameters["edit"] for one in asked} == edits
    for one in asked:
        size = networks.info(name).input_shape
        network = edited(networks.build(name, device="meta"), one)
        try:
            traced = trace(network, size)
        except TraceError as error:  # the dense layers may no longer fit; the feature map is there
            traced = error.trace
        maps = [row for row in traced if row.window is not None and len(row.output_shape) == 4]
        assert maps[-1].output_shape[2:] == one.question.key, one.text


def test_wider_maps_cost_what_torch_counts():
    """Twice the channels in AlexNet's first convolution: the next one, built, has the key's parameters."""
    asked = [one for one in questions(shipped("alexnet")) if type(one.question) is EditedParameters]
    assert len(asked) == 3
    (first,) = [one for one in asked if "features.0 gets 128 channels instead of 64" in one.text]
    assert "features.3, so far a Conv2d(64, 192, kernel_size=5), reads them" in first.text
    wider = nn.Conv2d(128, 192, 5, device="meta")
    assert first.question.key == (sum(weights.numel() for weights in wider.parameters()),)


def test_an_error_is_torchs_message_and_the_key_its_repair(traced):
    """The quoted message is the one torch gives, and the network with the key as in_features runs."""
    for asked in of_kind(traced, "decode-error"):
        size = asked.question.parameters["size"]
        with pytest.raises(RuntimeError, match="cannot be multiplied") as caught:
            Small()(torch.zeros(2, 3, *size))
        assert str(caught.value).removeprefix("addmm: ") in asked.text
        assert Small(features=asked.question.key[0])(torch.zeros(2, 3, *size)).shape == (2, 10)


def test_a_quiz_is_a_sequence_of_exercises(traced):
    """Eight questions of many kinds, the same for the same seed, checked, hinted, explained and renewed."""
    first, same, other = quiz(traced), quiz(traced), quiz(traced, seed=1)
    assert len(first) == 8
    assert [exercise.prompt for exercise in first] == [exercise.prompt for exercise in same]
    assert [exercise.prompt for exercise in first] != [exercise.prompt for exercise in other]
    assert len({exercise.name for exercise in first}) == 8
    for exercise in first:
        assert exercise.check(exercise.question.key).outcome == "correct"
        assert exercise.check(tuple(3 * n + 5 for n in exercise.question.key)).outcome == "incorrect"
        rungs = [exercise.hint() for _ in range(6)]
        assert all(rung and ": ." not in rung and "{" not in rung for rung in rungs)
        assert len(set(rungs)) == 3 + len(further_hints(exercise.question)), rungs
        if exercise.renewable:
            assert exercise.new().name == exercise.name
            assert exercise.new().prompt != exercise.prompt
    assert any(exercise.renewable for exercise in first)


def test_every_slip_of_every_question_is_understood(traced):
    """Each wrong rule is named among the candidates, and no right answer is called wrong."""
    for asked in questions(traced):
        exercise = Exercise(Asked(asked.question, asked.kind), None, text=asked.text)
        for slip in asked.question.slips():
            if not asked.question.accepts(slip.answer) and min(slip.answer) >= 0:
                feedback = exercise.check(slip.answer)
                assert slip.ids[0] in feedback.candidates
                assert feedback.hint


def test_a_quiz_reads_a_trace_from_json(traced):
    """A trace that was stored asks the same questions."""
    stored = Trace.from_dict(traced.to_dict())
    assert repr(quiz(stored)) == repr(quiz(traced))


def test_a_module_and_a_name():
    """A module needs its input's shape; a name of the catalogue has its own."""
    assert len(quiz(Small(), (1, 3, 24, 32), questions=3)) == 3
    assert quiz("lenet5").network == "lenet5"
    with pytest.raises(TypeError, match="needs the shape of an input"):
        quiz(Small())


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"questions": 0}, ValueError, "questions is 0; it must be at least 1"),
        ({"questions": "8"}, TypeError, "questions is '8'; a whole number is wanted, as in questions=1"),
        ({"questions": True}, TypeError, "questions is True; a whole number is wanted"),
        ({"seed": 2.5}, TypeError, "seed is 2.5; a whole number is wanted, as in seed=0"),
        ({"input_shape": 5}, TypeError, "input_shape is 5; a shape is wanted, batch axis first"),
        ({"input_shape": (1, "a")}, TypeError, r"input_shape is \(1, 'a'\); a shape is wanted"),
        ({"model": 5}, TypeError, "5 is no network; quiz takes a name like 'resnet18'"),
        ({"model": nn.ReLU}, TypeError, "is no network; quiz takes a name"),
        ({"model": "resnet"}, LookupError, "no network is called 'resnet'; did you mean resnet50"),
    ],
)
def test_a_bad_argument_is_one_clear_line(arguments, error, words):
    """What was given, and what would work."""
    with pytest.raises(error, match=words) as caught:
        quiz(**{"model": "lenet5", **arguments})
    assert "\n" not in str(caught.value)


def test_nothing_is_asked_of_a_last_map_that_is_made_larger():
    """What an edit does behind a transposed convolution is not computed, so it is not asked."""
    up, down, flat = nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.Conv2d(3, 8, 3, stride=2), nn.Conv2d(8, 8, 3)
    for net in (nn.Sequential(down, flat, up), nn.Sequential(nn.Conv2d(3, 8, 1), up, flat)):
        asked = questions(trace(net, (2, 3, 21, 21)))
        assert "conv-output-size" in {one.kind for one in asked}
        assert not any("edit" in one.question.parameters for one in asked)
    plain = questions(trace(nn.Sequential(down, flat), (2, 3, 21, 21)))
    assert any("edit" in one.question.parameters for one in plain)


def test_a_network_without_questions_says_so():
    """An activation alone has nothing to compute."""
    with pytest.raises(ValueError, match=r"No operation of ReLU can be asked about"):
        quiz(nn.ReLU(), (1, 3, 8, 8))


def test_a_quiz_shows_itself(traced):
    """Numbered in a terminal, a list in Jupyter, escaped."""
    shown = quiz(traced, questions=2)
    assert repr(shown).startswith("[0] ")
    assert shown._repr_html_().count("<li>") == 2


class Joined(nn.Module):
    """A residual block without a projection: what its paths are is up to the test."""

    def __init__(self, how):
        super().__init__()
        self.how = how
        self.one, self.two = nn.Conv2d(8, 8, 1, stride=2), nn.Conv2d(8, 8, 3, padding=1)
        self.main = nn.Conv2d(8, 8, 3, stride=2, padding=1)
        self.norm = nn.BatchNorm2d(8)

    def forward(self, x):
        if self.how == "inside":
            y = self.one(x)
            return y + self.two(y)
        if self.how == "pooled":
            return self.main(x) + nn.functional.avg_pool2d(x, 2)
        if self.how == "kernel":
            return self.main(self.two(x)) + self.main(x)
        if self.how == "identity":
            return x + self.two(x)
        return self.norm(self.main(x)) + self.norm(self.one(x))


@pytest.mark.parametrize(
    ("how", "keys"),
    [("inside", []), ("pooled", []), ("kernel", []), ("identity", [(0,)]), ("projected", [(2,)])],
)
def test_a_projection_is_asked_for_only_where_a_shortcut_is(how, keys):
    """One path is the block's own input, or a 1 x 1 convolution of it; nothing is asked of other sums."""
    traced = trace(nn.Sequential(nn.Conv2d(3, 8, 1), Joined(how)), (2, 3, 16, 16))
    assert [asked.question.key for asked in of_kind(traced, "projection-stride")] == keys


def test_a_table_of_layers_without_biases_says_so():
    """No layer whose parameters are asked for hides its groups or that it has no bias."""
    net = nn.Sequential(nn.Conv2d(4, 8, 3, bias=False), nn.Conv2d(8, 8, 3, groups=2, bias=False))
    (asked,) = of_kind(trace(net, (1, 4, 16, 16)), "trace-table")
    assert "Conv2d(4, 8, kernel_size=3, bias=False)" in asked.text
    assert "Conv2d(8, 8, kernel_size=3, groups=2, bias=False)" in asked.text


def test_a_branch_that_is_no_pool_is_not_called_one():
    """The maps of any branch may be forgotten; the hint speaks of branches only."""
    traced = trace(networks.build("densenet121", device="meta"), (1, 3, 64, 64))
    (asked, *_) = of_kind(traced, "concatenation")
    total, *size = asked.question.key
    for channels in asked.question.channels:
        assert "ool" not in judge(asked.question, (total - channels, *size)).hint
