"""Scripts and style sheets as a page receives them."""

from __future__ import annotations

import re
from importlib.resources import files


def sent(name: str) -> str:
    """Return a file of this folder as each page receives it: without its comments and its indentation."""
    lines = [line.strip() for line in files("cnnbook.widgets").joinpath(name).read_text("utf-8").splitlines()]
    text = "\n".join([line for line in lines if line and not line.startswith(("//", "/*"))])
    return re.sub(r"\s*([{};])\s*", r"\1", text) if name.endswith(".css") else text
