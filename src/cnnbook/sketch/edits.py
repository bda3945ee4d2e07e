"""Changes of a plan: each returns the new plan, and where a layer that was touched stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from cnnbook.sketch.plan import Address, Block, Chain, Layer, Plan, item_at, spliced
from cnnbook.sketch.running import run

_CHANNELS: Final = 64  # of a first convolution
_PART: Final = 32  # of each branch of a new concatenation
_COLORS: Final = 4  # an image has at most so many channels

NEW: Final[Mapping[str, Layer]] = {
    kind: Layer(kind)
    for kind in (
        *("conv", "activation", "batch_norm", "max_pool", "avg_pool", "adaptive_avg_pool", "flatten"),
        *("linear", "dropout", "adaptive_max_pool", "response_norm"),
    )
}
"""The layers that can be added, as they are at first."""


def inserted(plan: Plan, address: Address, new: Chain) -> Plan:
    """Return the plan with layers put before what stands at an address, which may be the end of a chain.

    >>> [layer.kind for layer in inserted(Plan((Layer("conv"),)), (1,), (Layer("max_pool"),)).items]
    ['conv', 'max_pool']
    """
    return replace(plan, items=spliced(plan.items, address, new, 0))


def removed(plan: Plan, address: Address) -> Plan:
    """Return the plan without the layer or the block at an address."""
    return replace(plan, items=spliced(plan.items, address, (), 1))


def exchanged(plan: Plan, address: Address, new: Chain) -> Plan:
    """Return the plan with other layers in the place of the one at an address."""
    return replace(plan, items=spliced(plan.items, address, new, 1))


def with_settings(plan: Plan, address: Address, **settings: Any) -> Plan:
    """Return the plan in which a layer has other settings.

    Raises GeometryError or TypeError for a setting that PyTorch refuses.

    >>> with_settings(Plan((Layer("conv"),)), (0,), stride=2).items[0].settings["stride"]
    2
    """
    layer = item_at(plan.items, address)
    if not isinstance(layer, Layer):
        raise TypeError("a block has no settings; those of a layer in it would do")
    # The name belongs to the layer as it is in its network, so a changed layer has none.
    changed = Layer(layer.kind, {**layer.settings, **settings}, layer.name)
    return exchanged(plan, address, (changed,))


def moved(plan: Plan, address: Address, by: int) -> tuple[Plan, Address]:
    """Return the plan in which a layer has changed places with the next one, or with the one before.

    At the end of its chain it stays where it is.
    """
    *above, place = address
    other = place + by
    try:
        item, neighbour = item_at(plan.items, address), item_at(plan.items, (*above, other))
    except IndexError:
        return plan, address
    pair = (item, neighbour) if by < 0 else (neighbour, item)
    first = (*above, min(place, other))
    return replace(plan, items=spliced(plan.items, first, pair, 2)), (*above, other)


def with_branches(plan: Plan, address: Address, count: int) -> Plan:
    """Return the plan in which a concatenation has so many branches; new ones are empty.

    Raises GeometryError for fewer than two, or too many.
    """
    block = item_at(plan.items, address)
    if not isinstance(block, Block):
        raise TypeError("a layer has no branches; a block would do")
    branches = (*block.branches, *((),) * count)[:count]
    return exchanged(plan, address, (replace(block, branches=branches),))


def folded(plan: Plan, address: Address, fold: bool) -> Plan:
    """Return the plan with a block drawn as one line, or with its branches."""
    block = item_at(plan.items, address)
    if not isinstance(block, Block):
        return plan
    return exchanged(plan, address, (replace(block, folded=fold),))


def added(plan: Plan, address: Address, kind: str) -> Plan:
    """Return the plan with a new layer or block at an address; a convolution keeps the channels that arrive.

    A new addition is a 3 × 3 convolution beside an empty branch, a new concatenation has a 1 × 1 and a 3 × 3
    convolution. After an image, a convolution has 64 channels. Raises KeyError for a kind that is none.

    >>> added(Plan((Layer("conv", {"out_channels": 96}),)), (1,), "conv").items[1].settings["out_channels"]
    96
    """
    first = inserted(plan, address, (NEW.get(kind, NEW["conv"]),))
    arriving = run(first).arriving.get(address, ())
    channels = arriving[1] if len(arriving) == 4 else _CHANNELS
    if kind == "add":
        return exchanged(first, address, (Block("add", ((_conv(channels),), ())),))
    if kind == "cat":
        return exchanged(first, address, (Block("cat", ((_conv(_PART, 1),), (_conv(_PART),))),))
    if kind == "conv":
        return exchanged(first, address, (_conv(channels if channels > _COLORS else _CHANNELS),))
    return exchanged(first, address, (NEW[kind],))


def _conv(channels: int, kernel_size: int = 3) -> Layer:
    settings = {"out_channels": channels, "kernel_size": kernel_size, "padding": kernel_size // 2}
    return Layer("conv", settings)
