"""Tries made by tests go to a file of their own, never to the developer's progress."""

import pytest


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """Return the file that this test's tries go to."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))
    return tmp_path / "progress.jsonl"
