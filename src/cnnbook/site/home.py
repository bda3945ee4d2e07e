"""The home page: what the course is, an explorer, a question to try, the chapters, and how to install it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from cnnbook.exercises.words import _, say, template
from cnnbook.site.markdown import raw
from cnnbook.site.page_cells import Element

QUESTION = "size.padded"
_WHAT = _(
    "A course on convolutional networks that you work through by predicting. You type an answer, and a "
    "wrong one is told which calculation leads to it. Everything here runs in your browser; nothing is "
    "installed, and nothing leaves it."
)
_BEGIN = _("Start with {title}")
_NEXT = _("Continue with {title}")
_EXPLORER = _("Nine numbers find edges. Click on the right picture, or change a number of the kernel.")
_QUESTION = _("One question to try")
_CHAPTERS = _("The chapters")
_INSTALL = _("On your own computer, with PyTorch, in JupyterLab")
_MORE = '<a href="docs/setup.html">Setting up</a> · <a href="docs/teaching.html">Teaching with it</a>'
_PDF = ' · <a href="cnnbook.pdf">The course on paper (PDF)</a>'
_START = re.compile(r"^## Start\n+(?P<first>[^`]*?)\n*```sh\n(?P<command>.+?)\n```", re.DOTALL | re.MULTILINE)
_COSTS = re.compile(r"On Linux it takes .*?\.(?=\s)", re.DOTALL)
_ROW = re.compile(r"^\| \d+ \| \[[^\]]*\]\(notebooks/(\w+)\.ipynb\) \| (.*?) \|$", re.MULTILINE)


def asked_by_chapters(readme: str) -> dict[str, str]:
    """Return the question that each chapter is about, from the README's table, by the notebook's name.

    >>> asked_by_chapters("| 2 | [Pooling](notebooks/02_pooling.ipynb) | What is lost? |")
    {'02_pooling': 'What is lost?'}
    """
    return dict(_ROW.findall(readme))


class Start(NamedTuple):
    """What the README says about the start: what comes first, the command, and what it costs."""

    first: str
    command: str
    costs: str


def start_in(readme: str) -> Start:
    """Return what the README says about the start; each part is empty if it is not there.

    >>> start_in("## Start\\n\\nOpen a terminal, and:\\n\\n```sh\\nstart\\n```\\n")
    Start(first='Open a terminal, and:', command='start', costs='')
    """
    start, costs = _START.search(readme), _COSTS.search(readme)
    first, command = (start["first"], start["command"]) if start else ("", "")
    return Start(" ".join(first.split()), command, " ".join(costs[0].split()) if costs else "")


def page(titles: Mapping[str, str], readme: str, element: Element, *, pdf: bool) -> str:
    """Return the Markdown of the home page; `titles` has each notebook's title."""
    start = start_in(readme)
    questions = asked_by_chapters(readme)
    chapters = "".join(
        f'<li><a href="notebooks/{name}.html">{escape(title)}</a>'
        f"<span>{escape(questions.get(name, ''))}</span></li>"
        for name, title in titles.items()
    )
    begin = "".join(
        f'<a class="begin" href="notebooks/{name}.html" data-next="{escape(template(_NEXT))}">'
        f"{escape(say(_BEGIN, title=title))}</a>"
        for name, title in [*titles.items()][:1]
    )
    explorer = element("explorer", {"input": "photograph", "kernel": "edges"})
    html = f"""<div class="home-page">
<div class="across"><p>{escape(say(_WHAT))} {begin}</p></div>
<section><p>{escape(say(_EXPLORER))}</p>{explorer}</section>
<div>
<section><h2>{escape(say(_QUESTION))}</h2>{element("ask", [QUESTION])}</section>
<section class="start"><h2>{escape(say(_INSTALL))}</h2>
<p>{escape(start.first)}</p>
<pre class="install" tabindex="0"><code>{escape(start.command)}</code></pre>
<p>{escape(start.costs)} {_MORE}{_PDF * pdf}</p></section>
</div>
<section class="across"><h2>{escape(say(_CHAPTERS))}</h2><ol class="chapters">{chapters}</ol></section>
</div>"""
    return "# cnnbook\n\n" + raw(html) + "\n"
