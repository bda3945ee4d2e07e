"""trace: a network of one's own, or one of the catalogue by its name.

A network of the course at its own input is read from a file, so asking for it loads no torch. All others are
traced by `cnnbook.tracing`, which is imported when it is first needed.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cnnbook import networks
from cnnbook.networks.shipped import shipped
from cnnbook.traces import Trace

if TYPE_CHECKING:
    from torch import nn


def trace(model: nn.Module | str, *inputs: Any, **keyword_inputs: Any) -> Trace:
    """Return the Trace of one forward pass: a Row for every operation, with shapes, parameters and MACs.

    `model` is a network, or a name of the catalogue, in upper or lower case. Each input is a shape, batch
    axis first, such as `(1, 3, 224, 224)`, or a tensor, of which only shape and dtype are read; anything
    else is passed on as it is. A network of the catalogue has an input of its own, so its name alone will
    do. The model runs in the mode (train or eval) it is in, on tensors without data. Its parameters,
    buffers, gradients, modes and hooks stay as they were, and so do all random numbers.

    Raises TraceError if the network cannot run on these inputs. The error has the rows that ran, and says
    which numbers disagree and what would work. Raises UnknownNetwork (a LookupError) with a similar name
    for a name that the catalogue does not have, and TypeError for what is neither a network nor a name.

    >>> trace("resnet18").output_shape, trace("resnet18", (1, 3, 288, 320))["layer4"].output_shape
    ((1, 1000), (1, 512, 9, 10))
    >>> from torch import nn
    >>> seen = trace(nn.Sequential(nn.Conv2d(3, 8, 5, stride=2), nn.Flatten()), (1, 3, 32, 20))
    >>> [row.output_shape for row in seen]
    [(1, 8, 14, 8), (1, 896)]
    >>> seen["0"].window.output_size((32, 20)), seen.parameters
    ((14, 8), 608)
    """
    if isinstance(model, str):
        known = networks.info(model)
        if "input_shape" in keyword_inputs and not inputs:
            inputs = (keyword_inputs.pop("input_shape"),)
        if not keyword_inputs and (found := stored(known.name, inputs)) is not None:
            return found
        model = networks.build(known.name, device="meta")
        if not inputs and not keyword_inputs:
            inputs = (known.input_shape,)
    from cnnbook import tracing

    return tracing.trace(model, *inputs, **keyword_inputs)


def stored(name: str, inputs: Sequence[Any]) -> Trace | None:
    """Return the trace that the package carries of a network of the course; None if it has none.

    There is one for no inputs, and for the network's own input shape as the only one. Raises UnknownNetwork.

    >>> stored("LeNet5", [(1, 1, 32, 32)]).parameters, stored("lenet5", [(2, 1, 32, 32)])
    (61706, None)
    """
    known = networks.info(name)
    own = not inputs or (
        len(inputs) == 1 and isinstance(inputs[0], list | tuple) and tuple(inputs[0]) == known.input_shape
    )
    # A copy, since somebody may give a trace another name.
    return copy.copy(shipped(known.name)) if own and known.name in networks.COURSE else None
