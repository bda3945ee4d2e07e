"""A check of the network's own code that refuses the size of the image, as vision transformers have one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cnnbook.tracing.failures import python_errors
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.input_repairs import feed
from cnnbook.tracing.failures.reductions import rounded_inputs, total_stride
from cnnbook.tracing.failures.trials import Repair

_LARGEST = 2048


def assertion(context: FailureContext) -> Explanation | None:
    """A failed assert whose message has numbers: images of such a size, or of multiples of it, are tried."""
    failure = context.failure
    own = failure.op in ("", "assert") and context.module is None
    if not isinstance(failure.error, AssertionError) or len(context.trace.input_shape) != 4 or not own:
        return None
    usual = python_errors.python_error(context)
    text = usual.text if usual is not None else f"{context.where} refuses the input: {failure.error}"
    # The author of the network wrote this text, not torch; the numbers in it are the sizes that are wanted.
    written = " ".join(map(str, failure.error.args))
    numbers = [int(n) for n in re.findall(r"\d+", written)]
    return Explanation(text, _repairs(context, [n for n in dict.fromkeys(numbers) if n <= _LARGEST]))


def _repairs(context: FailureContext, numbers: list[int]) -> Iterator[Repair]:
    given = context.trace.input_shape
    stride = total_stride(context.trace) or (1, 1)
    for n in sorted(numbers, reverse=True):
        if n >= max(stride) and n > 16 and n not in given[2:]:
            yield feed(context, (*given[:2], n, n))
    for n in (2, *numbers):
        if 1 < n <= 64:
            yield from rounded_inputs(context, (n * stride[0], n * stride[1]))
