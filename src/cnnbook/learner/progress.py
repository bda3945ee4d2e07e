"""progress: what was practised, what is mastered, and what to practise next."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from html import escape
from pathlib import Path

from cnnbook.exercises.words import _, say
from cnnbook.learner import ladder, record
from cnnbook.learner.recent_tries import SQUARES, signs, svg
from cnnbook.learner.record import Try

_EMPTY = _("Nothing tried yet.")
_NEXT = _("Next: practice('{kind}').")
_MASTERED = _("mastered")
_RIGHT = _("{right} of {tries}")
_SIGNS = _("● right, ○ wrong; the newest is the last. Four of the last five right: mastered.")
_LEGEND = _(
    "A filled square ✓ is right, an empty one ✕ is not; the newest is the last. Four of the five above the "
    "line right: mastered."
)


# The columns of the table in HTML, and the side to which each is aligned.
_COLUMNS = {_("exercise"): "left", _("right"): "right", _("last tries"): "right", "": "left"}


class Progress:
    """A learner's progress: a row for each exercise in `rows`, the kind to practise next in `next`."""

    def __init__(self, tries: Sequence[Try]) -> None:
        self.tries = tuple(tries)

    @property
    def rows(self) -> list[tuple[str, int, int, bool]]:
        """(exercise, number of tries, number of right ones, mastered) in the order of the first tries."""
        by_exercise: dict[str, list[Try]] = {}
        for one in self.tries:
            by_exercise.setdefault(one.exercise, []).append(one)
        return [
            (name, len(own), sum(one.right for one in own), record.mastered(own))
            for name, own in by_exercise.items()
        ]

    @property
    def next(self) -> str:
        """The kind to practise next."""
        return ladder.suggestion(self.tries)

    def export(self, file: str | Path) -> Path:
        """Write all tries to a JSON file, completely or not at all, and return its path.

        Raises FileNotFoundError if the folder does not exist.
        """
        target = Path(file).expanduser()
        if not target.parent.is_dir():
            raise FileNotFoundError(
                say(
                    _("{folder} is not there; make that folder first, or export into another."),
                    folder=str(target.parent),
                )
            )
        spare = target.with_name(f"{target.name}.{os.getpid()}")
        spare.write_text(json.dumps([one._asdict() for one in self.tries], indent=1) + "\n", encoding="utf-8")
        os.replace(spare, target)
        return target

    def reset(self) -> None:
        """Delete all tries from the local file too."""
        record.reset()
        self.tries = ()

    def _tries_of(self, name: str) -> list[Try]:
        return [one for one in self.tries if one.exercise == name]

    def __str__(self) -> str:
        lines = [
            f"{name:26} {right:3} of {tries:3}  {signs(self._tries_of(name)):{SQUARES}}"
            f"  {say(_MASTERED) if mastered else ''}".rstrip()
            for name, tries, right, mastered in self.rows
        ]
        lines += [say(_SIGNS)] if lines else [say(_EMPTY)]
        return "\n".join([*lines, say(_NEXT, kind=self.next)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        following = f"<p>{escape(say(_NEXT, kind=self.next))}</p>"
        if not self.tries:
            return f"<p>{say(_EMPTY)}</p>{following}"
        head = "".join(
            f'<th scope="col" style="text-align:{side}">{column and say(column)}</th>'
            for column, side in _COLUMNS.items()
        )
        body = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(name)}</th>'
            f"<td>{say(_RIGHT, right=right, tries=tries)}</td><td>{svg(self._tries_of(name))}</td>"
            f'<td style="text-align:left">{say(_MASTERED) if mastered else ""}</td></tr>'
            for name, tries, right, mastered in self.rows
        )
        return (
            f'<table style="color:inherit"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
            f"<p>{say(_LEGEND)}</p>{following}"
        )


def progress() -> Progress:
    """Return this learner's progress, read from the local file.

    The file is $CNNBOOK_PROGRESS, else cnnbook/progress.jsonl in the user's data folder. Nothing is sent
    anywhere.
    """
    return Progress(record.tries())
