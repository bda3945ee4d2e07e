"""The quiz card: a widget that asks exercises, checks what is typed into their boxes, and gives hints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.checking.judging import verdict_word, verdicts
from cnnbook.exercises.forms import LETTERS
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import ACCEPT
from cnnbook.learner.printed_card import CardExercise, box_labels
from cnnbook.learner.record import Try, tries
from cnnbook.learner.seen_before import seen_before

_HERE = Path(__file__).parent
_BUTTONS = {
    "check": _("Check"),
    "hint": _("Hint"),
    "hints": _("Hints"),
    "solve": _("Show the solution"),
    "another": _("Another like this"),
    "previous": _("Previous"),
    "next": _("Next"),
}
_SILENT = _("No word from the kernel. It may be busy; if it is not, run this cell again.")
_STATES = {
    "right": _("right"),
    "wrong": _("not right yet"),
    "shown": _("solution shown"),
    "open": _("open"),
}
_TYPING = _("A calculation such as (40 - 6)//2 may be typed, too.")
_TYPING_COUNT = _("You may type 1234, 1,234, 2*3*7 or a rounded 12.3k.")
_TYPING_ORDER = _("Type a letter for each place; all of them may be typed into the first box, too.")
_NOTHING_TYPED = _("Nothing to check yet: type your answer first.")
_NOTHING_CHOSEN = _("Nothing to check yet: choose an answer first.")
_CHOOSING = _("Choose one of them, with the mouse or with the arrow keys.")
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
_MARKS = {"right": "✓", "wrong": "✕", "shown": "=", "open": ""}
_LONGEST: Final = 200  # characters of an answer that are kept to be shown again


class QuizCard(anywidget.AnyWidget):
    """A card that asks exercises: any sequence of them, under a title.

    Jupyter shows what `ask`, `practice` and `quiz` return as such a card. It shows one exercise after the
    other, or all at once if `all_in_front` is true. Each try is noted in the learner's progress. `card` is
    what the browser receives: the questions that are shown, with the feedback and the hints so far. It
    contains a right answer only after the learner gave it or had the solution shown.

    >>> from cnnbook import practice
    >>> card = QuizCard([practice("conv-output-size", learner="ada"), practice("flatten-features")], "Monday")
    >>> card.card["where"], [box["label"] for box in card.card["questions"][0]["boxes"]]
    ('Question 1 of 2', ['channels', 'height', 'width'])

    Raises ValueError if the list is empty, TypeError for anything but a list of exercises.
    """

    _esm = _HERE / "card.js"
    _css = _HERE / "card.css"

    words = traitlets.Dict().tag(sync=True)
    card = traitlets.Dict().tag(sync=True)

    def __init__(
        self, exercises: Sequence[CardExercise], title: str = "", *, all_in_front: bool = False
    ) -> None:
        if not isinstance(exercises, Sequence) or not all(isinstance(one, CardExercise) for one in exercises):
            given = repr(exercises)[:60]
            raise TypeError(
                f"a card asks a list of exercises, as quiz() gives and [practice()] is, not {given}"
            )
        if not exercises:
            raise ValueError("a card needs an exercise; quiz() and practice() make some")
        self._title = title
        self._all_in_front = all_in_front
        self._tries = tries()
        self._questions: list[_CardQuestion] = []
        self._made = 0
        for place, exercise in enumerate(exercises):
            self._insert(place, exercise)
        self._is_practice = self._made == 1 and not all_in_front
        self._at = 0
        self._turn = 0
        silent = _remark("silent", say(_SILENT))
        super().__init__(words={name: say(word) for name, word in _BUTTONS.items()} | {"silent": silent})
        self._refresh()
        self.on_msg(self._do)

    def _insert(self, place: int, exercise: CardExercise) -> None:
        self._questions.insert(place, _CardQuestion(self._made, exercise, self._tries))
        self._made += 1

    def _do(self, widget: object, message: object, buffers: object) -> None:
        """Do what a message from the browser asks for; ignore a message that the card does not know."""
        match message:
            case {"do": "go", "to": int(index)} if 0 <= index < len(self._questions):
                self._at = index
            case {"do": str(action), "id": int(number), **more}:
                place = next((at for at, one in enumerate(self._questions) if one.number == number), None)
                if place is None or not self._act(action, place, more.get("typed")):
                    return
            case _:
                return
        self._refresh()

    def _act(self, action: str, place: int, typed: object) -> bool:
        """Do what is asked for of one question, and return whether that was something the card knows."""
        question = self._questions[place]
        match action, typed:
            case "check", [*texts] if all(isinstance(text, str) for text in texts):
                question.check([str(text) for text in texts])
            case "hint", _:
                question.hint()
            case "solve", _:
                question.solve()
            case "another", _ if self._may_add(place):
                question.followed = True
                self._at = place + 1
                self._insert(self._at, question.exercise.new())
            case _:
                return False
        return True

    def _may_add(self, place: int) -> bool:
        """Return whether another question like this one is offered.

        A card of practice always offers one after its last question; otherwise one follows each question that
        is over.
        """
        question = self._questions[place]
        if not question.exercise.renewable:
            return False
        if self._is_practice:
            return place == len(self._questions) - 1
        return question.over and not question.followed

    def _refresh(self) -> None:
        """Send the card to the browser; `turn` differs each time, so that an unchanged card is sent too."""
        total = len(self._questions)
        states = [question.state for question in self._questions]
        right = states.count("right")
        several = total > 1
        paged = several and not self._all_in_front
        places = range(total) if self._all_in_front else [self._at]
        self._turn += 1
        self.card = {
            "turn": self._turn,
            "title": self._title,
            "at": self._at,
            "where": say(_("Question {number} of {total}"), number=self._at + 1, total=total)
            if paged
            else "",
            "score": say(_("{right} of {total} right"), right=right, total=total) if several else "",
            "marks": [
                {"look": f"mark {state}" + " current" * (at == self._at), "sign": _MARKS[state]}
                for at, state in enumerate(states)
            ]
            if paged
            else [],
            "marks_said": ", ".join(
                say(_("question {number} {state}"), number=number, state=say(_STATES[state]))
                for number, state in enumerate(states, 1)
            ),
            "questions": [
                {**self._questions[place].view(), "another": self._may_add(place)} for place in places
            ],
        }


class _CardQuestion:
    """One question of a card: the exercise, and what was typed, answered and hinted so far."""

    def __init__(self, number: int, exercise: CardExercise, tries: Iterable[Try]) -> None:
        self.number = number
        self.exercise = exercise
        self.followed = False  # whether another question like this one was asked for
        self._seen = seen_before(exercise.name, exercise.question.parameters, tries, datetime.now())
        form = exercise.question.form
        self._choice = form.name == "choice"  # each option is a radio button, with its letter if it is chosen
        self.labels = form.listed if self._choice else box_labels(exercise.question)
        self.typed = [""] * len(self.labels)
        self.feedback = exercise.handed
        self.missed = bool(exercise.handed and exercise.handed.outcome == "incorrect")
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
        if feedback.outcome == "not attempted" and self.labels:
            said = say(_NOTHING_CHOSEN if self._choice else _NOTHING_TYPED)
            feedback = Feedback("not attempted", said)
        self.feedback = feedback
        self.missed |= feedback.outcome == "incorrect"
        self.typed = [text[:_LONGEST] for text in readable]
        if self._choice:
            self.typed = [
                letter if number in feedback.answer else "" for number, letter in enumerate(LETTERS, 1)
            ]
            self.typed = self.typed[: len(self.labels)]
        elif feedback.asks or (feedback.answer and len(given) < len(typed)):
            self.typed = [*self.exercise.question.form.typed(feedback.answer)]

    def hint(self) -> None:
        """Add the next hint that says something new; the solution has a button of its own."""
        if not self.over and self.exercise.hints_left:
            self.hints.append(self.exercise.further_hint())

    def solve(self) -> None:
        """Close the exercise: its solution is shown."""
        if not self.over:
            self.exercise.explain()

    def view(self) -> dict[str, Any]:
        """Return what the browser shows of this question."""
        return {
            "id": self.number,
            "exercise": self.exercise.name,
            "prompt": self.exercise.question.stem if self._choice else self.exercise.prompt,
            "type": "radio" if self._choice else "text",
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
        if self.feedback is None or self.feedback.asks or not self.feedback.answer:
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

    def _said(self) -> dict[str, str]:
        """Return the text below the boxes: the feedback, the solution, or what to know before an answer.

        That is when the question was seen before or, of a new one, how an answer can be typed.
        """
        if self.state == "shown":
            return _remark("shown", say(_("The solution")), self.exercise.solution)
        if self.feedback is None:
            how = _HOW.get(self.exercise.question.form.name, _TYPING)
            return _remark("", "", self._seen or say(how))
        feedback = self.feedback
        hint = say(ACCEPT) if feedback.asks else feedback.hint
        return _remark(feedback.outcome, feedback.word, feedback.message, hint)


def _remark(outcome: str, word: str, message: str = "", hint: str = "") -> dict[str, str]:
    return {
        "outcome": outcome,
        "sign": _SIGNS.get(outcome, ""),
        "word": word and word.removesuffix(".") + ".",
        "message": message,
        "hint": hint,
    }
