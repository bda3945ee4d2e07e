"""`cnnbook lab`: which course it opens, and that it stays on localhost with a token whatever it is told."""

import json
import os
import signal
import socket
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnbook import doctor, lab
from cnnbook.cli import main
from cnnbook.doctor import Check
from cnnbook.lab import LabError, RefusedArgumentError, notebooks_folder, refuse_public_access, requested_port


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A checkout with one notebook, and the current folder in it."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / lab.START).touch()
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


def test_the_course_of_the_current_checkout_is_found(course):
    """From the checkout, from notebooks/ and from below it, the same folder is found."""
    (course / "below").mkdir()
    places = (course.parent, course, course / "below")
    assert [notebooks_folder(place) for place in places] == [course] * 3


def test_elsewhere_the_checkout_of_the_package_is_opened(tmp_path):
    """Outside of any checkout, an editable install opens the course beside it."""
    assert notebooks_folder(tmp_path) == Path(__file__).parents[1] / "notebooks"


def test_no_course_is_one_clear_line(tmp_path, monkeypatch, served):
    """After an install without the checkout, the message says where to go; nothing is started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lab, "__file__", str(tmp_path / "site-packages" / "cnnbook" / "lab.py"))
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
    assert configuration["ServerApp"]["root_dir"] == str(course)
    assert configuration["LabApp"]["default_url"] == "/lab/tree/00_start_here.ipynb"
    assert settings == {
        "overrides.json": {
            "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
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
        ["--ip=0.0.0.0"],
        ["--ip", "0.0.0.0"],
        ["--no-browser", "--ServerApp.ip=*"],
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
    """An argument that would leave localhost or the token is a wrong command line; nothing is started."""
    result = CliRunner().invoke(main, ["lab", *arguments])
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: --")
    assert result.stderr.endswith("is refused: the course runs on localhost only, with a token\n")
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
    """Should Jupyter come up on another address after all, it is stopped before it serves anything."""
    server = jupyter(Server(ip="0.0.0.0"))
    with pytest.raises(
        RefusedArgumentError, match=r"0\.0\.0\.0 is refused: the course runs on localhost only"
    ):
        lab._serve([], {})
    assert server.did == ["stop"]


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_end_the_server(jupyter, name):
    """Ctrl-C, a polite kill and a closed terminal each stop the server; the next Ctrl-C acts at once."""
    server = jupyter(Server())
    lab._serve([], {})
    signal.raise_signal(name)
    assert server.did == ["start", "stop from signal"]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


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
