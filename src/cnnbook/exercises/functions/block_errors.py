"""Why a learner's block does not run: the words of the tracer, which names the layer and tries repairs."""

from __future__ import annotations

from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from typing import Any

from cnnbook.exercises.words import _, say

_REPAIR = _("{explanation}\nWhat works (tried): {repair}.")

SIZES_DIFFER = {
    "the sizes differ": _(
        "With stride 1, a layer keeps the rows if twice its padding is one less than the rows of its kernel; "
        "so it is with the columns. A pool needs a padding, too."
    )
}
"""What would work if the maps of the branches have different sizes, by a part of the tracer's words."""


def cause(module: Any, shape: tuple[int, ...]) -> str:
    """Return the tracer's words for a module that does not run on this shape, and a repair that it has tried.

    The input is given, so a repair that feeds another one is left out. Empty if the tracer runs the module.
    """
    tracing = import_module("cnnbook.tracing")
    try:
        with redirect_stdout(StringIO()):
            tracing.trace(module, shape)
    except tracing.TraceError as error:
        # Of a concatenation, all branches with their shapes stand before the one that differs.
        last = error.explanation.split("\n")[0].rsplit("; ", 1)[-1]
        repairs = [repair for repair in error.repairs if not repair.startswith("feed ")]
        return say(_REPAIR, explanation=last, repair=repairs[0]) if repairs else str(last)
    return ""
