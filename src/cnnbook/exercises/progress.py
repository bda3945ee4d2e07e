"""progress: what was practised, what is mastered, and what to practise next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

from cnnbook.exercises import record
from cnnbook.exercises.messages import say
from cnnbook.exercises.record import Try


class Progress:
    """A learner's record: `rows` per exercise, `next` to practise; `export(path)`, `reset()`."""

    def __init__(self, tries: Sequence[Try]) -> None:
        self.tries = tuple(tries)

    @property
    def rows(self) -> list[tuple[str, int, int, bool]]:
        """(exercise, tries, right, mastered) in the order of the first tries."""
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
        return record.suggestion(list(self.tries))

    def export(self, file: str | Path) -> Path:
        """Write all tries as JSON and return the path."""
        target = Path(file)
        target.write_text(
            json.dumps([one._asdict() for one in self.tries], indent=1) + "\n", encoding="utf-8"
        )
        return target

    def reset(self) -> None:
        """Forget all tries, for good."""
        record.reset()
        self.tries = ()

    def _marks(self, name: str) -> str:
        return "".join("●" if one.right else "○" for one in self.tries if one.exercise == name)[-12:]

    def __str__(self) -> str:
        lines = [
            f"{name:26} {right:3} of {tries:3}  {self._marks(name)}" for name, tries, right, _ in self.rows
        ]
        return "\n".join([*(lines or [say("progress.empty")]), say("progress.next", kind=self.next)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        body = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(name)}</th><td>{right} of {tries}</td>'
            f'<td><span role="img" aria-label="{escape(say("progress.picture", right=right, tries=tries))}" '
            f'style="letter-spacing:.2em">{self._marks(name)}</span></td></tr>'
            for name, tries, right, _ in self.rows
        )
        head = "".join(
            f'<th scope="col">{say(f"progress.{column}")}</th>' for column in ("exercise", "right", "recent")
        )
        table = (
            f'<table style="color:inherit"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
            if body
            else ""
        )
        empty = "" if body else f"<p>{say('progress.empty')}</p>"
        return f"{table}{empty}<p>{escape(say('progress.next', kind=self.next))}</p>"


def progress() -> Progress:
    """Return this learner's progress, read from the local file.

    It is $CNNBOOK_PROGRESS, else cnnbook/progress.jsonl in the user's data folder. Nothing is sent anywhere.
    """
    return Progress(record.tries())
