"""quiz: exercises about a network, made from its Trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.variants import SALT
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked
from cnnbook.learner.arguments import network_inputs, whole
from cnnbook.learner.exercise import Exercise
from cnnbook.learner.network_questions import questions_about
from cnnbook.learner.quiz_question import QuizQuestion
from cnnbook.learner.sheet import Sheet
from cnnbook.networks.traced import trace
from cnnbook.traces import Trace

if TYPE_CHECKING:
    from torch import nn


# Increase the version to make each seed give other questions than before.
_VERSION = 1


class Quiz(Sheet):
    """Exercises about one network, in the order in which they are asked."""

    def __init__(self, network: str, exercises: Sequence[Exercise]) -> None:
        super().__init__(exercises)
        self.network = network

    def __repr__(self) -> str:
        return "\n".join(f"[{number}] {exercise.prompt}" for number, exercise in enumerate(self))

    @property
    def title(self) -> str:
        """The heading of the card."""
        return say(_("Quiz: {network}"), network=self.network)


def quiz(
    model: Trace | nn.Module | str,
    input_shape: Any = None,
    *,
    questions: int = 8,
    seed: int = 0,
) -> Quiz:
    """Return questions about a network: a Trace, a module with its input shape, or a name of the catalogue.

    `input_shape` can be a tensor too, of whole numbers for example, or a list of several shapes and tensors.
    The kinds of question alternate, and the same network and seed give the same questions. Each is an
    Exercise with `check`, `hint` and `explain`; its `new` asks another question of its kind. If the network
    has fewer questions than asked for, all are returned.

    Raises ValueError if there is nothing to ask about, or `questions` is below 1; TypeError for anything that
    is not a network; UnknownNetwork, with the nearest names, for a name that the catalogue does not have.
    """
    count, drawn = whole("questions", questions, 1), whole("seed", seed)
    traced = _trace(model, () if input_shape is None else network_inputs(input_shape))
    all_questions = tuple(questions_about(traced))
    chosen = _chosen(traced.name, all_questions, count, drawn)
    if not chosen:
        raise ValueError(
            say(
                _(
                    "No operation of {network} can be asked about: it has no convolution, pool, flatten or "
                    "linear layer."
                ),
                network=traced.name,
            )
        )
    return Quiz(traced.name, [_exercise(traced.name, question, all_questions, drawn) for question in chosen])


def _trace(model: Any, inputs: tuple[Any, ...]) -> Trace:
    if isinstance(model, Trace):
        return model
    if isinstance(model, str):
        return trace(model, *inputs)
    if not callable(getattr(model, "forward", None)) or isinstance(model, type):
        raise TypeError(
            say(
                _(
                    "{value} is no network; quiz takes a name like 'resnet18', a module with the shape of "
                    "its input, or a Trace"
                ),
                value=repr(model)[:60],
            )
        )
    if not inputs:
        raise TypeError(
            say(
                _(
                    "quiz(module) needs the shape of an input too, batch axis first, as in quiz(net, (1, 3, "
                    "224, 224))"
                )
            )
        )
    return trace(model, *inputs)


def _chosen(network: str, questions: Sequence[QuizQuestion], count: int, seed: int) -> list[QuizQuestion]:
    """Return up to `count` different questions; the kinds alternate in a drawn order."""
    draws = Draws(SALT, "quiz", _VERSION, network, seed)
    by_kind: dict[str, list[QuizQuestion]] = {}
    for question in questions:
        by_kind.setdefault(question.kind, []).append(question)
    kinds = _shuffled(draws, list(by_kind))
    chosen: list[QuizQuestion] = []
    seen: set[tuple[str, str]] = set()
    while kinds and len(chosen) < count:
        kind = kinds.pop(0)
        left = by_kind[kind]
        drawn = left.pop(draws.below(len(left)))
        same = (type(drawn.question).__name__, repr(drawn.question.parameters))
        if same not in seen:
            seen.add(same)
            chosen.append(drawn)
            kinds += [kind] if left else []
        elif left:
            kinds.insert(0, kind)
    return chosen


def _shuffled(draws: Draws, items: list[str]) -> list[str]:
    return [items.pop(draws.below(len(items))) for _ in range(len(items))]


def _exercise(network: str, asked: QuizQuestion, questions: Sequence[QuizQuestion], seed: int) -> Exercise:
    """Return the exercise; it can be renewed if the network has another question of its kind."""
    others = [other for other in questions if other.kind == asked.kind and other.text != asked.text]

    def new(suspected: tuple[str, ...]) -> Exercise:
        detects = [other for other in others if {*other.question.targets} & {*suspected}]
        draws = Draws(SALT, "again", _VERSION, network, asked.text, seed)
        return _exercise(network, draws.choice(detects or others), questions, seed + 1)

    return Exercise(Asked(asked.question, f"quiz.{asked.kind}"), new if others else None, text=asked.text)
