"""Tries repairs: each is made in a copy of the network, without data, and the copy is traced."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, redirect_stderr, redirect_stdout
from threading import Lock
from time import thread_time
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from cnnbook.traces import Shape, Trace
from cnnbook.traces.given_inputs import is_shape
from cnnbook.tracing.failures.errors import Failure, Stopped
from cnnbook.tracing.models import copy_without_data, initialized
from cnnbook.tracing.new_layers import NewLayers

_TRIALS = 30
_SECONDS = 1.5
# sys.stdout belongs to all threads, so only one may silence it at a time.
_silence = Lock()


class Repair(NamedTuple):
    """A change and its description: of the modules, of the first input, or of one call inside forward.

    Among the repairs of one `family` only the first that works is offered.
    """

    text: str
    family: str
    change: Callable[[nn.Module], object] | None = None
    feed: Shape | Tensor | None = None
    patch: Callable[[], AbstractContextManager[Any]] | None = None


class Outcome(NamedTuple):
    """How a trial ended: the rows that ran and the failure; neither if the change was impossible."""

    trace: Trace | None = None
    failure: Failure | None = None

    @property
    def works(self) -> bool:
        """Whether the repaired network ran to its end."""
        return self.trace is not None and self.failure is None


class FailedRun:
    """The network and the inputs that failed, and trials of repairs: at most 30, none begun after 1.5 s of
    processor time, which other work on the machine does not shorten.

    `tracer(model, inputs, keyword_inputs)` returns the Trace, or raises Stopped.
    """

    def __init__(
        self,
        model: nn.Module,
        inputs: tuple[Any, ...],
        keywords: dict[str, Any],
        tracer: Callable[[nn.Module, tuple[Any, ...], dict[str, Any]], Trace],
    ) -> None:
        self.model = model
        self.inputs = inputs
        self.keywords = keywords
        self.tracer = tracer
        self.trials = 0
        self._deadline = 0.0
        self._tried: dict[str, Outcome] = {}

    def on(self, inputs: tuple[Any, ...], keywords: dict[str, Any]) -> FailedRun:
        """Trials of the same network on other inputs; they may take as long as is left to this one."""
        other = FailedRun(self.model, inputs, keywords, self.tracer)
        other._deadline = self._deadline
        return other

    def works(self, repair: Repair) -> bool:
        """Whether a repaired copy of the network runs to its end."""
        return self.outcome(repair).works

    def outcome(self, repair: Repair) -> Outcome:
        """How far a repaired copy of the network runs. A repair is tried once, however often one asks."""
        if repair.text not in self._tried:
            if self.trials >= _TRIALS or (self.trials and thread_time() > self._deadline):
                return Outcome()
            self.trials += 1
            self._tried[repair.text] = self._try(repair)
            # The time counts from the end of the first trial, in which torch may load more of itself.
            self._deadline = self._deadline or thread_time() + _SECONDS
        return self._tried[repair.text]

    def _try(self, repair: Repair) -> Outcome:
        try:
            # A network that prints would do so again in every trial.
            with _silence, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                trial = copy_without_data(self.model)
                if repair.change is not None:
                    with torch.no_grad(), NewLayers():
                        repair.change(trial)
                inputs, keywords = self._fed(repair.feed)
                with repair.patch() if repair.patch else nullcontext():
                    # A lazy layer after the failure gets its shape only in the repaired network.
                    return Outcome(self.tracer(initialized(trial, inputs, keywords), inputs, keywords))
        except Stopped as stopped:
            return Outcome(stopped.trace, stopped.failure)
        except Exception:  # the copy or the change is impossible: the repair is not offered
            return Outcome()

    def _fed(self, first: Shape | Tensor | None) -> tuple[tuple[Any, ...], dict[str, Any]]:
        if first is None:
            return self.inputs, self.keywords
        old = self.inputs[0] if self.inputs else next(iter(self.keywords.values()))
        if type(first) is tuple and not is_shape(old):
            first = old.new_empty(first, device="meta")  # a tensor: the new shape, the same dtype
        if self.inputs:
            return (first, *self.inputs[1:]), self.keywords
        return (), {**self.keywords, next(iter(self.keywords)): first}
