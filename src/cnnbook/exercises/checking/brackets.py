"""Brackets in an answer: those around a list, those of arithmetic, and those that hold nothing."""

from __future__ import annotations

from collections.abc import Sequence

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.calculator import DEEPEST_NESTING, FUNCTIONS, Quantity
from cnnbook.exercises.checking.labels import Label
from cnnbook.exercises.checking.unreadable import UnreadableError

Token = Quantity | Label | str
SEPARATORS = frozenset({",", "x", "@"})
ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**"})


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Return the place of the bracket that closes the one at `opening`."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += (tokens[at] == "(") - (tokens[at] == ")")
        if depth == 0:
            return at
    raise UnreadableError(unreadable.NESTED if depth > DEEPEST_NESTING else unreadable.BRACKETS)


def without_outer_brackets(tokens: list[Token]) -> list[Token]:
    """Return the tokens without brackets around all of them."""
    while len(tokens) > 1 and tokens[0] == "(" and closing(tokens, 0) == len(tokens) - 1:
        tokens = tokens[1:-1]
    return tokens


def without_empty_brackets(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens without brackets that hold nothing but labels; the labels are kept."""
    kept: list[Token] = []
    for token in tokens:
        if token == ")":
            at = len(kept) - 1
            while at >= 0 and isinstance(kept[at], Label):
                at -= 1
            if at >= 0 and kept[at] == "(":
                del kept[at]
                continue
        kept.append(token)
    return kept


def is_sum(tokens: Sequence[Token]) -> bool:
    """Return whether arithmetic other than x stands outside of all brackets."""
    depth = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        if depth == 0 and token in ARITHMETIC:
            return True
    return False


def is_list(tokens: Sequence[Token], multiplies: bool) -> bool:
    """Return whether what stands in brackets is several values, or labelled ones."""
    separators = {",", "@"} if multiplies else SEPARATORS
    depth, before = 0, None
    for at, token in enumerate(tokens):
        if isinstance(token, Label) or (token in separators and not depth):
            return True
        if isinstance(token, Quantity) and before is not None and ends_a_value(before):
            return True
        if token == "(" and not depth and not (at and tokens[at - 1] in FUNCTIONS):
            inside = tokens[at + 1 : closing(tokens, at)]
            if is_list(inside, multiplies) and not is_sum(tokens):
                return True
        depth += (token == "(") - (token == ")")
        before = token
    return False


def joined_to_a_sum(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Return whether arithmetic stands before or behind the brackets from `start` to `end`."""
    before = tokens[start - 1] if start else None
    after = tokens[end + 1] if end + 1 < len(tokens) else None
    return before in ARITHMETIC or after in ARITHMETIC


def ends_a_value(token: Token) -> bool:
    """Return whether a value can end with this token."""
    return isinstance(token, Quantity) or token == ")"
