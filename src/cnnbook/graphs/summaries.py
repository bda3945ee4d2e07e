"""The label of a folded module: its branches beside one another, each from top to bottom, in few words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from textwrap import wrap

from cnnbook.graphs import functions
from cnnbook.graphs.labels import (
    BETWEEN,
    COLOURS,
    SHORTCUT,
    bold_text,
    boxed,
    faint,
    family,
    followers,
    line,
    name,
)
from cnnbook.graphs.notation import Notation
from cnnbook.graphs.plans import Block, Step, every
from cnnbook.graphs.text_width import text_width
from cnnbook.graphs.wording import kernel, step_size, word
from cnnbook.traces import Shape

_LONGEST_CHAIN = 6
_MOST_KINDS = 6
_MOST_ROUNDS = 8
_MOST_READ = 4
_COLUMNS = 60

SIDE_BY_SIDE = "‖"
"""The sign between two layers on one line that read the same maps."""


def summary(step: Step, notation: Notation, width: float) -> tuple[str, float]:
    """Return the label of a folded module (its name and sizes over its branches), and its width."""
    if functions.is_run(step):
        return _functions(step, notation, width)
    times = f" <b>× {step.times}</b>" if step.times > 1 else ""
    shape = notation.shape(step.output.output_shape)
    content, content_width, joined = _branches(step.inside, notation)
    count = f"{step.parameters:,}{' each' if step.times > 1 else ''}" if step.parameters else ""
    named = text_width(name(step), bold=True) + text_width(f" {step.module}{' × 3' if times else ''}")
    wide = max(
        width,
        content_width,
        named + text_width(shape, bold=True) + BETWEEN,
        text_width(joined) + text_width(count) + BETWEEN,
    )
    title = f"<b>{escape(name(step))}</b> {escape(step.module)}{times}"
    rows = [line(title, bold_text(shape), wide - text_width(shape, bold=True))]
    rows += [content] if content else []
    colour = COLOURS["join"] if content and joined else ""
    if joined or count:
        rows.append(line(escape(joined), faint(count), wide - text_width(count), colour))
    return boxed(rows, below=1 if colour else 0), wide


def _functions(step: Step, notation: Notation, width: float) -> tuple[str, float]:
    """The label of functions that forward calls in a row: how many, which, and the sizes of each round."""
    gets = [_read(functions.read_from_outside(rows), notation) for rows in functions.rounds(step)]
    if len({*gets}) == 1:
        said = [f"{'each ' * (step.rounds > 1)}gets {gets[0]}"]
    else:
        said = [f"round {number} gets {shapes}" for number, shapes in enumerate(gets, 1)]
    if len(said) > _MOST_ROUNDS:
        said = [*said[: _MOST_ROUNDS - 1], "…", said[-1]]
    said = [text for line in ([] if notation.blank else said) for text in wrap(line, _COLUMNS)]
    if len(step.rows) > step.rounds:
        said.append(_made_of(step.inside[: len(step.inside) // step.rounds]))
    where = f" in {step.head.module}.forward" if step.head.module else ""
    named = text_width(name(step), bold=True) + text_width(where)
    wide = max(width, named, *map(text_width, said))
    title = f"<b>{escape(name(step))}</b>{escape(where)}"
    return boxed(line(text, "", wide) for text in (title, *map(escape, said))), wide


def _read(shapes: Sequence[Shape], notation: Notation) -> str:
    """Shapes that are read together; many are counted."""
    if len(shapes) <= _MOST_READ:
        return " and ".join(map(notation.shape, shapes))
    kinds = Counter(map(notation.shape, shapes))
    said = [f"{count} of {shape}" for shape, count in kinds.most_common(_MOST_READ)]
    return ", ".join([f"{len(shapes)} values", *said, *(["…"] if len(kinds) > _MOST_READ else [])])


def _brief(step: Step, notation: Notation) -> str:
    """Return a short description of a step, for the summary of a folded module: "3×3, 64, stride 2"."""
    row = step.head
    if row.family == "convolution" and row.window is not None:
        channels = row.arguments.get("out_channels", row.output_shape[1])
        stride = "" if set(row.window.stride) == {1} else f", stride {step_size(row.window.stride)}"
        groups, dilation = row.arguments.get("groups", 1), row.window.dilation
        depthwise = " depthwise" if groups == channels > 1 else ""
        grouped = f", {groups} groups" if groups > 1 and not depthwise else ""
        dilated = "" if set(dilation) == {1} else f", dilation {step_size(dilation)}"
        return f"{kernel(row.window.kernel_size)}{depthwise}, {channels}{stride}{dilated}{grouped}"
    if row.window is not None:
        stride = "" if set(row.window.stride) == {1} else f", stride {step_size(row.window.stride)}"
        return f"{row.op.partition('_')[0]} {kernel(row.window.kernel_size)}{stride}"
    return " + ".join([notation.role(row), *followers(step)])


def flat(items: Sequence[Step | Block]) -> list[Step]:
    """Return the steps of nested blocks, in order."""
    found = []
    for item in items:
        found += [item] if isinstance(item, Step) else flat(item.items)
    return found


def _branches(items: Sequence[Step | Block], notation: Notation) -> tuple[str, float, str]:
    """The branches of a folded module beside one another with their width, and how they are joined.

    For a module whose branches are not all plain chains: what it is made of.
    """
    inner, lanes = flat(items), _lanes(items)
    if lanes is None:
        return "", 0, _made_of(items)
    cells = "".join(f"<td>{_lane(lane, notation)}</td>" for lane in lanes)
    words = [[_level(level, notation) for level in lane] or ["shortcut"] for lane in lanes]
    width = sum(max(map(text_width, lane)) + 8 for lane in words)
    chain = len(lanes) == 1 and lanes[0] and lanes[0][-1] == [inner[-1]]
    joined = (
        ""
        if chain
        else "".join([notation.role(inner[-1].head), *(f" + {text}" for text in followers(inner[-1]))])
    )
    return (
        f'<table border="0" cellborder="0" cellspacing="2" cellpadding="0"><tr>{cells}</tr></table>',
        width,
        joined,
    )


def has_side_by_side(step: Step) -> bool:
    """Return whether a folded module's label has two layers on one line because they read the same maps."""
    return any(len(level) > 1 for lane in _lanes(step.inside) or () for level in lane)


def _lanes(items: Sequence[Step | Block]) -> list[list[list[Step]]] | None:
    if not items or any(item.times > 1 for item in every(items)):
        return None
    return _parallel_chains(flat(items))


def _level(level: Sequence[Step], notation: Notation) -> str:
    return f" {SIDE_BY_SIDE} ".join(_brief(step, notation) for step in level)


def _lane(lane: list[list[Step]], notation: Notation) -> str:
    if not lane:
        return f'<font color="{SHORTCUT}"><b>shortcut ↓</b></font>'
    rows = "".join(
        f'<tr><td bgcolor="{COLOURS[family(level[0])]}">{escape(_level(level, notation))}</td></tr>'
        for level in lane
    )
    return f'<table border="0" cellborder="0" cellspacing="1" cellpadding="1">{rows}</table>'


def _parallel_chains(steps: Sequence[Step]) -> list[list[list[Step]]] | None:
    """The parallel ways into the last step, each a list of levels, if it is a join of chains; else None."""
    owner = {row.index: step for step in steps for row in step.rows}
    last = steps[-1]
    if len(steps) > 14 or any(step.times > 1 for step in steps):
        return None
    if last.head.family != "join" or len(last.head.inputs) < 2:
        chained = all({*b.inputs} == {a.output.index} for a, b in pairwise(steps))
        return [[[step] for step in steps]] if chained and len(steps) <= _LONGEST_CHAIN else None

    def way(source: int) -> list[list[Step]] | None:
        step = owner.get(source)
        if step is None:
            return []
        before = [i for row in step.rows for i in row.inputs if owner.get(i) is not step]
        if len(before) == 1:
            rest = way(before[0])
            return None if rest is None else [*rest, [step]]
        ways = [way(i) for i in before]
        if any(not w for w in ways):
            return None
        known = [w for w in ways if w]
        # A fork inside a branch, such as 1×3 beside 3×1: the same way until the last level, then side by
        # side.
        if len({len(w) for w in known}) == 1 and all(w[:-1] == known[0][:-1] for w in known):
            return [*known[0][:-1], [step for w in known for step in w[-1]]]
        return None

    found = [way(source) for source in last.head.inputs]
    return None if any(w is None for w in found) else [w for w in found if w is not None]


def _made_of(items: Sequence[Step | Block]) -> str:
    made = Counter[str]()
    for item in items:
        if item.module and (isinstance(item, Block) or item.inside):
            made[item.module] += item.times
        else:
            for step in [item] if isinstance(item, Step) else flat(item.items):
                made[step.head.family if step.head.family != "other" else word(step.head)] += step.times
    named = list(made)
    if len(named) > _MOST_KINDS:
        # The modules first, then what there is most of: a detector's head computes boxes in dozens of steps.
        modules = {item.module for item in items if item.module}
        named.sort(key=lambda what: (what not in modules, -made[what]))
    shown = [f"{made[what]} × {what}" for what in named[:_MOST_KINDS]]
    return ", ".join([*shown, *(["…"] if len(made) > _MOST_KINDS else [])])
