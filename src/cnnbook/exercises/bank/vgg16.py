"""Exercises of chapter 05: VGG16."""

from __future__ import annotations

from cnnbook.exercises.questions import Question

EXERCISES: dict[str, Question] = {}
