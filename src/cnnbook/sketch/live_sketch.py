"""A sketch that answers messages, apart from what shows it: a widget, or a page of the site."""

from __future__ import annotations

from typing import Any

from cnnbook.sketch.drawing import drawing, palette, starts
from cnnbook.sketch.session import Session
from cnnbook.sketch.words import words


class LiveSketch:
    """A session of editing as a browser sees it.

    `state` is what is drawn at first, and `hear` answers each message of the browser.

    >>> from cnnbook.sketch.layers import conv
    >>> from cnnbook.sketch.plan import Plan
    >>> sketch = LiveSketch(Session(Plan((conv(8, 3),), (1, 3, 9, 9))))
    >>> sketch.hear({"do": "set", "at": [0], "name": "kernel_size", "text": "5"})["view"]["totals"][0]
    {'name': 'parameters', 'value': '608'}
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._turn = 1

    def state(self) -> dict[str, Any]:
        """Return all that the browser draws: the words, and the layers as they are now."""
        return {"words": {**words(), "palette": palette(), "starts": starts()}, "view": self._view()}

    def hear(self, message: object) -> dict[str, Any]:
        """Do what a message from the browser asks for, and return what changed."""
        self.session.do(message)
        self._turn += 1
        return {"view": self._view()}

    def _view(self) -> dict[str, Any]:
        return {"turn": self._turn, **drawing(self.session)}
