"""Layers that run although no module holds them: those in a plain list or dict are not registered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from torch import nn

_CONTAINER: dict[type, str] = {list: "nn.ModuleList", tuple: "nn.ModuleList", dict: "nn.ModuleDict"}


def unregistered_notes(modules: Mapping[str, nn.Module], ran: list[nn.Module]) -> list[str]:
    """A note for each list, tuple or dict of a module in which layers lie that ran and are not registered.

    `modules` are the registered ones by path, and `ran` those that ran without being one of them.
    """
    if not ran:
        return []
    strangers = {id(module) for module in ran}
    registered = {id(p) for module in modules.values() for p in module.parameters()}
    notes = []
    for path, module in modules.items():
        for name, value in vars(module).items():
            if type(value) not in _CONTAINER or name.startswith("_"):
                continue
            layers = [layer for layer in _layers(value) if id(layer) in strangers]
            parameters = {id(p): p for layer in layers for p in layer.parameters() if id(p) not in registered}
            if parameters:
                count = sum(p.numel() for p in parameters.values())
                where = f"{path}.{name}" if path else name
                notes.append(
                    f"{where} is a plain {type(value).__name__}: its layers are not registered, so "
                    f"their {count:,} "
                    "parameters are not in parameters() and are not trained; "
                    f"{_CONTAINER[type(value)]} registers them"
                )
    return notes


def _layers(value: Any) -> Iterator[nn.Module]:
    if isinstance(value, nn.Module):
        yield value
    elif type(value) in _CONTAINER:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _layers(item)
