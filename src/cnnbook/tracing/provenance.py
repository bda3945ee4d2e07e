"""What is noted on a tensor while a network runs: which row made it, or of which parameters it was made.

`_made_by` is the row, `_made_of` the parameters' ids. Only tensors born in this pass bear them: nothing of
the user's is marked.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor

from cnnbook.tracing.function_transforms import core
from cnnbook.tracing.torch_calls import PLAIN


def provenance(tensor: Tensor) -> dict[str, Any]:
    """Return what is noted on a tensor, or for a view that torch.func made, on the tensor under it."""
    noted: dict[str, Any] = core(tensor).__dict__
    if not noted and tensor._base is not None:
        noted = tensor._base.__dict__
    return noted


def tensors(value: Any) -> list[Tensor]:
    """Return the tensors inside `value`, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, tuple | list):
        return []
    return [tensor for item in value if type(item) not in PLAIN for tensor in tensors(item)]
