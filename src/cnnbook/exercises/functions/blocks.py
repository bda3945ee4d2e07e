"""Write a block with branches: what it makes of a map is compared with what a plan of the block makes."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cnnbook.exercises.functions import block_errors
from cnnbook.exercises.functions.block_plans import (
    BIAS,
    SIZE,
    WEIGHT,
    Plan,
    maps_of,
    parameters_of,
    probe_map,
)
from cnnbook.exercises.functions.loops import Map
from cnnbook.exercises.functions.questions import Function, FunctionQuestion
from cnnbook.exercises.functions.results import Result, UnfitError, kind_of, number_maps, shape_of
from cnnbook.exercises.words import _, say

_NO_BLOCK = _("It returns {kind}, where a block is wanted, an nn.Module such as Branches(...).")
_CHANNELS = _("On {on} your block puts out {given} maps; {right} are wanted.")
_SIZES = _("On {on} the maps of your block have the size {given}; {right} is wanted.")
_ENDS = _(
    "On {on} your branches put out, in their order, {given} maps; {right} are wanted. (Neighbours whose maps "
    "are equal in this test are counted as one.)"
)
_BRANCH = _(
    "On {on} branch {number} makes other numbers than it should. All weights are 1/16 in this test, "
    "so a kernel size, a width inside the branch, a padding, a pool, a batch norm or a ReLU differs."
)
_NO_NORM = _(
    "On {on} branch {number} makes the numbers of a branch without batch norms. Each convolution has one "
    "here, before its ReLU."
)
_FIXED = _(
    "These are the results of the right block with {argument} = {number}, whatever {argument} is. Where in "
    "your function should {argument} stand?"
)
_PARAMETERS = _(
    "On {on} the maps are right, but the block has {given} parameters; {right} are wanted. Does each "
    "convolution have a batch norm and no biases?"
)


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
            return block_errors.cause(answer(*arguments), (1, arguments[0], *SIZE))
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

    `usual` are the numbers that the second argument has in the network, one of which may stand in its place.
    """

    usual: tuple[int, ...] = field(default=(), kw_only=True)

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
                bare = maps_of(self.right(*self.probes[at].arguments), self.probes[at].arguments[0], bias=0)
                no_norm = mine[1] == number_maps(bare[number - 1][1])
                return say(_NO_NORM if no_norm else _BRANCH, number=number, **named)
        return say(_PARAMETERS, given=given[0], right=right[0], **named)

    def about_result(self, at: int, given: Result, results: tuple[Result, ...]) -> str:
        """Return a question about the second argument if a number stands in its place."""
        argument = self.signature.rstrip(")").rpartition(" ")[2]
        for number in self.usual:
            if results == self.results_of(lambda ins, _own, number=number: self.right(ins, number)):
                return say(_FIXED, argument=argument, number=number)
        return ""


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
            weight.fill_(WEIGHT if weight.dim() > 1 else 0.0)
        for layer in module.modules():
            if hasattr(layer, "running_mean"):
                layer.eps = 0.0
                layer.weight.fill_(1.0)
                layer.bias.fill_(BIAS)
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
