"""The table of a trace as data, for other programs: CSV and a pandas DataFrame."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cnnbook.traces.operand import Operand
from cnnbook.traces.tables.cells import check

if TYPE_CHECKING:
    import pandas as pd

    from cnnbook.traces.row import Row
    from cnnbook.traces.trace import Trace

COLUMNS = (
    *("index", "path", "module", "op", "inputs", "input_shapes", "output_shape"),
    *("kernel_size", "stride", "padding", "dilation", "formula"),
    *("parameters", "macs", "receptive_field", "note", "given"),
)


def to_csv(trace: Trace, *, columns: Sequence[str] = ()) -> str:
    """The table as CSV text: a header, then one line per row; shapes are written 1x64x56x56.

    The header has `COLUMNS`, then `columns`, the names of columns on request.
    """
    check(trace, columns)
    names = (*COLUMNS, *dict.fromkeys(columns))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_plain(value) for value in _values(row, names)] for row in trace)
    return out.getvalue()


def to_frame(trace: Trace, *, columns: Sequence[str] = ()) -> pd.DataFrame:
    """The table as a pandas DataFrame: columns and rows are those of the CSV text, shapes are tuples."""
    import pandas as pd

    check(trace, columns)
    names = (*COLUMNS, *dict.fromkeys(columns))
    return pd.DataFrame([_values(row, names) for row in trace], columns=list(names))


def _values(row: Row, names: Sequence[str]) -> list[Any]:
    return [getattr(row.window if name in _OF_THE_WINDOW else row, name, None) for name in names]


_OF_THE_WINDOW = frozenset(("kernel_size", "stride", "padding", "dilation"))


def _plain(value: Any) -> Any:
    """A value as it stands in a cell of CSV: 1x64x56x56 for a shape, several shapes with spaces between."""
    if value is None:
        return ""
    if isinstance(value, tuple) and value and isinstance(value[0], Operand):
        return ", ".join(map(str, value))
    if isinstance(value, tuple):
        nested = bool(value) and isinstance(value[0], tuple)
        return " ".join(map(_plain, value)) if nested else "x".join(map(str, value))
    return value
