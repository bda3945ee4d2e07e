"""The Sphinx extension of the site: its theme, formulas that need no script, and the course's navigation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

THEME = Path(__file__).parent / "theme"


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx what this extension adds; Sphinx calls it by this name."""
    app.add_html_theme("cnnbook", str(THEME))
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    app.add_config_value("course_bar", [], "html", types=[list])
    app.add_config_value("course_pages", [], "html", types=[list])
    app.connect("html-page-context", _add_navigation)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def _block(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(convert(node.astext(), display="block"))
    raise nodes.SkipNode


def _add_navigation(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the template the places of the bar, the pages beside the text, and which follow each other."""
    titles = {doc: node.astext() for doc, node in app.env.titles.items()}
    context["course_bar"] = app.config.course_bar
    context["course_pages"] = [
        (heading, [(doc, short or titles.get(doc, doc)) for doc, short in pages])
        for heading, pages in app.config.course_pages
    ]
    groups = [[doc for doc, _ in pages] for _, pages in app.config.course_pages]
    context["course_order"] = {doc for group in groups for doc in group}
    # Where the reader is: the place in the bar that leads to the group of this page.
    context["course_here"] = {doc for group in groups if pagename in group for doc in group}
