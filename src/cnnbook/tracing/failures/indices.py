"""An index that is not in the table of an embedding, or a class number that no score stands for."""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn

from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.module_paths import assignment
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.index_checks import OutOfRangeError


def out_of_range(context: FailureContext) -> Explanation | None:
    """An index or a class number is too large, or negative."""
    error = context.failure.error
    if not isinstance(error, OutOfRangeError):
        return None
    wrong = error.highest if error.highest >= error.count else error.lowest
    if context.failure.op == "embedding":
        text = (
            f"{context.where} has {error.count:,} rows, indices 0 to {error.count - 1}; it is "
            f"given the index {wrong}."
        )
        return Explanation(text, _larger(context, error))
    text = (
        f"{context.where} has scores of {error.count:,} classes, class numbers 0 to {error.count - 1}; "
        f"a target is {wrong}."
    )
    if error.lowest == 1 and error.highest == error.count:
        text = f"{text[:-1]}: classes are counted from 0, and these from 1."
    elif error.highest == 255 and error.lowest >= 0:
        text = f"{text[:-1]}: masks mark by 255 what is to be left out, ignore_index=255 says so to the loss."
    return Explanation(text)


def _larger(context: FailureContext, error: OutOfRangeError) -> Iterator[Repair]:
    """The repair that makes the table as long as the largest index needs."""
    old, path, count = context.module, context.failure.path, error.highest + 1
    if not isinstance(old, nn.Embedding) or not path or error.lowest < 0:
        return
    width, dtype = old.embedding_dim, old.weight.dtype
    padding = "" if old.padding_idx is None else f", padding_idx={old.padding_idx}"

    def change(trial: nn.Module) -> None:
        new = nn.Embedding(count, width, padding_idx=old.padding_idx, dtype=dtype, device="meta")
        trial.set_submodule(path, new)

    written = f"nn.Embedding({count}, {width}{padding})"
    yield Repair(assignment(context.run.model, path, written), "embedding", change)
