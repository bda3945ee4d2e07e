"""The state that all networks of a process share: random numbers, and torch's default settings."""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

from cnnbook.tracing.torch_internals import ANOMALY, AUTOCAST, DEFAULT_DEVICE, Setting

_OF_THE_PROCESS: tuple[Setting, ...] = (
    (torch.get_default_dtype, torch.set_default_dtype),
    (torch.get_num_threads, torch.set_num_threads),
    (torch.get_deterministic_debug_mode, torch.set_deterministic_debug_mode),
    ANOMALY,
    (torch.get_float32_matmul_precision, torch.set_float32_matmul_precision),
    (torch.is_warn_always_enabled, torch.set_warn_always),
)
_OF_THE_THREAD: tuple[Setting, ...] = (
    DEFAULT_DEVICE,
    (torch.is_grad_enabled, torch.set_grad_enabled),
    *AUTOCAST,
)


class GlobalState(NamedTuple):
    """The state of the whole process at one moment: its random numbers and torch's settings."""

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
            _values(_OF_THE_PROCESS),
        )

    def restore(self) -> None:
        """Set everything back to that moment."""
        torch.set_rng_state(self.random[0])
        random.setstate(self.random[1])
        if self.numpy is not None:
            sys.modules["numpy"].random.set_state(self.numpy)
        _restore(_OF_THE_PROCESS, self.settings)


@contextmanager
def thread_settings_restored() -> Iterator[None]:
    """Undo what the code inside sets for this thread: gradients, autocast, the default device."""
    before = _values(_OF_THE_THREAD)
    try:
        yield
    finally:
        _restore(_OF_THE_THREAD, before)


@contextmanager
def garbage_collection_paused() -> Iterator[None]:
    """Pause Python's garbage collector, which would read all records again and again during a long trace."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _values(settings: tuple[Setting, ...]) -> tuple[Any, ...]:
    return tuple([read() for read, _ in settings])


def _restore(settings: tuple[Setting, ...], values: tuple[Any, ...]) -> None:
    for (read, write), value in zip(settings, values, strict=True):
        if read() != value:
            write(value)
