"""A Trace as a table: text, HTML that folds, CSV, a pandas DataFrame. Widths and colours live here alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from cnnbook.traces import Row, Shape, Trace

_FOLD_FROM = 40
_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
_UNITS = "parameters: learned numbers; MACs: multiply-accumulates of one forward pass over the whole batch"

_HEADER = (
    *("#", "layer", "operation", "output shape", "parameters", "MACs"),
    "how the output size comes about",
)

COLUMNS = (
    *(
        "index",
        "path",
        "module",
        "op",
        "inputs",
        "input_shapes",
        "output_shape",
        "kernel_size",
        "stride",
        "padding",
    ),
    *("dilation", "formula", "parameters", "macs", "receptive_field", "note"),
)


def to_text(trace: Trace, *, depth: int | None = None) -> str:
    """The table as plain text, one line per row; `depth` folds what lies deeper into one line per module."""
    lines = (
        [_cells(row) for row in trace]
        if depth is None
        else [_folded_cells(*g) for g in _groups(trace, depth)]
    )
    widths = [max(map(len, column)) for column in zip(_HEADER, *lines, strict=True)]
    right = {0, 4, 5}

    def line(cells: tuple[str, ...]) -> str:
        padded = (
            c.rjust(w) if i in right else c.ljust(w)
            for i, (c, w) in enumerate(zip(cells, widths, strict=True))
        )
        return "  ".join(padded).rstrip()

    rule = "-" * min(120, len(line(_HEADER)) + 20)
    return "\n".join([_title(trace), rule, line(_HEADER), rule, *map(line, lines), rule, *_totals(trace)])


def to_html(trace: Trace) -> str:
    """The table as HTML; a long network is folded by block and unfolds by click, without JavaScript."""
    parts = [f'<div class="cnnbook-trace">{_STYLE}<p><b>{escape(_title(trace))}</b></p>', _html_head()]
    if len(trace) < _FOLD_FROM:
        parts.append(_html_rows(list(trace)))
    else:
        for block, rows in by_block(trace):
            if len(rows) == 1:
                parts.append(_html_rows(rows))
            else:
                summary = f"<summary>{_html_summary(trace, block, rows)}</summary>"
                parts.append(f"<details>{summary}{_html_rows(rows)}</details>")
    parts += [f"<p>{escape(line)}</p>" for line in _totals(trace)]
    return "".join(parts) + "</div>"


def to_csv(trace: Trace) -> str:
    """The table as CSV text: a header of `COLUMNS`, then one line per row; shapes are written 1x64x56x56."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in trace:
        writer.writerow([_csv(value) for value in _values(row)])
    return out.getvalue()


def to_frame(trace: Trace) -> pd.DataFrame:
    """The table as a pandas DataFrame with the columns `COLUMNS`, one line per row; shapes are tuples."""
    import pandas as pd

    return pd.DataFrame([_values(row) for row in trace], columns=list(COLUMNS))


def by_block(trace: Trace) -> Iterator[tuple[str, list[Row]]]:
    """The rows in runs that belong to one block, such as "layer1.0" or "Mixed_5b", with the block's path."""
    for block, rows in groupby(trace, key=lambda row: _block_of(row.path, trace.modules)):
        yield block, list(rows)


def _block_of(path: str, modules: dict[str, str]) -> str:
    """The outermost module around a row that is neither a mere container nor the layer itself."""
    names = path.split(".")
    prefixes = [".".join(names[: i + 1]) for i in range(len(names))]
    inner = [p for p in prefixes if modules.get(p) not in _CONTAINERS and _has_children(p, modules)]
    return inner[0] if inner else prefixes[0] if len(names) > 1 else path


def _has_children(path: str, modules: dict[str, str]) -> bool:
    return any(other.startswith(f"{path}.") for other in modules)


def _groups(trace: Trace, depth: int) -> Iterator[tuple[Trace, str, list[Row]]]:
    for path, rows in groupby(trace, key=lambda row: ".".join(row.path.split(".")[:depth]) if depth else ""):
        yield trace, path, list(rows)


def _folded_cells(trace: Trace, path: str, rows: list[Row]) -> tuple[str, ...]:
    if len(rows) == 1:
        return _cells(rows[0])
    parameters, macs = (sum(getattr(row, name) for row in rows) for name in ("parameters", "macs"))
    first, last = rows[0].index, rows[-1].index
    what = f"{trace.modules.get(path, '')}: {len(rows)} rows"
    return (
        f"{first}-{last}",
        path,
        what,
        shape_text(rows[-1].output_shape),
        f"{parameters:,}",
        f"{macs:,}",
        "",
    )


def shape_text(shape: Shape) -> str:
    """A shape as Python writes it.

    >>> shape_text((1, 64, 56, 56)), shape_text((10,))
    ('(1, 64, 56, 56)', '(10,)')
    """
    return str(tuple(shape))


def _title(trace: Trace) -> str:
    shapes = ", ".join(map(shape_text, trace.input_shapes))
    return f"{trace.name} ({'train' if trace.training else 'eval'} mode), input {shapes}"


def _totals(trace: Trace) -> list[str]:
    unused = (
        f", {trace.unused_parameters:,} of them not used in this pass" if trace.unused_parameters > 0 else ""
    )
    return [
        f"{len(trace)} rows; {trace.parameters:,} parameters{unused}; {trace.macs:,} MACs; "
        f"output {shape_text(trace.output_shape)}",
        *(f"note: {note}" for note in trace.notes),
        _UNITS,
    ]


def _cells(row: Row) -> tuple[str, ...]:
    shapes = ", ".join(map(shape_text, row.output_shapes))
    how = row.formula + (f"  [{row.note}]" if row.note else "")
    return (
        str(row.index),
        row.path or "-",
        row.op,
        shapes,
        _count(row.parameters),
        _count(row.macs),
        how.strip(),
    )


def _count(number: int) -> str:
    return f"{number:,}" if number else ""


def _values(row: Row) -> list[Any]:
    window = row.window
    geometry = (
        [window.kernel_size, window.stride, window.padding, window.dilation]
        if window is not None
        else [None] * 4
    )
    about = [row.index, row.path, row.module, row.op, row.inputs, row.input_shapes, row.output_shape]
    return [*about, *geometry, row.formula, row.parameters, row.macs, row.receptive_field, row.note]


def _csv(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, tuple):
        nested = bool(value) and isinstance(value[0], tuple)
        return " ".join(map(_csv, value)) if nested else "x".join(map(str, value))
    return value


# JupyterLab aligns the cells of a table to the right, by two classes; the class is doubled to win over that.
_STYLE = """<style>
.cnnbook-trace{overflow-x:auto;font-size:12px}
.cnnbook-trace p{margin:.3em 0}
.cnnbook-trace.cnnbook-trace table{table-layout:fixed;width:100%;min-width:760px;margin:0;font-size:12px}
.cnnbook-trace.cnnbook-trace table{border-collapse:collapse}
.cnnbook-trace.cnnbook-trace tr td,.cnnbook-trace.cnnbook-trace tr th{text-align:left;padding:1px 6px}
.cnnbook-trace.cnnbook-trace tr td{border:0}
.cnnbook-trace.cnnbook-trace tr td{overflow-wrap:anywhere;vertical-align:top}
.cnnbook-trace.cnnbook-trace tr th{border-bottom:1px solid currentColor}
.cnnbook-trace.cnnbook-trace tr .n{text-align:right;white-space:nowrap;overflow-wrap:normal}
.cnnbook-trace.cnnbook-trace tr td.f{font-family:monospace}
.cnnbook-trace summary{cursor:pointer;padding:2px 6px;min-width:748px}
.cnnbook-trace details{border-left:3px solid #0072b2;margin:1px 0}
</style>"""
_WIDTHS = (4, 14, 14, 14, 9, 12, 33)
_COLGROUP = "<colgroup>" + "".join(f'<col style="width:{w}%">' for w in _WIDTHS) + "</colgroup>"


def _html_head() -> str:
    cells = "".join(f"<th{_side(i)} scope='col'>{name}</th>" for i, name in enumerate(_HEADER))
    return f"<table>{_COLGROUP}<thead><tr>{cells}</tr></thead></table>"


def _html_rows(rows: list[Row]) -> str:
    lines = []
    for row in rows:
        cells = "".join(f"<td{_side(i)}>{escape(cell)}</td>" for i, cell in enumerate(_cells(row)))
        lines.append(f"<tr>{cells}</tr>")
    return f"<table>{_COLGROUP}<tbody>{''.join(lines)}</tbody></table>"


def _html_summary(trace: Trace, block: str, rows: list[Row]) -> str:
    parameters, macs = (sum(getattr(row, name) for row in rows) for name in ("parameters", "macs"))
    kind = trace.modules.get(block, "")
    return escape(
        f"{block or trace.name} ({kind}): {len(rows)} rows, {shape_text(rows[-1].output_shape)}, "
        f"{parameters:,} parameters, {macs:,} MACs"
    )


def _side(column: int) -> str:
    return ' class="n"' if column in (0, 4, 5) else ' class="f"' if column == 6 else ""
