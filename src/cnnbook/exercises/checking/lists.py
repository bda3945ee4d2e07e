"""The values in the tokens of an answer: its lists are taken apart, and labels give the order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.brackets import (
    SEPARATORS,
    Token,
    closing,
    ends_a_value,
    is_list,
    is_sum,
    joined_to_a_sum,
    without_empty_brackets,
    without_outer_brackets,
)
from cnnbook.exercises.checking.calculator import DEEPEST_NESTING, FUNCTIONS, Quantity, Result, calculate
from cnnbook.exercises.checking.labels import Label, order_of
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import Form

_STEPS = frozenset({"=", "→"})


class Value(NamedTuple):
    """What one expression of an answer comes to, and the places that its labels give it."""

    result: Result
    places: tuple[int, ...] = ()
    square: int = 0  # the side, of an expression such as 28**2


def values_of(tokens: Sequence[Token], form: Form) -> list[Value]:
    """Return the values of an answer in the order of the form's components, a leading batch axis with them.

    Raises UnreadableError for brackets without a partner, for a label that two numbers have, and for what
    cannot be calculated.
    """
    wanted = len(form.components)
    order, rest = order_of(tokens, wanted) if wanted > 1 else ((), list(tokens))
    left = without_empty_brackets(rest)
    if order or not any(isinstance(token, Label) for token in left):
        found = _last_that_fits(left, form) if wanted > 1 else _unlabelled(left, form)
        if order and len(found) in (wanted, wanted + 1):
            named = dict(zip(order, found[-wanted:], strict=True))
            return [*found[:-wanted], *(named[place] for place in range(wanted))]
        return found
    return _in_their_places([value for item in _items(left, form) for value in _labelled(item)], wanted)


def _last_that_fits(tokens: Sequence[Token], form: Form) -> list[Value]:
    """Return the values after the last equals sign or arrow that is followed by as many as are wanted."""
    segments: list[list[Token]] = [[]]
    for token in tokens:
        if token in _STEPS:
            segments.append([])
        else:
            segments[-1].append(token)
    filled = [one for one in segments if any(isinstance(token, Quantity) for token in one)]
    wanted = len(form.components)
    for segment in reversed(filled[1:]):
        found = _unlabelled(segment, form)
        if len(found) >= wanted:
            return found
    return _unlabelled(filled[0], form)


def _unlabelled(tokens: Sequence[Token], form: Form) -> list[Value]:
    wanted = len(form.components)
    if form.name == "shape" and tokens.count("@") == 1:
        at = tokens.index("@")
        first, second = _unlabelled(tokens[:at], form), _unlabelled(tokens[at + 1 :], form)
        if len(second) == 1 and len(first) in (2, 3):
            return [*first[:-2], *second, *first[-2:]]
        if len(first) == len(second) == 1 and not second[0].square:
            return [*first, *second, *second]
        values = [*first, *second]
    else:
        values = [_value(item) for item in _items(tokens, form)]
    if wanted > 1 and form.name in ("shape", "size") and len(values) in (wanted - 1, wanted):
        values = _with_square(values, wanted)
    return values


def _with_square(values: list[Value], wanted: int) -> list[Value]:
    """Return the values with both sides of a square, "28**2", if they are one too few without."""
    if len(values) == wanted - 1 and values[-1].square:
        side = values[-1]._replace(result=values[-1].result._replace(value=values[-1].square), square=0)
        return [*values[:-1], side, side]
    return values


def _items(tokens: Sequence[Token], form: Form, depth: int = 0) -> list[list[Token]]:
    """Return the tokens of each value: separators, brackets around lists, and values in a row part them."""
    if depth > DEEPEST_NESTING:
        raise UnreadableError(unreadable.NESTED)
    tokens = without_outer_brackets(list(tokens))
    crosses = form.name == "count" or (len(form.components) == 1 and is_sum(tokens))
    items: list[list[Token]] = [[]]
    at = 0
    while at < len(tokens):
        token, item = tokens[at], items[-1]
        if token in SEPARATORS and not (token == "x" and crosses):
            items.append([])
        elif token == "(":
            end = closing(tokens, at)
            inside = tokens[at + 1 : end]
            called = bool(item) and item[-1] in FUNCTIONS
            multiplies = crosses or (len(form.components) == 1 and is_sum(inside))
            if called or not is_list(inside, multiplies) or joined_to_a_sum(tokens, at, end):
                if item and not called and ends_a_value(item[-1]):
                    if len(form.components) == 1 and item[-1] == ")":
                        item.append("*")
                    else:
                        items.append([])
                items[-1] += ["*" if one == "x" else one for one in tokens[at : end + 1]]
            else:
                items += _items(inside, form, depth + 1)
                items.append([])
            at = end
        elif token == ")":
            raise UnreadableError(unreadable.BRACKETS)
        else:
            starts = isinstance(token, Quantity) or token in FUNCTIONS
            if starts and item and ends_a_value(item[-1]) and not any(isinstance(t, Label) for t in item):
                items.append([])
            items[-1].append("*" if token == "x" else token)
        at += 1
    return [item for item in items if item]


def _labelled(item: list[Token]) -> Iterator[Value]:
    """Yield the values of an item with their labels, which all stand before or all behind their values."""
    pieces: list[tuple[tuple[int, ...], list[Token]]] = []
    labels: tuple[int, ...] = ()
    expression: list[Token] = []
    behind = not isinstance(item[0], Label)
    for token in [*item, Label(-1)]:
        if not isinstance(token, Label):
            if isinstance(token, Quantity) and expression and ends_a_value(expression[-1]):
                pieces.append((labels, expression))
                labels, expression = (), []
            expression.append(token)
            continue
        if behind:
            if any(isinstance(one, Quantity) for one in expression):
                pieces.append(((), expression))
                expression = []
            if pieces and token.place >= 0:
                pieces[-1] = ((*pieces[-1][0], token.place), pieces[-1][1])
        else:
            if any(isinstance(one, Quantity) for one in expression):
                pieces.append((labels, expression))
                labels = ()
            labels, expression = (*labels, token.place), []
    for places, tokens in pieces:
        if tokens[0] == "-":  # a dash that begins a line or joins two ends: no size is negative
            tokens = tokens[1:]
        steps: list[list[Token]] = [[]]
        for one in tokens:
            if one in _STEPS:
                steps.append([])
            else:
                steps[-1].append(one)
        yield _value([step for step in steps if step][-1])._replace(places=places)


def _in_their_places(values: list[Value], wanted: int) -> list[Value]:
    """Return the values in the order of their labels; those without a label take the places that are left."""
    named: dict[int, Value] = {}
    rest = []
    for value in values:
        for place in value.places:
            if place in named:
                raise UnreadableError(unreadable.LABEL)
            named[place] = value
        rest += [] if value.places else [value]
    open_places = [place for place in range(wanted) if place not in named]
    if len(rest) == len(open_places) - 1 and rest:
        rest = _with_square(rest, len(open_places))
    batch = rest[: len(rest) - len(open_places)] if len(rest) > len(open_places) else []
    for place, value in zip(open_places, rest[len(batch) :], strict=False):
        named[place] = value
    return [*batch, *(named[place] for place in sorted(named))]


def _value(item: Sequence[Token]) -> Value:
    square = 0
    if len(item) == 3 and item[1] == "**" and isinstance(item[0], Quantity) and _is_two(item[2]):
        square = item[0].value if isinstance(item[0].value, int) else 0
    return Value(calculate([token for token in item if not isinstance(token, Label)]), square=square)


def _is_two(token: Token) -> bool:
    return isinstance(token, Quantity) and token.value == 2
