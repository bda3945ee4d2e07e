"""Which row made a tensor, or which parameters it was computed from: noted on the tensor during the trace.

A tensor that a row made has an attribute `_made_by`, the index of that row. One that was computed from
parameters alone has `_made_of`, the ids of these parameters. Only tensors that are made during the trace get
these attributes, never one of the user's.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from cnnbook.tracing.function_transforms import innermost
from cnnbook.tracing.torch_internals import view_base


def provenance(tensor: Tensor) -> dict[str, Any]:
    """Return a tensor's attributes; for a view that torch.func made, those of the tensor it is a view of."""
    inner = innermost(tensor)
    noted: dict[str, Any] = inner.__dict__
    if not noted:
        base = view_base(tensor)
        if base is not None:
            noted = base.__dict__
    return noted
