"""A loss that is given scores of shape (N, C, 1, 1), whose last axes of size 1 no flatten removed."""

from __future__ import annotations

from typing import Any

from cnnbook.tracing.failures.call_replacement import replaced_call
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import shape_text


def flat_scores(context: FailureContext) -> Explanation | None:
    """A loss between scores that are maps of one pixel and a target without these axes."""
    failure = context.failure
    scores, target = (*failure.given[:2], None, None)[:2]
    if not failure.op.endswith(("_loss", "cross_entropy", "_with_logits", "kl_div")):
        return None
    if not isinstance(scores, tuple) or not isinstance(target, tuple) or len(scores) < 3:
        return None
    if scores[2:] != (1,) * len(scores[2:]) or len(target) > 2 or target[:1] != scores[:1]:
        return None

    # One score for each image may be (N, 1) or (N,), as the target is. A score for each class stays (N, C).
    flat = len(target) == 1 and scores[1] == 1 and failure.op != "cross_entropy"

    def call(func: Any, args: Any, kwargs: Any) -> Any:
        return func(args[0].flatten(0 if flat else 1), *args[1:], **kwargs)

    source = context.name(failure.inputs[0]) if failure.inputs else "its first argument"
    text = (
        f"{context.where} compares {source} {shape_text(scores)} with a target {shape_text(target)}: "
        "the scores are still maps of one pixel and should be "
        f"{shape_text(scores[:1] if flat else scores[:2])}."
    )
    x = (*failure.written, "")[0] or "x"
    patch = replaced_call(failure.op, scores, call, len(context.trace))
    flattened = f"torch.flatten({x})" if flat else f"torch.flatten({x}, 1)"
    return Explanation(text, [Repair(f"{flattened} in place of {x}", "flatten", patch=patch)])
