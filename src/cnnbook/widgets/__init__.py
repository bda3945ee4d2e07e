"""Widgets for JupyterLab, each one .py, one .js and one .css, without a build step.

Each is imported when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnbook.widgets.explorer import ConvolutionExplorer
    from cnnbook.widgets.sketch import NetworkSketch

__all__ = ["ConvolutionExplorer", "NetworkSketch"]

_MODULES = {"ConvolutionExplorer": "explorer", "NetworkSketch": "sketch"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'cnnbook.widgets' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return value
