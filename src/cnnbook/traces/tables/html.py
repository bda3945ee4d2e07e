"""The table of a trace as HTML, which Jupyter shows."""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from cnnbook.traces.tables import elements
from cnnbook.traces.tables.cells import HEADER, NUMBERS, of_row, shape_text, sums, title, totals

if TYPE_CHECKING:
    from cnnbook.traces.row import Row
    from cnnbook.traces.trace import Trace

# The table of a network with fewer rows is shown whole.
_FOLD_FROM = 40
_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
_WIDTHS = (4, 14, 14, 14, 9, 12, 33)
_STYLE = elements.style(
    "cnnbook-trace",
    760,
    "&& tr .n{text-align:right;white-space:nowrap;overflow-wrap:normal}\n"
    "&& tr td.f{font-family:monospace}\n"
    "& summary{min-width:748px}\n"
    "& details{border-left:3px solid #0072b2;margin:1px 0}\n",
)


def to_html(trace: Trace) -> str:
    """The table as HTML; the blocks of a long network are folded and unfold by click, without JavaScript."""
    head = "".join(f"<th{_class(i)} scope='col'>{name}</th>" for i, name in enumerate(HEADER))
    parts = [
        f'<div class="cnnbook-trace">{_STYLE}<p><b>{escape(title(trace))}</b></p>',
        elements.table("thead", _WIDTHS, [head]),
    ]
    if len(trace) < _FOLD_FROM:
        parts.append(_body(list(trace)))
    else:
        for path, group in groupby(trace, key=lambda row: _block_of(row.path, trace.modules)):
            rows = list(group)
            parts.append(
                _body(rows) if len(rows) == 1 else elements.folded(_summary(trace, path, rows), _body(rows))
            )
    parts += [f"<p>{escape(line)}</p>" for line in totals(trace)]
    return "".join(parts) + "</div>"


def _body(rows: list[Row]) -> str:
    lines = (
        "".join(f"<td{_class(i)}>{escape(cell)}</td>" for i, cell in enumerate(of_row(row))) for row in rows
    )
    return elements.table("tbody", _WIDTHS, lines)


def _class(column: int) -> str:
    return ' class="n"' if column in NUMBERS else ' class="f"' if column == len(HEADER) - 1 else ""


def _summary(trace: Trace, path: str, rows: list[Row]) -> str:
    parameters, macs = sums(rows)
    return (
        f"{path or trace.name} ({trace.modules.get(path, '')}): {len(rows)} rows, "
        f"{shape_text(rows[-1].output_shape)}, {parameters:,} parameters, {macs:,} MACs"
    )


def _block_of(path: str, modules: dict[str, str]) -> str:
    """The path of the block that a row belongs to, such as "layer1.0" or "Mixed_5b".

    That is the outermost module around the row that holds other modules and is more than a container of them,
    such as Sequential.
    """
    names = path.split(".")
    around = [".".join(names[: i + 1]) for i in range(len(names))]
    blocks = (p for p in around if modules.get(p) not in _CONTAINERS and _has_children(p, modules))
    return next(blocks, around[0] if len(names) > 1 else path)


def _has_children(path: str, modules: dict[str, str]) -> bool:
    return any(other.startswith(f"{path}.") for other in modules)
