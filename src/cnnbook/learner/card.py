"""The quiz card: a widget that asks exercises, checks what is typed into their boxes, and gives hints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import judge, verdict_word, verdicts
from cnnbook.exercises.words import _, say
from cnnbook.learner.printed_card import CardExercise, box_labels

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

    Jupyter shows a Quiz and an Exercise as such a card. Each try is noted in the learner's progress. `card`
    is what the browser receives: the question that is shown, with the feedback and the hints so far. It
    contains the right answer only after the learner gave it or had the solution shown.

    >>> from cnnbook import practice
    >>> card = QuizCard([practice("conv-output-size", learner="ada"), practice("flatten-features")], "Monday")
    >>> card.card["where"], [box["label"] for box in card.card["boxes"]]
    ('Question 1 of 2', ['channels', 'height', 'width'])

    Raises ValueError if the list is empty, TypeError for anything but a list of exercises.
    """

    _esm = _HERE / "card.js"
    _css = _HERE / "card.css"

    words = traitlets.Dict().tag(sync=True)
    card = traitlets.Dict().tag(sync=True)

    def __init__(self, exercises: Sequence[CardExercise], title: str = "") -> None:
        if not isinstance(exercises, Sequence) or not all(isinstance(one, CardExercise) for one in exercises):
            given = repr(exercises)[:60]
            raise TypeError(
                f"a card asks a list of exercises, as quiz() gives and [practice()] is, not {given}"
            )
        if not exercises:
            raise ValueError("a card needs an exercise; quiz() and practice() make some")
        self._title = title
        self._questions = [_CardQuestion(number, exercise) for number, exercise in enumerate(exercises)]
        self._made = len(self._questions)
        self._is_practice = self._made == 1  # then the learner can always ask for another exercise
        self._at = 0
        self._turn = 0
        super().__init__(words={name: say(word) for name, word in _BUTTONS.items()})
        self._refresh()
        self.on_msg(self._do)

    def _do(self, widget: object, message: object, buffers: object) -> None:
        """Do what a message from the browser asks for; ignore a message that the card does not know."""
        shown = self._questions[self._at]
        match message:
            case {"do": "check", "typed": [*typed]} if all(isinstance(text, str) for text in typed):
                shown.check(typed)
            case {"do": "hint"}:
                shown.hint()
            case {"do": "solve"}:
                shown.solve()
            case {"do": "another"} if self._may_add:
                self._at += 1
                self._questions.insert(self._at, _CardQuestion(self._made, shown.exercise.new()))
                self._made += 1
            case {"do": "go", "to": int(index)} if 0 <= index < len(self._questions):
                self._at = index
            case _:
                return
        self._refresh()

    @property
    def _may_add(self) -> bool:
        if self._is_practice:
            return self._at == len(self._questions) - 1
        return self._questions[self._at].over

    def _refresh(self) -> None:
        """Send the card to the browser; `turn` differs each time, so that an unchanged card is sent too."""
        total = len(self._questions)
        states = [question.state for question in self._questions]
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
            **self._questions[self._at].view(),
        }


class _CardQuestion:
    """One question of a card: the exercise, and what was typed, answered and hinted so far."""

    def __init__(self, number: int, exercise: CardExercise) -> None:
        self.number = number
        self.exercise = exercise
        self.labels = box_labels(exercise.question)
        self.typed = [""] * len(self.labels)
        self.feedback: Feedback | None = None
        self.missed = False
        self.hints: list[str] = []

    @property
    def state(self) -> str:
        """How far this question is: "right", "wrong" so far, "shown" (the solution was), or "open"."""
        outcome = self.feedback.outcome if self.feedback else ""
        if outcome == "correct":
            return "right"
        if self.exercise.closed:
            return "shown"
        return "wrong" if self.missed else "open"

    @property
    def over(self) -> bool:
        """Whether there is nothing left to answer."""
        return self.state in ("right", "shown")

    def check(self, typed: list[str]) -> None:
        """Check the text in the boxes; a whole answer in one box is then distributed over all boxes."""
        if self.over or len(typed) != len(self.labels):
            return
        readable = [
            text.encode("utf-8", "replace").decode() for text in typed
        ]  # a lone surrogate cannot be sent
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
        """Add the next hint that says something new; after the last hint the solution is shown."""
        if self.over:
            return
        known = {*self.hints, *((self.feedback.message, self.feedback.hint) if self.feedback else ())}
        hint = self.exercise.hint()
        while hint in known and not self.exercise.closed:
            hint = self.exercise.hint()
        if not self.exercise.closed:
            self.hints.append(hint)

    def solve(self) -> None:
        """Close the exercise: its solution is shown."""
        if not self.over:
            self.exercise.explain()

    def view(self) -> dict[str, Any]:
        """Return what the browser shows of this question."""
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
        """Return the text below the boxes: the feedback, the solution, or how to type an answer."""
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
