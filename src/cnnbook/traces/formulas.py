"""The formulas of a row that a learner can check: how its shape and its parameters come about."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnnbook.arithmetic import transposed_formula

if TYPE_CHECKING:
    from cnnbook.traces import Row


def formula(row: Row) -> str:
    """How a row's output shape follows from its input's, numbers in place; "" where nothing is computed."""
    op, source, result = row.op, row.input_shapes, row.output_shape
    if row.window is not None:
        axes = len(row.window.kernel_size)
        return row.window.formula(source[0][-axes:])
    if op.startswith("conv_transpose"):
        return _transposed_text(row)
    if op.startswith("adaptive"):
        axes = int(op[-2])
        return f"{_by(source[0][-axes:])} → {_by(result[-axes:])}, the size asked for"
    if op == "flatten" and source:
        first, last = (row.arguments[key] % max(1, len(source[0])) for key in ("start_dim", "end_dim"))
        return f"{_by(source[0][first : last + 1])} = {prod(source[0][first : last + 1])}"
    if op == "cat" and source:
        axis = row.arguments["dim"] % max(1, len(result))
        terms = [shape[axis] for shape in source if len(shape) > axis]
        given = result[axis] - sum(terms)  # a parameter or a constant, such as a class token, has no row
        return " + ".join([*map(str, terms), *([f"{given} (given)"] if given else [])]) + f" = {result[axis]}"
    if op == "linear":
        return f"{row.arguments['in_features']} → {row.arguments['out_features']}"
    return ""


def parameter_formula(row: Row) -> str:
    """How a row's parameters are counted, with the numbers in place; "" for a row without its own."""
    known = row.arguments
    if not row.parameters:
        return ""
    if row.window is not None and row.family == "convolution":
        c_in = known["in_channels"] // known["groups"]
        c_out, kernel_size = known["out_channels"], row.window.kernel_size
        count, bias = prod(kernel_size) * c_in * c_out, c_out if known["bias"] else 0
        text = f"{_by(kernel_size)}×{c_in}×{c_out}"
    elif row.op == "linear":
        count, bias = (
            known["in_features"] * known["out_features"],
            known["out_features"] if known["bias"] else 0,
        )
        text = f"{known['in_features']}×{known['out_features']}"
    elif row.op == "batch_norm" and known["affine"]:
        count, bias, text = row.parameters, 0, f"2×{row.parameters // 2}"
    else:
        return ""
    total = count + bias
    # Weight tying or a computed weight: the formula would claim what this row does not own.
    return f"{text}{f' + {bias}' if bias else ''} = {total}" if total == row.parameters else ""


def _transposed_text(row: Row) -> str:
    geometry = row.arguments
    axes = zip(
        row.input_shapes[0][-len(geometry["kernel_size"]) :],
        *(geometry[key] for key in ("kernel_size", "stride", "padding", "output_padding", "dilation")),
        strict=True,
    )
    texts = [
        transposed_formula(n, k, stride=s, padding=p, output_padding=extra, dilation=d)
        for n, k, s, p, extra, d in axes
    ]
    return texts[0] if len(set(texts)) == 1 else " and ".join(texts)


def _by(sizes: tuple[int, ...]) -> str:
    return "×".join(map(str, sizes))
