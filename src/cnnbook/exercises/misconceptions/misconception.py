"""One misconception: a wrong rule, where it was seen, and its hint.

The evidence is issue threads, framework conventions and wrong choices in published quizzes; a peer-reviewed
catalogue was not found.
"""

from __future__ import annotations

from typing import NamedTuple


class Misconception(NamedTuple):
    """A wrong rule: its topic (misconceptions of one topic share a hint), the belief, the evidence, its hint.

    The hint is the default: a question whose numbers it does not fit names one of its own. It is empty where
    each question that the misconception can answer does so.
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
