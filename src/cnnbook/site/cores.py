"""What a live element of a page is made of: a card of questions, or a sketch, from plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import time
from typing import Any, Protocol

from cnnbook.exercises.chapters import UnknownExerciseError, find
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.words import _, say
from cnnbook.learner.arguments import whole
from cnnbook.learner.ask import Questions, ask
from cnnbook.learner.card_question import remark
from cnnbook.learner.exercise import Exercise, practice
from cnnbook.learner.ladder import suggestion
from cnnbook.learner.live_card import LiveCard
from cnnbook.learner.quiz import quiz
from cnnbook.learner.record import Try, tries
from cnnbook.learner.written import without_notebook
from cnnbook.networks import COURSE, UnknownNetwork
from cnnbook.site.errors import SiteError
from cnnbook.sketch.given import given_plan
from cnnbook.sketch.live_sketch import LiveSketch
from cnnbook.sketch.records import plan_of_record, record_of_plan
from cnnbook.sketch.session import Session

_SLOW = _("There is no answer yet. Python may still be starting, or your lines may still be running.")


class Core(Protocol):
    """What answers the messages of a live element."""

    def state(self) -> dict[str, Any]:
        """Return all that the browser draws."""

    def hear(self, message: object) -> dict[str, Any]:
        """Do what a message asks for, and return what changed."""


def core(kind: str, given: Any) -> Core:
    """Return what answers the messages of a live element.

    `given` is a list of ids of exercises for "ask"; a kind of practice, or None for the first one, for
    "practice"; the name of a network of the course for "quiz"; a network, for "sketch". In place of one value
    it may be a dict: {"kind", "questions", "attempt"} for practice, {"network", "questions", "seed"} for a
    quiz, {"network", "input_shape", "targets"} for a sketch, whose network is a name or layers as records.

    >>> core("quiz", {"network": "lenet5", "questions": 3}).state()["card"]["where"]
    'Question 1 of 3'

    Raises SiteError, whose message is one line, if there is no such element.
    """
    made = _KINDS.get(kind)
    if made is None:
        known = ", ".join([*_KINDS, "explorer"])
        raise SiteError(f"there is no live element of the kind {kind!r}; there are {known}")
    try:
        live: Core = made(given)
    except (LookupError, TypeError, ValueError) as error:
        raise SiteError(f"the live element {kind} {given!r:.80} cannot be made: {error}") from None
    return live


def due(given: Any) -> dict[str, Any]:
    """Return what is given for the practice that this learner's record suggests now, with new numbers."""
    record = tries()
    kind = suggestion(record, time())
    return {**_options(given, "kind"), "kind": kind, "attempt": _unused(record, kind)}


def _unused(record: Sequence[Try], kind: str) -> int:
    """Return the first attempt of a kind that the record does not have."""
    made = [one.attempt for one in record if one.exercise == kind and one.attempt is not None]
    return max(made, default=-1) + 1


def state_on_a_page(live: Core) -> dict[str, Any]:
    """Return all that the browser draws, in the words of a page, on which no kernel runs."""
    state = live.state()
    said = say(_SLOW)
    silent: object = remark("silent", said) if "card" in state else said
    return {**state, "words": {**state["words"], "silent": silent}}


def asked(names: Sequence[str]) -> list[Exercise]:
    """Return the chapters' exercises with these ids, as they can be answered where no notebook runs."""
    found: list[Exercise] = []
    for name in names:
        question = find(name)
        found += [without_notebook(question, name)] if isinstance(question, ProbedQuestion) else ask(name)
    return found


def exercises_of(kind: str, given: Any) -> tuple[str, list[Exercise]]:
    """Return the title and the exercises of a card: of "ask", "practice" or "quiz"."""
    if kind == "ask":
        if not isinstance(given, list | tuple) or not given:
            raise UnknownExerciseError("a list of ids is wanted, as in ['size.first']")
        return Questions(()).title, asked(given)
    if kind == "quiz":
        options = {"questions": 8, "seed": 0, **_options(given, "network")}
        made = quiz(_of_the_course(options["network"]), questions=options["questions"], seed=options["seed"])
        return made.title, list(made)
    options = {"kind": None, "questions": 1, "attempt": 0, **_options(given, "kind")}
    first = whole("attempt", options["attempt"], 0)
    # Without a record, the ladder begins with its first kind: a page is made for nobody in particular.
    name = suggestion((), 0.0) if options["kind"] is None else options["kind"]
    count = whole("questions", options["questions"], 1)
    found = [practice(name, attempt=first + number) for number in range(count)]
    return found[0].title, found


def _card(kind: str, given: Any) -> LiveCard:
    title, exercises = exercises_of(kind, given)
    return LiveCard(exercises, title, all_in_front=kind == "ask")


def session_of(given: Any) -> Session:
    """Return the session of a sketch."""
    options = {"input_shape": None, "targets": (), **_options(given, "network")}
    network = options["network"]
    network = _of_the_course(network) if isinstance(network, str) else plan_of_record(network)
    session = Session(given_plan(network, options["input_shape"]), options["targets"])
    if "now" in options:
        session.go_on(given_plan(plan_of_record(options["now"])))
    return session


def kept(live: LiveSketch, given: Any) -> dict[str, Any]:
    """Return what is given for a sketch that goes on where this one is."""
    return {**_options(given, "network"), "now": record_of_plan(live.session.plan)}


def _of_the_course(network: object) -> str:
    """Return the name of a network whose trace is shipped, so that it is known without torch."""
    if not isinstance(network, str) or network not in COURSE:
        raise UnknownNetwork(f"{network!r:.40} is no network of the course; {', '.join(COURSE)} would do")
    return network


def _options(given: Any, only: str) -> dict[str, Any]:
    return dict(given) if isinstance(given, Mapping) else {only: given}


_KINDS: Mapping[str, Any] = {
    "ask": lambda given: _card("ask", given),
    "practice": lambda given: _card("practice", given),
    "quiz": lambda given: _card("quiz", given),
    "sketch": lambda given: LiveSketch(session_of(given)),
}
