"""ask: a chapter's questions, as a card to answer on."""

from __future__ import annotations

from cnnbook.exercises.chapters import exercises_of, find
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise, practice
from cnnbook.learner.sheet import Sheet

_NOTHING_ASKED = _("ask needs the id of an exercise, as in ask('size.first'); cnnbook exercises lists them.")
_NO_ID = _(
    "ask takes ids of exercises, like 'size.first', not {value}; check('size.first', 3) checks an answer."
)


class Questions(Sheet):
    """Questions of a chapter: one card for all of them in Jupyter, text in a terminal."""

    all_in_front = True

    @property
    def title(self) -> str:
        """The heading of the card."""
        return say(_("Your turn"))

    def __repr__(self) -> str:
        return "\n".join(f"{exercise.prompt}\n  check({exercise.name!r}, ...)" for exercise in self)


def ask(*exercise_ids: str) -> Questions:
    """Return a chapter's questions: in Jupyter a card with a box for each number of an answer.

    The card says of each number whether it is right, explains a wrong answer, and gives further hints when
    asked. Each right or wrong answer is noted in this learner's local progress file. Where no card can be
    shown, the questions are text, and `check` checks an answer.

    >>> ask("size.first", "lenet5.c1")
    A convolution with kernel_size=3 reads 5 rows. How many rows come out?
      check('size.first', ...)
    A Conv2d(1, 6, kernel_size=5) reads (1, 32, 32), that is (channels, height, width). What comes out?
      check('lenet5.c1', ...)

    Raises UnknownExerciseError (a LookupError) for an id that no chapter has, with the nearest ids;
    TypeError for what is no id, and without one.
    """
    if not exercise_ids:
        raise TypeError(say(_NOTHING_ASKED))
    for one in exercise_ids:
        if not isinstance(one, str):
            raise TypeError(say(_NO_ID, value=repr(one)[:60]))
    return Questions([_exercise(name) for name in exercise_ids])


def _exercise(name: str) -> Exercise:
    """Return the exercise with this id; with other numbers it is practice of its kind, if it has one."""
    question = find(name)
    kind, place = question.kind, [*exercises_of(name.partition(".")[0])].index(name)

    def new(suspected: tuple[str, ...]) -> Exercise:
        return practice(kind, attempt=place)

    return Exercise(Asked(question, name), new if kind else None)
