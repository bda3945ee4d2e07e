"""Exercises of chapter 02: pooling."""

from __future__ import annotations

from cnnbook.exercises.questions import Question

EXERCISES: dict[str, Question] = {}
