"""The state that all networks share: random numbers, torch's defaults and its switches."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

_Setting = tuple[Callable[[], Any], Callable[[Any], Any]]


class GlobalState(NamedTuple):
    """What belongs to the whole process, at one moment: random numbers and torch's settings."""

    random: tuple[Any, ...]
    numpy: Any
    settings: tuple[Any, ...]

    @classmethod
    def now(cls) -> GlobalState:
        """The state at this moment."""
        numpy = sys.modules.get("numpy")
        return cls(
            (torch.get_rng_state(), random.getstate()),
            None if numpy is None else numpy.random.get_state(),
            _read(_OF_THE_PROCESS),
        )

    def restore(self) -> None:
        """Set everything back to that moment."""
        torch.set_rng_state(self.random[0])
        random.setstate(self.random[1])
        if self.numpy is not None:
            sys.modules["numpy"].random.set_state(self.numpy)
        _write(_OF_THE_PROCESS, self.settings)


@contextmanager
def thread_settings_restored() -> Iterator[None]:
    """Undo what the code inside sets for this thread: gradients, autocast, the default device."""
    before = _read(_OF_THE_THREAD)
    try:
        yield
    finally:
        _write(_OF_THE_THREAD, before)


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Pause Python's search for cycles, which reads all records again and again: long traces would pay."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _read(settings: tuple[_Setting, ...]) -> tuple[Any, ...]:
    return tuple([read() for read, _ in settings])


def _write(settings: tuple[_Setting, ...], values: tuple[Any, ...]) -> None:
    for (read, write), value in zip(settings, values, strict=True):
        if read() != value:
            write(value)


def _default_device() -> Any:
    context = getattr(torch._GLOBAL_DEVICE_CONTEXT, "device_context", None)
    return context and context.device


_OF_THE_PROCESS: tuple[_Setting, ...] = (
    (torch.get_default_dtype, torch.set_default_dtype),
    (torch.get_num_threads, torch.set_num_threads),
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode),
    (torch.is_anomaly_enabled, torch.set_anomaly_enabled),
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (torch.is_warn_always_enabled, torch.set_warn_always),
)
_OF_THE_THREAD: tuple[_Setting, ...] = (
    (_default_device, torch.set_default_device),
    (torch.is_grad_enabled, torch._C._set_grad_enabled),
    (torch.is_autocast_cache_enabled, torch.set_autocast_cache_enabled),
    (lambda: torch.is_autocast_enabled("cpu"), lambda on: torch.set_autocast_enabled("cpu", on)),
    (lambda: torch.get_autocast_dtype("cpu"), lambda dtype: torch.set_autocast_dtype("cpu", dtype)),
)
