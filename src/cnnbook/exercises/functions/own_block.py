"""Design a block of one's own within a budget of parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cnnbook.exercises.functions.block_errors import READS_INS, SIZES_DIFFER
from cnnbook.exercises.functions.block_plans import Plan, conv, maps_of, parameters_of, pool
from cnnbook.exercises.functions.blocks import ModuleQuestion, run_with_equal_weights
from cnnbook.exercises.functions.loops import Map
from cnnbook.exercises.functions.questions import Probe
from cnnbook.exercises.functions.results import Result, number_maps, shape_of
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

# What a block of one's own must and may have.
WANTED_MAPS, WANTED_FIELD, WANTED_BRANCHES, BUDGET = 32, 5, 3, 2_400
BUDGET_FOR = 32  # for so many maps that it reads; with fewer it may have as many parameters as it likes

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
_OWN_BUDGET = _("For {on} your block has {given} parameters; at most {right} are allowed.")


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
        return _met(maps, kept, field, kinds, _counted(parameters, ins))

    def planned(self, plan: Plan, ins: int) -> Result:
        """Return what the conditions are about, for a plan: its layers all keep the size."""
        ends = maps_of(plan, ins)
        fields = [1 + sum(min(layer.kernel_size) - 1 for layer in branch) for branch in plan]
        kinds = len({number_maps(one) for _count, one in ends})
        maps = sum(count for count, _one in ends)
        return _met(maps, True, max(fields), kinds, _counted(parameters_of(plan, ins), ins))

    def difference(self, at: int, given: Any) -> str:
        """Return the first condition that is not met."""
        messages = (_OWN_MAPS, _OWN_SIZE, _OWN_FIELD, _OWN_BRANCHES, _OWN_BUDGET)
        right: Any = self.right_results[at]
        place = next(i for i, pair in enumerate(zip(given, right, strict=True)) if pair[0] != pair[1])
        return say(messages[place], on=self.probe_named(at), given=given[place], right=right[place])


def _met(maps: int, kept: bool, field: int, kinds: int, parameters: int) -> Result:
    return (maps, int(kept), min(field, WANTED_FIELD), min(kinds, WANTED_BRANCHES), parameters)


def _counted(parameters: int, ins: int) -> int:
    return max(parameters, BUDGET) if ins == BUDGET_FOR else BUDGET


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
    advice=SIZES_DIFFER | READS_INS,
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
            "most 2,400 parameters."
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
                "Each of your branches makes 32 maps. A concatenation puts them on one stack: how many "
                "are that together?"
            ),
            "only-small-kernels": _(
                "No branch of yours sees further than 3 x 3. Which kernel, or which two kernels, see 5 x 5?"
            ),
        },
    ),
)
