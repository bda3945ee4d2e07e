"""The quiz card: questions with boxes to type into, checked by the engine, hinted rung by rung."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge, verdict_word, verdicts
from cnnbook.exercises.words import _, say
from cnnbook.learner.printed import Askable, box_labels

_HERE = Path(__file__).parent
_BUTTONS = {
    "check": _("Check"),
    "hint": _("Hint"),
    "hints": _("Hints"),
    "solve": _("Show the solution"),
    "another": _("Another like this"),
    "previous": _("Previous"),
    "next": _("Next"),
    "silent": _("No word from the kernel. It may be busy; if it is not, run this cell again."),
}
_STATES = {
    "right": _("right"),
    "wrong": _("not right yet"),
    "shown": _("solution shown"),
    "open": _("open"),
}
_TYPING = _("A sum such as (40 - 6)//2 is read too.")
_TYPING_COUNT = _("1234, 1,234, 2*3*7 and a rounded 61.7k are read.")
_SIGNS = {"correct": "✓", "incorrect": "✕", "not attempted": "…", "unreadable": "?", "shown": "="}
_MARKS = {"right": "✓", "wrong": "✕", "shown": "=", "open": ""}
_LONGEST: Final = 200  # characters of an answer that are kept to be shown again


class QuizCard(anywidget.AnyWidget):
    """A card that asks exercises one after the other: any sequence of them, under a title.

    A Quiz and an Exercise show themselves as one. Tries count in the learner's progress, as everywhere. What
    the browser is told is `card`: the question in front, as far as the learner has come. The right answer is
    in it only once it was given or shown.

    >>> from cnnbook import practice
    >>> card = QuizCard([practice("conv-output-size", learner="ada"), practice("flatten-features")], "Monday")
    >>> card.card["where"], [box["label"] for box in card.card["boxes"]]
    ('Question 1 of 2', ['channels', 'height', 'width'])

    Raises ValueError if there is no exercise, TypeError for what is no list of exercises.
    """

    _esm = _HERE / "card.js"
    _css = _HERE / "card.css"

    words = traitlets.Dict().tag(sync=True)
    card = traitlets.Dict().tag(sync=True)

    def __init__(self, exercises: Sequence[Askable], title: str = "") -> None:
        if not isinstance(exercises, Sequence) or not all(isinstance(one, Askable) for one in exercises):
            given = repr(exercises)[:60]
            raise TypeError(
                f"a card asks a list of exercises, as quiz() gives and [practice()] is, not {given}"
            )
        if not exercises:
            raise ValueError("a card needs an exercise; quiz() and practice() make some")
        self._title = title
        self._sheets = [_Sheet(number, exercise) for number, exercise in enumerate(exercises)]
        self._made = len(self._sheets)
        self._grows = self._made == 1  # a card of one exercise is practice: there is always another
        self._at = 0
        self._turn = 0
        super().__init__(words={name: say(word) for name, word in _BUTTONS.items()})
        self._tell()
        self.on_msg(self._do)

    def _do(self, widget: object, message: object, buffers: object) -> None:
        """Do what the learner asked for; what is not of this card's making is not heard."""
        sheet = self._sheets[self._at]
        match message:
            case {"do": "check", "typed": [*typed]} if all(isinstance(text, str) for text in typed):
                sheet.check(typed)
            case {"do": "hint"}:
                sheet.hint()
            case {"do": "solve"}:
                sheet.solve()
            case {"do": "another"} if self._may_add:
                self._at += 1
                self._sheets.insert(self._at, _Sheet(self._made, sheet.exercise.new()))
                self._made += 1
            case {"do": "go", "to": int(index)} if 0 <= index < len(self._sheets):
                self._at = index
            case _:
                return
        self._tell()

    @property
    def _may_add(self) -> bool:
        if self._grows:
            return self._at == len(self._sheets) - 1
        return self._sheets[self._at].over

    def _tell(self) -> None:
        """Send the card to the browser; `turn` makes each reply a new one, the same answer twice included."""
        total = len(self._sheets)
        states = [sheet.state for sheet in self._sheets]
        right = states.count("right")
        self._turn += 1
        self.card = {
            "turn": self._turn,
            "title": self._title,
            "at": self._at,
            "where": say(_("Question {number} of {total}"), number=self._at + 1, total=total)
            if total > 1
            else "",
            "score": say(_("{right} of {total} right"), right=right, total=total) if total > 1 else "",
            "marks": [{"state": state, "sign": _MARKS[state]} for state in states],
            "marks_said": ", ".join(
                say(_("question {number} {state}"), number=number, state=say(_STATES[state]))
                for number, state in enumerate(states, 1)
            ),
            "another": self._may_add,
            **self._sheets[self._at].view(),
        }


class _Sheet:
    """One question of a card, and what was typed, said and hinted so far."""

    def __init__(self, number: int, exercise: Askable) -> None:
        self.number = number
        self.exercise = exercise
        self.labels = box_labels(exercise.question)
        self.typed = [""] * len(self.labels)
        self.feedback: Feedback | None = None
        self.missed = False
        self.hints: list[str] = []

    @property
    def state(self) -> str:
        """Return "right", "shown" (the solution was), "wrong" so far, or "open"."""
        outcome = self.feedback.outcome if self.feedback else ""
        if outcome == "correct":
            return "right"
        if self.exercise.closed:
            return "shown"
        return "wrong" if self.missed else "open"

    @property
    def over(self) -> bool:
        """Return whether there is nothing left to answer."""
        return self.state in ("right", "shown")

    def check(self, typed: list[str]) -> None:
        """Check what stands in the boxes; an answer typed whole into one of them is spread over all."""
        if self.over or len(typed) != len(self.labels):
            return
        readable = [text.encode("utf-8", "replace").decode() for text in typed]  # half an emoji is no text
        given = [text for text in readable if text.strip()]
        feedback = self.exercise.check(given[0] if len(given) == 1 else given)
        if feedback.outcome == "not attempted":
            feedback = Feedback("not attempted", say(_("Nothing to check yet: type your answer first.")))
        self.feedback = feedback
        self.missed |= feedback.outcome == "incorrect"
        self.typed = [text[:_LONGEST] for text in readable]
        if feedback.answer and len(given) < len(typed):
            self.typed = [str(number) for number in feedback.answer]

    def hint(self) -> None:
        """Climb to the next rung that says something new; the last is the solution."""
        if self.over:
            return
        known = {*self.hints, *((self.feedback.message, self.feedback.hint) if self.feedback else ())}
        rung = self.exercise.hint()
        while rung in known and not self.exercise.closed:
            rung = self.exercise.hint()
        if not self.exercise.closed:
            self.hints.append(rung)

    def solve(self) -> None:
        """Show the solution, which closes the exercise."""
        if not self.over:
            self.exercise.explain()

    def view(self) -> dict[str, Any]:
        """Return this question as far as the learner has come."""
        return {
            "id": self.number,
            "prompt": self.exercise.prompt,
            "boxes": [
                {"label": label, "text": text, "verdict": verdict, "says": says}
                for label, text, (verdict, says) in zip(
                    self.labels, self.typed, self._verdicts(), strict=True
                )
            ],
            "said": self._said(),
            "hints": list(self.hints),
            "over": self.over,
        }

    def _verdicts(self) -> list[tuple[str, str]]:
        if self.feedback is None or not self.feedback.answer:
            return [("", "")] * len(self.labels)
        if self.feedback.outcome == "correct":
            found = ("right",) * len(self.labels)
        else:
            found = verdicts(self.exercise.question, self.feedback.answer)
        return [
            (
                verdict if verdict in ("right", "follows") else "wrong",
                verdict_word(verdict),
            )
            for verdict in found
        ]

    def _said(self) -> dict[str, str]:
        """Return what is said below the boxes: the feedback, the solution, or how to type."""
        if self.state == "shown":
            question = self.exercise.question
            return _remark("shown", say(_("The solution")), judge(question, question.key).message)
        if self.feedback is None:
            count = self.exercise.question.form.name == "count"
            return _remark("", "", say(_TYPING_COUNT if count else _TYPING))
        feedback = self.feedback
        return _remark(feedback.outcome, feedback.word, feedback.message, feedback.hint)


def _remark(outcome: str, word: str, message: str, hint: str = "") -> dict[str, str]:
    return {
        "outcome": outcome,
        "sign": _SIGNS.get(outcome, ""),
        "word": f"{word}." if word else "",
        "message": message,
        "hint": hint,
    }
