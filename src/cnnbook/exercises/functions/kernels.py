"""Choose the nine numbers of a kernel: it is judged by what it finds in pictures, not by its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from cnnbook.exercises.functions.questions import Function, Probe, ProbedQuestion
from cnnbook.exercises.functions.results import Result, UnfitError, kind_of, number_maps, shape_of
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

Picture = list[list[float]]

_SIDE = 7
_NOT_NINE = _("Nine numbers are wanted, 3 rows of 3, not {kind}.")
_SHAPE = _("Nine numbers are wanted, 3 rows of 3; this kernel has the shape {shape}.")
_ANSWERS = _("On {on} it should give 0 everywhere, and it gives other numbers.")
_SILENT = _("On {on} it should give numbers that are not 0, and it gives 0 everywhere.")

# A kernel answers to a picture if one of its outputs is at least this share of its weights' sum, without
# signs. Rounded weights such as 0.33 leave a rest that is smaller.
_CLEAR = 0.05


@dataclass(frozen=True)
class KernelQuestion(ProbedQuestion):
    """Which kernel of 3 x 3 answers to some of these pictures, and gives 0 on the others?"""

    form_name: ClassVar[str] = "kernel"
    blank: ClassVar[str] = _("Choose your nine numbers first: so far there are none but 0.")
    right_each_time: ClassVar[str] = _(
        "Tried on {count} pictures, the first {first}, the last {last}: right each time."
    )

    @property
    def stub(self) -> str:
        """Nine zeros, to be written over."""
        rows = ["    [0, 0, 0],"] * 3
        return "\n".join([f"{self.name} = [", *rows, "]"])

    def prepared(self, answer: object) -> Function:
        """Return the function that says of a picture whether the kernel answers to it: 1 or 0.

        Axes of length 1 in front, which a convolution's weight has, are dropped. Nine zeros give None, as a
        function does that is not written yet.

        Raises UnfitError for anything but nine numbers.
        """
        try:
            kernel: Any = number_maps(answer)
        except UnfitError:
            raise UnfitError(say(_NOT_NINE, kind=kind_of(answer))) from None
        while len(shape_of(kernel)) > 2 and len(kernel) == 1:
            (kernel,) = kernel
        if shape_of(kernel) != (3, 3):
            raise UnfitError(say(_SHAPE, shape=str(shape_of(kernel))))
        if not any(weight for line in kernel for weight in line):
            return lambda picture: None
        return lambda picture: _answers(kernel, picture)

    def read(self, value: object) -> Result:
        """Return 1 if the kernel answers, else 0."""
        return int(bool(value))

    def difference(self, at: int, given: Result) -> str:
        """Return what the kernel makes of a picture."""
        return say(_ANSWERS if given else _SILENT, on=self.probe_named(at))


def _answers(kernel: Any, picture: Picture) -> bool:
    sums = (
        sum(kernel[i][j] * picture[y + i][x + j] for i in range(3) for j in range(3))
        for y in range(_SIDE - 2)
        for x in range(_SIDE - 2)
    )
    clear: float = _CLEAR * sum(abs(weight) for line in kernel for weight in line)
    return bool(max(map(abs, sums)) >= clear)


_STEP = [0.0] * 3 + [1.0] * 4
_WALL = [[1.0] * _SIDE for _row in range(_SIDE)]
_HORIZONTAL = [[value] * _SIDE for value in _STEP]
_VERTICAL = [list(_STEP) for _row in range(_SIDE)]
_CORNER = [[down * across for across in _STEP] for down in _STEP]
_SPOT = [[float(y == x == _SIDE // 2) for x in range(_SIDE)] for y in range(_SIDE)]


LEVEL_EDGES = KernelQuestion(
    "mine",
    ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
    (
        Probe((_HORIZONTAL,), {"picture": _("a horizontal edge with the dark above")}),
        Probe((_HORIZONTAL[::-1],), {"picture": _("a horizontal edge with the dark below")}),
        Probe((_VERTICAL,), {"picture": _("a vertical edge")}),
        Probe((_WALL,), {"picture": _("a bright wall without an edge")}),
    ),
    _("{picture}"),
    wrong={
        "edge-turned": ((-1, 0, 1), (-1, 0, 1), (-1, 0, 1)),
        "edge-any-direction": ((0, -1, 0), (-1, 4, -1), (0, -1, 0)),
        "kernel-not-balanced": ((1, 1, 1), (1, 1, 1), (1, 1, 1)),
    },
    solution=_(
        "One of many: [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]. Each column adds up to 0, so a wall gives 0, and "
        "a vertical edge does too. The rows add up to different numbers, so a horizontal edge does not."
    ),
    words=Words(
        prompt=_(
            "Choose nine numbers, a kernel of 3 x 3, that finds horizontal edges only: where dark lies above "
            "bright, or bright above dark, its output is not 0. On plain walls and at vertical edges it is 0."
        ),
        ask=_(
            "Lay the kernel on a wall: to what do its nine numbers add up? On a vertical edge: to what does "
            "each column add up? And on a horizontal edge: to what do the rows add up that lie on the bright "
            "side?"
        ),
        hints={
            "edge-turned": _(
                "Your kernel finds vertical edges: its numbers change from left to right. In which direction "
                "does the brightness change at a horizontal edge?"
            ),
            "edge-any-direction": _(
                "Your kernel finds edges of both directions. To what must each of its columns add up, so "
                "that a vertical edge gives 0?"
            ),
            "kernel-not-balanced": _(
                "Your kernel gives a number even on a plain wall. To what do your nine numbers add up, and "
                "to what must they, so that a wall gives 0?"
            ),
        },
    ),
)


CORNERS = KernelQuestion(
    "corners",
    ((1, -1, 0), (-1, 1, 0), (0, 0, 0)),
    (
        Probe((_CORNER,), {"picture": _("the corner of a bright square")}),
        Probe((_SPOT,), {"picture": _("one bright pixel on a dark wall")}),
        Probe((_HORIZONTAL,), {"picture": _("a horizontal edge")}),
        Probe((_VERTICAL,), {"picture": _("a vertical edge")}),
        Probe((_WALL,), {"picture": _("a bright wall without an edge")}),
    ),
    _("{picture}"),
    wrong={
        "edge-any-direction": ((0, -1, 0), (-1, 4, -1), (0, -1, 0)),
        "silent-one-way": ((-1, -1, -1), (0, 0, 0), (1, 1, 1)),
        "kernel-not-balanced": ((1, 1, 1), (1, 1, 1), (1, 1, 1)),
    },
    solution=_(
        "One of many: [[1, -2, 1], [-2, 4, -2], [1, -2, 1]]. Each row adds up to 0, so a horizontal edge "
        "gives 0. Each column adds up to 0, so a vertical edge does too."
    ),
    words=Words(
        prompt=_(
            "Design a kernel of 3 x 3 that finds corners and single bright pixels. At horizontal edges, at "
            "vertical edges and on plain walls its output is 0."
        ),
        ask=_(
            "Lay the kernel on a horizontal edge: to what does each of its rows add up? Lay it on a vertical "
            "edge: to what does each column add up?"
        ),
        hints={
            "edge-any-direction": _(
                "Your kernel finds corners, but also edges of both directions. To what does each of its "
                "rows add up, and each of its columns?"
            ),
            "silent-one-way": _(
                "Your kernel is silent at vertical edges, but it finds horizontal ones. To what does each of "
                "its rows add up?"
            ),
            "kernel-not-balanced": _(
                "Your kernel gives a number even on a plain wall. To what do your nine numbers add up, and "
                "to what must they, so that a wall gives 0?"
            ),
        },
    ),
)
