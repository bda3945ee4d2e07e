"""Repairs of a plan that breaks: each was tried, as the tracer tries its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Final, NamedTuple

from cnnbook.arithmetic import GeometryError
from cnnbook.sketch import edits
from cnnbook.sketch.candidates import Candidate, named
from cnnbook.sketch.join_repairs import join_repairs
from cnnbook.sketch.layer_repairs import layer_repairs
from cnnbook.sketch.plan import Block, Plan, item_at
from cnnbook.sketch.running import Outcome, Problem, run

_OFFERED: Final = 3
_TRIALS: Final = 60


class Repair(NamedTuple):
    """What is changed, and the plan after that; `next_problem` is where that breaks next, "" for nowhere."""

    text: str
    plan: Plan
    next_problem: str = ""


def repairs(outcome: Outcome) -> list[Repair]:
    """Return changes with which the layer that breaks fits, those first with which all of the plan runs.

    The last one leaves the layer out, so there is always one.

    >>> from cnnbook.sketch.layers import conv, flatten, linear, max_pool
    >>> broken = run(Plan((conv(6, 5), max_pool(2), flatten(), linear(10, 1176)), (1, 1, 28, 28)))
    >>> [repair.text for repair in repairs(broken)]
    ['give row 3 in_features=864', 'feed (1, 1, 32, 32)', 'leave out row 3']
    """
    problem = outcome.problem
    if problem is None:
        return []
    whole: dict[str, Repair] = {}
    part: dict[str, Repair] = {}
    for text, plan in _safely(islice(_candidates(outcome, problem), _TRIALS)):
        after = run(plan).problem
        if after is None:
            whole.setdefault(text, Repair(text, plan))
        elif after.row > problem.row:
            part.setdefault(text, Repair(text, plan, after.text))
        if len(whole) == _OFFERED:
            break
    without = edits.removed(outcome.plan, problem.address)
    after = run(without).problem
    last = Repair(f"leave out {named(outcome, problem.address)}", without, after.text if after else "")
    return [*[*whole.values(), *part.values()][:_OFFERED], last]


def _safely(candidates: Iterator[Candidate]) -> Iterator[Candidate]:
    """The candidates up to the first that no layer can have, as more features than a setting takes."""
    with suppress(GeometryError):
        yield from candidates


def _candidates(outcome: Outcome, problem: Problem) -> Iterator[Candidate]:
    address = problem.address
    item = item_at(outcome.plan.items, address)
    if isinstance(item, Block):
        yield from join_repairs(outcome, item, address)
    else:
        yield from layer_repairs(outcome, item, address)
