"""From a Trace to a graph of the network; from a model to its backward graph, in lines or by torchviz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnbook import networks
from cnnbook.graphs.architecture import architecture_graph
from cnnbook.graphs.graph import Graph
from cnnbook.graphs.rendering import GraphError

if TYPE_CHECKING:
    from torch import nn

__all__ = ["Graph", "GraphError", "architecture_graph", "autograd_graph"]


def autograd_graph(
    model: nn.Module | str,
    input_shape: Any = None,
    *,
    style: str = "ledger",
    saved: bool = False,
    paper: str = "a4",
) -> Graph:
    """Return the backward graph of one forward pass: what autograd recorded for `backward()`.

    The style "ledger" is for reading: a line for each backward function, with the layer that caused it,
    shapes and parameters, on pages; see `cnnbook.graphs.autograd`. "torchviz" is torchviz's own picture, a
    node for each function and tensor, on one sheet; see `cnnbook.graphs.torchviz_graph`. `saved` and `paper`
    are for the ledger.

    `input_shape` is a shape, batch axis first, or a tensor, of whole numbers for example; or a list of
    several. `model` can be a name of the catalogue, which has an `input_shape` of its own.

    Raises GraphError for an unknown style, or if the model does not run on such an input; UnknownNetwork,
    with a similar name, for a name that the catalogue does not have.
    """
    if isinstance(model, str):
        input_shape = networks.info(model).input_shape if input_shape is None else input_shape
        model = networks.build(model, device="meta")
    if input_shape is None:
        raise GraphError(
            "a model alone does not say its shapes; an input shape is whole numbers, batch axis first: "
            "autograd_graph(model, (1, 3, 224, 224))"
        )
    # Only here does a graph need torch: an architecture graph is made of plain values.
    if style == "torchviz":
        from cnnbook.graphs.torchviz_graph import torchviz_graph

        if saved:
            raise GraphError('saved=True is for style="ledger"; torchviz shows what it shows')
        return torchviz_graph(model, input_shape)
    if style != "ledger":
        raise GraphError(f'unknown style {style!r}: "ledger" or "torchviz"')
    from cnnbook.graphs import autograd

    return autograd.autograd_graph(model, input_shape, saved=saved, paper=paper)
