"""ask: a chapter's questions, as a card to answer on, or with the functions that answer them."""

from __future__ import annotations

from collections.abc import Iterator

from cnnbook.exercises.chapters import exercises_of, find
from cnnbook.exercises.functions.questions import ProbedQuestion
from cnnbook.exercises.words import _, say
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise, practice
from cnnbook.learner.handed import HandedExercise
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
        return "\n".join(
            repr(one) if one.handed else f"{one.prompt}\n  check({one.name!r}, ...)" for one in self
        )


def ask(*ids_and_answers: object) -> Questions:
    """Return a chapter's questions: in Jupyter a card with a box for each number of an answer.

    The card says of each number whether it is right, explains a wrong answer, and gives further hints when
    asked. Each right or wrong answer is noted in this learner's local progress file. Where no card can be
    shown, the questions are text, and `check` checks an answer.

    >>> ask("size.first", "lenet5.c1")
    A convolution with kernel_size=3 reads 5 rows. How many rows come out?
      check('size.first', ...)
    A Conv2d(1, 6, kernel_size=5) reads (1, 32, 32), that is (channels, height, width). What comes out?
      check('lenet5.c1', ...)

    A question that is answered by a function, a network or a kernel takes it behind its id, as in
    `ask("pooling.write-pool", my_pool)`. It is run at once, in this kernel, and the card begins with the
    verdict. Check on the card runs the function of this name again, as it is then.

    >>> def my_field(layers):
    ...     return sum(kernel_size for kernel_size, stride in layers)
    >>> ask("size.write-field", my_field)[0].handed.misconception
    'fields-added'

    Raises UnknownExerciseError (a LookupError) for an id that no chapter has, with the nearest ids;
    TypeError for what is no id, and without one.
    """
    if not ids_and_answers:
        raise TypeError(say(_NOTHING_ASKED))
    return Questions([_exercise(name, answer) for name, answer in list(_pairs(ids_and_answers))])


def _pairs(ids_and_answers: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    """Yield each id with the answer behind it, which is no text; three dots stand for none."""
    last: str | None = None  # the id in front, if it takes an answer and has none yet
    for one, following in zip(ids_and_answers, (*ids_and_answers[1:], ""), strict=True):
        if isinstance(one, str):
            last = one if isinstance(find(one), ProbedQuestion) else None
            if isinstance(following, str) or last is None:
                yield one, ...
        elif last is None:
            raise TypeError(say(_NO_ID, value=repr(one)[:60]))
        else:
            yield last, one
            last = None


def _exercise(name: str, answer: object) -> Exercise:
    """Return the exercise with this id; with other numbers it is practice of its kind, if it has one."""
    question = find(name)
    if isinstance(question, ProbedQuestion):
        return HandedExercise(Asked(question, name), answer)
    kind, place = question.kind, [*exercises_of(name.partition(".")[0])].index(name)

    def new(suspected: tuple[str, ...]) -> Exercise:
        return practice(kind, attempt=place)

    return Exercise(Asked(question, name), new if kind else None)
