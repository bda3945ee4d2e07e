"""Building a network whose weights have shapes but take no memory."""

from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class MetaWeights(TorchFunctionMode):
    """A context in which new weights are made on the meta device, and small computations stay on the CPU.

    Under `torch.device("meta")`, `torch.arange` and `torch.tensor` make meta tensors too, so a constructor
    fails that reads numbers back from them, as RegNet's does. Within MetaWeights only the functions that make
    weights make them.

    >>> with MetaWeights():
    ...     layer, positions = torch.nn.Linear(25_088, 4_096), torch.arange(3)
    >>> layer.weight.device.type, positions.tolist()
    ('meta', [0, 1, 2])
    """

    _WEIGHTS = frozenset({torch.empty, torch.zeros, torch.ones, torch.full, torch.rand, torch.randn})

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in self._WEIGHTS and kwargs.get("device") is None:
            kwargs = {**kwargs, "device": "meta"}
        return func(*args, **kwargs)
