"""The kinds of practice question about the open cells of a trace: one of them, then two, then four."""

from __future__ import annotations

from cnnbook.exercises.kinds.chains import POOL, Chain, drawn_conv, drawn_image
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.kinds.trace_tables import CHANNELS, HEIGHT, PARAMETERS, WIDTH, TraceTable, table_of
from cnnbook.exercises.questions import Question

# The misconceptions about a cell from whose answers those of the targets differ.
_RIVALS = (
    "no-plus-one",
    "padding-doubled",
    "same-size",
    "plus-one-inside",
    "stride-first",
    "channels-multiplied",
    "padding-adds-channels",
    "bias-per-input",
    "divides-by-stride",
    "same-by-habit",
    "stride-subtracted",
    "channels-summed",
    "one-map-only",
    "kernel-side-once",
    "bias-per-pair",
)


@kind(
    "trace-table-1",
    ("no-padding",),
    ("pool-stride-one",),
    ("no-input-channels", "no-bias"),
    distinct_from=_RIVALS,
    leads_to="trace-table-2",
)
def one_open_cell(draws: Draws, targets: Targets) -> Question:
    """Return a table with one open cell, and the rows without one as worked examples."""
    row = ((2, PARAMETERS),) if "no-bias" in targets else ((0, HEIGHT),)
    return _table(draws, targets, ((1, HEIGHT),) if "pool-stride-one" in targets else row, worked=True)


@kind(
    "trace-table-2",
    ("no-padding", "no-input-channels"),
    ("pool-stride-one", "no-bias"),
    ("rounds-up", "one-bias"),
    distinct_from=_RIVALS,
    leads_to="trace-table",
)
def two_open_cells(draws: Draws, targets: Targets) -> Question:
    """Return a table with two open cells, and the row without one as a worked example."""
    first = (1, HEIGHT) if "pool-stride-one" in targets else (0, HEIGHT)
    return _table(draws, targets, (first, (2, PARAMETERS)), worked=True)


@kind(
    "trace-table",
    ("no-padding", "channels-in", "no-input-channels"),
    ("pool-stride-one", "no-bias"),
    ("rounds-up", "no-stride", "one-bias"),
    ("no-padding", "padding-once", "pool-divides-channels"),
    distinct_from=_RIVALS,
    version=2,
)
def trace_table(draws: Draws, targets: Targets) -> Question:
    """Return a table with four open cells."""
    return _table(draws, targets)


def _table(
    draws: Draws, targets: Targets, cells: tuple[tuple[int, int], ...] = (), *, worked: bool = False
) -> TraceTable:
    """Return a table of a convolution, a pool and a second convolution; without `cells`, four are open."""
    paddings: tuple[int, ...] = (0,)
    if "no-padding" in targets:
        paddings = (2, 3) if "padding-once" in targets else (1, 2)
    stride = 2 if "rounds-up" in targets else 1
    first = drawn_conv(draws, draws.choice((6, 8, 12)), stride=stride, paddings=paddings)
    second = drawn_conv(draws, draws.choice((16, 20, 24)), paddings=paddings)
    chain = Chain(drawn_image(draws, 24, 48), (first, POOL, second))
    if cells:
        return table_of(chain, cells, *targets, worked=worked)
    pooled = CHANNELS if "pool-divides-channels" in targets else HEIGHT
    last = CHANNELS if "channels-in" in targets else draws.choice((HEIGHT, WIDTH))
    cells = ((0, HEIGHT), (1, pooled), (2, last), (2, PARAMETERS))
    return table_of(chain, cells, *targets)
