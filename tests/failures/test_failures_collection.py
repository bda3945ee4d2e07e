"""The broken networks of the collection: the right cause in 90 %, a misleading one in at most 2 %."""

from collections import Counter

import pytest
from collection.score import networks, score, subjects


@pytest.mark.parametrize("subject", subjects())
def test_no_answer_misleads(subject: str) -> None:
    """No explanation names a wrong cause, and no offered repair changes what the network means."""
    judged = {broken.name: score(broken) for broken in networks(subject)}
    assert {name: one.answer for name, one in judged.items() if one.verdict == "misleading"} == {}


def test_names_are_distinct() -> None:
    """Each network has a name of its own."""
    names = Counter(broken.name for subject in subjects() for broken in networks(subject))
    assert [name for name, count in names.items() if count > 1] == []
