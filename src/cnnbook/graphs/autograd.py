"""The backward graph: what autograd recorded during a forward pass, with names and shapes on it.

The facts are torchviz's (which functions, which leaves, which saved tensors). torchviz shows them as one
node each without shapes or modules, named by memory addresses, on one sheet; here they are numbered and
fill pages.
"""

from __future__ import annotations

import warnings
from collections import Counter, defaultdict
from collections.abc import Sequence
from html import escape
from typing import Any

import torch
from torch import Tensor, nn

from cnnbook.graphs import dot, labels
from cnnbook.graphs.backward import Function, Pass, forward, said, walk
from cnnbook.graphs.dot import Edge, Frame, Node
from cnnbook.graphs.drawings import Graph
from cnnbook.graphs.positions import SETTINGS
from cnnbook.graphs.rendering import GraphError
from cnnbook.graphs.segments import TALLEST, Segment
from cnnbook.graphs.sheets import PAPERS, lay_out

_FUNCTION, _LEAF, _SAVED, _OUTPUT = "#ececec", "#bddff4", "#efb97f", "#d4f0e4"


def autograd_graph(
    model: nn.Module,
    input_shape: Sequence[int] | Sequence[Sequence[int]],
    *,
    saved: bool = False,
    paper: str = "a4",
) -> Graph:
    """Return the backward graph of one forward pass: the functions that autograd will run in reverse.

    A grey box is a backward function with the path of the layer that caused it and the shape of that
    layer's result; a blue one is a parameter with its AccumulateGrad, which adds the gradient to `.grad`.
    With `saved` the tensors kept from the forward pass stand beside the functions that need them.
    `input_shape` is one shape, batch axis first, or several. The pass runs on tensors without data: no
    weight is allocated, and the model's mode, buffers and gradients stay as they are.

    Warns when nothing is recorded (under `torch.no_grad`, or all parameters frozen): the graph is then
    empty. Raises GraphError if the model does not run on such an input.

    >>> graph = autograd_graph(nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU()), (1, 3, 32, 20))
    >>> graph.boxes, "ConvolutionBackward0" in graph.source, "0.weight" in graph.source
    (3, True, True)
    """
    if str(paper).lower() not in PAPERS:
        raise GraphError(f"unknown paper {paper!r}: {' or '.join(PAPERS)}")
    done = forward(model, _shapes(input_shape))
    recorded = [tensor for tensor in done.outputs if tensor.grad_fn is not None]
    name = f"{getattr(model, 'catalogue_name', type(model).__name__)}, backward graph"
    notes = [done.note] if done.note else []
    if not recorded:
        notes.append(f"the backward graph is empty: {_why_empty(done)}")
        warnings.warn(notes[-1], stacklevel=2)
    functions = walk(recorded, done)
    title = _title(name, functions, notes)
    sketch = _Sketch(functions, recorded, saved)
    settings = {**SETTINGS, "graph": {**SETTINGS["graph"], "label": title, "labelloc": "t"}}
    source = dot.text(settings, sketch.nodes.values(), sketch.members(), sketch.edges)
    leaves = sum(len(function.leaves) for function in functions)
    described = f"{len(functions)} backward functions and {leaves} parameters that gradients flow to."
    graph = Graph(source, name, described, lambda: lay_out(sketch.segments(), title, str(paper).lower()))
    graph.notes = tuple(notes)
    return graph


def _shapes(given: Sequence[Any]) -> list[tuple[int, ...]]:
    if not isinstance(given, list | tuple):
        raise GraphError(
            f"an input shape is whole numbers, batch axis first, such as (1, 3, 224, 224); "
            f"not of type {type(given).__name__}"
        )
    several = bool(given) and all(isinstance(item, list | tuple) for item in given)
    shapes = [tuple(shape) for shape in (given if several else [given])]
    for shape in shapes:
        if not shape or not all(type(n) is int and n >= 0 for n in shape):
            raise GraphError(
                f"an input shape is whole numbers, batch axis first, such as (1, 3, 224, 224); not {shape}"
            )
    return shapes


class _Sketch:
    """The functions, their leaves and the outputs as nodes and edges, and in segments for pages."""

    def __init__(self, functions: list[Function], outputs: Sequence[Tensor], saved: bool) -> None:
        self.functions = functions
        lines = [self._lines(function) for function in functions]
        self.width = max((labels.line_width(*line) for pair in lines for line in pair), default=60)
        self.nodes: dict[str, Node] = {}
        self.beside: dict[int, list[str]] = defaultdict(list)
        self.edges: list[Edge] = []
        self.flow: list[tuple[int, int]] = []
        for function, pair in zip(functions, lines, strict=True):
            name = f"n{function.number}"
            self.nodes[name] = Node(
                name, {"label": labels.two_lines(pair, self.width), "fillcolor": _FUNCTION}
            )
            self.flow += [(tail, function.number) for tail in dict.fromkeys(function.before)]
            if function.leaves:
                self._add(function, f"pn{function.number}", _leaf_label(function.leaves), _LEAF)
            kept = list(function.saved()) if saved else []
            if kept:
                self._add(function, f"saved{function.number}", _saved_label(kept), _SAVED)
        last = {head: max(tails) for head, tails in self._into().items()}
        for tail, head in self.flow:
            # The function that ran just before stays straight above; what comes from farther goes round.
            weight = "20" if last[head] == tail else "1"
            self.edges.append(Edge(f"n{tail}", f"n{head}", {"weight": weight}))
        numbers = {id(function.node): function.number for function in functions}
        self.ends = [(numbers[id(tensor.grad_fn)], tensor) for tensor in outputs]
        for i, (number, tensor) in enumerate(self.ends):
            text = f"<b>output</b>  {said(tensor.shape)}"
            self.nodes[f"output{i}"] = Node(f"output{i}", {"label": text, "fillcolor": _OUTPUT})
            self.edges.append(Edge(f"n{number}", f"output{i}"))

    def _into(self) -> dict[int, list[int]]:
        into: dict[int, list[int]] = defaultdict(list)
        for tail, head in self.flow:
            into[head].append(tail)
        return into

    def members(self) -> list[str | Frame]:
        """All nodes, a function's parameters on its level."""
        shown = [self._level(function.number) for function in self.functions]
        return [*shown, *(f"output{i}" for i in range(len(self.ends)))]

    def segments(self) -> list[Segment]:
        """Pieces between which a single value passes, or, where many do, of a column's height."""
        if not self.functions:
            nothing = Node("nothing", {"shape": "plain", "style": "", "label": "nothing was recorded"})
            return [Segment((nothing,), ("nothing",), (), "nothing", "nothing", linked=False)]
        runs: list[list[int]] = []
        for function in self.functions:
            here = function.number
            crossing = {tail for tail, head in self.flow if tail < here <= head}
            if runs and len(crossing) > 1 and len(runs[-1]) < 3 * TALLEST:
                runs[-1].append(here)
            else:
                runs.append([here])
        done = [self._segment(run, runs[i - 1][-1] if i else None) for i, run in enumerate(runs)]
        for i, (number, _) in enumerate(self.ends):
            name = f"output{i}"
            linked = bool(runs) and number == runs[-1][-1] and i == 0
            done.append(Segment((self.nodes[name],), (name,), (), name, name, linked))
        return done

    def _segment(self, run: list[int], before: int | None) -> Segment:
        inside = set(run)
        outside = list(
            dict.fromkeys(tail for tail, head in self.flow if head in inside and tail not in inside)
        )
        if self._lanes(run) > 1:
            # Many branches side by side leave no room for boxes beside boxes.
            names = [f"n{number}" for number in run]
            members: list[str | Frame] = list(names)
            nodes = [self._whole(number) for number in run]
        else:
            names = [name for number in run for name in (f"n{number}", *self.beside[number])]
            members = [self._level(number) for number in run]
            nodes = [self.nodes[name] for name in names]
        edges = [edge for edge in self.edges if edge.tail in names and edge.head in names]
        entry, linked = f"n{run[0]}", outside == [before] and before is not None
        readers = [head for tail, head in self.flow if tail in outside and head in inside]
        if outside and not (linked and readers == run[:1]):
            stub = f"from{run[0]}"
            attributes = {"shape": "point", "width": "0.05", "style": "filled", "fillcolor": labels.LINE}
            if not linked:
                text = "from " + ", ".join(self._name(tail) for tail in outside[:3])
                text += f" and {len(outside) - 3} more" if len(outside) > 3 else ""
                attributes = {"shape": "plain", "style": "", "label": text, "fontcolor": labels.FAINT}
            nodes.insert(0, Node(stub, attributes))
            members.insert(0, stub)
            # The fork stands over the function that comes first: what goes round does so at the side.
            weights = dict.fromkeys(readers, "1") | {readers[0]: "20"}
            edges += [Edge(stub, f"n{head}", {"weight": weight}) for head, weight in weights.items()]
            entry = stub
        return Segment(tuple(nodes), tuple(members), tuple(edges), entry, f"n{run[-1]}", linked)

    def _lanes(self, run: list[int]) -> int:
        """How many functions of a run stand on the same level, at most."""
        rank: dict[int, int] = {}
        into = self._into()
        for number in run:
            rank[number] = 1 + max((rank.get(tail, 0) for tail in into[number]), default=0)
        return max(Counter(rank.values()).values())

    def _whole(self, number: int) -> Node:
        """A function with what stands beside it in one box."""
        parts = [self.nodes[name] for name in (f"n{number}", *self.beside[number])]
        rows = [
            f'<tr><td bgcolor="{p.attributes["fillcolor"]}">{p.attributes["label"]}</td></tr>' for p in parts
        ]
        label = f'<table border="0" cellborder="0" cellspacing="1" cellpadding="0">{"".join(rows)}</table>'
        return Node(f"n{number}", {"label": label, "fillcolor": _FUNCTION})

    def _add(self, function: Function, name: str, label: str, colour: str) -> None:
        self.nodes[name] = Node(name, {"label": label, "fillcolor": colour})
        before = (self.beside[function.number] or [f"n{function.number}"])[-1]
        self.beside[function.number].append(name)
        drawn = {"dir": "back"} if colour == _LEAF else {"dir": "none"}
        self.edges.append(Edge(before, name, drawn))

    def _level(self, number: int) -> str | Frame:
        if not self.beside[number]:
            return f"n{number}"
        return Frame(f"level{number}", {"rank": "same"}, (f"n{number}", *self.beside[number]))

    def _name(self, number: int) -> str:
        function = self.functions[number]
        return function.path or f"{function.title} {number}"

    @staticmethod
    def _lines(function: Function) -> tuple[tuple[str, str], tuple[str, str]]:
        if function.path:
            return (function.path, function.shape), (function.title, "")
        return (function.title, function.shape), ("", "")


def _leaf_label(leaves: Sequence[tuple[str, Tensor]]) -> str:
    first = leaves[0][0].rpartition(".")[0]
    shown = [
        (name if i == 0 else name.removeprefix(first), said(t.shape)) for i, (name, t) in enumerate(leaves)
    ]
    rows = [f"<b>{escape(name)}</b> {shape}" for name, shape in shown]
    return labels.stacked([*rows, "AccumulateGrad"])


def _saved_label(saved: Sequence[tuple[str, Tensor]]) -> str:
    return labels.stacked([f"saved <b>{escape(name)}</b> {said(tensor.shape)}" for name, tensor in saved])


def _title(name: str, functions: Sequence[Function], notes: Sequence[str]) -> str:
    leaves = {id(tensor): tensor.numel() for function in functions for _, tensor in function.leaves}
    numbers = sum(leaves.values())
    count = (
        f"{len(functions)} backward functions lead to {len(leaves)} parameter tensors ({numbers:,} numbers)"
    )
    rows = [
        f'<font point-size="15"><b>{escape(name)}</b></font>',
        escape(count),
        "The arrows point as the forward pass ran; backward() runs against them, from the output up.",
        f"{_chip(_FUNCTION)} a backward function: ConvolutionBackward0 takes the gradient of a result and",
        "gives those of the convolution's input, weight and bias. The shape is that of the forward result.",
        f"{_chip(_LEAF)} a parameter. AccumulateGrad adds what arrives to the parameter's .grad.",
        "TBackward0, ViewBackward0, ... undo a transposition or a change of shape: nothing is learned there.",
        *(f"<b>{escape(note)}</b>" for note in notes),
    ]
    return labels.stacked(rows)


def _chip(colour: str) -> str:
    return f'<font color="{colour}">■</font>'


def _why_empty(done: Pass) -> str:
    if not torch.is_grad_enabled():
        return "gradients are switched off here (torch.no_grad or torch.inference_mode)"
    if not done.leaves:
        return "no parameter has requires_grad=True"
    return "the forward pass detaches its result from the parameters"
