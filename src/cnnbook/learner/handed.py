"""An exercise with the answer that was handed over together with its id, such as a function."""

from __future__ import annotations

import sys
from types import FunctionType

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise

_HOW = _("Hand it over like this: ask('{id}', {name}).")


class HandedExercise(Exercise):
    """An exercise whose answer is no text: it is run, so Python hands it over, as in `ask(id, my_pool)`.

    `handed` is the feedback on this answer when it was handed over. `check()` checks it again. A function
    that was written anew in the notebook since then is looked up by its name, so that its cell need only be
    run before Check is pressed.
    """

    def __init__(self, asked: Asked, answer: object = ...) -> None:
        super().__init__(asked, None)
        self._answer = answer
        self.handed: Feedback = self.check()

    def check(self, answer: object = ...) -> Feedback:
        """Return feedback on an answer, or on the one that was handed over; how to do so if none was."""
        if self._answer is ... and answer is ... and not self.closed:
            how = say(_HOW, id=self.name, name=self.question.form.example)
            return Feedback("not attempted", how)
        return super().check(_newest(self._answer) if answer is ... else answer)

    def __repr__(self) -> str:
        return f"{self.prompt}\n{self.handed}"


def _newest(answer: object) -> object:
    """Return the function of this name that the notebook has now; anything else as it is."""
    if type(answer) is FunctionType and answer.__module__ == "__main__":
        newest = getattr(sys.modules["__main__"], answer.__name__, answer)
        return newest if type(newest) is FunctionType else answer
    return answer
