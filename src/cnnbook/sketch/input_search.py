"""The smallest input with which a layer fits, or a dense layer gets the features that it expects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from cnnbook.sketch.candidates import Candidate, fed
from cnnbook.sketch.plan import Address, Layer, Plan, item_at
from cnnbook.sketch.running import Outcome, run

_LARGEST: Final = 2048


def larger_input(outcome: Outcome) -> Iterator[Candidate]:
    """The smallest input, larger by as much on both axes, with which the layer that breaks fits."""
    row = outcome.problem.row if outcome.problem else 0

    def fits(more: int) -> bool:
        after = run(_resized(outcome.plan, more)).problem
        return after is None or after.row > row

    more = _smallest(fits, _LARGEST)
    if more is not None:
        yield fed(_resized(outcome.plan, more))


def fitting_input(outcome: Outcome, address: Address) -> Iterator[Candidate]:
    """The input with which a dense layer gets the features that it expects."""
    layer = item_at(outcome.plan.items, address)
    assert isinstance(layer, Layer)
    wanted = layer.settings["in_features"]

    def enough(side: int) -> bool:
        shape = outcome.plan.input_shape
        after = run(replace(outcome.plan, input_shape=(*shape[:2], side, side)))
        return bool(after.arriving.get(address, (0, 0))[-1] >= wanted)

    side = _smallest(enough, _LARGEST)
    if side:
        shape = outcome.plan.input_shape
        yield fed(replace(outcome.plan, input_shape=(*shape[:2], side, side)))


def _smallest(holds: Callable[[int], bool], most: int) -> int | None:
    """The smallest number from 1 on of which something holds, if it holds of all larger ones too."""
    if not holds(most):
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _resized(plan: Plan, more: int) -> Plan:
    count, channels, height, width = plan.input_shape
    return replace(plan, input_shape=(count, channels, height + more, width + more))
