"""Starting JupyterLab on the learner's copy of the course: on localhost, with a token, without pop-ups.

Jupyter runs in this process, so that Ctrl-C reaches it directly, and ends its kernels too.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from cnnbook.work import START, bring_up_to_date, find_course

ADDRESS = "127.0.0.1"

_TRIES = 50
_SECONDS_BETWEEN_TRIES = 0.2

OVERRIDES = {
    # Pop-ups about news and updates fail offline, and online they cover the first page that a newcomer sees.
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    # Without it a notebook that is opened again says "model not found" in place of its cards.
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
    # A kernel of each chapter that was ever open would fill the memory.
    "@jupyterlab/notebook-extension:tracker": {"kernelShutdown": True},
}

# Settings that decide who can reach the server. They are refused as arguments.
_FIXED = {"sock", "gateway-url", "gateway_url", "allow_remote_access", "allow_unauthenticated_access"}
_FIXED |= {"password", "hashed_password", "password_required", "need_token", "identity_provider_class"}


class LabError(Exception):
    """JupyterLab cannot start: the port is in use."""


class RefusedArgumentError(LabError):
    """An argument would let others reach the learner's computer."""


def start(arguments: Sequence[str] = ()) -> None:
    """Run JupyterLab on the learner's copy of the course until Ctrl-C.

    `arguments` are handed on to ``jupyter lab``. Where JupyterLab runs on that copy already, or a JupyterHub
    has started it, its address is printed instead.

    Raises RefusedArgumentError if an argument asks for no token; LabError if the port that an argument names
    is in use; WorkError if the copy cannot be made.
    """
    refuse_public_access(arguments)
    course = find_course()
    for line in bring_up_to_date(course):
        print(line, file=sys.stderr)
    folder = course.work
    if address := _address_in_hub(folder) or _address_of_running(folder):
        print(f"JupyterLab runs already: open {address}", file=sys.stderr)
        return
    port = requested_port(arguments)
    if port is not None and not _is_free(port):
        raise LabError(f"port {port} is in use; choose another, or leave --port out and a free one is taken")
    # If the user has another kernel called python3, the one of this environment is started all the same.
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    if _is_root():
        print("running as root: adding --allow-root", file=sys.stderr)
    before = set(threading.enumerate())
    with tempfile.TemporaryDirectory(prefix="cnnbook-lab-") as settings:
        Path(settings, "overrides.json").write_text(json.dumps(OVERRIDES), encoding="utf-8")
        _serve(list(arguments), _configuration(folder, Path(settings), port))
    _exit_despite_threads(before)


def refuse_public_access(arguments: Sequence[str]) -> None:
    """Raise RefusedArgumentError if an argument asks for no token, or opens another door than --ip.

    >>> refuse_public_access(["--port=8899", "--no-browser", "--ip=0.0.0.0"])
    >>> refuse_public_access(["--IdentityProvider.token="])
    Traceback (most recent call last):
        ...
    cnnbook.lab.RefusedArgumentError: --IdentityProvider.token= is refused: opening the course takes a token
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
            raise RefusedArgumentError(f"{argument} is refused: opening the course takes a token")


def requested_port(arguments: Sequence[str]) -> int | None:
    """Return the port that ``--port`` names; None if Jupyter is to choose one.

    >>> requested_port(["--no-browser", "--port", "8899"])
    8899
    """
    text = "\n".join(arguments)
    match = re.search(r"^--(?:ServerApp\.)?port[=\n](\d+)$", text, re.MULTILINE)
    return int(match[1]) if match else None


def requested_address(arguments: Sequence[str]) -> str:
    """Return the address that ``--ip`` names, as in a container; localhost without it.

    >>> requested_address(["--ip", "0.0.0.0"]), requested_address([])
    ('0.0.0.0', '127.0.0.1')
    """
    match = re.search(r"^--(?:ServerApp\.)?ip[=\n](\S+)$", "\n".join(arguments), re.MULTILINE)
    return match[1] if match else ADDRESS


def _address_in_hub(folder: Path) -> str:
    """Return where a JupyterHub's own JupyterLab shows the course; "" outside of a hub."""
    if not os.environ.get("JUPYTERHUB_USER"):
        return ""
    root = Path(os.environ.get("JUPYTERHUB_ROOT_DIR") or Path.home())
    below = folder.relative_to(root) if folder.is_relative_to(root) else Path(folder.name)
    return f"{os.environ.get('JUPYTERHUB_SERVICE_PREFIX', '/')}lab/tree/{(below / START).as_posix()}"


def _address_of_running(folder: Path) -> str:
    """Return the address of a server that shows this folder already; "" if there is none."""
    from jupyter_server.serverapp import list_running_servers

    for server in list_running_servers():
        if Path(server["root_dir"]) == folder:
            return f"{server['url']}lab/tree/{START}?token={server['token']}"
    return ""


def _configuration(folder: Path, settings: Path, port: int | None) -> dict[str, dict[str, Any]]:
    server: dict[str, Any] = {
        "ip": ADDRESS,  # --ip, which Jupyter reads from the arguments, goes before it
        "root_dir": str(folder),
        "allow_root": _is_root(),
    }
    if port is not None:
        server["port_retries"] = 0
    return {
        "ServerApp": server,
        # Set as the default address, not as a file to open, so that the link that Jupyter prints leads there.
        "LabApp": {"app_settings_dir": str(settings), "default_url": f"/lab/tree/{START}"},
    }


def _serve(arguments: list[str], configuration: dict[str, dict[str, Any]]) -> None:
    from jupyterlab.labapp import LabApp
    from traitlets.config import Config

    server = LabApp.initialize_server(argv=arguments, config=Config(configuration))
    if server.ip != requested_address(arguments):  # the user's configuration of Jupyter names another
        server.stop()
        raise RefusedArgumentError(
            f"{server.ip} is refused: only --ip chooses another address than localhost"
        )
    identity = server.identity_provider
    if not identity.token:  # the user's own configuration of Jupyter has switched it off
        identity.token = os.urandom(24).hex()
        identity.token_generated = True
    server.cleanup_kernels = _patient(server.cleanup_kernels)
    _end_on_signals(server)
    server.start()


def _patient(end_kernels: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Return Jupyter's own end of all kernels, tried again while it fails.

    It fails, "Kernel does not exist", for a kernel that is being started as the server ends. The server
    would then never end.
    """

    async def end() -> None:
        for _ in range(_TRIES):
            try:
                await end_kernels()
                return
            except Exception as error:  # whatever it is, the server has to end
                print(f"trying again to end the kernels: {error}", file=sys.stderr)
                await asyncio.sleep(_SECONDS_BETWEEN_TRIES)

    return end


def _end_on_signals(server: Any) -> None:
    """Make Ctrl-C, SIGTERM and a closed terminal end the server and its kernels.

    A second Ctrl-C ends them at once. Jupyter itself would ask for confirmation among its log lines, and
    without a terminal leave its kernels running.
    """

    def end(signum: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        server.stop(from_signal=True)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), end)


def _exit_despite_threads(before: set[threading.Thread]) -> None:
    # A request that was being answered when the server ended leaves a thread that never ends. Python would
    # wait for it.
    if any(not thread.daemon for thread in threading.enumerate() if thread not in before):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As Jupyter does, so that a port counts as free when its last server has only just ended.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except (OSError, OverflowError):
            return False
    return True


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
