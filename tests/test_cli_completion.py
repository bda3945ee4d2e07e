"""Names complete at the Tab key in bash, zsh and fish, quickly and without torch."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.shell_completion import get_completion_class

from cnnbook import networks
from cnnbook.cli import main
from cnnbook.exercises import chapters
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.work import find_course

NETS = """
from torch import nn
raise SystemExit("a file is read at the Tab key, and not run")
class Net(nn.ReLU): pass
class Next(nn.ReLU): pass
class Recipe: pass
"""
SHELLS = ("bash", "zsh", "fish")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A current folder with a network in it; the course is the checkout's."""
    (tmp_path / "mynet.py").write_text(NETS)
    (tmp_path / "broken.py").write_text("class (")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "other.py").write_text("from torch import nn\nclass Other(nn.ReLU): pass\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def items(*words, shell="zsh"):
    """What is offered for the last of the words, as type and value."""
    completion = get_completion_class(shell)(main, {}, "cnnbook", "_CNNBOOK_COMPLETE")
    return [(item.type, item.value) for item in completion.get_completions(list(words[:-1]), words[-1])]


def offered(*words):
    found = items(*words)
    assert {kind for kind, _ in found} <= {"plain"}
    return [value for _, value in found]


@pytest.mark.parametrize("command", [["trace"], ["trace", "--compare", "lenet5"], ["graph"], ["quiz"]])
def test_networks_complete(command):
    """Wherever a network is given: the names that begin as typed, in any case, and the classes in files."""
    assert offered(*command, "resnet") == [name for name in networks.names() if name.startswith("resnet")]
    assert offered(*command, "ResNet1") == ["resnet18", "resnet101", "resnet152"]
    assert offered(*command, "") == [*networks.names(), "mynet.py:Net", "mynet.py:Next"]
    assert offered(*command, "my") == ["mynet.py:Net", "mynet.py:Next"]
    assert offered(*command, "mynet.py:Nex") == ["mynet.py:Next"]
    assert offered(*command, "code/") == ["code/other.py:Other"]


def test_the_shell_offers_files_where_no_name_fits(here):
    """A folder, a file without networks and a folder that is not there are left to the shell."""
    for typed in ("code", "bro", "nowhere/x", "mynet.py:Z"):
        assert items("trace", typed) == [("file", typed)]
    for number in range(40):
        (here / f"many{number}.py").write_text(NETS)
    assert items("trace", "many") == [("file", "many")], "too many files to read at a Tab key"


def test_chapters_complete(monkeypatch, tmp_path):
    """`reset` offers the chapters' numbers, and their names once an underscore is typed."""
    monkeypatch.chdir(Path(__file__).parents[1])
    stems = [path.stem for path in find_course().chapters()]
    assert offered("reset", "") == [stem[:2] for stem in stems]
    assert offered("reset", "00_") == [stem for stem in stems if stem.startswith("00_")]
    monkeypatch.setattr("cnnbook.work.START", "nowhere.ipynb")
    assert offered("reset", "") == []


def test_choices_and_exercises_complete():
    """The words of --kind, --format and --paper, and the ids and kinds of exercises."""
    assert offered("graph", "lenet5", "--kind", "") == ["architecture", "autograd", "torchviz"]
    assert offered("trace", "lenet5", "--format", "m") == ["markdown"]
    assert offered("graph", "lenet5", "--paper", "") == ["a4", "letter"]
    assert offered("exercises", "") == [*chapters.names(), *KINDS]
    assert offered("exercises", "lenet5.c1-m") == ["lenet5.c1-macs"]
    assert offered("re") == ["reset"]
    assert items("graph", "lenet5", "-o", "x") == [("file", "x")]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_is_told_in_its_own_way(shell, monkeypatch):
    """The script calls this command, which answers in lines that the script reads."""
    completion = get_completion_class(shell)(main, {}, "cnnbook", "_CNNBOOK_COMPLETE")
    assert f"_CNNBOOK_COMPLETE={shell}_complete" in completion.source()
    monkeypatch.setenv("COMP_WORDS", "cnnbook trace resnet5")
    monkeypatch.setenv("COMP_CWORD", "resnet5" if shell == "fish" else "2")
    told = completion.complete()
    assert "resnet50" in told
    assert "resnet18" not in told


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("bash", "cnnbook trace "),
        ("zsh", "cnnbook trace my"),
        ("fish", "cnnbook reset "),
        ("bash", "cnnbook exercises "),
    ],
)
def test_an_answer_is_quick_and_needs_no_torch(shell, words, here):
    """A Tab key waits for a whole process, so it must be well under a second; the best of three counts."""
    code = (
        "import sys; from cnnbook.cli import main\n"
        "try: main(prog_name='cnnbook')\n"
        "finally: assert not {'torch', 'numpy', 'matplotlib'} & sys.modules.keys()"
    )
    at = len(words.split(" ")) - 1
    env = {
        **os.environ,
        "_CNNBOOK_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": words.split(" ")[-1] if shell == "fish" else str(at),
    }
    took = []
    for _ in range(3):
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
        took.append(time.perf_counter() - start)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.strip()
    assert min(took) < 1


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash on this machine")
@pytest.mark.parametrize(
    ("words", "replies"),
    [
        (["trace", "resnet1"], ["resnet18", "resnet101", "resnet152"]),
        (["graph", "vgg16", "-o", "my"], ["compopt", "-o", "default"]),
        (["trace", "my"], ["mynet.py:Net", "mynet.py:Next"]),
        (["trace", "mynet.py", ":", "Nex"], ["Next"]),
        (["trace", "mynet.py", ":"], ["Net", "Next"]),
        (["graph", "mynet.py", ":", "Nex"], ["Next"]),
        (["trace", "mynet.py:Nex"], ["mynet.py:Next"]),
        (["trace", "lenet5", "--format", "m"], ["markdown"]),
    ],
    ids=" ".join,
)
def test_a_real_bash_completes(words, replies, here):
    """The script that bash is given fills COMPREPLY; bash ends a word at a colon, and replaces the last."""
    command = Path(sys.executable).with_name("cnnbook")
    if not command.exists():
        pytest.skip("the command is not installed beside this Python")
    script = f"""
source <(_CNNBOOK_COMPLETE=bash_source "{command}")
COMP_WORDS=("{command}" {" ".join(map(repr, words))}); COMP_CWORD={len(words)}
compopt() {{ echo "compopt $*"; }}
_cnnbook_completion "{command}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.split() == replies
