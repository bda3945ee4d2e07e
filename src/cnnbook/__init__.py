"""Convolutional networks that tell you why your shape is wrong: `Window`, `Trace`, and what is made of them.

Each public name is imported when it is first asked for, so `import cnnbook` loads nothing else, and no torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnbook import networks
    from cnnbook.arithmetic import GeometryError, Window, output_size
    from cnnbook.graphs import architecture_graph, autograd_graph
    from cnnbook.learner.ask import ask
    from cnnbook.learner.card import QuizCard
    from cnnbook.learner.check import check
    from cnnbook.learner.exercise import practice
    from cnnbook.learner.progress import progress
    from cnnbook.learner.quiz import quiz
    from cnnbook.networks.traced import trace
    from cnnbook.tracing import TraceError

    __version__: str

__all__ = [
    "GeometryError",
    "QuizCard",
    "TraceError",
    "Window",
    "__version__",
    "architecture_graph",
    "ask",
    "autograd_graph",
    "check",
    "networks",
    "output_size",
    "practice",
    "progress",
    "quiz",
    "trace",
]

_HOMES = {
    "GeometryError": "cnnbook.arithmetic",
    "QuizCard": "cnnbook.learner.card",
    "TraceError": "cnnbook.tracing",
    "Window": "cnnbook.arithmetic",
    "architecture_graph": "cnnbook.graphs",
    "ask": "cnnbook.learner.ask",
    "autograd_graph": "cnnbook.graphs",
    "check": "cnnbook.learner.check",
    "output_size": "cnnbook.arithmetic",
    "practice": "cnnbook.learner.exercise",
    "progress": "cnnbook.learner.progress",
    "quiz": "cnnbook.learner.quiz",
    "trace": "cnnbook.networks.traced",
}


def __getattr__(name: str) -> Any:
    value: Any
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    elif name == "networks":
        value = import_module("cnnbook.networks")
    elif name == "__version__":
        from importlib.metadata import version

        value = version("cnnbook")
    else:
        raise AttributeError(f"module 'cnnbook' has no attribute {name!r}")
    globals()[name] = value  # the next look finds it without coming here
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
