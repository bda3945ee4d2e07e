"""Pages with live elements, over http and as files, for the tests that answer on them."""

import functools
import http.server
import os
import shutil
import threading
from pathlib import Path

import pytest

from cnnbook.site import engine, live

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "build" / "site-cache"
HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Live elements</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="_static/live.css"><script src="_static/live.js" defer></script></head><body>"""


def needs_node() -> None:
    """Skip where there is no node to prepare the engine with; in CI there must be one."""
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if not missing:
        return
    reason = f"no {missing[0]} on this machine: install Node.js with npm to test the site's engine"
    if os.environ.get("CI"):
        pytest.fail(f"{reason}; in CI they must run")
    pytest.skip(reason)


def written(folder: Path, elements) -> Path:
    """Write a page with these live elements and the files that it needs."""
    needs_node()
    engine.build(folder / "_static", CACHE)
    page = folder / "index.html"
    page.write_text(HEAD + "".join(live.element(kind, given) for kind, given in elements), encoding="utf-8")
    return page


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


def served(folder: Path):
    """Serve a folder, and return the server and its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"
