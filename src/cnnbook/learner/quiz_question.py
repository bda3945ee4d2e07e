"""One question of a quiz: what is asked about a row of a network's trace, and in which words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import say

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace


class QuizQuestion(NamedTuple):
    """A question about a network.

    `kind` is the kind of practice that asks the same, `row` the index of the row that the question is about,
    and `text` the prompt, which names the network and the layer.
    """

    kind: str
    row: int
    question: Question
    text: str

    @classmethod
    def about(
        cls, trace: Trace, row: Row, question: Question, message: str, *, kind: str = "", **values: Any
    ) -> QuizQuestion:
        """Return the question about this row.

        The message is its prompt. The placeholders of the message are filled with those of the question, the
        network's name, the row's name, and further `values`. Without a `kind`, the question's own is taken.
        """
        filled = {**question.placeholders(question.key), **values, "network": trace.name}
        text = say(message, **filled | {"path": row_name(row)})
        return cls(kind or question.kind, row.index, question, text)


def runs_again(trace: Trace, row: Row) -> bool:
    """Return whether the layer of this row runs more than once, so that its name means several places.

    The rows of a function that the network calls have the path of the module that calls it. Such a module is
    no layer: other modules are inside it.
    """
    alike = sum(other.path == row.path and other.op == row.op for other in trace.rows)
    return alike > 1 and bool(row.path) and not any(path.startswith(f"{row.path}.") for path in trace.modules)


def row_name(row: Row) -> str:
    """Return the path of a row's module, or its operation if the network's own forward runs it."""
    return row.path or f"{row.op} (row {row.index})"
