"""The insides of blocks, each drawn by itself, so that a live graph can open a block where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cnnbook.graphs import labels
from cnnbook.graphs.arrangement import arranged_segment
from cnnbook.graphs.dot import Edge, Frame, Node
from cnnbook.graphs.notation import Notation
from cnnbook.graphs.pages import source_of
from cnnbook.graphs.plans import Plan
from cnnbook.graphs.positions import Placed, positioned
from cnnbook.graphs.rendering import arrange, drawings
from cnnbook.graphs.segments import Pieces, Segment
from cnnbook.graphs.stops import Stopped
from cnnbook.traces import Row


@dataclass(frozen=True)
class Inside:
    """The inside of one block: its plan, Graphviz's SVG of it, and where the line enters and leaves.

    A block that reads several values, or gives several, has no such place: words say from where and to where
    its lines go. `at_a_fork` says that the line enters at the dot of a shortcut.
    """

    plan: Plan
    svg: str
    entry: tuple[float, float] | None
    exit: tuple[float, float] | None
    at_a_fork: bool

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the block, without those of copies that are not drawn."""
        return tuple(row for step in self.plan.steps for row in step.rows)


def drawn(plans: Sequence[Plan], notation: Notation, stopped: Stopped | None = None) -> list[Inside]:
    """Return the inside of each block that has a frame."""
    segments = [(plan, _in_its_frame(plan, Pieces(plan, notation, "", stopped))) for plan in plans]
    framed = [(plan, segment) for plan, segment in segments if segment is not None]
    if not framed:
        return []
    settings = {"rankdir": "LR"} if notation.left_to_right else {}
    arranged, _ = arrange([source_of(segment, **settings) for _, segment in framed])
    placed = [arranged_segment(segment, one) for (_, segment), one in zip(framed, arranged, strict=True)]
    pictures = drawings([positioned([one], [], [], (one.width, one.height)) for one in placed])
    return [
        Inside(
            plan,
            svg,
            _place(one, one.segment.entry, -1, notation) if one.segment.linked else None,
            _place(one, one.segment.exit, 1, notation) if len(plan.readers) < 2 else None,
            not one.enters_box,
        )
        for (plan, _), one, svg in zip(framed, placed, pictures, strict=True)
    ]


def _in_its_frame(plan: Plan, pieces: Pieces) -> Segment | None:
    """The plan in one segment, with what names its lines from and to outside in the frame as well."""
    segment = pieces.in_one()
    frames = [member for member in segment.members if isinstance(member, Frame)]
    if len(frames) != 1:
        return None
    plain = {"shape": "plain", "style": "", "fontcolor": labels.FAINT}
    several = plan.readers if len(plan.readers) > 1 else {}
    ends = [Node(f"to{number}", {**plain, "label": f"to {reader}"}) for number, reader in several.items()]
    edges = [Edge(f"n{number}", f"to{number}") for number in several]
    beside = [member for member in segment.members if isinstance(member, str)]
    whole = replace(frames[0], members=(*beside, *frames[0].members, *(node.name for node in ends)))
    return replace(segment, nodes=(*segment.nodes, *ends), members=(whole,), edges=(*segment.edges, *edges))


def _place(placed: Placed, name: str, side: int, notation: Notation) -> tuple[float, float]:
    """The middle of the first or last edge of a box along the direction of the graph, in SVG's numbers."""
    x, y, width, height = placed.positions[name]
    y -= placed.height
    return (x + side * width / 2, y) if notation.left_to_right else (x, y + side * height / 2)
