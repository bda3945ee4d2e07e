"""What a command refuses, it refuses before the work: one line, a status, torch not loaded, nothing lost."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cnnbook import work
from cnnbook.cli import main
from cnnbook.graphs import files

RUN = """
import sys
from cnnbook import work
from cnnbook.cli import main
try:
    main(sys.argv[1:])
finally:
    print("torch" in sys.modules)
"""
NET = "from torch import nn\nclass Net(nn.ReLU): pass\n"


def refused(folder, *arguments):
    """Run a command in a process of its own; return its status and its one line, after a look around."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.stdout == "False\n", "torch was loaded, or something printed"
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: ")
    return done.returncode, line.removeprefix("Error: ")


@pytest.fixture
def here(tmp_path):
    """A folder with an older picture, a folder by a picture's name, and a network in a file."""
    (tmp_path / "old.pdf").write_text("old")
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "net.py").write_text(NET)
    return tmp_path


@pytest.mark.parametrize(
    ("output", "status", "line"),
    [
        ("missing/a.pdf", 1, "cannot write missing/a.pdf: there is no folder missing"),
        ("old.pdf/a.pdf", 1, "cannot write old.pdf/a.pdf: there is no folder old.pdf"),
        ("folder.pdf", 2, "cannot write folder.pdf: it is a folder; name a file in it, such as folder.pdf/"),
        (
            "a.gif",
            2,
            "cannot write a.gif: unknown suffix '.gif'; a graph is saved as .pdf, .svg, .png or .html",
        ),
        ("old", 2, "cannot write old: no suffix; a graph is saved as .pdf, .svg, .png or .html"),
        (f"{'n' * 250}.pdf", 1, f"cannot write {'n' * 20}....pdf: the name is too long"),
    ],
)
@pytest.mark.parametrize(
    "network",
    [("net.py:Net", "--input", "1,3,8,8"), ("resnet101", "--kind", "autograd"), ("resnet18",)],
    ids=lambda network: network[0],
)
def test_a_path_that_cannot_be_written_is_told_before_the_work(here, network, output, status, line):
    """For each kind of network and of picture; also as the second of two, of which none is written."""
    found, said = refused(here, "graph", *network, "-o", "first.svg", "-o", output)
    assert (found, said[: len(line)]) == (status, line)


@pytest.mark.parametrize(
    ("output", "options", "status", "line"),
    [
        ("old.pdf", (), 2, "cannot write into old.pdf: it is a file; --all wants a folder"),
        ("old.pdf/new", (), 1, "cannot write into old.pdf/new: not a directory"),
        (
            "new",
            ("--depth", "2", "--kind", "autograd"),
            2,
            "--depth and --unfold are for --kind architecture",
        ),
        ("taken", (), 2, "cannot write taken/resnet50.pdf: it is a folder; name a file in it"),
    ],
)
def test_a_folder_that_cannot_be_filled_is_told_before_the_work(here, output, options, status, line):
    """--all wants a folder, and one in which every file can be written; it makes none for a wrong command."""
    (here / "taken" / "resnet50.pdf").mkdir(parents=True)
    found, said = refused(here, "graph", "--all", *options, "-o", output)
    assert (found, said[: len(line)]) == (status, line)
    assert not (here / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("trace", "resnt101"), "no network is called 'resnt101'; did you mean resnet101?"),
        (("trace", "missing.py:Net", "--input", "1,3,8,8"), "missing.py: no such file"),
        (("trace", "net.py:Net"), "net.py:Net: give the shape of its input"),
        (("trace", "net.py"), "net.py: name the class too, as in net.py:Net"),
        (("trace", "--compare", "resnet101", "resnt18"), "no network is called 'resnt18'; did you mean"),
        (
            ("trace", "--compare", "resnet101", "resnet152", "--format", "csv"),
            "--compare prints text or html",
        ),
        (("quiz", "resnt101"), "no network is called 'resnt101'"),
        (("graph", "resnt101", "--kind", "torchviz", "-o", "a.pdf"), "no network is called 'resnt101'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_network_that_is_not_there_is_told_before_torch_is_loaded(here, arguments, line):
    """A misspelt name and a missing file need no torch to be seen, not even the second of two."""
    found, said = refused(here, *arguments)
    assert (found, said[: len(line)]) == (2, line)


def test_loading_torch_would_be_seen(here):
    """The tests above can fail: they look into the process that ran the command."""
    with pytest.raises(AssertionError, match="torch was loaded"):
        refused(here, "trace", "net.py:Nett", "--input", "1,3,8,8")


def test_no_graphviz_is_told_before_the_work(here):
    """Without a Graphviz nothing is traced, and no folder made."""
    code = "import importlib.util as u; find = u.find_spec\n"
    code += "u.find_spec = lambda name, *more: None if name == 'pygraphviz' else find(name, *more)\n"
    for arguments in (["graph", "resnet101", "-o", "a.pdf"], ["graph", "--all", "-o", "new"]):
        done = subprocess.run(
            [sys.executable, "-c", code + RUN, *arguments],
            cwd=here,
            env={**os.environ, "PATH": str(here)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "False\n")
        assert done.stderr.startswith("Error: no Graphviz to draw with: ")
    assert not (here / "new").exists()


@pytest.mark.parametrize("command", [("graph", "lenet5", "-o", "a.pdf"), ("graph", "--all", "-o", ".")])
def test_a_folder_without_permission_is_one_line(here, monkeypatch, command):
    """Whether a file can be made is tried: a disk can be full or read-only, whatever the permissions."""
    monkeypatch.chdir(here)

    def refuse(dir):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.tempfile, "TemporaryFile", refuse)
    done = CliRunner().invoke(main, list(command))
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith(".pdf: permission denied\n")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_write_protected_file_stays(here):
    """A file that its owner has protected is not replaced, nor is one made in a protected folder."""
    (here / "old.pdf").chmod(0o444)
    (here / "folder.pdf").chmod(0o555)
    line = "cannot write old.pdf: the file there is write-protected"
    assert refused(here, "graph", "lenet5", "-o", "old.pdf") == (1, line)
    line = "cannot write folder.pdf/a.pdf: permission denied"
    assert refused(here, "graph", "lenet5", "-o", "folder.pdf/a.pdf") == (1, line)


def test_an_older_file_survives_a_failed_run(here):
    """A network that does not run, and a Graphviz that cannot draw, leave the older picture as it was."""
    done = subprocess.run(
        [sys.executable, "-m", "cnnbook", "graph", "lenet5", "--input", "1,1,8,8", "-o", "old.pdf"],
        cwd=here,
        check=False,
    )
    assert done.returncode == 1
    assert (here / "old.pdf").read_text() == "old"
    assert sorted(path.name for path in here.iterdir()) == ["folder.pdf", "net.py", "old.pdf"]


def test_a_link_stays_a_link(here):
    """The file that it points to is replaced; where that has no folder, it is one line."""
    (here / "link.pdf").symlink_to("old.pdf")
    (here / "lost.pdf").symlink_to("nowhere/old.pdf")
    subprocess.run(
        [sys.executable, "-m", "cnnbook", "graph", "lenet5", "-o", "link.pdf"], cwd=here, check=True
    )
    assert (here / "link.pdf").is_symlink()
    assert (here / "old.pdf").read_bytes().startswith(b"%PDF")
    status, line = refused(here, "graph", "lenet5", "-o", "lost.pdf")
    assert (status, line.startswith("cannot write lost.pdf: there is no folder ")) == (1, True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["networks"]])
def test_output_that_cannot_be_written_is_one_line(arguments):
    """On a full disk even --version and --help end in a message and status 1."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cnnbook", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "Error: cannot write: No space left on device\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["trace", ":Net", "--input", "1,3"],
            "name the file or the module before the colon, as in mynet.py:Net",
        ),
        (
            ["trace", ":", "--input", "1,3"],
            "name the file or the module before the colon, as in mynet.py:Net",
        ),
        (
            ["exercises", "conv-macs", "--verify"],
            "conv-macs is a kind of practice, and --verify checks the exer",
        ),
    ],
)
def test_what_is_named_wrongly_is_said(here, arguments, told):
    """The message says what the name lacks, or what the option is for."""
    status, line = refused(here, *arguments)
    assert status == 2
    assert told in line


def test_reset_in_another_folder_says_where(tmp_path, monkeypatch):
    """Outside of the course the message names the folder that holds work/."""
    course = work.Course(tmp_path / "notebooks", tmp_path / "data", tmp_path)
    course.notebooks.mkdir()
    course.data.mkdir()
    (course.notebooks / work.START).write_text("{}")
    (course.notebooks / "01_output_size.ipynb").write_text("{}")
    inside = tmp_path / "notebooks"
    monkeypatch.chdir(inside)
    done = CliRunner().invoke(main, ["reset", "01"])
    assert done.stderr == f"work/01_output_size.ipynb is fresh, in {tmp_path}\n"
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["reset", "01"]).stderr == "work/01_output_size.ipynb is fresh\n"
