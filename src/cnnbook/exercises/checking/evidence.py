"""What a typed calculation of an output size tells beyond its value: which rule was followed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from cnnbook.exercises.checking.calculator import Result, value_of
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.questions import Question

if TYPE_CHECKING:
    from cnnbook.exercises.kinds.axis import Axis


class Calculation(NamedTuple):
    """A calculation of an output size: the addends before the division, the divisor, and those after it.

    With the divisor 1 there is no difference between before and after, and all addends stand before.
    """

    before: tuple[int, ...]
    divisor: int = 1
    after: tuple[int, ...] = ()


def misconceptions_in(result: Result, question: Question) -> frozenset[str]:
    """Return the misconceptions whose own calculation of an output size was typed, term by term.

    >>> from cnnbook.exercises.chapters import find
    >>> from cnnbook.exercises.checking.reading import read
    >>> question = find("size.padded")
    >>> misconceptions_in(read("10 - 7 + 2 + 1", question.form).result, question)
    frozenset({'padding-once'})
    """
    axes: tuple[Axis, ...] = getattr(question, "axes", ())
    if len(axes) != 1 or len(question.key) != 1 or len(result.numbers) < 2:
        return frozenset()
    try:
        typed = _calculation(result)
    except (UnreadableError, ValueError):
        return frozenset()
    found = {name for name, calculation in _calculations(axes[0]) if calculation == typed}
    return frozenset() if "" in found else frozenset(found)


def _calculations(axis: Axis) -> Iterator[tuple[str, Calculation]]:
    """Yield the calculations of misconceptions, as they can be written; that of "" is right."""
    n, k, s, p, d = axis.size, axis.kernel_size, axis.stride, axis.padding, axis.dilation
    kernels: tuple[tuple[int, ...], ...] = ((-axis.span,), (-d * (k - 1), -1))
    paddings: dict[str, list[tuple[int, ...]]] = {"": [(2 * p,), (p, p)]}
    if p:
        paddings |= {"padding-once": [(p,)], "no-padding": [()], "padding-doubled": [(4 * p,), (2 * p,) * 2]}
    for kernel in kernels:
        for name, ways in paddings.items():
            for padding in ways:
                yield name, _normal((n, *padding, *kernel), s, (1,))
        for padding in paddings[""]:
            yield "no-plus-one", _normal((n, *padding, *kernel), s, ())
            if s > 1:
                yield "plus-one-inside", _normal((n, *padding, *kernel, 1), s, ())
                yield "no-stride", _normal((n, *padding, *kernel), 1, (1,))


def _normal(before: tuple[int, ...], divisor: int, after: tuple[int, ...]) -> Calculation:
    if divisor == 1:
        before, after = (*before, *after), ()
    first, last = _without_opposites(before), _without_opposites(after)
    return Calculation(first, divisor, last)


def _without_opposites(addends: tuple[int, ...]) -> tuple[int, ...]:
    """Return the addends in order, without zeros, and without pairs that cancel, as in -(k - 1) - 1."""
    left: list[int] = []
    for number in addends:
        if -number in left:
            left.remove(-number)
        else:
            left += [number] if number else []
    return tuple(sorted(left))


def _calculation(result: Result) -> Calculation:
    """Return the typed calculation. Raises ValueError if it is of another kind."""
    before: list[int] = []
    after: list[int] = []
    divisor = 0
    for sign, node in _addends(result.tree, 1):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.FloorDiv):
            if divisor or sign < 0:
                raise ValueError("two divisions")
            divisor = _whole(node.right, result)
            before = [sign * _whole(one, result) for sign, one in _addends(node.left, 1)]
        else:
            after.append(sign * _whole(node, result))
    return _normal(tuple(before), divisor, tuple(after)) if divisor else _normal(tuple(after), 1, ())


def _addends(node: ast.expr, sign: int) -> Iterator[tuple[int, ast.expr]]:
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            yield from _addends(left, sign)
            yield from _addends(right, sign if isinstance(op, ast.Add) else -sign)
        case ast.Call(func=ast.Name(id="floor" | "int"), args=[inside]):
            yield from _addends(inside, sign)
        case _:
            yield sign, node


def _whole(node: ast.expr, result: Result) -> int:
    value = value_of(node, result.numbers)
    if not isinstance(value, int):
        raise ValueError("not a whole number")
    return value
