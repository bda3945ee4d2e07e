"""Quizzes about networks of one and three axes: each right answer is found again by running or counting."""

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnbook import quiz, trace
from cnnbook.learner.network_questions import questions_about
from cnnbook.learner.rehearsal import rehearse

SOUND = (
    nn.Sequential(
        nn.Conv1d(2, 6, 7, stride=3, padding=2),
        nn.ReLU(),
        nn.MaxPool1d(3, 2, padding=1),
        nn.Conv1d(6, 8, 5, dilation=2, groups=2, bias=False),
        nn.AvgPool1d(2),
        nn.ConvTranspose1d(8, 4, 4, stride=2, padding=1),
        nn.Conv1d(4, 3, 3, padding=1),
    ),
    (2, 2, 90),
)
VIDEO = (
    nn.Sequential(
        nn.Conv3d(3, 4, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool3d((1, 2, 2)),
        nn.Conv3d(4, 6, (3, 3, 5), stride=(1, 2, 1), padding=(1, 1, 2)),
        nn.AvgPool3d(2),
        nn.Conv3d(6, 4, (2, 3, 3), padding=1),
        nn.ConvTranspose3d(4, 2, 2, stride=2),
        nn.Conv3d(2, 2, 3),
    ),
    (1, 3, 12, 52, 44),
)
NETWORKS = {"sound": SOUND, "video": VIDEO}
# The words that belong to images, and are wrong for a sound.
OF_IMAGES = re.compile(r"height|width|rows?\b|columns?\b|pixels?\b|k_h|k_w")


def outputs(net: nn.Module, x: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
    """The input and the output of each layer in a real pass, with averages in place of maxima."""
    found: dict[str, tuple[Tensor, Tensor]] = {}
    for path, layer in net.named_children():
        before = x
        x = layer(x)
        found[path] = (before, x)
    return found


def extent(output: Tensor, x: Tensor, axis: int) -> int:
    """How far the gradient of one position reaches along an axis of the input, the largest of all."""
    largest = 0
    for at in range(output.shape[axis]):
        (grad,) = torch.autograd.grad(output.select(axis, at).sum(), x, retain_graph=True)
        touched = grad.abs().amax([other for other in range(grad.dim()) if other != axis]).nonzero()
        largest = max(largest, int(touched.max() - touched.min()) + 1)
    return largest


def macs(layer: Any, before: Tensor, after: Tensor) -> int:
    """One multiplication for each weight that an output reads, counted on ones: all inputs, padding too."""
    padded = [n + 2 * p for n, p in zip(before.shape[2:], layer.padding, strict=True)]
    x = torch.ones(1, before.shape[1], *padded, dtype=torch.float64)
    bare = type(layer)(
        *(
            layer.in_channels,
            layer.out_channels,
            layer.kernel_size,
            layer.stride,
            0,
            layer.dilation,
            layer.groups,
        ),
        bias=False,
    ).double()
    nn.init.ones_(bare.weight)
    counted = bare(x)
    assert counted.shape[1:] == after.shape[1:]
    return int(counted.sum())


@pytest.mark.parametrize("name", NETWORKS)
def test_each_right_answer_is_found_by_running_the_network(name: str) -> None:
    """Shapes, parameters, MACs and fields are those of a real pass, and each axis goes by its own name."""
    net, shape = NETWORKS[name]
    seen = trace(net.eval(), shape)
    smooth = nn.Sequential(*net.children()).double()
    for path, layer in list(smooth.named_children()):
        if isinstance(layer, nn.MaxPool1d | nn.MaxPool3d):
            kind = nn.AvgPool1d if name == "sound" else nn.AvgPool3d
            setattr(smooth, path, kind(layer.kernel_size, layer.stride, layer.padding))
    for p in smooth.parameters():
        nn.init.constant_(p, 0.5)
    x = torch.ones(shape, dtype=torch.float64, requires_grad=True)
    made = outputs(smooth, x)
    kinds = set()
    for asked in questions_about(seen):
        path = seen.rows[asked.row].path
        before, after = made[path]
        key, kind = asked.question.key, asked.kind
        kinds.add(kind)
        if kind.endswith("output-size"):
            assert key == tuple(after.shape[1:]), asked.text
            names = "(channels, length)" if name == "sound" else "(channels, depth, height, width)"
            assert names in asked.text
            assert len(asked.question.form.components) == len(key)
        elif kind == "conv-parameters":
            assert key == (sum(p.numel() for p in net[int(path)].parameters()),), asked.text
        elif kind == "conv-macs":
            assert key == (macs(net[int(path)], before, after),), asked.text
        elif kind == "receptive-field":
            axis = 2 + ("rows" in asked.text and name == "video")
            assert key == (extent(after, x, axis),), asked.text
            word = "length" if name == "sound" else "slices" if axis == 2 else "rows"
            assert word in asked.text
        else:
            pytest.fail(f"no brute force for {kind}: {asked.text}")
    assert {
        "conv-output-size",
        "pool-output-size",
        "conv-parameters",
        "conv-macs",
        "receptive-field",
    } <= kinds


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_said_names_the_axes_that_there_are(name: str) -> None:
    """Prompts, hints and solutions of a sound never speak of rows, columns or pixels."""
    net, shape = NETWORKS[name]
    for exercise in quiz(net.eval(), shape, questions=99):
        question = exercise.question
        texts = [exercise.prompt, exercise.explain(), *map(str, rehearse(question))]
        assert len(texts) > 2
        if name == "sound":
            assert [text for text in texts if OF_IMAGES.search(text)] == []
    for exercise in quiz(net, shape, questions=99):
        right = exercise.check(", ".join(map(str, exercise.question.key)))
        assert right.outcome == "correct", (exercise.prompt, str(right))


def test_the_rows_of_a_video_are_not_its_frames() -> None:
    """C3D: 18 rows, 10 frames; each is right for its own question, and wrong for the other."""
    layers = [nn.Conv3d(3, 16, 3, padding=1), nn.ReLU(), nn.MaxPool3d((1, 2, 2))]
    layers += [nn.Conv3d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool3d(2), nn.Conv3d(32, 64, 3, padding=1)]
    seen = trace(nn.Sequential(*layers).eval(), (1, 3, 16, 112, 112))
    assert seen["6"].receptive_field == (10, 18, 18)
    asked = [q for q in questions_about(seen) if q.kind == "receptive-field" and seen.rows[q.row].path == "6"]
    keys = {("rows" in q.text, "frames" in q.text): q.question.key for q in asked}
    assert keys == {(True, False): (18,), (False, True): (10,)}
