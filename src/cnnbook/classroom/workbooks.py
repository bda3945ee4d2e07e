"""A table as a workbook of Excel: all text stays text, whatever sign it begins with."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from cnnbook.classroom.files import MissingLibraryError

_LONGEST = 32_767  # characters that a cell may have
_WRITTEN = datetime(2000, 1, 1)  # the same table gives the same file


def check_library() -> None:
    """Raise MissingLibraryError if workbooks cannot be written."""
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        raise MissingLibraryError("xlsxwriter", "an .xlsx file") from None


def workbook(lines: Sequence[Sequence[str | float]]) -> bytes:
    """Return a workbook with one sheet, whose first line stays in sight.

    Raises MissingLibraryError if XlsxWriter is not installed.
    """
    check_library()
    from xlsxwriter import Workbook

    content = io.BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": _WRITTEN})
        sheet = book.add_worksheet("grades")
        sheet.freeze_panes(1, 0)
        for at, line in enumerate(lines):
            for column, cell in enumerate(line):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell[:_LONGEST])
                else:
                    sheet.write_number(at, column, cell)
    return content.getvalue()
