"""Runs a plan without numbers: the rows that a trace of its PyTorch code has, and where it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cnnbook.sketch import historic, joins, operations
from cnnbook.sketch.forward import Broken, Forward
from cnnbook.sketch.plan import Address, Chain, Item, Layer, Plan
from cnnbook.traces import Trace


@dataclass(frozen=True)
class Problem:
    """The layer at which a plan breaks, what is wrong, and how many rows ran before it."""

    address: Address
    text: str
    row: int


@dataclass(frozen=True)
class Outcome:
    """What became of a plan: its trace, up to the layer that does not fit, and the problem if there is one.

    `rows` has the first and the last row of each layer and each block that ran, `arriving` the shape that
    each of them read, and the one that breaks.
    """

    plan: Plan
    forward: Forward
    rows: Mapping[Address, tuple[int, int]]
    arriving: Mapping[Address, tuple[int, ...]]
    problem: Problem | None = None

    @cached_property
    def trace(self) -> Trace:
        """The rows that ran, as of the plan's PyTorch code in evaluation mode."""
        forward, plan = self.forward, self.plan
        return Trace(
            plan.name,
            [plan.input_shape],
            forward.records,
            modules=forward.modules,
            outputs=(forward.last,),
            parameters=sum(record.parameters for record in forward.records),
        )


def run(plan: Plan) -> Outcome:
    """Return what becomes of the plan: all of its rows, or those before the layer that does not fit.

    >>> from cnnbook.sketch.layers import conv, flatten, linear, max_pool
    >>> outcome = run(Plan((conv(6, 5), max_pool(2), flatten(), linear(10, 400)), (1, 1, 32, 32)))
    >>> [record.output_shapes[0] for record in outcome.forward.records]
    [(1, 6, 28, 28), (1, 6, 14, 14), (1, 1176)]
    >>> outcome.problem.address, outcome.problem.text.partition(", model[2]")[0]
    ((3,), 'model[3] (Linear, row 3) expects 400 features')
    """
    forward = Forward(plan.input_shape)
    walk = _Walk(forward)
    try:
        walk.chain(plan.items, ())
    except Broken as broken:
        problem = Problem(walk.at, broken.text, len(forward.records))
        return Outcome(plan, forward, walk.rows, walk.arriving, problem)
    return Outcome(plan, forward, walk.rows, walk.arriving)


class _Walk:
    """Runs the layers one after the other; `at` is the address of the one that runs."""

    def __init__(self, forward: Forward) -> None:
        self.forward = forward
        self.rows: dict[Address, tuple[int, int]] = {}
        self.arriving: dict[Address, tuple[int, ...]] = {}
        self.at: Address = ()

    def chain(self, items: Chain, above: Address) -> None:
        for place, item in enumerate(items):
            self.at = (*above, place)
            first = len(self.forward.records)
            self.arriving[self.at] = self.forward.shape
            self._item(item, self.at)
            self.rows[(*above, place)] = first, len(self.forward.records) - 1

    def _item(self, item: Item, address: Address) -> None:
        path = ".".join(map(str, address))
        if isinstance(item, Layer):
            _OPERATIONS[item.kind](self.forward, item.settings, path)
            return
        start, ends = self.forward.last, []
        self.forward.enter(path, "Add" if item.join == "add" else "Concatenate")
        for number, branch in enumerate(item.branches):
            self.forward.last = start
            self.forward.enter(f"{path}.{number}", "Sequential" if branch else "Identity")
            self.chain(branch, (*address, number))
            ends.append(self.forward.last)
        self.at = address
        (joins.addition if item.join == "add" else joins.concatenation)(self.forward, ends, path)


_OPERATIONS: Mapping[str, Callable[[Forward, Mapping[str, Any], str], None]] = {
    **operations.BY_KIND,
    **historic.BY_KIND,
}
