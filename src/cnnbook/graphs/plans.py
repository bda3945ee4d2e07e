"""A Plan: the boxes and frames of one graph, how they nest and which feeds which, without text or colour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cnnbook.traces import Row, Shape


@dataclass(frozen=True)
class Step:
    """One box of the graph: a row and the elementwise rows after it, or a whole folded module.

    `module` is "" for a functional row, which has no layer of its own. `inside` holds the steps and
    blocks of a folded module, `times` how many identical ones in a row it stands for (the last of them at
    `last_path`). `weights` says what the rows before the layer's own made its weights by, such as "spectral
    norm". Functions that forward calls one after another are a folded module without a class; `rounds` is how
    often it calls them, with other sizes.
    """

    rows: tuple[Row, ...]
    path: str
    module: str
    followers: tuple[Step, ...] = ()
    inside: tuple[Step | Block, ...] = ()
    times: int = 1
    last_path: str = ""
    weights: str = ""
    rounds: int = 1

    @property
    def number(self) -> int:
        """The index of the first row: what the box is called in DOT."""
        return self.rows[0].index

    @property
    def head(self) -> Row:
        """The row that gives the box its name and colour."""
        followed = sum(len(step.rows) for step in self.followers)
        return self.rows[-1 - followed] if self.weights else self.rows[0]

    @property
    def inputs(self) -> tuple[int, ...]:
        """What the head reads, but for weights that are made in the box."""
        inside = {row.index for row in self.rows} if self.weights else set()
        return tuple(source for source in self.head.inputs if source not in inside)

    @property
    def output(self) -> Row:
        """The row whose result leaves the box."""
        return self.rows[-1]

    @property
    def parameters(self) -> int:
        """The parameters of all rows in the box, of one copy."""
        return sum(row.parameters for row in self.rows)


@dataclass(frozen=True)
class Block:
    """A module drawn as a titled frame around its steps; `times` identical ones in a row are drawn once."""

    path: str
    module: str
    items: tuple[Step | Block, ...]
    rows: tuple[Row, ...]
    times: int = 1
    last_path: str = ""


@dataclass(frozen=True)
class Plan:
    """The boxes and frames of one graph, in the order in which they run, and the edges between the boxes.

    An edge is (from, to): the numbers of two steps, or a negative number for one of the `inputs`.
    `same_as` has, for each row that is not drawn, the row that is drawn in its place; `origins` the layer or
    operation that made an input of a plan that is a part of a network, `readers` those outside of such a part
    that read the result of a box.
    """

    items: tuple[Step | Block, ...]
    edges: tuple[tuple[int, int], ...]
    inputs: dict[int, Shape]
    depth: int
    same_as: dict[int, int] = field(default_factory=dict)
    origins: dict[int, str] = field(default_factory=dict)
    readers: dict[int, str] = field(default_factory=dict)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every box, in the order in which the rows ran."""
        return tuple(steps_of(self.items))

    @property
    def repeats(self) -> bool:
        """Whether some box or frame stands for several identical ones."""
        return any(item.times > 1 for item in every(self.items))

    @cached_property
    def shortcuts(self) -> frozenset[tuple[int, int]]:
        """The edges of residual shortcuts: the shorter way into an addition, from where it forked."""
        into, out_of = defaultdict(list), defaultdict(list)
        for tail, head in self.edges:
            into[head].append(tail)
            out_of[tail].append(head)
        # The number of operations on the branch; a folded box counts as many.
        rank = dict.fromkeys(self.inputs, 0)
        for step in self.steps:
            rank[step.number] = len(step.rows) + max((rank[tail] for tail in into[step.number]), default=0)
        found = set[tuple[int, int]]()
        for step in self.steps:
            ways = into[step.number]
            if step.head.op != "add" or len(ways) < 2:
                continue
            longest = max(ways, key=lambda tail: (rank[tail], tail))
            for tail in ways:
                if rank[tail] >= rank[longest]:
                    continue  # the main path, or one that is as long
                walked = [(tail, step.number)]
                while tail != longest and len(out_of[tail]) == 1 and len(into[tail]) == 1:
                    walked.append((into[tail][0], tail))
                    tail = into[tail][0]
                if tail == longest or _leads(tail, longest, into):
                    found.update(walked)
        return frozenset(found)


def every(items: Sequence[Step | Block]) -> Iterator[Step | Block]:
    """Return the steps and blocks, each before what is in it."""
    for item in items:
        yield item
        if isinstance(item, Block):
            yield from every(item.items)


def steps_of(items: Sequence[Step | Block]) -> Iterator[Step]:
    """Return the steps of nested blocks, in the order in which their rows ran."""
    for item in items:
        if isinstance(item, Step):
            yield item
        else:
            yield from steps_of(item.items)


def _leads(tail: int, head: int, into: dict[int, list[int]]) -> bool:
    """Whether an edge or several lead from one box to another."""
    waiting, known = [head], {head}
    while waiting:
        for before in into[waiting.pop()]:
            if before == tail:
                return True
            if before not in known:
                known.add(before)
                waiting.append(before)
    return False
