"""torch.cat or torch.stack of tensors that do not stand in a list."""

from __future__ import annotations

import ast

from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.failing_line import evaluated, line_of

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
    text = f"{line_of(error)}: the tensors to join stand in one list, which comes first: {new}."
    return Explanation(text)
