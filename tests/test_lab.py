"""`cnnbook lab`: which course it opens, and that it stays on localhost with a token whatever it is told."""

import asyncio
import json
import os
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnbook import doctor, lab, work
from cnnbook.cli import main
from cnnbook.doctor import Check
from cnnbook.lab import LabError, RefusedArgumentError, refuse_public_access, requested_port
from cnnbook.work import START


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A checkout with one notebook, and the current folder in it."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / START).touch()
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def served(monkeypatch):
    """What Jupyter would have been started with: its arguments, its configuration, its settings on disk."""
    calls = []

    def serve(arguments, configuration):
        settings = Path(configuration["LabApp"]["app_settings_dir"])
        calls.append(
            (arguments, configuration, {f.name: json.loads(f.read_text()) for f in settings.iterdir()})
        )

    monkeypatch.setattr(lab, "_serve", serve)
    monkeypatch.setattr(doctor, "checks", lambda: iter([Check("Python", True, "3.14.0")]))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    return calls


def test_no_course_is_one_clear_line(tmp_path, monkeypatch, served):
    """After an install without the checkout, the message says where to go; nothing is started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(work, "__file__", str(tmp_path / "lib" / "site-packages" / "cnnbook" / "work.py"))
    monkeypatch.setattr(work, "files", lambda name: tmp_path / "lib" / "site-packages" / name)
    result = CliRunner().invoke(main, ["lab"])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"Error: no course here: {tmp_path} is not inside a checkout with notebooks/00_start_here.ipynb; "
        "change to the folder that holds the README and run this again"
    )
    assert served == []


def test_jupyter_is_started_on_the_first_chapter_without_news(course, served):
    """Localhost, the course as root folder, 00_start_here in the address, the news and update toasts off."""
    result = CliRunner().invoke(main, ["lab", "--no-browser"])
    assert result.exit_code == 0, result.output
    [(arguments, configuration, settings)] = served
    assert arguments == ["--no-browser"]
    assert configuration["ServerApp"]["ip"] == "127.0.0.1"
    assert configuration["ServerApp"]["root_dir"] == str(course.parent / "work")
    assert configuration["LabApp"]["default_url"] == "/lab/tree/00_start_here.ipynb"
    assert settings == {
        "overrides.json": {
            "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
            "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
            "@jupyterlab/notebook-extension:tracker": {"kernelShutdown": True},
        }
    }
    assert not Path(configuration["LabApp"]["app_settings_dir"]).exists()
    assert os.environ["JUPYTER_PREFER_ENV_PATH"] == "1"


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("user", [0, 1000])
def test_root_is_let_in_and_told_so(monkeypatch, served, user):
    """As root --allow-root is added and said; as anyone else neither."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    result = CliRunner().invoke(main, ["lab"])
    assert ("running as root: adding --allow-root" in result.stderr) is (user == 0)
    assert served[0][1]["ServerApp"]["allow_root"] is (user == 0)


@pytest.mark.usefixtures("course")
def test_nothing_starts_where_a_need_is_not_met(monkeypatch, served):
    """The doctor's checks come first; their repair is printed and the exit status is 1."""
    ill = Check("Graphviz", False, "no Graphviz to draw with", "brew install graphviz")
    monkeypatch.setattr(doctor, "checks", lambda: iter([ill]))
    result = CliRunner().invoke(main, ["lab"])
    assert result.exit_code == 1
    assert "repair: brew install graphviz" in result.stderr
    assert served == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--ServerApp.allow_remote_access=True"],
        ["--sock=/run/lab.sock"],
        ["--IdentityProvider.token="],
        ["--ServerApp.token=''"],
        ["--NotebookApp.token", ""],
        ["--LabApp.token", "--no-browser"],
        ["--PasswordIdentityProvider.hashed_password=x"],
        ["--ServerApp.password="],
        ["--ServerApp.identity_provider_class=mine.Open"],
        ["--ServerApp.allow_unauthenticated_access=True"],
    ],
    ids=" ".join,
)
def test_open_doors_are_refused(arguments, served):
    """An argument that would leave the token is a wrong command line; nothing is started."""
    result = CliRunner().invoke(main, ["lab", *arguments])
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: --")
    assert result.stderr.endswith("is refused: opening the course takes a token\n")
    assert served == []


def test_other_arguments_are_handed_on():
    """A token of one's own, a port, a browser and a notebook are Jupyter's business."""
    refuse_public_access(
        ["--IdentityProvider.token=abc", "--port=8899", "--browser", "firefox", "03_lenet5.ipynb", "--debug"]
    )


@pytest.mark.parametrize(
    ("arguments", "port"),
    [
        ([], None),
        (["--port=8899"], 8899),
        (["--port", "8899"], 8899),
        (["--ServerApp.port=0"], 0),
        (["--port-retries=3"], None),
    ],
)
def test_requested_port(arguments, port):
    """The port is read in each of the ways in which Jupyter takes it."""
    assert requested_port(arguments) == port


@pytest.mark.usefixtures("course")
def test_a_port_in_use_is_one_clear_line(served):
    """A port that was asked for and is taken ends with status 1; Jupyter is not started on another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["lab", "--port", str(port)])
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        f"Error: port {port} is in use; choose another, or leave --port out and a free one is taken"
    )
    assert served == []


@pytest.mark.usefixtures("course")
def test_a_free_port_is_the_only_one_tried(served):
    """A port that was asked for and is free is used, or none; without one Jupyter may choose."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert CliRunner().invoke(main, ["lab", f"--port={port}"]).exit_code == 0
    assert CliRunner().invoke(main, ["lab"]).exit_code == 0
    assert [configuration["ServerApp"].get("port_retries") for _, configuration, _ in served] == [0, None]


class Server:
    """Stands in for Jupyter's server application, as a user's own configuration may have left it."""

    def __init__(self, ip="127.0.0.1", token="generated"):
        self.ip = ip
        self.identity_provider = type("Identity", (), {"token": token, "token_generated": bool(token)})()
        self.did = []

    def start(self):
        self.did.append("start")

    def stop(self, from_signal=False):
        self.did.append("stop from signal" if from_signal else "stop")

    async def cleanup_kernels(self):
        """Fails at first, as Jupyter does while a kernel is being started."""
        self.did.append("end kernels")
        if self.did.count("end kernels") < 3:
            raise KeyError("Kernel does not exist")


@pytest.fixture
def jupyter(monkeypatch):
    """Lets a stand-in come up in the place of Jupyter's server; signals are as before afterwards."""
    from jupyterlab.labapp import LabApp

    def answer(server):
        monkeypatch.setattr(LabApp, "initialize_server", classmethod(lambda cls, **kwargs: server))
        return server

    handled = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield answer
    for name, handler in handled.items():
        signal.signal(name, handler)


def test_a_token_switched_off_elsewhere_is_switched_on_again(jupyter):
    """A configuration file of the user's own that clears the token does not leave the course open."""
    server = jupyter(Server(token=""))
    lab._serve([], {})
    assert len(server.identity_provider.token) == 48
    assert server.identity_provider.token_generated
    assert server.did == ["start"]


def test_another_address_is_never_served(jupyter):
    """Should Jupyter come up on another address than asked for, it is stopped before it serves anything."""
    server = jupyter(Server(ip="0.0.0.0"))
    with pytest.raises(RefusedArgumentError, match=r"0\.0\.0\.0 is refused: only --ip chooses another"):
        lab._serve([], {})
    assert server.did == ["stop"]


@pytest.mark.parametrize(
    "arguments", [["--ip=0.0.0.0"], ["--ip", "0.0.0.0"], ["--ServerApp.ip=0.0.0.0"]], ids=" ".join
)
def test_an_address_that_was_asked_for_is_served_with_a_token(jupyter, arguments):
    """As a container needs it; a token that was switched off is switched on again."""
    server = jupyter(Server(ip="0.0.0.0", token=""))
    lab._serve(arguments, {})
    assert len(server.identity_provider.token) == 48
    assert server.did == ["start"]


def test_a_running_server_is_offered(course, served, monkeypatch):
    """A second start on the same files prints the address of the first, and starts nothing."""
    running = {"root_dir": str(course.parent / "work"), "url": "http://127.0.0.1:8888/", "token": "abc"}
    others = {"root_dir": str(course), "url": "http://127.0.0.1:9999/", "token": "no"}
    monkeypatch.setattr("jupyter_server.serverapp.list_running_servers", lambda: iter([others, running]))
    result = CliRunner().invoke(main, ["lab"])
    assert result.exit_code == 0
    assert result.stderr.splitlines()[-1] == (
        "JupyterLab runs already: open http://127.0.0.1:8888/lab/tree/00_start_here.ipynb?token=abc"
    )
    assert served == []


def test_in_a_hub_its_own_lab_is_named(course, served, monkeypatch):
    """JupyterHub has started JupyterLab: the copy is made, and its address in the hub is printed."""
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    monkeypatch.setenv("JUPYTERHUB_ROOT_DIR", str(course.parent))
    result = CliRunner().invoke(main, ["lab"])
    assert result.stderr.splitlines()[-1].endswith("open /user/ada/lab/tree/work/00_start_here.ipynb")
    assert (course.parent / "work" / START).exists()
    assert served == []


def test_what_an_update_did_is_said(course, served):
    """A chapter with the learner's changes stays, and a line says where its new version is."""
    CliRunner().invoke(main, ["lab"])
    (course.parent / "work" / START).write_text("mine")
    (course / START).write_text("new")
    said = CliRunner().invoke(main, ["lab"]).stderr
    assert "00_start_here.ipynb has your changes and stays; its new version is beside it as" in said
    assert len(served) == 2


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_server(jupyter, name):
    """Ctrl-C, a polite kill and a closed terminal each stop the server; the next Ctrl-C acts at once."""
    server = jupyter(Server())
    lab._serve([], {})
    signal.raise_signal(name)
    assert server.did == ["start", "stop from signal"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def run_to_its_end(coroutine):
    """Run a coroutine in a thread of its own: a browser's test may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as other:
        other.submit(asyncio.run, coroutine).result()


def test_a_kernel_that_is_being_started_does_not_keep_the_server_from_ending(jupyter, monkeypatch):
    """What ends the kernels is tried again when it fails, and does not fail in the end."""
    monkeypatch.setattr(lab, "_SECONDS_BETWEEN_TRIES", 0)
    server = jupyter(Server())
    lab._serve([], {})
    run_to_its_end(server.cleanup_kernels())
    assert server.did == ["start", "end kernels", "end kernels", "end kernels"]
    monkeypatch.setattr(lab, "_TRIES", 1)
    server.did.clear()
    run_to_its_end(server.cleanup_kernels())
    assert server.did == ["end kernels"]


def test_a_thread_that_waits_for_ever_does_not_hold_the_process(monkeypatch):
    """A thread that Jupyter leaves behind is left; one that was there before, or a daemon, is not touched."""
    left = []
    monkeypatch.setattr(os, "_exit", left.append)
    release = threading.Event()
    before = set(threading.enumerate())
    daemon = threading.Thread(target=release.wait, daemon=True)
    waiting = threading.Thread(target=release.wait)
    try:
        daemon.start()
        lab._exit_despite_threads(before)
        assert left == []
        waiting.start()
        lab._exit_despite_threads(before)
        assert left == [0]
        lab._exit_despite_threads({*before, waiting})
        assert left == [0]
    finally:
        release.set()


def test_every_refusal_is_a_lab_error():
    """Whoever catches LabError catches refusals too."""
    assert issubclass(RefusedArgumentError, LabError)
