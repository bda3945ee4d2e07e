"""How exercises show themselves in Jupyter: a live card where a kernel answers, a printed one elsewhere."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cnnbook.exercises.messages import say

if TYPE_CHECKING:
    from cnnbook.exercises.exercise import Exercise
    from cnnbook.widgets import QuizCard

_WIDGET = "application/vnd.jupyter.widget-view+json"


class Shown(ABC):
    """What shows itself as a card: its `title`, and the exercises on it."""

    _card: QuizCard | None = None  # one for all cells that show the same thing, so they agree

    @property
    @abstractmethod
    def title(self) -> str:
        """Return what stands above the questions."""

    @abstractmethod
    def _on_card(self) -> Sequence[Exercise]: ...

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return the live card; Jupyter adds the printed one, for readers without a kernel, and the text."""
        if not _in_kernel():
            return {}
        if self._card is None:
            # The widgets stand on the exercises, so this layer names none: it asks the package for its public
            # name, and the package finds the home, as it does for a learner. Only a notebook loads them.
            import cnnbook

            self._card = cnnbook.QuizCard(self._on_card(), self.title)
        bundle = self._card._repr_mimebundle_()
        return {_WIDGET: bundle[0][_WIDGET]} if bundle else {}

    def _repr_html_(self) -> str:
        """Return the printed card: prompts and blanks, no answers; plain HTML that GitHub keeps."""
        items = "".join(_printed(exercise) for exercise in self._on_card())
        return (
            f"<section><p><strong>{escape(self.title)}</strong></p><ol>{items}</ol>"
            f"<p><em>{escape(say('card.run'))}</em></p></section>"
        )


def box_labels(exercise: Exercise) -> tuple[str, ...]:
    """Return a label for each box of the answer: channels, height and width, or just the answer."""
    components = exercise.question.form.components
    return tuple(say(f"component.{name}") or say("card.answer") for name in components)


def _printed(exercise: Exercise) -> str:
    prompt = "".join(_lines(exercise.prompt))
    blanks = ", ".join(f"{escape(label)} ______" for label in box_labels(exercise))
    return f"<li>{prompt}<p>{blanks}</p></li>"


def _lines(text: str) -> Iterator[str]:
    """Yield paragraphs and tables: lines with bars in them are rows, as a trace prints them."""
    for is_table, group in groupby(escape(text).split("\n"), key=lambda line: " | " in line):
        if is_table:
            rows = ("".join(f"<td>{cell.strip()}</td>" for cell in line.split("|")) for line in group)
            yield f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        else:
            yield f"<p>{'<br>'.join(group)}</p>"


def _in_kernel() -> bool:
    """Return whether a Jupyter kernel runs this; in a terminal, IPython asks for cards too."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None
