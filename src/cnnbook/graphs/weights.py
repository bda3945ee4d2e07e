"""Layers whose weights are computed before they run, as spectral normalization does: one box, not many."""

from __future__ import annotations

from collections.abc import Sequence

from cnnbook.traces import Row

_PARAMETRIZED = "Parametrized"
# The matrix-vector products of the power iteration, which finds the largest singular value.
_POWER_ITERATION = {"mv", "dot", "vdot"}


def computes_its_weights(rows: Sequence[Row]) -> bool:
    """Return whether the last of a module's rows is its layer, and those before it only made its weights.

    So it is where no row but the last reads anything that was made outside of the module. The last one may
    read a tensor that no row made, such as the constant with which a generator begins.
    """
    *before, last = rows
    inside = {row.index for row in before}
    layer = last.family in {"convolution", "linear"} and last.op not in _POWER_ITERATION
    return (
        bool(before)
        and layer
        and any(source in inside for source in last.inputs)
        and (any(source not in inside for source in last.inputs) or bool(last.given))
        and all(source in inside for row in before for source in row.inputs)
    )


def how(rows: Sequence[Row]) -> str:
    """Return what made the weights of a layer, in words."""
    ops = {row.op for row in rows[:-1]}
    return "spectral norm" if "mv" in ops and ops & _POWER_ITERATION - {"mv"} else "computed weights"


def class_of_layer(module: str) -> str:
    """Return the layer's own class: torch calls a layer with a parametrization by another one.

    >>> class_of_layer("ParametrizedConv2d"), class_of_layer("Conv2d")
    ('Conv2d', 'Conv2d')
    """
    return module.removeprefix(_PARAMETRIZED) or module
