"""What a page says about its live elements, in the user's language; the scripts name each text by its key."""

from __future__ import annotations

from typing import Final

from cnnbook.exercises.words import _, template

_WORDS: Final = {
    "starting": _("Python is starting in your browser …"),
    "again": _("Try again"),
    "due": _("Ask what is next for me"),
    "no python": _("This browser cannot run Python (WebAssembly), so here are the questions on paper."),
    "no engine": _(
        "Python could not be loaded: the file _static/engine.js is missing. The questions on paper:"
    ),
    "no worker": _("This browser does not let the page start Python ({error}). The questions on paper:"),
    "no start": _("Python did not start within {seconds} seconds. The questions on paper:"),
    "late": _("There was no answer after {seconds} seconds, so Python is started again."),
    "stopped": _("Python stopped and is started again. Please do that once more."),
    "failed": _("Python could not do this: {error}."),
    "not kept": _("This browser keeps nothing for this page: your progress is lost when you close it."),
}


def page_words() -> dict[str, str]:
    """Return all that the scripts say by its key; a placeholder stays as it is, for the script to fill in.

    >>> page_words()["again"]
    'Try again'
    """
    return {key: template(text) for key, text in _WORDS.items()}
