"""What the explorer accepts as its settings: each is returned as the browser receives it, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cnnbook.arithmetic import GeometryError, Window
from cnnbook.arithmetic.integers import integer, numbers, one_per_axis
from cnnbook.widgets.inputs import INPUTS, LARGEST_SIDE, own, size_of
from cnnbook.widgets.kernels import KERNELS
from cnnbook.widgets.layers import KINDS, Layer, Size
from cnnbook.widgets.number_rows import as_numbers, finite, per_channel
from cnnbook.widgets.sliders import LIMITS

WINDOW: Final = ("kernel_size", "stride", "padding", "dilation")
SETTINGS: Final = ("size", *WINDOW, "kind", "kernel", "input", "edits")
DEFAULT_SIZE: Final = (5, 6)  # of "numbers": too small to count every number, and not square
_NAMES: Final = {"kind": KINDS, "kernel": KERNELS, "input": INPUTS}
_OLD_NAMES: Final = {"edge": "edges"}


def given_settings(image: Any, kernel: Any, kind: Any, size: Any, window: dict[str, Any]) -> dict[str, Any]:
    """Return all settings of an explorer from the arguments that it was made with.

    A number or two in place of an image are the size of "numbers".

    Raises TypeError for a name that no slider has, and GeometryError where the layer has a problem.

    >>> settings = given_settings("digit", [[0, 1], [1, 0]], "convolution", None, {"stride": 2})
    >>> settings["size"], settings["kernel_size"], settings["stride"]
    ((8, 8), 2, 2)
    """
    if size is None and _is_size(image):
        image, size = "numbers", image
    if unknown := sorted(set(window) - set(WINDOW)):
        raise TypeError(
            f"an explorer has no {unknown[0]!r}; {', '.join(WINDOW[:-1])} or {WINDOW[-1]} would do"
        )
    settings = {"kind": checked("kind", kind), "input": checked("input", image), "edits": ()}
    settings["kernel"] = checked("kernel", kernel)
    side = kernel_side(settings["kernel"])
    usual = {"kernel_size": side or 3, "stride": 1, "padding": 0, "dilation": 1}
    settings |= {name: checked(name, window.get(name, usual[name])) for name in WINDOW}
    if side and settings["kernel_size"] != side:
        raise GeometryError(
            f"kernel is {side} × {side}, kernel_size {settings['kernel_size']}; {side} would do"
        )
    fixed = size_of(settings["input"])
    settings["size"] = checked_size((fixed or DEFAULT_SIZE) if size is None else size, settings["input"])
    if problem := layer_of(settings).problem:
        raise GeometryError(problem)
    return settings


def layer_of(settings: dict[str, Any]) -> Layer:
    """Return the layer that has these settings."""
    window = Window(*(settings[name] for name in WINDOW))
    edits = tuple(tuple(edit) for edit in settings["edits"])
    return Layer(settings["size"], window, settings["kind"], settings["kernel"], settings["input"], edits)


def checked(name: str, value: Any) -> Any:
    """Return the value of one setting, other than the size. Raises GeometryError or TypeError."""
    if name in LIMITS:
        return _at_most(integer(value, name, LIMITS[name][0]), name)
    if name == "edits":
        return _edits(value)
    value = _OLD_NAMES.get(value, value) if isinstance(value, str) else value
    names = _NAMES[name]
    if isinstance(value, str) and value in names:
        return value
    if name == "input" and not isinstance(value, str):
        return own(value)
    if name == "kernel" and not isinstance(value, str) and (hasattr(value, "tolist") or _nested(value)):
        return _kernel(value)
    *others, last = map(repr, names)
    rows = "" if name == "kind" else ", or numbers in rows,"
    raise GeometryError(f"{name} is {value!r}; {', '.join(others)} or {last}{rows} would do")


def checked_size(value: Any, image: Any) -> Size:
    """Return (H, W). Raises GeometryError if the sliders do not have it, or the input has another one."""
    height, width = one_per_axis(numbers(value, "size", LIMITS["size"][0]), "size", 2)
    fixed = size_of(image)
    if fixed is None:
        _at_most(max(height, width), "size", (height, width))
    elif fixed != (height, width):
        raise GeometryError(
            f"size is ({height}, {width}), the input's own size {fixed}; "
            f"{fixed} or the input 'numbers' would do"
        )
    return height, width


def checked_cell(value: Any, layer: Layer) -> Size:
    """Return the (row, column) of an output number. Raises GeometryError if the layer's output has none."""
    row, column = one_per_axis(numbers(value, "cell", 0), "cell", 2)
    if not layer.problem:
        height, width = layer.output_size
        if row >= height or column >= width:
            raise GeometryError(
                f"cell is ({row}, {column}), the output {height} × {width}; "
                f"rows 0 to {height - 1} and columns 0 to {width - 1} would do"
            )
    return row, column


def start_cell(layer: Layer) -> Size:
    """Return the output number that is highlighted at first: in a picture the middle one, else (0, 0)."""
    if not layer.pictured or layer.problem:
        return 0, 0
    height, width = layer.output_size
    return height // 2, width // 2


def kernel_side(kernel: Any) -> int | None:
    """Return k of a kernel of one's own, None for a name, which fits any k."""
    return None if isinstance(kernel, str) else len(per_channel(kernel)[0])


def _at_most(value: int, name: str, shown: Any = None) -> int:
    most = LIMITS[name][1]
    if value > most:
        given = value if shown is None else shown
        raise GeometryError(f"{name} is {given}; at most {most} would do: the explorer draws every pixel")
    return value


def _is_size(value: Any) -> bool:
    """Return whether a value is one number or two, which no image is."""
    several = value if isinstance(value, Sequence) and len(value) == 2 else [value]
    return all(isinstance(number, int) for number in several)


def _nested(value: Any) -> bool:
    return isinstance(value, Sequence) and len(value) > 0 and isinstance(value[0], Sequence)


def _kernel(value: Any) -> list[Any]:
    read = as_numbers(value, "kernel")
    rows = per_channel(read)[0]
    most = LIMITS["kernel_size"][1]
    if len(rows) != len(rows[0]) or len(rows) > most:
        raise GeometryError(
            f"kernel is {len(rows)} × {len(rows[0])}; a square one of at most {most} × {most} would do"
        )
    return read


def _edits(value: Any) -> list[list[Any]]:
    form = "edits are [channel, row, column, number], one for each changed pixel"
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise GeometryError(f"{form}, not {value!r}")
    read = []
    for edit in value:
        if not isinstance(edit, Sequence) or isinstance(edit, str) or len(edit) != 4:
            raise GeometryError(f"{form}, not {edit!r}")
        place = [integer(at, "a place in edits", 0) for at in edit[:3]]
        if place[0] > 2 or max(place[1:]) >= LARGEST_SIDE:
            raise GeometryError(
                f"edits name {place}; channels to 2, rows and columns to {LARGEST_SIDE - 1} would do"
            )
        read.append([*place, finite(edit[3], "edits")])
    return read
