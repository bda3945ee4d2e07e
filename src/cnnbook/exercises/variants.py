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


class Kind(NamedTuple):
    """A kind of question: how its numbers are drawn, and the sets of misconceptions that variants show."""

    name: str
    draw: Callable[[Draws, Targets], Question]
    targets: tuple[Targets, ...]


def draw(kind: Kind, learner: str, attempt: int, salt: bytes = SALT) -> Question:
    """Return this learner's variant: the first draw on which each targeted misconception shows alone.

    Raises RuntimeError if 5,000 draws show none, which a test holds off for every kind.
    """
    draws = Draws(salt, kind.name, GENERATOR_VERSION, learner, attempt)
    targets = draws.choice(kind.targets)
    for _ in range(5_000):
        try:
            question = kind.draw(draws, targets)
        except GeometryError:
            continue
        if shows(question):
            return question
    raise RuntimeError(f"no {kind.name} shows {', '.join(targets)} alone")


def shows(question: Question) -> bool:
    """Return whether each target gives wrong answers that no other single misconception gives."""
    causes: dict[tuple[int, ...], set[str]] = {}
    for slip in question.slips():
        causes.setdefault(slip.answer, set()).update(slip.ids)
        if slip.ids == ("same-size",) and question.accepts(slip.answer):
            return False  # nothing happens to the size, so there is nothing to compute
    missing = set(question.targets)
    for answer, names in causes.items():
        hit = names & missing if len(names) == 1 else names.intersection(question.targets)
        if hit and (
            len(names) > 1 or question.accepts(answer) or min(answer) < 1 - question.zero_is_an_answer
        ):
            return False
        missing -= hit
    return not missing
