"""The plan of a network whose trace is known: layers in chains, and blocks where branches part and meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from cnnbook.arithmetic import GeometryError
from cnnbook.exercises.words import _, say
from cnnbook.sketch.historic import MODULES
from cnnbook.sketch.plan import Block, Chain, Item, Layer, Plan
from cnnbook.sketch.running import run
from cnnbook.sketch.settings import ACTIVATIONS, SETTINGS
from cnnbook.traces import Row, Trace

_HISTORIC: Final = {module: kind for kind, module in MODULES.items()}
_KINDS: Final = {
    "conv2d": "conv",
    "max_pool2d": "max_pool",
    "avg_pool2d": "avg_pool",
    "adaptive_avg_pool2d": "adaptive_avg_pool",
    "adaptive_max_pool2d": "adaptive_max_pool",
    "local_response_norm": "response_norm",
    **{name: name for name in ("batch_norm", "dropout", "flatten", "linear")},
}
_UNUSED: Final = _(
    "{count} further parameters belong to layers that do not run in evaluation mode, such as an auxiliary "
    "head. They are not in the sketch."
)
_JOINS: Final = ("add", "cat")


@dataclass(frozen=True, slots=True)
class _Node:
    """A layer, or the name of a join, with the nodes that it reads; -1 is the input."""

    what: Layer | str
    inputs: tuple[int, ...]
    name: str


def plan_of(trace: Trace) -> Plan:
    """Return the plan of a traced network of convolutions, pools, activations, dense layers and branches.

    Raises GeometryError, which names the row, for an operation that a plan has no layer for, and for
    connections that are no branches, such as those across the blocks of a U-Net.

    >>> from cnnbook.networks.shipped import shipped
    >>> plan = plan_of(shipped("resnet18"))
    >>> [item.join if isinstance(item, Block) else item.kind for item in plan.items][:6]
    ['conv', 'batch_norm', 'activation', 'max_pool', 'add', 'activation']
    """
    if len(trace.input_shapes) != 1:
        raise GeometryError(f"{trace.name} has {len(trace.input_shapes)} inputs; a network with one would do")
    nodes = _nodes(trace)
    chains = _Chains(nodes)
    items = chains.between(-1, len(nodes) - 1)
    if chains.placed != len(nodes):
        raise GeometryError(f"{trace.name} has connections that are no branches; a chain of blocks would do")
    note = say(_UNUSED, count=trace.unused_parameters) if trace.unused_parameters > 0 else ""
    plan = Plan(tuple(items), trace.input_shape, trace.name, note)
    outcome = run(plan)
    if outcome.problem or outcome.trace.parameters != trace.used_parameters:
        raise GeometryError(f"{trace.name} shares or computes weights; a network of plain layers would do")
    return plan


class _Chains:
    """Cuts a graph into chains and blocks; `placed` counts the nodes that stand somewhere."""

    def __init__(self, nodes: list[_Node]) -> None:
        self.nodes = nodes
        self.placed = 0
        # For each node the last one before it that all ways from the input lead through.
        self.gate: dict[int, int] = {}
        for index, node in enumerate(nodes):
            gate = node.inputs[0]
            for other in node.inputs[1:]:
                gate = self._meeting(gate, other)
            self.gate[index] = gate

    def between(self, start: int, end: int) -> Chain:
        """Return the layers after node `start`, up to node `end`."""
        found: list[Item] = []
        while end != start:
            if end < 0:
                raise GeometryError("the network has connections that are no branches; blocks would do")
            node = self.nodes[end]
            self.placed += 1
            if isinstance(node.what, Layer):
                found.append(node.what)
                end = node.inputs[0]
            else:
                gate = self.gate[end]
                branches = tuple([self.between(gate, index) for index in node.inputs])
                found.append(Block(node.what, branches, node.name, folded=True))
                end = gate
        return tuple(reversed(found))

    def _meeting(self, one: int, other: int) -> int:
        while one != other:
            if one > other:
                one = self.gate[one]
            else:
                other = self.gate[other]
        return one


def _nodes(trace: Trace) -> list[_Node]:
    """The layers and joins of a trace; the rows of a module of 1998 are one layer together."""
    nodes: list[_Node] = []
    made = {-1: -1}  # the node that made the result of each row
    running = ""  # the module of 1998 whose rows are being read
    for row in trace.rows:
        historic = next((path for path in _parents(row.path) if trace.modules.get(path) in _HISTORIC), "")
        if not historic or historic != running:
            sources = tuple([made[index] for index in row.inputs])
            what = Layer(_HISTORIC[trace.modules[historic]], {}, historic) if historic else _part(row)
            nodes.append(_Node(what, sources, row.path))
        running = historic
        made[row.index] = len(nodes) - 1
    return nodes


def _parents(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


def _part(row: Row) -> Layer | str:
    """The layer of a row, or the name of its join. Raises GeometryError for any other row."""
    if row.op in _JOINS and len(row.inputs) > 1 and not row.given:
        if row.op == "cat" and row.arguments["dim"] % len(row.output_shape) != 1:
            raise GeometryError(f"row {row.index} joins along axis {row.arguments['dim']}; axis 1 would do")
        return row.op
    kind = "activation" if row.op in ACTIVATIONS else _KINDS.get(row.op)
    if kind is None or len(row.inputs) != 1 or row.given:
        *others, last = [*_KINDS, *_JOINS]
        raise GeometryError(
            f"row {row.index} ({row.op}) is no layer of a sketch; {', '.join(others)} or {last} would do"
        )
    return Layer(kind, _settings(kind, row), row.path)


def _settings(kind: str, row: Row) -> dict[str, Any]:
    known: dict[str, Any] = {"function": row.op, **row.arguments}
    if row.window is not None:
        window = row.window
        known |= {name: getattr(window, name) for name in ("kernel_size", "stride", "padding", "dilation")}
        known["ceil_mode"] = window.ceil_mode
        if kind != "conv" and window.stride == window.kernel_size:
            known["stride"] = None
    return {name: known[name] for name in SETTINGS[kind] if name in known}
