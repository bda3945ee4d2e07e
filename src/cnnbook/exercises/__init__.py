"""Exercises: what is asked, what wrong answers mean, and what is said to them. Nothing here imports torch."""
