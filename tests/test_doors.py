"""Every door takes the same inputs: what `trace` takes, quizzes, graphs and the command line take too."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner
from torch import nn

from cnnbook import TraceError, architecture_graph, autograd_graph, quiz, trace
from cnnbook.cli import main
from cnnbook.graphs import GraphError
from cnnbook.loading import load

# Each class below is one kind of network, with the inputs as they are written on the command line.
NETWORKS = """
import sys
import torch
from torch import nn

def small():
    pool = nn.AdaptiveAvgPool2d(1)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), pool, nn.Flatten(), nn.Linear(4, 2))

class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = small()
    def forward(self, x):
        return self.body(x)

class WholeNumbers(nn.Module):
    def __init__(self):
        super().__init__()
        self.table, self.head = nn.Embedding(20, 6), nn.Linear(6, 2)
    def forward(self, x):
        return self.head(self.table(x).mean(1))

class Several(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.table = nn.Conv2d(3, 4, 3), nn.Embedding(20, 4)
    def forward(self, image, label):
        return self.conv(image) * self.table(label)[:, :, None, None]

def Parallel():
    return nn.DataParallel(small())

def Compiled():
    return torch.compile(small())

class CompiledInside(Plain):
    def __init__(self):
        super().__init__()
        self.body = torch.compile(self.body)

class CompiledInPlace(Plain):
    def __init__(self):
        super().__init__()
        self.body.compile()

def Lazy():
    return nn.Sequential(nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.Flatten(), nn.LazyLinear(2))

class Exits(Plain):
    def forward(self, x):
        sys.exit("no more")
"""
IMAGE, NUMBERS = (2, 3, 8, 10), torch.zeros(4, 12, dtype=torch.int64)
INPUTS: dict[str, tuple[list[Any], str]] = {
    "Plain": ([IMAGE], "2,3,8,10"),
    "WholeNumbers": ([NUMBERS], "4,12:int64"),
    "Several": ([IMAGE, torch.zeros(2, dtype=torch.int64)], "2,3,8,10 2:long"),
    **dict.fromkeys(
        ("Parallel", "Compiled", "CompiledInside", "CompiledInPlace", "Lazy"), ([IMAGE], "2,3,8,10")
    ),
}
Door = Callable[[nn.Module, Any], Any]
DOORS: dict[str, Door] = {
    "quiz": lambda model, given: quiz(model, given).title,
    "architecture_graph": lambda model, given: architecture_graph(model, given).source,
    "autograd_graph": lambda model, given: autograd_graph(model, given).source,
    "torchviz": lambda model, given: autograd_graph(model, given, style="torchviz").source,
}
COMMANDS = {
    "trace": ["trace"],
    "compare": ["trace", "--compare"],
    "quiz": ["quiz"],
    "graph": ["graph", "-o", "net.svg"],
    "autograd": ["graph", "--kind", "autograd", "-o", "net.svg"],
    "torchviz": ["graph", "--kind", "torchviz", "-o", "net.svg"],
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "zoo.py").write_text(NETWORKS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.filterwarnings("ignore:distutils")
@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("door", DOORS)
def test_a_door_takes_what_trace_takes(door: str, name: str, here: Path, capfd: Any) -> None:
    """The network's layers are there, torch's own messages are not, and the network runs as before."""
    model, (given, _) = load("zoo.py:" + name), INPUTS[name]
    before = {key: type(value) for key, value in model.state_dict().items()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "distutils", DeprecationWarning)
        seen = trace(model, *given)
        shown = DOORS[door](model, given if len(given) > 1 else given[0])
    assert "_orig_mod" not in shown
    assert "OptimizedModule" not in shown
    assert not any("_orig_mod" in row.path for row in seen)
    assert seen.parameters
    assert {key: type(value) for key, value in model.state_dict().items()} == before
    if door == "torchviz":
        learned = [row.path for row in seen if row.parameters]
        assert learned
        assert all(f"{path}.weight" in shown for path in learned)
    if door == "autograd_graph":
        assert all(row.path in shown for row in seen if row.parameters)
    assert capfd.readouterr() == ("", "")


@pytest.mark.filterwarnings("ignore:distutils")
@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_takes_what_trace_takes(command: str, name: str, here: Path) -> None:
    """The same networks by file and class, their inputs as text, with a type where it is needed."""
    verb, *options = COMMANDS[command]
    networks = [f"zoo.py:{name}"] * (1 + (command == "compare"))
    texts = [part for text in INPUTS[name][1].split() for part in ("--input", text)]
    done = CliRunner().invoke(main, [verb, *networks, *options, *texts], input="\n" * 9)
    assert done.exit_code == 0, done.output
    assert "Warning" not in done.output
    assert (here / "net.svg").is_file() == ("-o" in options)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_says_where_forward_ends_the_program(door: str, here: Path) -> None:
    """sys.exit in a network's forward ends no notebook and no graph: it is an error with file and line."""
    with pytest.raises(TraceError, match=r"zoo\.py, line \d+, in forward of Exits .*sys\.exit\('no more'\)"):
        DOORS[door](load("zoo.py:Exits"), IMAGE)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_where_forward_ends_the_program(command: str, here: Path) -> None:
    """The command fails with status 1 and a message, and writes nothing."""
    verb, *options = COMMANDS[command]
    networks = ["zoo.py:Exits"] * (1 + (command == "compare"))
    done = CliRunner().invoke(main, [verb, *networks, *options, "--input", "1,3,8,8"])
    assert done.exit_code == 1
    assert "in forward of Exits" in done.stderr
    assert "sys.exit('no more')" in done.stderr
    assert not (here / "net.svg").exists()


@pytest.mark.parametrize("command", ["trace", "quiz", "graph", "autograd", "torchviz"])
def test_whole_numbers_are_advised_as_the_command_line_takes_them(command: str, here: Path) -> None:
    """Where fractions are fed to an embedding, the message ends with the option that feeds whole numbers."""
    verb, *options = COMMANDS[command]
    done = CliRunner().invoke(main, [verb, "zoo.py:WholeNumbers", *options, "--input", "4,12"])
    assert done.exit_code == 1
    advice = done.stderr.splitlines()[-1]
    assert advice == "Here that is --input 4,12:int64"
    again = CliRunner().invoke(
        main, [verb, "zoo.py:WholeNumbers", *options, *advice.split()[-2:]], input="\n" * 9
    )
    assert again.exit_code == 0, again.output


def test_an_unknown_type_is_refused_with_the_known_ones(here: Path) -> None:
    """The command line is wrong, status 2, and the types that there are stand in the message."""
    done = CliRunner().invoke(main, ["trace", "zoo.py:WholeNumbers", "--input", "4,12:int63"])
    assert done.exit_code == 2
    assert "there is no type 'int63'; there are float32" in done.stderr


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("wrong", ["1,3,8,8", 3, [(1, 3, 8, 8), "x"], (1, 3, -8, 8), (1, 3, 8.5, 8)])
def test_what_is_no_input_is_one_line(door: str, wrong: Any, here: Path) -> None:
    """The error names what was given, or says how a shape is written."""
    with pytest.raises((TypeError, ValueError, GraphError)) as error:
        DOORS[door](load("zoo.py:Plain"), wrong)
    assert "\n" not in str(error.value)
    assert "shape" in str(error.value) or "sizes" in str(error.value)
