"""The dot at which the ways of a value part, inside the frame whose boxes read that value.

So the shortcut of a block stands inside its frame, also where the frame stands for several blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cnnbook.graphs import labels
from cnnbook.graphs.dot import Edge, Frame, Node, names

Members = tuple[str | Frame, ...]


def fork(name: str) -> Node:
    """Return the dot at which the ways of a value part."""
    return Node(
        name,
        {
            "shape": "point",
            "width": "0.05",
            "style": "filled",
            "fillcolor": labels.LINE,
            "ordering": "out",
        },
    )


def placed(members: Members, node: str, readers: Sequence[str]) -> Members:
    """Return the members with a node first in the innermost frame that has all the readers in it.

    >>> inner = Frame("inner", {}, ("a", "b"))
    >>> placed((Frame("outer", {}, (inner, "c")),), "dot", ["a", "b"])[0].members[0].members
    ('dot', 'a', 'b')
    """
    for place, member in enumerate(members):
        if isinstance(member, Frame) and {*readers} <= {*names(member.members)}:
            within = replace(member, members=placed(member.members, node, readers))
            return (*members[:place], within, *members[place + 1 :])
    return (node, *members)


def enter_a_frame(members: Members, tail: str, readers: Sequence[str]) -> bool:
    """Return whether some frame has all the readers of a value in it, and not the box that made it."""
    for member in members:
        if isinstance(member, Frame) and {*readers} <= {*names(member.members)}:
            return tail not in names(member.members) or enter_a_frame(member.members, tail, readers)
    return False


def stem(tail: str, dot: str) -> Edge:
    """Return the line from a box to the dot below it, which is straight and has no arrowhead."""
    return Edge(tail, dot, {"dir": "none", "weight": "20"})
