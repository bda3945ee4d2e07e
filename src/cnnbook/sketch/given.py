"""The plan of what a sketch is made of: layers, the name of a network, a trace, or another plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from cnnbook.networks.traced import trace
from cnnbook.sketch.from_trace import plan_of
from cnnbook.sketch.plan import Plan, chain, checked_shape
from cnnbook.traces import Trace

_INPUT: Final = (1, 3, 224, 224)


def given_plan(network: str | Trace | Plan | Sequence[Any], input_shape: Sequence[int] | None = None) -> Plan:
    """Return the plan; another input shape (N, C, H, W) replaces that of a known network.

    >>> from cnnbook.sketch.layers import conv
    >>> given_plan([conv(8, 3)]).input_shape, given_plan("lenet5").input_shape
    ((1, 3, 224, 224), (1, 1, 32, 32))

    Raises GeometryError for a network that is no chain of branches, UnknownNetwork (a LookupError) for a name
    that is none, and TypeError for anything else.
    """
    if isinstance(network, str):
        network = trace(network)
    if callable(getattr(network, "forward", None)):
        raise TypeError(
            "a PyTorch network is drawn by its trace; NetworkSketch(trace(model, (1, 3, 224, 224))) would do"
        )
    known = plan_of(network) if isinstance(network, Trace) else network
    if not isinstance(known, Plan):
        return Plan(chain(known), _INPUT if input_shape is None else checked_shape(input_shape))
    return known if input_shape is None else replace(known, input_shape=checked_shape(input_shape))
