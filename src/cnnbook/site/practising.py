"""The pages to practise on: every kind of question, and a quiz about each network of the course."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.words import _, say
from cnnbook.learner.kind_titles import chapter_of, title_of
from cnnbook.networks import COURSE, info
from cnnbook.site.markdown import plain, raw, table
from cnnbook.site.page_cells import Element

QUESTIONS = 8
_EXPLAINED = _("Explained in {link}.")
_PROGRESS = (
    '<div class="keep"><button type="button" data-keep="progress">What I have done, and what is due</button>'
    '<div class="progress" role="status"></div></div>'
)
_KEEP = (
    '<p class="keep"><button type="button" data-keep="export">Save my answers as a file</button> '
    '<button type="button" data-keep="import">Take answers from a file</button> '
    '<input type="file" accept="application/json" aria-label="File with answers" hidden> '
    '<span role="status"></span></p>'
)


def pages(element: Element, chapters: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Return the Markdown of each page by its name.

    `chapters` has the page and the title of each chapter by the first part of its exercises' ids.
    """
    quizzes = {f"quizzes/{name}": _quiz(name, element) for name in COURSE}
    return {"practice": _practice(element, chapters), "quizzes/index": _quizzes(), **quizzes}


def _practice(element: Element, chapters: Mapping[str, tuple[str, str]]) -> str:
    parts = [
        "# Practice",
        "Each question has numbers of its own, and there is always another one. Four of the last five "
        "right at the first try: the skill is mastered, and it comes back after a day, three days, a week "
        "and three weeks.",
        "## What is next for you",
        "The first question is the next one on the ladder: what you missed last time, what is due again, or "
        "the first kind that you have not mastered.",
        raw(element("practice", {"kind": None})),
        raw(_PROGRESS),
        "## Your answers",
        "They are kept in this browser and sent nowhere. The file is what a teacher collects and `cnnbook "
        "grade` reads; the course in JupyterLab and another browser take it too.",
        raw(_KEEP),
        "## Every kind",
        "In the order in which they are learned. Open one to practise it.",
    ]
    for name in KINDS:
        page, chapter = chapters.get(chapter_of(name), ("", ""))
        link = f'<a href="{page}.html">{escape(chapter)}</a>'
        explained = f"<p>{say(_EXPLAINED, link=link)}</p>" if page else ""
        summary = f"{escape(title_of(name))} <small>{escape(chapter)}</small>"
        parts.append(raw(f'<details class="kind" id="{name}"><summary>{summary}</summary>{explained}'))
        parts += [raw(element("practice", {"kind": name})), raw("</details>")]
    return "\n\n".join(parts) + "\n"


def _quiz(name: str, element: Element) -> str:
    entry = info(name)
    given = {"network": name, "questions": QUESTIONS, "seed": 0}
    parts = [
        f"# A quiz about {plain(name)}",
        f"{plain(str(entry.paper))}. {plain(entry.variant)}".rstrip(".") + ".",
        raw(element("quiz", given)),
        raw(_KEEP),
    ]
    return "\n\n".join(parts) + "\n"


def _quizzes() -> str:
    rows = [
        (f"[{plain(name)}]({name}.md)", plain(str(info(name).paper)), plain(info(name).variant))
        for name in COURSE
    ]
    head = "# Quizzes\n\nEight questions about each network of the course, from its own trace.\n\n"
    return head + table(("network", "paper", "variant"), rows) + "\n"
