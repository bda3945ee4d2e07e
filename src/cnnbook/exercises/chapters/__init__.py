"""The exercises of the chapters, a module for each chapter: their numbers, words and wrong answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import _, say

# The chapters in their order. Each name is the prefix of the chapter's ids and the name of its module, which
# is imported only when one of its exercises is looked up.
CHAPTERS = (
    "start",
    "size",
    "pooling",
    "lenet5",
    "alexnet",
    "vgg16",
    "inception",
    "resnet",
    "choosing",
    "errata",
)


class UnknownExerciseError(LookupError):
    """There is no exercise with this id; the message names the most similar ids."""

    def _render_traceback_(self) -> list[str]:
        """Return what Jupyter shows instead of a traceback: the message alone."""
        return [f"{type(self).__name__}: {self}"]


def find(exercise_id: str) -> Question:
    """Return the question of a chapter's exercise.

    >>> find("lenet5.c1").key
    (6, 28, 28)

    Raises UnknownExerciseError, with the nearest ids, if there is none.
    """
    chapter = exercise_id.partition(".")[0] if isinstance(exercise_id, str) else ""
    question = exercises_of(chapter).get(exercise_id) if chapter in CHAPTERS else None
    if question is None:
        raise UnknownExerciseError(_unknown_id(exercise_id))
    return question


def exercises_of(chapter: str) -> Mapping[str, Question]:
    """Return the exercises of a chapter, in the order in which it asks them."""
    module = import_module(f"{__name__}.{chapter}")
    exercises: Mapping[str, Question] = module.EXERCISES
    return exercises


def names() -> tuple[str, ...]:
    """Return the ids of all chapter exercises."""
    return tuple(name for chapter in CHAPTERS for name in exercises_of(chapter))


def problems() -> list[str]:
    """Return the faults of the exercises, a line for each; an empty list if there are none.

    Each exercise must accept its key, and each of its targets must give wrong answers of its own.

    >>> problems()
    []
    """
    return [f"{name}: {fault}" for name in names() for fault in _faults(find(name))]


def _faults(question: Question) -> Iterator[str]:
    if not question.accepts(question.key):
        yield "the key is not accepted"
    owner: dict[tuple[int, ...], str] = {}
    for target in question.targets:
        answers = {slip.answer for slip in question.slips() if slip.ids == (target,)}
        if not answers or any(question.accepts(answer) for answer in answers):
            yield f"{target} does not show"
        for answer in answers:
            if owner.setdefault(answer, target) != target:
                yield f"{target} and {owner[answer]} give one answer"


def unknown_kind(name: object, known: tuple[str, ...]) -> UnknownExerciseError:
    """Return the error for an unknown kind of exercise; its message names the most similar kinds."""
    if near := _nearest(str(name), known):
        text = say(
            _("There is no kind of exercise {name}. Did you mean {near}?"), name=_short(name), near=near
        )
    else:
        text = say(
            _("There is no kind of exercise {name}. There are: {known}."),
            name=_short(name),
            known=", ".join(known),
        )
    return UnknownExerciseError(text)


def _unknown_id(exercise_id: object) -> str:
    name = _short(exercise_id)
    if not isinstance(exercise_id, str):
        return say(_("An exercise id is text, like 'size.first', not {name}."), name=name)
    chapter = exercise_id.partition(".")[0]
    near = _nearest(exercise_id, names()) or ", ".join(
        [*exercises_of(chapter)][:3] if chapter in CHAPTERS else []
    )
    if near:
        return say(_("There is no exercise {name}. Did you mean {near}?"), name=name, near=near)
    return say(
        _("There is no exercise {name}. Ids start with a chapter's name: {chapters}."),
        name=name,
        chapters=", ".join(CHAPTERS),
    )


def _nearest(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    return ", ".join(get_close_matches(name[:60], known, n=3, cutoff=0.5))


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
