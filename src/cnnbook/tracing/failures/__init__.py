"""Explains why a network failed: the row, the numbers that disagree, and repairs that were tried.

A repair is offered only after the repaired network has been traced. It is
traced in a copy that shares nothing with the user's network and holds no weights.
"""

from cnnbook.tracing.failures.batch_notes import batch_read_as_channels
from cnnbook.tracing.failures.batches import folded_batch
from cnnbook.tracing.failures.errors import Failure, Stopped, TraceError
from cnnbook.tracing.failures.explanations import explain
from cnnbook.tracing.failures.loss_notes import broadcast_loss
from cnnbook.tracing.failures.python_errors import failure_outside_torch
from cnnbook.tracing.failures.trials import FailedRun

__all__ = [
    "FailedRun",
    "Failure",
    "Stopped",
    "TraceError",
    "batch_read_as_channels",
    "broadcast_loss",
    "explain",
    "failure_outside_torch",
    "folded_batch",
]
