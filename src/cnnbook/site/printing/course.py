"""The PDF of the whole course: cover, contents with links, chapters, and a number on each page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, NameObject

from cnnbook.exercises.words import _, say
from cnnbook.site.printing.chromium import print_page

_ABOUT = _(
    "Version {version}. MIT licence; the photographs and the data have licences of their own. The questions "
    "answer on the site and in JupyterLab; here they are sheets to write on."
)
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)
_ELSEWHERE = "https://cnnbook.invalid/"
_NUMBER = "<div>{}</div>"
_NUMBERS = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Numbers</title><style>
@page {{ size: A4; margin: 0; }} body {{ margin: 0; }}
div {{ height: 297mm; padding-top: 283mm; box-sizing: border-box; break-after: page; overflow: hidden;
text-align: center; font: 9pt "Noto Sans", "DejaVu Sans", sans-serif; }}
div:last-child {{ break-after: auto; }}
</style>{}</html>"""


class _Heading(NamedTuple):
    """A heading of a chapter: its words, its level, and its page, counted from the chapter's first."""

    words: str
    level: int
    page: int


class _Chapter(NamedTuple):
    """A printed chapter: the name of its notebook, its file, how many pages it has, and its headings."""

    name: str
    file: Path
    pages: int
    headings: list[_Heading]


def print_course(site: Path, chapters: Sequence[str], announce: Callable[[str], None]) -> Path:
    """Print the chapters of a built site into its file cnnbook.pdf, and return its path.

    `chapters` are the names of their pages without ".html". The site has to be a copy that nobody reads yet,
    since pages to print are written beside the chapters.

    Raises SiteError if Chromium fails.
    """
    work = site.parent / "print"
    work.mkdir()
    printed = []
    for name in chapters:
        announce(f"printing {name}")
        printed.append(_print_chapter(site / "notebooks" / f"{name}.html", work / f"{name}.pdf"))
    front = _print_front(work, printed)
    target = site / "cnnbook.pdf"
    _join(front, printed, work, target)
    return target


def _print_chapter(page: Path, pdf: Path) -> _Chapter:
    here = files("cnnbook.site.printing")
    style, script = (here.joinpath(f"print.{kind}").read_text("utf-8") for kind in ("css", "js"))
    html = _SCRIPT.sub("", page.read_text(encoding="utf-8"))
    added = f"<style>{style}</style><script>{script}</script></head>"
    copy = page.with_name(f"print-{page.name}")
    copy.write_text(html.replace("</head>", added, 1), encoding="utf-8")
    try:
        print_page(copy, pdf)
    finally:
        copy.unlink()
    reader = PdfReader(pdf)
    return _Chapter(page.stem, pdf, len(reader.pages), [*_headings(reader, reader.outline)])


def _headings(reader: PdfReader, outline: Any, level: int = 1) -> Iterator[_Heading]:
    """Yield the headings in the PDF's own outline."""
    for entry in outline:
        if isinstance(entry, list):
            yield from _headings(reader, entry, level + 1)
        else:
            page = reader.get_destination_page_number(entry)
            yield _Heading(str(entry.title), level, page if page is not None else 0)


def _print_front(work: Path, chapters: Sequence[_Chapter]) -> Path:
    """Print cover and contents; twice, since how long the contents are shifts the numbers in them."""
    from cnnbook.figures import first_sight

    cover = Template(files("cnnbook.site.printing").joinpath("cover.html").read_text("utf-8"))
    picture, pages = first_sight()._repr_html_(), 2
    for _again in range(2):
        contents = _contents(chapters, pages)
        page = cover.substitute(picture=picture, contents=contents, about=escape(_about()))
        (work / "front.html").write_text(page, encoding="utf-8")
        print_page(work / "front.html", work / "front.pdf")
        pages = len(PdfReader(work / "front.pdf").pages)
    return work / "front.pdf"


def _about() -> str:
    return say(_ABOUT, version=version("cnnbook"))


def _contents(chapters: Sequence[_Chapter], before: int) -> str:
    lines, start = [], before
    for chapter in chapters:
        for heading in chapter.headings:
            if heading.level <= 2:
                number = start + heading.page + 1
                lines.append(
                    f'<li class="level{heading.level}"><a href="{_ELSEWHERE}{number}">'
                    f"<span>{escape(heading.words)}</span><i></i><b>{number}</b></a></li>"
                )
        start += chapter.pages
    return f"<ol>{''.join(lines)}</ol>"


def _join(front: Path, chapters: Sequence[_Chapter], work: Path, target: Path) -> None:
    """Write one PDF: pages in order, numbered from the second on, with links between the chapters."""
    writer = PdfWriter()
    writer.append(PdfReader(front), import_outline=False)
    starts = {}
    for chapter in chapters:
        starts[chapter.name] = len(writer.pages)
        writer.append(PdfReader(chapter.file))
    _number(writer, work)
    for page in writer.pages:
        for annotation in page.get("/Annots", ()):
            _lead_inside(annotation.get_object(), writer, starts)
    writer.add_metadata({"/Title": f"cnnbook {version('cnnbook')}", "/Author": "The cnnbook authors"})
    writer.compress_identical_objects()
    with open(target, "wb") as file:
        writer.write(file)


def _number(writer: PdfWriter, work: Path) -> None:
    """Print a number at the foot of each page but the cover."""
    total = len(writer.pages)
    (work / "numbers.html").write_text(
        _NUMBERS.format("".join(_NUMBER.format(number) for number in range(1, total + 1))), encoding="utf-8"
    )
    print_page(work / "numbers.html", work / "numbers.pdf")
    numbers = PdfReader(work / "numbers.pdf").pages
    for page, number in list(zip(writer.pages, numbers, strict=True))[1:]:
        page.merge_page(number)
        page.compress_content_streams()  # merging leaves them unpacked


def _lead_inside(annotation: Any, writer: PdfWriter, starts: dict[str, int]) -> None:
    """Let a link to a page or a chapter of the PDF lead there."""
    action = annotation.get("/A")
    address = str(action.get_object().get("/URI", "")) if action else ""
    if not address.startswith(_ELSEWHERE):
        return
    wanted = address.removeprefix(_ELSEWHERE)
    number = int(wanted) - 1 if wanted.isdigit() else starts.get(wanted)
    del annotation["/A"]
    if number is not None:
        page = writer.pages[number].indirect_reference
        annotation[NameObject("/Dest")] = ArrayObject([page, NameObject("/Fit")])
