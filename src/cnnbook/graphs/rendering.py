"""DOT text to PDF, SVG or PNG, through whichever Graphviz this machine has; knows nothing of networks.

Graphviz always runs in a child process with a time limit. pygraphviz bundles a Graphviz that can take the
whole process down (a second drawing of one graph does), so each drawing gets a fresh child and a fresh
graph.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnbook.graphs import fonts

FORMATS = ("pdf", "svg", "png")
TIMEOUT = 30.0

# What dot spends its time on in a large graph: the network simplex (ranks, then positions), the ordering,
# the curves.
_REDUCED = {"nslimit": "2", "nslimit1": "2", "maxiter": "20", "mclimit": "0.2", "splines": "polyline"}

_CHILD = """
import sys
sys.path.insert(0, sys.argv[1])
import pygraphviz
for source in sys.stdin.buffer.read().decode().split("\\0"):
    graph = pygraphviz.AGraph(string=source)
    sys.stdout.buffer.write(graph.draw(format=sys.argv[3], prog=sys.argv[2]))
"""


class GraphError(RuntimeError):
    """A graph cannot be made, drawn or saved; the message says why and what would work."""


@dataclass(frozen=True, slots=True)
class Backend:
    """A Graphviz that can draw: "dot" (the program on PATH) or "pygraphviz" (the one in its wheel)."""

    name: str
    location: str

    @property
    def version(self) -> str:
        """Graphviz's own version, such as "14.1.5"; "" if it does not say."""
        code = "import pygraphviz as p, sys; sys.stderr.write('version ' + p.__graphviz_version__)"
        command = [self.location, "-V"] if self.name == "dot" else [sys.executable, "-c", code]
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
        found = re.search(r"version ([\d.]+)", done.stderr)
        return found[1] if found else ""

    def command(self, engine: str, form: str) -> list[str]:
        """The command line that reads DOT on standard input and writes `form` on standard output."""
        if self.name == "dot":
            return [self.location, f"-K{engine}", f"-T{form}"]
        # -S: without site-packages' start-up hooks the child starts in half the time.
        return [sys.executable, "-S", "-c", _CHILD, self.location, engine, form]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The bytes of a finished picture, and what the reader should know about how it was drawn."""

    data: bytes
    notes: tuple[str, ...] = ()


def backends() -> tuple[Backend, ...]:
    """Return the Graphviz installations that can be used, best first: `dot` on PATH, then pygraphviz.

    Raises GraphError with the command that repairs it when there is none.
    """
    found = []
    program = shutil.which("dot")
    if program:
        found.append(Backend("dot", program))
    package = importlib.util.find_spec("pygraphviz")
    if package and package.origin:
        found.append(Backend("pygraphviz", str(Path(package.origin).parent.parent)))
    if not found:
        raise GraphError(
            "no Graphviz to draw with: there is no `dot` on PATH and pygraphviz is not installed; "
            'repair: python -m pip install "pygraphviz>=2.0.4"'
        )
    return tuple(found)


def render(
    source: str,
    form: str,
    attributes: Mapping[str, str] | None = None,
    *,
    engine: str = "dot",
    timeout: float = TIMEOUT,
) -> Drawing:
    """Return the drawing of a DOT graph as `form`: "pdf", "svg" or "png".

    `attributes` are set on the graph, over its own. `engine` is "dot", or "nop2" for a graph whose nodes
    and edges all have positions. A drawing that is not done after `timeout` seconds is tried once more
    with lower limits for the search for a good layout, and says so in its notes.

    Raises GraphError: no backend, an unknown format, DOT that Graphviz cannot read, a graph too large
    even so.

    >>> render("digraph { conv1 -> pool1 }", "svg").data.decode().count("<ellipse")
    2
    """
    if form not in FORMATS:
        raise GraphError(f"unknown format {form!r}: a graph is drawn as {', '.join(FORMATS)}")
    drawing = _draw_with_retry([set_attributes(source, attributes or {})], engine, form, timeout)
    return Drawing(drawing.data, fonts.missing(source) + drawing.notes)


def arrange(
    sources: Sequence[str], *, timeout: float = TIMEOUT
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return where dot puts the nodes and edges of each graph (Graphviz's "json0"), and notes.

    >>> (arranged,), notes = arrange(["digraph { conv1 -> pool1 }"])
    >>> [node["name"] for node in arranged["objects"]], notes
    (['conv1', 'pool1'], ())
    """
    drawing = _draw_with_retry(sources, "dot", "json0", timeout)
    text, found, at = drawing.data.decode().strip(), [], 0
    decoder = json.JSONDecoder(strict=False)
    while at < len(text):
        arranged, at = decoder.raw_decode(text, at)
        found.append(arranged)
        while at < len(text) and text[at].isspace():
            at += 1
    return found, drawing.notes


def drawings(sources: Sequence[str]) -> list[str]:
    """Return the SVG of each of several graphs whose nodes and edges all have positions.

    >>> pictures = drawings(['digraph { a [pos="0,0"] }', 'digraph { b [pos="9,9"] }'])
    >>> [svg.count("<ellipse") for svg in pictures]
    [1, 1]
    """
    if not sources:
        return []
    text = _draw_with_retry(sources, "nop2", "svg", TIMEOUT).data.decode()
    return [part + "</svg>" for part in text.split("</svg>")[:-1]]


def set_attributes(source: str, attributes: Mapping[str, str]) -> str:
    """Return the DOT text with graph attributes set, over those that it has.

    >>> set_attributes("digraph { a -> b }", {"dpi": "150"})
    'digraph { a -> b \\ngraph [dpi="150"];\\n}\\n'
    """
    if not attributes:
        return source
    # At the end, since a later setting of the root graph wins over an earlier one.
    body, brace, _ = source.rpartition("}")
    if not brace:
        raise GraphError("not a DOT graph: it has no closing brace")
    settings = ", ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f"{body}\ngraph [{settings}];\n}}\n"


def _draw_with_retry(sources: Sequence[str], engine: str, form: str, timeout: float) -> Drawing:
    available = backends()
    try:
        return Drawing(_draw(available, sources, (engine, form), timeout))
    except subprocess.TimeoutExpired:
        pass
    try:
        reduced = [set_attributes(source, _REDUCED) for source in sources]
        data = _draw(available, reduced, (engine, form), timeout)
    except subprocess.TimeoutExpired:
        raise GraphError(
            f"the graph is too large to draw within {timeout:g} s, even with a reduced search for a layout; "
            "show fewer boxes (a smaller depth) or a single block"
        ) from None
    note = f"drawn with a reduced search for the layout: the full one took longer than {timeout:g} s"
    return Drawing(data, (note,))


def _draw(
    available: tuple[Backend, ...], sources: Sequence[str], what: tuple[str, str], timeout: float
) -> bytes:
    failures = []
    for backend in available:
        with fonts.environment() as environment:
            done = subprocess.run(
                backend.command(*what),
                # `dot` reads graphs one after another; that for pygraphviz must know where each ends.
                input=("\n" if backend.name == "dot" else "\0").join(sources).encode(),
                capture_output=True,
                env=environment,
                timeout=timeout,
                check=False,
            )
        if done.returncode == 0 and done.stdout:
            return done.stdout
        failures.append(f"{backend.name}: {_reason(done)}")
    raise GraphError(f"Graphviz could not draw the graph as {what[1]}: {'; '.join(failures)}")


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = [line.strip() for line in done.stderr.decode(errors="replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("Fontconfig")]
    errors = [line for line in lines if "rror" in line] or lines
    return errors[-1] if errors else f"it ended with status {done.returncode}"
