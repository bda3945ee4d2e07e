"""A handed-out sheet in a learner's notebook: its questions as a card, and a check of what was typed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from cnnbook.classroom.answer_cells import typed_answers
from cnnbook.classroom.assignment import question_of
from cnnbook.classroom.fingerprints import change, fingerprint
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise
from cnnbook.learner.sheet import Sheet

_NO_QUESTION = _("This sheet has no question {number}; it has 1 to {last}.")
_NO_HINTS = _("Answers to this sheet are checked when it is graded.")
_CHANGED = _(
    "This version of cnnbook asks question {number} otherwise than it was handed out. Answer it as the "
    "notebook asks it; it is not checked here."
)
_TYPE_NUMBERS = _(
    "Only what is typed is graded: write the numbers themselves in the line of answer_{number}."
)


class HandedOut(Sheet):
    """The questions of a sheet that was handed out: a card in Jupyter, and `check` for the answer cells.

    `learner` is the id of the learner whose numbers these are; on a JupyterHub the name of the account is
    used if the sheet has none. Questions that have `changed` since the handout are neither shown nor checked.
    """

    all_in_front = True

    def __init__(
        self, name: str, exercises: list[Exercise], learner: str, hints: bool, changed: frozenset[int]
    ) -> None:
        super().__init__(exercises)
        self.name = name
        self.learner = learner
        self._hints = hints
        self._changed = changed

    @property
    def title(self) -> str:
        """The heading of the card."""
        return self.name

    def check(self, number: int, answer: object = ...) -> Feedback:
        """Return feedback on the answer to a question, as the sheet's card gives it.

        Raises LookupError if the sheet has no question of this number.
        """
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= len(self):
            raise LookupError(say(_NO_QUESTION, number=repr(number)[:40], last=len(self)))
        if not self._hints:
            return Feedback("not attempted", say(_NO_HINTS))
        if number in self._changed:
            return Feedback("not attempted", say(_CHANGED, number=str(number)))
        exercise, typed = self[number - 1], _typed(number)
        if typed is not None and judge(exercise.question, typed).outcome == "unreadable":
            return Feedback("unreadable", say(_TYPE_NUMBERS, number=str(number)))
        return exercise.check(answer)

    def _card_exercises(self) -> tuple[Exercise, ...]:
        return tuple(one for number, one in enumerate(self, 1) if number not in self._changed)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return the card, if answers are checked before grading; else the printed questions."""
        shown = self._hints and self._card_exercises()
        return super()._repr_mimebundle_(include, exclude) if shown else {}


def open_sheet(
    name: str, *, questions: Mapping[str, tuple[str, ...]], learner: str = "", hints: bool = True
) -> HandedOut:
    """Return the questions of a sheet that was handed out.

    `questions` has for each number the kind of practice, or the id of an exercise, the code from which its
    numbers are drawn, and its fingerprint, which tells whether this version of cnnbook still asks the same.

    >>> lab = open_sheet("lab1", questions={"1": ("size.first", "")}, learner="ada")
    >>> lab.check(1, 3).outcome
    'correct'
    """
    who = learner or os.environ.get("JUPYTERHUB_USER", "")
    exercises, changed = [], set()
    for number, (exercise, code, *known) in questions.items():
        question = question_of(exercise, code)
        exercises.append(Exercise(Asked(question, f"{name}.{number}", who), None))
        if change("".join(known), fingerprint(question)) == "question":
            changed.add(len(exercises))
    return HandedOut(name, exercises, who, hints, frozenset(changed))


def _typed(number: int) -> str | None:
    """Return the text of this answer in the cell that is run, or None if that is not known."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    cells = getattr(shell, "user_ns", {}).get("In", [])
    return dict(typed_answers(cells[-1])).get(str(number)) if cells else None
