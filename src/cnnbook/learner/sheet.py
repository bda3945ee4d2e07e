"""Sheet: several exercises that are asked together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from cnnbook.learner.exercise import Exercise
from cnnbook.learner.notebook_display import NotebookDisplay


class Sheet(NotebookDisplay, Sequence[Exercise]):
    """Base class of exercises that are asked together, in this order; subclasses give their title."""

    def __init__(self, exercises: Sequence[Exercise]) -> None:
        self._exercises = tuple(exercises)

    @overload
    def __getitem__(self, index: int) -> Exercise: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Exercise]: ...

    def __getitem__(self, index: Any) -> Any:
        return self._exercises[index]

    def __len__(self) -> int:
        return len(self._exercises)

    def _card_exercises(self) -> tuple[Exercise, ...]:
        return self._exercises
