"""Feedback on an answer: an outcome, a message and a hint, as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from cnnbook.exercises.words import _, say

Outcome = Literal["correct", "incorrect", "not attempted", "unreadable"]

# Sign, colour and words of each outcome. The colours, Okabe and Ito's, can be seen on light and dark pages;
# nothing is said by colour alone.
_LOOKS: dict[str, tuple[str, str, str]] = {
    "correct": ("✓", "#009E73", _("Correct")),
    "incorrect": ("→", "#E69F00", _("Not yet")),
    "not attempted": ("…", "#999999", _("Not attempted")),
    "unreadable": ("?", "#56B4E9", _("Could not read that")),
}
_ASKED = _("Not sure")


@dataclass(frozen=True)
class Feedback:
    """The feedback on an answer.

    `outcome` is "correct", "incorrect", "not attempted" or "unreadable"; only the first two count as tries.
    `candidates` are the ids of the misconceptions that are suspected, since they explain the answer ("a+b"
    for two at once). `misconception` is the one that is asserted, or None: a single small number, for
    example, may have many causes. `answer` is the answer as integers. Feedback that `asks` says only how the
    answer was read: it is "unreadable" until the learner accepts that by answering so.
    """

    outcome: Outcome
    message: str
    hint: str = ""
    misconception: str | None = None
    candidates: tuple[str, ...] = ()
    answer: tuple[int, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether the answer can be read, but may mean something else."""
        return self.outcome == "unreadable" and bool(self.answer)

    @property
    def word(self) -> str:
        """The outcome as learners see it, such as "Not yet"."""
        return say(_ASKED if self.asks else _LOOKS[self.outcome][2])

    def __str__(self) -> str:
        sign, _colour, _word = _LOOKS[self.outcome]
        text = f"{sign} {self.word}. {self.message}"
        lines = [text, *(f"  {line}" for line in self.hint.split("\n") if line)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        sign, colour, _word = _LOOKS[self.outcome]
        hint = f'<div style="margin-top:.3em">{_escaped(self.hint)}</div>' if self.hint else ""
        return (
            f'<div role="note" style="border-left:.4em solid {colour};padding:.4em .8em;margin:.3em 0;'
            f'max-width:46em;line-height:1.5;background:transparent">'
            f'<div><strong><span aria-hidden="true">{sign}</span> {self.word}.</strong> '
            f"{_escaped(self.message)}</div>{hint}</div>"
        )


def _escaped(text: str) -> str:
    """Return text as HTML; its lines of code, which begin with four spaces, as preformatted text."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parts = []
    for is_code, lines in groupby(safe.split("\n"), key=lambda line: line.startswith("    ")):
        if is_code:
            code = "\n".join(line[4:] for line in lines)
            parts.append(f'<pre style="margin:.3em 0 .3em 1em;white-space:pre-wrap">{code}</pre>')
        else:
            parts.append("<br>".join(lines))
    return "".join(parts)
