"""What the course needs on this computer: a check of each need, with the command that repairs it.

The checks are plain values. Nothing is repaired here, and torch is loaded in a child process only.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata, util
from pathlib import Path

OLDEST_PYTHON = (3, 11)

# Loading torch for the first time, from a slow disk, takes a minute.
SECONDS = 180.0

# nms is compiled code of torchvision: a call of it fails if torchvision was built for another torch.
_LOAD_TORCH = """
import json, torch, torchvision
torchvision.ops.nms(torch.zeros(1, 4), torch.zeros(1), 0.5)
print(json.dumps([torch.__version__, torchvision.__version__]))
"""


@dataclass(frozen=True, slots=True)
class Check:
    """One need of the course: whether it is met, what was found, and the command that repairs it."""

    need: str
    ok: bool
    found: str
    repair: str = ""

    def __str__(self) -> str:
        line = f"{'ok' if self.ok else 'MISSING':<8} {self.need:<9} {self.found}"
        return line if self.ok else f"{line}\n{'':<18} repair: {self.repair}"


def checks() -> Iterator[Check]:
    """Yield the checks one by one, each as soon as it is known: loading torch takes seconds."""
    yield python()
    yield torch()
    yield jupyter()
    yield graphviz()
    yield fonts()
    yield folders()


def to_json(found: Iterable[Check]) -> str:
    """Return the checks as a JSON object: ``ok`` for all together, ``checks`` one by one."""
    every = tuple(found)
    return json.dumps({"ok": all(c.ok for c in every), "checks": [asdict(c) for c in every]}, indent=2)


def python() -> Check:
    """Return the check of this Python's version: 3.11 or later."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        return Check("Python", False, f"{version}, too old", "uv run --python 3.12 cnnbook doctor")
    return Check("Python", True, f"{version}, {sys.executable}")


def torch() -> Check:
    """Return the check that torch and torchvision are there, are recent enough, and load together."""
    names = ("torch", "torchvision")
    versions = {name: installed(name) for name in names}
    absent = [name for name in names if not versions[name]]
    if absent:
        return Check("torch", False, f"{' and '.join(absent)} not installed", install(*names))
    old = [f"{name}>={bound(name)}" for name in names if _numbers(versions[name]) < _numbers(bound(name))]
    wanted = _torch_for_torchvision()
    if old:
        failure = f"the course needs {' and '.join(old)}"
    elif wanted and not _satisfies(versions["torch"], wanted):
        failure = f"they do not fit each other, this torchvision needs torch{wanted}"
    else:
        failure, loaded = _load_torch()
        versions.update(loaded)
        if not failure:
            builds = [version.partition("+")[2] for version in versions.values()]
            if all(builds) and builds[0] != builds[1]:
                failure = f"they do not fit each other, built for {builds[0]} and for {builds[1]}"
    found = ", ".join(f"{name} {version}" for name, version in versions.items())
    if failure:
        return Check("torch", False, f"{found}: {failure}", install(*names, again=True))
    return Check("torch", True, found)


def jupyter() -> Check:
    """Return the check that JupyterLab is there and that its kernel ``python3`` starts this very Python."""
    absent = [name for name in ("jupyterlab", "ipykernel") if util.find_spec(name) is None]
    if absent:
        return Check(
            "Jupyter", False, f"{' and '.join(absent)} not installed", install("jupyterlab", again=True)
        )
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("python3")
    command = spec.argv[0]
    # For a kernel with the command "python", Jupyter starts its own interpreter. Other commands are compared
    # by their folders: the file in a virtual environment is a link to the Python that it was made from.
    plain = command in ("python", "python3", f"python3.{sys.version_info.minor}")
    if plain or Path(command).parent.resolve() == Path(sys.executable).parent.resolve():
        return Check(
            "Jupyter", True, f"JupyterLab {installed('jupyterlab')}, its kernel python3 is this Python"
        )
    own = sys.prefix != sys.base_prefix or _in_conda()
    repair = f"{sys.executable} -m ipykernel install {'--sys-prefix' if own else '--user'} --name python3"
    first = filter(None, os.environ.get("JUPYTER_PATH", "").split(os.pathsep))
    if any(Path(folder) in Path(spec.resource_dir).parents for folder in first):
        repair = "unset JUPYTER_PATH"
    return Check("Jupyter", False, f"its kernel python3 is another Python, {command}", repair)


def graphviz() -> Check:
    """Return the check that graphs can be drawn, by drawing one with ``dot`` or with pygraphviz."""
    from cnnbook.graphs.rendering import GraphError, backends, render

    try:
        first = backends()[0]
        render("digraph { a -> b }", "pdf")
        return Check(
            "Graphviz", True, f"{first.version or 'version unknown'}, {first.name} in {first.location}"
        )
    except (GraphError, OSError, subprocess.SubprocessError) as error:
        text = str(error).partition("; repair")[0]
        return Check("Graphviz", False, text, install("pygraphviz", again=True))


def fonts() -> Check:
    """Return the check that there is a font for text in graphs and figures, which matplotlib brings."""
    spec = util.find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return Check("fonts", False, "matplotlib, which brings them, is not installed", install("matplotlib"))
    font = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
    if not font.is_file():
        return Check("fonts", False, f"there is no {font}", install("matplotlib", again=True))
    return Check("fonts", True, f"DejaVu Sans, from matplotlib {installed('matplotlib')}")


def folders() -> Check:
    """Return the check that answers can be saved in work/, and that Jupyter can keep its own files."""
    from cnnbook.work import WorkError, find_course

    try:
        course = find_course().home
    except WorkError:
        course = Path.cwd()
    if not _is_writable(course):
        return Check(
            "folders", False, f"{course} cannot be written to", f'sudo chown -R "$(id -un)" "{course}"'
        )
    home = Path.home()
    if not _is_writable(home):
        return Check("folders", False, f"{home} cannot be written to", 'export HOME="$(mktemp -d)"')
    return Check("folders", True, f"{course} and {home} can be written to")


def installed(name: str) -> str:
    """Return the version of an installed package; "" if it is not installed."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def bound(name: str) -> str:
    """Return the lowest version of a package that the course runs with, from the course's own metadata."""
    for requirement in metadata.requires("cnnbook") or ():
        match = re.match(rf"{re.escape(name)}\s*>=\s*([\w.]+)", requirement)
        if match:
            return match[1]
    return "0"


def install(*names: str, again: bool = False) -> str:
    """Return the command that installs packages into this Python's environment.

    With `again`, the packages are there but broken, and are to be installed anew.
    """
    if _in_conda():
        conda = " ".join(f'"{"pytorch" if n == "torch" else n}>={bound(n)}"' for n in names)
        return f"conda install --yes --channel conda-forge {'--force-reinstall ' if again else ''}{conda}"
    packages = " ".join(f'"{name}>={bound(name)}"' for name in names)
    if util.find_spec("pip") is not None:
        force = "--force-reinstall " if again else ""
        return f'"{sys.executable}" -m pip install --upgrade {force}{packages}'
    force = "".join(f"--reinstall-package {name} " for name in names) if again else ""
    # Without a backend, uv would install CUDA's packages into an environment that was made without them.
    cpu = "--torch-backend=cpu " if "torch" in names and "+cpu" in installed("torch") else ""
    return f'uv pip install --python "{sys.executable}" {cpu}{force}{packages}'


def _load_torch() -> tuple[str, dict[str, str]]:
    """Return why torch and torchvision cannot be loaded ("" if they can), and their own versions."""
    command = [sys.executable, "-c", _LOAD_TORCH]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"loading them takes more than {SECONDS:g} seconds", {}
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return f"they cannot be loaded, {lines[-1] if lines else f'exit status {done.returncode}'}", {}
    return "", dict(zip(("torch", "torchvision"), json.loads(done.stdout.splitlines()[-1]), strict=True))


def _torch_for_torchvision() -> str:
    for requirement in metadata.requires("torchvision") or ():
        match = re.match(r"torch\s*\(?\s*([=<>!~][^;)]*)", requirement)
        if match:
            return match[1].strip().replace(" ", "")
    return ""


def _satisfies(version: str, wanted: str) -> bool:
    """Return whether a version satisfies ``==2.9.1`` or ``>=2.14``; other requirements are not judged."""
    have = _numbers(version)
    for operator, number in re.findall(r"(==|>=)([\d.]+)", wanted):
        need = _numbers(number)
        if (have != need) if operator == "==" else (have < need):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    release = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in release[0].split(".")] if release else []
    return tuple(numbers + [0] * (3 - len(numbers)))


def _is_writable(folder: Path) -> bool:
    # A file is written, since permission bits do not tell of a read-only file system, and root ignores them.
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _in_conda() -> bool:
    return Path(sys.prefix, "conda-meta").is_dir()
