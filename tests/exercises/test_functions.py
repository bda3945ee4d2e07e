"""Answers that run: judged by what they give on probes, compared with torch and with misconceptions."""

import math
import random
import subprocess
import sys
import time
from contextlib import suppress
from itertools import combinations

import pytest
import torch
from torch import nn
from torch.nn import functional
from torchvision import models
from torchvision.models.inception import InceptionA, InceptionC

from answers_that_run import RUN, Branches, network, plain, right_answer, wrong_answers
from cnnbook.arithmetic import Window, receptive_field
from cnnbook.exercises.chapters import find
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.functions import running
from cnnbook.exercises.functions.blocks import ModuleQuestion
from cnnbook.exercises.functions.judging import judge_by_running
from cnnbook.exercises.functions.own_block import BUDGET
from cnnbook.exercises.functions.results import number_maps
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.learner.check import check
from cnnbook.learner.hints import solution
from cnnbook.learner.record import tries

SIZE, POOL, CONV, FIELD, ACCURACY = (
    "size.write-output-size",
    "pooling.write-pool",
    "lenet5.write-conv",
    "size.write-field",
    "lenet5.write-accuracy",
)
FUNCTIONS = [name for name in RUN if find(name).form.name == "function"]
WITHOUT_TORCH = [name for name in FUNCTIONS if not isinstance(find(name), ModuleQuestion)]


def said(name, answer):
    return judge_by_running(find(name), answer)


def good_size(n, k, s, p, d):
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def output_size_of_torch(n, k, s, p, d):
    layer = nn.Conv1d(1, 1, k, stride=s, padding=p, dilation=d, device="meta")
    return layer(torch.zeros(1, 1, n, device="meta")).shape[-1]


def parameters_of_torch(ins, outs, k, bias):
    return sum(p.numel() for p in nn.Conv2d(ins, outs, k, bias=bias, device="meta").parameters())


def field_of_torch(layers):
    """The pixels that reach one unit, found by the gradient of a sum with weights of 1."""
    out = pixels = torch.zeros(1, 1, 301, dtype=torch.float64, requires_grad=True)
    for kernel_size, stride in layers:
        out = functional.conv1d(out, torch.ones(1, 1, kernel_size, dtype=torch.float64), stride=stride)
    (gradient,) = torch.autograd.grad(out[0, 0, 2], pixels)
    touched = gradient[0, 0].nonzero()
    return (touched.max() - touched.min() + 1).item()


def conv_of_torch(maps, kernels, stride, padding):
    return functional.conv2d(
        torch.tensor(maps)[None].float(), torch.tensor(kernels).float(), None, stride, padding
    )


def grouped_parameters_of_torch(ins, outs, k, groups):
    return sum(p.numel() for p in nn.Conv2d(ins, outs, k, groups=groups, device="meta").parameters())


def vgg_parameters_of_torch(convolutions, width):
    """The convolutions of torchvision's VGG of this depth, with other widths."""
    before, found = 3, 0
    for stage, repeats in enumerate(convolutions):
        after = min(width * 2**stage, width * 8)
        layers = nn.ModuleList(nn.Conv2d(before if not at else after, after, 3) for at in range(repeats))
        found += sum(p.numel() for p in layers.parameters())
        before = after
    return found


def sliding_of_torch(maps, row, side):
    """What a dense layer says of each square that is cut out and flattened."""
    maps = torch.tensor(maps).float()
    cuts = functional.unfold(maps[None], side)[0]  # a column for each place, in the order of flatten
    _, height, width = maps.shape
    return (torch.tensor(row).float() @ cuts).view(1, height - side + 1, width - side + 1)


def dropout_of_torch(maps, kept, p, training):
    """The factor is that of torch's own dropout of ones; which numbers are kept is given."""
    factor = functional.dropout(torch.ones(1000), p, training).max()
    return torch.tensor(maps) * (torch.tensor(kept) if training else 1) * factor


def pool_of_torch(maps, kernel_size, stride):
    return functional.max_pool2d(torch.tensor(maps)[None].float(), kernel_size, stride)


def slide_of_torch(picture, kernel):
    maps, kernels = torch.tensor(picture)[None, None], torch.tensor(kernel)[None, None]
    return functional.conv2d(maps.float(), kernels.float())[0, 0]


def adaptive_of_torch(maps, rows, columns):
    return functional.adaptive_avg_pool2d(torch.tensor(maps)[None].float(), (rows, columns))


def step_of_torch(kernel, window, target, rate):
    kernel, window = torch.tensor(kernel).double().requires_grad_(), torch.tensor(window).double()
    ((kernel * window).sum() - target).square().backward()
    return kernel.detach() - rate * kernel.grad


def accuracy_of_torch(scores, labels):
    return (torch.tensor(scores).argmax(dim=1) == torch.tensor(labels)).double().mean()


def residual_of_torch(f, x):
    return torch.relu(torch.tensor(f) + torch.tensor(x))


def shortcut_of_torchvision(ins, outs, stride):
    """The parameters of `downsample` in the first block of a layer that reads `ins` channels."""
    network = models.ResNet(models.resnet.BasicBlock, [1, 1, 1, 1])
    network.inplanes = ins
    shortcut = network._make_layer(models.resnet.BasicBlock, outs, 1, stride)[0].downsample
    return sum(p.numel() for p in shortcut.parameters()) if shortcut else 0


def depth_of_torchvision(counts, bottleneck):
    block = models.resnet.Bottleneck if bottleneck else models.resnet.BasicBlock
    with torch.device("meta"):
        network = models.ResNet(block, counts)
    layers = [
        name
        for name, m in network.named_modules()
        if isinstance(m, nn.Conv2d | nn.Linear) and "downsample" not in name
    ]
    return len(layers)


def choice_of_torch(networks, most_kb, most_ms):
    accuracy, kb, ms = torch.tensor(networks, dtype=torch.float64).T
    within = (kb <= most_kb) & (ms <= most_ms)
    return torch.where(within, accuracy, -1).argmax().item() if within.any() else -1


def dominated_of_torch(networks):
    good = torch.tensor(networks, dtype=torch.float64) * torch.tensor([1, -1, -1])  # larger is better
    return (good[:, None] < good[None]).all(dim=2).any(dim=1).sum().item()


def zeros_before_of_torch(n, k, s):
    """Half of the fewest zeros with which torch makes n/s outputs, rounded up, in windows that fit."""
    line, kernel = torch.zeros(1, 1, n), torch.zeros(1, 1, k)
    for zeros in range(n + k):
        padded = functional.pad(line, (zeros // 2, zeros - zeros // 2))
        if padded.shape[-1] >= k and functional.conv1d(padded, kernel, stride=s).shape[-1] >= math.ceil(
            n / s
        ):
            return zeros // 2
    raise AssertionError("no padding would do")


def counterexample_of_torch(claim, numbers):
    false = torch.tensor([not claim(n) for n in numbers])
    return numbers[int(false.int().argmax())] if false.any() else 0


def batch_norm_of_torch(batch, weight, bias):
    maps = torch.tensor(batch)[:, None].double()
    weight, bias = (torch.tensor([number]).double() for number in (weight, bias))
    return functional.batch_norm(maps, None, None, weight, bias, training=True, eps=1e-12)[:, 0]


def block_of_torchvision(kind):
    """What torchvision's block makes while all its weights are equal, and its batch norms add -0.5."""
    return lambda ins, number: find_block(kind).looked_at(torch, kind(ins, number), ins)


def find_block(kind):
    return find("inception.write-block-a" if kind is InceptionA else "inception.write-block-c")


def own_block_of_torch(ins):
    question = find("inception.design-block")
    return question.looked_at(torch, right_answer("inception.design-block")(ins), ins)


ORACLES = {
    "errata.write-counterexample": counterexample_of_torch,
    "errata.write-same": zeros_before_of_torch,
    "choosing.write-choice": choice_of_torch,
    "choosing.write-dominated": dominated_of_torch,
    "resnet.write-residual": residual_of_torch,
    "resnet.write-shortcut": shortcut_of_torchvision,
    "resnet.write-depth": depth_of_torchvision,
    "inception.write-batch-norm": batch_norm_of_torch,
    "inception.write-block-a": block_of_torchvision(InceptionA),
    "inception.write-block-c": block_of_torchvision(InceptionC),
    "inception.design-block": own_block_of_torch,
    "start.write-slide": slide_of_torch,
    "pooling.write-adaptive": adaptive_of_torch,
    "lenet5.write-step": step_of_torch,
    "lenet5.write-accuracy": accuracy_of_torch,
    SIZE: output_size_of_torch,
    FIELD: field_of_torch,
    "start.write-parameters": parameters_of_torch,
    POOL: pool_of_torch,
    CONV: conv_of_torch,
    "alexnet.write-dropout": dropout_of_torch,
    "alexnet.write-grouped-parameters": grouped_parameters_of_torch,
    "vgg16.write-parameters": vgg_parameters_of_torch,
    "vgg16.write-sliding": sliding_of_torch,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_called_right_is_what_torch_gives(name):
    """On each probe, torch itself is asked."""
    question = find(name)
    for probe, right in zip(question.probes, question.right_results, strict=True):
        assert question.read(ORACLES[name](*probe.arguments)) == right, probe


@pytest.mark.parametrize("name", RUN)
def test_the_probes_tell_all_rules_apart(name):
    """The right answer and those of the misconceptions differ, each from each, on at least one probe."""
    question = find(name)
    results = {"right": question.right_results, **question.wrong_results}
    assert len(results) > 3
    for (one, first), (other, second) in combinations(results.items(), 2):
        assert first != second, (one, other)


@pytest.mark.parametrize("name", RUN)
def test_a_right_answer_is_correct_and_says_what_was_tried(name):
    """One line, with the first probe in it, and how often it was tried."""
    feedback = said(name, right_answer(name))
    assert feedback.outcome == "correct"
    assert feedback.message.startswith("Tried")
    assert find(name).probe_named(0) in feedback.message
    assert (feedback.hint, feedback.answer) == ("", find(name).key)


@pytest.mark.parametrize(
    ("name", "cause"), [(name, cause) for name in RUN for cause in find(name).wrong], ids=" ".join
)
def test_a_misconception_is_found_in_what_the_answer_gives(name, cause):
    """Its answer has it as the only suspect; it is asserted where there are several probes."""
    assert cause in MISCONCEPTIONS
    feedback = said(name, wrong_answers(name)[cause])
    assert feedback.outcome == "incorrect"
    assert feedback.candidates == (cause,)
    assert feedback.misconception == (cause if len(find(name).probes) > 1 else None)
    assert feedback.hint == find(name).wording.hints[cause]
    assert feedback.hint.endswith("?")


def test_the_simplest_probe_that_differs_is_shown_with_both_numbers():
    """What it gives, and what PyTorch gives."""
    feedback = said(SIZE, plain(lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1))
    assert str(feedback) == (
        "→ Not yet. On n=7, k=2, s=2, p=0, d=1 it gives 4; PyTorch gives 3.\n  Your function rounds up. "
        "What does PyTorch do with a window that hangs over the edge?"
    )
    pooled = said(POOL, lambda maps, k, s: functional.max_pool2d(maps[None], k, s, ceil_mode=True)[0])
    assert pooled.misconception == "rounds-up"
    assert pooled.message == (
        "On maps of (1, 7, 4), kernel 2, stride 2 it gives the shape (1, 4, 2); PyTorch gives (1, 3, 2)."
    )
    meant = said(POOL, lambda maps, k, s: functional.avg_pool2d(maps[None], k, s))
    assert meant.misconception == "mean-not-max"
    assert " in channel 0, row 0, column 0; PyTorch gives 9 there." in meant.message
    assert (
        " it gives a single number; PyTorch gives maps of the shape (1, 2, 2)."
        in said(POOL, lambda *_: 3.5).message
    )


def test_an_answer_that_no_rule_explains_is_asked_for_a_step_on_the_way():
    """A rule of its own, and one that agrees with a misconception on all probes but one."""
    assert said(SIZE, lambda n, k, s, p, d: 17).candidates == ()
    nearly = said(SIZE, lambda n, k, s, p, d: n if n < 200 else 0)
    assert (nearly.misconception, nearly.candidates) == (None, ())
    assert nearly.hint == f"{find(SIZE).wording.ask}\nThe first example: n = 5, k = 3, s = 1, p = 0, d = 1."


def whole_float(n, k, s, p, d):
    return float(good_size(n, k, s, p, d))


def tensor_of_one(n, k, s, p, d):
    return torch.tensor(good_size(n, k, s, p, d))


@pytest.mark.parametrize("function", [whole_float, tensor_of_one])
def test_a_whole_number_is_what_it_is_when_typed(function):
    """3.0 and a tensor with the integer 3 are 3."""
    assert said(SIZE, function).outcome == check("size.first", 3.0).outcome == "correct"


def test_a_pool_may_be_written_for_tensors_and_for_lists():
    """Loops over single numbers, slices of tensors, a batch axis in front."""

    def by_slices(maps, kernel_size, stride):
        rows, columns = ((size - kernel_size) // stride + 1 for size in maps.shape[1:])
        out = torch.zeros(len(maps), rows, columns)
        for y in range(rows):
            for x in range(columns):
                window = maps[:, y * stride : y * stride + kernel_size, x * stride : x * stride + kernel_size]
                out[:, y, x] = window.amax(dim=(1, 2))
        return out

    assert said(POOL, by_slices).outcome == "correct"
    assert said(POOL, lambda maps, k, s: by_slices(maps, k, s)[None]).outcome == "correct"
    assert said(POOL, lambda maps, k, s: by_slices(maps, k, s).numpy()).outcome == "correct"
    assert said(POOL, plain(find(POOL).right)).outcome == "correct"

    def only_lists(maps, kernel_size, stride):
        return find(POOL).right([[row.copy() for row in one] for one in maps], kernel_size, stride)

    assert said(POOL, only_lists).outcome == "correct"


def my_size(n, k, s, p, d):
    return [3][n]


@pytest.mark.parametrize("answer", [..., None, "", "  "])
def test_nothing_is_not_attempted(answer):
    """So that Run All stays clean over a function that is not written yet."""
    feedback = said(SIZE, answer)
    assert feedback.outcome == "not attempted"
    assert feedback.message == (
        "Nothing was handed over yet. What is wanted is my_output_size, without brackets behind it."
    )


def test_a_stub_is_not_attempted():
    """Three dots, NotImplementedError, nine zeros and a network without layers."""

    def stub(n, k, s, p, d): ...

    def missing(n, k, s, p, d):
        raise NotImplementedError

    for name, answer in (
        (SIZE, stub),
        (SIZE, missing),
        ("start.level-edges", torch.zeros(3, 3)),
        ("lenet5.meet-shape", nn.Sequential()),
    ):
        assert said(name, answer).outcome == "not attempted"
        assert "so far " in said(name, answer).message


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        (SIZE, 3, "A function is wanted here, my_output_size(n, k, s, p, d), not a value of type int."),
        (SIZE, "n//s", "A function is wanted here"),
        (SIZE, find(SIZE).key, "A function is wanted here"),
        (
            SIZE,
            lambda n, k: 3,
            "cannot be called as my_output_size(n, k, s, p, d): too many positional arguments.",
        ),
        (
            SIZE,
            lambda n, k, s, p, d, e: 3,
            "cannot be called as my_output_size(n, k, s, p, d): missing a required",
        ),
        (
            POOL,
            nn.MaxPool2d(2),
            "That function is torch's. Write one of your own, my_pool(maps, kernel_size, stride).",
        ),
        (SIZE, my_size, "On n=5, k=3, s=1, p=0, d=1 it raises IndexError: list index out of range, in line "),
        (SIZE, lambda n, k, s, p, d: 1 // 0, "it raises ZeroDivisionError: "),
        (SIZE, lambda n, k, s, p, d: sys.exit(3), "it raises SystemExit: 3"),
        (SIZE, lambda n, k, s, p, d: print(3), "It prints its result and returns nothing (None)."),
        (
            SIZE,
            lambda n, k, s, p, d: "3",
            "It returns a value of type str, where one whole number is wanted.",
        ),
        (
            SIZE,
            lambda n, k, s, p, d: [3],
            "It returns a value of type list, where one whole number is wanted.",
        ),
        (SIZE, lambda n, k, s, p, d: True, "It returns a value of type bool, where"),
        (
            SIZE,
            lambda n, k, s, p, d: torch.zeros(2, 3),
            "It returns a Tensor of the shape (2, 3), where one whole",
        ),
        (SIZE, lambda n, k, s, p, d: float("nan"), "It returns nan, which is no number."),
        (POOL, lambda maps, k, s: maps * torch.nan, "It returns nan, which is no number."),
        (SIZE, lambda n, k, s, p, d: 10**5000, "It returns a number that is too large for any network."),
        (SIZE, lambda n, k, s, p, d: (yield 3), "It returns a value of type generator"),
        (POOL, lambda maps, k, s: [[[1, 2], [3]]], "It returns rows of different lengths"),
        (
            POOL,
            lambda maps, k, s: {1: 2},
            "It returns a value of type dict, where maps of numbers are wanted",
        ),
        ("start.level-edges", torch.ones(2, 3), "3 rows of 3; this kernel has the shape (2, 3)."),
        ("start.level-edges", "edges", "Nine numbers are wanted, 3 rows of 3, not a value of type str."),
        ("start.level-edges", [[1, 2], [3]], "Nine numbers are wanted"),
        ("lenet5.meet-shape", lambda x: x, "An nn.Sequential is wanted here, not a value of type function."),
        (
            "lenet5.meet-shape",
            nn.Sequential(nn.AdaptiveMaxPool2d(3)),
            "AdaptiveMaxPool2d is not among the layers",
        ),
        ("lenet5.meet-shape", nn.Sequential(nn.Conv2d(3, 16, 3, padding=1)), "Conv2d has a padding."),
        ("lenet5.meet-shape", nn.Sequential(nn.Conv2d(3, 16, 3, padding="same")), "Conv2d has a padding."),
        ("lenet5.meet-shape", nn.Sequential(nn.Conv2d(3, 16, (37, 31))), "Conv2d has a kernel of (37, 31)."),
        ("lenet5.meet-shape", nn.Sequential(nn.Conv2d(1, 16, 3)), "it raises RuntimeError: Given groups=1"),
    ],
)
def test_what_gives_no_result_is_no_try(name, answer, words):
    """One line says why; learner's exceptions are shown as theirs, with none of our lines."""
    feedback = check(name, answer)
    assert feedback.outcome == "unreadable"
    assert str(feedback).startswith("? No result yet. ")
    assert words in feedback.message
    assert "\n" not in feedback.message
    assert tries() == []


def test_an_object_that_raises_when_it_is_looked_at_is_refused():
    """Looking at an answer may run code of its class."""

    class Odd:
        def __getattribute__(self, name):
            raise RuntimeError("do not look")

        def __call__(self):
            """Make it callable."""

    words = "A value of type Odd cannot be tried. Hand over my_output_size, written as my_output_size("
    assert said(SIZE, Odd()).message.startswith(words)


def test_the_learners_own_line_is_named():
    """The last line of the learner's own code, not one of a library that it calls."""
    line = my_size.__code__.co_firstlineno + 1
    assert said(SIZE, my_size).message.endswith(f"in line {line} of my_size.")

    def inner(maps, kernel_size, stride):
        return functional.max_pool2d(maps, "wide")

    line = inner.__code__.co_firstlineno + 1
    assert said(POOL, inner).message.endswith(f"in line {line} of inner.")


def test_an_exception_after_results_is_a_wrong_answer():
    """It is a try, since the function answered on the probes before."""
    feedback = check(SIZE, lambda n, k, s, p, d: good_size(n, k, s, p, d) if s == 1 else [][n])
    assert feedback.outcome == "incorrect"
    words = "It gives a result on 2 of 7 inputs. On n=7, k=2, s=2, p=0, d=1 it raises IndexError"
    assert feedback.message.startswith(words)
    some = check(SIZE, lambda n, k, s, p, d: good_size(n, k, s, p, d) if s == 1 else None)
    assert some.message.startswith("On n=7, k=2, s=2, p=0, d=1 it returns nothing (None).")
    assert [one.misconception for one in tries()] == [None, None]


def endless(n, k, s, p, d):
    while True:
        with suppress(Exception):
            n += 1


def endless_generator(n, k, s, p, d):
    def ones():
        while True:
            yield 1

    return sum(ones())


def asleep(n, k, s, p, d):
    time.sleep(3)


@pytest.mark.parametrize("function", [endless, endless_generator, asleep])
def test_what_never_ends_comes_back_with_one_line(function, monkeypatch):
    """In a loop, in C code, and where exceptions are caught."""
    monkeypatch.setattr(running, "LIMIT", 0.2)
    start = time.perf_counter()
    feedback = said(SIZE, function)
    assert time.perf_counter() - start < 2
    assert feedback.outcome == "unreadable"
    assert feedback.message == (
        "After 0.2 seconds it was still at work on n=5, k=3, s=1, p=0, d=1. Is there a loop that never ends?"
    )


def test_an_endless_loop_is_ended_where_no_thread_can_be_started(monkeypatch):
    """As in a browser; the tracing of a debugger or of a coverage tool is put back."""

    def refuse(thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(running.Thread, "start", refuse)
    monkeypatch.setattr(running, "LIMIT", 0.2)
    before = sys.gettrace()
    assert said(SIZE, endless).message.startswith("After 0.2 seconds")
    assert said(SIZE, good_size).outcome == "correct"
    assert sys.gettrace() is before


def test_a_loop_that_is_ended_runs_no_further(monkeypatch):
    """The thread is gone, so that the kernel does not stay slow."""
    steps = []

    def counting(n, k, s, p, d):
        while True:
            steps.append(1)

    monkeypatch.setattr(running, "LIMIT", 0.1)
    said(SIZE, counting)
    before = len(steps)
    time.sleep(0.1)
    assert len(steps) == before > 0


def test_the_input_is_left_as_it_is():
    """Right values from a function that empties its input are not yet right; the next call is not harmed."""

    def emptying(layers):
        field = jump = 1
        while layers:
            kernel_size, stride = layers.pop(0)
            field, jump = field + (kernel_size - 1) * jump, jump * stride
        return field

    feedback = said(FIELD, emptying)
    assert (feedback.outcome, feedback.candidates) == ("incorrect", ())
    assert (
        feedback.message
        == "The values are right, but it changes the input it is given. Let it work on a copy."
    )
    negated = said(POOL, lambda maps, k, s: -functional.max_pool2d(-maps.neg_(), k, s))
    assert negated.outcome == "incorrect"
    assert find(POOL).right_results == find(POOL).results_of(find(POOL).right)


def test_chance_is_seen():
    """A result that differs from call to call; so does one that remembers the call before."""
    words = "it does not give the same result twice"
    assert words in said(SIZE, lambda n, k, s, p, d: random.random()).message
    calls = []
    assert words in said(SIZE, lambda n, k, s, p, d: calls.append(n) or len(calls)).message


def test_what_a_function_prints_is_not_mixed_into_the_feedback(capsys):
    """Prints for the learner's own use do no harm."""

    def talking(n, k, s, p, d):
        print("here", n)
        return good_size(n, k, s, p, d)

    assert said(SIZE, talking).outcome == "correct"
    assert capsys.readouterr().out == ""


def test_a_network_stays_as_it_was():
    """It is run on a copy, without gradients; a suspect is named where one rule would meet the shape."""
    net = network((5, 1), (2, 2), (5, 1), (2, 2))
    before = {name: value.clone() for name, value in net.state_dict().items()}
    assert net.training
    assert said("lenet5.meet-shape", net).outcome == "correct"
    assert said("lenet5.meet-shape", net.double()).outcome == "correct"
    assert net.training
    assert all(torch.allclose(before[name].double(), value) for name, value in net.state_dict().items())
    few = said("lenet5.meet-shape", network((5, 1), (2, 2), (5, 1), (2, 2), maps=6))
    assert few.message == "From a picture of (3, 44, 36) it makes (6, 8, 6); (16, 8, 6) is wanted."
    assert few.candidates == ()


@pytest.mark.parametrize(
    ("kernel", "outcome"),
    [
        ([[1, 2, 1], [0, 0, 0], [-1, -2, -1]], "correct"),
        (torch.tensor([[[[0.0, -1, 0], [0, 1, 0], [0, 0, 0]]]]), "correct"),
        ([[0.33, 0.33, 0.33], [-0.66, -0.67, -0.66], [0.33, 0.33, 0.33]], "correct"),
        ([[1, 0, -1], [0, 0, 0], [-1, 0, 1]], "incorrect"),
    ],
)
def test_a_kernel_is_judged_by_what_it_finds(kernel, outcome):
    """However its numbers were chosen; one that finds corners only finds no edge."""
    assert said("start.level-edges", kernel).outcome == outcome


def test_tries_are_noted_and_two_different_functions_are_two_tries():
    """A short code stands for what a function gives; the same function again is the same try."""
    for function in (lambda n, k, s, p, d: n, lambda n, k, s, p, d: n // s, good_size, good_size):
        check(SIZE, function)
    found = tries()
    assert [(one.right, one.misconception) for one in found] == [
        (False, "same-size"),
        (False, "divides-by-stride"),
        (True, None),
    ]
    assert {one.form for one in found} == {"function"}
    assert len({one.answer for one in found}) == 3


@pytest.mark.parametrize("name", ["size.first", *RUN])
def test_nothing_is_run_where_answers_are_collected(name):
    """`judge`, which grades answers as data, refuses a function and does not call it, whatever is asked."""
    called = []
    assert judge(find(name), lambda *_: called.append(1)).outcome == "unreadable"
    assert called == []


@pytest.mark.parametrize("name", RUN)
@pytest.mark.parametrize("data", ["def f(): pass", 3, [1, 2], (1, 2, 3), {"a": 1}])
def test_data_is_no_answer_to_what_is_run(name, data):
    """A submission that holds text or numbers in its place is one line, and no error."""
    assert judge(find(name), data).outcome == "unreadable"
    assert judge(find(name), find(name).key).outcome == "unreadable"


@pytest.mark.parametrize("name", RUN)
def test_each_has_a_solution_in_words(name):
    """It is the last hint."""
    assert "{" not in solution(find(name))
    assert len(solution(find(name))) > 30


def conv_bn(ins, outs, kernel_size, **options):
    """The brick of chapter 06, as its page defines it."""
    return nn.Sequential(
        nn.Conv2d(ins, outs, kernel_size, bias=False, **options), nn.BatchNorm2d(outs), nn.ReLU()
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_solutions_are_right(name):
    """The lines of code in a solution, which begin with four spaces, are the body of a right function."""
    question = find(name)
    code = [line for line in solution(question).split("\n") if line.startswith("    ")]
    namespace: dict = {"torch": torch, "nn": nn, "Branches": Branches, "conv_bn": conv_bn}
    exec("\n".join([f"def {question.signature}:", *code]), namespace)
    assert said(name, namespace[question.name]).outcome == "correct"


def test_no_torch_is_loaded_for_a_function_that_needs_none():
    """Maps are nested lists then, as in a browser without torch."""
    code = (
        "import sys\nfrom cnnbook import ask, check\nfrom cnnbook.exercises.chapters import find\n"
        f"for name in {WITHOUT_TORCH}:\n"
        "    right = find(name).right\n"
        "    assert check(name, lambda *all: right(*all)).outcome == 'correct', name\n"
        "    repr(ask(name, right))\n"
        "assert check('start.level-edges', [[1] * 3, [0] * 3, [-1] * 3]).outcome == 'correct'\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def without_torch(code):
    """Run lines in a Python that has not loaded torch."""
    head = "import sys\nfrom cnnbook import check\n"
    subprocess.run([sys.executable, "-c", head + code], check=True)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if find(name).takes_tensors])
def test_a_function_for_tensors_is_right_whether_or_not_torch_was_loaded(name):
    """The learner's file imports no torch, as on the command line: the solution is right all the same."""
    question = find(name)
    lines = [line for line in solution(question).split("\n") if line.startswith("    ")]
    body = "\n".join(line.replace("torch.", "__import__('torch').") for line in lines)
    without_torch(
        f"def {question.signature}:\n{body}\n"
        "assert 'torch' not in sys.modules\n"
        f"assert check({name!r}, {question.name}).outcome == 'correct'"
    )


def test_the_time_limit_begins_when_torch_is_loaded():
    """A function may import torch itself, which takes longer than its limit."""
    without_torch(
        "from cnnbook.exercises.functions import running\n"
        "from cnnbook.exercises.chapters import find\n"
        "running.LIMIT = 0.5\n"
        "def slide(maps, kernel_size, stride):\n"
        "    import torch\n"
        "    return torch.nn.functional.max_pool2d(torch.tensor(maps), kernel_size, stride)\n"
        "said = check('pooling.write-pool', slide)\n"
        "assert said.outcome == 'correct', said"
    )


def test_a_mean_of_an_empty_window_is_named():
    """PyTorch gives nan then, and no error."""

    def empty(maps, rows, columns):
        return torch.stack([maps[:, :0].mean(dim=(1, 2))])[:, :, None]

    assert "so does the mean of an empty window" in said("pooling.write-adaptive", empty).message


def test_arrays_are_given_where_there_is_no_torch():
    """As in a browser: whole maps can be multiplied there as well; the reason for an exception is told."""
    without_torch(
        "sys.modules['torch'] = None\n"
        "dropped = lambda maps, kept, p, training: maps * kept / (1 - p) if training else maps\n"
        "assert check('alexnet.write-dropout', dropped).outcome == 'correct'\n"
        "share = lambda scores, labels: (scores.argmax(1) == labels).mean()\n"
        "assert check('lenet5.write-accuracy', share).outcome == 'correct'\n"
        "wrong = check('lenet5.write-accuracy', lambda scores, labels: scores.nothing)\n"
        "assert \"'numpy.ndarray' object has no attribute 'nothing'\" in wrong.message, wrong.message"
    )


def test_a_forgotten_return_is_told_from_a_stub():
    """A function with lines of its own that returns nothing was attempted; a docstring alone was not."""

    def unwritten(picture, kernel):
        """Slide it."""

    def forgotten(picture, kernel):
        out = [[0]]
        out[0][0] = picture[0][0] * kernel[0][0]

    assert said("start.write-slide", unwritten).outcome == "not attempted"
    feedback = said("start.write-slide", forgotten)
    assert feedback.outcome == "unreadable"
    assert feedback.message == "It returns nothing (None). Does its last line return the result?"


def test_the_first_example_is_one_that_goes_wrong():
    """A slip that the first probe does not show is explained on one that does."""

    def first_row_doubled(picture, kernel):
        found = right_answer("start.write-slide")(picture, kernel)
        return [list(found[0]), *[[2 * float(number) for number in row] for row in found[1:]]]

    hint = said("start.write-slide", first_row_doubled).hint
    assert "The first example that goes wrong: picture = [[" in hint
    assert hint.count("], [") == 5  # a picture of four rows and a kernel of three


def test_an_empty_map_is_called_empty():
    """A map of (0, 1) has lost its second axis when its numbers are listed, so no shape is said."""
    fixed = said("start.write-slide", lambda picture, kernel: torch.zeros(len(picture) - 2, 1))
    assert "a map without a single number; PyTorch gives the shape (1, 2)" in fixed.message


def test_an_error_of_torch_is_no_stub():
    """Torch raises NotImplementedError too; whoever calls torch has written something."""
    mean_of_bools = said(ACCURACY, lambda scores, labels: (scores.argmax(dim=1) == labels).mean())
    assert mean_of_bools.outcome == "unreadable"
    assert "it raises NotImplementedError: mean(): could not infer output dtype" in mean_of_bools.message
    assert "x.float().mean() works" in mean_of_bools.hint

    def stub(scores, labels):
        raise NotImplementedError("to be written")

    assert said(ACCURACY, stub).outcome == "not attempted"
    assert said(ACCURACY, lambda scores, labels: stub(scores, labels)).outcome == "not attempted"
    assert said(ACCURACY, lambda scores, labels: nn.Module()(scores)).outcome == "unreadable"


@pytest.mark.parametrize(
    ("name", "function", "words"),
    [
        (
            "lenet5.write-step",
            lambda kernel, window, target, rate: ((kernel * window).sum() - target).square().backward(),
            "Compute the gradient yourself, from the formula of the loss.",
        ),
        (
            "lenet5.write-accuracy",
            lambda scores, labels: (scores.max(dim=1) == labels).float(),
            "argmax(dim=1)",
        ),
        (
            "lenet5.write-accuracy",
            lambda scores, labels: (scores.argmax(dim=0) == labels).float().mean(),
            "dim=0 down a column of one class",
        ),
        (POOL, lambda maps, k, s: maps if maps > 0 else -maps, "asks for one True or False here"),
        (POOL, lambda maps, k, s: maps.fold(), "The first example: maps = [[["),
    ],
)
def test_an_exception_comes_with_what_would_work(name, function, words):
    """In plain words where it is known; else with the numbers on which it was raised."""
    assert words in said(name, function).hint


def sliding(line, picture, kernel):
    """A map that is filled place by place, by a line of a learner's."""
    height, width = kernel.shape
    out = torch.zeros(picture.shape[0] - height + 1, picture.shape[1] - width + 1)
    for y in range(out.shape[0]):
        for x in range(out.shape[1]):
            out[y, x] = line(picture[y : y + height, x : x + width], kernel)
    return out


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (lambda picture, kernel: sliding(lambda window, own: window * own, picture, kernel), ".sum()"),
        (
            lambda picture, kernel: sliding(
                lambda window, own: (window[:, : len(own)] * own).sum(), picture, kernel
            ),
            "kernel.shape gives (height, width)",
        ),
        (
            lambda picture, kernel: sliding(lambda window, own: (window @ own).sum(), picture, kernel),
            "What multiplies each pixel by the weight that lies on it is *.",
        ),
        (
            lambda picture, kernel: sliding(lambda window, own: (picture * own).sum(), picture, kernel),
            "height and width, which were the kernel's, were set to the picture's",
        ),
        (lambda picture, kernel: [][0], "torch.zeros(rows, columns)"),
        (lambda picture, kernel: picture[9], "a place beyond the end"),
    ],
)
def test_slips_in_my_slide_are_told_apart(slip, words):
    """What raises an exception that says little in torch's words has a hint in plain ones."""
    assert words in said("start.write-slide", slip).hint


def test_a_return_within_the_loops_is_named():
    """Of a single number it is asked; zeros behind the first number are named."""
    one = said("start.write-slide", lambda picture, kernel: (picture[:2, :2] * kernel[:2, :2]).sum())
    assert "Does return stand inside a loop?" in one.message
    early = said(FIELD, lambda layers: layers[0][0])
    assert early.misconception == "returned-early"


@pytest.mark.parametrize(
    ("layers", "outcome", "words"),
    [
        ([(2, 2), (3, 1)] * 3, "correct", ""),  # another design than that of the solution
        ([(3, 1), (2, 2), (3, 1), (2, 2), (3, 1)], "incorrect", "sees 18 pixels across; at least 32"),
        ([(2, 2)] * 5, "incorrect", "Two pools follow each other"),
        ([(2, 2), (3, 1)] * 4, "incorrect", "There are 8 layers; at most 7"),
        ([(2, 2), (3, 1)] * 3 + [(2, 2)], "incorrect", "Of 64 rows 2 are left; at least 4"),
        ([(3, 1)] * 40, "incorrect", "There are 40 layers"),
        ([], "not attempted", "Put layers into your list first"),
        ([(5, 1)], "unreadable", "(5, 1) is not among the layers of this task"),
        ([3], "unreadable", "3 is not among the layers"),
        (nn.Conv2d(1, 1, 3), "unreadable", "A list of layers is wanted"),
    ],
)
def test_a_stack_is_judged_by_what_it_sees_and_costs(layers, outcome, words):
    """Each wish that a design misses is told with what was measured; every design that meets all is right."""
    feedback = said("pooling.design", layers)
    assert feedback.outcome == outcome
    assert words in feedback.message


def test_what_a_stack_sees_is_its_receptive_field():
    """What the solution says of its layers, from the arithmetic."""
    windows = [Window((k,), s) for k, s in find("pooling.design").right]
    seen = [receptive_field(windows[: depth + 1])[0].size for depth in range(7)]
    rows = [64]
    for window in windows:
        rows += window.output_size(rows[-1:])
    text = find("pooling.design").solution
    assert f"{', '.join(map(str, seen[:-1]))} and {seen[-1]} pixels" in text
    assert f"become {', '.join(map(str, rows[1:-1]))} and {rows[-1]}" in text


def test_division_without_rounding_down_is_named():
    """A fraction, and a number that is rounded to the nearest one; an unknown `floor` leads to //."""

    def steps(n, k, s, p, d):
        return (n + 2 * p - d * (k - 1) - 1) / s

    assert said(SIZE, lambda *own: steps(*own) + 1).misconception == "fraction-kept"
    assert said(SIZE, lambda *own: round(steps(*own)) + 1).misconception == "rounds-to-nearest"
    assert "// divides and rounds down" in said(SIZE, lambda n, k, s, p, d: floor(n / s)).hint  # noqa: F821


def test_what_is_right_is_not_asked_about():
    """A function that changes its input is told that, and nothing about its values."""
    changed = said(
        "lenet5.write-step",
        lambda kernel, window, target, rate: kernel.sub_(
            rate * 2 * ((kernel * window).sum() - target) * window
        ),
    )
    assert changed.message.startswith("The values are right, but it changes the input")
    assert changed.hint == ""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_first_example_is_printed_with_its_numbers(name):
    """A hint that speaks of it shows it, so that it can be worked through on paper."""
    question = find(name)
    example = question.on_the_way().rpartition("The first example: ")[2]
    assert example.count(" = ") == len(question.probes[0].arguments)
    assert "shape" not in example


def test_results_of_32_and_of_64_bits_are_the_same():
    """Rounding does not make a right answer wrong."""
    third = torch.tensor([[[1 / 3]]])
    assert number_maps(third) == number_maps(third.double()) == number_maps([[[1 / 3]]])


def block_of(*branches):
    """A function that returns a block with these branches, each a row of (in, out, kernel, padding)."""

    class Side(nn.Module):
        def __init__(self):
            super().__init__()
            rows = [[nn.Conv2d(*one[:3], padding=one[3], bias=False) for one in row] for row in branches]
            self.branches = nn.ModuleList(nn.Sequential(*row) for row in rows)

        def forward(self, x):
            return torch.cat([branch(x) for branch in self.branches], dim=1)

    return lambda ins: Side()


@pytest.mark.parametrize(
    ("branches", "said", "hint"),
    [
        (
            [[(12, 8, 1, 0)], [(12, 4, 1, 0), (4, 8, 5, 0)], [(12, 16, 3, 1)]],
            "the sizes differ, 2 × 1 and 6 × 5.\nWhat works (tried): give branches[1][1] padding=2.",
            "twice its padding is one less than the rows of its kernel",
        ),
        (
            [[(12, 8, 1, 0)], [(12, 8, (1, 7), 3)]],
            "branches[0][0] (Conv2d, row 0) (1, 8, 6, 5), branches[1][0] (Conv2d, row 1) (1, 8, 12, 5).",
            "so it is with the columns",
        ),
        (
            [[(12, 8, 1, 0)], [(12, 4, 1, 0), (8, 8, 3, 1)]],
            "branches[1][1] (Conv2d, row 2) expects 8 input channels, branches[1][0] (Conv2d, row 1) "
            "gives 4.",
            "The first number of a Conv2d is how many maps it reads",
        ),
    ],
)
def test_a_block_that_does_not_run_is_explained_in_the_tracers_words(branches, said, hint):
    """The layer is named with its numbers and a repair that runs; torch's own message is not shown."""
    feedback = judge_by_running(find("inception.design-block"), block_of(*branches))
    assert feedback.outcome == "unreadable"
    assert said in feedback.message
    assert "Expected size" not in feedback.message
    assert ("What works" in feedback.message) == ("What works" in said)  # a stride, say, would lead away
    assert hint in feedback.hint


def test_a_padding_on_the_wrong_axis_is_asked_about():
    """Where rows are padded for a kernel that is seven columns wide, the hint asks for the axis."""
    question = find("inception.write-block-c")
    feedback = judge_by_running(question, lambda ins, c: block_of([(24, 6, (1, 7), (3, 0))])(ins))
    assert "has only 6 × 5, 12 × 5 with its padding: the kernel does not fit" in " ".join(
        feedback.message.split()
    )
    assert "on which of the two axes must zeros be added?" in feedback.hint


def test_the_block_of_the_page_is_too_expensive_to_be_ones_own():
    """It has 2,520 parameters for 32 maps, and 2,400 are allowed: a copy of it is no design."""
    page = [[(32, 8, 1)], [(32, 8, 1), (8, 12, 3)], [(32, 4, 1)], [(32, 4, 1), (4, 8, 5)]]
    assert sum(ins * outs * k * k + 2 * outs for row in page for ins, outs, k in row) == 2_520 > BUDGET


def test_the_budget_is_for_32_maps_only():
    """A block that is too expensive is told so for the number of maps of which the question speaks."""
    page = [[(8, 1)], [(8, 1), (12, 3)], [(4, 1), (8, 5)], [(4, 1)]]
    feedback = judge_by_running(find("inception.design-block"), bricks(page))
    assert "For ins=32 your block has" in feedback.message
    wide = [[(32, 3)], [(8, 1)]]  # 3,600 parameters for 12 maps, and 40 maps put out
    feedback = judge_by_running(find("inception.design-block"), bricks(wide))
    assert "On ins=12 your block puts out 40 maps; 32 are wanted." in feedback.message


def test_a_fixed_number_of_maps_that_a_block_reads_is_asked_about_as_ins():
    """A block reads no colours: its first number is ins."""

    def fixed(ins):
        return bricks([[(16, 1)], [(8, 3)], [(8, 5)]])(32)

    feedback = judge_by_running(find("inception.design-block"), fixed)
    assert "that is ins for the first layer of a branch" in feedback.hint
    assert "colours" not in feedback.hint


def bricks(branches, norm=True):
    """A function that returns a block of convolutions, each (out, kernel), with or without batch norms."""

    def row(ins, layers):
        made = []
        for outs, side in layers:
            made += [nn.Conv2d(ins, outs, side, padding=side // 2, bias=False)]
            made += [nn.BatchNorm2d(outs)] * norm + [nn.ReLU()]
            ins = outs
        return nn.Sequential(*made)

    return lambda ins: Branches(*(row(ins, layers) for layers in branches))


@pytest.mark.parametrize(
    ("name", "numbers", "hint"),
    [
        ("a", (32, 64), "the right block with pool_features = {number}, whatever pool_features is"),
        ("c", (128, 160, 192), "the right block with c = {number}, whatever c is"),
    ],
)
def test_a_number_in_place_of_an_argument_of_a_block_is_named(name, numbers, hint):
    """The results are those of the right block with that number, so the hint says so."""
    right = right_answer(f"inception.write-block-{name}")
    for number in numbers:
        feedback = judge_by_running(
            find(f"inception.write-block-{name}"), lambda ins, own, number=number: right(ins, number)
        )
        assert feedback.outcome == "incorrect"
        assert hint.format(number=number) in feedback.hint


def test_missing_batch_norms_of_a_block_are_named():
    """The first branch makes the numbers that it makes without them; a missing ReLU is told otherwise."""
    question = find("inception.write-block-a")
    plan = question.right(8, 3)

    def without(kind):
        def block(ins, pool_features):
            made = right_answer("inception.write-block-a")(ins, pool_features)
            for layer in made.modules():
                for name, child in list(layer.named_children()):
                    if isinstance(child, kind):
                        setattr(layer, name, nn.Identity())
            return made

        return judge_by_running(question, block).message

    assert len(plan) == 4
    assert "branch 1 makes the numbers of a branch without batch norms" in without(nn.BatchNorm2d)
    assert "a pool, a batch norm or a ReLU differs" in without(nn.ReLU)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        (lambda c, d: c / (d * d + 0.001) ** 0.5, "incorrect"),
        (lambda c, d: c / (d + 0.001), "incorrect"),
        (lambda c, d: c / d + 0.001, "incorrect"),
        (lambda c, d: c / (d * d + 0.00001) ** 0.5, "correct"),
    ],
)
def test_an_eps_that_is_too_large_or_in_the_wrong_place_is_asked_about(change, outcome):
    """PyTorch's own size of eps is right."""

    def my_batch_norm(batch, weight, bias):
        away = batch - batch.mean()
        return change(away, (away * away).mean() ** 0.5) * weight + bias

    feedback = judge_by_running(find("inception.write-batch-norm"), my_batch_norm)
    assert feedback.outcome == outcome
    assert ("Is an eps added, and where?" in feedback.hint) == (outcome == "incorrect")


def test_a_batch_norm_that_is_far_off_is_not_asked_about_eps():
    """Brackets in the wrong place make other numbers."""

    def my_batch_norm(batch, weight, bias):
        away = batch - batch.mean()
        return away / (away * away).mean() ** 0.5 * (weight + bias)

    feedback = judge_by_running(find("inception.write-batch-norm"), my_batch_norm)
    assert "eps" not in feedback.hint
    assert "Take the first example on paper." in feedback.hint


def test_an_exception_before_there_is_a_block_is_told_as_it_is():
    """The tracer has nothing to say about a function that fails by itself."""
    feedback = judge_by_running(find("inception.design-block"), lambda ins: ins.maps)
    assert "AttributeError: 'int' object has no attribute 'maps'" in feedback.message


CHEAP_ENOUGH = """def my_choice(networks, most_kb, most_ms):
    best = {start}
    for place, (accuracy, kb, ms) in enumerate(networks):
        if kb <= most_kb and ms <= most_ms and (best == {start} or {better}):
            best = place
    return best
"""


@pytest.mark.parametrize(
    ("better", "hint"),
    [
        ("ms < networks[best][2]", "Which of those that are left has the highest accuracy?"),
        ("False", "the first network that fits"),
        ("kb < networks[best][1]", "the smallest file"),
        ("True", "Which of those that are left has the highest accuracy?"),
    ],
)
def test_a_choice_by_something_else_than_accuracy_is_refused(better, hint):
    """The fastest, the first, the smallest and the last network that fits are not the most accurate."""
    names = {}
    exec(CHEAP_ENOUGH.format(start=-1, better=better), names)
    said = judge_by_running(find("choosing.write-choice"), names["my_choice"])
    assert said.outcome == "incorrect"
    assert hint in said.hint


def test_where_no_network_fits_the_wanted_value_is_asked_for():
    """A function that begins with None returns None there, though each way through it ends with return."""
    names = {}
    exec(CHEAP_ENOUGH.format(start=None, better="accuracy > networks[best][0]"), names)
    said = judge_by_running(find("choosing.write-choice"), names["my_choice"])
    assert said.outcome == "incorrect"
    assert "Which value is wanted there" in said.message


@pytest.mark.parametrize(
    "rule",
    [
        lambda one, rivals: any(b[0] > one[0] and b[2] < one[2] for b in rivals),
        lambda one, rivals: any(b[0] > one[0] and b[1] < one[1] for b in rivals),
        lambda one, rivals: any(b[1] < one[1] and b[2] < one[2] for b in rivals),
        lambda one, rivals: any(b[1] < one[1] for b in rivals),
        lambda one, rivals: any(b[2] < one[2] for b in rivals),
        lambda one, rivals: (
            any(b[0] > one[0] for b in rivals)
            and any(b[1] < one[1] for b in rivals)
            and any(b[2] < one[2] for b in rivals)
        ),
    ],
)
def test_a_network_is_beaten_by_one_rival_in_all_three_numbers(rule):
    """A rule that leaves a number out is refused, and one by which each number has a rival of its own."""
    said = judge_by_running(
        find("choosing.write-dominated"), lambda networks: sum(rule(one, networks) for one in networks)
    )
    assert said.outcome == "incorrect"
    assert "accuracy alone" not in said.hint


def test_what_is_no_matter_of_pytorch_is_not_put_down_to_it():
    """A counterexample and TensorFlow's padding are checked by their own rules, and the words say so."""
    for name, source in (
        ("write-counterexample", "the right number is"),
        ("write-same", "TensorFlow's rule"),
    ):
        said = judge_by_running(find(f"errata.{name}"), lambda *given: 77)
        assert source in said.message
        assert "PyTorch" not in said.message


def test_a_search_that_ends_after_the_first_number_is_told_so():
    """`else: return 0` in the loop."""
    said = judge_by_running(
        find("errata.write-counterexample"), lambda claim, numbers: 0 if claim(numbers[0]) else numbers[0]
    )
    assert "decides after the first number" in said.hint


@pytest.mark.parametrize(
    ("result", "hint"),
    [
        (lambda right: right[:, :, list(range(right.shape[1]))], "as many columns"),
        (lambda right: right[0], "rows and columns only"),
        (lambda right: right.permute(1, 2, 0), "in another order"),
    ],
)
def test_a_result_of_another_shape_is_asked_about_its_shape(result, hint):
    """A crash on a later input says nothing about the shape that the message shows."""

    def function(maps, row, side):
        return result(sliding_of_torch(maps, row, side))

    assert hint in judge_by_running(find("vgg16.write-sliding"), function).hint


@pytest.mark.parametrize(
    ("stride", "padding", "hint"), [(True, False, "by its whole side"), (False, True, "pads the maps")]
)
def test_a_square_that_steps_or_hangs_over_is_asked_about(stride, padding, hint):
    """Both lay the row on the maps rightly, but in other places."""

    def function(maps, row, side):
        import torch

        kernel = torch.as_tensor(row).view(1, len(maps), side, side)
        maps = torch.as_tensor(maps)[None]
        return torch.nn.functional.conv2d(
            maps, kernel, stride=side if stride else 1, padding=side // 2 if padding else 0
        )[0]

    assert hint in judge_by_running(find("vgg16.write-sliding"), function).hint


def test_a_later_exception_does_not_hide_what_the_first_wrong_result_shows():
    """The message shows a result, so the hint speaks of no line that would have raised."""

    def function(maps, row, side):
        import torch

        right = sliding_of_torch(maps, row, side)
        if right.shape[1] > right.shape[2]:
            return torch.zeros(2) + torch.zeros(3)
        return right[:, :, : right.shape[1]]

    feedback = judge_by_running(find("vgg16.write-sliding"), function)
    assert "(1, 2, 2)" in feedback.message
    assert "in this line" not in feedback.hint
    assert "as many columns as rows" in feedback.hint


@pytest.mark.parametrize(
    ("misconception", "hint"),
    [
        ("counts-pools", "Is a pool a convolution or a dense layer?"),
        ("stem-and-head-forgotten", "Which convolution stands before them, and which layer behind?"),
    ],
)
def test_the_depth_of_a_resnet_counts_convolutions_and_the_dense_layer(misconception, hint):
    """A hint names what counts: batch norms have weights as well, and do not count."""
    wrong = wrong_answers("resnet.write-depth")[misconception]
    assert hint in judge_by_running(find("resnet.write-depth"), wrong).hint
