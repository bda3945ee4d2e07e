"""Right and wrong answers to the exercises that are answered by something that runs."""

import torch
from torch import nn

from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.functions.block_plans import Layer
from cnnbook.exercises.functions.blocks import ModuleQuestion
from cnnbook.exercises.functions.questions import ProbedQuestion

RUN = [name for name in names() if isinstance(find(name), ProbedQuestion)]
TYPED = [name for name in names() if name not in RUN]

LEVEL = [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]


def plain(function):
    """The function under another identity: the course's own is not handed over by a learner."""
    return lambda *arguments: function(*arguments)


def network(*windows: tuple[int, int], maps: int = 16) -> nn.Sequential:
    """Convolutions where the stride is 1, pools elsewhere, and `maps` channels at the end."""
    first, *others = windows
    layers: list[nn.Module] = [nn.Conv2d(3, maps, *first)]
    for kernel_size, stride in others:
        layers.append(
            nn.Conv2d(maps, maps, kernel_size) if stride == 1 else nn.MaxPool2d(kernel_size, stride)
        )
    return nn.Sequential(*layers)


class Branches(nn.Module):
    """The block of chapter 06: branches whose maps are concatenated."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Concatenate the maps of all branches."""
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def block(plan, ins: int) -> Branches:
    """The block of a plan, with torch."""
    return Branches(*(nn.Sequential(*_layers(branch, ins)) for branch in plan))


def _layers(branch: list[Layer], channels: int):
    for layer in branch:
        if layer.outs:
            height, width = layer.kernel_size
            padding = (height // 2, width // 2)
            yield nn.Conv2d(channels, layer.outs, layer.kernel_size, padding=padding, bias=False)
            yield nn.BatchNorm2d(layer.outs, eps=0.001)
            yield nn.ReLU()
            channels = layer.outs
        else:
            yield (nn.AvgPool2d if layer.average else nn.MaxPool2d)(3, stride=1, padding=1)


def with_torch(name: str, planned):
    """What a learner hands over for a function of the course's own, which returns a plan if it is a block."""
    if isinstance(find(name), ModuleQuestion):
        return lambda *numbers: block(planned(*numbers), numbers[0])
    return plain(planned)


def right_answer(name: str) -> object:
    """An answer that is right."""
    if name == "start.level-edges":
        return LEVEL
    if name == "start.corners":
        return [[1, -2, 1], [-2, 4, -2], [1, -2, 1]]
    if name == "pooling.design":
        return list(find(name).right)
    if name == "lenet5.meet-shape":
        return network((5, 1), (2, 2), (5, 1), (2, 2))
    return with_torch(name, find(name).right)


# Answers that are not functions, each with the misconception that leads to it.
OTHERS = {
    "start.level-edges": {
        "edge-turned": [list(column) for column in zip(*LEVEL, strict=True)],
        "edge-any-direction": [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
        "kernel-not-balanced": torch.full((1, 1, 3, 3), 1 / 9),
    },
    "start.corners": {
        "edge-any-direction": [[0, -1, 0], [-1, 4, -1], [0, -1, 0]],
        "silent-one-way": LEVEL,
        "kernel-not-balanced": torch.ones(3, 3),
    },
    "pooling.design": {cause: list(design) for cause, design in find("pooling.design").wrong.items()},
    "lenet5.meet-shape": {
        "rounds-up": network((1, 2), (4, 3)),
        "no-plus-one": network((2, 2), (5, 2)),
        "same-by-habit": network((2, 2), (5, 3)),
    },
}


def wrong_answers(name: str) -> dict[str, object]:
    """An answer for each misconception of a question."""
    return OTHERS.get(name) or {
        cause: with_torch(name, function) for cause, function in find(name).wrong.items()
    }
