"""A Plan cut into segments: parts with one line in and one line out, so that a page can stack them.

Graphviz arranges each segment by itself; a long network then fills a page column by column instead of
being one strip that is shrunk until nobody can read it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from cnnbook.graphs import forks, given_tensors, labels, stops, summaries, text_width, wording
from cnnbook.graphs.dot import Edge, Frame, Node, names
from cnnbook.graphs.notation import Notation
from cnnbook.graphs.plans import Block, Plan, Step, every
from cnnbook.graphs.stops import Stopped

TALLEST = 20
"""The most boxes under one another in a column; a longer segment is cut where few lines cross."""

_MOST_STUBS = 4
"""The most stubs (ends of lines from elsewhere) drawn one by one; more are drawn as a single one."""
_ANONYMOUS = {"Sequential", "ModuleList"}


@dataclass(frozen=True)
class Segment:
    """Nodes, frames and edges kept together: the line from above ends at `entry`, the next begins at `exit`.

    `linked` says whether such a line comes from the segment before; one with `heading` begins a column.
    """

    nodes: tuple[Node, ...]
    members: tuple[str | Frame, ...]
    edges: tuple[Edge, ...]
    entry: str
    exit: str
    linked: bool = True
    heading: bool = False


class Pieces:
    """One plan as nodes, frames and edges: whole (`members`, `edges`) and in `segments`."""

    def __init__(
        self, plan: Plan, notation: Notation, prefix: str = "", stopped: Stopped | None = None
    ) -> None:
        self.plan = plan
        self.notation = notation
        self.stopped = stopped
        self.prefix = prefix
        self.into: dict[int, list[int]] = defaultdict(list)
        for tail, head in plan.edges:
            self.into[head].append(tail)
        self.height = self._heights()
        # Boxes under one another are equally wide; a box beside them is only as wide as its text.
        self.aside = self._aside()
        plain = [
            step for step in plan.steps if not (step.inside or step.number in self.aside or self._stops(step))
        ]
        self.width = max((labels.natural_width(step, notation) for step in plain), default=60)
        self.place = 0
        self.widths: dict[int, float] = {}
        self.numbers = {self._name(step.number): step.number for step in plan.steps}
        self.nodes = {number: self._input(number) for number in plan.inputs}
        self.nodes.update((step.number, self._node(step)) for step in plan.steps)
        self.given = given_tensors.of_steps(plan.steps, prefix, blank=notation.blank)

    @property
    def members(self) -> tuple[str | Frame, ...]:
        """All nodes, nested in their frames."""
        inputs = (self._name(i) for i in self.plan.inputs)
        return (*inputs, *given_tensors.placed(self._nested(self.plan.items, None), self.given))

    @property
    def edges(self) -> tuple[Edge, ...]:
        """All edges, as the Trace has them."""
        given = (edge for _, edge in self.given)
        return (*(self._edge(tail, head) for tail, head in self.plan.edges), *given)

    def segments(self, tallest: int = TALLEST) -> list[Segment]:
        """The plan in segments, from the input to the output, none more than `tallest` boxes high."""
        done: list[Segment] = []
        before: int | None = None
        if len(self.plan.inputs) == 1:
            before = next(iter(self.plan.inputs))
            name = self._name(before)
            done.append(Segment((self.nodes[before],), (name,), (), name, name, linked=False))
        for steps in self._runs(tallest):
            done.append(self._segment(steps, before, len(done)))
            before = steps[-1].number
        return done

    def in_one(self) -> Segment:
        """The plan in one segment, without its input if there is one only."""
        only = next(iter(self.plan.inputs)) if len(self.plan.inputs) == 1 else None
        return self._segment(list(self.plan.steps), only, 0)

    def _aside(self) -> set[int]:
        """The steps that stand beside others: some edge passes them without going round them."""
        place = {
            number: i for i, number in enumerate((*self.plan.inputs, *(s.number for s in self.plan.steps)))
        }
        behind: dict[int, int] = dict.fromkeys(place, 0)
        for step in self.plan.steps:
            for tail in self.into[step.number]:
                behind[step.number] |= behind[tail] | 1 << place[tail]
        passing = [edge for edge in self.plan.edges if edge not in self.plan.shortcuts]
        found = set()
        for step in self.plan.steps:
            here, mine = step.number, behind[step.number]
            for tail, head in passing:
                bypass = mine >> place[tail] & 1 and behind[head] >> place[here] & 1
                if tail < here < head and not bypass:
                    found.add(here)
                    break
        return found

    def _segment(self, steps: list[Step], before: int | None, place: int) -> Segment:
        numbers = {step.number for step in steps}
        inner = [edge for edge in self.plan.edges if edge[1] in numbers]
        outside = list(dict.fromkeys(tail for tail, _ in inner if tail not in numbers))
        self.place = place
        linked = outside == [before]
        stubs = {} if linked else self._stubs(outside, place)
        stubbed = {stub.name: stub for stub in stubs.values()}
        members: tuple[str | Frame, ...] = (*stubbed, *self._nested(self.plan.items, numbers))
        dots = {
            tail: forks.fork(f"{self.prefix}fork{place}{f'_{tail}' if tail in numbers else ''}")
            for tail in dict.fromkeys(tail for tail, _ in inner if tail not in stubs)
            if self._forks(tail, inner, steps, members)
        }
        for tail, dot in dots.items():
            members = forks.placed(members, dot.name, self._readers(tail, inner))
        named = {tail: node.name for tail, node in {**stubs, **dots}.items()}
        edges = [forks.stem(self._name(tail), dots[tail].name) for tail in dots if tail in numbers]
        fed = {head for tail, head in inner if tail in numbers}
        for tail, head in inner:
            if {tail} & {*numbers, *named}:
                edge = self._edge(tail, head, named.get(tail, ""))
                # The line from the box above stays straight; one from elsewhere comes from the side.
                aside = tail in stubs and head in fed
                edges.append(replace(edge, attributes={**edge.attributes, "weight": "0"}) if aside else edge)
        # Values that one stub stands for may have the same reader.
        drawn: dict[tuple[str, str], Edge] = {}
        for edge in edges:
            drawn.setdefault((edge.tail, edge.head), edge)
        given = given_tensors.of_steps(steps, self.prefix, blank=self.notation.blank)
        if linked and any(edge.head == self._name(steps[0].number) for _, edge in given):
            given.insert(0, given_tensors.way_in(steps[0], self.prefix))
        members = given_tensors.placed(members, given)
        entry = named[outside[0]] if linked and outside[0] in dots else self._name(steps[0].number)
        nodes = (*stubbed.values(), *dots.values(), *(self.nodes[number] for number in sorted(numbers)))
        nodes += tuple([node for node, _ in given])
        lines = (*drawn.values(), *(edge for _, edge in given))
        return Segment(nodes, members, lines, entry, self._name(steps[-1].number), linked)

    def _readers(self, tail: int, inner: Sequence[tuple[int, int]]) -> list[str]:
        return [self._name(head) for source, head in inner if source == tail]

    def _forks(
        self,
        tail: int,
        inner: Sequence[tuple[int, int]],
        steps: Sequence[Step],
        members: tuple[str | Frame, ...],
    ) -> bool:
        """Whether a value's ways part at a dot: where it enters a segment, or a block with a shortcut."""
        readers = self._readers(tail, inner)
        if tail not in {step.number for step in steps}:
            return readers != [self._name(steps[0].number)]
        shortcut = any((tail, head) in self.plan.shortcuts for source, head in inner if source == tail)
        return len(readers) > 1 and shortcut and forks.enter_a_frame(members, self._name(tail), readers)

    def _stubs(self, outside: Sequence[int], place: int) -> dict[int, Node]:
        """The named ends of lines that come from elsewhere, by value."""
        if len(outside) > _MOST_STUBS:
            return dict.fromkeys(outside, self._collected(outside, place))
        return {tail: self._stub(tail, place) for tail in outside}

    def _runs(self, tallest: int) -> list[list[Step]]:
        """The steps in runs between which a single value passes, none much taller than a column."""
        units = _units(self.plan.items)
        runs: list[list[Step]] = []
        for unit in units:
            if runs and len(self._crossing(unit[0].number)) > 1:
                runs[-1] += unit
            else:
                runs.append(list(unit))
        return [piece for run in runs for piece in self._shortened(run, tallest)]

    def _crossing(self, first: int) -> set[int]:
        """The values made before a step that it or a later one still needs."""
        values = {tail for tail, head in self.plan.edges if tail < first <= head}
        # Several inputs are named where they enter, so they do not hold the network together.
        return values - set(self.plan.inputs) if len(self.plan.inputs) > 1 else values

    def _shortened(self, run: list[Step], tallest: int) -> list[list[Step]]:
        pieces = []
        while self._tall(run) > tallest:
            heights = [self._tall(run[:i]) for i in range(1, len(run))]
            fitting = [i for i, tall in enumerate(heights, 1) if tallest // 2 <= tall <= tallest]
            if not fitting:
                break
            at = min(
                reversed(fitting), key=lambda i: (len(self._crossing(run[i].number)), self._divided(run, i))
            )
            pieces.append(run[:at])
            run = run[at:]
        return [*pieces, run]

    def _divided(self, run: Sequence[Step], at: int) -> int:
        """How many frames a cut before that step divides."""
        frames = [item for item in every(self.plan.items) if isinstance(item, Block) and is_framed(item)]
        ends = (run[at - 1].output.index, run[at].head.index)
        return sum(
            all(frame.rows[0].index <= end <= frame.rows[-1].index for end in ends) for frame in frames
        )

    def _tall(self, steps: Sequence[Step]) -> int:
        ranks = [self.height[step.number] for step in steps]
        return max(ranks) - min(ranks) + 1 if ranks else 0

    def _nested(
        self, items: Sequence[Step | Block], chosen: set[int] | None, framed: bool = False
    ) -> tuple[str | Frame, ...]:
        found: list[str | Frame] = []
        for item in items:
            if isinstance(item, Step):
                if chosen is None or item.number in chosen:
                    found.append(self._name(item.number))
                continue
            drawn = is_framed(item) and not (framed and item.module in _ANONYMOUS and item.times == 1)
            inner = self._nested(item.items, chosen, framed or drawn)
            if inner and drawn:
                found.append(self._frame(item, inner, chosen))
            else:
                found += inner
        return tuple(found)

    def _frame(self, block: Block, inner: tuple[str | Frame, ...], chosen: set[int] | None) -> Frame:
        left, right = self._frame_title(block)
        # With something in bold Graphviz sets a line as high as the bold one on its left.
        right += "" if block.times > 1 else "<b> </b>"
        if chosen is not None and block.rows[0].index < min(chosen):
            right += " (continued)"
        # A class whose name is longer than that makes the frame wider, on both sides of the line.
        half = max(self._half_width(inner), text_width.text_width(re.sub(r"<.*?>", "", right)) * 1.1 + 8)
        # The line into the block passes its middle: the title keeps out of its way.
        if self.notation.left_to_right or text_width.text_width(f"{left} {right}") * 1.1 < half - 4:
            title = f"<b>{escape(left)}</b> {right}"
        else:
            title = (
                '<table border="0" cellborder="0" cellspacing="0" cellpadding="0"><tr>'
                f'<td align="left" width="{half - 4:.0f}"><b>{escape(left)}</b></td><td width="12"></td>'
                f'<td align="left">{right}</td></tr></table>'
            )
        attributes = {"label": title, "labeljust": "l", "style": "rounded", "color": "#8a8a8a", "margin": "6"}
        if self.notation.left_to_right and any(
            self.numbers.get(name) == head for name in names(inner) for _, head in self.plan.shortcuts
        ):
            # The shortcut passes above the boxes, where the title would be.
            attributes["labelloc"] = "b"
        if block.times > 1:
            # A heavier frame: what is in it happens more than once.
            attributes.update(color="#1f4e79", penwidth="1.8")
        # A frame that is cut has a part in each segment, and each part its own name.
        part = "" if chosen is None else f"_{self.place}"
        level = block.path.count(".")
        return Frame(f"cluster_{self.prefix}{block.rows[0].index}_{level}{part}", attributes, inner)

    def _frame_title(self, block: Block) -> tuple[str, str]:
        """The path, shortened where it would not fit before the line, and the class with the count."""
        path = block.path
        if text_width.text_width(path, bold=True) > self.width / 2 - 6:
            path = path.rpartition(".")[2] if not path.rpartition(".")[2].isdigit() else path
        if block.times > 1:
            path += f" – {labels.last_of(block)}"
        times = f" <b>× {block.times}</b>" if block.times > 1 else ""
        return path, f"{escape(block.module)}{times}"

    def _half_width(self, members: Sequence[str | Frame]) -> float:
        """The approximate distance from a frame's left edge to the line that runs down through it."""
        rows: dict[int, float] = defaultdict(float)
        for number in (self.numbers[name] for name in names(members) if name in self.numbers):
            if not any(number in edge for edge in self.plan.shortcuts if number in self.aside):
                rows[self.height[number]] += self.widths[number] + 9
        nested = max((_nesting(member) for member in members), default=0)
        return max(rows.values(), default=0.0) / 2 + 6 * nested

    def _heights(self) -> dict[int, int]:
        rank = dict.fromkeys(self.plan.inputs, 0)
        for step in self.plan.steps:
            rank[step.number] = 1 + max((rank[tail] for tail in self.into[step.number]), default=0)
        return rank

    def _node(self, step: Step) -> Node:
        folded = bool(step.inside)
        if self.stopped and self._stops(step):
            label, width = stops.box(step, self.stopped, self.notation)
        elif folded:
            label, width = summaries.summary(
                step, self.notation, 60 if self.notation.left_to_right else self.width
            )
        elif step.number in self.aside or self.notation.left_to_right:
            label, width = labels.narrow_box(step, self.notation)
        else:
            label, width = labels.box(step, self.notation, self.width), self.width
        self.widths[step.number] = width
        attributes = {
            "label": label,
            "fillcolor": "#ffffff" if folded else labels.COLOURS[labels.family(step)],
            "tooltip": step.path or labels.name(step),
        }
        if self._stops(step):
            attributes.update(stops.MARK)
        elif not self.notation.blank:
            attributes["tooltip"] += f" {step.output.output_shape}"
        if step.times > 1:
            attributes.update(color="#1f4e79", penwidth="1.8")
        return Node(self._name(step.number), attributes)

    def _stops(self, step: Step) -> bool:
        return self.stopped is not None and self.stopped.row in step.rows

    def _input(self, number: int) -> Node:
        word = "input" if len(self.plan.inputs) == 1 else f"input {-number}"
        if number in self.plan.origins:
            word = f"from {self.plan.origins[number]}"
        shown = wording.shape_text(self.plan.inputs[number], self.notation.batch)
        return Node(self._name(number), {"shape": "plain", "style": "", "label": f"<b>{word}</b>  {shown}"})

    def _stub(self, number: int, place: int) -> Node:
        if number in self.plan.inputs:
            return replace(self.nodes[number], name=f"{self._name(number)}_{place}")
        step = next(step for step in self.plan.steps if step.number == number)
        label = f"from {step.path or labels.name(step)}"
        return Node(
            f"{self.prefix}from{number}_{place}",
            {"shape": "plain", "style": "", "label": label, "fontcolor": labels.FAINT},
        )

    def _collected(self, numbers: Sequence[int], place: int) -> Node:
        """One stub for many values, as a dense block reads them."""
        names = [self.plan.origins[number] for number in numbers if number in self.plan.origins]
        names += [labels.name(step) for step in self.plan.steps if step.number in numbers]
        names += [f"input {-number}" for number in numbers if number in self.plan.inputs and not names]
        paths = {step.path.rpartition(".")[0] for step in self.plan.steps if step.number in numbers}
        text = f"from {len(numbers)} boxes before: {names[0]} … {names[-1]}"
        if len(paths) > 1:
            text += f"\nof {min(paths)} … {max(paths)}"
        return Node(
            f"{self.prefix}from{place}",
            {"shape": "plain", "style": "", "label": text, "fontcolor": labels.FAINT},
        )

    def _edge(self, tail: int, head: int, named: str = "") -> Edge:
        attributes: dict[str, str] = {}
        if (tail, head) in self.plan.shortcuts:
            attributes = {"color": labels.SHORTCUT, "penwidth": "1.8", "weight": "0"}
            if self._joins(head) and not self.notation.left_to_right:
                attributes["headport"] = "e"
        elif any((other, head) in self.plan.shortcuts for other in self.into[head]):
            attributes = {"weight": "20"}
        elif len(self.into[head]) == 1:
            attributes = {"weight": "8"}
        return Edge(named or self._name(tail), self._name(head), attributes)

    def _joins(self, number: int) -> bool:
        return any((tail, number) not in self.plan.shortcuts for tail in self.into[number])

    def _name(self, number: int) -> str:
        return f"{self.prefix}n{number}" if number >= 0 else f"{self.prefix}input{-number}"


def _nesting(member: str | Frame) -> int:
    return 0 if isinstance(member, str) else 1 + max(map(_nesting, member.members), default=0)


def is_framed(block: Block) -> bool:
    """Whether a block gets a frame: it holds boxes of its own, or stands for several."""
    return block.times > 1 or any(isinstance(item, Step) for item in block.items)


def _units(items: Sequence[Step | Block]) -> list[list[Step]]:
    """What a cut may not divide: single boxes outside every frame, and whole frames."""
    units: list[list[Step]] = []
    for item in items:
        if isinstance(item, Step):
            units.append([item])
        elif is_framed(item):
            units.append([step for unit in _units(item.items) for step in unit])
        else:
            units += _units(item.items)
    return units
