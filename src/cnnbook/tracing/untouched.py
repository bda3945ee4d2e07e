"""Leaves a network as it was: what its own `forward` sets on its modules is undone afterwards."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import is_
from typing import Any

import torch
from torch import nn

# What every module has holds nothing that a forward pass writes into, but for these three.
_OF_EVERY_MODULE = frozenset(nn.Module().__dict__) - {"_parameters", "_buffers", "_modules"}


@contextmanager
def untouched(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Undo what the code inside does to the modules' attributes and to random numbers, torch's and Python's.

    Attributes, parameters, buffers, submodules and modes come back as the very same objects; lists, dicts,
    sets and deques among the attributes, also those in each other, get their items back.
    """
    before = [(m.__dict__, dict(m.__dict__), _containers(m.__dict__)) for m in modules]
    states = torch.get_rng_state(), random.getstate()
    try:
        yield
    finally:
        torch.set_rng_state(states[0])
        random.setstate(states[1])
        for attributes, old, contents in before:
            if not _same(attributes, old):
                attributes.clear()
                attributes.update(old)
            for value, content in contents:
                if not _same(value, content):
                    value.clear()
                    value.extend(content) if isinstance(value, list | deque) else value.update(content)


_KINDS = (dict, list, set, deque)


def _containers(attributes: dict[str, Any]) -> list[tuple[Any, Any]]:
    own = [attributes[key] for key in attributes.keys() - _OF_EVERY_MODULE]
    waiting = [value for value in own if isinstance(value, _KINDS)]
    found: dict[int, tuple[Any, Any]] = {}
    while waiting:
        value = waiting.pop()
        if id(value) not in found:
            found[id(value)] = (value, value.copy())
            inside = value.values() if isinstance(value, dict) else value
            waiting += [item for item in inside if isinstance(item, _KINDS)]
    return [*found.values()]


def _same(now: Any, before: Any) -> bool:
    """Whether a container holds the very same things; == would compare tensors."""
    if len(now) != len(before):
        return False
    if isinstance(now, dict):
        return all(map(is_, now.values(), before.values())) and now.keys() == before.keys()
    return all(map(is_, now, before))
