"""`trace --compare`, `graph --all`, `quiz` and `exercises`: what a teacher and a learner use."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from cnnbook import networks, quiz
from cnnbook.cli import main
from cnnbook.exercises import chapters as bank


@pytest.fixture(autouse=True)
def own_record(tmp_path, monkeypatch):
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))


def run(*arguments, typed=None):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=typed)


def test_compare_prints_two_networks_side_by_side():
    """--compare marks the rows that differ, and ends in the totals of both networks."""
    done = run("trace", "--compare", "alexnet_2012", "alexnet")
    assert done.exit_code == 0
    assert re.search(r"^\+  features.2 local_response_norm .* only left$", done.stdout, re.M)
    assert "60,965,224 and 61,100,840 parameters (+135,616)" in done.stdout


def test_depth_folds_the_table():
    """--depth 1 prints a line for each top-level module, and the totals stay."""
    folded, whole = run("trace", "resnet18", "--depth", 1).stdout, run("trace", "resnet18").stdout
    assert len(folded.splitlines()) < 20 < len(whole.splitlines())
    assert folded.splitlines()[-2:] == whole.splitlines()[-2:]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("trace", "lenet5", "alexnet"), "give one network, or two with --compare, not 2"),
        (("trace", "--compare", "lenet5"), "--compare takes two networks, not 1"),
        (
            ("trace", "--compare", "lenet5", "alexnet", "--format", "csv"),
            "--compare prints text or html, not csv",
        ),
        (
            ("trace", "lenet5", "--depth", "1", "--format", "csv"),
            "--depth folds the text or Markdown table of one network only",
        ),
        (("graph", "-o", "x.pdf"), "give a network to draw, or --all for every network of the course"),
        (("graph", "lenet5", "--all", "-o", "x"), "give a network to draw, or --all"),
        (("graph", "--all", "-o", "x", "-o", "y"), "--all writes into one folder: give -o once"),
        (("graph", "--all", "-o", "x", "--input", "1,3,8,8"), "so it takes no --input"),
        (("graph", "lenet5", "--kind", "autograd", "--unfold", "-o", "x.pdf"), "are for --kind architecture"),
        (("exercises", "lenet5.c9"), "There is no exercise 'lenet5.c9'"),
        (("quiz", "resnet19"), "no network is called 'resnet19'"),
        (("trace", "lenet5", "--input", f"{10**20},1,32,32"), "no tensor is as large as an input of shape"),
        (("trace", "..:Net", "--input", "1,3,8,8"), "..: neither a Python file nor a module's name"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_status_2(arguments, message):
    """What cannot be meant is said before any work is done."""
    done = run(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.output


def test_a_broken_network_has_no_backward_graph_either(tmp_path):
    """--kind autograd on a shape that does not fit explains it as trace does, with status 1 and no file."""
    done = run("graph", "resnet18", "--kind", "autograd", "--input", "1,1,8,8", "-o", tmp_path / "x.pdf")
    assert done.exit_code == 1
    assert "conv1 (Conv2d, row 0) expects 3 input channels, the input (1, 1, 8, 8) has 1." in done.stderr
    assert not list(tmp_path.glob("*.pdf"))


def test_all_draws_every_network_of_the_course(tmp_path):
    """--all writes one PDF of one page for each network of the course, and nothing else."""
    done = run("graph", "--all", "--paper", "letter", "-o", tmp_path / "new" / "graphs")
    assert done.exit_code == 0
    files = sorted((tmp_path / "new" / "graphs").iterdir())
    assert [file.name for file in files] == sorted(f"{name}.pdf" for name in networks.COURSE)
    for file in files:
        (page,) = PdfReader(file).pages
        assert (page.mediabox.width, page.mediabox.height) == (612, 792)


def test_unfold_gives_every_operation_a_box(tmp_path):
    """--unfold draws no block as a repetition."""
    texts = []
    for options in ((), ("--unfold",)):
        path = tmp_path / "x.pdf"
        assert run("graph", "resnet34", *options, "-o", path).exit_code == 0
        texts.append("".join(page.extract_text() for page in PdfReader(path).pages))
    assert "× 2" in texts[0]
    assert "layer3.4" not in texts[0]
    assert "layer3.4" in texts[1]


def test_an_empty_line_accepts_what_was_read():
    """A reading that is not sure is asked about; the try counts only once it is accepted."""
    key = quiz("lenet5", questions=3)[0].question.key
    text = " ".join(f"{number} blobs" for number in key)
    done = run("quiz", "lenet5", "--questions", 1, typed=f"{text}\n\n")
    assert "? Not sure. I read" in done.stdout
    assert "Press Enter if it is" in done.stdout
    assert "1 of 1 right" in done.stdout


def test_quiz_takes_hints_wrong_and_right_answers():
    """A wrong answer is diagnosed and asked again, ? gives a hint, the right one counts, Ctrl-D ends."""
    first = quiz("lenet5", questions=3)[0]
    wrong = tuple(number + 4 for number in first.question.key)
    done = run("quiz", "lenet5", "--questions", 3, typed=f"{wrong}\n?\n{first.question.key}\n")
    assert done.exit_code == 0
    assert done.stdout.count("1 of 3. ") == 1
    assert "Not yet" in done.stdout
    assert "2 of 3. " in done.stdout
    assert "3 of 3. " not in done.stdout
    assert done.stdout.rstrip().endswith("1 of 3 right in the end")


@pytest.mark.parametrize("network", ["lenet5", "resnet18"])
def test_the_terminal_says_no_hint_twice(network):
    """Question marks before and after a wrong answer climb to the solution, and no line comes twice."""
    exercises = quiz(network)
    typed = []
    for exercise in exercises:
        wrong = tuple(number + 4 for number in exercise.question.key)
        for line in ("?", wrong, "?", wrong):
            typed.append(line)
            exercise.further_hint() if line == "?" else exercise.check(wrong)
        while not exercise.closed:
            typed.append("?")
            exercise.further_hint()
    text = run("quiz", network, typed="".join(f"{line}\n" for line in typed)).stdout
    asked = re.split(r"^\d of \d\. ", text.rpartition("\n\n")[0], flags=re.M)[1:]
    assert len(asked) == len(exercises)
    for part, exercise in zip(asked, exercises, strict=True):
        lines = [line.strip() for line in part.splitlines() if line.strip() and not line.startswith(">")]
        said = [line for line in lines if "Not yet" not in line]
        assert len(set(said)) == len(said) > 3, part
        assert said[-1] == exercise.solution


def test_a_network_without_questions_is_one_line(tmp_path):
    """What has no layer to ask about is told, without a traceback."""
    (tmp_path / "net.py").write_text("from torch import nn\nclass Net(nn.ReLU): pass\n")
    done = run("quiz", f"{tmp_path / 'net.py'}:Net", "--input", "1,3,8,8")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: No operation of Net can be asked about: ")
    assert len(done.stderr.splitlines()) == 1


def test_an_empty_line_skips_a_question():
    """Pressing Enter goes on to the next question without a try."""
    done = run("quiz", "lenet5", "--questions", 2, typed="\n\n")
    assert "2 of 2. " in done.stdout
    assert done.stdout.rstrip().endswith("0 of 2 right in the end")


def test_exercises_are_listed_without_their_answers():
    """Each exercise of the bank is a line of its own, with the question and not the key."""
    lines = run("exercises").stdout.splitlines()
    assert [line.partition(":")[0] for line in lines if re.match(r"[a-z0-9]+\.[a-z0-9-]+:", line)] == list(
        bank.names()
    )
    (line,) = run("exercises", "lenet5.c1").stdout.splitlines()
    assert "Conv2d(1, 6, kernel_size=5)" in line
    assert "28" not in line


def test_verify_finds_a_fault(monkeypatch):
    """--verify ends with status 0 on a sound bank, and with 1 and the fault's line on another."""
    assert run("exercises", "--verify").exit_code == 0
    monkeypatch.setattr(bank, "problems", lambda: ["lenet5.c1: the key is not accepted"])
    done = run("exercises", "--verify")
    assert done.exit_code == 1
    assert done.stdout == "lenet5.c1: the key is not accepted\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_one_line(unbuffered):
    """Output that cannot be written ends in one line and status 1, whether Python collects it or not."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cnnbook", "exercises"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        )
    assert done.returncode == 1
    assert done.stderr == "Error: cannot write: No space left on device\n"


def test_a_quiz_without_input_is_one_line():
    """With standard input closed there is nothing to type into: one line and status 1."""
    done = subprocess.run(
        f"{shlex.quote(sys.executable)} -m cnnbook quiz lenet5 <&-",
        shell=True,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: there is no standard input to type answers into\n"


def test_verify_takes_ids():
    """--verify looks at the exercises named, and refuses an id that is not there."""
    done = run("exercises", "--verify", "lenet5.c1")
    assert (done.exit_code, done.stderr) == (0, "1 exercise, 0 faults\n")
    done = run("exercises", "--verify", "foo")
    assert done.exit_code == 2
    assert "There is no exercise 'foo'" in done.stderr


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_compare_fits_the_width(width, monkeypatch):
    """No line is wider than the terminal, and every number of the wide table is there."""
    monkeypatch.setenv("COLUMNS", str(width))
    lines = run("trace", "--compare", "alexnet_2012", "alexnet").stdout.splitlines()
    assert max(map(len, lines)) <= width
    monkeypatch.delenv("COLUMNS")
    wide = run("trace", "--compare", "alexnet_2012", "alexnet").stdout
    assert sorted(" ".join(lines).split()) == sorted(wide.split())
