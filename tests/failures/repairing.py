"""What the tests of broken networks share: a network that really fails, and its repair made for real."""

import re
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from cnnbook.tracing import TraceError, trace

Shape = tuple[int, ...]


def failing(model: nn.Module, x: Any, message: str) -> TraceError:
    """The TraceError of a network that really fails; its text matches, and is at most six lines."""
    real = x if isinstance(x, Tensor) else torch.zeros(x)
    with pytest.raises(Exception):  # noqa: B017, PT011 (whatever torch or Python raises)
        model(real)
    with pytest.raises(TraceError, match=message) as caught:
        trace(model, x)
    lines = str(caught.value).splitlines()
    assert len(lines) <= 6
    assert lines[-1].startswith(("torch says: ", "Python says: "))
    return caught.value


def mended(model: nn.Module, repair: str, x: Tensor) -> Any:
    """What the real network gives on real numbers after a repair, read from its text, was made."""
    fed = re.match(r"feed (\([\d, ]+\))(?:: (x\..+))?$", repair)
    given = re.match(r"give (\S+) (\w+)=(.+)$", repair)
    if fed:
        shape = eval(fed[1])
        x = torch.zeros(shape) if fed[2] is None else eval(fed[2], {"x": x})
        assert tuple(x.shape) == shape
    elif repair.startswith("feed x."):
        x = eval(repair.removeprefix("feed "), {"x": x, "torch": torch})
    elif given:
        layer = eval(given[1] if given[1].startswith("model") else f"model.{given[1]}", {"model": model})
        setattr(layer, given[2], eval(given[3]))
    elif repair.startswith("model."):
        exec(repair, {"model": model})
    elif "= nn." in repair:
        for line in re.split(r" and (?=\S+ = nn\.)", repair):
            exec(line if line.startswith("model[") else f"model.{line}", {"model": model, "nn": nn})
    else:
        raise AssertionError(f"no change to modules or inputs: {repair}")
    with torch.no_grad():
        return model(x)
