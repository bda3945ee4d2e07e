"""What a network did, as plain values: a Row for each operation, a Trace for the whole pass.

No tensor, module, colour or width lives here, so rows and traces compare with ==, pickle and go to JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from cnnbook.arithmetic import Window
from cnnbook.traces import formulas, macs, operations, tables, visibility
from cnnbook.traces.comparisons import Comparison

if TYPE_CHECKING:
    import pandas as pd

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One operation of a network: where it stands, what went in, what came out, and what it cost.

    Shapes are as torch has them, batch axis first: (N, C, H, W). `inputs` are the indices of the rows that
    made the inputs, then of those that wrote into part of them since; -1 is the network's first input, -2 its
    second. `input_shapes` has one shape for each input, not for the writes. `parameters` counts those that
    no row before used, `macs` the multiply-accumulates of the whole batch. `receptive_field` is, per axis,
    how many pixels of the network's input one value of the output can see; None where that is no
    longer a window.
    """

    index: int
    path: str
    module: str
    op: str
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    window: Window | None = None
    parameters: int = 0
    macs: int = 0
    receptive_field: tuple[int, ...] | None = None
    arguments: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def output_shape(self) -> Shape:
        """The shape of the (first) result."""
        return self.output_shapes[0]

    @property
    def family(self) -> str:
        """The operation's family: convolution, pooling, normalization, activation, linear, join, ..."""
        return operations.family(self.op)

    @property
    def formula(self) -> str:
        """How the output shape follows from the input's, with the numbers in place; "" where it is free."""
        return formulas.formula(self)

    @property
    def parameter_formula(self) -> str:
        """How the parameters are counted, with the numbers in place; "" for a row without its own."""
        return formulas.parameter_formula(self)


class Record(NamedTuple):
    """What tracing writes down while the network runs; a Row is made of it when somebody asks."""

    op: str
    path: str
    module: str
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    output_shapes: tuple[Shape, ...]
    bound: Mapping[str, Any]
    parameters: int = 0
    note: str = ""


class Trace:
    """The rows of one forward pass, with the network's name, its inputs and its totals.

    `trace["layer1.0.conv1"]` is the row with that path, `trace["layer1.0"]` a Trace of that block's rows
    (they keep their indices), `trace[3]` the fourth row. Printed it is a table; in Jupyter, one that folds.
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
        self._source: tuple[Any, ...] = tuple(rows)
        self.modules: dict[str, str] = about.pop("modules", {})
        self.outputs: tuple[int, ...] = tuple(about.pop("outputs", ()))
        self._output_shapes: tuple[Shape, ...] = tuple(about.pop("output_shapes", ()))
        self.training: bool = about.pop("training", False)
        self.notes: tuple[str, ...] = tuple(about.pop("notes", ()))
        self._registered: int | None = about.pop("parameters", None)
        if about:
            raise TypeError(f"Trace has no {', '.join(about)}")

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows, in the order in which the operations ran."""
        source = self._source
        if source and isinstance(source[0], Row):
            return source
        rows = tuple(_rows(source, self.input_shapes))
        self._source = rows
        return rows

    @property
    def input_shape(self) -> Shape:
        """The shape of the (first) input, batch axis first."""
        return self.input_shapes[0]

    @property
    def output_shape(self) -> Shape:
        """The shape of the (first) result of the network."""
        return self.output_shapes[0]

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        """The shapes of all results of the network; where none is known, that of the last row."""
        last = (self.rows[-1].output_shape,) if self._source else (self.input_shape,)
        return self._output_shapes or self._first_results() or last

    def _first_results(self) -> tuple[Shape, ...]:
        """For each result of the network, the shape of the first result of the row that made it."""
        return tuple(
            [self._by_index[i].output_shape if i >= 0 else self.input_shapes[-1 - i] for i in self.outputs]
        )

    @property
    def parameters(self) -> int:
        """All parameters registered in the network, shared ones counted once, used or not.

        Of a block, `trace["layer1"]`, only those that its rows use are known.
        """
        return self.used_parameters if self._registered is None else self._registered

    @cached_property
    def used_parameters(self) -> int:
        """The parameters that some row uses."""
        return sum(row.parameters for row in self._source)

    @property
    def unused_parameters(self) -> int:
        """The parameters that no row uses, for example an auxiliary head in eval mode."""
        return self.parameters - self.used_parameters

    @cached_property
    def macs(self) -> int:
        """Multiply-accumulates of one forward pass over the whole batch."""
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
        entries = dict.fromkeys(
            shape
            for row in rows
            for source, shape in zip(row.inputs, row.input_shapes, strict=False)
            if source not in inside
        )
        read = {source for row in rows for source in row.inputs}
        after = {*self.outputs}.union(*(row.inputs for row in self.rows if row.index not in inside))
        kept = {
            p: name for p, name in self.modules.items() if not path or p == path or p.startswith(f"{path}.")
        }
        return Trace(
            f"{self.name}: {path}" if path else self.name,
            tuple(entries) or self.input_shapes,
            rows,
            modules=kept,
            outputs=tuple(row.index for row in rows if row.index in after)
            or tuple(row.index for row in rows if row.index not in read)
            or (rows[-1].index,),
            training=self.training,
            notes=self.notes,
        )

    def _missing(self, path: str) -> str:
        from difflib import get_close_matches

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
        return Comparison(self, other)

    def to_dict(self) -> dict[str, Any]:
        """The trace as plain dicts, lists and numbers; `Trace.from_dict` reads it back."""
        return {
            "name": self.name,
            "input_shapes": [list(shape) for shape in self.input_shapes],
            "training": self.training,
            "parameters": self.parameters,
            "unused_parameters": self.unused_parameters,
            "macs": self.macs,
            "outputs": list(self.outputs),
            **self._more_output_shapes(),
            "notes": list(self.notes),
            "modules": dict(self.modules),
            "rows": [_plain(asdict(row)) for row in self.rows],
        }

    def _more_output_shapes(self) -> dict[str, Any]:
        """The results' shapes, where one is not the first result of its row, as a half of `chunk` may be."""
        given = self._output_shapes
        usual = not given or given == self._first_results()
        return {} if usual else {"output_shapes": [list(shape) for shape in given]}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Trace:
        """The Trace that `to_dict` described."""
        rows = [Row(**{f.name: _restore(f.name, row[f.name]) for f in fields(Row)}) for row in plain["rows"]]
        return cls(
            plain["name"],
            _tuples(plain["input_shapes"]),
            rows,
            modules=dict(plain["modules"]),
            outputs=plain["outputs"],
            output_shapes=_tuples(plain.get("output_shapes", ())),
            training=plain["training"],
            notes=plain["notes"],
            parameters=plain["parameters"],
        )

    def to_json(self, **options: Any) -> str:
        """The trace as JSON text; `options` go to json.dumps."""
        return json.dumps(self.to_dict(), **{"ensure_ascii": False, **options})

    def to_csv(self) -> str:
        """The table as CSV text (RFC 4180), one line per row under a header."""
        return tables.to_csv(self)

    def to_frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame, one line per row."""
        return tables.to_frame(self)

    def to_text(self, *, depth: int | None = None) -> str:
        """The table as text; `depth` folds what lies deeper in the modules into one line per module."""
        return tables.to_text(self, depth=depth)

    def __str__(self) -> str:
        return tables.to_text(self)

    def __repr__(self) -> str:
        shape = "x".join(map(str, self.input_shape)) if self.input_shapes else "no input"
        return f"<Trace of {self.name} at {shape}: {len(self)} rows, {self.parameters:,} parameters>"

    def _repr_html_(self) -> str:
        return tables.to_html(self)


def _rows(records: Sequence[Record], input_shapes: Sequence[Shape]) -> Iterator[Row]:
    views = {-1 - i: visibility.of_input(shape) for i, shape in enumerate(input_shapes)}
    for index, record in enumerate(records):
        op, path, module, inputs, input_shapes, output_shapes, bound, parameters, note = record
        window = operations.window(op, bound)
        sources = [views.get(source) for source in inputs]
        views[index] = seen = visibility.after(op, window, bound, (input_shapes, output_shapes), sources)
        yield Row(
            index,
            path,
            module,
            op,
            inputs,
            input_shapes,
            output_shapes,
            window,
            parameters,
            macs.count(op, bound, input_shapes, output_shapes),
            None if seen is None else tuple([field.size for field in seen]),
            operations.arguments(op, bound),
            note,
        )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list | tuple) else value


def _restore(name: str, value: Any) -> Any:
    if name == "window":
        return value and Window(**{key: _tuples(item) for key, item in value.items()})
    if name == "arguments":
        return {key: _tuples(item) for key, item in value.items()}
    return _tuples(value)
