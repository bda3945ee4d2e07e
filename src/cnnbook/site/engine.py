"""Placeholder of the engine until the branch site-engine brings the real one: files without a content."""

from __future__ import annotations

from pathlib import Path


def build(static_dir: Path, cache_dir: Path) -> None:
    """Write the files that a page names."""
    for name in ("engine.js", "live.js", "live.css"):
        (static_dir / name).write_text("", encoding="utf-8")
