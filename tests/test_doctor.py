"""`cnnbook doctor`: what is found, each way to fail made to happen, and the command that repairs it."""

import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from cnnbook import doctor
from cnnbook.cli import main
from cnnbook.doctor import Check

WELL = Check("Python", True, "3.14.0")
ILL = Check("Graphviz", False, "no Graphviz to draw with", "brew install graphviz")


@pytest.fixture
def loads(monkeypatch):
    """Let torch and torchvision "load" at once, as the versions given."""

    def loading(torch, torchvision, wanted=""):
        versions = {"torch": torch, "torchvision": torchvision}
        monkeypatch.setattr(doctor, "installed", lambda name: versions.get(name, "").partition("+")[0])
        monkeypatch.setattr(doctor, "_torch_for_torchvision", lambda: wanted)
        monkeypatch.setattr(doctor, "_load_torch", lambda: ("", versions))

    return loading


@pytest.fixture
def child(monkeypatch):
    """Let every child process end as given."""

    def ending(*, code=0, stdout="", stderr="", error=None):
        def run(*args, **kwargs):
            if error:
                raise error
            return SimpleNamespace(returncode=code, stdout=stdout, stderr=stderr)

        monkeypatch.setattr(subprocess, "run", run)

    return ending


def test_all_is_well_here():
    """In the environment that runs the tests, every need of the course is met."""
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 0, result.stdout
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["ok", need] for need in ("Python", "torch", "Jupyter", "Graphviz", "fonts", "folders")
    ]


def test_a_missing_need_ends_with_status_1_and_its_repair(monkeypatch):
    """A need that is not met is printed with the command that repairs it, and the exit status is 1."""
    monkeypatch.setattr(doctor, "checks", lambda: iter([WELL, ILL]))
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "ok       Python    3.14.0",
        "MISSING  Graphviz  no Graphviz to draw with",
        "                   repair: brew install graphviz",
    ]


@pytest.mark.parametrize(("found", "status"), [([WELL], 0), ([WELL, ILL], 1)])
def test_json_has_the_same_checks(monkeypatch, found, status):
    """--json prints the checks as data, with the same exit status."""
    monkeypatch.setattr(doctor, "checks", lambda: iter(found))
    result = CliRunner().invoke(main, ["doctor", "--json"])
    assert result.exit_code == status
    printed = json.loads(result.stdout)
    assert printed["ok"] is (status == 0)
    assert [Check(**check) for check in printed["checks"]] == found


def test_old_python(monkeypatch):
    """A Python before 3.11 is too old."""
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    check = doctor.python()
    assert (check.ok, check.found) == (False, "3.10.4, too old")
    assert check.repair == "uv run --python 3.12 cnnbook doctor"


def test_torch_not_installed(monkeypatch):
    """Without torch, the repair installs torch and torchvision together, at the course's bounds."""
    monkeypatch.setattr(doctor, "installed", lambda name: "" if name == "torch" else "0.29.2")
    check = doctor.torch()
    assert (check.ok, check.found) == (False, "torch not installed")
    assert f'"torch>={doctor.bound("torch")}" "torchvision>={doctor.bound("torchvision")}"' in check.repair


def test_torch_too_old(loads):
    """A torch below the course's bound is named with that bound."""
    loads("2.3.1", "0.99.0")
    assert doctor.torch().found.endswith(f": the course needs torch>={doctor.bound('torch')}")


@pytest.mark.parametrize(("wanted", "torch"), [("==2.14.0", "2.15.0"), (">=2.99.0", "2.15.0+cpu")])
def test_torchvision_that_wants_another_torch(loads, wanted, torch):
    """A torchvision whose own metadata ask for another torch does not fit."""
    loads(torch, "0.99.0", wanted)
    check = doctor.torch()
    assert not check.ok
    assert check.found.endswith(f"they do not fit each other, this torchvision needs torch{wanted}")
    assert "torchvision" in check.repair


def test_torch_and_torchvision_built_for_different_machines(loads):
    """A torch for the CPU and a torchvision for CUDA do not fit, and uv is told which of the two to take."""
    loads("2.99.0+cpu", "0.99.0+cu132")
    assert doctor.torch().found.endswith("they do not fit each other, built for cpu and for cu132")
    loads("2.99.0+cpu", "0.99.0+cpu")
    assert doctor.torch() == Check("torch", True, "torch 2.99.0+cpu, torchvision 0.99.0+cpu")


def test_torch_that_does_not_load(child):
    """Where loading fails, the last line of the error is shown."""
    child(code=1, stderr="Traceback ...\nRuntimeError: operator torchvision::nms does not exist\n")
    check = doctor.torch()
    assert not check.ok
    assert check.found.endswith(
        "they cannot be loaded, RuntimeError: operator torchvision::nms does not exist"
    )


def test_torch_that_crashes(child):
    """Where loading takes the process down, its status is shown."""
    child(code=-11)
    assert doctor.torch().found.endswith("they cannot be loaded, exit status -11")


def test_torch_that_takes_for_ever(child):
    """Loading is given up after a time limit."""
    child(error=subprocess.TimeoutExpired("python", 180))
    assert doctor.torch().found.endswith("loading them takes more than 180 seconds")


def test_repair_keeps_a_cpu_only_torch(monkeypatch):
    """An environment with a CPU-only torch is not repaired into one with CUDA."""
    monkeypatch.setattr(doctor, "installed", lambda name: "2.15.0+cpu")
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None)
    command = doctor.install("torch", "torchvision", again=True)
    assert command.startswith(f'uv pip install --python "{sys.executable}" --torch-backend=cpu ')
    assert "--reinstall-package torch --reinstall-package torchvision" in command


def test_repair_with_pip_and_with_conda(monkeypatch, tmp_path):
    """The repair is for the installer that this environment has, by that installer's names."""
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: object())
    assert f'"{sys.executable}" -m pip install --upgrade "torch>=' in doctor.install("torch")
    (tmp_path / "conda-meta").mkdir()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert doctor.install("torch").startswith('conda install --yes --channel conda-forge "pytorch>=')


def test_jupyter_not_installed(monkeypatch):
    """Without JupyterLab there is no course."""
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None if name == "jupyterlab" else object())
    check = doctor.jupyter()
    assert (check.ok, check.found) == (False, "jupyterlab not installed")
    assert "jupyterlab>=" in check.repair


@pytest.fixture
def other_kernel(monkeypatch, tmp_path):
    """A kernel called python3 that starts another Python, found first."""
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    spec = {"argv": ["/elsewhere/bin/python", "-m", "ipykernel_launcher"], "display_name": "Python 3"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))


@pytest.mark.usefixtures("other_kernel")
def test_kernel_of_another_python_through_jupyter_path():
    """A python3 kernel that JUPYTER_PATH brings in is repaired by leaving that variable out."""
    check = doctor.jupyter()
    assert (check.ok, check.found) == (False, "its kernel python3 is another Python, /elsewhere/bin/python")
    assert check.repair == "unset JUPYTER_PATH"


def test_kernel_of_another_python(monkeypatch):
    """A python3 kernel that starts another Python is replaced by this one's."""
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    spec = KernelSpec(argv=["/elsewhere/bin/python"], resource_dir="/elsewhere/kernels/python3")
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda self, name: spec)
    check = doctor.jupyter()
    assert not check.ok
    assert check.repair.startswith(f"{sys.executable} -m ipykernel install --")


def test_no_graphviz(monkeypatch):
    """Without dot and pygraphviz there is nothing to draw with; the repair needs no administrator."""
    from cnnbook.graphs import rendering

    monkeypatch.setattr(rendering.shutil, "which", lambda name: None)
    monkeypatch.setattr(rendering.importlib.util, "find_spec", lambda name: None)
    check = doctor.graphviz()
    assert (check.ok, check.found) == (
        False,
        "no Graphviz to draw with: there is no `dot` on PATH and pygraphviz is not installed",
    )
    assert "pygraphviz>=" in check.repair


def test_graphviz_that_fails(monkeypatch):
    """A Graphviz that is there but cannot draw is missing all the same."""
    from cnnbook.graphs import rendering

    def render(source, form):
        raise rendering.GraphError("Graphviz could not draw the graph as pdf: dot: no layout plugin")

    monkeypatch.setattr(rendering, "render", render)
    check = doctor.graphviz()
    assert (check.ok, check.found) == (
        False,
        "Graphviz could not draw the graph as pdf: dot: no layout plugin",
    )


def test_no_fonts(monkeypatch, tmp_path):
    """Without matplotlib's font file, pictures would have no text."""
    spec = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: spec)
    check = doctor.fonts()
    assert not check.ok
    assert check.found.endswith("DejaVuSans.ttf")
    monkeypatch.setattr(doctor.util, "find_spec", lambda name: None)
    assert doctor.fonts().found == "matplotlib, which brings them, is not installed"


def test_unwritable_folders(monkeypatch, tmp_path):
    """A course that cannot be written to is named, and a home that cannot."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    course = tmp_path / "notebooks"
    (course / "00_start_here.ipynb").touch()
    assert doctor.folders().ok
    course = tmp_path

    def fails_in(*folders):
        return lambda folder: folder not in folders

    monkeypatch.setattr(doctor, "_is_writable", fails_in(course))
    check = doctor.folders()
    assert (check.ok, check.found) == (False, f"{course} cannot be written to")
    assert check.repair == f'sudo chown -R "$(id -un)" "{course}"'
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(doctor, "_is_writable", fails_in(tmp_path / "home"))
    assert doctor.folders().repair == 'export HOME="$(mktemp -d)"'


def test_a_folder_is_tried_by_writing(tmp_path):
    """Whether a folder is writable is found out by writing, and nothing is left behind."""
    assert doctor._is_writable(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not doctor._is_writable(tmp_path / "missing")
