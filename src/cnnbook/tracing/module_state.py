"""Leaves a network as it was: what its own `forward` changes on its modules is undone after the trace."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from operator import is_, itemgetter
from threading import Lock
from typing import Any

from torch import Tensor, nn

from cnnbook.tracing.global_state import GlobalState, thread_settings_restored
from cnnbook.tracing.torch_internals import STANDARD_ATTRIBUTES

_CONTAINERS = (dict, list, set, deque)
_WITHOUT_CONTENTS = frozenset((bool, int, float, str, type(None), tuple, Tensor, nn.Parameter))
_STANDARD_COUNT = len(STANDARD_ATTRIBUTES)
# Every module keeps its parameters, submodules and hooks in containers under these names; most are empty.
_standard_containers = itemgetter(
    *(name for name in STANDARD_ATTRIBUTES if isinstance(nn.Module().__dict__[name], _CONTAINERS))
)


# What a module held before the pass: its own dict and a copy of that, containers with copies of what was in
# them, its standard containers, and how many of these were not empty. It is a plain tuple, which is made and
# read faster than a NamedTuple, for each module of each trace.
_Before = tuple[dict[str, Any], dict[str, Any], list[tuple[Any, Any]], tuple[Any, ...], int]


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
    old = attributes.copy()
    standard: tuple[Any, ...] = ()
    values: Iterable[Any] = old.values()
    # Other orders come from classes that set attributes before they call super().__init__.
    if tuple(islice(old, _STANDARD_COUNT)) == STANDARD_ATTRIBUTES:
        standard, values = _standard_containers(old), islice(values, _STANDARD_COUNT, None)
    contents = [(value, value.copy()) for value in filter(None, standard)]
    filled = len(contents)
    waiting = [value for value in values if type(value) not in _WITHOUT_CONTENTS]
    for value, _ in contents:
        items = value.values() if isinstance(value, dict) else value
        waiting += [item for item in items if type(item) not in _WITHOUT_CONTENTS]
    if waiting:
        contents += _containers(waiting)
    return attributes, old, contents, standard, filled


def _containers(waiting: list[Any]) -> list[tuple[Any, Any]]:
    """Return each container among these values, and inside of one, with a copy of it."""
    found: dict[int, tuple[Any, Any]] = {}
    while waiting:
        value = waiting.pop()
        if isinstance(value, _CONTAINERS) and id(value) not in found:
            found[id(value)] = (value, value.copy())
            waiting += value.values() if isinstance(value, dict) else value
    return [*found.values()]


def _undo(before: _Before) -> None:
    attributes, old, contents, standard, filled = before
    if not _same(attributes, old):
        attributes.clear()
        attributes.update(old)
    for value, content in contents:
        if not _same(value, content):
            value.clear()
            value.extend(content) if isinstance(value, list | deque) else value.update(content)
    if len([*filter(None, standard)]) > filled:
        known = {id(value) for value, _ in contents}
        for value in standard:
            if id(value) not in known:
                value.clear()


def _same(now: Any, before: Any) -> bool:
    """Whether a container holds the very same objects; == would compare the numbers of tensors."""
    if len(now) != len(before) or not all(map(is_, now, before)):
        return False
    return not isinstance(now, dict) or all(map(is_, now.values(), before.values()))
