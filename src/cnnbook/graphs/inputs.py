"""The inputs of the network of which a graph is drawn; torch is not needed to read them."""

from __future__ import annotations

from typing import Any

from cnnbook.graphs.rendering import GraphError
from cnnbook.traces.given_inputs import several


def network_inputs(given: Any) -> tuple[Any, ...]:
    """Return all inputs, shapes and tensors; one may be given alone.

    Raises GraphError for anything but whole numbers and tensors.
    """
    found = several(given)
    if found is not None:
        return found
    wrong = given if isinstance(given, list | tuple) else f"of type {type(given).__name__}"
    if isinstance(given, list | tuple) and any(isinstance(item, list | tuple) for item in given):
        wrong = next(item for item in given if several(item) is None)
    raise GraphError(
        f"an input shape is whole numbers, batch axis first, such as (1, 3, 224, 224); not {wrong}"
    )
