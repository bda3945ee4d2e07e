"""The parameters and buffers that a box reads, such as a position embedding: a small node for each.

A layer's own weights are part of its box, also those that are computed before it runs. Constants that
forward made have no name to show.
"""

from __future__ import annotations

from collections.abc import Sequence

from cnnbook.graphs import forks, labels
from cnnbook.graphs.dot import Edge, Frame, Node
from cnnbook.graphs.plans import Step

Given = tuple[Node, Edge]
Members = tuple[str | Frame, ...]


def of_steps(steps: Sequence[Step], prefix: str, *, blank: bool = False) -> list[Given]:
    """The node and the edge for each named tensor that one of these boxes reads; none for folded modules.

    A blank node has the name without the shape, as on a worksheet.
    """
    found: list[Given] = []
    for step in steps:
        reading = step.rows[step.rows.index(step.head) :] if not step.inside else ()
        operands = [operand for row in reading for operand in row.given if operand.name]
        for place, operand in enumerate(operands):
            name = f"{prefix}given{step.number}_{place}"
            label = operand.name if blank else f"{operand.name}\n{'×'.join(map(str, operand.shape))}"
            attributes = {"shape": "plain", "style": "", "label": label, "fontcolor": labels.FAINT}
            found.append((Node(name, attributes), Edge(name, f"{prefix}n{step.number}", {"weight": "1"})))
    return found


def way_in(step: Step, prefix: str) -> Given:
    """An invisible point above a box, for the line that enters its segment: a node then stands beside it."""
    name = f"{prefix}way{step.number}"
    point = Node(name, {"shape": "point", "width": "0.01", "style": "invis"})
    return point, Edge(name, f"{prefix}n{step.number}", {"style": "invis", "weight": "100"})


def placed(members: Members, given: Sequence[Given]) -> Members:
    """The members with each node in the innermost frame of the box that reads it."""
    for node, edge in given:
        members = forks.placed(members, node.name, [edge.head])
    return members
