"""The broken networks of the collection: the right cause in 90 % of each subject, and none that misleads."""

from collections import Counter

import pytest
from collection.score import networks, score, subjects


@pytest.mark.parametrize("subject", subjects())
def test_answers_are_right(subject: str) -> None:
    """No answer misleads, nine of ten name the cause, and seven of ten wanted repairs are offered."""
    judged = {broken.name: score(broken) for broken in networks(subject)}
    assert {name: one.answer for name, one in judged.items() if one.verdict == "misleading"} == {}
    missed = [name for name, one in judged.items() if one.verdict != "right"]
    assert len(missed) <= 0.1 * len(judged), missed
    wanted = [name for name, one in judged.items() if one.repaired is not None]
    without = [name for name in wanted if not judged[name].repaired]
    assert len(without) <= 0.3 * len(wanted), without


def test_names_are_distinct() -> None:
    """Each network has a name of its own."""
    names = Counter(broken.name for subject in subjects() for broken in networks(subject))
    assert [name for name, count in names.items() if count > 1] == []
