"""Exercises: the questions, the misconceptions behind wrong answers, and the feedback. None imports torch."""
