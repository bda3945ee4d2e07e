"""The classroom: sheets are handed out, collected and graded. No code of a learner's is ever executed."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnbook.classroom.live import open_sheet

__all__ = ["open_sheet"]


def __getattr__(name: str) -> Any:
    # It is imported when it is first asked for: who reads a file of answers needs no sheet.
    if name != "open_sheet":
        raise AttributeError(f"module 'cnnbook.classroom' has no attribute {name!r}")
    from cnnbook.classroom.live import open_sheet

    globals()[name] = open_sheet
    return open_sheet
