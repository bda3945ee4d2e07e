"""Four modules of LeNet-5 as it was published in 1998, which no chapter of torch.nn has; see networks.models.

They have no settings. LeCun et al., Gradient-based learning applied to document recognition (1998).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cnnbook.arithmetic import Window
from cnnbook.sketch import operations
from cnnbook.sketch.forward import Broken, Forward
from cnnbook.sketch.joins import concatenation
from cnnbook.sketch.settings import checked
from cnnbook.traces import Operand
from cnnbook.traces.wording import shape_text

_Settings = Mapping[str, Any]

MODULES: Final = {
    "scaled_tanh": "ScaledTanh",
    "subsampling": "Subsampling",
    "sparse_c3": "SparseC3",
    "distances": "RadialBasisOutput",
}
"""The classes of `cnnbook.networks.models`, by the kinds of layer."""

_MAPS = 6  # S2 has six maps
# Of C3's sixteen maps, how many read how many maps of S2 (table I of the paper).
_PARTS = (("three", 6, 3), ("four", 9, 4), ("six", 1, 6))
_TARGETS = (10, 84)  # a drawing of 7 x 12 pixels for each digit


def _scaled_tanh(forward: Forward, settings: _Settings, path: str) -> None:
    forward.enter(path, MODULES["scaled_tanh"])
    for op in ("mul", "tanh", "mul"):
        forward.add(op, path, forward.shape, {})


def _subsampling(forward: Forward, settings: _Settings, path: str) -> None:
    forward.enter(path, MODULES["subsampling"])
    operations.expect_maps(forward, path)
    channels = forward.shape[1]
    size = operations.size_after(forward, path, Window.pool(2))
    forward.add("avg_pool2d", path, (forward.shape[0], channels, *size), {"kernel_size": 2})
    for op, name in (("mul", "coefficient"), ("add", "bias")):
        given = Operand("parameter", f"{path}.{name}", (channels, 1, 1), 1)
        forward.add(op, path, forward.shape, {}, parameters=channels, given=(given,))


def _sparse_c3(forward: Forward, settings: _Settings, path: str) -> None:
    forward.enter(path, MODULES["sparse_c3"])
    _expect(forward, path, "six maps", len(forward.shape) == 4 and forward.shape[1] == _MAPS)
    start, ends = forward.last, []
    count, _, height, width = forward.shape
    for name, maps, reads in _PARTS:
        forward.last = start
        if maps > 1:
            chosen = maps * reads
            given = Operand("buffer", f"{path}.{name}_maps", (chosen,), 1)
            forward.add("index_select", path, (count, chosen, height, width), {"dim": 1}, given=(given,))
        settings = checked("conv", {"out_channels": maps, "kernel_size": 5, "groups": maps})
        operations.BY_KIND["conv"](forward, settings, f"{path}.{name}")
        ends.append(forward.last)
    concatenation(forward, ends, path)


def _distances(forward: Forward, settings: _Settings, path: str) -> None:
    forward.enter(path, MODULES["distances"])
    classes, features = _TARGETS
    _expect(forward, path, "84 features", len(forward.shape) == 2 and forward.shape[1] == features)
    count = forward.shape[0]
    forward.add("unsqueeze", path, (count, 1, features), {"dim": 1})
    given = (Operand("buffer", f"{path}.targets", _TARGETS, 1),)
    forward.add("sub", path, (count, classes, features), {}, given=given)
    forward.add("square", path, (count, classes, features), {})
    forward.add("sum", path, (count, classes), {"dim": 2})


def _expect(forward: Forward, path: str, wanted: str, holds: bool) -> None:
    if not holds:
        given = f"{forward.name(forward.last)} gives {shape_text(forward.shape)}"
        raise Broken(f"{forward.where(path)} reads {wanted}, {given}.")


BY_KIND: Final[Mapping[str, Callable[[Forward, _Settings, str], None]]] = {
    "scaled_tanh": _scaled_tanh,
    "subsampling": _subsampling,
    "sparse_c3": _sparse_c3,
    "distances": _distances,
}
"""The functions that add the rows of a layer, by its kind."""
