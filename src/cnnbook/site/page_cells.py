"""A notebook as a page: what asks becomes alive, and everything else shows what it showed when it ran."""

from __future__ import annotations

import copy
from collections.abc import Callable
from html import escape
from typing import Any

from nbformat import NotebookNode

from cnnbook.exercises.words import _, say
from cnnbook.site.asking import asked
from cnnbook.site.outputs import SKETCH, Files, html_output, shown

Element = Callable[[str, object], str]

_IN_THE_NOTEBOOK = _("In the notebook")
_CODE = _("The code of this output")
_OUTPUT = _("What this cell shows")
_HIDE_OUTPUT = "hide-output"  # a tag of a cell whose output answers what is asked above it


def page_of(notebook: NotebookNode, files: Files, element: Element) -> NotebookNode:
    """Return an executed notebook as the page shows it.

    A cell that asks gets the live element that `element` makes of its kind and of what it is given; its code
    is folded if it does nothing else. Code that the notebook hides is folded too, and so is an output with
    the tag hide-output: in the notebook it comes only when the cell is run.
    """
    page = copy.deepcopy(notebook)
    for cell in page.cells:
        if cell.cell_type == "code":
            _change(cell, files, element)
    page.metadata.pop("widgets", None)
    return page


def _change(cell: NotebookNode, files: Files, element: Element) -> None:
    question = asked(cell.source)
    if question is not None:
        cell.outputs = [html_output(_anchors(question.given) + element(question.kind, question.given))]
    else:
        cell.outputs = _joined([made for output in cell.outputs if (made := _shown(output, files, element))])
    if question is not None and question.alone:
        _fold(cell, say(_IN_THE_NOTEBOOK))
    elif cell.metadata.get("jupyter", {}).get("source_hidden"):
        _fold(cell, say(_CODE))
    elif _HIDE_OUTPUT in cell.metadata.get("tags", ()):
        _name_fold(cell, say(_OUTPUT))


def _shown(output: Any, files: Files, element: Element) -> NotebookNode | None:
    sketch = output.get("data", {}).get(SKETCH)
    return html_output(element("sketch", sketch)) if sketch else shown(output, files)


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs with texts that were printed one after the other as one text."""
    found: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and found and found[-1].output_type == "stream":
            found[-1].text += output.text
        else:
            found.append(output)
    return found


def _anchors(given: object) -> str:
    """Return a place to link to for each exercise that is asked."""
    ids = given if isinstance(given, list) else []
    return "".join(f'<span class="place" id="{escape(str(name))}"></span>' for name in ids)


def _fold(cell: NotebookNode, title: str) -> None:
    cell.metadata["tags"] = [*cell.metadata.get("tags", ()), "hide-input"]
    _name_fold(cell, title)


def _name_fold(cell: NotebookNode, title: str) -> None:
    cell.metadata["mystnb"] = {"code_prompt_show": title, "code_prompt_hide": title}
