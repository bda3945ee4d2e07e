"""What answers a live element of a page: a card of questions, or a sketch, made from plain data."""

from __future__ import annotations

from typing import Any, Protocol

from cnnbook.exercises.words import _, say
from cnnbook.site.errors import SiteError

_KINDS = ("ask", "practice", "quiz", "sketch")
_SLOW = _("There is no answer yet. Python may still be starting, or your lines may still be running.")


class Core(Protocol):
    """What answers the messages of a live element."""

    def state(self) -> dict[str, Any]:
        """Return all that the browser draws."""

    def hear(self, message: object) -> dict[str, Any]:
        """Do what a message asks for, and return what changed."""


def core(kind: str, given: Any) -> Core:
    """Return what answers the messages of a live element.

    `given` is a list of ids of exercises for "ask"; a kind of practice, or None for the first one, for
    "practice"; the name of a network of the course for "quiz"; a network, for "sketch". In place of one value
    it may be a dict: {"kind", "questions", "attempt"} for practice, {"network", "questions", "seed"} for a
    quiz, {"network", "input_shape", "targets"} for a sketch, whose network is a name or layers as records.

    >>> core("quiz", {"network": "lenet5", "questions": 3}).state()["card"]["where"]
    'Question 1 of 3'

    Raises SiteError, whose message is one line, if there is no such element.
    """
    if kind not in _KINDS:
        known = ", ".join([*_KINDS, "explorer"])
        raise SiteError(f"there is no live element of the kind {kind!r}; there are {known}")
    try:
        # What an element needs is loaded when there is one, since a learner waits for it.
        if kind == "sketch":
            from cnnbook.site.sketches import sketch

            return sketch(given)
        from cnnbook.site.cards import card

        return card(kind, given)
    except (LookupError, TypeError, ValueError) as error:
        raise SiteError(f"the live element {kind} {given!r:.80} cannot be made: {error}") from None


def state_on_a_page(live: Core) -> dict[str, Any]:
    """Return all that the browser draws, in the words of a page, on which no kernel runs."""
    state = live.state()
    silent: Any = say(_SLOW)
    if "card" in state:
        silent = {**state["words"]["silent"], "message": "", "word": silent}
    return {**state, "words": {**state["words"], "silent": silent}}
