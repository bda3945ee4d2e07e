"""docs/tracing.md says what is so: its examples give its messages, and the tests it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnbook import TraceError, trace

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tracing.md").read_text(encoding="utf-8")
FAILURES = re.findall(r"### ([^\n]+)\n\n```python\n(.+?)```\n\n```text\n(.+?)```", PAGE, re.DOTALL)


def test_the_page_shows_every_kind_of_failure() -> None:
    """All broken networks on the page, at least fourteen, stand there with their messages."""
    assert len(FAILURES) == PAGE.count("### ") >= 14


def as_this_torch_says_it(message: str) -> str:
    """The page has torch's own words; torch 2.10 does not name the function addmm at their beginning."""
    with pytest.raises(RuntimeError) as caught:
        F.linear(torch.zeros(1, 384), torch.zeros(10, 400), torch.zeros(10))
    return message if str(caught.value).startswith("addmm: ") else message.replace("says: addmm: ", "says: ")


@pytest.mark.parametrize(("title", "code", "message"), FAILURES, ids=[title for title, _, _ in FAILURES])
def test_an_example_gives_its_message(title: str, code: str, message: str) -> None:
    """The network on the page ends in the very message under it, of at most six lines."""
    with pytest.raises(TraceError) as caught:
        exec(code, {"torch": torch, "F": F, "nn": nn, "trace": trace})
    assert str(caught.value) == as_this_torch_says_it(message.strip()), title
    assert len(message.strip().splitlines()) <= 6


def test_the_tests_that_the_page_names_exist() -> None:
    """Each `test_...` in the page's tables is a function of the file it is said to be in."""
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)", PAGE)
    assert len(named) > 8
    for path, function in named:
        assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), function


def test_a_shared_module_counts_its_macs_once_per_call() -> None:
    """Two blocks that share a linear layer cost as much as two that do not, with half the parameters."""
    own = nn.Sequential(nn.Sequential(nn.Linear(10, 10)), nn.Sequential(nn.Linear(10, 10)))
    shared = nn.Sequential(nn.Sequential(own[0][0]), nn.Sequential(own[0][0]))
    assert trace(own, (1, 10)).macs == trace(shared, (1, 10)).macs == 200
    assert (trace(own, (1, 10)).parameters, trace(shared, (1, 10)).parameters) == (220, 110)


def test_macs_are_printed_in_full() -> None:
    """The totals name the unit and give every digit: nothing is scaled, so no scale can be mislabelled."""
    text = str(trace(nn.Conv2d(3, 64, 7, 2, 3), (1, 3, 224, 224)))
    assert "118,013,952 MACs" in text
    assert "MACs: multiply-accumulates of one forward pass over the whole batch" in text
