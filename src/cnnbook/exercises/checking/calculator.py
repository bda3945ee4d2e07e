"""Plain arithmetic: Python's own parser reads it, and only a few kinds of node are calculated."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.unreadable import UnreadableError

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import TypeAlias

    Number: TypeAlias = int | float | Fraction

LARGEST_NUMBER = 10**15
LARGEST_BASE = 10**6
LARGEST_EXPONENT = 12
LARGEST_DENOMINATOR = 10**30
DEEPEST_NESTING = 20
DEEPEST_TREE = 100


class Quantity(NamedTuple):
    """A number as it was typed.

    `tolerance` is how far it may be from the number that it is rounded from, and `digits` the number of its
    digits. `binary` is what 97.5 MB would be if 1 MB were 1,048,576 bytes; 0 where there is no such doubt.
    """

    value: Number
    tolerance: int = 0
    digits: int = 0
    binary: int = 0


Token = Quantity | str

FUNCTIONS: dict[str, Callable[..., Number]] = {
    "floor": lambda value: int(value // 1),
    "ceil": lambda value: -int(-value // 1),
    "int": int,
    "round": lambda value: round(value),
    "abs": abs,
    "min": min,
    "max": max,
}


class Result(NamedTuple):
    """What an expression comes to, and the expression as a tree of the numbers that were typed."""

    value: Number
    tree: ast.expr
    numbers: tuple[Number, ...]


def calculate(tokens: Sequence[Token]) -> Result:
    """Return what the arithmetic in these tokens comes to.

    Nothing is evaluated by Python: its parser is given the expression with the places of the numbers in place
    of the numbers, and the tree is walked here. Raises UnreadableError, and nothing else.

    >>> calculate([Quantity(7), "//", Quantity(2), "+", Quantity(1)]).value
    4
    """
    numbers = tuple(token.value for token in tokens if isinstance(token, Quantity))
    places = iter(range(len(numbers)))
    source = " ".join(str(next(places)) if isinstance(token, Quantity) else token for token in tokens)
    depth = deepest = 0
    for token in tokens:
        depth += (token == "(") - (token == ")")
        deepest = max(deepest, depth)
        if depth < 0:
            raise UnreadableError(unreadable.BRACKETS)
    if deepest > DEEPEST_NESTING:
        raise UnreadableError(unreadable.NESTED)
    if depth:
        raise UnreadableError(unreadable.BRACKETS)
    try:
        tree = ast.parse(source.lstrip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        ends = tokens[-1:] and isinstance(tokens[-1], str) and tokens[-1] != ")" and len(tokens) > 1
        raise UnreadableError(unreadable.UNFINISHED if ends else unreadable.WORDS) from None
    return Result(value_of(tree, numbers), tree, numbers)


def value_of(node: ast.expr, numbers: Sequence[Number], depth: int = 0) -> Number:
    """Return the value of a tree; every node that is not named here is refused."""
    if depth > DEEPEST_TREE:
        raise UnreadableError(unreadable.NESTED)
    match node:
        case ast.Constant(value=int(place)):
            return numbers[place]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            value = value_of(operand, numbers, depth + 1)
            return -value if isinstance(node.op, ast.USub) else value
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            values = (value_of(left, numbers, depth + 1), value_of(right, numbers, depth + 1))
            return capped(_OPERATIONS[type(op)](*values))
        case ast.Call(func=ast.Name(id=name), args=[first, *rest], keywords=[]) if name in FUNCTIONS:
            if rest and name not in ("min", "max"):
                raise UnreadableError(unreadable.WORDS)
            given = [value_of(one, numbers, depth + 1) for one in (first, *rest)]
            return given[0] if len(given) == 1 and name in ("min", "max") else FUNCTIONS[name](*given)
    raise UnreadableError(unreadable.WORDS)


def _divided(left: Number, right: Number) -> Number:
    _refuse_zero(right)
    if isinstance(left, int) and isinstance(right, int) and left % right == 0:
        return left // right
    if isinstance(left, float) or isinstance(right, float):
        return left / right
    from fractions import Fraction  # imported where it is needed: most answers are whole, and it takes time

    return Fraction(left) / Fraction(right)


def _refuse_zero(value: Number) -> None:
    if value == 0:
        raise UnreadableError(unreadable.ZERO)


def _floor_divided(left: Number, right: Number) -> Number:
    _refuse_zero(right)
    return left // right


def _remainder(left: Number, right: Number) -> Number:
    _refuse_zero(right)
    return left % right


def _power(left: Number, right: Number) -> Number:
    if not (isinstance(right, int) and 0 <= right <= LARGEST_EXPONENT and abs(float(left)) <= LARGEST_BASE):
        raise UnreadableError(unreadable.HUGE)
    return left**right


_OPERATIONS: dict[type[ast.operator], Callable[..., Number]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: _divided,
    ast.FloorDiv: _floor_divided,
    ast.Mod: _remainder,
    ast.Pow: _power,
}


def ratio(numerator: int, denominator: int) -> Number:
    """Return the quotient of two whole numbers, exactly; as an int where it is whole."""
    return capped(_divided(numerator, denominator))


def capped(value: Number) -> Number:
    """Return the value, whole numbers as int. Raises UnreadableError if it is too large for any network."""
    if abs(float(value)) > LARGEST_NUMBER:
        raise UnreadableError(unreadable.HUGE)
    if isinstance(value, int):
        return value
    if value == value // 1:
        return int(value)
    # Repeated powers of a fraction would fill the memory; a float takes 8 bytes.
    if not isinstance(value, float) and value.denominator > LARGEST_DENOMINATOR:
        return float(value)
    return value
