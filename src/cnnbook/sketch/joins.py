"""What an addition and a concatenation make of the results of their branches."""

from __future__ import annotations

from itertools import zip_longest

from cnnbook.sketch.forward import Broken, Forward
from cnnbook.traces import Shape, mismatches


def addition(forward: Forward, ends: list[int], path: str) -> None:
    """Add the row that adds two results. Raises Broken where their shapes differ."""
    names, shapes = [forward.name(end) for end in ends], [forward.shape_of(end) for end in ends]
    first, second = shapes
    if mismatches.unequal_axes(first, second):
        difference = mismatches.shape_differences(first, second)
        where = forward.where_joined("add", path)
        raise Broken(mismatches.unequal_addition(where, names, shapes, difference))
    forward.add("add", path, _broadcast(first, second), {}, inputs=tuple(ends))


def concatenation(forward: Forward, ends: list[int], path: str) -> None:
    """Add the row that concatenates results along the channels. Raises Broken where their sizes differ."""
    names, shapes = [forward.name(end) for end in ends], [forward.shape_of(end) for end in ends]
    where, given = forward.where_joined("cat", path), mismatches.named_shapes(names, shapes)
    if len({len(shape) for shape in shapes}) > 1:
        raise Broken(mismatches.unequal_ranks(where, given))
    others = [(shape[0], *shape[2:]) for shape in shapes]
    usual = max(others, key=others.count)
    odd = next((at for at, other in enumerate(others) if other != usual), None)
    if odd is not None:
        text = mismatches.unequal_joined(where, given, 1)
        if len(shapes) > 2:
            difference = mismatches.shape_differences(shapes[odd], shapes[others.index(usual)], 1)
            text = mismatches.odd_one(text, names[odd], difference)
        raise Broken(f"{text}.")
    channels = sum(shape[1] for shape in shapes)
    joined = (shapes[0][0], channels, *shapes[0][2:])
    forward.add("cat", path, joined, {"tensors": tuple(shapes), "dim": 1}, inputs=tuple(ends))


def _broadcast(first: Shape, second: Shape) -> Shape:
    pairs = [*zip_longest(reversed(first), reversed(second), fillvalue=1)]
    return tuple(max(n, m) for n, m in reversed(pairs))
