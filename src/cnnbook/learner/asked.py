"""One question about a network, and what is said about the row that it asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import say

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace


class Asked(NamedTuple):
    """A question about a network: the kind of practice it belongs to, the row it is about, and its text."""

    kind: str
    row: int
    question: Question
    text: str


def called_again(trace: Trace, row: Row) -> bool:
    """Return whether this row's layer runs more than once: "after pool" would then name several places.

    A function's rows bear the path of the module that called it, which is no layer and has children.
    """
    alike = sum(other.path == row.path and other.op == row.op for other in trace.rows)
    return alike > 1 and bool(row.path) and not any(path.startswith(f"{row.path}.") for path in trace.modules)


def asked(
    trace: Trace, row: Row, question: Question, message: str, *, kind: str = "", **values: Any
) -> Asked:
    """Return a question as it is asked about this row; `values` join those that the question itself has."""
    filled = {**question.placeholders(question.key), **values, "network": trace.name, "path": name(row)}
    return Asked(kind or question.kind, row.index, question, say(message, **filled))


def name(row: Row) -> str:
    """Return a row's path, or its operation where it stands in the network's own forward."""
    return row.path or f"{row.op} (row {row.index})"
