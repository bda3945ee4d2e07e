"""Variants: a question's numbers, drawn for one learner until the targeted misconceptions show."""

from __future__ import annotations

from cnnbook.arithmetic import GeometryError
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Kind
from cnnbook.exercises.questions import Question

SALT = b"cnnbook"


def draw(kind: Kind, learner: str, attempt: int, salt: bytes = SALT) -> Question:
    """Return this learner's variant: the first draw on which each targeted misconception shows alone.

    Raises RuntimeError if 5,000 draws show none, which a test holds off for every kind.
    """
    draws = Draws(salt, kind.name, kind.version, learner, attempt)
    targets = draws.choice(kind.targets)
    for _ in range(5_000):
        try:
            question = kind.draw(draws, targets)
            if shows(question, kind.kept_apart):
                return question
        except GeometryError:
            continue  # a kernel larger than its map
    raise RuntimeError(f"no {kind.name} shows {', '.join(targets)} alone")


def shows(question: Question, kept_apart: frozenset[str]) -> bool:
    """Return whether each target gives wrong answers that no other misconception in `kept_apart` gives."""
    causes: dict[tuple[int, ...], set[str]] = {}
    targets = set(question.targets)
    for slip in question.slips():
        if not kept_apart.issuperset(slip.ids):
            continue  # a misconception that was added later decides about no variant
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
