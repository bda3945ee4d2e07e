"""A card of questions that answers messages, apart from what shows it: a widget, or a page of the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnnbook.exercises.words import _, say
from cnnbook.learner.card_question import CardQuestion, remark
from cnnbook.learner.printed_card import CardExercise
from cnnbook.learner.record import tries

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
_NONE_ANSWERED = _("0 of {total} answered")
_RIGHT_AT_FIRST = _("{right} of {total} right at the first try")
_RIGHT_IN_THE_END = _("{right} of {total} right in the end, {first} at the first try")
_STATES = {
    "right": _("right"),
    "wrong": _("not right yet"),
    "shown": _("solution shown"),
    "open": _("open"),
}
_MARKS = {"right": "✓", "wrong": "✕", "shown": "=", "open": ""}


class LiveCard:
    """A card that asks exercises: it shows one after the other, or all at once if `all_in_front` is true.

    `state` is what a browser draws at first, and `hear` answers each of its messages. A right answer is in
    neither before the learner gave it or had the solution shown. Each try is noted in the learner's progress.

    >>> from cnnbook import practice
    >>> card = LiveCard([practice("output-size", learner="ada")])
    >>> [question] = card.hear({"do": "check", "id": 0, "typed": ["9999"]})["card"]["questions"]
    >>> question["said"]["outcome"], question["boxes"][0]["says"]
    ('incorrect', '✕ too large')

    Raises ValueError if the list is empty, TypeError for anything but a list of exercises.
    """

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
        self._questions: list[CardQuestion] = []
        self._made = 0
        for place, exercise in enumerate(exercises):
            self._insert(place, exercise)
        self._is_practice = self._made == 1 and not all_in_front
        self._at = 0
        self._turn = 1

    def state(self) -> dict[str, Any]:
        """Return all that the browser draws: the words of the buttons, and the card as it is now."""
        silent = remark("silent", say(_SILENT))
        words = {name: say(word) for name, word in _BUTTONS.items()} | {"silent": silent}
        return {"words": words, "card": self._card()}

    def _insert(self, place: int, exercise: CardExercise) -> None:
        self._questions.insert(place, CardQuestion(self._made, exercise, self._tries))
        self._made += 1

    def hear(self, message: object) -> dict[str, Any]:
        """Do what a message from the browser asks for, and return what changed; {} for an unknown message."""
        match message:
            case {"do": "go", "to": int(index)} if 0 <= index < len(self._questions):
                self._at = index
            case {"do": str(action), "id": int(number), **more}:
                place = next((at for at, one in enumerate(self._questions) if one.number == number), None)
                if place is None or not self._act(action, place, more):
                    return {}
            case _:
                return {}
        self._turn += 1
        return {"card": self._card()}

    def _act(self, action: str, place: int, more: Mapping[Any, object]) -> bool:
        """Do what is asked for of one question, and return whether that was something the card knows."""
        question = self._questions[place]
        match action, more:
            case "check", {"typed": [*texts]} if all(isinstance(text, str) for text in texts):
                question.check([str(text) for text in texts])
            case "ended", {"seconds": int(seconds), "typed": [str(lines)]}:
                question.end(lines, seconds)
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

    def _card(self) -> dict[str, Any]:
        """Return what the browser draws; `turn` differs each time, so that an unchanged card is drawn too."""
        total = len(self._questions)
        states = [question.state for question in self._questions]
        several = total > 1
        paged = several and not self._all_in_front
        places = range(total) if self._all_in_front else [self._at]
        return {
            "turn": self._turn,
            "title": self._title,
            "at": self._at,
            "where": say(_("Question {number} of {total}"), number=self._at + 1, total=total)
            if paged
            else "",
            "score": self._score() if several else "",
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

    def _score(self) -> str:
        """Return how many questions are right in the end, and how many were at the first try."""
        total = len(self._questions)
        firsts = [question.first_right for question in self._questions]
        if all(first is None for first in firsts):
            return say(_NONE_ANSWERED, total=total)
        right = sum(question.state == "right" for question in self._questions)
        first = firsts.count(True)
        words = _RIGHT_AT_FIRST if right == first else _RIGHT_IN_THE_END
        return say(words, right=right, total=total, first=first)
