"""Placeholder of the live elements until the branch site-engine brings the real ones: it shows a sheet."""

from __future__ import annotations

import json
from html import escape

from cnnbook.exercises.chapters import find


def element(kind: str, given: object) -> str:
    """Return the HTML of a live element, here only what is shown without scripts."""
    if kind == "explorer":
        from cnnbook.widgets import ConvolutionExplorer

        return ConvolutionExplorer(**given).to_html()  # type: ignore[arg-type]
    names = given if isinstance(given, list) else []
    sheet = "".join(f"<p>{escape(find(name).prompt)}</p>" for name in names) or f"<p>{kind}</p>"
    data = escape(json.dumps(given))
    return f'<div class="cnnbook-live" data-live="{kind}" data-given="{data}">{sheet}</div>'
