"""A sketch without a kernel: a table with its targets, for saved notebooks and exported pages."""

from __future__ import annotations

from html import escape

from cnnbook.exercises.words import say
from cnnbook.sketch.drawing import drawing
from cnnbook.sketch.session import Session
from cnnbook.sketch.words import WORDS


def page(session: Session) -> str:
    """Return HTML with the targets, the problem if there is one, and the trace's own table.

    >>> from cnnbook.sketch import Plan, conv
    >>> html = page(Session(Plan((conv(8, 3),), (1, 3, 9, 9)), ["parameters < 100"]))
    >>> "parameters &lt; 100: not met yet, now 224" in html, "floor((9 + 2×0" in html
    (True, True)
    """
    drawn = drawing(session)
    parts = []
    for target in drawn["targets"]:
        state = say(WORDS["met"] if target["met"] else WORDS["not met"])
        parts.append(f"{target['text']}: {state}, {target['now']}")
    items = "".join([f"<li>{escape(part)}</li>" for part in parts])
    targets = f"<ul>{items}</ul>" if items else ""
    note = f"<p>{escape(drawn['note'])}</p>" if drawn["note"] else ""
    problem = session.outcome.problem
    explained = f"<p><strong>{escape(problem.text)}</strong></p>" if problem else ""
    table = session.outcome.trace.to_html() if len(session.outcome.trace) else ""
    return f'<div class="cnnbook-sketch-kept">{note}{targets}{explained}{table}</div>'


def summary(session: Session) -> str:
    """Return the sketch in one line.

    >>> from cnnbook.sketch import Plan, conv
    >>> summary(Session(Plan((conv(8, 3),), (1, 3, 9, 9))))
    '<NetworkSketch of sketch at 1x3x9x9: 1 row, 224 parameters>'
    """
    trace, problem = session.outcome.trace, session.outcome.problem
    rows = f"{len(trace)} row" if len(trace) == 1 else f"{len(trace)} rows"
    shape = "x".join(map(str, trace.input_shape))
    broken = f", then {problem.text}" if problem else ""
    return f"<NetworkSketch of {trace.name} at {shape}: {rows}, {trace.parameters:,} parameters{broken}>"
