"""Exercises of chapter 09: the errata."""

from __future__ import annotations

from cnnbook.exercises.questions import Question

EXERCISES: dict[str, Question] = {}
