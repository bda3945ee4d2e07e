"""Why a learner's block does not run: the words of the tracer, which names the layer and tries repairs."""

from __future__ import annotations

from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from typing import Any

from cnnbook.exercises.words import _, say

_REPAIR = _("{explanation}\nWhat works (tried): {repair}.")

_KEEPS_THE_SIZE = _(
    "With stride 1, a layer keeps the rows if twice its padding is one less than the rows of its kernel; so "
    "it is with the columns. A pool needs a padding, too."
)
SIZES_DIFFER = dict.fromkeys(("the sizes differ", "all other axes must be equal"), _KEEPS_THE_SIZE)
"""What would work if the maps of the branches have different sizes, by a part of the tracer's words."""

READS_INS = {
    "channels instead": _(
        "The first number of a Conv2d is how many maps it reads: that is ins for the first layer of a "
        "branch, and after that as many as the layer before it makes."
    )
}
"""What would work if a layer of a block expects another number of maps than it is given."""


def cause(module: Any, shape: tuple[int, ...]) -> str:
    """Return the tracer's words for a module that does not run on this shape; empty if the tracer runs it.

    Of the repairs that make it run, only the padding of the one branch that differs also gives the size that
    the block must keep. Other repairs, such as a stride, are not told.
    """
    tracing = import_module("cnnbook.tracing")
    try:
        with redirect_stdout(StringIO()):
            tracing.trace(module, shape)
    except tracing.TraceError as error:
        # Of a concatenation, all branches with their shapes stand before the one that differs.
        last = error.explanation.split("\n")[0].rsplit("; ", 1)[-1]
        paddings = [one for one in error.repairs if "padding=" in one and "is the odd one" in last]
        return say(_REPAIR, explanation=last, repair=paddings[0]) if paddings else str(last)
    return ""
