"""A kind of question: how its numbers are drawn, and which wrong answers a variant must keep apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.questions import Question

Targets = tuple[str, ...]
Drawing = Callable[[Draws, Targets], Question]


class Kind(NamedTuple):
    """A kind of question.

    `draw` draws its numbers. Each variant shows one of the sets of `targets`: misconceptions whose answers no
    other misconception of the kind gives. Those others are the `rivals`, named here so that a misconception
    that is added to the course changes no variant that was handed out. Whoever changes what is drawn, or adds
    a rival, raises the `version`, and all variants of this kind change.
    """

    name: str
    draw: Drawing
    targets: tuple[Targets, ...]
    rivals: tuple[str, ...] = ()
    version: int = 1

    @property
    def kept_apart(self) -> frozenset[str]:
        """The misconceptions that decide whether a drawn variant is kept."""
        return frozenset(self.rivals).union(*self.targets)


def kind(
    name: str, *targets: Targets, rivals: tuple[str, ...] = (), version: int = 1
) -> Callable[[Drawing], Kind]:
    """Return a decorator that makes a kind of the function that draws its questions."""
    return lambda draw: Kind(name, draw, targets, rivals, version)
