"""Variants: the same everywhere, with numbers on which each targeted misconception shows by itself."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from cnnbook import networks
from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.variants import draw, separates_targets
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import Question, Slip
from cnnbook.learner.network_questions import questions_about as questions
from cnnbook.tracing import trace

# The version of each kind, and the numbers and the key of a variant. A change of these numbers is a new
# version: classes have been set these variants.
GOLDEN = {
    "output-size": (
        2,
        {
            "size": (20,),
            "kernel_size": (9,),
            "stride": (2,),
            "padding": (0,),
            "dilation": (1,),
            "ceil_mode": False,
        },
        (6,),
    ),
    "conv-output-size": (
        2,
        {
            "in_channels": 6,
            "out_channels": 24,
            "size": (11, 24),
            "kernel_size": (7, 7),
            "stride": (2, 2),
            "padding": (2, 2),
            "dilation": (1, 1),
            "ceil_mode": False,
        },
        (24, 5, 11),
    ),
    "pool-output-size": (
        2,
        {
            "in_channels": 24,
            "out_channels": 24,
            "size": (25, 22),
            "kernel_size": (3, 3),
            "stride": (3, 3),
            "padding": (0, 0),
            "dilation": (1, 1),
            "ceil_mode": False,
        },
        (24, 8, 7),
    ),
    "flatten-features": (2, {"input_shape": (4, 6, 8, 4)}, (192,)),
    "linear-in-features": (
        2,
        {
            "input_shape": (3, 33, 22),
            "layers": (
                "Conv2d(3, 8, kernel_size=5), MaxPool2d(kernel_size=2), Conv2d(8, 16, "
                "kernel_size=3), MaxPool2d(kernel_size=2)"
            ),
        },
        (288,),
    ),
    "padding-for": (2, {"size": 42, "kernel_size": 7, "stride": 1, "dilation": 1, "output_size": 38}, (1,)),
    "stride-for": (2, {"size": 25, "kernel_size": 9, "padding": 0, "dilation": 1, "output_size": 6}, (3,)),
    "kernel-size-for": (2, {"size": 111, "stride": 1, "padding": 2, "dilation": 1, "output_size": 109}, (7,)),
    "input-sizes": (
        2,
        {"kernel_size": 5, "stride": 2, "padding": 2, "dilation": 1, "output_size": 8},
        (15, 16),
    ),
    "largest-input": (
        2,
        {"kernel_size": 5, "stride": 4, "padding": 1, "dilation": 1, "output_size": 6},
        (26,),
    ),
    "conv-parameters": (
        2,
        {"in_channels": 76, "out_channels": 68, "kernel_size": (5, 5), "groups": 1, "bias": True},
        (129268,),
    ),
    "dense-parameters": (1, {"features": (875, 83, 21)}, (74472,)),
    "dilated-output-size": (
        2,
        {
            "in_channels": 3,
            "out_channels": 16,
            "size": (26, 39),
            "kernel_size": (3, 3),
            "stride": (1, 1),
            "padding": (2, 2),
            "dilation": (4, 4),
            "ceil_mode": False,
        },
        (16, 22, 35),
    ),
    "ceil-output-size": (
        2,
        {
            "in_channels": 24,
            "out_channels": 24,
            "size": (12, 49),
            "kernel_size": (4, 4),
            "stride": (3, 3),
            "padding": (2, 2),
            "dilation": (1, 1),
            "ceil_mode": True,
        },
        (24, 5, 17),
    ),
    "transposed-output-size": (
        1,
        {
            "in_channels": 24,
            "out_channels": 8,
            "size": (8, 18),
            "kernel_size": 7,
            "stride": 4,
            "padding": 3,
            "output_padding": 0,
            "dilation": 1,
        },
        (8, 29, 69),
    ),
    "receptive-field": (2, {"layers": ((3, 2), (5, 1), (3, 3), (7, 1))}, (51,)),
    "conv-macs": (
        2,
        {
            "in_channels": 23,
            "out_channels": 45,
            "size": (22, 39),
            "groups": 1,
            "kernel_size": (5, 5),
            "stride": (2, 2),
            "padding": (1, 1),
        },
        (4916250,),
    ),
    "adaptive-pool": (1, {"input_shape": (256, 19, 14), "output_size": (1, 1)}, (256,)),
    "concatenation": (1, {"channels": (176, 24, 96), "size": (33, 17)}, (296, 33, 17)),
    "residual-block": (2, {"input_shape": (32, 53, 17), "out_channels": 64, "stride": 2}, (64, 27, 9)),
    "projection-stride": (1, {"input_shape": (64, 60, 78), "out_channels": 256, "stride": 2}, (2,)),
    "layer-count": (2, {"blocks": (6, 8, 2, 4), "convolutions": 3}, (62,)),
    "trace-table": (
        2,
        {
            "table": (
                "layer | what it is | (C, H, W) after it | parameters\n"
                "input | | (1, 30, 31) |\n"
                "conv1 | Conv2d(1, 12, kernel_size=5, padding=1) | (12, a, 29) | 312\n"
                "pool1 | MaxPool2d(kernel_size=2) | (12, b, b) | 0\n"
                "conv2 | Conv2d(12, 16, kernel_size=5, padding=2) | (c, 14, 14) | d"
            )
        },
        (28, 14, 16, 4816),
    ),
    "trace-table-1": (
        1,
        {
            "table": (
                "layer | what it is | (C, H, W) after it | parameters\n"
                "input | | (3, 48, 26) |\n"
                "conv1 | Conv2d(3, 12, kernel_size=3) | (12, 46, 24) | 336\n"
                "pool1 | MaxPool2d(kernel_size=2) | (12, 23, 12) | 0\n"
                "conv2 | Conv2d(12, 16, kernel_size=3) | (16, 21, 10) | a"
            )
        },
        (1744,),
    ),
    "trace-table-2": (
        1,
        {
            "table": (
                "layer | what it is | (C, H, W) after it | parameters\n"
                "input | | (1, 25, 35) |\n"
                "conv1 | Conv2d(1, 12, kernel_size=5) | (12, 21, 31) | 312\n"
                "pool1 | MaxPool2d(kernel_size=2) | (12, a, 15) | 0\n"
                "conv2 | Conv2d(12, 24, kernel_size=5) | (24, 6, 11) | b"
            )
        },
        (10, 7224),
    ),
    "order-by-parameters": (
        1,
        {
            "items": (
                "Conv2d(16, 8, kernel_size=5)",
                "Conv2d(32, 8, kernel_size=3)",
                "Conv2d(4, 8, kernel_size=3)",
                "Conv2d(3, 4, kernel_size=3)",
            )
        },
        (4, 3, 2, 1),
    ),
    "find-the-slip": (
        1,
        {
            "question": {
                "in_channels": 8,
                "out_channels": 32,
                "size": (49, 44),
                "kernel_size": (7, 7),
                "stride": (3, 3),
                "padding": (0, 0),
                "dilation": (1, 1),
                "ceil_mode": False,
            },
            "lines": (
                "Steps after the first window: 49 - 7 = 42 and 44 - 7 = 37",
                "Windows, the first one included: 42 + 1 = 43 and 37 + 1 = 38",
                "(channels, height, width): (32, 43, 38)",
            ),
        },
        (1,),
    ),
    "edited-network": (
        2,
        {"in_channels": 48, "out_channels": 40, "kernel_size": (5, 5), "groups": 1, "bias": True},
        (48040,),
    ),
    "decode-error": (
        2,
        {
            "path": "classifier",
            "batch": 30,
            "ins": "864",
            "tables": "(30x512 and 864x100)",
            "message": ("mat1 and mat2 shapes cannot be multiplied (30x512 and 864x100)"),
        },
        (512,),
    ),
}

FIRST_WORDS = """
from cnnbook.exercises.kinds.draws import Draws
draws = Draws(b"salt", "kind", 1, "ada", 0)
words = [draws.below(1000) for _ in range(12)]
"""


def first_words():
    """Return the first numbers of a stream, which the standard alone decides."""
    names = {}
    exec(FIRST_WORDS, names)
    return names["words"]


def simulate(kind, wanted):
    """Return the tally of benchmarks/exercises.py for a kind."""
    path = Path(__file__).parents[2] / "benchmarks" / "exercises.py"
    spec = importlib.util.spec_from_file_location("benchmark_of_exercises", path)
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    return benchmark.simulate(kind, wanted)


def test_draws_are_the_same_in_every_process():
    """Hash randomisation changes nothing."""
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-c", f"{FIRST_WORDS}print(words)"],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert done.stdout.strip() == str(first_words())


def test_draws_are_those_of_hmac_sha256():
    """The stream by hand: big-endian words of HMAC(HMAC(salt, JSON of the parts), block number)."""
    import hashlib
    import hmac

    seed = hmac.new(b"salt", b'["kind", 1, "ada", 0]', hashlib.sha256).digest()
    block = hmac.new(seed, bytes(8), hashlib.sha256).digest()
    words = [int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4)]
    assert first_words()[:8] == [word % 1000 for word in words]


def test_draws_are_even():
    """Each of six faces comes up about as often."""
    draws = Draws(b"salt", "dice")
    faces = [draws.below(6) for _ in range(6000)]
    assert all(900 < faces.count(face) < 1100 for face in range(6))


def test_no_name_spells_another_learners_attempt():
    """The parts of the name are kept apart."""
    first, second = Draws(b"", "a", "b|1", 2), Draws(b"", "a|b", "1", 2)
    assert [first.below(9**6) for _ in range(4)] != [second.below(9**6) for _ in range(4)]


@pytest.mark.parametrize("kind", KINDS)
def test_golden_variants(kind):
    """Each version of a kind gives ada these numbers for ever."""
    question = draw(KINDS[kind], "ada", 3)
    assert (KINDS[kind].version, question.parameters, question.key) == GOLDEN[kind]


def subclasses(cls):
    """All classes below a class."""
    return {cls}.union(*map(subclasses, cls.__subclasses__()))


@pytest.fixture
def a_new_misconception(monkeypatch):
    """Give every subject a further wrong rule, whose answer is that of one that it has already."""

    def with_another(slips):
        def both(question):
            known = list(slips(question))
            yield from known
            yield from (Slip(("made-up",), slip.answer) for slip in known)

        return both

    for subject in subclasses(Question):
        if "slips" in vars(subject):
            monkeypatch.setattr(subject, "slips", with_another(vars(subject)["slips"]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_misconception_changes_no_variant(kind, a_new_misconception):
    """Homework that was handed out keeps its numbers when the course learns of another wrong rule."""
    question = draw(KINDS[kind], "ada", 3)
    made_up = {name for slip in question.slips() for name in slip.ids} & {"made-up"}
    assert made_up or kind == "find-the-slip"  # whose wrong choices tell no cause
    assert (KINDS[kind].version, question.parameters, question.key) == GOLDEN[kind]


def test_a_rival_would_change_the_variants(a_new_misconception):
    """The test above can fail: what a kind names as a rival decides which draws are kept."""
    kind = KINDS["largest-input"]
    with pytest.raises(RuntimeError, match="no largest-input shows"):
        draw(kind._replace(distinct_from=(*kind.distinct_from, "made-up")), "ada", 3)


@pytest.mark.parametrize("kind", KINDS)
def test_a_higher_version_draws_anew(kind):
    """Raising a kind's version changes its variants, and those of no other kind."""
    higher = KINDS[kind]._replace(version=KINDS[kind].version + 1)
    drawn = [draw(KINDS[kind], "ada", number).parameters for number in range(6)]
    assert drawn != [draw(higher, "ada", number).parameters for number in range(6)]


@pytest.mark.parametrize("kind", KINDS)
def test_targets_show_alone(kind):
    """Each variant's targets give wrong answers that no other misconception of the kind gives."""
    for attempt in range(40):
        question = draw(KINDS[kind], "class", attempt)
        assert question.targets in KINDS[kind].targets
        assert separates_targets(question, KINDS[kind].relevant)
        wrong = {slip.answer: set() for slip in question.slips()}
        for slip in question.slips():
            wrong[slip.answer] |= KINDS[kind].relevant.intersection(slip.ids)
        for target in question.targets:
            own = [causes for causes in wrong.values() if target in causes]
            assert own
            assert all(causes == {target} for causes in own)


@pytest.mark.parametrize("kind", KINDS)
def test_learners_attempts_and_salts_differ(kind):
    """Ten learners and ten attempts give at least six different variants, and so does another salt."""
    kinds = KINDS[kind]
    for variants in (
        [draw(kinds, f"learner {number}", 0) for number in range(10)],
        [draw(kinds, "ada", number) for number in range(10)],
        [draw(kinds, "ada", 0, salt=bytes([number])) for number in range(10)],
    ):
        assert len({repr(question.parameters) for question in variants}) >= 6


@pytest.mark.parametrize("kind", KINDS)
def test_simulated_learners_are_understood(kind):
    """A smaller run of benchmarks/exercises.py keeps its promises."""
    tally = simulate(kind, 25)
    assert tally.right_called_wrong == 0
    assert tally.named == tally.asked
    assert tally.targeted_alone == tally.targeted
    assert set().union(*KINDS[kind].targets) <= set(tally.targeted)
    assert tally.random_sure == 0
    assert tally.random_caused <= 0.2 * tally.random + 2


@pytest.mark.parametrize("kind", ["conv-output-size", "dilated-output-size"])
def test_convolution_keys_are_torchs_shapes(kind):
    """Torch's own convolution gives the key, (C, H, W)."""
    for attempt in range(15):
        question = draw(KINDS[kind], "torch", attempt)
        numbers = question.parameters
        size, _ = numbers.pop("size"), numbers.pop("ceil_mode")
        layer = nn.Conv2d(**numbers, device="meta")
        assert layer(torch.empty(1, numbers["in_channels"], *size, device="meta")).shape[1:] == question.key


@pytest.mark.parametrize("kind", ["pool-output-size", "ceil-output-size"])
def test_pool_keys_are_torchs_shapes(kind):
    """Torch's own pool gives the key, (C, H, W)."""
    for attempt in range(15):
        question = draw(KINDS[kind], "torch", attempt)
        numbers = question.parameters
        channels, _, size = numbers.pop("in_channels"), numbers.pop("out_channels"), numbers.pop("size")
        layer = nn.MaxPool2d(**numbers)
        assert layer(torch.empty(1, channels, *size)).shape[1:] == question.key


def test_transposed_keys_are_torchs_shapes():
    """Torch's own transposed convolution gives the key, (C, H, W), with and without output padding."""
    extra, dilated = set(), set()
    for attempt in range(40):
        question = draw(KINDS["transposed-output-size"], "torch", attempt)
        numbers = question.parameters
        size = numbers.pop("size")
        layer = nn.ConvTranspose2d(**numbers, device="meta")
        assert layer(torch.empty(1, numbers["in_channels"], *size, device="meta")).shape[1:] == question.key
        extra.add(numbers["output_padding"])
        dilated.add(numbers["dilation"])
    assert {0, 1} < extra
    assert dilated == {1, 2}


def test_parameter_keys_are_torchs_counts():
    """Torch's own layers hold as many numbers as the keys say."""
    for attempt in range(10):
        convolution = draw(KINDS["conv-parameters"], "torch", attempt)
        numbers = {name: value for name, value in convolution.parameters.items() if name != "size"}
        assert sum(p.numel() for p in nn.Conv2d(**numbers).parameters()) == convolution.key[0]
        dense = draw(KINDS["dense-parameters"], "torch", attempt)
        a, b, c = dense.parameters["features"]
        chain = nn.Sequential(nn.Linear(a, b), nn.Linear(b, c))
        assert sum(p.numel() for p in chain.parameters()) == dense.key[0]


@pytest.mark.parametrize(
    ("kind", "unknown"),
    [("padding-for", "padding"), ("stride-for", "stride"), ("kernel-size-for", "kernel_size")],
)
def test_inverse_keys_answer_torchs_convolution(kind, unknown):
    """The setting asked for gives the size; of the settings below ten, exactly those that do are accepted."""
    for attempt in range(10):
        question = draw(KINDS[kind], "torch", attempt)
        numbers = question.parameters
        size, result = numbers.pop("size"), numbers.pop("output_size")
        for value in range(unknown != "padding", 10):
            layer = nn.Conv1d(1, 1, **numbers, **{unknown: value}, device="meta")
            try:
                gives = layer(torch.empty(1, 1, size, device="meta")).shape[-1]
            except RuntimeError:
                gives = None
            assert question.accepts((value,)) == (gives == result), (numbers, value)


@pytest.mark.parametrize("kind", ["largest-input", "input-sizes"])
def test_input_keys_answer_torchs_convolution(kind):
    """The smallest and the largest input give the size asked for; a pixel less or more does not."""
    for attempt in range(15):
        question = draw(KINDS[kind], "torch", attempt)
        numbers = question.parameters
        result = numbers.pop("output_size")
        layer = nn.Conv1d(1, 1, **numbers, device="meta")

        def gives(size, layer=layer):
            return layer(torch.empty(1, 1, size, device="meta")).shape[-1]

        smallest, largest = question.key[0], question.key[-1]
        assert gives(smallest) == gives(largest) == result
        assert gives(largest + 1) == result + 1
        assert len(question.key) == 1 or gives(smallest - 1) == result - 1


def test_some_exercise_exposes_every_misconception():
    """Each id of the catalogue is a target of a practice kind or gives a wrong answer to an exercise."""
    exposed = {target for kind in KINDS.values() for targets in kind.targets for target in targets}
    asked = [find(name) for name in names()]
    asked += [question.question for question in questions(trace(networks.build("lenet5"), (1, 1, 32, 32)))]
    exposed |= {
        slip.ids[0] for question in asked for slip in question.slips() if not question.accepts(slip.answer)
    }
    assert MISCONCEPTIONS.keys() - exposed == set()
    assert exposed - MISCONCEPTIONS.keys() == set()
