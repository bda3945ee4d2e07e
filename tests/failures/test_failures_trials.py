"""How repairs are tried: bounded, silent, without weights, and without a trace in the network."""

import sys
import threading
from typing import Any

import pytest
import torch
from broken import LeNet
from repairing import failing
from torch import Tensor, nn
from torchvision import models

from cnnbook.tracing import TraceError, trace
from cnnbook.tracing.failures import FailedRun, Stopped, trials
from cnnbook.tracing.models import copy_without_data


def test_a_repair_of_one_bug_of_two() -> None:
    """With a second failure behind it no repair is offered as one that works; how far it gets is said."""
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(9, 8, 3), nn.Flatten(), nn.Linear(7, 3))
    error = failing(
        model,
        (1, 3, 8, 8),
        r"Tried: model\[1\] = nn.Conv2d\(8, 8, 3\); then this row runs, and model\[3\]",
    )
    assert error.repairs == ()


@pytest.mark.parametrize("name", ["resnet50", "densenet121"])
def test_search_is_bounded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large networks: few trials, copies without a byte of weights, the network itself as it was."""
    model = getattr(models, name)()
    head = "fc" if name == "resnet50" else "classifier"
    setattr(model, head, nn.Linear(77, 10))
    copies: list[nn.Module] = []

    def noted(original: nn.Module) -> nn.Module:
        copies.append(copy_without_data(original))
        return copies[-1]

    monkeypatch.setattr(trials, "copy_without_data", noted)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    with pytest.raises(TraceError, match=rf"{head} = nn.Linear\((2048|1024), 10\)"):
        trace(model, (2, 3, 64, 64))
    assert 1 <= len(copies) <= 30
    assert all(tensor.is_meta for copied in copies for tensor in copied.state_dict().values())
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    assert model.training


def test_no_more_than_thirty() -> None:
    """After thirty trials nothing is tried any more, and the same repair is tried once."""
    ran: list[nn.Module] = []

    def run(model: nn.Module, inputs: Any, keywords: Any) -> Any:
        ran.append(model)
        raise RuntimeError

    run = FailedRun(nn.Linear(2, 3), ((1, 2),), {}, run)
    for number in range(50):
        repair = trials.Repair(f"repair {number}", "", lambda trial: None)
        assert not run.works(repair)
        assert not run.works(repair)
    assert len(ran) == 30


def test_trials_are_silent(capsys: pytest.CaptureFixture[str]) -> None:
    """A forward that prints its shapes prints them for the pass asked for, not for each trial."""

    class Chatty(LeNet):
        def flat(self, x: Tensor) -> Tensor:
            print(tuple(x.shape))
            return super().flat(x)

    with pytest.raises(TraceError):
        trace(Chatty(), (1, 1, 28, 28))
    assert capsys.readouterr().out == "(1, 16, 4, 4)\n"


def test_two_threads_keep_their_output() -> None:
    """Explaining in several threads at once leaves sys.stdout as it was."""
    before, errors = sys.stdout, list[TraceError]()

    def work() -> None:
        try:
            trace(LeNet(), (1, 1, 28, 28))
        except TraceError as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(error.repairs) for error in errors] == [3] * 4
    assert sys.stdout is before


def test_random_numbers_and_network_are_untouched() -> None:
    """Explaining draws no random number, and changes neither modes, settings nor weights."""
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Dropout(), nn.Conv2d(9, 8, 3)).train()
    before, weights = torch.get_rng_state(), {k: v.clone() for k, v in model.state_dict().items()}
    text = repr(model)
    for shape in ((2, 3, 9, 9), (1, 3, 3, 3), (3, 9, 9), (2, 9, 9, 3)):
        with pytest.raises(TraceError):
            trace(model, shape)
    assert torch.equal(torch.get_rng_state(), before)
    assert repr(model) == text
    assert all(torch.equal(v, weights[k]) for k, v in model.state_dict().items())


def test_weightless_copy() -> None:
    """A copy without data keeps structure, modes and shapes; other large tensors lose their data too."""
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4).eval())
    model.table = torch.zeros(100, 100)
    copied = copy_without_data(model)
    assert [tuple(p.shape) for p in copied.parameters()] == [tuple(p.shape) for p in model.parameters()]
    assert [m.training for m in copied.modules()] == [m.training for m in model.modules()]
    assert copied.table.is_meta
    assert not model.table.is_meta


def test_error_survives_pickling() -> None:
    """A TraceError that comes back from another process is the same."""
    import pickle

    with pytest.raises(TraceError) as caught:
        trace(LeNet(), (1, 1, 28, 28))
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.repairs, again.trace) == (
        str(caught.value),
        caught.value.repairs,
        caught.value.trace,
    )


def test_stopped_is_never_shown() -> None:
    """The bare failure stays inside: a TraceError comes out, also for an error that nothing explains."""

    class Odd(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.fft.fft(x, n=-2)

    error = failing(Odd(), (1, 3), r"fft_fft \(row 0\) fails on \(1, 3\), the first operation\.")
    assert not isinstance(error, Stopped)
