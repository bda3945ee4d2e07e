"""What a graph shows of a Trace: which rows share a box, which modules are folded, which blocks are alike.

What comes of it is a Plan, which is plain structure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from math import prod

from cnnbook.graphs import functions, weights
from cnnbook.graphs.plans import Block, Plan, Step, every, steps_of
from cnnbook.graphs.repeats import Repeats
from cnnbook.traces import Row, Shape, Trace

LEGIBLE = 40
"""The most boxes that are drawn by default: the default depth is the deepest that stays within it."""

_ELEMENTWISE = {"normalization", "activation", "dropout"}
_LISTS = {"ModuleList", "ModuleDict"}


def plan(trace: Trace, depth: int | None = None, *, fold: bool = True) -> Plan:
    """Return what to draw of a trace down to `depth` levels of modules.

    None is the deepest level that needs at most 40 boxes. With `fold=False` every row is a box of its
    own, and nothing that repeats is left out.
    """
    if depth is not None:
        return next(_plans(trace, fold, [depth]))
    if not fold:
        return next(_plans(trace, fold))
    for shown in _plans(trace, fold):
        if len(shown.steps) <= LEGIBLE:
            break
    return shown


def plans(trace: Trace, *, fold: bool = True) -> list[Plan]:
    """Return a plan for each depth that shows something else, from one level to all of them."""
    found: list[Plan] = []
    for shown in reversed(list(_plans(trace, fold))):
        if not found or shown.items != found[-1].items:
            found.append(shown)
    return found


def _plans(trace: Trace, fold: bool, depths: Sequence[int] = ()) -> Iterator[Plan]:
    """The plans of these depths, or of all there are, the deepest first."""
    build = _Builder(trace, fold)
    deepest = max((len(home) for home in build.homes.values()), default=0) - build.level + 1
    for depth in depths or range(max(deepest, 1), 0, -1):
        yield build.plan(build.tree, build.level + depth)


def insides(trace: Trace, *, fold: bool = True) -> list[Plan]:
    """Return a plan for each module that can be opened: one frame, with its own modules closed in it."""
    build = _Builder(trace, fold)
    found = []
    for block in every(build.tree):
        if isinstance(block, Block):
            level = block.path.count(".") + 1
            closed = build.plan((block,), level)
            if closed.steps[0].inside:
                opened = build.plan((block,), level + 1)
                found.append(replace(opened, readers=build.readers_outside(opened)))
    return found


class _Builder:
    """What the plans of a trace have in common: its rows, nested in the modules that ran them."""

    def __init__(self, trace: Trace, fold: bool) -> None:
        self.trace = trace
        self.homes = _homes(trace)
        self.fold = fold
        base = min(trace.modules, key=len, default="")
        self.level = base.count(".") + 1 if base else 0
        self.readers: dict[int, list[int]] = defaultdict(list)
        for row in trace.rows:
            for source in row.inputs:
                self.readers[source].append(row.index)
        self.rows = {row.index: row for row in trace.rows}
        self.repeats = Repeats(self.readers, trace.outputs)
        self.tree = self._tree(trace.rows, max(self.level - 1, 0))

    def _tree(self, rows: Sequence[Row], level: int) -> tuple[Step | Block, ...]:
        """Nest the rows by the modules that ran them; identical neighbours become one block."""

        def key(row: Row) -> str | None:
            home = self.homes[row.index]
            return home[level] if len(home) > level else None

        items: list[Step | Block] = []
        for name, members in groupby(rows, key):
            run = tuple(members)
            if name is None:
                # A functional row carries the path of the module that called it: it has no module of its own.
                items += [Step((row,), row.path, row.module if self._is_layer(row) else "") for row in run]
            else:
                path = ".".join(self.homes[run[0].index][: level + 1])
                module = self.trace.modules.get(path, "")
                if self.fold and weights.computes_its_weights(run):
                    layer = weights.class_of_layer(module)
                    items.append(Step(run, path, layer, weights=weights.how(run)))
                else:
                    items.append(Block(path, module, self._tree(run, level + 1), run))
        return tuple(self.repeats.folded([*functions.folded(items)])) if self.fold else tuple(items)

    def _is_layer(self, row: Row) -> bool:
        return ".".join(self.homes[row.index]) != row.path

    def plan(self, tree: tuple[Step | Block, ...], limit: int) -> Plan:
        """A plan of the whole tree or of a part, with modules closed from so many parts of a path on."""
        items = self._pruned(tree, limit)
        owner = {row.index: step.number for step in steps_of(items) for row in step.rows}
        inputs: dict[int, Shape] = {}
        names: dict[int, int] = {}
        edges: dict[tuple[int, int], None] = {}
        origins: dict[int, str] = {}
        for step in steps_of(items):
            for row in step.rows:
                for place, source in enumerate(row.inputs):
                    if self._drawn(source) in owner:
                        tail = owner[self._drawn(source)]
                    else:
                        tail = names.setdefault(source, source if source < 0 else -1 - len(names))
                        shapes = row.input_shapes
                        inputs.setdefault(tail, shapes[place] if place < len(shapes) else ())
                        if source in self.rows:
                            origins[tail] = self.rows[source].path or self.rows[source].op
                    if tail < step.number:
                        edges[tail, step.number] = None
        same_as = {row: self._drawn(row) for row in self.repeats.same_as}
        return Plan(items, tuple(edges), inputs, limit - self.level, same_as, origins)

    def readers_outside(self, part: Plan) -> dict[int, str]:
        """For each box of a part whose result is read outside of it: by which layer or operation."""
        inside = {row.index for step in part.steps for row in step.rows}
        found: dict[int, str] = {}
        for step in part.steps:
            for row in step.rows:
                for reader in self.readers[row.index]:
                    if reader not in inside:
                        found.setdefault(step.number, self.rows[reader].path or self.rows[reader].op)
                if row.index in self.trace.outputs:
                    found.setdefault(step.number, "the output")
        return found

    def _drawn(self, row: int) -> int:
        """The row that is drawn in place of one; that of a copy in a copy is found in two steps."""
        while row in self.repeats.same_as:
            row = self.repeats.same_as[row]
        return row

    def _pruned(self, items: tuple[Step | Block, ...], limit: int) -> tuple[Step | Block, ...]:
        """Fold the modules below the limit, and let rows that follow one another share a box."""
        shown: list[Step | Block] = []
        for item in items:
            if isinstance(item, Step):
                shown.append(item)
                continue
            inner = self._pruned(item.items, limit)
            alone = inner[0] if len(inner) == 1 and isinstance(inner[0], Step) else None
            if alone and item.module in _LISTS and item.times == 1:
                shown.append(alone)  # a list has no body of its own: its layers keep their names
            elif alone and self.fold and not alone.inside and alone.times == 1:
                # The module's whole body is one box: it goes by the module's name.
                whole = replace(alone, path=item.path, module=item.module, followers=())
                shown.append(replace(whole, times=item.times, last_path=item.last_path))
            elif item.path.count(".") + 1 >= limit:
                expanded = self._pruned(item.items, 10**6)
                shown.append(
                    Step(item.rows, item.path, item.module, (), expanded, item.times, item.last_path)
                )
            else:
                shown.append(replace(item, items=inner))
        return tuple(self._fused(shown)) if self.fold else tuple(shown)

    def _fused(self, items: list[Step | Block]) -> Iterator[Step | Block]:
        held: Step | None = None
        for item in items:
            if held and isinstance(item, Step) and self._follows(held, item):
                held = replace(held, rows=held.rows + item.rows, followers=(*held.followers, item))
                continue
            if held:
                yield held
            held = item if isinstance(item, Step) else None
            if held is None:
                yield item
        if held:
            yield held

    def _follows(self, held: Step, item: Step) -> bool:
        last = held.output.index
        return (
            not (held.inside or item.inside)
            and held.times == item.times == 1
            and all(map(_value_by_value, item.rows))
            and set(item.head.inputs) == {last}
            and set(self.readers[last]) <= {row.index for row in item.rows}
            and last not in self.trace.outputs
        )


def _value_by_value(row: Row) -> bool:
    """Whether a row works elementwise on the row before it alone (flattening 1×1 maps counts too)."""
    if not row.output_shapes:
        return False  # the network stopped here
    if row.op == "flatten" and row.input_shapes:
        return (
            len(row.output_shape) == 2 and prod(row.input_shapes[0][2:]) == 1 < len(row.input_shapes[0]) - 1
        )
    one_input = len(row.inputs) == 1
    return row.family in _ELEMENTWISE or (one_input and row.op in {"mul", "add", "div", "sub"})


def _homes(trace: Trace) -> dict[int, tuple[str, ...]]:
    """For each row the module, as path components, whose forward called it."""
    parents = {path.rpartition(".")[0] for path in trace.modules if path}
    homes: dict[int, tuple[str, ...]] = {}
    for path, members in groupby(trace.rows, lambda row: row.path):
        run = list(members)
        # A layer is one row of a module without children; several rows are the body of somebody's own module.
        layer = len(run) == 1 and path and path not in parents
        home = path.rpartition(".")[0] if layer else path
        components = tuple(home.split(".")) if home else ()
        homes.update((row.index, components) for row in run)
    return homes
