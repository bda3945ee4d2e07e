"""Loading a network of the learner's own, named as file.py:Class or package.module:Class.

The learner's code is run. Whatever goes wrong in it is reported in one line that names the learner's file and
line, and never a file of this package.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import importlib
import importlib.util
import inspect
import sys
import sysconfig
import traceback
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from torch import nn


class LoadError(Exception):
    """The learner's code was found, but no network can be built with it; the message says why and where."""


class NotFoundError(LoadError):
    """There is no such file, module or class, or it is no network."""


class Place(NamedTuple):
    """Where a network is: the name of a file or of a module, the name in it, and which of the two it is."""

    where: str
    name: str
    is_file: bool


def place(target: str) -> Place:
    """Return where the network is that `target` names; no code is run, and no torch loaded.

    Raises NotFoundError if no class is named, if there is no such file, or if it is no Python file.
    """
    where, _, name = target.rpartition(":")
    if not where.strip(":") and ":" in target:
        name = name or "Net"
        raise NotFoundError(f"{target}: name the file or the module before the colon, as in mynet.py:{name}")
    if not where or not name:
        raise NotFoundError(f"{target}: name the class too, as in {_suggestion(target)}")
    is_file = where.endswith(".py") or "/" in where or Path(where).is_file()
    if is_file:
        _check_file(Path(where))
    elif not all(part.isidentifier() for part in where.split(".")):
        raise NotFoundError(f"{where}: neither a Python file nor a module's name, such as package.module")
    return Place(where, name, is_file)


def classes_in(path: Path) -> list[str]:
    """Return the classes of a Python file that have a base class, so that they may be networks.

    The file is read and not run; one that cannot be read, or is no Python, has none.
    """
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError, RecursionError):
        return []
    return [node.name for node in body if isinstance(node, ast.ClassDef) and node.bases]


def load(target: str) -> nn.Module:
    """Return the network that `target` names, built without arguments and in evaluation mode.

    `target` is ``file.py:Class`` or ``package.module:Class``. In place of the class there can be a function
    that returns a network, or a network. What the learner's code prints goes to standard error.

    Raises NotFoundError if there is no such file, module or class, or if it is no ``torch.nn.Module``;
    LoadError if the learner's code raises an error, or if the class needs arguments.
    """
    where, name, is_file = place(target)
    with contextlib.redirect_stdout(sys.stderr):
        module = _run_file(Path(where)) if is_file else _import_module(where)
        return _build(_find(module, name, where), f"{where}:{name}").eval()


def blame(error: BaseException) -> str:
    """Return the place and the text of an error in the learner's code: ``file.py, line 7: KeyError: 'x'``.

    The place is the last line of the learner's own that ran; lines of Python, of installed packages and of
    this package do not count. If none is left, the text starts with the error's name.
    """
    text = f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")
    if isinstance(error, AttributeError) and "before Module.__init__() call" in text:
        text = f"{text}; begin __init__ with super().__init__()"
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_shown(error.filename)}, line {error.lineno}: {type(error).__name__}: {error.msg}"
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_the_learners(f.filename)]
    return f"{_shown(frames[-1].filename)}, line {frames[-1].lineno}: {text}" if frames else text


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise NotFoundError(f"{path}: {'this is a folder' if path.is_dir() else 'no such file'}")
    if path.suffix != ".py":
        raise NotFoundError(f"{path}: not a Python file; its name should end in .py")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFoundError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    if b"\0" in content:
        raise NotFoundError(f"{path}: not a Python file, whatever its name; it holds bytes that are no text")


def _run_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # As with `python file.py`, the file can import the files beside it, and its classes find their module.
    sys.path.insert(0, str(path.parent.resolve()))
    sys.modules.setdefault(path.stem, module)
    try:
        spec.loader.exec_module(module)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # SystemExit too: a file that calls sys.exit() cannot be used
        raise LoadError(blame(error)) from error
    return module


def _import_module(name: str) -> ModuleType:
    sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(error.name + ".")):
            raise NotFoundError(f"{name}: no module named {error.name!r} here") from None
        raise LoadError(blame(error)) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise LoadError(blame(error)) from error


def _find(module: ModuleType, name: str, where: str) -> Any:
    found = getattr(module, name, None)
    if found is not None:
        return found
    known = _networks_in(module)
    near = difflib.get_close_matches(name, known, n=3)
    has = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(known) or 'no networks'}"
    raise NotFoundError(f"{where}: no class {name!r}; {has}")


def _networks_in(module: ModuleType) -> list[str]:
    from torch import nn

    return [
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, nn.Module) and value.__module__ == module.__name__
    ]


def _build(found: Any, target: str) -> nn.Module:
    from torch import nn

    if isinstance(found, nn.Module):
        return found
    if isinstance(found, type) and not issubclass(found, nn.Module):
        raise NotFoundError(f"{target} is a class, but no network: it should derive from torch.nn.Module")
    if not callable(found):
        raise NotFoundError(f"{target} is no network: a class that derives from torch.nn.Module is wanted")
    needed = _required_arguments(found)
    if needed:
        raise LoadError(
            f"{target} needs arguments ({', '.join(needed)}); give them default values, "
            f"or name a function that returns the finished network"
        )
    try:
        network = found()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise LoadError(blame(error)) from error
    if not isinstance(network, nn.Module):
        raise NotFoundError(f"{target}() gives an object of type {type(network).__name__}, no network")
    return network


def _required_arguments(function: Any) -> list[str]:
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # a built-in callable has no signature; calling it shows what it needs
        return []
    return [p.name for p in parameters if p.default is p.empty and p.kind not in optional]


def _suggestion(target: str) -> str:
    path = Path(target.rstrip(":"))
    return " or ".join(f"{path}:{name}" for name in classes_in(path)[-3:]) or f"{path}:Net"


def _shown(filename: str) -> str:
    path, here = Path(filename).resolve(), Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _is_the_learners(filename: str) -> bool:
    installed = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    own = str(Path(__file__).parent)
    return not filename.startswith(("<", own, *(f"{path}/" for path in installed if path)))
