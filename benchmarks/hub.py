"""A class on a real JupyterHub: each learner runs a chapter and hands in a sheet, and memory is measured.

Install cnnbook (not editable, since learners get their own copy of the chapters), jupyterhub, playwright and
psutil into one environment, configurable-http-proxy from npm onto the path, and Chromium. Then run
`python benchmarks/hub.py`, with the number of learners and of the chapter if you like. It prints the memory
of each learner's server and kernels: their own, and a share of what processes have in common (PSS).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

from cnnbook.classroom.assignment import load
from cnnbook.classroom.handout import notebook
from cnnbook.classroom.marking import Marker
from cnnbook.lab import OVERRIDES

SHEET = """
title = "Lab on the hub"
variants = "common"

[[questions]]
exercise = "lenet5.c1"
points = 3

[[questions]]
exercise = "conv-output-size"
points = 3
"""
# Each learner's server copies the chapters into the home folder and starts in it, as in docs/hub.md.
CONFIG = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.Spawner.cmd = ["bash", "-c", 'cnnbook lab; exec jupyterhub-singleuser "$@"', "cnnbook"]
c.Spawner.args = [
    "--LabApp.app_settings_dir={settings}", "--LabApp.expose_app_in_browser=True", "--allow-root",
]
c.Spawner.default_url = "/lab/tree/work/00_start_here.ipynb"
c.Spawner.environment = {{"PATH": {path!r}, "TERM": "dumb"}}
c.Spawner.http_timeout = c.Spawner.start_timeout = 180
"""
CODE = "[...window.jupyterapp.shell.currentWidget.content.model.cells].filter(c => c.type === 'code')"
MIB = 2**20
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def hub(folder: Path) -> Iterator[str]:
    """Start a JupyterHub in a folder, and give its address."""
    port, hub_port, api_port = free_ports(3)
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    proxy = shutil.which("configurable-http-proxy", path=path)
    if proxy is None:
        raise SystemExit("configurable-http-proxy is not on the path; npm installs it")
    settings = folder / "settings"
    settings.mkdir()
    (settings / "overrides.json").write_text(json.dumps(OVERRIDES), encoding="utf-8")
    values = {"homes": str(folder / "homes"), "proxy": [proxy], "settings": settings, "path": path}
    text = CONFIG.format(port=port, hub_port=hub_port, api_port=api_port, **values)
    (folder / "jupyterhub_config.py").write_text(text, encoding="utf-8")
    with open(folder / "hub.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", "jupyterhub_config.py"],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _try in range(240):
            if process.poll() is not None:
                raise SystemExit((folder / "hub.log").read_text(encoding="utf-8")[-3000:])
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.5)
        time.sleep(2)
        yield address
    finally:
        family = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        process.wait(60)
        for one in family:
            if one.is_running():
                one.terminate()


def memory_of(learner: str) -> tuple[float, float]:
    """Return a learner's memory in MiB: of the server with its terminals, and of the kernels."""
    server = kernels = 0.0
    for process in psutil.process_iter():
        try:
            if process.environ().get("JUPYTERHUB_USER") == learner:
                used = process.memory_full_info().pss / MIB
                is_kernel = "ipykernel_launcher" in " ".join(process.cmdline())
                server, kernels = (server, kernels + used) if is_kernel else (server + used, kernels)
        except psutil.Error:
            continue
    return server, kernels


def open_notebook(page: Page, address: str, learner: str, path: str) -> None:
    page.goto(f"{address}/user/{learner}/lab/tree/{path}")
    page.wait_for_function(
        f"window.jupyterapp?.shell.currentWidget?.context?.path === '{path}'", timeout=240_000
    )
    front = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    front.locator(".jp-Toolbar-kernelName", has_text="Python 3").wait_for()
    session = "window.jupyterapp.shell.currentWidget.sessionContext"
    page.wait_for_function(f"{session}.isReady && {session}.session?.kernel?.status === 'idle'")


def run_all(page: Page) -> None:
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(f"{CODE}.every(c => c.executionCount !== null)", timeout=400_000)
    errors = page.evaluate(
        f"{CODE}.flatMap(c => c.outputs.toJSON()).filter(o => o.output_type === 'error').map(o => o.evalue)"
    )
    if errors:
        raise SystemExit(f"a cell failed: {errors}")


def hand_in(page: Page, address: str, learner: str, answers: list[str], inbox: Path) -> None:
    """Type the answers into the sheet, run and save it, and submit it in a terminal of the hub."""
    open_notebook(page, address, learner, "lab1.ipynb")
    for number, typed in enumerate(answers, 1):
        page.evaluate(
            f"""([old, typed]) => {{
                const cell = {CODE}.find(c => c.sharedModel.source.startsWith(old));
                cell.sharedModel.setSource(cell.sharedModel.source.replace(old, typed));
            }}""",
            [f"answer_{number} = ...", f"answer_{number} = {typed}"],
        )
    run_all(page)
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    page.evaluate("window.jupyterapp.commands.execute('terminal:create-new')")
    terminal = page.locator(".jp-Terminal .xterm-helper-textarea").last
    terminal.wait_for(state="attached")
    page.wait_for_timeout(3000)
    terminal.focus()
    page.keyboard.type(f"cnnbook submit lab1.ipynb -o {inbox}/$JUPYTERHUB_USER.json\n")
    for _try in range(120):
        if (inbox / f"{learner}.json").exists():
            return
        page.wait_for_timeout(500)
    page.screenshot(path=inbox.parent / f"{learner}.png")
    raise SystemExit(f"nothing was submitted by {learner}; see {inbox.parent / learner}.png")


def main(count: int, chapter: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="cnnbook-hub-"))
    learners = [f"learner{number}" for number in range(1, count + 1)]
    inbox = folder / "inbox"
    inbox.mkdir()
    (folder / "lab1.toml").write_text(SHEET, encoding="utf-8")
    (folder / "roster.csv").write_text("\n".join(["id", *learners]) + "\n", encoding="utf-8")
    sheet = load(folder / "lab1.toml", make_salt=True)
    marker = Marker(sheet)
    for learner in learners:
        home = folder / "homes" / learner
        home.mkdir(parents=True)
        # A terminal is a login shell, which sets the path anew.
        (home / ".profile").write_text(f'PATH="{Path(sys.executable).parent}:$PATH"\n', encoding="utf-8")
        (home / "lab1.ipynb").write_text(json.dumps(notebook(marker, None)), encoding="utf-8")
    keys = [", ".join(map(str, marker.question(item, 0).key)) for item in sheet.items]
    with hub(folder) as address, sync_playwright() as playwright:
        executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM))
        print("learner, then MiB of the server and of the kernels: started; chapter run; sheet handed in")
        for learner in learners:
            page: Any = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.set_default_timeout(120_000)
            page.goto(f"{address}/hub/login")
            page.get_by_label("Username").fill(learner)
            page.get_by_label("Password").fill("any")
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/lab/tree/work/**", timeout=240_000)
            page.wait_for_timeout(5000)
            used = [memory_of(learner)]
            (name,) = [one.name for one in (folder / "homes" / learner / "work").glob(f"{chapter}_*.ipynb")]
            open_notebook(page, address, learner, f"work/{name}")
            run_all(page)
            used.append(memory_of(learner))
            page.screenshot(path=folder / f"{learner}-chapter.png")
            hand_in(page, address, learner, keys if learner == learners[0] else ["(6, 28, 27)"], inbox)
            page.screenshot(path=folder / f"{learner}-submitted.png")
            used.append(memory_of(learner))
            print(learner, *(f"{server:.0f} + {kernels:.0f};" for server, kernels in used), flush=True)
        whole = [memory_of(learner) for learner in learners]
        print(f"all {count} at once: {sum(map(sum, whole)):.0f} MiB, {sum(map(sum, whole)) / count:.0f} each")
        browser.close()
    words = [inbox, "--roster", folder / "roster.csv", "--assignment", folder / "lab1.toml"]
    command = [sys.executable, "-m", "cnnbook", "grade", *map(str, words), "-o", str(folder / "grades.csv")]
    subprocess.run(command, check=True)
    print((folder / "grades.csv").read_text(encoding="utf-8"))
    print(f"screenshots and the hub's log are in {folder}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3, sys.argv[2] if len(sys.argv) > 2 else "01")
