"""What a cell shows, as a page carries it: one form of each output, with its pictures in files of their own.

A notebook holds each output in several forms, and its pictures as text. A page needs one form, and a picture
in a file is loaded only when the reader comes near it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from html import escape
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

SKETCH = "application/vnd.cnnbook.sketch+json"
_PDF = "application/pdf"
_INLINE_PNG = re.compile(r'<img src="data:image/png;base64,([^"]+)"')
_FORMS = ("text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain")


class Files:
    """The folder of the pages' pictures and PDF files, named by what they contain.

    `address` leads from a page to the folder.
    """

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.address = address
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, data: bytes, suffix: str) -> str:
        """Write a file, unless it is there, and return its address."""
        name = f"{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
        (self.folder / name).write_bytes(data)
        return f"{self.address}/{name}"


def shown(output: NotebookNode, files: Files) -> NotebookNode | None:
    """Return an output in the one form that the page shows; None for one that shows nothing."""
    if output.output_type == "stream":
        return None if output.name == "stderr" else output
    data = output.get("data", {})
    form = next((form for form in _FORMS if data.get(form)), None)
    if form is None:
        return None
    if form == "image/png":
        form, text = "text/html", f'<img src="data:image/png;base64,{data[form].strip()}" alt="">'
    else:
        text = data[form]
    if form in ("text/html", "image/svg+xml"):
        form, text = "text/html", with_picture_files(text, files) + _pdf_link(data, files)
    return html_output(text) if form == "text/html" else new_output("display_data", {form: text})


def html_output(text: str) -> NotebookNode:
    """Return an output that shows HTML."""
    return new_output("display_data", {"text/html": text})


def with_picture_files(html: str, files: Files) -> str:
    """Return HTML whose pictures are files, loaded when the reader comes near them."""

    def moved(found: re.Match[str]) -> str:
        data = base64.b64decode(found[1])
        width, height = struct.unpack(">II", data[16:24])
        place = files.add(data, ".png")
        return f'<img src="{place}" width="{width}" height="{height}" loading="lazy" decoding="async"'

    return _INLINE_PNG.sub(moved, html)


def _pdf_link(data: Any, files: Files) -> str:
    """Return a link to the output as a page to print, where it has one."""
    if _PDF not in data:
        return ""
    place = escape(files.add(base64.b64decode(data[_PDF]), ".pdf"))
    return f'<p class="as-pdf"><a href="{place}">This graph as a page to print (PDF)</a></p>'
