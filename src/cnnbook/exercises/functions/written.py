"""What a learner's source text makes, as an answer that runs: where a card is answered without a notebook."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from types import FunctionType
from typing import Any

from cnnbook.exercises.functions import running
from cnnbook.exercises.functions.results import UnfitError
from cnnbook.exercises.functions.trials import raised_by
from cnnbook.exercises.words import _, say

FILE = "<answer>"  # stands in the traceback of a learner's own line

_NO_PYTHON = _("Python cannot read line {line}: {error}.")
_NO_LIBRARY = _(
    "{library} does not run here. Your function is given lists inside lists: compute with loops over single "
    "numbers, or answer this in JupyterLab."
)
_RAISES = _("When your lines are run, {raised}.")
_LATE = _("After {seconds} seconds your lines were still running. Is there a loop that never ends?")
_NOT_MADE = _("Your lines make nothing of the name {name}.")


def written(source: str, name: str) -> object:
    """Return what these lines of Python make under a name; else the value of one expression, or a function.

    >>> written("def my_size(n, k):\\n    return n - k + 1", "my_size")(7, 3)
    5
    >>> written("[[1, 2], [3, 4]]", "mine")
    [[1, 2], [3, 4]]

    Raises UnfitError, in words for the learner, if the lines are no Python, use a library that is not here,
    raise an exception, do not end, or make nothing of this name.
    """
    tree = _parsed(source)
    if library := next(_libraries(tree), ""):
        raise UnfitError(say(_NO_LIBRARY, library=library))
    made: dict[str, Any] = {"__name__": "answer"}
    problem: list[UnfitError] = []

    def work() -> None:
        try:
            if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
                made[name] = eval(compile(source.strip(), FILE, "eval"), made)
            else:
                exec(compile(tree, FILE, "exec"), made)
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            problem.append(UnfitError(say(_RAISES, raised=raised_by(error))))

    with redirect_stdout(StringIO()):
        in_time = running.finishes(work)
    if problem:
        raise problem[0]
    if not in_time:
        raise UnfitError(say(_LATE, seconds=running.LIMIT))
    functions = [value for value in made.values() if isinstance(value, FunctionType)]
    if name not in made and not functions:
        raise UnfitError(say(_NOT_MADE, name=name))
    return made[name] if name in made else functions[-1]


def _parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source.strip("\n"), FILE)
    except SyntaxError as error:
        raise UnfitError(say(_NO_PYTHON, line=str(error.lineno or 1), error=error.msg)) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise UnfitError(say(_NO_PYTHON, line="1", error=str(error) or type(error).__name__)) from None


def _libraries(tree: ast.Module) -> Iterator[str]:
    """Yield the libraries of tensors and arrays that the lines import or name."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found = [alias.name for alias in names]
            case ast.ImportFrom(module=str(module)):
                found = [module]
            case ast.Name(id=name):
                found = [name]
            case _:
                continue
        for name in found:
            if library := _LIBRARIES.get(name.partition(".")[0]):
                yield library


_LIBRARIES = {"torch": "PyTorch", "torchvision": "PyTorch", "numpy": "NumPy"}
