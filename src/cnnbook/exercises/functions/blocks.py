"""Write a block with branches: what it makes of a map is compared with what a plan of the block makes.

A plan lists the branches of a block, each a row of layers. It is worked out here without torch, on one map:
while all weights are equal, all maps of a layer are equal, too.
"""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from cnnbook.exercises.functions import block_errors
from cnnbook.exercises.functions.loops import Map, framed, numbers, slide
from cnnbook.exercises.functions.questions import Function, FunctionQuestion
from cnnbook.exercises.functions.results import Result, UnfitError, kind_of, number_maps, shape_of
from cnnbook.exercises.words import _, say

_SIZE = (6, 5)  # rows and columns of the map that a block is tried on
_WEIGHT, _BIAS = 1 / 16, -0.5  # each weight of each convolution, each bias of each batch norm

_NO_BLOCK = _("It returns {kind}, where a block is wanted, an nn.Module such as Branches(...).")
_CHANNELS = _("On {on} your block puts out {given} maps; {right} are wanted.")
_SIZES = _("On {on} the maps of your block have the size {given}; {right} is wanted.")
_ENDS = _(
    "On {on} your branches end with {given} maps; {right} are wanted. All weights are equal "
    "in this test, so neighbours that make the same of a map are counted as one."
)
_BRANCH = _(
    "On {on} branch {number} makes other numbers than it should. All weights are 1/16 in this test, "
    "so a kernel size, a width inside the branch, a padding, a pool or a ReLU differs."
)
_PARAMETERS = _(
    "On {on} the maps are right, but the block has {given} parameters; {right} are wanted. Does each "
    "convolution have a batch norm and no biases?"
)


class Layer(NamedTuple):
    """A layer of a plan: a convolution with its batch norm and ReLU, or a pool, which has no `outs`."""

    kernel_size: tuple[int, int]
    outs: int = 0
    average: bool = True


Plan = Sequence[Sequence[Layer]]


def conv(outs: int, height: int, width: int = 0) -> Layer:
    """Return a convolution, padded so that the size stays, with its batch norm and ReLU."""
    return Layer((height, width or height), outs)


def pool(*, average: bool = True) -> Layer:
    """Return a pool of 3 × 3 with stride 1 and padding 1."""
    return Layer((3, 3), average=average)


def parameters_of(plan: Plan, ins: int) -> int:
    """Return the parameters of a block: the weights, and two numbers of a batch norm for each map.

    >>> parameters_of([[conv(2, 1), conv(4, 3)]], 6)
    96
    """
    total = 0
    for branch in plan:
        channels = ins
        for layer in branch:
            if layer.outs:
                height, width = layer.kernel_size
                total += height * width * channels * layer.outs + 2 * layer.outs
                channels = layer.outs
    return total


def maps_of(plan: Plan, ins: int) -> list[tuple[int, Map]]:
    """Return for each branch how many maps it puts out, and the map that they all are."""
    ends = []
    for branch in plan:
        channels, one = ins, probe_map()
        for layer in branch:
            one = _made(layer, channels, one)
            channels = layer.outs or channels
        ends.append((channels, one))
    return ends


def probe_map() -> Map:
    """Return the map that all channels of the input are."""
    return numbers(*_SIZE)  # type: ignore[return-value]


def _made(layer: Layer, channels: int, one: Map) -> Map:
    height, width = layer.kernel_size
    if not layer.outs and not layer.average:
        low = [[float("-inf")] * len(one[0])]
        rows = [[float("-inf"), *row, float("-inf")] for row in [*low, *one, *low]]
        return [
            [max(max(row[x : x + 3]) for row in rows[y : y + 3]) for x in range(len(one[0]))]
            for y in range(len(one))
        ]
    most = max(height, width) // 2
    padded = framed(one, most, most)  # too much for the shorter side of a kernel, which is cut off again
    cut = most - height // 2, most - width // 2
    padded = [row[cut[1] : len(row) - cut[1]] for row in padded[cut[0] : len(padded) - cut[0]]]
    factor = channels * _WEIGHT if layer.outs else 1 / 9
    made = slide(padded, [[1.0] * width] * height, 1)
    if not layer.outs:
        return [[factor * number for number in row] for row in made]
    return [[max(0.0, factor * number + _BIAS) for number in row] for row in made]


@dataclass(frozen=True)
class ModuleQuestion(FunctionQuestion):
    """Base class of questions that a function answers which returns an nn.Module.

    `right` and the values of `wrong` are functions that return plans, since torch is not loaded for them.
    """

    needs_torch: ClassVar[bool] = True

    def prepared(self, answer: object) -> Function:
        """Return the function that makes a module and says what it does, by `looked_at`.

        Raises UnfitError for what is no function, and for functions that return no module.
        """
        function = super().prepared(answer)
        torch = sys.modules.get("torch")

        def result(*arguments: Any) -> object:
            module = function(*arguments)
            if module is None:
                return None
            if torch is None or not isinstance(module, torch.nn.Module):
                raise UnfitError(say(_NO_BLOCK, kind=kind_of(module)))
            return self.looked_at(torch, module, arguments[0])

        return result

    def cause(self, answer: Any, at: int) -> str:
        """Return the tracer's words for a module that does not run on a probe."""
        arguments = self.probes[at].arguments
        try:
            return block_errors.cause(answer(*arguments), (1, arguments[0], *_SIZE))
        except Exception:  # the function raises before there is a module
            return ""

    @abstractmethod
    def looked_at(self, torch: Any, module: Any, ins: int) -> object:
        """Return what is compared of a learner's module that reads `ins` maps."""

    @abstractmethod
    def planned(self, plan: Plan, ins: int) -> Result:
        """Return the same of a plan."""

    def read(self, value: object) -> Result:
        """Return the result as it is."""
        return value  # type: ignore[return-value]

    def results_of(self, answer: Any) -> tuple[Result, ...]:
        """Return the results of a function that makes plans."""
        return tuple(self.planned(answer(*probe.arguments), int(probe.arguments[0])) for probe in self.probes)


@dataclass(frozen=True)
class BlockQuestion(ModuleQuestion):
    """Write a function that returns a block with the branches of a plan, in the plan's order.

    The result is the number of parameters, then for each branch its number of maps and what they all are.
    """

    def looked_at(self, torch: Any, module: Any, ins: int) -> Result:
        """Return the parameters, and the maps that it makes while all its weights are 1/16."""
        parameters = sum(weight.numel() for weight in module.parameters())
        return _result(parameters, run_with_equal_weights(torch, module, ins))

    def planned(self, plan: Plan, ins: int) -> Result:
        """Return the parameters and maps of a plan."""
        return _result(parameters_of(plan, ins), maps_of(plan, ins))

    def difference(self, at: int, given: Any) -> str:
        """Return the first difference: of the maps, their size, the branches, or the parameters."""
        right: Any = self.right_results[at]
        named = {"on": self.probe_named(at)}
        counts, wanted = [count for count, _one in given[1]], [count for count, _one in right[1]]
        if sum(counts) != sum(wanted):
            return say(_CHANNELS, given=sum(counts), right=sum(wanted), **named)
        sizes = [" x ".join(map(str, shape_of(result[1][0][1]))) for result in (given, right)]
        if sizes[0] != sizes[1]:
            return say(_SIZES, given=sizes[0], right=sizes[1], **named)
        if counts != wanted:
            listed = [", ".join(map(str, one)) for one in (counts, wanted)]
            return say(_ENDS, given=listed[0], right=listed[1], **named)
        for number, (mine, theirs) in enumerate(zip(given[1], right[1], strict=True), 1):
            if mine != theirs:
                return say(_BRANCH, number=number, **named)
        return say(_PARAMETERS, given=given[0], right=right[0], **named)


def run_with_equal_weights(
    torch: Any, module: Any, ins: int, one: Map | None = None
) -> list[tuple[int, Map]]:
    """Return what a module makes of `ins` equal maps while its weights are 1/16 and its batch norms add -0.5.

    That are its maps; of equal ones that lie one behind the other, one and how many they are. A bias of -0.5
    makes the ReLU count, and with it the order of the layers. The module is left as it is.
    """
    module, threads = deepcopy(module).double().eval(), torch.get_num_threads()
    torch.set_num_threads(1)  # for a map so small, threads that wait for each other take most of the time
    try:
        return _run(torch, module, ins, one or probe_map())
    finally:
        torch.set_num_threads(threads)


def _run(torch: Any, module: Any, ins: int, one: Map) -> list[tuple[int, Map]]:
    map_ = torch.tensor(one, dtype=torch.float64)
    with torch.no_grad():
        for weight in module.parameters():
            weight.fill_(_WEIGHT if weight.dim() > 1 else 0.0)
        for layer in module.modules():
            if hasattr(layer, "running_mean"):
                layer.eps = 0.0
                layer.weight.fill_(1.0)
                layer.bias.fill_(_BIAS)
        out = module(map_.expand(1, ins, *map_.shape))[0]
        maps, counts = torch.unique_consecutive(out.round(decimals=6), dim=0, return_counts=True)
    return list(zip(counts.tolist(), maps.tolist(), strict=True))


def _result(parameters: int, ends: Sequence[tuple[int, Map]]) -> Result:
    """Return the parameters, and for each run of equal maps their number and the map."""
    runs: list[tuple[int, Result]] = []
    for count, one in ends:
        rounded = number_maps(one)
        if runs and runs[-1][1] == rounded:
            runs[-1] = (runs[-1][0] + count, rounded)
        else:
            runs.append((count, rounded))
    return (parameters, tuple(runs))
