"""The convolution explorer: a small layer that shows, for each output number, the pixels it comes from."""

from __future__ import annotations

import base64
import html
import json
from typing import Any, Final

import anywidget
import traitlets

from cnnbook.arithmetic import GeometryError
from cnnbook.widgets import inputs, kernels
from cnnbook.widgets.assets import sent
from cnnbook.widgets.explorer_settings import (
    DEFAULT_SIZE,
    SETTINGS,
    checked,
    checked_cell,
    checked_size,
    given_settings,
    kernel_side,
    layer_of,
    start_cell,
)
from cnnbook.widgets.explorer_words import words
from cnnbook.widgets.layers import PROBLEMS, Layer
from cnnbook.widgets.sliders import LIMITS

_STATE: Final = (*SETTINGS, "cell")


_SCRIPT: Final = sent("explorer.js")
_STYLE: Final = sent("explorer.css")


class _Setting(traitlets.Any):
    """A value that the explorer checks itself; without this class traitlets would accept None unchecked."""

    allow_none = False


class ConvolutionExplorer(anywidget.AnyWidget):
    """A layer with sliders for its settings; it shows each output number with the pixels it comes from.

    `input` is "numbers", "digit", "photograph", "colour photograph", or an array, a tensor or rows of one's
    own: (H, W), or (3, H, W) for red, green and blue. `kernel` holds a convolution's weights: "edges" (right
    minus left), "level edges" (lower minus upper), "blur", "sharpen", "ones" or "identity"; of a colour
    photograph also "red" and "colour edges"; or rows of one's own, the same for all channels or for each.
    `kind` is "convolution", "max" or "average" (pooling). `size` is the (H, W) of "numbers", or one number
    for both; other inputs have their own. `window` is any of kernel_size, stride, padding (per side) and
    dilation, which hold for both axes.

    All of these can be read and set while the explorer is shown, and `cell`, the (row, column) of the
    highlighted output number. Pixels and weights can be typed over: `edits` has the pixels that were, as
    [channel, row, column, number], and `image`, `weights` and `output` have all numbers as they are now.
    `output_size`, `formula` and `problem` follow from the settings; they can be observed, not set.

    Raises GeometryError where PyTorch refuses the layer or it is too large to draw. Later a slider may be
    moved to a setting that PyTorch refuses: `output_size` is then None, and `problem` says what would work.

    >>> explorer = ConvolutionExplorer(size=(5, 6), kernel_size=3)
    >>> explorer.output_size, explorer.formula.split(" and ")[0]
    ((3, 4), 'H: floor((5 + 2×0 - 1×(3 - 1) - 1)/1) + 1 = 3')
    >>> explorer.dilation = 3
    >>> explorer.problem.split(";")[0]
    'H: kernel does not fit: it spans 7 pixels, the padded input has 5'
    >>> ConvolutionExplorer("colour photograph", kernel="red", padding=1).output_size
    (96, 96)
    """

    _esm = _SCRIPT
    _css = _STYLE

    size = _Setting().tag(sync=True)
    kernel_size = _Setting().tag(sync=True)
    stride = _Setting().tag(sync=True)
    padding = _Setting().tag(sync=True)
    dilation = _Setting().tag(sync=True)
    kind = _Setting().tag(sync=True)
    kernel = _Setting().tag(sync=True)
    input = _Setting().tag(sync=True)
    edits = _Setting(()).tag(sync=True)
    cell = _Setting((0, 0)).tag(sync=True)
    samples = traitlets.Dict(read_only=True).tag(sync=True)
    words = traitlets.Dict(read_only=True).tag(sync=True)

    output_size = traitlets.Any(None, read_only=True)
    formula = traitlets.Unicode(read_only=True)
    problem = traitlets.Unicode(read_only=True)

    def __init__(
        self,
        input: Any = "numbers",
        *,
        kernel: Any = "edges",
        kind: str = "convolution",
        size: Any = None,
        **window: int,
    ) -> None:
        settings = given_settings(input, kernel, kind, size, window)
        self.set_trait("samples", _samples())
        self.set_trait("words", words(own_input=not isinstance(settings["input"], str)))
        super().__init__(**settings)
        self.cell = start_cell(self.layer)

    @property
    def layer(self) -> Layer:
        """The settings as a plain value."""
        return layer_of({name: getattr(self, name) for name in SETTINGS})

    @property
    def image(self) -> list[Any]:
        """The image's numbers, row by row; of a photograph in colour, such rows for each channel."""
        channels = self.layer.channels
        return channels if len(channels) > 1 else channels[0]

    @property
    def weights(self) -> list[Any]:
        """The kernel's numbers, row by row; for a colour photograph by channel; no rows for a pool."""
        channels = self.layer.kernels
        return channels if len(channels) != 1 else channels[0]

    @property
    def output(self) -> list[list[float]]:
        """The output's numbers, row by row. Raises GeometryError where the settings have none."""
        return self.layer.output

    def to_html(self) -> str:
        """Return HTML that shows the explorer in any page, without a kernel; it contains style and script.

        Where scripts do not run, the page shows a picture of the explorer.

        >>> "<script type" in ConvolutionExplorer().to_html()
        True
        """
        return self._page(self._picture())

    def state(self) -> dict[str, Any]:
        """Return all that the script draws, as data that goes to JSON."""
        return {name: getattr(self, name) for name in (*_STATE, "samples", "words")}

    def picture_html(self) -> str:
        """Return a picture of the explorer as HTML, for where no script runs."""
        return str(self._picture()._repr_html_())

    @traitlets.validate(*_STATE)
    def _valid(self, proposal: Any) -> Any:
        name, value = proposal.trait.name, proposal.value
        try:
            if name == "cell":
                return checked_cell(value, self.layer)
            return checked_size(value, self.input) if name == "size" else checked(name, value)
        except (GeometryError, TypeError) as error:
            raise traitlets.TraitError(str(error)) from None  # traitlets then puts the old value back

    @traitlets.observe(*SETTINGS)
    def _follow(self, change: Any) -> None:
        if change.name == "kernel":
            self.kernel_size = kernel_side(self.kernel) or self.kernel_size
        if change.name == "input":
            self._take_size()
        layer = self.layer
        output = None if layer.problem else layer.output_size
        self.set_trait("output_size", output)
        self.set_trait("formula", layer.formula)
        self.set_trait("problem", layer.problem)
        if output:
            self.cell = tuple(min(at, count - 1) for at, count in zip(self.cell, output, strict=True))

    def _take_size(self) -> None:
        """Give the size that the new input has by itself, or one that the sliders have; forget the edits."""
        fixed = inputs.size_of(self.input)
        if fixed or max(self.size) > LIMITS["size"][1]:
            self.size = fixed or DEFAULT_SIZE
        self.edits = []
        self.cell = start_cell(self.layer)

    def _picture(self) -> Any:
        from cnnbook.widgets.explorer_picture import (
            explorer_picture,  # matplotlib loads when a picture is wanted
        )

        return explorer_picture(self.layer, self.cell)

    def _page(self, picture: Any) -> str:
        settings = html.escape(json.dumps(self.state()))
        return (
            f"<style>\n{_STYLE}\n</style>\n"
            f'<div data-convolution-explorer="{settings}">{picture._repr_html_()}</div>\n'
            f'<script type="module">\n{_SCRIPT}\nhost(document);\n</script>\n'
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Return the live view, and the page and the picture for places where no kernel runs.

        JupyterLab shows the live view. In a page that was exported from the notebook the script runs; where a
        sanitizer removes scripts, the picture is shown.
        """
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live or {}, {})
        picture = self._picture()
        png = base64.b64encode(picture._repr_png_()).decode("ascii")
        return {
            **data,
            "text/plain": picture.alt,
            "text/html": self._page(picture),
            "image/png": png,
        }, metadata


def _samples() -> dict[str, Any]:
    """Return what Python knows and the browser needs: the sliders' limits, the named inputs and kernels."""
    sliders = {"height": LIMITS["size"], "width": LIMITS["size"], **LIMITS}
    return {
        "sliders": sliders,
        "inputs": inputs.samples(),
        "kernels": kernels.samples(),
        "problems": PROBLEMS,
    }
