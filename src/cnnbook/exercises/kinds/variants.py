"""Variants: practice questions whose numbers are drawn for one learner and one attempt."""

from __future__ import annotations

from cnnbook.arithmetic import GeometryError
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Kind
from cnnbook.exercises.questions import Question

SALT = b"cnnbook"


def draw(kind: Kind, learner: str, attempt: int, salt: bytes = SALT) -> Question:
    """Return this learner's variant: the first drawn question on which the targets can be told apart.

    Raises RuntimeError if 5,000 draws give no such question, which a test excludes for every kind.
    """
    draws = Draws(salt, kind.name, kind.version, learner, attempt)
    targets = draws.choice(kind.targets)
    for _ in range(5_000):
        try:
            question = kind.draw(draws, targets)
            if separates_targets(question, kind.relevant):
                return question
        except GeometryError:
            continue  # a kernel is larger than its map
    raise RuntimeError(f"no {kind.name} shows {', '.join(targets)} alone")


def separates_targets(question: Question, relevant: frozenset[str]) -> bool:
    """Return whether each target gives wrong answers that no other misconception in `relevant` gives."""
    causes: dict[tuple[int, ...], set[str]] = {}
    targets = set(question.targets)
    for slip in question.slips():
        if not relevant.issuperset(slip.ids):
            continue  # misconceptions that were added later change no variant
        names = causes.setdefault(slip.answer, set())
        names.update(slip.ids)
        if len(names) > 1 and names & targets:
            return False  # one answer has two causes; most draws fail here
        if slip.ids == ("same-size",) and question.accepts(slip.answer):
            return False  # the size does not change, so there is nothing to compute
    missing = targets
    for answer, names in causes.items():
        if names & missing and (question.accepts(answer) or min(answer) < 1 - question.zero_is_an_answer):
            return False
        missing = missing - names
    return not missing
