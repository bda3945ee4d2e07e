"""A candidate for a repair: what is changed, in words, and the plan after that."""

from __future__ import annotations

from cnnbook.sketch import edits
from cnnbook.sketch.forward import place
from cnnbook.sketch.plan import Address, Plan
from cnnbook.sketch.settings import as_text
from cnnbook.traces.wording import shape_text

Candidate = tuple[str, Plan]


def set_to(plan: Plan, address: Address, name: str, value: int | tuple[int, ...]) -> Candidate:
    """Return the change of one setting of a layer.

    >>> from cnnbook.sketch.layers import conv
    >>> set_to(Plan((conv(8, 3),)), (0,), "padding", 1)[0]
    'give model[0] padding=1'
    """
    written = as_text(value).replace(" × ", ", ")
    return f"give {named(address)} {name}={written}", edits.with_settings(plan, address, **{name: value})


def fed(plan: Plan) -> Candidate:
    """Return the change to the input that a plan has already."""
    return f"feed {shape_text(plan.input_shape)}", plan


def named(address: Address) -> str:
    """Return how the plan's PyTorch code names a layer.

    >>> named((2, 0, 1))
    'model[2][0][1]'
    """
    return place(".".join(map(str, address)))
