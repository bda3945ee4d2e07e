"""A submission, read as data: a notebook with answer cells or a saved card, or a file of answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnbook.classroom.answer_cells import typed_answers

FORMAT = "cnnbook answers 1"
_LONGEST = 1_000  # characters of an answer
_MOST_NUMBERS = 500  # more than a sheet can ask, and more than the chapters have exercises
_CALL = re.compile(r"open_sheet\(")
_NAMED = re.compile(r"""\blearner[ \t]*=[ \t]*(["'])([^"'\n]{1,200})\1""")
_OWN_ID = re.compile(r"""^my_id[ \t]*=[ \t]*(["'])([^"'\n]{1,200})\1""", re.MULTILINE)
_SHEET = re.compile(r"""open_sheet\(\s*(["'])([^"'\n]{1,200})\1""")
_CODES = re.compile(r"""(["'])(\d{1,3})\1\s*:\s*\(\s*["'][^"'\n]*["']\s*,\s*["'](\w{0,64})["']\s*\)""")


class UnreadableSubmissionError(ValueError):
    """A file is no submission; the message is a clause that says why."""


@dataclass
class Submitted:
    """What a file says: the name of the sheet, the learner's id, the codes of the numbers, the answers.

    Nothing of it is believed: the grader compares it with the roster and the salt.
    """

    sheet: str = ""
    learner: str = ""
    codes: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def read_submission(content: bytes) -> Submitted:
    """Return what a file says: a notebook of any version, or a file of answers.

    Raises UnreadableSubmissionError if it is neither.
    """
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableSubmissionError("it is not text in UTF-8") from None
    except RecursionError:
        raise UnreadableSubmissionError("it is nested too deeply") from None
    except ValueError as error:
        said = "it is empty" if not content.strip() else f"it is not JSON: {error}"
        raise UnreadableSubmissionError(said[:200]) from None
    if not isinstance(found, dict):
        raise UnreadableSubmissionError("it is JSON, but neither a notebook nor a file of answers")
    if found.get("format") == FORMAT:
        return _answers_file(found)
    cells = list(_cells(found))
    if not cells:
        raise UnreadableSubmissionError("it has no cells, and it is no file of answers")
    return _notebook(found, cells)


def _answers_file(found: Mapping[str, Any]) -> Submitted:
    answers = found.get("answers")
    if not isinstance(answers, dict):
        raise UnreadableSubmissionError("it is a file of answers without answers")
    codes = found.get("codes")
    return Submitted(
        _text(found.get("sheet")),
        _text(found.get("learner")),
        {str(key): _text(code) for key, code in _few(codes)},
        {str(key): _text(value) for key, value in _few(answers) if _text(value).strip()},
    )


def _few(table: object) -> Iterator[tuple[Any, Any]]:
    yield from list(table.items())[:_MOST_NUMBERS] if isinstance(table, dict) else ()


def _text(value: object) -> str:
    """Return text, a number or a short list of them as text; of anything else nothing is taken."""
    if isinstance(value, str):
        return value[:_LONGEST].encode("utf-8", "replace").decode()
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 400:
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if (
        isinstance(value, list)
        and len(value) <= 10
        and not any(isinstance(one, list | dict) for one in value)
    ):
        return ", ".join(map(_text, value))
    return ""


def _cells(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the cells of a notebook; up to the third version of the format they stand in worksheets."""
    sheets = found.get("worksheets")
    lists = [found.get("cells"), *(one.get("cells") for one in _list(sheets) if isinstance(one, dict))]
    for cells in lists:
        yield from (cell for cell in _list(cells) if isinstance(cell, dict))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def _notebook(found: Mapping[str, Any], cells: list[Mapping[str, Any]]) -> Submitted:
    submitted = Submitted()
    for cell in cells:
        if cell.get("cell_type") != "code":
            continue
        source = _source(cell)
        if _CALL.search(source):
            _take_sheet(submitted, source)
        if own := _OWN_ID.search(source):
            submitted.learner = own[2]
        for number, text in typed_answers(source):
            _take(submitted, number, text)
    metadata = found.get("metadata")
    if isinstance(metadata, dict):
        _take_metadata(submitted, metadata.get("cnnbook"))
        for number, text in _on_cards(metadata.get("widgets"), submitted.sheet):
            submitted.answers.setdefault(number, text)
    return submitted


def _take(submitted: Submitted, number: str, text: str) -> None:
    before = submitted.answers.get(number)
    if before not in (None, text):
        submitted.remarks.append(f"question {number} is answered in two cells; the last one counts")
    if before is not None or len(submitted.answers) < _MOST_NUMBERS:
        submitted.answers[number] = text.encode("utf-8", "replace").decode()


def _take_sheet(submitted: Submitted, source: str) -> None:
    """Take what the cell says that opens the sheet, as far as it can be read."""
    source = source[:20_000]
    if sheet := _SHEET.search(source):
        submitted.sheet = sheet[2]
    if named := _NAMED.search(source):
        submitted.learner = named[2]
    for _quote, number, code in _CODES.findall(source):
        submitted.codes.setdefault(str(int(number)), code)


def _take_metadata(submitted: Submitted, own: object) -> None:
    """Take from the notebook's metadata what its cells do not say."""
    if isinstance(own, dict):
        submitted.sheet = submitted.sheet or _text(own.get("sheet"))
        submitted.learner = submitted.learner or _text(own.get("learner"))
        for number, code in _few(own.get("codes")):
            submitted.codes.setdefault(str(number), _text(code))


def _on_cards(widgets: object, sheet: str) -> Iterator[tuple[str, str]]:
    """Yield what was typed on the cards of this sheet, whose state JupyterLab saves in the notebook."""
    models = _get(_get(widgets, "application/vnd.jupyter.widget-state+json"), "state")
    for model in list(models.values()) if isinstance(models, dict) else []:
        for question in _list(_get(_get(_get(model, "state"), "card"), "questions")):
            name, _dot, number = _text(_get(question, "exercise")).rpartition(".")
            boxes = [_text(_get(box, "text")) for box in _list(_get(question, "boxes"))]
            typed = [text for text in boxes[:10] if text.strip()]
            if typed and name == sheet and number.isdecimal():
                yield number, ", ".join(typed)


def _get(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None
