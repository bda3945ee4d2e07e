"""The network sketch: layers to edit, with their shapes, costs and targets, explained where they break."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import anywidget
import traitlets

from cnnbook.sketch.given import given_plan
from cnnbook.sketch.live_sketch import LiveSketch
from cnnbook.sketch.plan import Plan
from cnnbook.sketch.session import Session
from cnnbook.traces import Row, Trace
from cnnbook.widgets.assets import sent
from cnnbook.widgets.sketch_page import page, summary

_WIDGET = "application/vnd.jupyter.widget-view+json"


class NetworkSketch(anywidget.AnyWidget):
    """A network as a chain of layers with branches and additions, which are edited in the browser.

    `network` is a list of layers of `cnnbook.sketch`, the name of a network, or a Trace. `input_shape` is
    (N, C, H, W); a named network and a trace have their own. `targets` are texts such as "parameters < 35 M",
    "last map == 7 x 7" or "receptive field > 200"; each turns green when it is met.

    Shapes, parameters, MACs, receptive fields and memory follow each edit. A layer that does not fit is
    explained where it stands, with repairs that were tried. `trace` and `rows` have the numbers, as of a
    trace in evaluation mode, `code()` PyTorch code of the same network, `problem` the explanation or "".

    Raises GeometryError for a setting that no layer has, a target that cannot be read, and a network that is
    no chain of branches; UnknownNetwork (a LookupError) for a name that is none.

    >>> from cnnbook.sketch import conv, flatten, linear, max_pool, relu
    >>> layers = [conv(6, 5), relu(), max_pool(2), flatten(), linear(10)]
    >>> sketch = NetworkSketch(layers, (1, 1, 32, 32), targets=["parameters < 12 k"])
    >>> sketch.trace.parameters, sketch.targets
    (11926, {'parameters < 12,000': True})
    >>> NetworkSketch("resnet18").trace.parameters
    11689512
    """

    _esm = sent("sketch.js")
    _css = sent("sketch.css")

    words = traitlets.Dict(read_only=True).tag(sync=True)
    view = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        network: str | Trace | Plan | Sequence[Any] = (),
        input_shape: Sequence[int] | None = None,
        *,
        targets: Iterable[str] = (),
    ) -> None:
        self._session = Session(given_plan(network, input_shape), targets)
        self._live = LiveSketch(self._session)
        self._kept: list[Any] = []
        for name, value in self._live.state().items():
            self.set_trait(name, value)
        super().__init__()
        self.on_msg(self._do)

    @property
    def plan(self) -> Plan:
        """The layers as they are now; `NetworkSketch(sketch.plan)` starts another sketch from them."""
        return self._session.plan

    @property
    def trace(self) -> Trace:
        """The trace of the network as it is now; of one that breaks, the rows before that layer."""
        return self._session.outcome.trace

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of `trace`."""
        return self.trace.rows

    @property
    def problem(self) -> str:
        """What does not fit, in the words of a TraceError; "" if the network runs."""
        problem = self._session.outcome.problem
        return problem.text if problem else ""

    @property
    def targets(self) -> dict[str, bool]:
        """Whether each target is met; none is by a network that breaks."""
        return {target["text"]: target["met"] for target in self.view["targets"]}

    def code(self) -> str:
        """Return PyTorch code that makes the network, as `model`.

        >>> from cnnbook.sketch import conv
        >>> print(NetworkSketch([conv(8, 3)], (1, 3, 32, 20)).code().splitlines()[3])
            nn.Conv2d(3, 8, 3),  # 8 × 30 × 18
        """
        return self._session.code

    def to_html(self) -> str:
        """Return the sketch as it is now as a table, for a page on which no kernel runs."""
        return page(self._session)

    def __repr__(self) -> str:
        return summary(self._session)

    def _do(self, widget: object, message: object, buffers: object) -> None:
        for name, value in self._live.hear(message).items():
            self.set_trait(name, value)
        for handle in self._kept:
            handle.update({"text/html": self.to_html(), "text/plain": ""}, raw=True)

    def _ipython_display_(self) -> None:
        """Show the live sketch and, for where no kernel runs, its table below, which follows each edit.

        The live sketch hides the table by its style sheet. A saved notebook and an exported page have the
        table as it was last.
        """
        from IPython.display import display

        show: Any = display
        live = super()._repr_mimebundle_()
        bundle = live[0] if isinstance(live, tuple) else (live or {})
        show({**bundle, "text/plain": repr(self)}, raw=True)
        if _WIDGET in bundle:
            table = {"text/html": self.to_html(), "text/plain": ""}
            handle = show(table, raw=True, display_id=True)
            self._kept += [handle] if handle else []
