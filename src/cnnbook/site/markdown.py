"""Small pieces of Markdown for the pages that are made from the package's own data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def plain(text: str) -> str:
    r"""Return a text on one line, in which no character is read as Markdown.

    >>> plain("2 * 3\nare #6")
    '2 \\* 3 are \\#6'
    """
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def block(text: str) -> str:
    r"""Return a text with its line breaks; one that is laid out by spaces or has code stays as it was typed.

    >>> block("Which *one*?\na) 2")
    'Which \\*one\\*?\\\na) 2'
    """
    lines = [line for line in text.strip().splitlines() if line.strip()]
    if any(line.startswith("  ") or "   " in line for line in lines):
        return f"```text\n{text.strip()}\n```"
    return "\\\n".join(plain(line) for line in lines)


def raw(html: str) -> str:
    """Return a block that the page takes over as it is, whatever number of backticks it contains."""
    fence = "`" * (1 + max([2, *(len(run) for run in re.findall("`+", html))]))
    return f"{fence}{{raw}} html\n{html}\n{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the cells are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
