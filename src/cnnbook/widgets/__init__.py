"""Widgets for JupyterLab, each one .py, one .js and one .css, without a build step."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnbook.widgets.explorer import ConvolutionExplorer
    from cnnbook.widgets.quiz_card import QuizCard

__all__ = ["ConvolutionExplorer", "QuizCard"]

# A widget is loaded when it is first asked for, and no other with it.
_HOMES = {
    "ConvolutionExplorer": "explorer",
    "QuizCard": "quiz_card",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
