"""Modules by their path in a network, and the path as the learner would write it in Python."""

from __future__ import annotations

import json
from keyword import iskeyword

from torch import nn

from cnnbook.tracing.torch_internals import compiled_model


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
    """A path as Python code: "fc.1" is "fc[1]" in a Sequential, and "1" is "model[1]".

    A name that Python does not allow after a dot is read with getattr. The module in which torch.compile
    keeps a network is left out.
    """
    spelled, parent = "", model
    for part in path.split(".") if path else ():
        parent = compiled_model(parent) or parent
        spelled = _step(spelled, parent, part)
        parent = getattr(parent, part)
    return spelled or "model"


def attribute(model: nn.Module, path: str) -> str:
    """The path of a tensor as Python code: "encoder.0.pos" is "encoder[0].pos"."""
    home, _, name = path.rpartition(".")
    here = place(model, home) if home else ""
    if not _is_name(name):
        return f"getattr({here or 'model'}, {json.dumps(name)})"
    return f"{here}.{name}" if here else name


def assignment(model: nn.Module, path: str, value: str) -> str:
    """The line of Python that puts a new module in place of the one at a path, or a new tensor.

    It is setattr(...) where no name or index can stand to the left of an equals sign.
    """
    home, _, name = path.rpartition(".")
    parent = model.get_submodule(home)
    # The wrapper of torch.compile hands attributes on to the network inside of it, and takes no index.
    indexed = isinstance(parent, nn.Sequential | nn.ModuleList | nn.ModuleDict)
    if _is_name(name) or indexed:
        target = place(model, path) if name in dict(parent.named_children()) else attribute(model, path)
        return f"{target} = {value}"
    return f"setattr({place(model, home)}, {json.dumps(name)}, {value})"


def _step(spelled: str, parent: nn.Module, part: str) -> str:
    if isinstance(parent, nn.ModuleDict):
        return f"{spelled or 'model'}[{json.dumps(part)}]"
    if isinstance(parent, nn.Sequential | nn.ModuleList) and not _is_name(part):
        return f"{spelled or 'model'}[{list(dict(parent.named_children())).index(part)}]"
    if not _is_name(part):
        return f"getattr({spelled or 'model'}, {json.dumps(part)})"
    return f"{spelled}.{part}" if spelled else part


def _is_name(part: str) -> bool:
    return part.isidentifier() and not iskeyword(part)
