"""What a failed pass leaves behind: the Failure that was seen, and the TraceError that explains it."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnnbook.traces import Shape, Trace


class Failure(NamedTuple):
    """The operation that raised: what it was called with (shapes for tensors), and the error itself.

    `op` is "" where no torch function raised, but the network's own Python code or a module's check. `given`
    are the positional arguments, `bound` all by name where names are known, `dtypes` those of all tensors.
    """

    op: str
    path: str
    module: str
    inputs: tuple[int, ...]
    input_shapes: tuple[Shape, ...]
    bound: dict[str, Any]
    error: Exception
    given: tuple[Any, ...] = ()
    dtypes: tuple[str, ...] = ()


class Stopped(Exception):  # noqa: N818 (nothing of it is shown: `trace` turns it into a TraceError)
    """A pass that ended early: the Trace of the rows until then, and the Failure; nothing explanation yet."""

    def __init__(self, trace: Trace, failure: Failure) -> None:
        super().__init__(str(failure.error))
        self.trace = trace
        self.failure = failure


class TraceError(RuntimeError):
    """A network that cannot run on these inputs: `.trace` has the rows until then, `.repairs` what works.

    `.explanation` is the learner's message; the text of the error adds the repairs, each of which was tried,
    and torch's own words (`.torch_message`) as the last line.
    """

    def __init__(self, explanation: str, trace: Trace, repairs: tuple[str, ...], torch_message: str) -> None:
        self.explanation = explanation
        self.trace = trace
        self.repairs = repairs
        self.torch_message = torch_message
        lines = [explanation]
        if repairs:
            lines.append(f"What works (tried): {'; or '.join(repairs)}.")
        lines.append(torch_message)
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return TraceError, (self.explanation, self.trace, self.repairs, self.torch_message)


def last_line(failure: Failure) -> str:
    """The error in its own words, on one line: torch's, or Python's where the network's own code raised.

    >>> last_line(Failure("matmul", "", "Net", (), (), {}, RuntimeError("shapes   differ")))
    'torch says: shapes differ'
    >>> last_line(Failure("", "", "Net", (), (), {}, NameError("name 'F' is not defined")))
    "Python says: NameError: name 'F' is not defined"
    """
    words = " ".join(str(failure.error).split("Exception raised from")[0].split())
    if len(words) > 500:
        words = f"{words[:497]}..."
    kind = type(failure.error).__name__
    if failure.op or _raised_by_torch(failure.error):
        return f"torch says: {words or kind}"
    return f"Python says: {kind}{f': {words}' if words else ''}"


def _raised_by_torch(error: Exception) -> bool:
    if not isinstance(error, RuntimeError | ValueError | IndexError):
        return False
    module, step = "", error.__traceback__
    while step is not None:
        module, step = step.tb_frame.f_globals.get("__name__", ""), step.tb_next
    return module.partition(".")[0] == "torch"
