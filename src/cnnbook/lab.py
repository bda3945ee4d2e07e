"""JupyterLab on the course: localhost only, always with a token, without the news pop-up.

Jupyter runs in this process, so Ctrl-C reaches it directly and it takes its kernels down with it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

START = "00_start_here.ipynb"
ADDRESS = "127.0.0.1"

# Offline, the news and update toasts could only fail; online, they cover the first page a newcomer sees.
OVERRIDES = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}

_FIXED = {"ip", "sock", "gateway-url", "gateway_url", "allow_remote_access", "allow_unauthenticated_access"}
_FIXED |= {"password", "hashed_password", "password_required", "need_token", "identity_provider_class"}


class LabError(Exception):
    """JupyterLab cannot start here: no course to open, or no port."""


class RefusedArgumentError(LabError):
    """An argument that would open the learner's computer to others."""


def start(arguments: Sequence[str] = ()) -> None:
    """Run JupyterLab on the course until Ctrl-C; `arguments` are handed on to ``jupyter lab``.

    Raises RefusedArgumentError if an argument asks for another address than localhost, or for no token;
    LabError if there is no ``notebooks/`` here, or the port asked for is taken.
    """
    folder = notebooks_folder()
    refuse_open_doors(arguments)
    port = requested_port(arguments)
    if port is not None and not _is_free(port):
        raise LabError(f"port {port} is in use; choose another, or leave --port out and a free one is taken")
    # Of two kernels called python3, the one of this environment is meant, not the user's other one.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    if _is_root():
        print("running as root: adding --allow-root", file=sys.stderr)
    before = set(threading.enumerate())
    with tempfile.TemporaryDirectory(prefix="cnnbook-lab-") as settings:
        Path(settings, "overrides.json").write_text(json.dumps(OVERRIDES), encoding="utf-8")
        _serve(list(arguments), _configuration(folder, Path(settings), port))
    _leave_waiting_threads(before)


def notebooks_folder(start: Path | None = None) -> Path:
    """Return the course's ``notebooks/``: of the checkout around `start` (the current folder), else our own.

    Raises LabError if neither has one, as after an install without the checkout.
    """
    here = (start or Path.cwd()).resolve()
    for place in (here, *here.parents, Path(__file__).resolve().parents[2]):
        for folder in (place / "notebooks", place):
            if (folder / START).is_file():
                return folder
    raise LabError(
        f"no course here: {here} is not inside a checkout with notebooks/{START}; "
        "change to the folder that holds the README and run this again"
    )


def refuse_open_doors(arguments: Sequence[str]) -> None:
    """Return nothing; raise `RefusedArgumentError` where an argument would undo localhost or the token.

    >>> refuse_open_doors(["--port=8899", "--no-browser"])
    >>> refuse_open_doors(["--ip=0.0.0.0"])
    Traceback (most recent call last):
        ...
    cnnbook.lab.RefusedArgumentError: --ip=0.0.0.0 is refused: the course runs on localhost only, with a token
    """
    for position, argument in enumerate(arguments):
        match = re.match(r"--?(?:[A-Za-z]\w*\.)*([\w-]+)(?:=(.*))?$", argument, re.DOTALL)
        if match is None:
            continue
        name, value = match.groups()
        if value is None:
            value = next(iter(arguments[position + 1 :]), "")
        empty_token = name == "token" and (not value.strip("'\" ") or value.startswith("-"))
        if name in _FIXED or empty_token:
            raise RefusedArgumentError(
                f"{argument} is refused: the course runs on localhost only, with a token"
            )


def requested_port(arguments: Sequence[str]) -> int | None:
    """Return the port that ``--port`` asks for, None where Jupyter may choose.

    >>> requested_port(["--no-browser", "--port", "8899"])
    8899
    """
    text = "\n".join(arguments)
    match = re.search(r"^--(?:ServerApp\.)?port[=\n](\d+)$", text, re.MULTILINE)
    return int(match[1]) if match else None


def _configuration(folder: Path, settings: Path, port: int | None) -> dict[str, dict[str, Any]]:
    server: dict[str, Any] = {
        "ip": ADDRESS,
        "root_dir": str(folder),
        "allow_root": _is_root(),
    }
    if port is not None:
        server["port_retries"] = 0
    return {
        "ServerApp": server,
        # In the address rather than as a file to open: so the link that Jupyter prints leads there too.
        "LabApp": {"app_settings_dir": str(settings), "default_url": f"/lab/tree/{START}"},
    }


def _serve(arguments: list[str], configuration: dict[str, dict[str, Any]]) -> None:
    from jupyterlab.labapp import LabApp
    from traitlets.config import Config

    server = LabApp.initialize_server(argv=arguments, config=Config(configuration))
    if server.ip != ADDRESS:
        server.stop()
        raise RefusedArgumentError(f"{server.ip} is refused: the course runs on localhost only, with a token")
    identity = server.identity_provider
    if not identity.token:  # a configuration file of the user's own switched it off
        identity.token = os.urandom(24).hex()
        identity.token_generated = True
    _end_on_signals(server)
    server.start()


def _end_on_signals(server: Any) -> None:
    """Let Ctrl-C, a polite kill or a closed terminal end the server and its kernels; a second Ctrl-C at once.

    Jupyter itself would ask back among its log lines, and without a terminal leave its kernels running.
    """

    def end(signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        server.stop(from_signal=True)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), end)


def _leave_waiting_threads(before: set[threading.Thread]) -> None:
    # A request that was under way at the end leaves a thread that waits for ever, and Python would with it.
    if any(not thread.daemon for thread in threading.enumerate() if thread not in before):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As Jupyter will bind it: a port that only lingers after its last server counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError):
            return False
    return True


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
