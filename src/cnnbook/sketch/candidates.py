"""A candidate for a repair: what is changed, in words, and the plan after that."""

from __future__ import annotations

from cnnbook.sketch import edits
from cnnbook.sketch.plan import Address, Plan
from cnnbook.sketch.running import Outcome
from cnnbook.sketch.settings import as_text
from cnnbook.traces.wording import shape_text

Candidate = tuple[str, Plan]


def set_to(outcome: Outcome, address: Address, name: str, value: int | tuple[int, ...]) -> Candidate:
    """Return the change of one setting of a layer.

    >>> from cnnbook.sketch.layers import conv
    >>> from cnnbook.sketch.running import run
    >>> set_to(run(Plan((conv(8, 3),))), (0,), "padding", 1)[0]
    'give row 0 padding=1'
    """
    written = as_text(value).replace(" × ", ", ")
    changed = edits.with_settings(outcome.plan, address, **{name: value})
    return f"give {named(outcome, address)} {name}={written}", changed


def fed(plan: Plan) -> Candidate:
    """Return the change to the input that a plan has already."""
    return f"feed {shape_text(plan.input_shape)}", plan


def named(outcome: Outcome, address: Address) -> str:
    """Return a layer by its row, as it is numbered in the drawing; a block by its last row."""
    if address in outcome.rows:
        return f"row {outcome.rows[address][1]}"
    return f"row {len(outcome.forward.records)}"
