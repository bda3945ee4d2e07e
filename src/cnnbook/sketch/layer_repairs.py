"""Repairs to try of a layer that does not fit what it reads."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, isqrt

from cnnbook.sketch import edits
from cnnbook.sketch.candidates import Candidate, named, set_to
from cnnbook.sketch.input_search import fitting_input, larger_input
from cnnbook.sketch.plan import Address, Layer, item_at
from cnnbook.sketch.running import Outcome
from cnnbook.traces.operations import per_axis


def layer_repairs(outcome: Outcome, layer: Layer, address: Address) -> Iterator[Candidate]:
    """Yield the changes that may let a layer fit, the likeliest first."""
    arriving = outcome.arriving[address]
    for rule in (_groups, _kernel, _features, _maps):
        yield from rule(outcome, layer, address, arriving)


def _kernel(
    outcome: Outcome, layer: Layer, address: Address, arriving: tuple[int, ...]
) -> Iterator[Candidate]:
    """Another padding or kernel, or a larger input, for a kernel that does not fit."""
    settings = layer.settings
    if "kernel_size" not in settings or len(arriving) != 4:
        return
    kernel, padding = per_axis(settings["kernel_size"], 2), settings["padding"]
    pool = layer.kind != "conv"
    if pool and max(per_axis(padding, 2)) > min(kernel) // 2:
        yield set_to(outcome, address, "padding", min(kernel) // 2)
        yield set_to(outcome, address, "kernel_size", 2 * max(per_axis(padding, 2)))
        return
    dilation = per_axis(settings.get("dilation", 1), 2)
    spans = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    missing = max(span - n for span, n in zip(spans, arriving[2:], strict=True))
    if missing <= 0:
        return
    yield from larger_input(outcome)
    needed = -(-missing // 2)
    if not pool or needed <= min(kernel) // 2:
        yield set_to(outcome, address, "padding", needed)
    yield set_to(outcome, address, "kernel_size", min(*kernel, *arriving[2:]))


def _groups(
    outcome: Outcome, layer: Layer, address: Address, arriving: tuple[int, ...]
) -> Iterator[Candidate]:
    """Groups that divide both numbers of channels, or output channels that the groups divide."""
    groups = layer.settings.get("groups", 1)
    if groups == 1 or len(arriving) != 4:
        return
    common = gcd(arriving[1], layer.settings["out_channels"])
    yield set_to(outcome, address, "groups", max(n for n in range(1, groups + 1) if common % n == 0))
    if arriving[1] % groups == 0:
        outs = -(-layer.settings["out_channels"] // groups) * groups
        yield set_to(outcome, address, "out_channels", outs)


def _features(
    outcome: Outcome, layer: Layer, address: Address, arriving: tuple[int, ...]
) -> Iterator[Candidate]:
    """Other in_features, another input, or the pool and the flatten that are missing before a dense layer."""
    if layer.kind != "linear":
        return
    plan, wanted = outcome.plan, layer.settings["in_features"]
    if len(arriving) == 2:
        yield set_to(outcome, address, "in_features", arriving[1])
        yield from fitting_input(outcome, address)
        return
    name, flatten = named(outcome, address), Layer("flatten")
    channels = arriving[1]
    side = isqrt(wanted // channels) if wanted else 1
    size = side if wanted == channels * side * side else 1
    follows = edits.with_settings(plan, address, in_features=None)
    pooled = wanted is None or wanted == channels * size * size
    yield f"put a flatten before {name}", edits.inserted(plan, address, (flatten,))
    if arriving[2:] != (size, size):
        pool = Layer("adaptive_avg_pool", {"output_size": size})
        text = f"put a pool to {size} × {size} and a flatten before {name}"
        yield text, edits.inserted(plan if pooled else follows, address, (pool, flatten))
    if wanted:
        text = f"put a flatten before {name}, whose in_features follow"
        yield text, edits.inserted(follows, address, (flatten,))


def _maps(outcome: Outcome, layer: Layer, address: Address, arriving: tuple[int, ...]) -> Iterator[Candidate]:
    """The flatten before a layer that works on maps is left out."""
    *above, last = address
    if len(arriving) == 4:
        return
    for before in reversed(range(last)):
        there = (*above, before)
        item = item_at(outcome.plan.items, there)
        if isinstance(item, Layer) and item.kind == "flatten":
            yield f"leave out {named(outcome, there)}", edits.removed(outcome.plan, there)
