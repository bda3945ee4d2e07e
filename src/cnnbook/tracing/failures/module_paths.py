"""Modules by their path in a network, and the path as the learner would write it in Python."""

from __future__ import annotations

from torch import nn


def layer(model: nn.Module, path: str) -> nn.Module | None:
    """The module at a path if it is a layer of torch.nn; None for the network's own classes."""
    if not path:
        return model if type(model).__module__.startswith("torch.nn") and not list(model.children()) else None
    try:
        module = model.get_submodule(path)
    except AttributeError:
        return None
    return module if type(module).__module__.startswith("torch.nn") else None


def place(model: nn.Module, path: str) -> str:
    """A path as Python code: "fc.1" is "fc[1]" in a Sequential, and "1" is "model[1]"."""
    spelled, parent = "", model
    for part in path.split(".") if path else ():
        if isinstance(parent, nn.Sequential | nn.ModuleList):
            spelled = f"{spelled or 'model'}[{part}]"
        elif isinstance(parent, nn.ModuleDict):
            spelled = f'{spelled or "model"}["{part}"]'
        else:
            spelled = f"{spelled}.{part}" if spelled else part
        parent = getattr(parent, part)
    return spelled or "model"
