"""Write the blocks A and C of Inception-v3, and design a block of one's own within a budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cnnbook.exercises.functions.block_errors import SIZES_DIFFER
from cnnbook.exercises.functions.blocks import (
    BlockQuestion,
    Layer,
    ModuleQuestion,
    Plan,
    conv,
    maps_of,
    parameters_of,
    pool,
    run_with_equal_weights,
)
from cnnbook.exercises.functions.loops import Map
from cnnbook.exercises.functions.questions import Probe
from cnnbook.exercises.functions.results import Result, number_maps, shape_of
from cnnbook.exercises.functions.sizes import probes
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

# What a block of one's own must and may have.
WANTED_MAPS, WANTED_FIELD, WANTED_BRANCHES, BUDGET = 32, 5, 3, 2_400

_SPOT = [[1000.0 * ((y, x) == (5, 4)) for x in range(9)] for y in range(10)]

_OWN_MAPS = _("On {on} your block puts out {given} maps; {right} are wanted.")
_OWN_SIZE = _("On {on} the maps come out smaller or larger than they went in. Which padding keeps the size?")
_OWN_FIELD = _(
    "On {on} no number that comes out sees {right} pixels downwards and sideways; the most is {given}."
)
_OWN_BRANCHES = _(
    "On {on} your block makes {given} different kinds of map; {right} are wanted. All weights are equal "
    "in this test, so two branches with the same layers make the same maps."
)
_OWN_BUDGET = _("On {on} your block has {given} parameters; at most {right} are allowed.")


def _block_a(ins: int, pool_features: int) -> Plan:
    five, twice = (conv(48, 1), conv(64, 5)), (conv(64, 1), conv(96, 3), conv(96, 3))
    return ((conv(64, 1),), five, twice, (pool(), conv(pool_features, 1)))


def _block_a_direct(ins: int, pool_features: int) -> Plan:
    one, five, twice, pooled = _block_a(ins, pool_features)
    return (one, five[1:], twice[1:], pooled)


WRITE_BLOCK_A = BlockQuestion(
    "my_block_a(ins, pool_features)",
    _block_a,
    probes("ins pool_features", (8, 3), (12, 5)),
    _("ins={ins}, pool_features={pool_features}"),
    advice=SIZES_DIFFER,
    wrong={
        "concat-forgot-branch": lambda ins, pool_features: _block_a(ins, pool_features)[:-1],
        "pool-passes-all": lambda ins, pool_features: (*_block_a(ins, pool_features)[:-1], (pool(),)),
        "no-bottleneck": _block_a_direct,
        "max-not-mean": lambda ins, pool_features: (
            *_block_a(ins, pool_features)[:-1],
            (pool(average=False), conv(pool_features, 1)),
        ),
    },
    solution=_(
        "Each branch is a row of bricks:\n"
        "    five = nn.Sequential(conv_bn(ins, 48, 1), conv_bn(48, 64, 5, padding=2))\n"
        "    three = [conv_bn(ins, 64, 1), conv_bn(64, 96, 3, padding=1), conv_bn(96, 96, 3, padding=1)]\n"
        "    pool = nn.Sequential(nn.AvgPool2d(3, stride=1, padding=1), conv_bn(ins, pool_features, 1))\n"
        "    return Branches(conv_bn(ins, 64, 1), five, nn.Sequential(*three), pool)"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns block A as an nn.Module. The block reads ins maps "
            "and keeps their size. Its four branches, in this order: 1x1 to 64; 1x1 to 48, then 5x5 to 64; "
            "1x1 to 64, then 3x3 to 96, then 3x3 to 96; an average pool of 3x3 with stride 1, then 1x1 to "
            "pool_features. Each convolution has a batch norm and a ReLU, as in conv_bn."
        ),
        ask=_(
            "Take the branches one by one. Which layers does each have, how many maps does each layer read "
            "and make, and which padding keeps the size?"
        ),
        formula=_(
            "Branches(first, second, third, fourth), where a branch of several layers is nn.Sequential(...)."
        ),
        hints={
            "concat-forgot-branch": _(
                "Your block has no branch with a pool. Which two layers stand in that branch?"
            ),
            "pool-passes-all": _(
                "Your pool hands on all the maps that it reads. Which layer stands behind it, and how many "
                "maps does that make?"
            ),
            "no-bottleneck": _(
                "Your large kernels read all the maps. Which narrow layer stands before them in block A?"
            ),
            "max-not-mean": _(
                "Your pool takes the largest number of a window. Which pool does block A have?"
            ),
        },
    ),
)


def _pairs(between: int, outs: int, *kernels: tuple[int, int]) -> tuple[Layer, ...]:
    *first, last = kernels
    return (conv(between, 1), *(conv(between, *kernel) for kernel in first), conv(outs, *last))


_ROW, _COLUMN = (1, 7), (7, 1)
_WRONG_AXIS = {
    "the kernel does not fit": _(
        "kernel_size and padding are both (rows, columns). A kernel of (1, 7) has one row and seven columns: "
        "on which of the two axes must zeros be added?"
    )
}


def _block_c(ins: int, c: int) -> Plan:
    once, twice = _pairs(c, 192, _ROW, _COLUMN), _pairs(c, 192, _COLUMN, _ROW, _COLUMN, _ROW)
    return ((conv(192, 1),), once, twice, (pool(), conv(192, 1)))


def _block_c_turned(ins: int, c: int) -> Plan:
    once, twice = _pairs(c, 192, _COLUMN, _ROW), _pairs(c, 192, _ROW, _COLUMN, _ROW, _COLUMN)
    return ((conv(192, 1),), once, twice, (pool(), conv(192, 1)))


def _block_c_whole(ins: int, c: int) -> Plan:
    once, twice = _pairs(c, 192, (7, 7)), _pairs(c, 192, (7, 7), (7, 7))
    return ((conv(192, 1),), once, twice, (pool(), conv(192, 1)))


def _block_c_short(ins: int, c: int) -> Plan:
    one, once, _twice, pooled = _block_c(ins, c)
    return (one, once, _pairs(c, 192, _COLUMN, _ROW), pooled)


WRITE_BLOCK_C = BlockQuestion(
    "my_block_c(ins, c)",
    _block_c,
    probes("ins c", (24, 6), (32, 9)),
    _("ins={ins}, c={c}"),
    advice=SIZES_DIFFER | _WRONG_AXIS,
    wrong={
        "kernel-wrong-axis": _block_c_turned,
        "field-as-kernel": _block_c_whole,
        "shorter-branch": _block_c_short,
        "pool-passes-all": lambda ins, c: (*_block_c(ins, c)[:-1], (pool(),)),
    },
    solution=_(
        "A row is 1 x 7 and a column is 7 x 1; each keeps the size:\n"
        "    row = lambda outs: conv_bn(c, outs, (1, 7), padding=(0, 3))\n"
        "    column = lambda outs: conv_bn(c, outs, (7, 1), padding=(3, 0))\n"
        "    seven = nn.Sequential(conv_bn(ins, c, 1), row(c), column(192))\n"
        "    twice = nn.Sequential(conv_bn(ins, c, 1), column(c), row(c), column(c), row(192))\n"
        "    pool = nn.Sequential(nn.AvgPool2d(3, stride=1, padding=1), conv_bn(ins, 192, 1))\n"
        "    return Branches(conv_bn(ins, 192, 1), seven, twice, pool)"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns block C as an nn.Module. The block reads ins maps "
            "and keeps their size. Its four branches, in this order: 1x1 to 192; 1x1 to c, then 1x7 to c, "
            "then 7x1 to 192; 1x1 to c, then 7x1 to c, 1x7 to c, 7x1 to c, and 1x7 to 192; an average pool "
            "of 3x3 with stride 1, then 1x1 to 192. Each convolution has a batch norm and a ReLU."
        ),
        ask=_(
            "Take the branches one by one. On which axis is each kernel 7 long, and which padding keeps the "
            "size on that axis?"
        ),
        formula=_(
            "A kernel of (1, 7) is one row high: it needs padding=(0, 3). A kernel of (7, 1) needs (3, 0)."
        ),
        hints={
            "kernel-wrong-axis": _(
                "Your rows stand where columns should be. kernel_size is (rows, columns): how many rows "
                "has (7, 1)?"
            ),
            "field-as-kernel": _(
                "Your block has kernels of 7x7. They see as far, but into which two layers does block C cut "
                "each?"
            ),
            "shorter-branch": _(
                "Your third branch has one pair of long kernels. How many does the task list there?"
            ),
            "pool-passes-all": _(
                "Your pool hands on all the maps that it reads. Which layer stands behind it, and how many "
                "maps does that make?"
            ),
        },
    ),
)


@dataclass(frozen=True)
class OwnBlockQuestion(ModuleQuestion):
    """Design a block that meets some conditions within a budget of parameters.

    The result is the number of maps, whether their size stays, how far one of its numbers sees, the number of
    kinds of map, and the parameters; what is better than it must be counts as what it must be.
    """

    def looked_at(self, torch: Any, module: Any, ins: int) -> Result:
        """Return what the conditions are about, measured on the learner's module."""
        out = run_with_equal_weights(torch, module, ins)
        spot = run_with_equal_weights(torch, module, ins, _SPOT)
        blank = run_with_equal_weights(torch, module, ins, [[0.0] * len(row) for row in _SPOT])
        kept = shape_of(number_maps(spot[0][1])) == (len(_SPOT), len(_SPOT[0]))
        field = max(_touched(one, nothing) for _count, one in spot for _count, nothing in blank)
        parameters = sum(weight.numel() for weight in module.parameters())
        maps, kinds = sum(count for count, _one in out), len({number_maps(one) for _count, one in out})
        return _met(maps, kept, field, kinds, parameters)

    def planned(self, plan: Plan, ins: int) -> Result:
        """Return what the conditions are about, for a plan: its layers all keep the size."""
        ends = maps_of(plan, ins)
        fields = [1 + sum(min(layer.kernel_size) - 1 for layer in branch) for branch in plan]
        kinds = len({number_maps(one) for _count, one in ends})
        maps = sum(count for count, _one in ends)
        return _met(maps, True, max(fields), kinds, parameters_of(plan, ins))

    def difference(self, at: int, given: Any) -> str:
        """Return the first condition that is not met."""
        messages = (_OWN_MAPS, _OWN_SIZE, _OWN_FIELD, _OWN_BRANCHES, _OWN_BUDGET)
        right: Any = self.right_results[at]
        place = next(i for i, pair in enumerate(zip(given, right, strict=True)) if pair[0] != pair[1])
        return say(messages[place], on=self.probe_named(at), given=given[place], right=right[place])


def _met(maps: int, kept: bool, field: int, kinds: int, parameters: int) -> Result:
    return (maps, int(kept), min(field, WANTED_FIELD), min(kinds, WANTED_BRANCHES), max(parameters, BUDGET))


def _touched(one: Map, nothing: Map) -> int:
    """Return how many rows or columns differ between two maps, whichever are fewer."""
    places = [
        (y, x)
        for y, rows in enumerate(zip(one, nothing, strict=True))
        for x, (number, before) in enumerate(zip(*rows, strict=True))
        if number != before
    ]
    return min(max(axis) - min(axis) + 1 for axis in zip(*places, strict=True)) if places else 0


def _own_block(ins: int) -> Plan:
    return (
        (conv(8, 1),),
        (conv(8, 1), conv(12, 3)),
        (conv(4, 1), conv(4, 3), conv(8, 3)),
        (pool(average=False), conv(4, 1)),
    )


def _like(change: Callable[[Any], Plan]) -> Callable[[int], Plan]:
    return lambda ins: change(_own_block(ins))


DESIGN_BLOCK = OwnBlockQuestion(
    "my_block(ins)",
    _own_block,
    tuple(Probe((ins,), {"ins": ins}) for ins in (12, 32)),
    _("ins={ins}"),
    advice=SIZES_DIFFER,
    wrong={
        "no-bottleneck": _like(lambda plan: (plan[0], (conv(12, 3),), (conv(8, 5),), plan[3])),
        "pool-passes-all": _like(lambda plan: (*plan[:-1], plan[3][:1])),
        "concat-as-add": _like(
            lambda plan: tuple((*branch[:-1], branch[-1]._replace(outs=WANTED_MAPS)) for branch in plan)
        ),
        "only-small-kernels": _like(lambda plan: (plan[0], plan[1], (conv(8, 1),), plan[3])),
    },
    solution=_(
        "One of many, with 8 + 12 + 8 + 4 = 32 maps:\n"
        "    three = nn.Sequential(conv_bn(ins, 8, 1), conv_bn(8, 12, 3, padding=1))\n"
        "    five = [conv_bn(ins, 4, 1), conv_bn(4, 4, 3, padding=1), conv_bn(4, 8, 3, padding=1)]\n"
        "    pool = nn.Sequential(nn.MaxPool2d(3, 1, 1), conv_bn(ins, 4, 1))\n"
        "    return Branches(conv_bn(ins, 8, 1), three, nn.Sequential(*five), pool)"
    ),
    words=Words(
        prompt=_(
            "Design a block of your own: write the function {signature}, which returns an nn.Module. The "
            "block reads ins maps and puts out 32 maps of the same height and width. It has at least three "
            "different branches. At least one of its numbers sees 5 x 5 pixels or more. For ins=32 it has at "
            "most 2,400 parameters, fewer than the block above."
        ),
        ask=_(
            "How many maps does each branch put out, and what do they add up to? Which layer has the most "
            "weights?"
        ),
        formula=_("A convolution with a batch norm has k × k × ins × outs + 2 × outs parameters."),
        hints={
            "no-bottleneck": _(
                "Your large kernels read all the maps. What would a narrow 1x1 before them save?"
            ),
            "pool-passes-all": _(
                "Your pool hands on all the maps that it reads. What could stand behind it and make few of "
                "many?"
            ),
            "concat-as-add": _(
                "Each of your branches makes 32 maps. A concatenation puts them behind each other: how "
                "many are that together?"
            ),
            "only-small-kernels": _(
                "No branch of yours sees further than 3 x 3. Which kernel, or which two kernels, see 5 x 5?"
            ),
        },
    ),
)
