"""Leaves a network as it was: what its own `forward` changes on its modules is undone after the trace."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import is_
from threading import Lock
from typing import Any, NamedTuple

from torch import nn

from cnnbook.tracing.global_state import GlobalState, thread_settings_restored
from cnnbook.tracing.torch_internals import STANDARD_ATTRIBUTES

_CONTAINERS = (dict, list, set, deque)
_WITHOUT_CONTENTS = frozenset((bool, int, float, str, type(None), tuple))
# Every module keeps its parameters, submodules and hooks in containers under these names.
_STANDARD_CONTAINERS = tuple(
    name for name in STANDARD_ATTRIBUTES if isinstance(nn.Module().__dict__[name], _CONTAINERS)
)


class _Before(NamedTuple):
    """A module's attributes before the pass, and copies of those that are containers."""

    attributes: dict[str, Any]
    old: dict[str, Any]
    contents: list[tuple[Any, Any]]


# Threads that trace one module at the same time share what it was before the first of them began. The last of
# them to end undoes the changes.
_lock = Lock()
_before: dict[int, tuple[int, _Before]] = {}
_global_states: list[GlobalState] = []


@contextmanager
def unchanged(modules: Iterable[nn.Module]) -> Iterator[None]:
    """Undo what the code inside does to the modules' attributes, to torch's settings and to random numbers.

    Attributes, parameters, buffers, submodules, hooks and modes become the very same objects again. Lists,
    dicts, sets and deques among the attributes, and those inside of them, get their items back.
    """
    known = {id(module): module for module in modules}
    with _lock:
        for key, module in known.items():
            users, before = _before.get(key) or (0, _remember(module))
            _before[key] = (users + 1, before)
        _global_states.append(_global_states[-1] if _global_states else GlobalState.now())
    try:
        with thread_settings_restored():
            yield
    finally:
        with _lock:
            state = _global_states.pop()
            if not _global_states:
                state.restore()
            for key in known:
                users, before = _before.pop(key)
                if users > 1:
                    _before[key] = (users - 1, before)
                else:
                    _undo(before)


def _remember(module: nn.Module) -> _Before:
    attributes = module.__dict__
    items = [*attributes.items()]
    count = len(STANDARD_ATTRIBUTES)
    if tuple(attributes)[:count] == STANDARD_ATTRIBUTES:
        own = [value for _, value in items[count:] if type(value) not in _WITHOUT_CONTENTS]
        own += [attributes[key] for key in _STANDARD_CONTAINERS]
    else:
        own = [value for key, value in items if key in _STANDARD_CONTAINERS or key not in STANDARD_ATTRIBUTES]
    return _Before(attributes, dict(items), _contents(own))


def _contents(waiting: list[Any]) -> list[tuple[Any, Any]]:
    """Return each container among these values, and inside of one, with a copy of it."""
    found: dict[int, tuple[Any, Any]] = {}
    while waiting:
        value = waiting.pop()
        if isinstance(value, _CONTAINERS) and id(value) not in found:
            found[id(value)] = (value, value.copy() if value else ())
            if value:
                inside = value.values() if isinstance(value, dict) else value
                waiting += [item for item in inside if isinstance(item, _CONTAINERS)]
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
    """Whether a container holds the very same objects; == would compare the numbers of tensors."""
    if len(now) != len(before):
        return False
    if isinstance(now, dict):
        return all(map(is_, now.values(), before.values())) and [*now] == [*before]
    return all(map(is_, now, before))
