"""Design a stack of convolutions and pools: it is judged by what its last units see, and by what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from cnnbook.arithmetic import GeometryError, Window, receptive_field
from cnnbook.exercises.functions.questions import Function, Probe, ProbedQuestion
from cnnbook.exercises.functions.results import Result, UnfitError, kind_of
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

Layers = Sequence[tuple[int, int]]

CONVOLUTION, POOL = (3, 1), (2, 2)  # kernel size and stride
_SEEN, _MOST, _ROWS, _LEFT = 32, 7, 64, 4

_NO_LIST = _("A list of layers is wanted, such as [(3, 1), (2, 2)], not {kind}.")
_OTHER_LAYER = _("{layer} is not among the layers of this task: (3, 1), a convolution, and (2, 2), a pool.")
_FAULTS = {
    "field": _("A unit of the last layer sees {value} pixels across; at least {seen} are wanted."),
    "layers": _("There are {value} layers; at most {most} are wanted."),
    "rows": _("Of {rows} rows {value} are left; at least {left} are wanted."),
    "pools": _("Two pools follow each other with no convolution between them."),
}


@dataclass(frozen=True)
class StackQuestion(ProbedQuestion):
    """Which convolutions and pools see far enough, are few enough, and leave enough rows?

    The probes name what is measured. A result is 0 if the wish is met, and else what was measured, so that
    all designs which meet all wishes are equally right.
    """

    form_name: ClassVar[str] = "layers"
    blank: ClassVar[str] = _("Put layers into your list first: so far there are none.")

    def prepared(self, answer: object) -> Function:
        """Return the function that measures the design: 0 where a wish is met.

        Raises UnfitError for what is no list of the layers that the task has.
        """
        if not isinstance(answer, list | tuple):
            raise UnfitError(say(_NO_LIST, kind=kind_of(answer)))
        for layer in answer:
            if layer not in (CONVOLUTION, POOL):
                raise UnfitError(say(_OTHER_LAYER, layer=repr(layer)))
        layers = list(answer)
        return lambda wish: _measured(layers, wish) if layers else None

    def read(self, value: object) -> Result:
        """Return what was measured."""
        return int(value)  # type: ignore[call-overload, no-any-return]

    def difference(self, at: int, given: Result) -> str:
        """Return what was measured, and what is wanted."""
        values = {"seen": _SEEN, "most": _MOST, "rows": _ROWS, "left": _LEFT}
        return say(_FAULTS[self.probes[at].arguments[0]], value=max(int(given), 0), **values)  # type: ignore[arg-type]


def _measured(layers: Layers, wish: str) -> int:
    """Return 0 if the wish is met, else what was measured; -1 if no rows are left."""
    if wish == "field":
        seen = receptive_field([Window((k,), s) for k, s in layers])[0].size
        return 0 if seen >= _SEEN else seen
    if wish == "layers":
        return 0 if len(layers) <= _MOST else len(layers)
    if wish == "rows":
        left = _rows_left(layers)
        return 0 if left >= _LEFT else left or -1
    return int((POOL, POOL) in pairwise(layers))


def _rows_left(layers: Layers) -> int:
    rows = _ROWS
    for kernel_size, stride in layers:
        try:
            (rows,) = Window((kernel_size,), stride).output_size((rows,))
        except GeometryError:
            return 0
    return rows


def _wish(name: str, text: str) -> Probe:
    return Probe((name,), {"wish": text})


DESIGN_STACK = StackQuestion(
    "my_layers",
    (CONVOLUTION, POOL, CONVOLUTION, POOL, CONVOLUTION, POOL, CONVOLUTION),
    (
        _wish("pools", _("the order of the pools")),
        _wish("field", _("what a unit sees")),
        _wish("layers", _("the number of layers")),
        _wish("rows", _("the rows that are left")),
    ),
    _("{wish}"),
    wrong={
        "field-no-stride": (CONVOLUTION,) * 16,
        "fields-added": (CONVOLUTION, POOL) * 6 + (CONVOLUTION,),
        "same-size": (POOL, CONVOLUTION, POOL, CONVOLUTION, POOL, CONVOLUTION, POOL),
    },
    solution=_(
        "One of several: convolution and pool in turn, seven layers with a convolution at both ends. A unit "
        "sees 3, 4, 8, 10, 18, 22 and 38 pixels, and 64 rows become 62, 31, 29, 14, 12, 6 and 4."
    ),
    words=Words(
        prompt=_(
            "Design a stack of layers as a list: (3, 1) is a convolution with kernel 3 and stride 1, (2, 2) "
            "a pool with kernel 2 and stride 2, both without padding. A unit of the last layer is to see at "
            "least 32 pixels across. There are at most 7 layers, no two pools follow each other, and of 64 "
            "rows at least 4 are left."
        ),
        ask=_(
            "Write a line for each layer: how many pixels does a unit see, how many pixels apart are two "
            "neighbours, and how many rows are left?"
        ),
        formula=_(
            "A convolution adds two steps to what a unit sees, a pool adds one. Behind each pool a step is "
            "twice as long."
        ),
        hints={
            "field-no-stride": _(
                "Your design has convolutions alone, and each adds 2 pixels. After a pool of stride 2, how "
                "many pixels apart are two neighbours?"
            ),
            "same-size": _(
                "Your design would leave 4 rows if a convolution kept the size. How many rows does a kernel "
                "of 3 without padding make of 32?"
            ),
            "fields-added": _(
                "The kernels of your design add up to at least 32, and its units see far more. How many "
                "pixels does a convolution add after two pools?"
            ),
        },
    ),
)
