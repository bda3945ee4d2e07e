"""The HTML elements that the table of a comparison is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def style(name: str, min_width: int, more: str) -> str:
    """The style sheet of a table inside a div of class `name`, `min_width` pixels wide or more.

    `more` are the rules of that table alone; in them, as here, & stands for the class.
    """
    return f"<style>\n{(_RULES.format(min_width=min_width) + more).replace('&', f'.{name}')}</style>"


def table(section: str, widths: Sequence[int], lines: Iterable[str]) -> str:
    """A table of one `section`, "thead" or "tbody"; `widths` are those of the columns, in per cent.

    `lines` are the cells of each line, as HTML.
    """
    columns = "".join(f'<col style="width:{width}%">' for width in widths)
    rows = "".join(f"<tr>{cells}</tr>" for cells in lines)
    return f"<table><colgroup>{columns}</colgroup><{section}>{rows}</{section}></table>"


def folded(summary: str, hidden: str) -> str:
    """The text `summary`, which shows the HTML `hidden` when it is clicked."""
    return f"<details><summary>{escape(summary)}</summary>{hidden}</details>"


# JupyterLab aligns the cells of a table to the right, by a rule with two classes. The class stands twice
# here, so that these rules win.
_RULES = """\
&{{overflow-x:auto;font-size:12px}}
& p{{margin:.3em 0}}
&& table{{table-layout:fixed;width:100%;min-width:{min_width}px;margin:0;font-size:12px}}
&& table{{border-collapse:collapse}}
&& tr td,&& tr th{{text-align:left;padding:1px 6px}}
&& tr td{{border:0;overflow-wrap:anywhere;vertical-align:top}}
&& tr th{{border-bottom:1px solid currentColor}}
& summary{{cursor:pointer;padding:2px 6px}}
"""
