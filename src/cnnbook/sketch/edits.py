"""Changes of a plan: each returns the new plan, and where a layer that was touched stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cnnbook.sketch.plan import Address, Block, Chain, Item, Layer, Plan, item_at, spliced

NEW: Mapping[str, Item] = {
    "conv": Layer("conv", {"out_channels": 64, "kernel_size": 3, "padding": 1}),
    "max_pool": Layer("max_pool"),
    "avg_pool": Layer("avg_pool"),
    "adaptive_avg_pool": Layer("adaptive_avg_pool"),
    "adaptive_max_pool": Layer("adaptive_max_pool"),
    "activation": Layer("activation"),
    "batch_norm": Layer("batch_norm"),
    "dropout": Layer("dropout"),
    "flatten": Layer("flatten"),
    "linear": Layer("linear"),
    "response_norm": Layer("response_norm"),
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


def block_of(plan: Plan, address: Address, join: str) -> Plan:
    """Return the plan with a new block at an address: a convolution beside an empty branch.

    What is added has to have the channels that arrive, which the drawing tells: that is the learner's to set.
    """
    new = Block(join, ((NEW["conv"],), ()))
    return inserted(plan, address, (new,))
