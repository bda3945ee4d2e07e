"""DOT as plain values: nodes, edges and frames, and the text that Graphviz reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_ESCAPES = r"\\(?=[NGETHL])"
# No SVG can hold these, and no Graphviz reads all of them; a module's name may.
_UNPRINTABLE = "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"

Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Node:
    """A node by name; a label that begins with "<table" or "<b>" is HTML-like."""

    name: str
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Edge:
    """An arrow between two nodes."""

    tail: str
    head: str
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """A titled box (a cluster, in DOT) around nodes and other frames."""

    name: str
    attributes: Attributes
    members: tuple[str | Frame, ...]


def text(
    settings: Mapping[str, Attributes],
    nodes: Iterable[Node],
    members: Iterable[str | Frame],
    edges: Iterable[Edge],
) -> str:
    """Return a digraph: `settings` for "graph", "node" and "edge", then frames with their nodes, then edges.

    >>> nodes = [Node("a"), Node("b", {"label": 'say "hi"'})]
    >>> print(text({"node": {"shape": "box"}}, nodes, ["a", "b"], [Edge("a", "b")]))
    digraph {
      node [shape="box"];
      a;
      b [label="say \\"hi\\""];
      a -> b;
    }
    """
    known = {node.name: node for node in nodes}
    lines = ["digraph {"]
    lines += [f"  {target}{_attributes(values)};" for target, values in settings.items() if values]
    lines += _members(known, members, "  ")
    lines += [f"  {edge.tail} -> {edge.head}{_attributes(edge.attributes)};" for edge in edges]
    return re.sub(_UNPRINTABLE, "\ufffd", "\n".join([*lines, "}"]))


def names(members: Sequence[str | Frame]) -> list[str]:
    """Return the names of all nodes in a nest of frames, in order."""
    found = []
    for member in members:
        found += [member] if isinstance(member, str) else names(member.members)
    return found


def _members(known: Mapping[str, Node], members: Iterable[str | Frame], indent: str) -> list[str]:
    lines = []
    for member in members:
        if isinstance(member, str):
            lines.append(f"{indent}{member}{_attributes(known[member].attributes)};")
            continue
        lines.append(f"{indent}subgraph {member.name} {{")
        lines += [f"{indent}  {key}={_value(value)};" for key, value in member.attributes.items()]
        lines += _members(known, member.members, indent + "  ")
        lines.append(f"{indent}}}")
    return lines


def _attributes(attributes: Attributes) -> str:
    return (
        f" [{', '.join(f'{key}={_value(value)}' for key, value in attributes.items())}]" if attributes else ""
    )


def _value(value: str) -> str:
    if value.startswith(("<table", "<b>")):
        # \\N is the node's name in HTML-like labels too, where it cannot be escaped.
        # Another character that looks the same is written instead.
        return f"<{re.sub(_ESCAPES, '∖', value)}>"
    plain = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{plain}"'
