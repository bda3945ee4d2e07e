"""A misconception: a wrong rule that learners follow, the evidence that they do, and its hint.

The evidence is from issue threads, conventions of frameworks and wrong choices in published quizzes; no
peer-reviewed catalogue was found.
"""

from __future__ import annotations

from typing import NamedTuple


class Misconception(NamedTuple):
    """A wrong rule: its topic, the belief in words, the evidence, and its default hint.

    A question has a hint of its own where the default one does not fit. The default hint is empty if every
    question in which the misconception can occur has one of its own.
    """

    topic: str
    belief: str
    evidence: str
    hint: str = ""


ISSUES = "questions in public issue threads"
QUIZ = "wrong choices in published quizzes"
TENSORFLOW = "TensorFlow's SAME rule, ceil(n/s)"
TOTAL = "Dive into Deep Learning writes the total padding"
BUGS = "bugs once shipped in frameworks and shape calculators"
SOURCE = "a tutorial that this course corrects"
EXPECTED = "expected by the authors, not yet observed"
