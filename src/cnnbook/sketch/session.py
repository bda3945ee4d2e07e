"""A plan being edited: what the browser asks for is done here, with undo, and answered with what to draw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from cnnbook.arithmetic import GeometryError
from cnnbook.exercises.words import _, say
from cnnbook.networks import COURSE
from cnnbook.networks.shipped import shipped
from cnnbook.sketch import edits
from cnnbook.sketch.from_trace import plan_of
from cnnbook.sketch.plan import Address, Block, Chain, Plan, item_at, walk
from cnnbook.sketch.pytorch_code import pytorch_code
from cnnbook.sketch.repairs import Repair, repairs
from cnnbook.sketch.running import Outcome, run
from cnnbook.sketch.settings import read
from cnnbook.sketch.targets import Target, read_targets
from cnnbook.traces.operations import per_axis

_REMEMBERED = 200  # plans that undo goes back to
_MOST_LAYERS = 2000
_INPUT: Address = ()


class Session:
    """A plan with its history, its targets, and what is asked of it.

    `at` is the layer that the last request touched, None if it touched no single one; `remark` says what was
    wrong with the request, "" for nothing.

    >>> from cnnbook.sketch.layers import conv, max_pool
    >>> session = Session(Plan((conv(6, 5), max_pool(2)), (1, 1, 32, 32)), ["last map == 14 x 14"])
    >>> session.do({"do": "set", "at": [1], "name": "kernel_size", "text": "29"})
    >>> session.outcome.problem.text.partition(",")[0]
    'model[1] (MaxPool2d'
    >>> session.do({"do": "undo"})
    >>> session.outcome.problem, session.targets[0].met(session.outcome.trace)
    (None, True)
    """

    def __init__(self, plan: Plan, targets: Iterable[str] = ()) -> None:
        self.targets: tuple[Target, ...] = read_targets(targets)
        self.start = plan
        self.past: list[Plan] = []
        self.future: list[Plan] = []
        self.at: Address | None = None
        self.remark = ""
        self._show(plan)

    def _show(self, plan: Plan) -> None:
        self.plan = plan
        self.outcome: Outcome = run(plan)
        self.repairs: list[Repair] = repairs(self.outcome)

    def go_on(self, plan: Plan) -> None:
        """Show another plan, from which one can go back to the one that the session started with."""
        if plan != self.plan:
            self._change(plan, _INPUT)
            self.at = None

    @property
    def code(self) -> str:
        """The PyTorch code of the plan."""
        return pytorch_code(self.outcome)

    def do(self, message: object) -> None:
        """Do what a message asks for; one that asks for nothing known changes nothing.

        Where a number cannot be used, the plan stays as it is, and `remark` says why.
        """
        self.at, self.remark = None, ""
        try:
            self._do(message)
        except (GeometryError, TypeError) as error:
            self.remark = str(error)
        except (IndexError, KeyError):
            pass  # of a layer that is not there any more

    def _do(self, message: object) -> None:
        match message:
            case {"do": "set", "at": [], "name": str(name), "text": str(text)}:
                self._change(replace(self.plan, input_shape=_input(self.plan, name, text)), _INPUT)
            case {"do": "set", "at": [*at], "name": str(name), "text": str(text)}:
                self._set(_address(at), name, text)
            case {"do": "add", "at": [*at], "kind": str(kind)}:
                self._add(_address(at), kind)
            case {"do": "remove", "at": [*at]} if at:
                self._remove(_address(at))
            case {"do": "move", "at": [*at], "by": (1 | -1) as by} if at:
                self._change(*edits.moved(self.plan, _address(at), by))
            case {"do": "branches", "at": [*at], "count": int(count)} if at:
                self._change(edits.with_branches(self.plan, _address(at), count), _address(at))
            case {"do": "fold", "at": [*at], "fold": bool(fold)} if at:
                self._show(edits.folded(self.plan, _address(at), fold))
            case {"do": "repair", "number": int(number)} if 0 <= number < len(self.repairs):
                broken = self.outcome.problem
                self._change(self.repairs[number].plan, broken.address if broken else _INPUT)
            case {"do": "load", "name": str(name)} if name in COURSE:
                self._change(plan_of(shipped(name)), _INPUT)
            case {"do": "restart"}:
                self._change(self.start, _INPUT)
            case {"do": "undo"} if self.past:
                self.future.append(self.plan)
                self._show(self.past.pop())
            case {"do": "redo"} if self.future:
                self.past.append(self.plan)
                self._show(self.future.pop())

    def _set(self, at: Address, name: str, text: str) -> None:
        item = item_at(self.plan.items, at)
        if isinstance(item, Block) or name not in item.settings:
            return
        value = read(item.kind, name, text)
        self._change(edits.with_settings(self.plan, at, **{name: value}), at)

    def _add(self, at: Address, kind: str) -> None:
        """Add a layer below a line: after a layer, at the start of a branch, or first of all."""
        if sum(1 for _ in walk(self.plan.items)) >= _MOST_LAYERS:
            raise GeometryError(say(_("a sketch has at most {most} layers"), most=_MOST_LAYERS))
        *above, last = at or (-1,)
        there = (*at, 0) if at and len(at) % 2 == 0 else (*above, last + 1)
        self._change(edits.added(self.plan, there, kind), there)

    def _remove(self, at: Address) -> None:
        *above, last = at
        if len(at) % 2 == 0:  # a branch of a concatenation
            block = item_at(self.plan.items, tuple(above))
            if not isinstance(block, Block):
                return
            branches = (*block.branches[:last], *block.branches[last + 1 :])
            fewer: Chain = (replace(block, branches=branches),)
            self._change(edits.exchanged(self.plan, tuple(above), fewer), tuple(above))
            return
        self._change(edits.removed(self.plan, at), (*above, last - 1) if last else tuple(above))

    def _change(self, plan: Plan, at: Address) -> None:
        self.at = at
        if plan == self.plan:
            return
        self.past = [*self.past[1 - _REMEMBERED :], self.plan]
        self.future = []
        self._show(plan)


def _address(at: Sequence[Any]) -> Address:
    if not all(type(place) is int and place >= 0 for place in at):
        raise IndexError(f"no layer stands at {at!r}")
    return tuple(at)


def _input(plan: Plan, name: str, text: str) -> tuple[int, ...]:
    """The input's shape with other channels, or with another size: one number, or height and width."""
    count, channels, height, width = plan.input_shape
    if name == "channels":
        found = read("input", name, text)
        return (count, found, height, width)
    return (count, channels, *per_axis(read("input", name, text), 2))
