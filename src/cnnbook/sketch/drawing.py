"""What the browser draws of a session: its lines, totals, targets, the problem and its repairs."""

from __future__ import annotations

from typing import Any, Final

from cnnbook.exercises.words import say
from cnnbook.networks import COURSE
from cnnbook.sketch import edits
from cnnbook.sketch.lines import lines
from cnnbook.sketch.quantities import number_of, shown
from cnnbook.sketch.running import Outcome
from cnnbook.sketch.session import Session
from cnnbook.sketch.targets import Target
from cnnbook.sketch.words import ADDED, NOT_RUNNING, NOW, QUANTITY_NAMES


def drawing(session: Session) -> dict[str, Any]:
    """Return the session as plain data, all of it in words.

    >>> from cnnbook.sketch.layers import conv
    >>> from cnnbook.sketch.plan import Plan
    >>> drawn = drawing(Session(Plan((conv(8, 3),), (1, 3, 9, 9)), ["parameters < 100"]))
    >>> drawn["targets"]
    [{'text': 'parameters < 100', 'met': False, 'now': 'now 224'}]
    >>> drawn["totals"][0]
    {'name': 'parameters', 'value': '224'}
    """
    problem = session.outcome.problem
    return {
        "title": session.plan.name,
        "note": session.plan.note,
        "at": None if session.at is None else list(session.at),
        "remark": session.remark,
        "lines": lines(session.outcome),
        "totals": _totals(session),
        "targets": _targets(session),
        "problem": None
        if problem is None
        else {
            "at": list(problem.address),
            "row": problem.row,
            "text": problem.text,
            "repairs": [{"text": one.text, "then": one.next_problem} for one in session.repairs],
        },
        "undo": bool(session.past),
        "redo": bool(session.future),
        "code": session.code,
    }


def palette() -> list[dict[str, str]]:
    """Return what can be added, by kind and name, in the order of the buttons."""
    return [{"kind": kind, "name": say(ADDED[kind])} for kind in _PALETTE]


# The blocks stand beside the layers that they are made of.
_PALETTE: Final = (*[*edits.NEW][:4], "add", "cat", *[*edits.NEW][4:])


def starts() -> list[str]:
    """Return the networks that one can start from."""
    return [*COURSE]


def _totals(session: Session) -> list[dict[str, str]]:
    """The quantities of a plan that runs; of one that breaks, those of the rows before, marked as such."""
    trace = session.outcome.trace
    return [
        {"name": say(QUANTITY_NAMES[name]), "value": shown(name, number_of(name, trace))}
        for name in QUANTITY_NAMES  # branches have none: they are shown where a target asks for them
    ]


def _targets(session: Session) -> list[dict[str, Any]]:
    outcome = session.outcome
    return [
        {
            "text": target.text,
            "met": outcome.problem is None and target.met(outcome.trace),
            "now": _now(target, outcome),
        }
        for target in session.targets
    ]


def _now(target: Target, outcome: Outcome) -> str:
    if outcome.problem:
        return say(NOT_RUNNING)
    return say(NOW, value=shown(target.quantity, number_of(target.quantity, outcome.trace)))
