"""How Jupyter shows exercises: as a card to answer on where a kernel runs, as a printed card elsewhere."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from cnnbook.learner.printed_card import CardExercise, printed

if TYPE_CHECKING:
    from cnnbook.learner.card import QuizCard

_WIDGET = "application/vnd.jupyter.widget-view+json"


class NotebookDisplay(ABC):
    """Base class of what Jupyter shows as a card; subclasses give the title of the card and its exercises."""

    all_in_front: ClassVar[bool] = False  # whether the card shows all its questions, not one after the other
    _card: QuizCard | None = None  # all cells that show this object share one card, so they agree

    @property
    @abstractmethod
    def title(self) -> str:
        """The heading of the card."""

    @abstractmethod
    def _card_exercises(self) -> Sequence[CardExercise]:
        """Return the exercises on the card, in their order."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return the card to answer on; Jupyter itself adds the printed card and the text."""
        if not _in_kernel():
            return {}
        if self._card is None:
            from cnnbook.learner.card import QuizCard  # loads anywidget, which only a notebook needs

            self._card = QuizCard(self._card_exercises(), self.title, all_in_front=self.all_in_front)
        bundle = self._card._repr_mimebundle_()
        return {_WIDGET: bundle[0][_WIDGET]} if bundle else {}

    def _repr_html_(self) -> str:
        """Return the printed card as HTML."""
        return printed(self.title, self._card_exercises())


def _in_kernel() -> bool:
    """Return whether a Jupyter kernel runs this code: IPython in a terminal asks for the card too."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None
