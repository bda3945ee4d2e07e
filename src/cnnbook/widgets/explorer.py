"""The convolution explorer: a small layer that shows, for each output number, the pixels it comes from."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from cnnbook.arithmetic import GeometryError, Window
from cnnbook.arithmetic.integers import integer, numbers, one_per_axis
from cnnbook.widgets.layers import KERNELS, KINDS, LIMITS, Layer, Rows, Size

_HERE = Path(__file__).parent
_SETTINGS: Final = ("size", "kernel_size", "stride", "padding", "dilation", "kind", "kernel")
_STATE: Final = (*_SETTINGS, "cell")
_CHOICES: Final = {"kind": KINDS, "kernel": KERNELS}


class _Setting(traitlets.Any):
    """A value that the explorer checks itself; without this class traitlets would accept None unchecked."""

    allow_none = False


class ConvolutionExplorer(anywidget.AnyWidget):
    """A layer with sliders for its settings; it shows each output number with the pixels it comes from.

    `size` is (H, W) or one number for both; kernel_size, stride, padding (per side) and dilation hold for
    both axes. `kind` is "convolution", "max" or "average" (pooling), `kernel` names a convolution's weights:
    "edge", "ones" or "identity". `cell` is the (row, column) of the highlighted output number. All of these
    can be read and set while the explorer is shown. `output_size`, `formula` and `problem` follow from them;
    they can be observed, not set.

    Raises GeometryError where PyTorch refuses the layer or it is too large to draw. Later a slider may be
    moved to a setting that PyTorch refuses: `output_size` is then None, and `problem` says what would work.

    >>> explorer = ConvolutionExplorer(size=(5, 6), kernel_size=3)
    >>> explorer.output_size, explorer.formula.split(" and ")[0]
    ((3, 4), 'H: floor((5 + 2×0 - 1×(3 - 1) - 1)/1) + 1 = 3')
    >>> explorer.dilation = 3
    >>> explorer.problem.split(";")[0]
    'H: kernel does not fit: it spans 7 pixels, the padded input has 5'
    """

    _esm = _HERE / "explorer.js"
    _css = _HERE / "explorer.css"

    size = _Setting().tag(sync=True)
    kernel_size = _Setting().tag(sync=True)
    stride = _Setting().tag(sync=True)
    padding = _Setting().tag(sync=True)
    dilation = _Setting().tag(sync=True)
    kind = _Setting().tag(sync=True)
    kernel = _Setting().tag(sync=True)
    cell = _Setting((0, 0)).tag(sync=True)

    output_size = traitlets.Any(None, read_only=True)
    formula = traitlets.Unicode(read_only=True)
    problem = traitlets.Unicode(read_only=True)

    def __init__(
        self,
        size: int | Sequence[int] = (5, 6),
        kernel_size: int = 3,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
        kind: str = "convolution",
        kernel: str = "edge",
    ) -> None:
        given = (size, kernel_size, stride, padding, dilation, kind, kernel)
        settings = {name: _checked(name, value) for name, value in zip(_SETTINGS, given, strict=True)}
        _layer(settings).output_size  # noqa: B018
        super().__init__(**settings)

    @property
    def layer(self) -> Layer:
        """The settings as a plain value."""
        return _layer({name: getattr(self, name) for name in _SETTINGS})

    @property
    def image(self) -> Rows:
        """The image's numbers, row by row."""
        return self.layer.image

    @property
    def weights(self) -> Rows:
        """The kernel's numbers, row by row; no rows for a pool."""
        return self.layer.weights

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

    @traitlets.validate(*_STATE)
    def _valid(self, proposal: Any) -> Any:
        try:
            if proposal.trait.name == "cell":
                return _checked_cell(proposal.value, self.layer)
            return _checked(proposal.trait.name, proposal.value)
        except (GeometryError, TypeError) as error:
            raise traitlets.TraitError(str(error)) from None  # traitlets then puts the old value back

    @traitlets.observe(*_SETTINGS)
    def _follow(self, _: object = None) -> None:
        layer = self.layer
        output = None if layer.problem else layer.output_size
        self.set_trait("output_size", output)
        self.set_trait("formula", layer.formula)
        self.set_trait("problem", layer.problem)
        if output:
            self.cell = tuple(min(at, count - 1) for at, count in zip(self.cell, output, strict=True))

    def _picture(self) -> Any:
        from cnnbook.widgets.explorer_picture import (
            explorer_picture,  # matplotlib loads when a picture is wanted
        )

        return explorer_picture(self.layer, self.cell)

    def _page(self, picture: Any) -> str:
        start = html.escape(json.dumps({name: getattr(self, name) for name in _STATE}))
        style, script = ((_HERE / name).read_text("utf-8") for name in ("explorer.css", "explorer.js"))
        return (
            f"<style>\n{style}</style>\n"
            f'<div data-convolution-explorer="{start}">{picture._repr_html_()}</div>\n'
            f'<script type="module">\n{script}\nhost(document);\n</script>\n'
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


def _layer(settings: dict[str, Any]) -> Layer:
    window = Window(*(settings[name] for name in ("kernel_size", "stride", "padding", "dilation")))
    return Layer(settings["size"], window, settings["kind"], settings["kernel"])


def _checked(name: str, value: Any) -> Any:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            *others, last = map(repr, _CHOICES[name])
            raise GeometryError(f"{name} is {value!r}; {', '.join(others)} or {last} would do")
        return value
    least, most = LIMITS[name]
    given: int | tuple[int, ...] = (
        one_per_axis(numbers(value, name, least), name, 2) if name == "size" else integer(value, name, least)
    )
    if max((given,) if isinstance(given, int) else given) > most:
        raise GeometryError(f"{name} is {given}; at most {most} would do: the explorer draws every pixel")
    return given


def _checked_cell(value: Any, layer: Layer) -> Size:
    row, column = one_per_axis(numbers(value, "cell", 0), "cell", 2)
    if not layer.problem:
        height, width = layer.output_size
        if row >= height or column >= width:
            raise GeometryError(
                f"cell is ({row}, {column}), the output {height} × {width}; "
                f"rows 0 to {height - 1} and columns 0 to {width - 1} would do"
            )
    return row, column
