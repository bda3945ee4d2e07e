"""A network as a sketch: layers in chains and branches, with shapes, costs, explanations and PyTorch code.

A `Plan` is run without numbers and without torch. Its rows are those that a trace of its PyTorch code has.
"""

from cnnbook.sketch.layers import (
    activation,
    adaptive_avg_pool,
    adaptive_max_pool,
    add,
    avg_pool,
    batch_norm,
    cat,
    conv,
    dropout,
    flatten,
    linear,
    max_pool,
    relu,
)
from cnnbook.sketch.plan import Block, Layer, Plan
from cnnbook.sketch.running import Outcome, Problem, run

__all__ = [
    "Block",
    "Layer",
    "Outcome",
    "Plan",
    "Problem",
    "activation",
    "adaptive_avg_pool",
    "adaptive_max_pool",
    "add",
    "avg_pool",
    "batch_norm",
    "cat",
    "conv",
    "dropout",
    "flatten",
    "linear",
    "max_pool",
    "relu",
    "run",
]
