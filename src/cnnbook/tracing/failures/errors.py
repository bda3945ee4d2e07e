"""The Failure of one operation, as the trace saw it, and the TraceError that explains it to the learner."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from cnnbook.traces import Operand, Row, Shape, Trace
from cnnbook.tracing.torch_internals import CPP_STACK


class Failure(NamedTuple):
    """The operation that raised an error: what it was called with (shapes for tensors), and the error.

    `op` is "" if no torch function raised the error, but the network's own Python code or a check in a
    module. `given` are the positional arguments, `bound` all by name where names are known, `dtypes` those of
    all tensors.

    `operands` are the parameters, buffers and constants that the operation worked on. They stand among
    `inputs` too, the first as the number after those of the network's inputs: with one input, as -2.
    `weights` are all others that no row made. `written` are the operands as the code of the network writes
    them, "" for what is too long to repeat; () if the call does not stand in the network's own code.
    `keywords` are the arguments that were given by name.
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
    operands: tuple[Operand, ...] = ()
    weights: tuple[Operand, ...] = ()
    written: tuple[str, ...] = ()
    keywords: Mapping[str, Any] = MappingProxyType({})


class Stopped(Exception):  # noqa: N818 (no user sees it: `trace` turns it into a TraceError)
    """Ends a trace early: it has the Trace of the rows that ran, and the Failure, not yet explained."""

    def __init__(self, trace: Trace, failure: Failure) -> None:
        super().__init__(str(failure.error))
        self.trace = trace
        self.failure = failure


class TraceError(RuntimeError):
    """A network that cannot run on these inputs: `.trace` has the rows that ran, `.repairs` what would work.

    `.explanation` says which numbers disagree. The text of the error adds the repairs, each of which was
    tried, and torch's own message (`.torch_message`) as the last line. `.failed` is the row that did not run:
    it has inputs and no result.
    """

    def __init__(
        self,
        explanation: str,
        trace: Trace,
        repairs: tuple[str, ...],
        torch_message: str,
        failed: Row | None = None,
    ) -> None:
        self.explanation = explanation
        self.trace = trace
        self.repairs = repairs
        self.torch_message = torch_message
        self.failed = failed
        lines = [explanation]
        if repairs:
            lines.append(f"What works (tried): {'; or '.join(repairs)}.")
        lines.append(torch_message)
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return TraceError, (self.explanation, self.trace, self.repairs, self.torch_message, self.failed)


def last_line(failure: Failure) -> str:
    """The error's own message on one line, and whether torch or Python says it.

    >>> last_line(Failure("matmul", "", "Net", (), (), {}, RuntimeError("shapes   differ")))
    'torch says: shapes differ'
    >>> last_line(Failure("", "", "Net", (), (), {}, NameError("name 'F' is not defined")))
    "Python says: NameError: name 'F' is not defined"
    """
    words = " ".join(str(failure.error).split(CPP_STACK)[0].split())
    if len(words) > 500:
        words = f"{words[:497]}..."
    name = type(failure.error).__name__
    if failure.op or _raised_by_torch(failure.error):
        return f"torch says: {words or name}"
    return f"Python says: {name}{f': {words}' if words else ''}"


def _raised_by_torch(error: Exception) -> bool:
    if not isinstance(error, RuntimeError | ValueError | IndexError):
        return False
    module, step = "", error.__traceback__
    while step is not None:
        module, step = step.tb_frame.f_globals.get("__name__", ""), step.tb_next
    return module.partition(".")[0] == "torch"
