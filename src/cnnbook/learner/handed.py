"""An exercise with the answer that was handed over together with its id, such as a function."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise

_HOW = _("Hand it over like this: ask('{id}', {name}).")


class HandedExercise(Exercise):
    """An exercise whose answer is no text: it is run, so Python hands it over, as in `ask(id, my_pool)`.

    `handed` is the feedback on this answer when it was handed over. `check()` checks it again. What was
    made anew in the notebook since then is looked up by its name, so that only the cell that makes it need
    be run before Check is pressed.
    """

    def __init__(self, asked: Asked, answer: object = ...) -> None:
        super().__init__(asked, None)
        self._answer = answer
        self._names = [name for name in self._possible_names() if getattr(_notebook(), name, None) is answer]
        self.handed: Feedback = self.check()

    def check(self, answer: object = ...) -> Feedback:
        """Return feedback on an answer, or on the one that was handed over; how to do so if none was."""
        if self._answer is ... and answer is ... and not self.closed:
            how = say(_HOW, id=self.name, name=self.question.form.example)
            return Feedback("not attempted", how)
        return super().check(self._newest() if answer is ... else answer)

    def _possible_names(self) -> tuple[str, ...]:
        own = self._answer.__name__ if type(self._answer) is FunctionType else ""
        return (self.question.form.example, own)

    def _newest(self) -> object:
        """Return what the notebook has now under the name of the answer; without a name, the answer."""
        return getattr(_notebook(), self._names[0], self._answer) if self._names else self._answer

    def __repr__(self) -> str:
        return f"{self.prompt}\n{self.handed}"


def _notebook() -> ModuleType:
    """Return the module in which the cells of a notebook run."""
    return sys.modules["__main__"]
