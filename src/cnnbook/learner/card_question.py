"""One question of a card: the exercise, and what was typed, answered and hinted so far."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import verdict_word, verdicts
from cnnbook.exercises.forms import LETTERS
from cnnbook.exercises.functions.judging import RunFeedback
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import ACCEPT
from cnnbook.learner.hints import solution_heading
from cnnbook.learner.mastery import MOST_HINTS
from cnnbook.learner.printed_card import CardExercise, box_labels
from cnnbook.learner.record import Try
from cnnbook.learner.seen_before import seen_before

_TYPING = _("A calculation such as (40 - 6)//2 may be typed, too.")
_TYPING_COUNT = _("You may type 1234, 1,234, 2*3*7 or a rounded 12.3k.")
_TYPING_ORDER = _("Type a letter for each place; all of them may be typed into the first box, too.")
_NOTHING_TYPED = _("Nothing to check yet: type your answer first.")
_NOTHING_CHOSEN = _("Nothing to check yet: choose an answer first.")
_CHOOSING = _("Choose one of them, with the mouse or with the arrow keys.")
_WRITING = _("Write in the box, then press Check or Ctrl+Enter. Your lines are run here, in your browser.")
_ENDED = _("After {seconds} seconds your lines were still running and were ended. Does a loop never end?")
_HOW = {"count": _TYPING_COUNT, "order": _TYPING_ORDER, "choice": _CHOOSING}
_SIGNS = {
    "correct": "✓",
    "incorrect": "✕",
    "not attempted": "…",
    "silent": "…",
    "unreadable": "?",
    "shown": "=",
}
_VERDICT_SIGNS = {"right": "✓", "wrong": "✕", "follows": "→"}
_LONGEST: Final = 200  # characters of an answer that are kept to be shown again
_LONGEST_LINES: Final = 10_000  # the same, of lines of Python


class CardQuestion:
    """One question of a card: the exercise, and what was typed, answered and hinted so far."""

    def __init__(self, number: int, exercise: CardExercise, tries: Iterable[Try]) -> None:
        self.number = number
        self.exercise = exercise
        self.followed = False  # whether another question like this one was asked for
        self._seen = seen_before(exercise.name, exercise.question.parameters, tries, datetime.now())
        form = exercise.question.form
        self._choice = form.name == "choice"  # each option is a radio button, with its letter if it is chosen
        self._code = bool(exercise.stub)  # one box for lines of Python
        self.labels = (
            (form.example,) if self._code else form.listed if self._choice else box_labels(exercise.question)
        )
        self.typed = [exercise.stub] * len(self.labels)
        self.feedback = exercise.handed
        self.missed = bool(exercise.handed and exercise.handed.outcome == "incorrect")
        self.hints: list[str] = []
        # Whether the first answer earned the question, as the record counts it; None before there is one.
        self.first_right: bool | None = None
        self._note_first(exercise.handed)

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
        """Check the text in the boxes; a whole answer in one box is then distributed over all boxes.

        If the answer may mean something else, the boxes get what was read, so that Enter accepts it.
        """
        if self.over or len(typed) != len(self.labels):
            return
        readable = [
            text.encode("utf-8", "replace").decode() for text in typed
        ]  # a lone surrogate cannot be sent
        given = [text for text in readable if text.strip()]
        feedback = self.exercise.check(... if not self.labels else given[0] if len(given) == 1 else given)
        if feedback.outcome == "not attempted" and self.labels and not self._code:
            said = say(_NOTHING_CHOSEN if self._choice else _NOTHING_TYPED)
            feedback = Feedback("not attempted", said)
        self.feedback = feedback
        self.missed |= feedback.outcome == "incorrect"
        self._note_first(feedback)
        self.typed = [text[: _LONGEST_LINES if self._code else _LONGEST] for text in readable]
        if self._choice:
            self.typed = [
                letter if number in feedback.answer else "" for number, letter in enumerate(LETTERS, 1)
            ]
            self.typed = self.typed[: len(self.labels)]
        elif not self._code and (feedback.asks or (feedback.answer and len(given) < len(typed))):
            self.typed = [*self.exercise.question.form.typed(feedback.answer)]

    def _note_first(self, feedback: Feedback | None) -> None:
        if self.first_right is None and feedback and feedback.outcome in ("correct", "incorrect"):
            self.first_right = feedback.outcome == "correct" and len(self.hints) <= MOST_HINTS

    def end(self, lines: str, seconds: int) -> None:
        """Say that these lines did not come to an end, and were ended after this many seconds."""
        if not self.over:
            self.typed = [lines[:_LONGEST_LINES]]
            self.feedback = RunFeedback("unreadable", say(_ENDED, seconds=seconds))

    def hint(self) -> None:
        """Add the next hint that says something new; the solution has a button of its own."""
        if not self.over and self.exercise.hints_left:
            self.hints.append(self.exercise.further_hint())

    def solve(self) -> None:
        """Close the exercise: its solution is shown."""
        if not self.over:
            self.exercise.explain()
            self.first_right = self.first_right or False

    def view(self) -> dict[str, Any]:
        """Return what the browser shows of this question."""
        return {
            "id": self.number,
            "exercise": self.exercise.name,
            "prompt": self.exercise.question.stem if self._choice else self.exercise.prompt,
            "type": "code" if self._code else "radio" if self._choice else "text",
            "boxes": [
                {
                    "label": label,
                    "text": text,
                    "verdict": verdict,
                    "says": f"{_VERDICT_SIGNS[verdict]} {says}" if verdict else "",
                }
                for label, text, (verdict, says) in zip(
                    self.labels, self.typed, self._verdicts(), strict=True
                )
            ]
            if self.labels
            else [],
            "said": self._said(),
            "hints": list(self.hints),
            "hints_left": self.exercise.hints_left,
            "over": self.over,
        }

    def _verdicts(self) -> list[tuple[str, str]]:
        if self.feedback is None or self.feedback.asks or not self.feedback.answer or self._code:
            return [("", "")] * len(self.labels)
        if self._choice:
            (chosen,), (verdict,) = (
                self.feedback.answer,
                verdicts(self.exercise.question, self.feedback.answer),
            )
            found = tuple(verdict if place == chosen else "" for place, _label in enumerate(self.labels, 1))
        elif self.feedback.outcome == "correct":
            found = ("right",) * len(self.labels)
        elif self.exercise.question.several_are_right:
            found = ("",) * len(self.labels)
        else:
            found = verdicts(self.exercise.question, self.feedback.answer)
        return [
            (
                verdict if verdict in ("right", "follows", "") else "wrong",
                verdict_word(verdict) if verdict else "",
            )
            for verdict in found
        ]

    def _how(self) -> str:
        """Return how an answer can be typed."""
        question = self.exercise.question
        if self._code:
            return _WRITING
        return _HOW.get(question.form.name, _TYPING)

    def _said(self) -> dict[str, str]:
        """Return the text below the boxes: the feedback, the solution, or what to know before an answer.

        That is when the question was seen before or, of a new one, how an answer can be typed.
        """
        question = self.exercise.question
        if self.state == "shown":
            return remark("shown", solution_heading(question), self.exercise.solution)
        if self.feedback is None:
            how = self._how()
            return remark("", "", self._seen or say(how))
        feedback = self.feedback
        hint = say(ACCEPT) if feedback.asks else feedback.hint
        return remark(feedback.outcome, feedback.word, feedback.message, hint)


def remark(outcome: str, word: str, message: str = "", hint: str = "") -> dict[str, str]:
    """Return a remark as the browser shows it: its outcome and sign, a word for it, a message and a hint."""
    return {
        "outcome": outcome,
        "sign": _SIGNS.get(outcome, ""),
        "word": word and word.removesuffix(".") + ".",
        "message": message,
        "hint": hint,
    }
