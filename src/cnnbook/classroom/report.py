"""The report on a class: one page of HTML that needs nothing else, on a screen, on paper and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cnnbook.classroom.grading import Grades
from cnnbook.classroom.pages import page
from cnnbook.classroom.roster import Learner
from cnnbook.classroom.statistics import Believers, difficulties, distribution, misconception_map, needs
from cnnbook.exercises.chapters import CHAPTERS, exercises_of
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import Question

_TOMORROW = 3
_NAMED = 60  # learners that are named behind a misconception
_WIDTH = 8.0  # of the longest bar


class _Bar(NamedTuple):
    learners: int
    height: str


class _Row(NamedTuple):
    """A line of the misconception map."""

    misconception: str
    belief: str
    taught: str
    names: tuple[str, ...]
    more: int
    confirmed: int
    suspected: int
    possible: int
    sure_width: str
    doubt_width: str


class _Needy(NamedTuple):
    learner: Learner
    points: float
    needs: list[str]


class _Tomorrow(NamedTuple):
    """A question to ask, and the wrong answer that shows a misconception."""

    question: Question
    number: str
    key: str
    wrong: str
    belief: str
    taught: str


def report_page(grades: Grades) -> str:
    """Return the report: points, questions, misconception map, who needs what, questions for tomorrow."""
    graded, believers, bins = grades.graded, misconception_map(grades), distribution(grades)
    statuses = [one.status for one in grades.learners]
    return page(
        "report",
        sheet=grades.assignment,
        learners=len(statuses),
        graded=len(graded),
        late=statuses.count("late"),
        missing=statuses.count("missing"),
        mean=sum(one.points for one in graded) / len(graded) if graded else 0.0,
        bars=[_Bar(count, f"{88 * count / (max(bins) or 1):.1f}") for count in bins],
        bars_said=", ".join(f"{count} from {10 * at} %" for at, count in enumerate(bins) if count) or "none",
        difficulties=difficulties(grades),
        believers=_rows(believers),
        needy=[
            _Needy(one.learner, one.points, found) for one in graded if (found := needs(one, grades.marker))
        ],
        tomorrow=list(_tomorrow(grades, believers)),
        look=[one for one in (*grades.others, *grades.learners) if one.remarks or one.status == "missing"],
    )


def _rows(found: list[Believers]) -> list[_Row]:
    most = max((len(one.confirmed) + len(one.suspected) for one in found), default=1)
    rows = []
    for one in found:
        sure, perhaps = len(one.confirmed), len(one.suspected)
        names = tuple(learner.name or learner.id for learner in one.confirmed[:_NAMED])
        widths = f"{_WIDTH * sure / most:.2f}", f"{_WIDTH * perhaps / most:.2f}"
        belief = MISCONCEPTIONS[one.misconception].belief
        taught = _taught(one.misconception)
        more = max(0, sure - _NAMED)
        rows.append(
            _Row(one.misconception, belief, taught, names, more, sure, perhaps, one.possible, *widths)
        )
    return rows


def _taught(misconception: str) -> str:
    """Return the chapter whose exercises show a misconception, and the first of them that does."""
    for number, chapter in enumerate(CHAPTERS):
        for name, question in exercises_of(chapter).items():
            if any(misconception in slip.ids for slip in question.slips()):
                return f"chapter {number} ({name})"
    return "practice only"


def _tomorrow(grades: Grades, found: list[Believers]) -> Iterator[_Tomorrow]:
    """Yield questions to ask: for the most frequent misconceptions one each, as far as possible others."""
    asked: set[str] = set()
    for one in found[:_TOMORROW]:
        shows = [
            _shown_by(grades, number, one.misconception) for number in range(len(grades.assignment.items))
        ]
        possible = [each for each in shows if each]
        fresh = [each for each in possible if each.number not in asked]
        for chosen in (fresh or possible)[:1]:
            asked.add(chosen.number)
            yield chosen


def _shown_by(grades: Grades, at: int, misconception: str) -> _Tomorrow | None:
    """Return a question of the sheet with the wrong answer that shows a misconception, if it has one."""
    item = grades.assignment.items[at]
    question = grades.marker.question(item, 0)
    for slip in question.slips():
        if slip.ids == (misconception,) and min(slip.answer) >= 0 and not question.accepts(slip.answer):
            key, wrong = (", ".join(question.form.typed(one)) for one in (question.key, slip.answer))
            belief = MISCONCEPTIONS[misconception].belief
            return _Tomorrow(question, item.number, key, wrong, belief, _taught(misconception))
    return None
