"""The operands of a call as the code of the network writes them, so that a repair can use the same names."""

from __future__ import annotations

import ast
import linecache
from types import FrameType
from typing import Any

from torch import Tensor

_LONGEST = 40


def written_operands(frame: FrameType | None) -> tuple[str, ...]:
    """The operands of the call that runs in a frame, or in the first frame around it that is not torch's.

    "x.view(4, -1)" has the operand "x", "torch.cat([a, self.up(b)], 1)" has "a" and "self.up(b)". An operand
    of more than 40 characters is "". The result is () if the source cannot be read, or if a container of
    torch, such as nn.Sequential, makes the call.
    """
    forwards = 0
    while frame is not None and _package(frame) in ("torch", "cnnbook"):
        forwards += frame.f_code.co_name == "forward"
        frame = frame.f_back
    if frame is None or forwards > 1:
        return ()
    try:
        found = _operands(_call(frame), frame)
    except (SyntaxError, ValueError, IndexError):
        return ()
    texts = [ast.unparse(node) for node in found]
    return tuple([text if len(text) <= _LONGEST else "" for text in texts])


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _call(frame: FrameType) -> ast.AST:
    """The expression that a frame is evaluating."""
    # The positions have one entry for each instruction, and an instruction takes two bytes.
    first, last, start, end = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    if first is None or last is None or start is None or end is None:
        raise ValueError("the code has no positions")
    lines = [linecache.getline(frame.f_code.co_filename, n, frame.f_globals) for n in range(first, last + 1)]
    encoded = [line.encode() for line in lines]
    encoded[-1] = encoded[-1][:end]
    encoded[0] = encoded[0][start:]
    text = b"".join(encoded).decode()
    try:
        return ast.parse(f"({text})", mode="eval").body
    except SyntaxError:
        return ast.parse(text).body[0]


def _operands(node: ast.AST, frame: FrameType) -> list[ast.expr]:
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.AugAssign):
        return [node.target, node.value]
    if not isinstance(node, ast.Call):
        return []
    values = list(node.args)
    if values and isinstance(values[0], ast.List | ast.Tuple):
        values = list(values[0].elts)
    receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
    if receiver is None or isinstance(_value(receiver, frame), ast.AST | Tensor):
        return values if receiver is None else [receiver, *values]
    return values


def _value(node: ast.expr, frame: FrameType) -> Any:
    """What a name or an attribute stands for in a frame; any other expression stands for itself."""
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
    if isinstance(node, ast.Attribute):
        owner = _value(node.value, frame)
        return node if isinstance(owner, ast.AST | Tensor) else getattr(owner, node.attr, None)
    return node
