"""torch.cat or torch.stack of tensors that do not stand in a list."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor

from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import evaluated, line_of
from cnnbook.tracing.failures.trials import Repair

_OF_LISTS = ("cat", "concat", "stack", "hstack", "vstack")


def without_list(context: FailureContext) -> Explanation | None:
    """The tensors are arguments of their own: torch.cat(a, b, 1)."""
    error = context.failure.error
    found = evaluated(error) if isinstance(error, TypeError) else None
    if found is None or not isinstance(found.node, ast.Call):
        return None
    call, name = found.node, ast.unparse(found.node.func)
    several = [node for node in call.args if not isinstance(node, ast.Constant | ast.UnaryOp)]
    if (
        name.rpartition(".")[2] not in _OF_LISTS
        or not several
        or isinstance(several[0], ast.List | ast.Tuple)
    ):
        return None
    rest = [ast.unparse(node) for node in (*call.args[len(several) :], *call.keywords)]
    joined = f"[{', '.join(map(ast.unparse, several))}]"
    new = f"{name}({', '.join([joined, *rest])})"
    text = f"{line_of(error)}: the tensors to join stand in one list, which comes first."
    owner = found.value(found.node.func.value) if isinstance(found.node.func, ast.Attribute) else None
    short = name.rpartition(".")[2]
    return Explanation(text, [Repair(new, "list", patch=lambda: _forgiving(short))] if owner is torch else ())


@contextmanager
def _forgiving(name: str) -> Iterator[None]:
    """A torch.cat, or the like, that also takes its tensors one by one."""
    join = getattr(torch, name)

    def forgiving(*args: Any, **kwargs: Any) -> Any:
        tensors = [value for value in args if isinstance(value, Tensor)]
        if not tensors:
            return join(*args, **kwargs)
        return join(tensors, *[value for value in args if not isinstance(value, Tensor)], **kwargs)

    with patch.object(torch, name, forgiving):
        yield
