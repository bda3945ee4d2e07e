"""Graphviz's SVG made ready for the script of a live graph: named boxes and frames, in few characters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from cnnbook.graphs.plans import Block, Plan, Step, every

Attributes = Mapping[str, str]

_NODE = r'<g id="node\d+" class="node">\s*<title>(\w+)</title>'
_FRAME = r'<g id="clust\d+" class="cluster">\s*<title>cluster_(\d+_\d+)\w*</title>'
# What the root, the style sheet or SVG itself says for all, and the white sheet.
_REPEATED = [
    '<polygon fill="white" stroke="none" points="[^"]*"/>\n?',
    *(' xml:space="preserve"', ' text-anchor="start"', ' font-family="[^"]*"', ' font-size="8.00"'),
    *(' stroke="none"', ' stroke-width="0.[89]"', ' fill="#404040" stroke="#404040"', ' id="[^"]*"'),
    *(' xlink:title="[^"]*"', ' xmlns:xlink="[^"]*"', r"<!--.*?-->\n?"),
    r"<title>\w*(?:&#45;&gt;\w+)?</title>\n?",
]
_ROOT = 'font-family="DejaVu Sans,Verdana,sans-serif" font-size="8" stroke-width="0.8"'


def block_id(item: Step | Block) -> str:
    """Return what a block is called in the drawing, open or closed: its first row and its level."""
    return f"{item.rows[0].index}_{item.path.count('.')}"


def named(svg: str, plan: Plan, boxes: Mapping[str, Attributes]) -> str:
    """Return Graphviz's SVG with attributes on the boxes, by their names in DOT, and on the frames."""
    paths = {block_id(item): item.path for item in every(plan.items) if isinstance(item, Block)}

    def box(found: re.Match[str]) -> str:
        return _group({"class": "node box", **boxes[found[1]]}) if found[1] in boxes else found[0]

    def frame(found: re.Match[str]) -> str:
        return _group({"class": "cluster", "data-block": found[1], "data-name": paths.get(found[1], "")})

    return re.sub(_FRAME, frame, re.sub(_NODE, box, svg))


def short(svg: str) -> str:
    """Return the SVG without what is said again and again, and without names and tooltips.

    >>> svg = short('<svg width="9pt"><text font-size="8.00" x="1.26" id="a">1.26</text></svg>')
    >>> svg[svg.index("<text") :]
    '<text x="1.3">1.26</text></svg>'
    """
    svg = re.sub("|".join(_REPEATED), "", svg)
    svg = re.sub(r"<g><a>\n?|</a>\n</g>\n?", "", svg).replace("&#45;", "-")
    svg = svg.replace('<path fill="none" stroke="#404040" d=', '<path fill="none" d=')
    svg = re.sub(r' (?:d|points|x|y|cx|cy|rx|ry)="[^"]*"', lambda found: _rounded(found[0]), svg)
    return svg.replace("<svg ", f"<svg {_ROOT} ", 1)


def fitted(svg: str) -> str:
    """Return the SVG as wide as its pane, but no smaller than three quarters of its size."""
    width = re.search(r' width="([\d.]+)pt"', svg)
    least = 0.75 * float(width[1]) if width else 0.0
    style = f'style="max-width: 100%; min-width: {least:.0f}pt; height: auto"'
    return re.sub(r'style="[^"]*"', style, svg, count=1)


def _rounded(numbers: str) -> str:
    """The numbers with one decimal, or none where it is 0."""
    return re.sub(r"\d+\.\d+", lambda found: f"{float(found[0]):.1f}".removesuffix(".0"), numbers)


def _group(attributes: Attributes) -> str:
    return f"<g {' '.join(f'{key}={_quoted(value)}' for key, value in attributes.items())}>"


def _quoted(value: str) -> str:
    return '"' + escape(value).replace("\n", "&#10;") + '"'
