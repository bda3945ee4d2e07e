"""The PyTorch code of a plan: text that runs, and makes the network that the plan describes."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Final

from cnnbook.sketch.historic import MODULES
from cnnbook.sketch.plan import Address, Block, Chain, Item, Layer, walk
from cnnbook.sketch.running import Outcome
from cnnbook.sketch.settings import ACTIVATIONS, SETTINGS
from cnnbook.traces.wording import by

_INDENT: Final = "    "
_ADD = '''

class Add(nn.ModuleList):
    """Two branches of the same input, added."""

    def forward(self, x):
        first, second = self
        return first(x) + second(x)
'''
_CONCATENATE = '''

class Concatenate(nn.ModuleList):
    """Branches of the same input, concatenated along the channels."""

    def forward(self, x):
        return torch.cat([branch(x) for branch in self], dim=1)
'''
# The order of the arguments that are written without their names.
_FIRST: Final[Mapping[str, tuple[str, ...]]] = {
    "conv": ("out_channels", "kernel_size"),
    "max_pool": ("kernel_size",),
    "avg_pool": ("kernel_size",),
    "adaptive_avg_pool": ("output_size",),
    "adaptive_max_pool": ("output_size",),
    "linear": ("out_features",),
    "dropout": ("p",),
    "response_norm": ("size",),
}
# PyTorch divides alpha by the number of maps that are summed, the paper does not: 5e-4 here is its 1e-4.
_ALEXNET: Final = ("alpha=5e-4", "k=2.0")
_CLASSES: Final = {
    "conv": "Conv2d",
    "max_pool": "MaxPool2d",
    "avg_pool": "AvgPool2d",
    "adaptive_avg_pool": "AdaptiveAvgPool2d",
    "adaptive_max_pool": "AdaptiveMaxPool2d",
    "response_norm": "LocalResponseNorm",
    "dropout": "Dropout",
    "flatten": "Flatten",
    "linear": "Linear",
}


def pytorch_code(outcome: Outcome) -> str:
    """Return Python code that makes the network as `model`, each layer with the shape that comes out of it.

    Of a plan that breaks it ends with the layer that does not fit, which PyTorch refuses too; a comment at
    the top says why.

    >>> from cnnbook.sketch.layers import conv, relu
    >>> from cnnbook.sketch.plan import Plan
    >>> from cnnbook.sketch.running import run
    >>> print(pytorch_code(run(Plan((conv(8, 3, padding=1), relu()), (1, 3, 32, 20)))))
    from torch import nn
    <BLANKLINE>
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),  # 8 × 32 × 20
        nn.ReLU(),  # 8 × 32 × 20
    )  # for inputs of shape (1, 3, 32, 20)
    <BLANKLINE>
    """
    parts = [item for _, item in walk(outcome.plan.items)]
    joins = {part.join for part in parts if isinstance(part, Block)}
    body = "\n".join(_chain(outcome, outcome.plan.items, ()))
    broken = [f"# This network breaks: {outcome.problem.text}\n"] if outcome.problem else []
    return "".join(
        [
            *broken,
            *_imports(joins, {part.kind for part in parts if isinstance(part, Layer)}),
            _ADD if "add" in joins else "",
            _CONCATENATE if "cat" in joins else "",
            "\n\nmodel" if joins else "\nmodel",
            f" = nn.Sequential(\n{body}\n)" if body else " = nn.Sequential()",
            f"  # for inputs of shape {outcome.plan.input_shape}\n",
        ]
    )


def _imports(joins: set[str], kinds: set[str]) -> list[str]:
    lines = ["import torch\n"] if "cat" in joins else []
    lines.append("from torch import nn\n")
    own = sorted([name for kind, name in MODULES.items() if kind in kinds])
    if own:
        targets = ["digit_targets"] if "distances" in kinds else []
        lines.append(f"\nfrom cnnbook.networks.models import {', '.join([*own, *targets])}\n")
    return lines


def _chain(outcome: Outcome, items: Chain, above: Address) -> list[str]:
    """The lines of a chain, indented by its depth."""
    lines = []
    for place, item in enumerate(items):
        if (*above, place) in outcome.arriving:  # else it stands after the layer that breaks
            lines += _item(outcome, item, (*above, place))
    return lines


def _item(outcome: Outcome, item: Item, address: Address) -> list[str]:
    indent = _INDENT * len(address)
    shape = _shape(outcome, address)
    remark = f"{item.name}, {shape}" if item.name else shape
    if isinstance(item, Layer):
        return [f"{indent}{_layer(item, outcome.arriving[address])},  # {remark}"]
    lines = [f"{indent}{'Add' if item.join == 'add' else 'Concatenate'}(["]
    for number, branch in enumerate(item.branches):
        inner = f"{indent}{_INDENT}"
        if (*address, number, 0) in outcome.arriving:
            lines += [f"{inner}nn.Sequential(", *_chain(outcome, branch, (*address, number)), f"{inner}),"]
        else:
            lines.append(f"{inner}nn.Identity(),")
    return [*lines, f"{indent}]),  # {remark}"]


def _layer(layer: Layer, arriving: tuple[int, ...]) -> str:
    kind, settings = layer.kind, layer.settings
    if kind in MODULES:
        given = {"subsampling": str(arriving[1]), "distances": "digit_targets()"}.get(kind, "")
        return f"{MODULES[kind]}({given})"
    if kind == "activation":
        return f"nn.{ACTIVATIONS[settings['function']]}()"
    if kind == "batch_norm":
        return f"nn.BatchNorm{'2d' if len(arriving) == 4 else '1d'}({arriving[1]})"
    first = {"conv": [str(arriving[1])], "linear": [str(_in_features(layer, arriving))]}.get(kind, [])
    names = _FIRST.get(kind, ())
    rest = [
        f"{name}={settings[name]!r}"
        for name, one in SETTINGS[kind].items()
        if name not in names and name != "in_features" and settings[name] != one.default
    ]
    if kind == "response_norm":
        rest = list(_ALEXNET)
    return f"nn.{_CLASSES[kind]}({', '.join([*first, *(repr(settings[name]) for name in names), *rest])})"


def _in_features(layer: Layer, arriving: tuple[int, ...]) -> int:
    # Where the flatten is missing, the features are those that it would give.
    wanted: int | None = layer.settings.get("in_features")
    return prod(arriving[1:]) if wanted is None else wanted


def _shape(outcome: Outcome, address: Address) -> str:
    """What comes out of a layer, without the batch: "64 × 56 × 56"."""
    if address not in outcome.rows:
        return "does not fit"
    _, last = outcome.rows[address]
    return by(outcome.forward.shape_of(last)[1:])
