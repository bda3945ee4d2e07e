"""Long runs of functions in one forward, as of a detector that decodes its boxes: a few boxes for dozens.

Rounds of a loop that differ in nothing but their sizes become one box, which lists the sizes of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from cnnbook.graphs.plans import Block, Step
from cnnbook.traces import Row, Shape

LONGEST_RUN = 40
"""The most functions in a row that are drawn one by one: as many boxes as a graph has by default."""

_LONGEST_ROUND = 200
_LEAST_SAVED = 8
_MOST_PARTS = 10


def folded(items: Sequence[Step | Block]) -> Iterator[Step | Block]:
    """Return the items of a module with its long runs of functions in few boxes; all others as they are."""
    for functional, members in groupby(items, _is_function):
        found = list(members)
        if not functional or len(found) <= LONGEST_RUN:
            yield from found
            continue
        yield from _shortened([item for item in found if isinstance(item, Step)])


def is_run(step: Step) -> bool:
    """Return whether a box stands for functions that forward calls one after another."""
    return bool(step.inside) and not step.module


def rounds(step: Step) -> list[tuple[Row, ...]]:
    """Return the rows of each round of such a box."""
    length = len(step.rows) // step.rounds
    return [step.rows[at : at + length] for at in range(0, len(step.rows), length)]


def read_from_outside(rows: Sequence[Row]) -> tuple[Shape, ...]:
    """Return the shapes of what these rows read and did not make, each value once."""
    own = {row.index for row in rows}
    read = {
        source: shape
        for row in rows
        for source, shape in zip(row.inputs, row.input_shapes, strict=False)
        if source not in own
    }
    return tuple(read.values())


def _is_function(item: Step | Block) -> bool:
    return isinstance(item, Step) and not item.module


def _shortened(steps: list[Step]) -> list[Step]:
    """The steps with each loop in one box; if they are still many, what stands between loops in one, too."""
    shorter = _in_rounds(steps)
    if len(shorter) <= LONGEST_RUN:
        return shorter
    few: list[Step] = []
    for loop, members in groupby(shorter, is_run):
        between = list(members)
        few += between if loop else [_together(between)]
    return few if len(few) <= _MOST_PARTS else [_together(steps)]


def _together(steps: Sequence[Step], rounds: int = 1) -> Step:
    rows = tuple(row for step in steps for row in step.rows)
    return Step(rows, steps[0].path, "", inside=tuple(steps), rounds=rounds)


def _in_rounds(steps: list[Step]) -> list[Step]:
    """The steps with the rounds of each loop in one box."""
    found = _longest_loop([step.head for step in steps])
    if found is None:
        return steps
    start, length, count = found
    end = start + length * count
    loop = _together(steps[start:end], count)
    return [*_in_rounds(steps[:start]), loop, *_in_rounds(steps[end:])]


def _longest_loop(rows: Sequence[Row]) -> tuple[int, int, int] | None:
    """The loop that saves most boxes: its first row, the rows of a round, and the number of rounds."""
    what = [(row.op, len(row.inputs)) for row in rows]
    best, saved = None, _LEAST_SAVED - 1
    for length in range(1, min(_LONGEST_ROUND, len(rows) // 2) + 1):
        at = 0
        same = (one == other for one, other in zip(what, what[length:], strict=False))
        for alike, run in groupby(same):
            matching = sum(1 for _ in run)
            count = matching // length + 1
            if alike and (count - 1) * length > saved:
                # The rounds may begin a few rows later than the operations begin to repeat.
                for start in range(at, at + matching % length + 1):
                    if _wired_alike(rows, start, length, count):
                        best, saved = (start, length, count), (count - 1) * length
                        break
            at += matching
    return best


def _wired_alike(rows: Sequence[Row], start: int, length: int, count: int) -> bool:
    """Whether the rows of each round read one another in the same way."""
    wiring = []
    for first in range(start, start + length * count, length):
        place = {row.index: at for at, row in enumerate(rows[first : first + length])}
        wiring.append([[place.get(i) for i in row.inputs] for row in rows[first : first + length]])
    return all(one == wiring[0] for one in wiring)
