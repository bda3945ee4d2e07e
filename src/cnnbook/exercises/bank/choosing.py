"""Exercises of chapter 08: choosing a network."""

from __future__ import annotations

from cnnbook.exercises.questions import Question

EXERCISES: dict[str, Question] = {}
