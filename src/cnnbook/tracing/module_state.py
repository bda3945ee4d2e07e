"""Leaves a network as it was: what its own `forward` sets on its modules is undone afterwards."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import is_
from threading import Lock
from typing import Any, NamedTuple

from torch import nn

from cnnbook.tracing.global_state import GlobalState, thread_settings_restored

_KINDS = (dict, list, set, deque)
_SINGLE = frozenset((bool, int, float, str, type(None), tuple))
# What every module has, in this order; of these, parameters, submodules and hooks are kept in dicts and sets.
_STANDARD = tuple(nn.Module().__dict__)
_HELD = tuple(key for key, value in nn.Module().__dict__.items() if isinstance(value, _KINDS))


class _Before(NamedTuple):
    """A module's attributes before a pass, and what was in those that hold several things."""

    attributes: dict[str, Any]
    old: dict[str, Any]
    contents: list[tuple[Any, Any]]


# Threads that trace the same module share what it was before the first of them, and the last one undoes.
_lock = Lock()
_before: dict[int, tuple[int, _Before]] = {}
_surroundings: list[GlobalState] = []


@contextmanager
def unchanged(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Undo what the code inside does to the modules' attributes and to the state of torch and random numbers.

    Attributes, parameters, buffers, submodules, hooks and modes come back as the very same objects; lists,
    dicts, sets and deques among the attributes, also those in each other, get their items back.
    """
    known = {id(module): module for module in modules}
    with _lock:
        for key, module in known.items():
            users, before = _before.get(key) or (0, _remember(module))
            _before[key] = (users + 1, before)
        _surroundings.append(_surroundings[-1] if _surroundings else GlobalState.now())
    try:
        with thread_settings_restored():
            yield
    finally:
        with _lock:
            surroundings = _surroundings.pop()
            if not _surroundings:
                surroundings.restore()
            for key in known:
                users, before = _before.pop(key)
                if users > 1:
                    _before[key] = (users - 1, before)
                else:
                    _undo(before)


def _remember(module: nn.Module) -> _Before:
    attributes = module.__dict__
    items = [*attributes.items()]
    if tuple(attributes)[: len(_STANDARD)] == _STANDARD:
        own = [value for _, value in items[len(_STANDARD) :] if type(value) not in _SINGLE]
        own += [attributes[key] for key in _HELD]
    else:
        own = [value for key, value in items if (key in _HELD or key not in _STANDARD)]
    return _Before(attributes, dict(items), _contents(own))


def _contents(waiting: list[Any]) -> list[tuple[Any, Any]]:
    """Return a copy of each container, with those inside of them."""
    found: dict[int, tuple[Any, Any]] = {}
    while waiting:
        value = waiting.pop()
        if isinstance(value, _KINDS) and id(value) not in found:
            found[id(value)] = (value, value.copy() if value else ())
            if value:
                inside = value.values() if isinstance(value, dict) else value
                waiting += [item for item in inside if isinstance(item, _KINDS)]
    return [*found.values()]


def _undo(before: _Before) -> None:
    attributes, old, contents = before
    if not _same(attributes, old):
        attributes.clear()
        attributes.update(old)
    for value, content in contents:
        if (value or content) and not _same(value, content):
            value.clear()
            value.extend(content) if isinstance(value, list | deque) else value.update(content)


def _same(now: Any, before: Any) -> bool:
    """Whether a container holds the very same things; == would compare tensors."""
    if len(now) != len(before):
        return False
    if isinstance(now, dict):
        return all(map(is_, now.values(), before.values())) and [*now] == [*before]
    return all(map(is_, now, before))
