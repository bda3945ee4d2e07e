"""progress: the skills that a learner has, the beliefs that showed, and what to practise next."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from time import time
from typing import NamedTuple

from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.words import _, say
from cnnbook.learner import beliefs, ladder, record
from cnnbook.learner.days import day_in_words
from cnnbook.learner.kind_titles import title_of
from cnnbook.learner.mastery import Standing, earned, standing
from cnnbook.learner.recent_tries import SQUARES, signs, svg
from cnnbook.learner.record import Try

_EMPTY = _("Nothing tried yet.")
_NEXT = _("Next: practice('{kind}').")
_NEXT_HERE = _("Next: {link}.")
_BACK = _("mastered; comes back {day}")
_DUE = _("mastered; due again")
_EARNED = _("{right} of {answers}")
_SIGNS = _(
    "● right at the first try, ○ not; the newest is the last. Four of the last five right at the first try: "
    "mastered."
)
_COUNTS = _(
    "Only the first answer to each set of numbers counts here, with one hint at most. A card counts beside "
    "it what was right in the end."
)
_LEGEND = _(
    "A filled square ✓ was right at the first try, an empty one ✕ was not; the newest is the last. Four of "
    "the five above the line right at the first try: mastered."
)


# The columns of the table in HTML, and the side to which each is aligned.
_COLUMNS = {_("skill"): "left", _("right at the first try"): "right", _("last answers"): "right", "": "left"}


class Row(NamedTuple):
    """One skill: its name, how many first answers there were, how many earned it, and how it stands.

    What no kind of practice asks is a row for each chapter, such as "chapter start".
    """

    skill: str
    answers: int
    right: int
    standing: Standing


class Progress:
    """A learner's progress: a row for each skill in `rows`, the kind to practise next in `next`."""

    def __init__(self, tries: Sequence[Try]) -> None:
        self.tries = tuple(tries)

    @property
    def rows(self) -> list[Row]:
        """The skills that were tried, in the order of the ladder, then the chapters' own exercises."""
        chapters: dict[str, list[Try]] = {}
        for one in ladder.without_typos(self.tries):
            if not ladder.skill(one.exercise):
                chapters.setdefault(one.exercise.partition(".")[0], []).append(one)
        found = {name: own for name, own in ladder.by_skill(self.tries).items() if own.answers}
        found |= {say(_("chapter {name}"), name=name): standing(own) for name, own in chapters.items()}
        return [
            Row(name, len(own.answers), sum(map(earned, own.answers)), own) for name, own in found.items()
        ]

    @property
    def next(self) -> str:
        """The kind to practise next."""
        return ladder.suggestion(self.tries, time())

    @property
    def beliefs(self) -> list[str]:
        """What the wrong answers have in common, a sentence for each misconception that was seen."""
        return [one.in_words(datetime.now()) for one in beliefs.beliefs(self.tries)]

    def export(self, file: str | Path) -> Path:
        """Write all tries to a JSON file, completely or not at all, and return its path.

        Raises FileNotFoundError if the folder does not exist.
        """
        target = Path(os.path.expanduser(file))
        if target.is_dir():
            raise IsADirectoryError(say(_("{file} is a folder; name a file in it."), file=str(target)))
        if not target.parent.is_dir():
            raise FileNotFoundError(
                say(
                    _("{folder} is not there; make that folder first, or export into another."),
                    folder=str(target.parent),
                )
            )
        spare = target.with_name(f"{target.name}.{os.getpid()}")
        text = json.dumps([one._asdict() for one in self.tries], indent=1) + "\n"
        try:
            spare.write_text(text, encoding="utf-8")
            os.replace(spare, target)
        except OSError as error:
            spare.unlink(missing_ok=True)
            if error.filename is not None:
                error.filename, error.filename2 = str(target), None
            raise
        return target

    def reset(self) -> None:
        """Delete all tries from the local file too."""
        record.reset()
        self.tries = ()

    def __str__(self) -> str:
        lines = [
            f"{name:26} {right:3} of {answers:3}  {signs(own.answers):{SQUARES}}  {_state(own)}".rstrip()
            for name, answers, right, own in self.rows
        ]
        lines += [say(_SIGNS), say(_COUNTS)] if lines else [say(_EMPTY)]
        return "\n".join([*lines, *self.beliefs, say(_NEXT, kind=self.next)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self.html()

    def html(self, kind_address: str = "") -> str:
        """Return the progress as HTML.

        `kind_address` is the address of a page with a place for each kind of practice: the kinds then lead
        there, and nothing is said of functions that only a notebook can call.
        """
        following = f"<p>{escape(say(_NEXT, kind=self.next))}</p>"
        if kind_address:
            link = f'<a href="{escape(kind_address)}#{self.next}">{escape(title_of(self.next))}</a>'
            following = f"<p>{say(_NEXT_HERE, link=link)}</p>"
        if not self.tries:
            return f"<p>{say(_EMPTY)}</p>{following}"
        head = "".join(
            f'<th scope="col" style="text-align:{side}">{column and say(column)}</th>'
            for column, side in _COLUMNS.items()
        )
        seen = "".join(f"<li>{escape(sentence)}</li>" for sentence in self.beliefs)
        return (
            f'<table style="color:inherit"><thead><tr>{head}</tr></thead><tbody>'
            f"{''.join(self._html_rows(kind_address))}</tbody></table><p>{say(_LEGEND)} {say(_COUNTS)}</p>"
            f"{f'<ul>{seen}</ul>' if seen else ''}{following}"
        )

    def _html_rows(self, kind_address: str) -> Iterator[str]:
        for name, answers, right, own in self.rows:
            shown = escape(title_of(name))
            if name in KINDS and kind_address:
                shown = f'<a href="{escape(kind_address)}#{name}">{shown}</a>'
            elif name in KINDS:
                shown = f"{shown} <code>{name}</code>"
            yield (
                f'<tr><th scope="row" style="text-align:left">{shown}</th>'
                f"<td>{say(_EARNED, right=right, answers=answers)}</td><td>{svg(own.answers)}</td>"
                f'<td style="text-align:left">{escape(_state(own))}</td></tr>'
            )


def _state(own: Standing) -> str:
    if own.due is None:
        return ""
    if own.due <= time():
        return say(_DUE)
    return say(_BACK, day=day_in_words(own.due, datetime.now()))


def progress() -> Progress:
    """Return this learner's progress, read from the local file.

    The file is $CNNBOOK_PROGRESS, else cnnbook/progress.jsonl in the user's data folder. Nothing is sent
    anywhere.
    """
    return Progress(record.tries())
