"""Feedback on an answer that runs: from its results on probes, compared with those of misconceptions."""

from __future__ import annotations

from dataclasses import dataclass

from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.functions import running
from cnnbook.exercises.functions.advice import advice
from cnnbook.exercises.functions.questions import ProbedQuestion, checksum
from cnnbook.exercises.functions.results import UnfitError
from cnnbook.exercises.functions.trials import Outcome, Trial, has_lines, tried
from cnnbook.exercises.words import _, say

_NOTHING = _("Nothing was handed over yet. What is wanted is {name}, without brackets behind it.")
_UNREAD = _("No result yet")
_OBJECT = _("A value of type {kind} cannot be tried. Hand over {name}, written as {signature}.")
_RIGHT_ONCE = _("Tried on {first}: right.")
_LATE = _("After {seconds} seconds it was still at work on {on}. Is there a loop that never ends?")
_RETURNS_NOTHING = _(
    "On {on} it returns nothing (None). Which value is wanted there, and does each way end with return?"
)
_NEVER_RETURNS = _("It returns nothing (None). Does its last line return the result?")
_PRINTS = _("It prints its result and returns nothing (None). Return the result in place of printing it.")
_REFUSED = _("On {on}: {refused}")
_RAISES = _("On {on} {raised}.")
_RAISES_ON_SOME = _("It gives a result on {results} of {count} inputs. On {on} {raised}.")
_UNSTABLE = _(
    "On {on} it does not give the same result twice. Does it use chance, or keep something between calls?"
)
_CHANGES = _("The values are right, but it changes the input it is given. Let it work on a copy.")


@dataclass(frozen=True)
class RunFeedback(Feedback):
    """The feedback on an answer that was run."""

    @property
    def word(self) -> str:
        """The outcome as learners see it; what gave no result could be read, but not run."""
        return say(_UNREAD) if self.outcome == "unreadable" else super().word


def judge_by_running(question: ProbedQuestion, answer: object) -> Feedback:
    """Return feedback on an answer that runs; nothing that it does raises an error here.

    This executes the learner's code, so it is done in the learner's own kernel only, and `judge`, which
    also grades what is collected, never does it. Of a function only what was found is collected, as data.

    A stub, which has no line of its own and returns None, is not attempted. What gives no result on any probe
    (it raises, is too slow, returns nothing or another type each time) is no try: a slip of the pen, not a
    belief. With a result on some of them it is a try.
    """
    values = question.placeholders(())
    if answer is None or answer is ... or (type(answer) is str and not answer.strip()):
        return RunFeedback("not attempted", say(_NOTHING, **values))
    try:
        function = question.prepared(answer)
    except UnfitError as error:
        return RunFeedback("unreadable", str(error))
    except Exception:  # an object of the learner's may raise anything, even when it is only looked at
        return RunFeedback("unreadable", say(_OBJECT, kind=type(answer).__name__, **values))
    trial = tried(question, function)
    _find_cause(question, trial, answer)
    nothing = trial.in_time and all(outcome.nothing for outcome in trial.outcomes)
    stub = any(outcome.stub for outcome in trial.outcomes) or not has_lines(answer)
    if nothing and stub and not trial.printed:
        return RunFeedback("not attempted", say(question.blank, **values))
    fault = _fault(question, trial)
    if not trial.results:
        return RunFeedback("unreadable", fault, _advice(question, trial))
    code = checksum((trial.results, fault))
    if fault:
        return _incorrect(question, trial, answer, fault, code)
    last = len(question.probes) - 1
    named = {"first": question.probe_named(0), "last": question.probe_named(last)}
    right = say(question.right_each_time if last else _RIGHT_ONCE, count=last + 1, **named)
    return RunFeedback("correct", right, answer=question.key)


def _incorrect(
    question: ProbedQuestion, trial: Trial, answer: object, fault: str, code: tuple[int, ...]
) -> Feedback:
    """Return the feedback on a wrong answer: its simplest fault, and what explains all its results."""
    complete = len(trial.results) == len(question.probes)
    causes = question.explaining(trial.results, answer) if complete else ()
    wording = question.wording
    if trial.results == question.right_results:  # they are right, and something else is not
        return RunFeedback("incorrect", fault, "", None, (), code)
    if len(causes) != 1:
        at = _first_fault(question, trial)
        given = trial.outcomes[at].result
        about = "" if given is None else question.about_result(at, given, trial.results)
        hint = _advice(question, trial) or about or question.on_the_way(at)
        return RunFeedback("incorrect", fault, hint, None, causes, code)
    hint = question.say(wording.hints[causes[0]])
    return RunFeedback("incorrect", fault, hint, causes[0] if question.asserts else None, causes, code)


def _find_cause(question: ProbedQuestion, trial: Trial, answer: object) -> None:
    """Put the cause of the first exception in place of its message, if the question finds it."""
    for at, outcome in enumerate(trial.outcomes):
        if outcome.raised:
            trial.outcomes[at] = outcome._replace(cause=question.cause(answer, at))
            return


def _advice(question: ProbedQuestion, trial: Trial) -> str:
    """Return what would work, and on which numbers, if the first fault is an exception.

    After a wrong result only what the question itself knows about a later exception is said: the message
    shows the result, not the line of the exception.
    """
    raised = next((one.cause + one.raised for one in trial.outcomes if one.raised), "")
    if not raised:
        return ""
    if not trial.outcomes[_first_fault(question, trial)].raised:
        return next((say(words) for part, words in question.advice.items() if part in raised), "")
    return advice(raised, question.advice) or question.example()


def _first_fault(question: ProbedQuestion, trial: Trial) -> int:
    """Return the place of the first probe that shows a fault; 0 if none does."""
    faults = (at for at, outcome in enumerate(trial.outcomes) if _fault_of(question, trial, at, outcome))
    return next(faults, 0)


def _fault(question: ProbedQuestion, trial: Trial) -> str:
    """Return the first fault in words, on the simplest probe that shows one; empty if there is none."""
    for at, outcome in enumerate(trial.outcomes):
        if fault := _fault_of(question, trial, at, outcome):
            return fault
    if not trial.in_time:
        on = question.probe_named(min(len(trial.outcomes), len(question.probes) - 1))
        return say(_LATE, seconds=running.LIMIT, on=on)
    if any(outcome.changed for outcome in trial.outcomes):
        return say(_CHANGES)
    return ""


def _fault_of(question: ProbedQuestion, trial: Trial, at: int, outcome: Outcome) -> str:
    on = question.probe_named(at)
    if outcome.nothing:
        if trial.printed:
            return say(_PRINTS)
        always = all(outcome.nothing for outcome in trial.outcomes)
        return say(_NEVER_RETURNS) if always else say(_RETURNS_NOTHING, on=on)
    if outcome.cause:
        return say(_REFUSED, on=on, refused=outcome.cause)
    if outcome.raised and trial.results:
        values = {"results": len(trial.results), "count": len(question.probes)}
        return say(_RAISES_ON_SOME, on=on, raised=outcome.raised, **values)
    if outcome.raised:
        return say(_RAISES, on=on, raised=outcome.raised)
    if outcome.refused:
        return say(_REFUSED, on=on, refused=outcome.refused)
    if outcome.result != outcome.second:
        return say(_UNSTABLE, on=on)
    if outcome.result is not None and outcome.result != question.right_results[at]:
        return question.difference(at, outcome.result)
    return ""
