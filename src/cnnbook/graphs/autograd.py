"""The backward graph: what autograd recorded during a forward pass, with names and shapes on it.

The facts are torchviz's (which functions, which leaves, which saved tensors). torchviz shows them as one
node each without shapes or modules, named by memory addresses, on one sheet; here they are numbered, and
each is a line of a ledger.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Sequence
from html import escape
from typing import Any

from torch import Tensor, nn

from cnnbook.graphs import dot, labels, ledger
from cnnbook.graphs.backward import Function, forward, prepared, said, walk, why_empty
from cnnbook.graphs.dot import Edge, Frame, Node
from cnnbook.graphs.graph import Graph
from cnnbook.graphs.inputs import network_inputs
from cnnbook.graphs.ledger import FUNCTION, LEAF, OUTPUT, SAVED, Entry
from cnnbook.graphs.pages import PAPERS
from cnnbook.graphs.positions import SETTINGS
from cnnbook.graphs.rendering import GraphError


def autograd_graph(
    model: nn.Module,
    input_shape: Any,
    *,
    saved: bool = False,
    paper: str = "a4",
) -> Graph:
    """Return the backward graph of one forward pass: the functions that autograd will run in reverse.

    Each backward function is a line: the path of the layer that caused it, its class, the shape of that
    layer's result and the parameters it leads to, each with the AccumulateGrad that adds the gradient to
    `.grad`. The edges run down the left side. With `saved` the tensors kept from the forward pass stand
    under the functions that need them.
    `input_shape` is one shape, batch axis first, or tensor, or a list of several. The pass runs on tensors
    without data: no weight is allocated, and the model's mode, buffers and gradients stay as they are.

    Warns when nothing is recorded (under `torch.no_grad`, or all parameters frozen): the graph is then
    empty. Raises GraphError if the model does not run on such an input.

    >>> graph = autograd_graph(nn.Sequential(nn.Conv2d(3, 8, 5), nn.ReLU()), (1, 3, 32, 20))
    >>> graph.boxes, "ConvolutionBackward0" in graph.source, "0.weight" in graph.source
    (3, True, True)
    """
    if str(paper).lower() not in PAPERS:
        raise GraphError(f"unknown paper {paper!r}: {' or '.join(PAPERS)}")
    inputs = network_inputs(input_shape)
    model = prepared(model, inputs)
    done = forward(model, inputs)
    recorded = [tensor for tensor in done.outputs if tensor.grad_fn is not None]
    name = f"{getattr(model, 'catalogue_name', type(model).__name__)}, backward graph"
    notes = [done.note] if done.note else []
    if not recorded:
        notes.append(why_empty(done))
        warnings.warn(notes[-1], stacklevel=2)
    functions = walk(recorded, done)
    sketch = _BackwardGraph(functions, recorded, saved)
    title = _title(name, sketch, notes)
    settings = {**SETTINGS, "graph": {**SETTINGS["graph"], "label": title, "labelloc": "t"}}
    source = dot.text(settings, sketch.nodes.values(), sketch.members(), sketch.edges)
    leaves = len({id(tensor) for function in functions for _, tensor in function.leaves})
    described = f"{len(functions)} backward functions and {leaves} parameters that gradients flow to."
    graph = Graph(source, name, described, lambda: ledger.lay_out(sketch.entries, title, str(paper).lower()))
    graph.notes = tuple(notes)
    return graph


class _BackwardGraph:
    """The functions, their leaves and the outputs: as nodes and edges, and as lines of a ledger."""

    def __init__(self, functions: list[Function], outputs: Sequence[Tensor], saved: bool) -> None:
        self.functions = functions
        self.saved = saved
        lines = [self._lines(function) for function in functions]
        self.width = max((labels.line_width(*line) for pair in lines for line in pair), default=60)
        self.nodes: dict[str, Node] = {}
        self.beside: dict[int, list[str]] = defaultdict(list)
        self.edges: list[Edge] = []
        self.flow: list[tuple[int, int]] = []
        for function, pair in zip(functions, lines, strict=True):
            name = f"n{function.number}"
            self.nodes[name] = Node(
                name, {"label": labels.two_lines(pair, self.width), "fillcolor": FUNCTION}
            )
            self.flow += [(tail, function.number) for tail in dict.fromkeys(function.before)]
            if function.leaves:
                self._add(function, f"pn{function.number}", _leaf_label(function.leaves), LEAF)
            kept = list(function.saved()) if saved else []
            if kept:
                self._add(function, f"saved{function.number}", _saved_label(kept), SAVED)
        last = {head: max(tails) for head, tails in self._into().items()}
        for tail, head in self.flow:
            # The function that ran just before is straight above; an edge from an earlier one runs around it.
            weight = "20" if last[head] == tail else "1"
            self.edges.append(Edge(f"n{tail}", f"n{head}", {"weight": weight}))
        numbers = {id(function.node): function.number for function in functions}
        self.ends = [(numbers[id(tensor.grad_fn)], tensor) for tensor in outputs]
        for i, (number, tensor) in enumerate(self.ends):
            text = f"<b>output</b>  {said(tensor.shape)}"
            self.nodes[f"output{i}"] = Node(f"output{i}", {"label": text, "fillcolor": OUTPUT})
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

    @property
    def entries(self) -> list[Entry]:
        """The functions and then the outputs, each a line."""
        block = ""
        done = []
        for function in self.functions:
            block = _block(function.path) if function.path not in {"", block} else block
            leaves = ", ".join(_leaf_text(function.path, *leaf) for leaf in function.leaves)
            kept = function.saved() if self.saved else ()
            done.append(
                Entry(
                    (function.path, function.title, function.shape, leaves),
                    tuple(dict.fromkeys(function.before)),
                    block,
                    tuple(f"saved {name} {said(tensor.shape)}" for name, tensor in kept),
                )
            )
        for number, tensor in self.ends:
            done.append(Entry(("output", "", said(tensor.shape), ""), (number,), "output", output=True))
        return done

    def _add(self, function: Function, name: str, label: str, colour: str) -> None:
        self.nodes[name] = Node(name, {"label": label, "fillcolor": colour})
        before = (self.beside[function.number] or [f"n{function.number}"])[-1]
        self.beside[function.number].append(name)
        drawn = {"dir": "back"} if colour == LEAF else {"dir": "none"}
        self.edges.append(Edge(before, name, drawn))

    def _level(self, number: int) -> str | Frame:
        if not self.beside[number]:
            return f"n{number}"
        return Frame(f"level{number}", {"rank": "same"}, (f"n{number}", *self.beside[number]))

    @staticmethod
    def _lines(function: Function) -> tuple[tuple[str, str], tuple[str, str]]:
        if function.path:
            return (function.path, function.shape), (function.title, "")
        return (function.title, function.shape), ("", "")


def _block(path: str) -> str:
    """The module that a layer belongs to with others: "layer1.0" for layer1.0.conv1, "" for conv1."""
    parts = path.split(".")
    return ".".join(parts[: 2 if len(parts) > 2 and parts[1].isdigit() else 1]) if len(parts) > 1 else ""


def _leaf_text(path: str, name: str, tensor: Tensor) -> str:
    """A parameter's name, without the path where that stands in the line already."""
    return f"{name.removeprefix(f'{path}.') if path else name} {said(tensor.shape)}"


def _leaf_label(leaves: Sequence[tuple[str, Tensor]]) -> str:
    first = leaves[0][0].rpartition(".")[0]
    shown = [
        (name if i == 0 else name.removeprefix(first), said(t.shape)) for i, (name, t) in enumerate(leaves)
    ]
    rows = [f"<b>{escape(name)}</b> {shape}" for name, shape in shown]
    return labels.stacked([*rows, "AccumulateGrad"])


def _saved_label(saved: Sequence[tuple[str, Tensor]]) -> str:
    return labels.stacked([f"saved <b>{escape(name)}</b> {said(tensor.shape)}" for name, tensor in saved])


_SHORTCUT = f'<td><font color="{labels.SHORTCUT}"><b>│ shortcut</b></font>: the gradient passes as it is</td>'


def _title(name: str, sketch: _BackwardGraph, notes: Sequence[str]) -> str:
    functions = sketch.functions
    leaves = {id(tensor): tensor.numel() for function in functions for _, tensor in function.leaves}
    numbers = sum(leaves.values())
    count = (
        f"{len(functions)} backward functions lead to {len(leaves)} parameter tensors ({numbers:,} numbers)"
    )
    key = [
        _legend_cell(FUNCTION, "a backward function"),
        _legend_cell(LEAF, "a parameter and its AccumulateGrad"),
        *([_legend_cell(SAVED, "kept from the forward pass")] if sketch.saved else []),
        *([_SHORTCUT] if ledger.shortcuts(sketch.entries) else []),
    ]
    rows = [
        f'<font point-size="15"><b>{escape(name)}</b></font>',
        escape(count),
        "A line is a backward function. They stand as the forward pass ran, from top to bottom; backward()",
        "goes from the output up. ConvolutionBackward0 takes the gradient of its result and gives those of",
        "its input, weight and bias. AccumulateGrad adds what arrives to the parameter's .grad.",
        "TBackward0, ViewBackward0, ... undo a transposition or a change of shape: nothing is learned there.",
        f'<table border="0" cellborder="0" cellspacing="3" cellpadding="2"><tr>{"".join(key)}</tr></table>',
        *(f"<b>{escape(note)}</b>" for note in notes),
    ]
    return labels.stacked(rows)


def _legend_cell(colour: str, text: str) -> str:
    return f'<td bgcolor="{colour}">{text}</td>'
