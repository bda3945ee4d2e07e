"""Exercises: check an answer, practise, be asked about any network. Checking needs no torch."""

from __future__ import annotations

from cnnbook.exercises.checking import check
from cnnbook.exercises.feedback import Feedback

__all__ = ["Feedback", "check"]
