"""A Trace: the rows of one forward pass, with the network's totals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from cnnbook.traces import records
from cnnbook.traces.comparison import Comparison
from cnnbook.traces.operations import Shape
from cnnbook.traces.records import Record
from cnnbook.traces.row import Row, as_tuples
from cnnbook.traces.tables import data, html, markdown, text

if TYPE_CHECKING:
    import pandas as pd


class Trace:
    """The rows of one forward pass, with the network's name, its inputs and its totals.

    `trace["layer1.0.conv1"]` is the row with that path, `trace["layer1.0"]` a Trace of the rows in that block
    (they keep their indices), and `trace[3]` the fourth row. A name that no row has raises KeyError.
    Printed, a trace is a table; in Jupyter the table of a long network is folded by block.

    Beside the rows, `Trace` takes as keywords: `modules`, the class of each module by its path; `outputs`,
    the indices of the rows that made the network's results; `output_shapes`, the shapes of those results;
    `training`, whether the network was in training mode; `notes`, remarks on the whole pass; `parameters`,
    how many the network has; `stopped_at`, the layer or operation that failed in a pass that did not end.
    """

    def __init__(
        self,
        name: str,
        input_shapes: Sequence[Shape],
        rows: Sequence[Row] | Sequence[Record],
        **about: Any,
    ) -> None:
        self.name = name
        self.input_shapes: tuple[Shape, ...] = tuple(input_shapes)
        # Records become rows when they are first read: many a trace is only asked for its last shape.
        self._source: tuple[Any, ...] = tuple(rows)
        self.modules: dict[str, str] = about.pop("modules", {})
        self.outputs: tuple[int, ...] = tuple(about.pop("outputs", ()))
        self._output_shapes: tuple[Shape, ...] = tuple(about.pop("output_shapes", ()))
        self.training: bool = about.pop("training", False)
        self.notes: tuple[str, ...] = tuple(about.pop("notes", ()))
        self._registered: int | None = about.pop("parameters", None)
        self.stopped_at: str = about.pop("stopped_at", "")
        if about:
            raise TypeError(f"Trace has no {', '.join(about)}")

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows, in the order in which the operations ran."""
        if not self._source or not isinstance(self._source[0], Row):
            self._source = tuple(records.rows(self._source, self.input_shapes))
        return self._source

    @property
    def input_shape(self) -> Shape:
        """The shape of the first input, batch axis first."""
        return self.input_shapes[0]

    @property
    def output_shape(self) -> Shape:
        """The shape of the network's first result."""
        return self.output_shapes[0]

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        """The shapes of the network's results; where no result is known, the shape of the last row."""
        last = (self.rows[-1].output_shape,) if self._source else (self.input_shape,)
        return self._output_shapes or self._first_results() or last

    def _first_results(self) -> tuple[Shape, ...]:
        """For each result of the network, the shape of the first result of the row that made it."""
        return tuple(
            [self._by_index[i].output_shape if i >= 0 else self.input_shapes[-1 - i] for i in self.outputs]
        )

    @property
    def parameters(self) -> int:
        """How many parameters the network has, used or not; a shared parameter counts once.

        Of a block, such as `trace["layer1"]`, only the parameters that its rows use are known.
        """
        return self.used_parameters if self._registered is None else self._registered

    @cached_property
    def used_parameters(self) -> int:
        """How many parameters the rows use."""
        return sum(row.parameters for row in self._source)

    @property
    def unused_parameters(self) -> int:
        """How many parameters no row uses, for example those of an auxiliary head in evaluation mode."""
        return self.parameters - self.used_parameters

    @cached_property
    def macs(self) -> int:
        """The multiply-accumulates of one forward pass over the whole batch."""
        return sum(row.macs for row in self.rows)

    @cached_property
    def _by_index(self) -> dict[int, Row]:
        return {row.index: row for row in self.rows}

    def __len__(self) -> int:
        return len(self._source)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    @overload
    def __getitem__(self, key: int) -> Row: ...
    @overload
    def __getitem__(self, key: str) -> Any: ...

    def __getitem__(self, key: int | str) -> Any:
        if isinstance(key, int):
            return self.rows[key]
        chosen = [row for row in self.rows if row.path == key or row.path.startswith(f"{key}.") or not key]
        if len(chosen) == 1 and chosen[0].path == key:
            return chosen[0]
        if not chosen:
            raise KeyError(self._missing(key))
        return self._block(key, chosen)

    def _block(self, path: str, rows: list[Row]) -> Trace:
        inside = {row.index for row in rows}
        inputs = dict.fromkeys(
            shape
            for row in rows
            for source, shape in zip(row.inputs, row.input_shapes, strict=False)
            if source not in inside
        )
        read_inside = {source for row in rows for source in row.inputs}
        read_outside = {*self.outputs}.union(*(row.inputs for row in self.rows if row.index not in inside))
        return Trace(
            f"{self.name}: {path}" if path else self.name,
            tuple(inputs) or self.input_shapes,
            rows,
            modules={
                p: name
                for p, name in self.modules.items()
                if not path or p == path or p.startswith(f"{path}.")
            },
            outputs=tuple(row.index for row in rows if row.index in read_outside)
            or tuple(row.index for row in rows if row.index not in read_inside)
            or (rows[-1].index,),
            training=self.training,
            notes=self.notes,
        )

    def _missing(self, path: str) -> str:
        near = get_close_matches(path, [*self.modules, *{row.path for row in self.rows}], n=3, cutoff=0.5)
        if path in self.modules:
            return f"{path!r} ({self.modules[path]}) ran no operation in this pass"
        return f"no row at {path!r}" + (f"; did you mean {', '.join(map(repr, near))}?" if near else "")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self.to_dict() == other.to_dict()

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Trace.from_dict, (self.to_dict(),)

    def diff(self, other: Trace) -> Comparison:
        """The two networks side by side, row by row, with what differs marked."""
        if not isinstance(other, Trace):
            raise TypeError(f"diff compares with another Trace, not with {type(other).__name__}")
        return Comparison(self, other)

    def to_dict(self) -> dict[str, Any]:
        """The trace as plain dicts, lists and numbers; `Trace.from_dict` reads it back."""
        plain = {
            "name": self.name,
            "input_shapes": [list(shape) for shape in self.input_shapes],
            "training": self.training,
            "parameters": self.parameters,
            "unused_parameters": self.unused_parameters,
            "macs": self.macs,
            "outputs": list(self.outputs),
            "notes": list(self.notes),
            "modules": dict(self.modules),
            "rows": [row.to_dict() for row in self.rows],
        }
        # Needed only where a result is not the first one of its row, as the second half of a `chunk`.
        if self._output_shapes and self._output_shapes != self._first_results():
            plain["output_shapes"] = [list(shape) for shape in self._output_shapes]
        if self.stopped_at:
            plain["stopped_at"] = self.stopped_at
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Trace:
        """The trace that `to_dict` described."""
        return cls(
            plain["name"],
            as_tuples(plain["input_shapes"]),
            [Row.from_dict(row) for row in plain["rows"]],
            modules=dict(plain["modules"]),
            outputs=plain["outputs"],
            output_shapes=as_tuples(plain.get("output_shapes", ())),
            training=plain["training"],
            notes=plain["notes"],
            parameters=plain["parameters"],
            stopped_at=plain.get("stopped_at", ""),
        )

    def to_json(self, **options: Any) -> str:
        """The trace as JSON text; `options` go to json.dumps."""
        return json.dumps(self.to_dict(), **{"ensure_ascii": False, **options})

    def to_csv(self, *, columns: Sequence[str] = ()) -> str:
        """The table as CSV text (RFC 4180) with a header; shapes are written 1x64x56x56."""
        return data.to_csv(self, columns=columns)

    def to_frame(self, *, columns: Sequence[str] = ()) -> pd.DataFrame:
        """The table as a pandas DataFrame with one line per row; shapes are tuples."""
        return data.to_frame(self, columns=columns)

    def to_text(
        self, *, depth: int | None = None, columns: Sequence[str] = (), width: int | None = None
    ) -> str:
        """The table as plain text, `width` characters wide if that is given; `str` asks the terminal for it.

        With `depth`, the rows of a module at that level are one line together. `columns` are those that a
        table has on request: "trainable" and "frozen" parameters, and the "memory" of the outputs in bytes.
        """
        return text.to_text(self, depth=depth, columns=columns, width=width)

    def to_markdown(self, *, depth: int | None = None, columns: Sequence[str] = ()) -> str:
        """The table as GitHub's Markdown, with the columns of the text table."""
        return markdown.to_markdown(self, depth=depth, columns=columns)

    def to_html(self, *, columns: Sequence[str] = ()) -> str:
        """The table as HTML; the blocks of a long network are folded, and unfold by click."""
        return html.to_html(self, columns=columns)

    def __str__(self) -> str:
        return self.to_text(width=text.reader_width())

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.input_shape)) if self.input_shapes else "no input"
        return f"<Trace of {self.name} at {shape}: {len(self)} rows, {self.parameters:,} parameters>"

    def _repr_html_(self) -> str:
        return self.to_html()
