"""Variants: a question's numbers, drawn for one learner until the targeted misconceptions show."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cnnbook.arithmetic import GeometryError
from cnnbook.exercises.draws import Draws
from cnnbook.exercises.questions import Question

GENERATOR_VERSION = 1
SALT = b"cnnbook"

Targets = tuple[str, ...]


Drawing = Callable[[Draws, Targets], Question]


class Kind(NamedTuple):
    """A kind of question: how its numbers are drawn, and the sets of misconceptions that variants show."""

    name: str
    draw: Drawing
    targets: tuple[Targets, ...]


def kind(name: str, *targets: Targets) -> Callable[[Drawing], Kind]:
    """Return what makes a kind, with these sets of targets, of the function that draws its questions."""
    return lambda draw: Kind(name, draw, targets)


def draw(kind: Kind, learner: str, attempt: int, salt: bytes = SALT) -> Question:
    """Return this learner's variant: the first draw on which each targeted misconception shows alone.

    Raises RuntimeError if 5,000 draws show none, which a test holds off for every kind.
    """
    draws = Draws(salt, kind.name, GENERATOR_VERSION, learner, attempt)
    targets = draws.choice(kind.targets)
    for _ in range(5_000):
        try:
            question = kind.draw(draws, targets)
            if shows(question):
                return question
        except GeometryError:
            continue  # a kernel larger than its map
    raise RuntimeError(f"no {kind.name} shows {', '.join(targets)} alone")


def shows(question: Question) -> bool:
    """Return whether each target gives wrong answers that no other single misconception gives."""
    causes: dict[tuple[int, ...], set[str]] = {}
    targets = set(question.targets)
    for slip in question.slips():
        names = causes.setdefault(slip.answer, set())
        names.update(slip.ids)
        if len(names) > 1 and names & targets:
            return False  # two causes of one answer; most draws end here
        if slip.ids == ("same-size",) and question.accepts(slip.answer):
            return False  # nothing happens to the size, so there is nothing to compute
    missing = targets
    for answer, names in causes.items():
        if names & missing and (question.accepts(answer) or min(answer) < 1 - question.zero_is_an_answer):
            return False
        missing = missing - names
    return not missing
