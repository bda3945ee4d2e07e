"""What a notebook's cell asks, read from its source: the questions that become a live element of the page."""

from __future__ import annotations

import ast
from typing import NamedTuple

_ASKING = ("ask", "practice", "quiz")


class Asked(NamedTuple):
    """A live element: its kind, what it is given, and whether the cell does nothing else."""

    kind: str
    given: object
    alone: bool


def asked(source: str) -> Asked | None:
    """Return what a cell's last line asks by `ask`, `practice` or `quiz`; None if it asks nothing.

    A function that is handed in is left out, since it is written on the page again.

    >>> asked('ask("size.first", "size.write-field", my_field)')
    Asked(kind='ask', given=['size.first', 'size.write-field'], alone=True)
    >>> asked('net = "vgg16"\\nquiz("vgg16", questions=4)')
    Asked(kind='quiz', given={'network': 'vgg16', 'questions': 4, 'seed': 0}, alone=False)
    >>> asked('practice()').given, asked('print(ask)')
    ({'kind': None}, None)
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:  # a cell with a magic command
        return None
    match body[-1:]:
        case [ast.Expr(value=ast.Call(func=ast.Name(id=name)) as call)] if name in _ASKING:
            given = _given(name, call)
            return None if given is None else Asked(name, given, alone=len(body) == 1)
    return None


def _given(name: str, call: ast.Call) -> object:
    """Return the call's arguments as plain values; None where they are computed, so that nothing is known."""
    values = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    named = _plain(call.keywords)
    if name == "ask":
        return [value for value in values if isinstance(value, str)] or None
    if name == "practice":
        return {"kind": values[0] if values else None}
    if not values or len(named) < len(call.keywords):
        return None
    return {"network": values[0], "questions": 8, "seed": 0, **named}


def _plain(keywords: list[ast.keyword]) -> dict[str, object]:
    """Return the named arguments that are written out."""
    return {
        keyword.arg: keyword.value.value
        for keyword in keywords
        if keyword.arg is not None and isinstance(keyword.value, ast.Constant)
    }
