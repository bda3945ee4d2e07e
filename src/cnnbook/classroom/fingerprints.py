"""Fingerprints of questions: a handout carries them, so that grading sees when a question has changed since.

Another version of cnnbook may ask an exercise in other words, with other numbers, or with its options in
another order. The letter of an option, or a number, would then be marked against another question.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import Literal

from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import in_english

Change = Literal["", "words", "question"]
_HALF = 8  # characters for what decides about an answer, and as many for the words
_NUMBER = re.compile(r"\d+")


def fingerprint(question: Question) -> str:
    """Return 16 characters that stand for a question as it is asked, the same in every language.

    The first half stands for the numbers in its text, its options in their order and the form of its answer,
    the second half for its words.

    >>> from cnnbook.exercises.chapters import find
    >>> first, other = (fingerprint(find(name)) for name in ("size.first", "size.unread"))
    >>> len(first), first == other
    (16, False)
    """
    with in_english():
        asked = replace(question)  # a copy, since the texts of the original may be translated ones
        form, stem, options = asked.form, asked.stem, asked.form.listed
    decides = (form.name, *form.components, *options, *_NUMBER.findall(stem.replace(",", "")))
    return _digest(*decides) + _digest(stem)


def change(handed_out: str, now: str) -> Change:
    """Return what has changed since a question was handed out: nothing, its words only, or more than them.

    Both are fingerprints. Nothing is known to have changed if the handout has none.

    >>> change("1111111122222222", "1111111133333333"), change("1111111122222222", "3333333322222222")
    ('words', 'question')
    """
    if len(handed_out) != len(now) or handed_out == now:
        return ""
    return "words" if handed_out[:_HALF] == now[:_HALF] else "question"


def _digest(*texts: str) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()[:_HALF]
