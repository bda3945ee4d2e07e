"""A worked solution: each step computes its line from the lines above, by its rule or by a wrong one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cnnbook.arithmetic import GeometryError
from cnnbook.exercises.checking.calculator import Quantity, calculate
from cnnbook.exercises.words import _, joined, say, shown

Numbers = tuple[int, ...]
Values = Mapping[str, Numbers]  # of the question's numbers, and of the lines so far


class Worked(NamedTuple):
    """What a rule writes down, such as "10 + 2×2 = 14", and the numbers that it comes to."""

    text: str
    numbers: Numbers


Rule = Callable[[Values], Worked]


class Step(NamedTuple):
    """One line: the name of its value, the message around {worked}, its rule, and why that is the rule.

    `wrong` has the rules by which misconceptions compute this line.
    """

    name: str
    message: str
    rule: Rule
    reason: str
    wrong: Mapping[str, Rule]


class Line(NamedTuple):
    """A line as it is written, and its numbers."""

    text: str
    numbers: Numbers


class Working(NamedTuple):
    """The numbers of a question by their names, and the steps from them to its answer.

    A number has one value, or one for each axis, which the steps then compute side by side.
    """

    numbers: Values
    steps: tuple[Step, ...]

    def lines(self, misconception: str = "") -> tuple[Line, ...]:
        """Return the lines; the misconception's rule computes one, and those after it follow from that."""
        values, found = dict(self.numbers), []
        for step in self.steps:
            text, values[step.name] = step.wrong.get(misconception, step.rule)(values)
            found.append(Line(say(step.message, worked=text), values[step.name]))
        return tuple(found)

    def place_of(self, misconception: str) -> int | None:
        """Return the index of the line that the misconception makes wrong.

        None if it makes no difference, or if a line then has a number that is not possible.
        """
        place = next((at for at, step in enumerate(self.steps) if misconception in step.wrong), None)
        if place is None:
            return None
        try:
            lines = self.lines(misconception)
        except GeometryError:  # a kernel is larger than the map that the wrong line leaves
            return None
        possible = all(min(line.numbers) >= 0 for line in lines) and min(lines[-1].numbers) > 0
        values = dict(self.numbers) | {
            step.name: line.numbers for step, line in zip(self.steps[:place], lines, strict=False)
        }
        differs = self.steps[place].rule(values).numbers != lines[place].numbers
        return place if differs and possible else None

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """All misconceptions about one of the lines, whether or not they make a difference to its numbers."""
        return tuple(name for step in self.steps for name in step.wrong)

    def correction(self, misconception: str, at: int) -> str:
        """Return what the right rule writes down for this line, from the lines above it as they are."""
        values = dict(self.numbers)
        for step, line in zip(self.steps[:at], self.lines(misconception), strict=False):
            values[step.name] = line.numbers
        return self.steps[at].rule(values).text


_ON_EACH = _("{worked} on each axis")
_NAME = re.compile(r"\b(?!floor\b|ceil\b)[a-z_]+\b")


def by(calculation: str) -> Rule:
    """Return the rule that puts the values into a calculation, for each axis; equal ones are written once.

    >>> by("floor((n - k)/s)")({"n": (20, 33), "k": (3, 5), "s": (1, 2)})
    Worked(text='floor((20 - 3)/1) = 17 and floor((33 - 5)/2) = 14', numbers=(17, 14))
    >>> by("n - k")({"n": (20, 20), "k": (3, 3)})
    Worked(text='20 - 3 = 17 on each axis', numbers=(17, 17))
    """

    def rule(values: Values) -> Worked:
        names = _NAME.findall(calculation)
        axes = max((len(values[name]) for name in names), default=1)
        filled = [_filled(calculation, values, at) for at in range(axes)]
        numbers = tuple(_value(one) for one in filled)
        texts = [
            text if text == shown(number) else f"{text} = {shown(number)}"
            for text, number in zip(filled, numbers, strict=True)
        ]
        alike = axes > 1 and len(set(texts)) == 1
        return Worked(say(_ON_EACH, worked=texts[0]) if alike else joined(texts), numbers)

    return rule


def _filled(calculation: str, values: Values, axis: int) -> str:
    """Return the calculation with the values of this axis; a value that has no axes is the same on each."""
    return _NAME.sub(lambda name: shown(values[name[0]][axis % len(values[name[0]])]), calculation)


def shape(*names: str, order: Sequence[int] = (0, 1, 2)) -> Rule:
    """Return the rule that writes these values as a shape, its numbers in this order.

    >>> shape("outs", "size")({"outs": (64,), "size": (20, 33)})
    Worked(text='(64, 20, 33)', numbers=(64, 20, 33))
    """

    def rule(values: Values) -> Worked:
        numbers = tuple(number for name in names for number in values[name])
        found = tuple(numbers[at] for at in order)
        return Worked(f"({', '.join(map(str, found))})", found)

    return rule


def _value(calculation: str) -> int:
    pieces = re.findall(r"[a-z]+|[\d,]+|\S", calculation.replace("×", "*"))
    tokens = [Quantity(int(piece.replace(",", ""))) if piece[0].isdigit() else piece for piece in pieces]
    return int(calculate(tokens).value)
