"""A network that did not run to its end: the box at which it stopped, with the numbers that disagree."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Protocol

from cnnbook.graphs.labels import BETWEEN, bold_text, boxed, faint, line, name
from cnnbook.graphs.notation import Notation
from cnnbook.graphs.plans import Step
from cnnbook.graphs.text_width import text_width
from cnnbook.graphs.wording import shape_text
from cnnbook.traces import Row, Trace

MARK = {"color": "#b00020", "penwidth": "2.4", "fillcolor": "#fff1f1"}
"""How the border and the background of the box differ from those of others."""

_COLUMNS = 52


class StoppedRun(Protocol):
    """What is known of a network that did not run to its end, as a TraceError says it."""

    explanation: str
    repairs: tuple[str, ...]
    trace: Trace
    failed: Row | None


@dataclass(frozen=True)
class Stopped:
    """The row that failed, which has no result, why it did, and the trace of the rows that ran."""

    row: Row
    ran: Trace
    explanation: str
    repairs: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Why it stopped, and what would work."""
        works = f"\nWhat works: {'; or '.join(self.repairs)}." if self.repairs else ""
        return f"{self.explanation}{works}"


def until(error: StoppedRun) -> tuple[Trace, Stopped]:
    """Return the trace of a failed run, with the row that failed as its last, and why it failed."""
    ran = error.trace
    row = error.failed or Row(len(ran), "", "", "forward", (len(ran) - 1,), (), ())
    trace = Trace(
        ran.name,
        ran.input_shapes,
        [*ran.rows, row],
        modules=ran.modules,
        training=ran.training,
        notes=ran.notes,
        parameters=ran.parameters,
    )
    return trace, Stopped(row, ran, error.explanation, error.repairs)


def box(step: Step, stopped: Stopped, notation: Notation) -> tuple[str, float]:
    """Return the label of the box at which the network stopped, and its width."""
    row = stopped.row
    what = stopped.row.path.rpartition(".")[2] if step.inside else name(step)
    module = row.module or step.module
    shapes = " and ".join(shape_text(shape, notation.batch) for shape in row.input_shapes)
    said = [text for part in stopped.explanation.split("\n") for text in wrap(part, _COLUMNS)]
    first = (f"{what} {module}".strip(), "stopped here")
    width = max(
        text_width(first[0], bold=True) + text_width(first[1], bold=True) + BETWEEN,
        *(text_width(text) for text in (*said, f"gets {shapes}")),
    )
    rows = [line(bold_text(first[0]), bold_text(first[1]), width - text_width(first[1], bold=True))]
    rows += [line(faint(f"gets {shapes}"), "", width)] if shapes else []
    return boxed([*rows, *(line(escape(text), "", width) for text in said)]), width
