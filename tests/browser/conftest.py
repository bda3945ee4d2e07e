"""A real JupyterLab on a copy of the course, and a real Chromium to drive it with."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue

import psutil
import pytest

ROOT = Path(__file__).parents[2]
QUIET = ("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update")
EXPOSED = "--LabApp.expose_app_in_browser=True"  # so that a test can ask which cells have run
SECONDS = 240  # loading torch, JupyterLab and a kernel, one after the other, on a busy machine


def chromium():
    """The path of the system's Chromium, None where there is none."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next(filter(None, found), None)


@pytest.fixture(scope="session")
def browser():
    executable = chromium()
    if executable is None:
        reason = "no Chromium on this machine: install the package chromium to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}; in CI they must run")
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu", "--disable-sync", *QUIET]
        )
        yield started
        started.close()


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    yield page
    page.close()


@pytest.fixture
def shown(page):
    """Return a function that puts an explorer on a page without a kernel, and gives it back."""

    def show(explorer, *, width=800):
        page.set_viewport_size({"width": width, "height": 700})
        page.set_content(f"<!doctype html><body style='margin: 0'>{explorer.to_html()}</body>")
        root = page.get_by_role("region", name="Convolution explorer")
        root.wait_for()
        return root

    return show


@pytest.fixture
def lab(tmp_path):
    """`cnnbook lab` on a copy of notebooks/, in a home folder of its own, until Ctrl-C; gives its address."""
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / "home").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "cnnbook", "lab", "--no-browser", f"--port={port}", EXPOSED],
        cwd=tmp_path,
        env={**os.environ, "HOME": str(tmp_path / "home")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    addresses: Queue[str] = Queue()
    said = []

    def listen():
        for line in process.stderr:
            said.append(line)
            found = re.search(r"http://\S+token=\w+", line)
            if found:
                addresses.put(found[0])
        addresses.put("")

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        address = addresses.get(timeout=SECONDS)
        assert address, f"cnnbook lab ended: {''.join(said)}"
        yield address
        children = psutil.Process(process.pid).children(recursive=True)
        assert children, "no kernel was started"
        assert {child.cmdline()[0] for child in children} == {sys.executable}
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=60) == 0, "".join(said)
        except subprocess.TimeoutExpired:
            pytest.fail(f"cnnbook lab did not end; it said: {''.join(said)}")
        assert [child for child in children if child.is_running()] == []
    finally:
        process.kill()
        process.wait()
        listener.join(timeout=10)
