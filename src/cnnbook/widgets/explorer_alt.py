"""The explorer in words: what stands beside its picture for those who cannot see it."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnbook.widgets.layers import Layer, Size

_KINDS = {"max": "max pooling", "average": "average pooling"}
_SOURCES = {"max": "the largest number", "average": "the mean of the numbers"}
_INPUTS = {
    "digit": "a handwritten digit of ",
    "photograph": "a photograph of ",
    "colour photograph": "a colour photograph of ",
}


def alt(layer: Layer, cell: Size) -> str:
    """Return what a picture of the layer shows, with the output number at `cell`.

    >>> from cnnbook import Window
    >>> from cnnbook.widgets.layers import Layer
    >>> print(alt(Layer((8, 8), Window(2), input="digit", kernel="blur"), (1, 0)).split("\\n")[0])
    Convolution of a handwritten digit of 8 × 8 pixels, kernel 2 × 2. The output is 7 × 7.
    """
    height, width = layer.size
    k, window = layer.window.kernel_size[0], layer.window
    settings = {"stride": (window.stride[0], 1), "dilation": (window.dilation[0], 1)}
    settings["padding"] = (window.padding_before_after[0][0], 0)
    said = "".join(f", {name} {value}" for name, (value, usual) in settings.items() if value != usual)
    name = _KINDS.get(layer.kind, layer.kind).capitalize()
    source = _INPUTS.get(layer.input, "") if isinstance(layer.input, str) else ""
    whole = f"{name} of {source}{height} × {width} pixels, kernel {k} × {k}{said}."
    if layer.problem:
        return f"{whole} {layer.problem}."
    down, across = layer.output_size
    (top, left), (bottom, right) = (end(layer.taps(*cell)) for end in (min, max))
    kernel = f"the kernel {layer.kernel!r}" if isinstance(layer.kernel, str) else "the given kernel"
    origin = _SOURCES.get(layer.kind, f"the sum of pixel × weight of {kernel}")
    return (
        f"{whole} The output is {down} × {across}.\nOutput row {cell[0]}, column {cell[1]} is "
        f"{shown(layer.value(*cell))}: {origin} in rows {top} to {bottom}, columns {left} to {right}."
    )


def shown(value: Any) -> str:
    """Return a number as a cell of the picture shows it.

    >>> shown(-2), shown(1 / 9), shown(1234)
    ('−2', '0.111', '1234')
    """
    if not isfinite(value):
        return "−∞"
    text = str(value) if isinstance(value, int) else f"{value:.3g}"
    return text.replace("-", "−")
