"""A project of one small chapter, from which a site is built in seconds."""

import pytest
from site_project import project_in

from browser.conftest import browser  # noqa: F401 - a fixture of the tests here too


@pytest.fixture
def project(tmp_path):
    """A project of one small chapter."""
    return project_in(tmp_path / "project")


@pytest.fixture
def quick(monkeypatch):
    """Let the site have neither the engine nor the pages that take long; both are tested elsewhere."""
    from cnnbook.site import engine, practising, reference

    def build(static, cache):
        for name in ("engine.js", "live.js", "live.css"):
            (static / name).write_text("")

    monkeypatch.setattr(engine, "build", build)
    monkeypatch.setattr(reference, "pages", lambda chapters, asked_on: {})
    monkeypatch.setattr(practising, "pages", lambda element, chapters: {"practice": "# Practice\n"})
