"""A Comparison as a table: text, and HTML in which the rows that are alike unfold by click."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from cnnbook.traces.tables import shape_text

if TYPE_CHECKING:
    from cnnbook.traces import Row, Trace
    from cnnbook.traces.comparisons import Comparison, Pair

_FOLD_FROM = 4
_LAST = "what differs"


def to_text(comparison: Comparison) -> str:
    """The table as plain text: ≠ marks a pair that differs, + a row that one network alone has."""
    lines: list[tuple[str, ...] | str] = [_header(comparison)]
    for alike, pairs in _runs(comparison):
        if alike:
            lines.append(f"…  {_alike(pairs)}")
        else:
            lines += [(_mark(pair), *_cells(pair), ", ".join(pair.changes)) for pair in pairs]
    tables = [line for line in lines if not isinstance(line, str)]
    widths = [max(map(len, column)) for column in zip(*tables, strict=True)]
    texts = [
        line
        if isinstance(line, str)
        else "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([*texts, _summary(comparison)])


def to_html(comparison: Comparison) -> str:
    """The table as HTML: what differs is set off, what is alike unfolds by click, without JavaScript."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in _header(comparison))
    parts = [
        f'<div class="cnnbook-comparison">{_STYLE}<p><b>{escape(_summary(comparison))}</b></p>',
        f"<table>{_COLGROUP}<thead><tr>{head}</tr></thead></table>",
    ]
    for alike, pairs in _runs(comparison):
        rows = "".join(map(_html_row, pairs))
        table = f"<table>{_COLGROUP}<tbody>{rows}</tbody></table>"
        summary = f"<summary>{escape(_alike(pairs))}</summary>"
        parts.append(f"<details>{summary}{table}</details>" if alike else table)
    return "".join(parts) + "</div>"


def _runs(comparison: Comparison) -> Iterator[tuple[bool, list[Pair]]]:
    """The pairs in runs; True with those that are alike and long enough to be folded."""
    shown: list[Pair] = []
    for different, group in groupby(comparison.pairs, key=lambda pair: bool(pair.differs)):
        pairs = list(group)
        if different or len(pairs) < _FOLD_FROM:
            shown += pairs
            continue
        if shown:
            yield False, shown
        yield True, pairs
        shown = []
    if shown:
        yield False, shown


def _header(comparison: Comparison) -> tuple[str, ...]:
    def side(trace: Trace) -> tuple[str, str, str]:
        return trace.name, "output shape", "parameters"

    return ("", *side(comparison.left), *side(comparison.right), _LAST)


def _mark(pair: Pair) -> str:
    return "" if not pair.differs else "≠" if pair.left and pair.right else "+"


def _cells(pair: Pair) -> tuple[str, ...]:
    return (*_side(pair.left), *_side(pair.right))


def _side(row: Row | None) -> tuple[str, str, str]:
    if row is None:
        return ("", "", "")
    return (_layer(row), shape_text(row.output_shape), f"{row.parameters:,}" if row.parameters else "")


def _layer(row: Row) -> str:
    return f"{row.path} {row.op}" if row.path else row.op


def _alike(pairs: list[Pair]) -> str:
    names = [_layer(row) for row in (pairs[0].left, pairs[-1].left) if row is not None]
    return f"{len(pairs)} rows alike: {' to '.join(names)}"


def _summary(comparison: Comparison) -> str:
    def change(left: int, right: int, unit: str) -> str:
        return f"{left:,} and {right:,} {unit} ({right - left:+,})"

    left, right = comparison.left, comparison.right
    return (
        f"{len(comparison.different)} of {len(comparison.pairs)} pairs of rows differ; "
        f"{change(left.parameters, right.parameters, 'parameters')}; {change(left.macs, right.macs, 'MACs')}"
    )


def _html_row(pair: Pair) -> str:
    alone = pair.left is None or pair.right is None
    names = ("", "shape", "parameters")
    marked = ["", *names, *names, ""]
    cells = []
    for name, cell in zip(marked, (_mark(pair), *_cells(pair), ", ".join(pair.changes)), strict=True):
        set_off = (alone and cell) or (name and name in pair.differs)
        cells.append(f"<td{' class=d' if set_off else ''}>{escape(cell)}</td>")
    return f"<tr>{''.join(cells)}</tr>"


# JupyterLab aligns the cells of a table to the right, by two classes; the class is doubled to win over that.
_STYLE = """<style>
.cnnbook-comparison{overflow-x:auto;font-size:12px}
.cnnbook-comparison p{margin:.3em 0}
.cnnbook-comparison.cnnbook-comparison table{table-layout:fixed;width:100%;min-width:820px;margin:0}
.cnnbook-comparison.cnnbook-comparison table{border-collapse:collapse;font-size:12px}
.cnnbook-comparison.cnnbook-comparison tr td,.cnnbook-comparison.cnnbook-comparison tr th{text-align:left}
.cnnbook-comparison.cnnbook-comparison tr td,.cnnbook-comparison.cnnbook-comparison tr th{padding:1px 6px}
.cnnbook-comparison.cnnbook-comparison tr td{border:0;overflow-wrap:anywhere;vertical-align:top}
.cnnbook-comparison.cnnbook-comparison tr th{border-bottom:1px solid currentColor}
.cnnbook-comparison.cnnbook-comparison tr td.d{background:rgba(230,159,0,.25);font-weight:bold}
.cnnbook-comparison summary{cursor:pointer;padding:2px 6px;opacity:.75}
</style>"""
_WIDTHS = (2, 16, 13, 11, 16, 13, 11, 18)
_COLGROUP = "<colgroup>" + "".join(f'<col style="width:{w}%">' for w in _WIDTHS) + "</colgroup>"
