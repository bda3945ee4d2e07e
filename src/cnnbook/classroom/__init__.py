"""The classroom: sheets are handed out, collected and graded. No code of a learner's is ever executed."""

from cnnbook.classroom.live import open_sheet

__all__ = ["open_sheet"]
