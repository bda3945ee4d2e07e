"""The cards of a page: of a chapter's questions, of practice, and of a quiz about a network of the course."""

from __future__ import annotations

from collections.abc import Sequence
from time import time
from typing import Any

from cnnbook.exercises.chapters import UnknownExerciseError, find
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.words import _, say
from cnnbook.learner.arguments import whole
from cnnbook.learner.ask import Questions, ask
from cnnbook.learner.exercise import Exercise, practice
from cnnbook.learner.kind_titles import title_of
from cnnbook.learner.ladder import suggestion
from cnnbook.learner.live_card import LiveCard
from cnnbook.learner.record import Try, tries
from cnnbook.learner.written import without_notebook
from cnnbook.site.given import of_the_course, options

_PRACTICE = _("Practice: {kind}")


def due(given: Any) -> dict[str, Any]:
    """Return what is given for the practice that this learner's record suggests now, with new numbers."""
    record = tries()
    kind = suggestion(record, time())
    return {**options(given, "kind", questions=1, attempt=0), "kind": kind, "attempt": _unused(record, kind)}


def _unused(record: Sequence[Try], kind: str) -> int:
    """Return the first attempt of a kind that the record does not have."""
    made = [one.attempt for one in record if one.exercise == kind and one.attempt is not None]
    return max(made, default=-1) + 1


def asked(names: Sequence[str]) -> list[Exercise]:
    """Return the chapters' exercises with these ids, as they can be answered where no notebook runs."""
    found: list[Exercise] = []
    for name in names:
        question = find(name)
        found += [without_notebook(question, name)] if isinstance(question, ProbedQuestion) else ask(name)
    return found


def exercises_of(kind: str, given: Any) -> tuple[str, list[Exercise]]:
    """Return the title and the exercises of a card: of "ask", "practice" or "quiz"."""
    if kind == "ask":
        if not isinstance(given, list | tuple) or not given:
            raise UnknownExerciseError("a list of ids is wanted, as in ['size.first']")
        return Questions(()).title, asked(given)
    if kind == "quiz":
        chosen = options(given, "network", questions=8, seed=0)
        from cnnbook.learner.quiz import quiz

        made = quiz(of_the_course(chosen["network"]), questions=chosen["questions"], seed=chosen["seed"])
        return made.title, list(made)
    chosen = options(given, "kind", questions=1, attempt=0)
    first = whole("attempt", chosen["attempt"], 0)
    # Without a record, the ladder begins with its first kind: a page is made for nobody in particular.
    name = suggestion((), 0.0) if chosen.get("kind") is None else chosen["kind"]
    count = whole("questions", chosen["questions"], 1)
    found = [practice(name, attempt=first + number) for number in range(count)]
    return say(_PRACTICE, kind=title_of(name)), found


def card(kind: str, given: Any) -> LiveCard:
    """Return the card of an element; the questions of a chapter stand all in front."""
    title, exercises = exercises_of(kind, given)
    return LiveCard(exercises, title, all_in_front=kind == "ask")
