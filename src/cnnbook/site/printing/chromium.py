"""Chromium as a printer: a page of HTML becomes a PDF."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from cnnbook.site.errors import SiteError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--allow-file-access-from-files",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
    "--virtual-time-budget=20000",
)
_SECONDS = 300


def find_chromium() -> str:
    """Return the path of Chromium or Chrome. Raises SiteError, with the remedy, where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        raise SiteError(
            "--pdf prints with Chromium, and none is here; install the package chromium, or leave --pdf out"
        )
    return found


def print_page(page: Path, pdf: Path) -> None:
    """Print a page into a file. Raises SiteError if Chromium gives no PDF."""
    with tempfile.TemporaryDirectory(prefix="cnnbook-print-") as profile:
        command = [find_chromium(), *_QUIET, f"--user-data-dir={profile}", f"--print-to-pdf={pdf}"]
        try:
            done = subprocess.run(
                [*command, page.resolve().as_uri()],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                timeout=_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise SiteError(f"Chromium did not print {page.name} within {_SECONDS} seconds") from None
    if done.returncode or not pdf.exists():
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise SiteError(f"Chromium did not print {page.name}: {last[0]}")
