"""The style sheet of the table of a trace, which fits the table into any width without a cut word.

All characters are equally wide, so the widths of the columns are known from their texts. A wide page shows
the formulas in a column. A narrower one shows each below its row. Where the page does not hold a row, the
row continues on the next line from its output shape on. No script is needed: the page's style sheet asks how
wide the table is (CSS Conditional Rules Module Level 5, container queries).
"""

from __future__ import annotations

from collections.abc import Sequence

from cnnbook.traces.tables.cells import Cells, Column
from cnnbook.traces.tables.wrapping import parts

_GAP = 2
# At the left edge is room for the mark of a folded block.
_EDGE = 2
# A column for the formulas has room for the formula of one axis, or the formulas stand below their rows.
_FORMULA = 52


def of_table(table: Sequence[Cells], chosen: Sequence[Column]) -> tuple[str, str]:
    """The name of a class that tables with the same columns share, and the style sheet for it."""
    *widths, _ = [max(map(len, column)) for column in zip(*table, strict=True)]
    formula = min(_FORMULA, max(len(part) for line in table for part in parts(line[-1])))
    name = "-".join(map(str, ("cnnbook-trace", *widths, formula)))
    row = _EDGE + sum(widths) + _GAP * len(widths)
    columns = " ".join(f"{width}ch" for width in widths)
    sheet = (
        _ALWAYS.format(columns=columns, formula=formula, gap=_GAP, edge=_EDGE)
        + "".join(_RIGHT.format(n=n) for n, column in enumerate(chosen, 1) if column.number)
        + _BELOW.format(width=row + formula, columns=columns)
        + _NARROW.format(width=row, edge=_EDGE + _GAP, back=_GAP)
        + "".join(_UNIT.format(n=n, unit=column.header) for n, column in enumerate(chosen, 1) if column.unit)
        + "}\n"
    )
    return name, sheet.replace("&", f".cnnbook-trace.{name}")


# JupyterLab has rules of its own for tables, with one class and two elements: two classes win over these.
_ALWAYS = """\
&{{container-type:inline-size;contain-intrinsic-inline-size:60ch;max-height:80vh;overflow:auto}}
&{{font:12px/1.35 var(--jp-code-font-family,monospace)}}
& p{{margin:.3em 0;font-family:var(--jp-ui-font-family,sans-serif)}}
& :is(table,thead,tbody){{display:block;margin:0;border:0;font-size:inherit}}
& .first{{display:contents}}
& .first thead{{position:sticky;top:0;z-index:1;border-bottom:1px solid}}
& .first thead{{background:var(--jp-layout-color0,var(--vscode-editor-background,Canvas))}}
& table:not(.first) thead{{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}}
& :is(tr,summary){{display:grid;grid-template-columns:{columns} minmax({formula}ch,1fr);column-gap:{gap}ch}}
& :is(tr,summary){{padding:1px 0 1px {edge}ch;margin:0}}
& :is(td,th){{padding:0;border:0;max-width:none}}
& :is(td,th){{text-align:left;vertical-align:top;white-space:nowrap}}
& :is(td,th):last-child{{white-space:normal}}
& td span{{display:inline-block}}
& details{{margin:0;padding:0;border:0}}
& [open]{{border-left:2px solid #0072b2}}
& [open] :is(tr,summary){{padding-left:calc({edge}ch - 2px)}}
& summary{{cursor:pointer;white-space:nowrap}}
& :is(tr,td,th,summary){{line-height:1.35}}
& summary::-webkit-details-marker{{display:none}}
& summary::before{{content:"▸";position:absolute;left:.5ch;transform:scale(1.4)}}
& summary{{position:relative}}
& [open]>summary::before{{content:"▾";left:calc(.5ch - 2px)}}
& summary i{{display:none}}
@media print{{&{{max-height:none}}}}
"""
_RIGHT = "& :is(td,th,summary>span):nth-child({n}){{text-align:right}}\n"
_BELOW = """\
@container (width<{width}ch){{
& :is(tr,summary){{grid-template-columns:{columns}}}
& :is(td,th,summary>span):last-child{{grid-column:2/-1}}
& :is(td,summary>span):last-child:empty{{display:none}}
}}
"""
_NARROW = """\
@container (width<{width}ch){{
& :is(tr,summary){{display:flex;flex-wrap:wrap;padding-left:{edge}ch}}
& [open] :is(tr,summary){{padding-left:calc({edge}ch - 2px)}}
& :is(tr,summary)::after{{content:"";order:2;flex-basis:100%}}
& :is(td,th,summary>span):nth-child(n){{order:3;text-align:left}}
& :is(td,th,summary>span):nth-child(-n+3){{order:1}}
& :is(td,th,summary>span):nth-child(1){{margin-left:-{back}ch}}
& :is(td,th,summary>span):last-child{{order:4;flex-basis:100%}}
& :is(td,summary>span):empty{{display:none}}
"""
_UNIT = '& :is(td,summary>span):nth-child({n}):not(:empty)::after{{content:" {unit}"}}\n'
