"""A kind of practice question: how its numbers are drawn, and which wrong answers must differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.questions import Question

Targets = tuple[str, ...]
Drawing = Callable[[Draws, Targets], Question]


class Kind(NamedTuple):
    """A kind of practice question.

    `draw` returns a question with drawn numbers, for one of the sets of `targets`. The targets are
    misconceptions whose answers must differ from each other, from the key, and from the answers of the
    misconceptions in `distinct_from`. These are listed, so that a misconception that is added to the course
    later changes no variant that was already handed out. After a change of `draw` or of `distinct_from`, the
    `version` must be increased; then all variants of this kind change.

    `leads_to` is the kind that asks for more of the same thing. It comes after a right answer to this kind,
    which is not practised further then.
    """

    name: str
    draw: Drawing
    targets: tuple[Targets, ...]
    distinct_from: tuple[str, ...] = ()
    version: int = 1
    leads_to: str = ""

    @property
    def relevant(self) -> frozenset[str]:
        """The misconceptions whose answers are compared to decide whether drawn numbers are used."""
        return frozenset(self.distinct_from).union(*self.targets)


def kind(
    name: str,
    *targets: Targets,
    distinct_from: tuple[str, ...] = (),
    version: int = 1,
    leads_to: str = "",
) -> Callable[[Drawing], Kind]:
    """Return a decorator that turns the function that draws the questions of a kind into that Kind."""
    return lambda draw: Kind(name, draw, targets, distinct_from, version, leads_to)
