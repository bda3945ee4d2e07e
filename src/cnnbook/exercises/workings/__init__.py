"""Worked solutions, line by line: how each line follows from those above it, and by which wrong rules not."""
