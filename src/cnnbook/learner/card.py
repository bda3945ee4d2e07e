"""The quiz card: the widget in which JupyterLab shows questions to answer."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import Final

import anywidget
import traitlets

from cnnbook.learner.live_card import LiveCard
from cnnbook.learner.printed_card import CardExercise

_HERE: Final = files("cnnbook.learner")


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

    _esm = _HERE.joinpath("card.js").read_text("utf-8")
    _css = _HERE.joinpath("card.css").read_text("utf-8")

    words = traitlets.Dict().tag(sync=True)
    card = traitlets.Dict().tag(sync=True)

    def __init__(
        self, exercises: Sequence[CardExercise], title: str = "", *, all_in_front: bool = False
    ) -> None:
        self._live = LiveCard(exercises, title, all_in_front=all_in_front)
        super().__init__(**self._live.state())
        self.on_msg(self._do)

    def _do(self, widget: object, message: object, buffers: object) -> None:
        for name, value in self._live.hear(message).items():
            setattr(self, name, value)
