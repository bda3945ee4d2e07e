"""Tries an answer on the probes of its question, and notes what came of each."""

from __future__ import annotations

import dis
import os
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass, field
from importlib import import_module
from io import StringIO
from traceback import extract_tb
from typing import NamedTuple

from cnnbook.exercises.functions import running
from cnnbook.exercises.functions.given import Made, as_lists, ways
from cnnbook.exercises.functions.questions import Function, Probe, ProbedQuestion
from cnnbook.exercises.functions.results import Result, UnfitError
from cnnbook.exercises.words import _, say

_COURSE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_LIBRARY = os.path.dirname(os.__file__)
_LONGEST = 200  # characters of an exception's message that are shown
_OF_A_STUB = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE", "POP_TOP", "CACHE"}
_RAISES = _("it raises {error}")
_RAISES_IN_LINE = _("it raises {error}, in line {line} of {function}")


class Outcome(NamedTuple):
    """What came of one probe.

    There is a `result`, or else the words for what went wrong: `refused`, if the result has the wrong type,
    or `raised`, with its `cause` where the question finds one. `nothing` is whether the function returned
    None, or a line of it raises NotImplementedError, as the `stub` of a function does. `second` is the result
    of the same call once more, and `changed` is whether the function changed its arguments.
    """

    result: Result | None = None
    second: Result | None = None
    refused: str = ""
    raised: str = ""
    cause: str = ""
    nothing: bool = False
    stub: bool = False
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

    A function that does not get on with what it is given is tried on the same numbers made in other ways; of
    these trials, that with the most results is returned. Whatever the learner's code does, no exception comes
    out.
    """
    _load_torch_for(function)
    if not question.takes_tensors:
        return _trial(question, function, as_lists)
    best: Trial | None = None
    for made in ways():
        trial = _trial(question, function, made)
        least = len(best.results) if best else -1
        # Of two that give equally many results, what happens on tensors is said, and on lists is not.
        if len(trial.results) > least or (len(trial.results) == least and made is not as_lists):
            best = trial
        if _is_settled(question, trial, function, on_lists=made is as_lists):
            break
    return best or Trial()


def _load_torch_for(function: Function) -> None:
    """Load torch if a function imports it itself: that takes seconds, which are not the function's own."""
    code = getattr(function, "__code__", None)
    if code is not None and "torch" in code.co_names:
        with suppress(ImportError):
            import_module("torch")


def _is_settled(question: ProbedQuestion, trial: Trial, function: Function, *, on_lists: bool) -> bool:
    """Return whether no other way to hand the numbers over can tell more.

    That is so if the function is not written yet, does not end, or gives what is right or what a
    misconception gives. Other results on lists tell little: operators mean something else there.
    """
    if not trial.in_time or all(outcome.nothing for outcome in trial.outcomes):
        return True
    if len(trial.results) < len(question.probes):
        return not any(outcome.raised or outcome.refused for outcome in trial.outcomes)
    known = trial.results == question.right_results or bool(question.explaining(trial.results, function))
    return known or not on_lists


def _trial(question: ProbedQuestion, function: Function, made: Made) -> Trial:
    trial, printed = Trial(), StringIO()

    def work() -> None:
        for probe in question.probes:
            trial.outcomes.append(_outcome(question, function, probe, made))

    with redirect_stdout(printed):
        trial.in_time = running.finishes(work, running.LIMIT)
    trial.printed = printed.getvalue()
    return trial


def _outcome(question: ProbedQuestion, function: Function, probe: Probe, made: Made) -> Outcome:
    own = question.arguments(probe, made)
    try:
        value = function(*own)
        if value is None:
            return Outcome(nothing=True)
        result = question.read(value)
        second = question.read(function(*question.arguments(probe, made)))
    except UnfitError as error:
        return Outcome(refused=str(error))
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        return Outcome(nothing=True, stub=True) if _is_stub(error) else Outcome(raised=raised_by(error))
    return Outcome(result, second, changed=repr(own) != repr(question.arguments(probe, made)))


def has_lines(function: object) -> bool:
    """Return whether a function has lines that do something: more than `...`, `pass` or a docstring.

    >>> has_lines(lambda: ...), has_lines(lambda rows: print(rows))
    (False, True)
    """
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    ops = {one.opname for one in dis.get_instructions(code)}
    return not ops <= _OF_A_STUB


def _is_stub(error: BaseException) -> bool:
    """Return whether a line of the learner's own raises NotImplementedError.

    torch raises that error too, from code that has no line in Python, as for the mean of True and False. Then
    the last line is the learner's as well, but it is a call and no raise.
    """
    if not isinstance(error, NotImplementedError) or error.__traceback__ is None:
        return False
    last = error.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    code = last.tb_frame.f_code
    raises = dis.opname[code.co_code[last.tb_lasti]] == "RAISE_VARARGS"
    return raises and _is_own(code.co_filename)


def raised_by(error: BaseException) -> str:
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
