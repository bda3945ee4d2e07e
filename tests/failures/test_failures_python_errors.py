"""Errors of the learner's own Python: one plain sentence with the line of forward."""

import importlib
import linecache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from broken import LeNet
from repairing import failing
from torch import Tensor, nn

from cnnbook.tracing import TraceError, trace


def test_missing_import() -> None:
    """A name that nobody imported."""

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return G.relu(x)  # type: ignore[name-defined] # noqa: F821

    error = failing(
        Net(),
        (1, 3),
        r"test_failures_python_errors.py, line \d+, in forward of Net \(return G.relu.*nothing is called G",
    )
    assert error.torch_message == "Python says: NameError: name 'G' is not defined"


def test_missing_functional() -> None:
    """The import of torch.nn.functional is given."""
    space: dict[str, Any] = {"nn": nn}
    exec("class Net(nn.Module):\n    def forward(self, x):\n        return F.relu(x)\n", space)
    failing(space["Net"](), (1, 3), "nothing is called F there: import torch.nn.functional as F")


def test_misspelt_layer() -> None:
    """A layer that is not there, and those with a similar name."""

    class Net(LeNet):
        def forward(self, x: Tensor) -> Tensor:
            return self.convl(x)

    failing(Net(), (1, 1, 8, 8), "Net has nothing called convl; did you mean conv2 or conv1")


def test_wrong_signature() -> None:
    """A forward that takes two inputs and gets one."""

    class Net(nn.Module):
        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            return x

    failing(Net(), (1, 3), r"forward of Net takes \(x, y\), 1 input was given: missing 1 required .* 'y'")


def test_missing_return() -> None:
    """A block whose forward returns nothing is named, not the layer that gets None."""

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3)

        def forward(self, x: Tensor) -> None:
            self.conv(x)

    failing(
        nn.Sequential(Block(), nn.Conv2d(8, 8, 3)),
        (1, 3, 8, 8),
        r"model\[0\] \(Block\) gives None: .* no return",
    )
    assert trace(Block(), (1, 3, 8, 8)).notes == ("forward returned None: end it with return x",)


def test_misspelt_forward() -> None:
    """A class whose forward is spelt otherwise."""

    class Net(nn.Module):
        def foward(self, x: Tensor) -> Tensor:
            return x

    failing(Net(), (1, 3), "Net has no method forward; its foward is spelt otherwise")


def test_called_module_list() -> None:
    """A ModuleList is no layer."""

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.ModuleList([nn.Linear(3, 3)])

        def forward(self, x: Tensor) -> Tensor:
            return self.layers(x)

    failing(Net(), (1, 3), "a ModuleList cannot be called; loop over its modules, or make it nn.Sequential")


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (KeyError("head"), "there is no key 'head'"),
        (ValueError("expected 3 stages"), "raises ValueError, expected 3 stages"),
        (AssertionError(), r"raises AssertionError\."),
        (ZeroDivisionError("division by zero"), "raises ZeroDivisionError, division by zero"),
    ],
)
def test_raised_by_the_network(raised: Exception, words: str) -> None:
    """Whatever forward raises is one line with its place."""

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise raised

    error = failing(Net(), (1, 3), words)
    assert "in forward of Net (raise raised)" in error.explanation
    assert error.torch_message.startswith(f"Python says: {type(raised).__name__}")


def test_modules_nested_too_deep() -> None:
    """Hundreds of Sequentials in each other are no endless recursion."""
    net: nn.Module = nn.Identity()
    for _ in range(400):
        net = nn.Sequential(net)
    failing(net, (1, 3), r"Modules lie in each other more than \d+ deep, too deep for Python")


def test_a_forward_that_calls_itself() -> None:
    """The same module runs again and again."""

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return self(x)  # type: ignore[no-any-return]

    failing(Net(), (1, 3), "the network calls itself again and again")


def test_a_long_line_is_cut() -> None:
    """Of a line of code without end, and of words without end, the beginning is shown."""

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise ValueError("no " * 500)

    error = failing(Net(), (1, 3), "raises ValueError, no no")
    assert len(error.explanation) < 600


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("self.fc[0](x)", "self.fc is one Linear, and holds no layers"),
        ("x.view(x.size[0], -1)", r"x.size is a method, .*: x.size\(0\)"),
        ("self.fc(np.zeros(3))", r"fc \(Linear, row 0\) gets an array of NumPy; torch.from_numpy"),
        ("self.fc(nn.Dropout2d)", "raises TypeError, linear"),
    ],
)
def test_what_stands_in_place_of_a_tensor_or_a_function(code: str, words: str) -> None:
    """A layer in brackets, a method in brackets, an array, and a class are told apart."""
    space: dict[str, Any] = {"nn": nn, "np": np, "__name__": "learner"}
    source = f"class Net(nn.Module):\n    def forward(self, x):\n        return {code}\n"
    name = f"<{code}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    exec(compile(source, name, "exec"), space)
    model = space["Net"]()
    model.fc = nn.Linear(3, 3)
    failing(model, (1, 3), words)


def test_a_loss_that_fails_is_told_without_warnings(recwarn: pytest.WarningsRecorder) -> None:
    """Torch warns of unequal shapes before it refuses them; the explanation says it once."""

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return nn.functional.mse_loss(x, x[:, :2])

    with pytest.raises(TraceError, match="needs equal shapes"):
        trace(Net(), (1, 3, 4, 4))
    assert len(recwarn) == 0


@pytest.mark.parametrize("on_numbers", [False, True])
def test_a_loss_that_broadcasts_is_told_without_warnings(
    on_numbers: bool, recwarn: pytest.WarningsRecorder
) -> None:
    """The note of the trace says it, also where the network is run on random numbers."""

    class Loss(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = nn.Linear(20, 1)

        def forward(self, x: Any, y: Any) -> Any:
            if on_numbers and x.mean() > 9:
                return x
            return nn.functional.mse_loss(self.fc(x), y)

    notes = trace(Loss(), (8, 20), (8,)).notes
    assert any("which broadcast to (8, 8)" in note for note in notes)
    assert any("random numbers" in note for note in notes) is on_numbers
    assert len(recwarn) == 0


def test_the_line_is_the_callers_where_a_library_raises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that notices a wrong shape did not make the mistake: the line of the network is named."""
    installed = tmp_path / "site-packages"
    installed.mkdir()
    (installed / "rearranging.py").write_text("def rearrange(x, pattern):\n    raise ValueError(pattern)\n")
    monkeypatch.syspath_prepend(str(installed))
    rearrange = importlib.import_module("rearranging").rearrange

    class Net(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return rearrange(x, "b (c k) h w")

    error = failing(Net(), (1, 8, 5, 5), r"in forward of Net \(return rearrange\(x, \"b \(c k\) h w\"\)\)")
    assert "rearranging.py" not in error.explanation
