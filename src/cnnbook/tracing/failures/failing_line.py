"""The expression of the learner's own code that raised an error: its source and the values of its names."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from pathlib import PurePath
from types import FrameType, ModuleType, TracebackType
from typing import Any, NamedTuple

from torch import nn


class Evaluated(NamedTuple):
    """An expression that was being evaluated, and the frame of the function in which it stands."""

    node: ast.AST
    frame: FrameType

    def value(self, node: ast.AST) -> Any:
        """The value of a name, or of an attribute of one, in that function; None for any other expression."""
        if isinstance(node, ast.Name):
            return self.frame.f_locals.get(node.id, self.frame.f_globals.get(node.id))
        if isinstance(node, ast.Attribute):
            owner = self.value(node.value)
            return None if owner is None else getattr(owner, node.attr, None)
        return None


def evaluated(error: BaseException) -> Evaluated | None:
    """The innermost expression outside of torch that raised an error; None if its source cannot be read."""
    found = None
    for step in steps(error.__traceback__):
        if package(step.tb_frame) not in ("torch", "cnnbook"):
            found = step
    if found is None:
        return None
    try:
        return Evaluated(_expression(found), found.tb_frame)
    except (SyntaxError, ValueError, IndexError):
        return None


def operands_as_written(error: BaseException, function: str) -> list[str]:
    """The operands of the failed call as source: ["q", "k"] for torch.bmm(q, k), q.bmm(k) and q @ k.

    `function` is the name of the operation; [] if the source cannot be read, or calls something else.
    """
    found = evaluated(error)
    if found is None:
        return []
    node = found.node
    if isinstance(node, ast.BinOp):
        return [ast.unparse(node.left), ast.unparse(node.right)]
    if not isinstance(node, ast.Call) or any(isinstance(value, ast.Starred) for value in node.args):
        return []
    arguments = [ast.unparse(value) for value in node.args]
    called = node.func
    if isinstance(called, ast.Attribute) and called.attr == function:
        owner = found.value(called.value)
        if not isinstance(owner, ModuleType):
            return [ast.unparse(called.value), *arguments]
    return arguments


def unpacked_value(error: BaseException) -> Evaluated | None:
    """What stands behind the equals sign of a line outside of torch that could not be unpacked."""
    found = None
    for step in steps(error.__traceback__):
        if package(step.tb_frame) not in ("torch", "cnnbook"):
            found = step
    if found is None:
        return None
    frame = found.tb_frame
    text = linecache.getline(frame.f_code.co_filename, found.tb_lineno, frame.f_globals).strip()
    try:
        statement = ast.parse(text).body[0]
    except (SyntaxError, IndexError):
        return None
    return Evaluated(statement.value, frame) if isinstance(statement, ast.Assign) else None


def line_of(error: BaseException) -> str:
    """The line that failed, as "net.py, line 12, in forward of Net (x = F.relu(x))"; or "".

    That is the last line of the network's own code. A library that it calls, such as einops, may have
    noticed the mistake, and did not make it. Of a network that is itself installed as a library it is the
    last line of a module.
    """
    outside = [
        step for step in steps(error.__traceback__) if package(step.tb_frame) not in ("torch", "cnnbook")
    ]
    own = [step for step in outside if not _INSTALLED & set(PurePath(step.tb_frame.f_code.co_filename).parts)]
    of_modules = [step for step in outside if isinstance(_owner(step.tb_frame), nn.Module)]
    for found in (own, of_modules, outside):
        if found:
            return _told(found[-1])
    return ""


_INSTALLED = {"site-packages", "dist-packages"}


def _owner(frame: FrameType) -> Any:
    """What a method that runs in a frame belongs to: its first argument."""
    first = frame.f_code.co_varnames[:1]
    return frame.f_locals.get(first[0]) if first else None


def _told(step: TracebackType) -> str:
    frame, number = step.tb_frame, step.tb_lineno
    name = frame.f_code.co_filename
    file = "the cell" if "ipykernel" in name or name.startswith("<") else PurePath(name).name
    text = shortened(linecache.getline(name, number, frame.f_globals).strip(), 120)
    owner = _owner(frame)
    of = f" of {type(owner).__name__}" if isinstance(owner, nn.Module) else ""
    return f"{file}, line {number}, in {frame.f_code.co_name}{of}{f' ({text})' if text else ''}"


def shortened(text: str, most: int) -> str:
    """The first characters of a text that is longer than `most`."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def steps(step: TracebackType | None) -> Iterator[TracebackType]:
    """The steps of a traceback, the outermost first."""
    while step is not None:
        yield step
        step = step.tb_next


def package(frame: FrameType) -> str:
    """The package in which the function of a frame stands, such as "torch"."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _expression(step: TracebackType) -> ast.AST:
    code = step.tb_frame.f_code
    # The positions have one entry for each instruction, and an instruction takes two bytes.
    first, last, start, end = list(code.co_positions())[step.tb_lasti // 2]
    if first is None or last is None or start is None or end is None:
        raise ValueError("the code has no positions")
    lines = [linecache.getline(code.co_filename, n, step.tb_frame.f_globals) for n in range(first, last + 1)]
    encoded = [line.encode() for line in lines]
    encoded[-1] = encoded[-1][:end]
    encoded[0] = encoded[0][start:]
    return ast.parse(f"({b''.join(encoded).decode()})", mode="eval").body
