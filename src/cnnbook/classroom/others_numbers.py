"""Answers that belong to another learner's numbers: for a human to look at, never a judgement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import log

from cnnbook.classroom.assignment import VARIANTS
from cnnbook.classroom.marking import Mark, Marker
from cnnbook.classroom.roster import Learner, Roster
from cnnbook.exercises.forms import Answer

_CHANCE = 0.001  # of so many classes, one may have a pair of learners that is named by chance
_NAMED = 3  # learners named in a remark


class OthersNumbers:
    """Says of a submission whether its sheet or its wrong answers are those of another learner.

    Learners share a pool of variants, so single answers agree by chance. Another learner is named only if all
    the agreement together is less likely than one in a thousand classes.
    """

    def __init__(self, marker: Marker, roster: Roster) -> None:
        self._marker = marker
        self._items = [item for item in marker.assignment.items if marker.assignment.varies(item)]
        self._roster = roster

    def remarks(self, learner: Learner, codes: Mapping[str, str], marks: Sequence[Mark]) -> Iterator[str]:
        """Yield what a human should look at."""
        own = self._codes(learner)
        given = tuple(codes.get(item.number, "") for item in self._items)
        if any(code and code != right for code, right in zip(given, own, strict=True)):
            found = [one.id for one in self._by_codes.get(given, [])]
            of = f"of {', '.join(found[:_NAMED])}" if found else "of nobody in the roster"
            yield f"the numbers of the sheet are those {of}"
        if found := [one.id for one in self._answered_as(learner, marks)]:
            yield f"wrong answers fit the numbers of {', '.join(found[:_NAMED])}"

    def _codes(self, learner: Learner) -> tuple[str, ...]:
        sheet = self._marker.assignment
        return tuple(sheet.code(item, sheet.variant(item, learner.id)) for item in self._items)

    @cached_property
    def _by_codes(self) -> dict[tuple[str, ...], list[Learner]]:
        found: dict[tuple[str, ...], list[Learner]] = defaultdict(list)
        for learner in self._roster.learners:
            found[self._codes(learner)].append(learner)
        return found

    def _answered_as(self, learner: Learner, marks: Sequence[Mark]) -> list[Learner]:
        """Return the learners with whose keys the wrong answers agree more than by chance."""
        varying = {item.number for item in self._items}
        wrong = [
            mark for mark in marks if mark.number in varying and mark.outcome in ("wrong", "partly right")
        ]
        told = {mark: self._information(mark.number, mark.answer) for mark in wrong}
        needed = log(max(2, len(self._roster.learners)) ** 2 / _CHANCE)
        if sum(told.values()) < needed:
            return []
        agreement: dict[Learner, float] = defaultdict(float)
        for mark, information in told.items():
            for variant in self._variants[mark.number].get(mark.answer, ()):
                for other in self._learners[mark.number].get(variant, ()):
                    agreement[other] += information
        return [other for other, together in agreement.items() if together >= needed and other != learner]

    def _information(self, number: str, answer: Answer) -> float:
        """Return how much it tells that an answer is the key of another variant: rare keys tell more."""
        count = len(self._variants[number].get(answer, ()))
        return log(VARIANTS / count) if count else 0.0

    @cached_property
    def _variants(self) -> dict[str, dict[Answer, list[int]]]:
        """The variants of each question by their keys."""
        found: dict[str, dict[Answer, list[int]]] = {}
        for item in self._items:
            keys = found.setdefault(item.number, {})
            for variant in range(VARIANTS):
                keys.setdefault(self._marker.question(item, variant).key, []).append(variant)
        return found

    @cached_property
    def _learners(self) -> dict[str, dict[int, list[Learner]]]:
        """The learners who got each variant of each question."""
        sheet = self._marker.assignment
        found: dict[str, dict[int, list[Learner]]] = {}
        for item in self._items:
            own = found.setdefault(item.number, {})
            for learner in self._roster.learners:
                own.setdefault(sheet.variant(item, learner.id), []).append(learner)
        return found
