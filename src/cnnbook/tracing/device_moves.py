"""Tensors that forward moves to another device: they stay where they are; a note names a missing device."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

MOVES = frozenset(("to", "cpu", "cuda"))


def move(func: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
    """Return a tensor that is moved to a device: it stays where it is, and only its dtype may change."""
    tensor, *others = args
    kept = [value for value in others if not _is_device(value)]
    named = {key: value for key, value in kwargs.items() if key in ("dtype", "other", "memory_format")}
    return func(tensor, *kept, **named) if kept or named else tensor


def missing_device(op: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """Return the device to which a call moves a tensor, if this computer does not have it; else "".

    >>> x = torch.zeros(2)
    >>> missing_device("to", (x, "cpu"), {}), missing_device("to", (x, torch.int64), {})
    ('', '')
    """
    named = [value for value in (*args[1:], *kwargs.values()) if _is_device(value)]
    device = named[0] if named else "cuda" if op == "cuda" else "cpu"
    if type(device) is int:
        device = f"cuda:{device}"
    kind = str(device).partition(":")[0]
    lacking = (kind == "cuda" and not torch.cuda.is_available()) or (
        kind == "mps" and not torch.backends.mps.is_available()
    )
    return str(device) if lacking else ""


def _is_device(value: Any) -> bool:
    """Whether an argument names a device; torch takes a whole number for that of a GPU."""
    return isinstance(value, str | torch.device) or type(value) is int


def note(device: str, path: str, module: str) -> str:
    """What the trace of a network says that moves a tensor to a device which is not there."""
    where = f"{path} ({module})" if path else module
    return (
        f"forward of {where} moves a tensor to the device {device}, which this computer does not have: "
        "a real run stops there. Write y.to(x.device) in forward, which moves y to where x is; before the "
        "call, model.to(device) and x.to(device) move the network and its input"
    )
