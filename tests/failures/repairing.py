"""What the tests of broken networks share: a network that really fails, and its repair made for real."""

import re
from contextlib import nullcontext
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnnbook.traces import operations
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


def mended(model: nn.Module, repair: str, x: Any, *others: Any) -> Any:
    """What the real network gives on real numbers after a repair, read from its text, was made."""
    fed = re.match(r"feed (\([\d, ]+\))(?: as the first input)?(?:: (x\..+))?$", repair)
    given = re.match(r"give (\S+) (\w+)=(.+)$", repair)
    inside = re.match(r"(.+) in that (\w+)$", repair)
    handed = re.match(r"(?:(.+), and )?give (\S+) (?:its queries with \.)?(.+\))$", repair)
    written = Written(model, x)
    change: Any = nullcontext()
    if fed:
        shape = eval(fed[1])
        x = torch.zeros(shape, dtype=x.dtype) if fed[2] is None else eval(fed[2], {"x": x})
        assert tuple(x.shape) == shape
    elif repair.startswith("feed x."):
        x = eval(repair.removeprefix("feed "), {"x": x, "torch": torch})
    elif given:
        setattr(eval(given[1], {}, written), given[2], eval(given[3]))
    elif inside:
        tensor = eval(re.match(r"[\w.]+?(?=\.\w+\(|\[)", inside[1])[0], {}, written)  # type: ignore[index]
        change = Exchanged(inside[2], tensor, eval(inside[1], {}, written))
    elif handed:
        written.run(handed[1] or "")
        _hand_over(eval(handed[2], {}, written), handed[3], written)
    elif re.search(r"(^| )\S+ = |setattr\(|^model\.", repair):
        written.run(repair)
    else:
        raise AssertionError(f"no change that can be made: {repair}")
    with torch.no_grad(), change:
        return model(x, *others)


class Written(dict[str, Any]):
    """The names that a repair is written in: the network's attributes, `model`, `x`, nn and torch."""

    def __init__(self, model: nn.Module, x: Any) -> None:
        super().__init__(model=model, x=x, nn=nn, torch=torch, setattr=setattr, getattr=getattr)
        self.of = model

    def __missing__(self, name: str) -> Any:
        if not hasattr(self.of, name):
            raise KeyError(name)
        return getattr(self.of, name)

    def __setitem__(self, name: str, value: Any) -> None:
        setattr(self.of, name, value)

    def run(self, text: str) -> None:
        """Run lines of Python that are joined by "and"."""
        for line in re.split(r" and (?=\S+ = |setattr\()", text):
            exec(line, {}, self)


class Exchanged(TorchFunctionMode):
    """Gives one tensor in place of another to each call of one operation."""

    def __init__(self, op: str, old: Tensor, new: Tensor) -> None:
        super().__init__()
        self.op, self.old, self.new = op, old, new

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if operations.name(getattr(func, "__name__", "")) == self.op:
            args = self.changed(args)
        return func(*args, **(kwargs or {}))

    def changed(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return type(value)(map(self.changed, value))
        same = isinstance(value, Tensor) and (
            value is self.old or (value.shape == self.old.shape and torch.equal(value, self.old))
        )
        return self.new if same else value


def _hand_over(layer: nn.Module, how: str, written: Written) -> None:
    """Give a layer another first state, or queries with the batch of its other input."""

    def hook(module: nn.Module, args: Any) -> Any:
        if how.startswith("expand"):
            sizes = eval(how.removeprefix("expand"), {}, written)
            return tuple([expanded(value, sizes) for value in args])
        x, state, *rest = args
        dict.__setitem__(written, "x", x)  # here x is what the layer is given
        new = [eval(each, {}, written) for each in how.split(" and ")]
        return (x, tuple(new) if isinstance(state, tuple) else new[0], *rest)

    def expanded(value: Any, sizes: Shape) -> Any:
        fits = isinstance(value, Tensor) and all(
            wanted == -1 or n == 1 for n, wanted in zip(value.shape, sizes, strict=True)
        )
        return value.expand(*sizes) if fits else value

    layer.register_forward_pre_hook(hook)
