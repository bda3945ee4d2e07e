"""An image as it is read from a file: whole numbers from 0 to 255, and often the channels last."""

from __future__ import annotations

import torch

from cnnbook.traces import Shape
from cnnbook.tracing.failures.context import Explanation, FailureContext
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import AXES, shape_text


def byte_image(context: FailureContext) -> Explanation | None:
    """A convolution that gets the network's input as bytes with the channels last, as NumPy and OpenCV do."""
    failure = context.failure
    weight = failure.bound.get("weight")
    if not failure.op.startswith("conv") or not isinstance(weight, tuple) or len(weight) != 4:
        return None
    if failure.inputs[:1] != (-1,) or failure.dtypes[:1] != ("uint8",):
        return None
    channels = weight[0] if "transpose" in failure.op else weight[1] * failure.bound.get("groups", 1)
    given = failure.input_shapes[0]
    if len(given) not in (3, 4) or given[-1] != channels or given[-3] == channels:
        return None
    wanted = failure.dtypes[1] if len(failure.dtypes) > 1 else "float32"
    text = (
        f"{context.where} has {wanted} weights and works on {AXES[2]}; the input "
        f"{shape_text(given)} is uint8 "
        f"and channels-last, as images are read from files (/ 255 brings the numbers to 0 to 1)."
    )
    order = (0, 3, 1, 2) if len(given) == 4 else (2, 0, 1)
    first = tuple([given[i] for i in order])
    how = f"x.permute({', '.join(map(str, order))})"
    if len(given) == 3:
        first, how = (1, *first), f"{how}.unsqueeze(0)"
    return Explanation(text, [_fed(first, how, wanted)])


def _fed(shape: Shape, how: str, wanted: str) -> Repair:
    method = {"float32": "float()", "float64": "double()", "float16": "half()"}.get(
        wanted, f"to(torch.{wanted})"
    )
    fed = torch.empty(shape, dtype=getattr(torch, wanted), device="meta")
    return Repair(f"feed {how}.{method}", "input", feed=fed)
