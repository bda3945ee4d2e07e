"""A finished graph: DOT that shows itself in Jupyter and saves itself as PDF, SVG, PNG or HTML."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnbook.graphs.files import target, write_atomically
from cnnbook.graphs.pages import Sheets
from cnnbook.graphs.rendering import GraphError, render

if TYPE_CHECKING:
    from cnnbook.graphs.live import Live

_WIDEST_SHRUNK = 1100.0
_MAX_DPI = 2400


class Graph:
    """A graph of a network: `source` is its DOT, `save` draws it, and in Jupyter it shows itself.

    `title` and `description` are its alternative text. `notes` say what a reader should know about how it
    was drawn (a character without a font, a layout cut short); they are complete once it has been drawn.
    `live` is what Jupyter shows, and what is saved as HTML, where the graph can answer; `key` the graph with
    the shapes, of a graph that leaves them blank.
    """

    live: Live | None = None
    key: Graph | None = None

    def __init__(
        self, source: str, title: str, description: str, sheets: Callable[[], Sheets] | None = None
    ) -> None:
        self.source = source
        self.title = title
        self.description = description
        self.notes: tuple[str, ...] = ()
        self._make_sheets = sheets

    @cached_property
    def sheets(self) -> Sheets | None:
        """The pages; None for a graph that Graphviz lays out in one piece."""
        return self._make_sheets() if self._make_sheets else None

    @property
    def boxes(self) -> int:
        """How many boxes there are to look at, inputs not counted."""
        return len(re.findall(r"^\s+\w*n\d+ \[", self.source, re.MULTILINE))

    def save(self, path: str | Path, *, dpi: int = 150) -> Path:
        """Write the graph to a file and return its path: .pdf, .svg, .png (with `dpi`) or .html.

        The file is there whole or not at all, and nothing else is left behind. A worksheet has its key beside
        it: "resnet18.pdf" comes with "resnet18.key.pdf".

        Raises GraphError, in one line: what `cnnbook.graphs.files.target` says about the path, before the
        drawing; no Graphviz on this machine.
        """
        if isinstance(dpi, bool) or not isinstance(dpi, int) or not 1 <= dpi <= _MAX_DPI:
            raise GraphError(f"dpi is a whole number of pixels per inch, 1 to {_MAX_DPI}, not {dpi!r}")
        path, form = target(path)
        if self.key is None:
            write_atomically(path, self._drawn(form, dpi))
            return path
        beside, _ = target(key_path(path))
        drawn, key = self._drawn(form, dpi), self.key._drawn(form, dpi)
        write_atomically(beside, key)
        write_atomically(path, drawn)
        return path

    def _drawn(self, form: str, dpi: int) -> bytes:
        if form == "html":
            if self.live is None:
                raise GraphError(
                    "only the graph of one network, with its shapes, is saved as .html; "
                    "save this one as .pdf, .svg or .png"
                )
            return self.live.page(self.title).encode()
        if form == "svg":
            return self._repr_svg_().encode()
        if form == "png":
            return self._picture("png", {"dpi": str(dpi)})
        sheets = self.sheets
        if sheets is None:
            return self._picture("pdf", {})
        pages = [self._render(page.source, "pdf", page.on_paper) for page in sheets.pages]
        self._add_notes(sheets.notes)
        return joined_pages(pages, self.title)

    def _picture(self, form: str, attributes: dict[str, str]) -> bytes:
        sheets = self.sheets
        if sheets is None:
            return self._render(self.source, form, attributes, engine="dot")
        self._add_notes(sheets.notes)
        return self._render(sheets.screen.source, form, {**sheets.screen.on_screen, **attributes})

    def _render(self, source: str, form: str, attributes: dict[str, str], engine: str = "nop2") -> bytes:
        drawing = render(source, form, attributes, engine=engine)
        self._add_notes(drawing.notes)
        return drawing.data

    def _add_notes(self, notes: tuple[str, ...]) -> None:
        self.notes = tuple(dict.fromkeys((*self.notes, *notes)))

    def svg(self, change: Callable[[str], str] = str) -> str:
        """Return the graph as SVG, once Graphviz's own text has been changed so."""
        return _accessible(change(self._picture("svg", {}).decode()), self.title, self.description)

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        try:
            svg = self._repr_svg_()
            shown = self.live.html if self.live else svg
        except GraphError as error:
            return {"text/plain": f"{self.title}: {error}"}
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return {
            "image/svg+xml": svg,
            "text/html": f'<div style="overflow-x: auto; max-width: 100%">{shown}{notes}</div>',
            "text/plain": repr(self),
        }

    def __repr__(self) -> str:
        return f"<Graph of {self.title}: {self.boxes} boxes>"


def key_path(path: str | Path) -> Path:
    """Return where the key of a worksheet is saved.

    >>> print(key_path("resnet18.pdf"))
    resnet18.key.pdf
    """
    path = Path(path)
    return path.with_suffix(f".key{path.suffix}")


def _accessible(svg: str, title: str, description: str) -> str:
    """The SVG with alternative text, scaled to the width there is, without the names of nodes as tooltips."""
    svg = svg[svg.index("<svg") :]
    found = re.search(r'width="([\d.]+)pt"', svg)
    width = float(found[1]) if found else 0.0
    # A picture that is too wide to shrink gets a scroll bar.
    style = "max-width: 100%; height: auto" if width <= _WIDEST_SHRUNK else "max-width: none"
    said = escape(f"{title}. {description}")
    svg = re.sub(r"\n?<title>.*?</title>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!--.*?-->\n?", "", svg, flags=re.DOTALL)
    svg = svg.replace('font-family="DejaVu Sans"', 'font-family="DejaVu Sans,Verdana,sans-serif"')
    opening = f'<svg role="img" aria-label="{said}" style="{style}" '
    svg = svg.replace("<svg ", opening, 1)
    at = svg.index(">") + 1
    return f"{svg[:at]}\n<title>{escape(title)}</title>\n<desc>{escape(description)}</desc>{svg[at:]}"


def joined_pages(pages: list[bytes], title: str) -> bytes:
    """Return one PDF of these, with the title in its metadata and no date, so that two runs give one file.

    Raises GraphError for several pages where pypdf is missing.
    """
    try:
        from pypdf import PdfWriter
    except ImportError:
        if len(pages) == 1:
            return pages[0]  # without its title as the file's
        raise GraphError(
            f"the graph needs {len(pages)} pages, and only pypdf can join them; "
            "repair: python -m pip install pypdf (or show less: a smaller depth, a single block)"
        ) from None
    writer = PdfWriter()
    for page in pages:
        writer.append(io.BytesIO(page))
    writer.add_metadata({"/Title": title})
    joined = io.BytesIO()
    writer.write(joined)
    return joined.getvalue()
