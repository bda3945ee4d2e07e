"""Checking an answer: it is read, judged and diagnosed, and feedback is given."""
