"""Statistics of a class: how hard each question was, how well it separates, and the beliefs that show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from cnnbook.classroom.assignment import Item
from cnnbook.classroom.grading import Grades, Result
from cnnbook.classroom.marking import Mark, Marker
from cnnbook.classroom.roster import Learner
from cnnbook.exercises.misconceptions import MISCONCEPTIONS

_BINS = 10
_FEWEST = 3  # results without which a correlation says nothing


class Difficulty(NamedTuple):
    """How a class did on a question.

    `share` is the mean share of the points, blank answers counted as 0. `discrimination` is the correlation
    between the points of this question and those of all others together, or None if it cannot be computed.
    `wrong` are the most frequent wrong answers with the number of learners; with numbers of their
    own, learners answered different variants.
    """

    item: Item
    answered: int
    share: float
    discrimination: float | None
    wrong: tuple[tuple[str, int], ...]


def difficulties(grades: Grades) -> list[Difficulty]:
    """Return how the class did on each question."""
    results = grades.graded
    found = []
    for at, item in enumerate(grades.assignment.items):
        marked = [(one, one.marks[at]) for one in results if one.marks[at].outcome != "changed"]
        marks = [mark for _one, mark in marked]
        own = [mark.points for mark in marks]
        others = [one.points - mark.points for one, mark in marked]
        wrong = Counter(
            ", ".join(map(str, mark.answer))
            for mark in marks
            if mark.outcome in ("wrong", "partly right") and not grades.marker.question(item, 0).form.options
        )
        share = sum(own) / (item.points * len(own)) if own else 0.0
        answered = sum(mark.outcome != "blank" for mark in marks)
        found.append(
            Difficulty(item, answered, share, _correlation(own, others), tuple(wrong.most_common(3)))
        )
    return found


def _correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Return Pearson's correlation, or None for fewer than three pairs or values that are all equal."""
    count = len(first)
    if count < _FEWEST:
        return None
    mean, other = sum(first) / count, sum(second) / count
    spread = sqrt(sum((one - mean) ** 2 for one in first) * sum((one - other) ** 2 for one in second))
    if spread < 1e-9:
        return None
    return sum((a - mean) * (b - other) for a, b in zip(first, second, strict=True)) / spread


def distribution(grades: Grades) -> list[int]:
    """Return how many learners reached 0 to 10 % of the points, 10 to 20 %, ..., and 90 to 100 %."""
    bins = [0] * _BINS
    for one in grades.graded:
        bins[min(_BINS - 1, int(_BINS * one.points / grades.assignment.points))] += 1
    return bins


class Believers(NamedTuple):
    """The learners whose answers show a misconception: confirmed ones, and those who are only suspected.

    It is confirmed if one answer leaves no other explanation and the question was made to show it, or if it
    explains two answers and nothing else explains as many. `possible` is how many learners had a
    question in which it could have shown.
    """

    misconception: str
    confirmed: tuple[Learner, ...]
    suspected: tuple[Learner, ...]
    possible: int


def misconception_map(grades: Grades) -> list[Believers]:
    """Return the misconceptions that a class shows, the most frequent first."""
    confirmed: dict[str, list[Learner]] = defaultdict(list)
    suspected: dict[str, list[Learner]] = defaultdict(list)
    for one in grades.graded:
        for name, sure in beliefs(one.marks, grades.marker).items():
            (confirmed if sure else suspected)[name].append(one.learner)
    possible = _possible(grades)
    found = [
        Believers(name, tuple(confirmed[name]), tuple(suspected[name]), possible[name])
        for name in MISCONCEPTIONS
        if confirmed[name] or suspected[name]
    ]
    return sorted(found, key=lambda one: (-len(one.confirmed), -len(one.suspected)))


def beliefs(marks: Iterable[Mark], marker: Marker) -> dict[str, bool]:
    """Return the misconceptions that explain the wrong answers of a learner, and whether each is confirmed.

    As few as possible are named: first those that explain most answers, then those that explain most of the
    others, and so on. Two that explain equally many answers are rivals if they share one of them. Of rivals,
    the ones are named that fewest other answers contradict. An answer contradicts a misconception if it could
    have shown in that question and did not. If several are left, all of them are suspected.
    """
    given = [mark for mark in marks if mark.outcome not in ("blank", "changed")]
    causes = {mark: _causes(mark) for mark in given if mark.candidates}
    found: dict[str, bool] = {mark.misconception: True for mark in causes if mark.misconception}
    left = [mark for mark in causes if not causes[mark] & found.keys()]
    while left:
        explained: dict[str, set[Mark]] = defaultdict(set)
        for mark in left:
            for name in causes[mark]:
                explained[name].add(mark)
        most = max(map(len, explained.values()))
        likely = {name: own for name, own in explained.items() if len(own) == most}
        against = {name: _contradictions(name, given, causes, marker) for name in likely}
        for name, own in likely.items():
            rivals = [other for other in likely if likely[other] & own]
            fewest = min(against[other] for other in rivals)
            if against[name] == fewest:
                found[name] = most > 1 and [against[other] for other in rivals].count(fewest) == 1
        left = [mark for mark in left if not causes[mark] & found.keys()]
    return found


def _contradictions(name: str, given: Sequence[Mark], causes: Mapping[Mark, set[str]], marker: Marker) -> int:
    """Return how many answers could have shown this misconception, and did not."""
    return sum(name in marker.can_show(mark) and name not in causes.get(mark, ()) for mark in given)


def _causes(mark: Mark) -> set[str]:
    """Return the misconceptions that explain an answer, each by itself or together with another."""
    return {name for candidate in mark.candidates for name in candidate.split("+")}


def _possible(grades: Grades) -> Counter[str]:
    """Count, for each misconception, the learners who had a question in which it could show."""
    found: Counter[str] = Counter()
    for one in grades.graded:
        found.update(frozenset[str]().union(*map(grades.marker.can_show, one.marks)))
    return found


def needs(result: Result, marker: Marker) -> list[str]:
    """Return the confirmed misconceptions of a learner."""
    return [name for name, sure in beliefs(result.marks, marker).items() if sure]
