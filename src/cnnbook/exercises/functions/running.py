"""Runs a learner's code within a time limit, in a thread that traces its own lines."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Thread
from time import monotonic
from types import FrameType
from typing import Any

# The time for all probes together, in seconds, and how much later a thread is given up that does not stop.
LIMIT = 2.0
_GRACE = 0.5


class _TimeIsUpError(BaseException):
    """The time limit is over; an `except Exception` in the learner's code does not catch it."""


def finishes(work: Callable[[], None], seconds: float = LIMIT) -> bool:
    """Run `work`, and return whether it came to its end within this time.

    Alarms of the operating system exist neither on Windows nor outside the main thread, so the time is
    looked at before each line of Python that `work` executes (`sys.settrace`). That ends endless loops and
    leaves nothing behind. Code that is not Python, such as a long sleep or a huge convolution, executes no
    line. Therefore `work` has a thread of its own, which is left to itself if it does not stop. Where no
    thread can be started, as in a browser, `work` runs in this one, with the first of the two limits.

    One call into C that never lets another thread run, such as sum(range(10**12)), cannot be ended from
    within its process: the kernel has to be restarted.
    """
    deadline = monotonic() + seconds
    ended = False

    def watch(frame: FrameType, event: str, argument: Any) -> Any:
        if monotonic() > deadline:
            raise _TimeIsUpError
        return watch

    def traced() -> None:
        nonlocal ended
        before = sys.gettrace()
        sys.settrace(watch)
        try:
            work()
            ended = True
        except _TimeIsUpError:
            pass
        finally:
            sys.settrace(before)

    thread = Thread(target=traced, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        traced()
    else:
        thread.join(seconds + _GRACE)
    return ended
