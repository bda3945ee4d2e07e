"""Variants look like layers of networks, by padding, stride, kernel and size, and enough of them exist."""

from functools import cache

import pytest

from cnnbook.arithmetic import Window
from cnnbook.exercises.kinds.axis import Axis
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.chains import Chain
from cnnbook.exercises.kinds.edits import EditedChain
from cnnbook.exercises.kinds.input_sizes import LargestInput
from cnnbook.exercises.kinds.linear_features import LinearFeatures
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.settings import SettingFor
from cnnbook.exercises.kinds.slip_finding import FindTheSlip
from cnnbook.exercises.kinds.trace_tables import TraceTable
from cnnbook.exercises.kinds.transposed import TransposedShape
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.kinds.windows import WindowQuestion

VARIANTS, LEARNERS, DIFFERENT = 100, 300, 200
LARGEST_MAP = 224


def windows(question):
    """Return the axes of all windows in a question, by the kind of layer: conv, pool or transposed."""
    if isinstance(question, WindowQuestion):
        return [("pool" if question.pool else "conv", axis) for axis in question.axes]
    if isinstance(question, SettingFor):
        return [("conv", question.axis._replace(**{question.unknown: question.key[0]}))]
    if isinstance(question, LargestInput):
        return [("conv", question.axis._replace(size=question.key[-1]))]
    if isinstance(question, ConvMacs):
        return windows(WindowQuestion(question.size, question.window))
    if isinstance(question, TraceTable):
        return [found for line in question.lines for found in windows(line.layer)]
    if isinstance(question, EditedChain):
        return [*windows(question.before), *windows(question.after)]
    if isinstance(question, LinearFeatures):
        return windows(question.chain)
    if isinstance(question, Chain):
        return [found for step in question.steps() for found in windows(step)]
    if isinstance(question, TransposedShape):
        return [("transposed", question.axis._replace(size=size)) for size in question.input_shape[1:]]
    if isinstance(question, FindTheSlip):
        return windows(question.solved)
    if isinstance(question, ReceptiveFieldSize):
        # A kernel of 2 or 3 whose stride equals it is a pool's; the question names no layer.
        return [("pool" if k == s else "conv", Axis(LARGEST_MAP, k, s)) for k, s in question.layers]
    return []


def unlike_a_layer(question):
    """Return what no layer of a network has, as a set of words."""
    found = set()
    for layer, axis in windows(question):
        found |= {"padding"} if axis.padding > axis.span // 2 else set()
        found |= {"stride"} if axis.stride > axis.kernel_size else set()
        found |= {"even kernel"} if layer == "conv" and axis.kernel_size % 2 == 0 else set()
        found |= {"size"} if not 2 <= axis.size <= LARGEST_MAP else set()
    return found


@cache
def variants_of(kind):
    """Return variants of a kind, drawn once for all tests."""
    return [draw(KINDS[kind], "layers", attempt) for attempt in range(VARIANTS)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_variant_is_unlike_a_layer(kind):
    """Padding is at most half of what the kernel spans, and no window skips pixels."""
    unlike = {question.prompt: found for question in variants_of(kind) if (found := unlike_a_layer(question))}
    assert unlike == {}


def test_all_kinds_with_windows_are_looked_at():
    """The test above looks at something: only these kinds ask nothing about a window."""
    assert {kind for kind in KINDS if not any(map(windows, variants_of(kind)))} == {
        "flatten-features",
        "conv-parameters",
        "dense-parameters",
        "adaptive-pool",
        "concatenation",
        "residual-block",
        "projection-stride",
        "layer-count",
        "order-by-parameters",
        "decode-error",
    }


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (WindowQuestion((30,), Window((3,), 1, 2)), {"padding"}),
        (WindowQuestion((30,), Window((3,), 1, 2, 2)), set()),
        (WindowQuestion((30, 30), Window(2, 3), pool=True), {"stride"}),
        (WindowQuestion((30,), Window((4,))), {"even kernel"}),
        (WindowQuestion((30, 30), Window.pool(2), pool=True), set()),
        (WindowQuestion((300,), Window((3,))), {"size"}),
        (ReceptiveFieldSize(((2, 2), (3, 4))), {"stride"}),
    ],
)
def test_what_is_unlike_a_layer_is_seen(question, found):
    """The test above can fail: each of these is found."""
    assert unlike_a_layer(question) == found


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_class_gets_different_numbers(kind):
    """Of 300 learners' first variants at least 200 differ."""
    drawn = {repr(draw(KINDS[kind], f"learner {number}", 0).parameters) for number in range(LEARNERS)}
    assert len(drawn) >= DIFFERENT
