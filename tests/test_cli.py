"""`cnnbook trace` and `graph`: what they print, and for each bad input one clear line and a status."""

import csv
import io
import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cnnbook import networks
from cnnbook.cli import main
from cnnbook.traces import Trace

NET = """
import torch
from torch import nn

print("reading the file")

class Block(nn.Module):
    def __init__(self, channels, size=3):
        super().__init__()

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 5)
        self.bn = nn.BatchNorm1d(8)

    def forward(self, x):
        print("running forward")
        return self.bn(torch.relu(self.conv(x)).mean((2, 3)))

class Uneven(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 5, groups=2)

class Two(nn.Module):
    def forward(self, x, y):
        return x + y

class Recipe:
    pass

def small():
    return Net()

def number():
    return 7

ready = nn.Conv2d(3, 4, 3)
classes = 10
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder with the learner's net.py in it."""
    (tmp_path / "net.py").write_text(NET)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "net", raising=False)  # another test's net.py, in the same process
    known = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def run(*arguments):
    return CliRunner().invoke(main, list(arguments))


def refused(result, status):
    """The one line that a bad input is answered with; nothing on standard output, no traceback."""
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    *before, line = result.stderr.splitlines()
    assert set(before) <= {"reading the file"}
    assert line.startswith("Error: ")
    return line.removeprefix("Error: ")


def test_trace_prints_the_table():
    """A name of the catalogue is traced at its own input shape."""
    result = run("trace", "lenet5")
    assert result.exit_code == 0
    assert "(1, 1, 32, 32)" in result.stdout
    assert "61,706" in result.stdout


def test_trace_json_is_the_trace():
    """--format json is the Trace itself, equal to the one that Python gives."""
    from cnnbook.tracing import trace

    result = run("trace", "lenet5", "--format", "json", "--input", "2,1,32,32")
    assert Trace.from_dict(json.loads(result.stdout)) == trace(networks.build("lenet5"), (2, 1, 32, 32))


def test_trace_csv_has_a_line_for_each_row():
    """--format csv adds up to the network's parameters."""
    rows = list(csv.DictReader(io.StringIO(run("trace", "lenet5", "--format", "csv").stdout)))
    assert sum(int(row["parameters"]) for row in rows) == 61_706
    assert rows[0]["op"] == "conv2d"


def test_trace_html():
    """--format html is the table that Jupyter shows."""
    assert run("trace", "lenet5", "--format", "html").stdout.startswith("<div")


@pytest.mark.parametrize("depth", [None, 1])
def test_trace_markdown(depth):
    """--format markdown prints what `Trace.to_markdown` gives, with a depth too."""
    from cnnbook.tracing import trace

    given = [] if depth is None else ["--depth", str(depth)]
    result = run("trace", "alexnet", "--format", "markdown", *given)
    wanted = trace(networks.build("alexnet", device="meta"), (1, 3, 224, 224)).to_markdown(depth=depth)
    assert result.exit_code == 0
    assert result.stdout == wanted + "\n"


def test_trace_prints_columns_on_request(monkeypatch):
    """--columns adds to the table what `columns` adds in Python, in every format but JSON."""
    from cnnbook.networks.shipped import shipped

    monkeypatch.delenv("COLUMNS", raising=False)
    lenet5, asked = shipped("lenet5"), ("memory", "frozen")
    for form in ("text", "markdown", "html", "csv"):
        result = run("trace", "lenet5", "--columns", "memory, frozen", "--format", form)
        wanted = getattr(lenet5, f"to_{form}")(columns=asked)
        assert result.stdout.rstrip("\n") == wanted.rstrip("\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["lenet5", "--columns", "flops"], "called 'flops'; there are trainable, frozen, memory"),
        (["lenet5", "--columns", "memory", "--format", "json"], "as text, html, csv or markdown"),
        (["--compare", "lenet5", "alexnet", "--columns", "memory"], "the table of one network"),
    ],
)
def test_columns_that_cannot_be_printed(arguments, reason):
    """A column that there is not, and one for JSON or two networks: a line, and status 2."""
    result = run("trace", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


def test_the_text_table_is_as_wide_as_columns_says(monkeypatch):
    """COLUMNS sets the width of the table; without it, what is piped is not cut."""
    from cnnbook.networks.shipped import shipped

    monkeypatch.delenv("COLUMNS", raising=False)
    assert run("trace", "resnet18").stdout == shipped("resnet18").to_text() + "\n"
    monkeypatch.setenv("COLUMNS", "70")
    lines = run("trace", "resnet18", "--depth", "2").stdout.splitlines()
    assert max(map(len, lines)) <= 70


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("target", ["net.py:Net", "./net.py:Net", "net:Net", "net.py:small"])
def test_a_class_of_ones_own_is_traced_in_eval_mode(target):
    """A class, in a file or a module, or a function that builds it; what the code prints is no data."""
    result = run("trace", target, "--input", "1,3,20,16", "--format", "json")
    assert result.exit_code == 0, result.output
    traced = json.loads(result.stdout)
    assert (traced["name"], traced["training"]) == ("Net", False)
    assert "running forward" in result.stderr


@pytest.mark.usefixtures("here")
def test_a_network_that_is_built_already():
    """A network in place of a class will do."""
    assert json.loads(run("trace", "net.py:ready", "--input", "1,3,9,7", "--format", "json").stdout)["rows"]


@pytest.mark.usefixtures("here")
def test_several_inputs_and_both_spellings_of_a_shape():
    """--input once for each input of forward, as 1,3,4,5 or 1x3x4x5."""
    result = run("trace", "net.py:Two", "--input", "1,3,4,5", "--input", "1x3x4x5", "--format", "json")
    assert json.loads(result.stdout)["input_shapes"] == [[1, 3, 4, 5], [1, 3, 4, 5]]


def test_unknown_network():
    """One line: the nearest name, and the command that lists them all."""
    result = run("trace", "resnet81")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "Error: no network is called 'resnet81'; did you mean resnet18? `cnnbook networks` lists all 83"
    ]


def test_the_networks_are_listed():
    """A line each, in the catalogue's order: name, year, input, parameters, MACs; as JSON, too."""
    lines = run("networks").stdout.splitlines()
    assert tuple(line.split()[0] for line in lines) == networks.names()
    assert lines[7].split() == ["resnet18", "2015", "1x3x224x224", "11,689,512", "1,814,073,344"]
    rows = json.loads(run("networks", "--json").stdout)
    assert rows[0] == {
        "name": "lenet5",
        "year": 1998,
        "input_shape": [1, 1, 32, 32],
        "parameters": 61_706,
        "macs": 416_520,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["networks"],
        ["exercises", "lenet5.c1"],
        ["trace", "ResNet18"],
        ["trace", "inception_v3", "--input", "1,3,299,299", "--format", "json"],
        ["trace", "--compare", "resnet18", "resnet34"],
        ["graph", "lenet5", "-o", "lenet5.svg"],
        ["quiz", "resnet18"],
    ],
    ids=" ".join,
)
def test_commands_about_the_course_load_no_torch(arguments, tmp_path):
    """Its networks' traces come with the package, so nobody waits for torch."""
    code = (
        "import sys; from cnnbook.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True
    )


def test_loading_torch_would_be_seen(tmp_path):
    """The test above can fail: at another input the network is built and traced."""
    code = (
        "import sys; from cnnbook.cli import main\n"
        "try: main(['trace', 'lenet5', '--input', '2,1,32,32'])\n"
        "except SystemExit: assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, capture_output=True)


USUAL = """
import torch
import torch.nn.functional as F
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding="same"), nn.BatchNorm2d(8), nn.LeakyReLU(0.1), nn.MaxPool2d(2)
        )
        self.second = nn.Conv2d(8, 16, 3, padding=1)
        self.skip = nn.Conv2d(8, 16, 1)
        self.classes = nn.Linear(16, 10)

    def forward(self, x):
        x = self.first(x)
        x = F.avg_pool2d(F.relu(self.second(x)) + self.skip(x), 2) / 2
        return F.log_softmax(self.classes(F.dropout(x.mean((2, 3)))), dim=1)
"""


def loaded_by(arguments, folder, status=0):
    """The top-level modules that a command has loaded at its end, in a process of its own."""
    code = (
        "import sys; from cnnbook.cli import main\n"
        f"try: main({arguments!r})\n"
        f"except SystemExit as end: assert end.code == {status}, end.code\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=folder, capture_output=True, text=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_a_network_of_ones_own_loads_torch_and_little_more(tmp_path):
    """For the usual layers torch alone is enough: torchvision, and what torch imports on demand, are not."""
    (tmp_path / "mynet.py").write_text(USUAL)
    loaded = loaded_by(["trace", "mynet.py:Net", "--input", "1,3,64,48"], tmp_path)
    assert "torch" in loaded
    assert not loaded & {"torchvision", "sympy"}


@pytest.mark.parametrize(
    ("right", "wrong"), [("nn.Linear(16", "nn.Linear(15"), ("Conv2d(8, 16, 1", "Conv2d(9, 16, 1")]
)
def test_a_broken_network_is_explained_without_more_of_torch(right, wrong, tmp_path):
    """Wrong features and wrong channels, the commonest mistakes, are told as quickly as a trace is made."""
    (tmp_path / "mynet.py").write_text(USUAL.replace(right, wrong))
    loaded = loaded_by(["trace", "mynet.py:Net", "--input", "1,3,64,48"], tmp_path, status=1)
    assert not loaded & {"torchvision", "sympy"}


def test_loading_sympy_would_be_seen(tmp_path):
    """The test above can fail: it looks at all that the process has loaded."""
    (tmp_path / "mynet.py").write_text("import sympy\nfrom torch import nn\nnet = nn.PixelShuffle(2)\n")
    assert "sympy" in loaded_by(["trace", "mynet.py:net", "--input", "1,4,6,8"], tmp_path)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("target", "status", "line"),
    [
        ("missing.py:Net", 2, "missing.py: no such file"),
        ("net.py", 2, "net.py: name the class too, as in net.py:Net or net.py:Uneven or net.py:Two"),
        ("missing.py", 2, "missing.py: name the class too, as in missing.py:Net"),
        ("net.py:Nett", 2, "net.py: no class 'Nett'; did you mean Net?"),
        ("net.py:Zebra", 2, "net.py: no class 'Zebra'; it has Block, Net, Uneven, Two"),
        (
            "net.py:Recipe",
            2,
            "net.py:Recipe is a class, but no network: it should derive from torch.nn.Module",
        ),
        (
            "net.py:classes",
            2,
            "net.py:classes is no network: a class that derives from torch.nn.Module is wanted",
        ),
        ("net.py:number", 2, "net.py:number() gives an object of type int, no network"),
        ("nowhere.to.be:Found", 2, "nowhere.to.be: no module named 'nowhere' here"),
        (
            "net.py:Block",
            1,
            "net.py:Block needs arguments (channels); give them default values, "
            "or name a function that returns the finished network",
        ),
        ("net.py:Uneven", 1, "net.py, line 24: ValueError: in_channels must be divisible by groups"),
    ],
)
def test_a_class_that_cannot_be_had(target, status, line):
    """Each way in which a class of one's own can be missing or unfit has its own line."""
    assert refused(run("trace", target, "--input", "1,3,20,16"), status) == line


@pytest.mark.parametrize(
    ("text", "status", "line"),
    [
        ("class Net(:\n", 1, "own.py, line 1: SyntaxError: invalid syntax"),
        ("x = 1\nimport nowhere\n", 1, "own.py, line 2: ModuleNotFoundError: No module named 'nowhere'"),
        ("import sys\nsys.exit(3)\n", 1, "own.py, line 2: SystemExit: 3"),
        ("def f():\n    return {}['k']\nf()\n", 1, "own.py, line 2: KeyError: 'k'"),
        ("import json\njson.loads('{')\n", 1, "own.py, line 2: JSONDecodeError: Expecting property name"),
        ("\0\1", 2, "own.py: not a Python file, whatever its name; it holds bytes that are no text"),
    ],
    ids=["syntax", "import", "exit", "raise", "raise-in-library", "binary"],
)
def test_a_file_that_fails(here, text, status, line):
    """An error in the learner's file names their file and line, not where Python noticed it."""
    (here / "own.py").write_text(text)
    assert refused(run("trace", "own.py:Net", "--input", "1,3,20,16"), status).startswith(line)


def test_a_file_that_is_not_python(here):
    """A picture or a text file is told by its name."""
    (here / "net.txt").write_text("hello")
    line = refused(run("trace", "net.txt:Net", "--input", "1,3,20,16"), 2)
    assert line == "net.txt: not a Python file; its name should end in .py"


@pytest.mark.usefixtures("here")
def test_a_class_of_ones_own_needs_an_input_shape():
    """The catalogue knows its networks' inputs; for others, the message shows how to say it."""
    line = refused(run("trace", "net.py:Net"), 2)
    assert line == "net.py:Net: give the shape of its input, as in --input 1,3,224,224"


def test_wrong_number_of_channels():
    """The layer, what it expected and what it got, as the tracer explains it; status 1."""
    result = run("trace", "resnet18", "--input", "1,4,224,224")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: conv1 (Conv2d")
    assert "expects 3 input channels, the input (1, 4, 224, 224) has 4" in result.stderr
    assert "Traceback" not in result.stderr


def test_wrong_input_size():
    """28 x 28 into LeNet-5: the dense layer, its 400 features and the 256 it gets."""
    result = run("trace", "lenet5", "--input", "1,1,28,28")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "expects 400 features" in result.stderr
    assert "256" in result.stderr


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("1,a", "'1,a' is no shape; write whole numbers with commas, as in 1,3,224,224"),
        ("1,0,2", "below 1"),
        ("1,3,x", "no shape"),
    ],
)
def test_a_shape_that_is_none(typed, reason):
    """A shape that cannot be read is a wrong command line."""
    result = run("trace", "lenet5", "--input", typed)
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


@pytest.mark.usefixtures("here")
def test_graph_writes_every_file_asked_for(here):
    """One call, two formats; the messages are on standard error."""
    result = run("graph", "lenet5", "-o", "a.pdf", "-o", "b.svg", "--depth", "1")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert (here / "a.pdf").read_bytes().startswith(b"%PDF")
    assert "<svg" in (here / "b.svg").read_text()
    assert result.stderr.splitlines()[:2] == ["wrote a.pdf", "wrote b.svg"]


def test_graph_of_autograd(here):
    """--kind autograd draws the functions that the gradient goes through."""
    result = run("graph", "net.py:Net", "--input", "1,3,9,7", "--kind", "autograd", "-o", "grad.svg")
    assert result.exit_code == 0, result.output
    assert "ConvolutionBackward0" in (here / "grad.svg").read_text()


def test_an_older_file_is_replaced_or_left_whole(here):
    """A picture that is there is replaced by a new one, and survives a network that fails."""
    (here / "a.svg").write_text("old")
    assert run("graph", "lenet5", "--input", "1,1,28,28", "-o", "a.svg").exit_code == 1
    assert (here / "a.svg").read_text() == "old"
    assert run("graph", "lenet5", "-o", "a.svg").exit_code == 0
    assert "<svg" in (here / "a.svg").read_text()
    assert sorted(path.name for path in here.glob("*.svg")) == ["a.svg"]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "status", "line"),
    [
        (
            ["-o", "a.gif"],
            2,
            "cannot write a.gif: unknown suffix '.gif'; a graph is saved as .pdf, .svg, .png or .html",
        ),
        (["-o", "a"], 2, "cannot write a: no suffix; a graph is saved as .pdf, .svg, .png or .html"),
        (["-o", "."], 2, "cannot write .: it is a folder; name a file in it, such as graph.pdf"),
        (["-o", "missing/a.pdf"], 1, "cannot write missing/a.pdf: there is no folder missing"),
        (["-o", "net.py/a.pdf"], 1, "cannot write net.py/a.pdf: there is no folder net.py"),
        (
            ["-o", "a.pdf", "--kind", "autograd", "--depth", "2"],
            2,
            "--depth and --unfold are for --kind architecture; a backward graph has no levels",
        ),
        (
            ["-o", "a.pdf", "--kind", "torchviz", "--paper", "letter"],
            2,
            "--paper is not for --kind torchviz, whose picture is one sheet of its own size",
        ),
    ],
)
def test_a_picture_that_cannot_be_written(here, arguments, status, line):
    """Each has its own line, and nothing is left behind."""
    assert refused(run("graph", "lenet5", *arguments), status) == line
    assert [path.name for path in here.iterdir()] == ["net.py"]


def test_no_graphviz(monkeypatch, here):
    """Without dot and pygraphviz there is one line with the command that repairs it, and no file."""
    from cnnbook.graphs import rendering

    monkeypatch.setattr(rendering.shutil, "which", lambda name: None)
    monkeypatch.setattr(rendering.importlib.util, "find_spec", lambda name: None)
    line = refused(run("graph", "lenet5", "-o", "a.pdf"), 1)
    assert line.startswith("no Graphviz to draw with: ")
    assert "repair: " in line
    assert not (here / "a.pdf").exists()


@pytest.mark.parametrize("command", [[], ["lab"], ["doctor"], ["trace"], ["graph"]], ids=" ".join)
def test_help_has_an_example(command):
    """Every command's help shows a command line that works."""
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert f"cnnbook {command[0] if command else 'lab'}" in result.stdout[result.stdout.index("Example") :]


def test_version():
    """--version prints the installed version, and so does `cnnbook.__version__`."""
    import cnnbook

    assert run("--version").stdout == f"cnnbook {cnnbook.__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["bogus"], ["trace"], ["graph", "lenet5"], ["trace", "lenet5", "--bogus"]]
)
def test_a_wrong_command_line_ends_with_status_2(arguments):
    """A missing or unknown word of the command line is status 2, on standard error."""
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_python_m_and_a_reader_that_leaves():
    """`python -m cnnbook` is the same command, and quiet where its reader stops reading."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "cnnbook", "trace", "resnet18", "--format", "json"]
    with os.fdopen(write) as closed:
        done = subprocess.run(command, stdout=closed, stderr=subprocess.PIPE, text=True, check=False)
    assert done.stderr == ""
    assert subprocess.run([sys.executable, "-m", "cnnbook", "--version"], check=False).returncode == 0
