"""Tries an answer on the probes of its question, and notes what came of each."""

from __future__ import annotations

import os
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from traceback import extract_tb
from typing import NamedTuple

from cnnbook.exercises.functions import running
from cnnbook.exercises.functions.questions import Function, Probe, ProbedQuestion
from cnnbook.exercises.functions.results import Result, UnfitError
from cnnbook.exercises.words import _, say

_COURSE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_LIBRARY = os.path.dirname(os.__file__)
_LONGEST = 200  # characters of an exception's message that are shown
_RAISES = _("it raises {error}")
_RAISES_IN_LINE = _("it raises {error}, in line {line} of {function}")


class Outcome(NamedTuple):
    """What came of one probe.

    There is a `result`, or else the words for what went wrong: `refused`, if the result has the wrong type,
    or `raised`. `nothing` is whether the function returned None or raised NotImplementedError, as the stub of
    a function does. `second` is the result of the same call once more, and `changed` is whether the function
    changed its arguments.
    """

    result: Result | None = None
    second: Result | None = None
    refused: str = ""
    raised: str = ""
    nothing: bool = False
    changed: bool = False


@dataclass
class Trial:
    """What came of all probes, in their order, until the time limit; `printed` is what was printed."""

    outcomes: list[Outcome] = field(default_factory=list)
    in_time: bool = True
    printed: str = ""

    @property
    def results(self) -> tuple[Result, ...]:
        """The results, of the probes that gave one."""
        return tuple(outcome.result for outcome in self.outcomes if outcome.result is not None)


def tried(question: ProbedQuestion, function: Function) -> Trial:
    """Return what comes of an answer on all probes of its question, each called twice.

    Whatever the learner's code does, no exception comes out.
    """
    trial = _trial(question, function, plain=False)
    if question.takes_tensors and any(outcome.raised for outcome in trial.outcomes):
        on_lists = _trial(question, function, plain=True)
        return on_lists if len(on_lists.results) > len(trial.results) else trial
    return trial


def _trial(question: ProbedQuestion, function: Function, plain: bool) -> Trial:
    trial, printed = Trial(), StringIO()

    def work() -> None:
        for probe in question.probes:
            trial.outcomes.append(_outcome(question, function, probe, plain))

    with redirect_stdout(printed):
        trial.in_time = running.finishes(work, running.LIMIT)
    trial.printed = printed.getvalue()
    return trial


def _outcome(question: ProbedQuestion, function: Function, probe: Probe, plain: bool) -> Outcome:
    own = question.arguments(probe, plain)
    try:
        value = function(*own)
        if value is None:
            return Outcome(nothing=True)
        result = question.read(value)
        second = question.read(function(*question.arguments(probe, plain)))
    except UnfitError as error:
        return Outcome(refused=str(error))
    except NotImplementedError:
        return Outcome(nothing=True)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return Outcome(raised=_said(error))
    return Outcome(result, second, changed=repr(own) != repr(question.arguments(probe, plain)))


def _said(error: BaseException) -> str:
    """Return an exception in words: type and message as Python gives them, and the learner's line."""
    try:
        text = f"{type(error).__name__}: {error}".strip(": \n").split("\n")[0][:_LONGEST]
    except Exception:  # the exception may be a class of the learner's
        text = type(error).__name__
    # Lines of the learner's own code are in no file of the course or of a library.
    own = [one for one in extract_tb(error.__traceback__) if _is_own(one.filename)]
    if not own:
        return say(_RAISES, error=text)
    return say(_RAISES_IN_LINE, error=text, line=str(own[-1].lineno), function=own[-1].name)


def _is_own(file: str) -> bool:
    return not file.startswith((_COURSE, "<frozen")) and "site-packages" not in file and _LIBRARY not in file
