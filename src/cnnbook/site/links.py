"""Links between the project's files, as they must read on the site.

A link to a page or a notebook stays as it is, since the pages lie as the files do. Another file is taken
along, so that the link downloads it. A folder has no page: its name is left as text. A call that draws
exercises in a notebook becomes a link to the page that has them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from cnnbook.exercises.kinds.catalogue import KINDS

_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
_PRACTICE = re.compile(r"""`(practice\(["']([\w-]+)["']\))`""")
_FENCE = re.compile(r"^(```.*?^```)", re.DOTALL | re.MULTILINE)


def followed(text: str, page: Path, root: Path, staged: Path) -> str:
    """Return a page's Markdown with links that lead somewhere on the site; take along the files it names.

    `page` is the file's path below `root`, and `staged` the folder from which the site is made.
    """

    def link(found: re.Match[str]) -> str:
        picture, words, target = found.groups()
        file = target.partition("#")[0]
        if not file or re.match(r"[a-z]+:", target):
            return found[0]
        there = (root / page).parent / file
        if there.is_dir():
            return words
        if there.is_file() and there.suffix not in (".md", ".ipynb"):
            copy = staged / page.parent / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(there, copy)
            return found[0] if picture else f"{{download}}`{_unticked(words)} <{file}>`"
        return found[0]

    return _outside_of_code(text, lambda part: _LINK.sub(link, part))


def to_practice(text: str, address: str) -> str:
    """Return a page's Markdown in which a call that draws exercises leads to the page that has them.

    >>> to_practice('Then `practice("conv-macs")`.', "../practice.html")
    'Then <a href="../practice.html#conv-macs">`practice("conv-macs")`</a>.'
    """

    def link(found: re.Match[str]) -> str:
        kind = found[2]
        return f'<a href="{address}#{kind}">`{found[1]}`</a>' if kind in KINDS else found[0]

    return _outside_of_code(text, lambda part: _PRACTICE.sub(link, part))


def _unticked(words: str) -> str:
    return words.replace("`", "")


def _outside_of_code(text: str, change: Callable[[str], str]) -> str:
    parts = _FENCE.split(text)
    return "".join(part if part.startswith("```") else change(part) for part in parts)
