"""Exercises: check an answer, practise, be asked about any network. Checking needs no torch."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnbook.exercises.checking import check
from cnnbook.exercises.feedback import Feedback

if TYPE_CHECKING:
    from cnnbook.exercises.exercise import Exercise, practice
    from cnnbook.exercises.overview import Progress, progress
    from cnnbook.exercises.quizzes import Quiz, quiz

__all__ = ["Exercise", "Feedback", "Progress", "Quiz", "check", "practice", "progress", "quiz"]

# A check of one answer should not wait for what only practice needs.
_LATER = {
    "Exercise": "exercise",
    "practice": "exercise",
    "Progress": "overview",
    "progress": "overview",
    "Quiz": "quizzes",
    "quiz": "quizzes",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value
