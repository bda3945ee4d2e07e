"""How exercises show themselves in Jupyter: a live card where a kernel answers, a printed one elsewhere."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cnnbook.learner.printed import Askable, printed

if TYPE_CHECKING:
    from cnnbook.learner.card import QuizCard

_WIDGET = "application/vnd.jupyter.widget-view+json"


class Shown(ABC):
    """What shows itself as a card: its `title`, and the exercises on it."""

    _card: QuizCard | None = None  # one for all cells that show the same thing, so they agree

    @property
    @abstractmethod
    def title(self) -> str:
        """What stands above the questions."""

    @abstractmethod
    def _on_card(self) -> Sequence[Askable]: ...

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Return the live card; Jupyter adds the printed one, for readers without a kernel, and the text."""
        if not _in_kernel():
            return {}
        if self._card is None:
            from cnnbook.learner.card import QuizCard  # loads the widgets, which only a notebook needs

            self._card = QuizCard(self._on_card(), self.title)
        bundle = self._card._repr_mimebundle_()
        return {_WIDGET: bundle[0][_WIDGET]} if bundle else {}

    def _repr_html_(self) -> str:
        """Return the printed card."""
        return printed(self.title, self._on_card())


def _in_kernel() -> bool:
    """Return whether a Jupyter kernel runs this; in a terminal, IPython asks for cards too."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and getattr(ipython.get_ipython(), "kernel", None) is not None
