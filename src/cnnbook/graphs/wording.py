"""How a graph says what an operation does: "7×7 conv, stride 2, pad 3", "BN", "ReLU6"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnnbook.traces import Row, Shape

# Activations by the names of their layers, also where forward calls the function.
_ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LeakyReLU",
    "prelu": "PReLU",
    "rrelu": "RReLU",
    "elu": "ELU",
    "selu": "SELU",
    "celu": "CELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "glu": "GLU",
    "mish": "Mish",
    "hardtanh": "Hardtanh",
    "hardswish": "Hardswish",
    "hardsigmoid": "Hardsigmoid",
    "logsigmoid": "LogSigmoid",
}

_SHORT = {
    "batch_norm": "BN",
    "local_response_norm": "LRN",
    **_ACTIVATIONS,
    "multi_head_attention_forward": "multi-head attention",
    "scaled_dot_product_attention": "attention",
    "mul": "×",
    "cat": "concatenate",
    "sum": "sum",
}

# The names of arithmetic between a value and a number or a parameter.
_WITH_ONE_TENSOR = {"mul": "scale", "add": "shift", "sub": "subtract", "div": "divide"}

_MOST_TERMS = 5


def shape_text(shape: Shape, batch: int | None) -> str:
    """Return a shape without its batch axis, channels first.

    >>> shape_text((1, 64, 112, 112), 1), shape_text((1, 10), 1), shape_text((197, 1, 768), 1)
    ('64×112×112', '10', '197×1×768')
    """
    rest = shape[1:] if len(shape) > 1 and shape[0] == batch else shape
    return "×".join(map(str, rest)) or "1"


def role(row: Row) -> str:
    """Return what a row does, in a few words.

    >>> from cnnbook.arithmetic import Window
    >>> shapes = {"input_shapes": ((1, 3, 224, 224),), "output_shapes": ((1, 64, 112, 112),)}
    >>> role(Row(0, "conv1", "Conv2d", "conv2d", (-1,), window=Window(7, 2, 3), **shapes))
    '7×7 conv, stride 2, pad 3'
    """
    if row.window is not None:
        return f"{kernel(row.window.kernel_size)} {_noun(row)}{_settings(row)}"
    if row.op.startswith("conv_transpose"):
        known = row.arguments
        text = f"{kernel(known['kernel_size'])} {word(row)}"
        for label, key, usual in (
            ("stride", "stride", 1),
            ("pad", "padding", 0),
            ("extra", "output_padding", 0),
        ):
            text += "" if set(known[key]) == {usual} else f", {label} {step_size(known[key])}"
        return text
    if row.op.startswith("adaptive"):
        return f"{row.op.split('_')[1]} pool to {kernel(row.output_shape[2:])}"
    if row.op == "flatten":  # the product itself is the shape, which stands beside these words
        return f"{word(row)} {row.formula.partition(' = ')[0]}".strip()
    if row.op in {"linear", "cat"}:
        terms = row.formula.split(" + ")
        if len(terms) > _MOST_TERMS:
            terms = [*terms[:2], "…", terms[-1]]
        return f"{word(row)} {' + '.join(terms)}".strip()
    if row.op == "dropout" and "p" in row.arguments:
        return f"dropout {row.arguments['p']:g}"
    return word(row)


def word(row: Row) -> str:
    """Return an operation's name as a reader says it.

    >>> [word(Row(1, "", "", op, (0,), (), ())) for op in ("batch_norm", "hardswish", "index_select", "mul")]
    ['BN', 'Hardswish', 'index select', 'scale']
    """
    if len(row.input_shapes) <= 1 and row.op in _WITH_ONE_TENSOR:
        return _WITH_ONE_TENSOR[row.op]
    return _SHORT.get(row.op, re.sub(r"\d+d$", "", row.op).replace("_", " "))


def kernel(sizes: Sequence[int]) -> str:
    """Return a size on all its axes: "3×3", or "length 5" on a single one."""
    return "×".join(map(str, sizes)) if len(sizes) > 1 else f"length {sizes[0]}"


def step_size(sizes: Sequence[int]) -> str:
    """Return a stride or padding: one number where it is the same on all axes."""
    # "stride 2" is how everybody says it; only uneven ones need both axes.
    return str(sizes[0]) if len({*sizes}) == 1 else "×".join(map(str, sizes))


def _noun(row: Row) -> str:
    if row.family != "convolution":
        return f"{row.op.partition('_')[0]} pool"
    groups = row.arguments.get("groups", 1)
    if groups == 1:
        return "conv"
    return "depthwise conv" if groups == row.arguments["in_channels"] else f"conv, {groups} groups"


def _settings(row: Row) -> str:
    window = row.window
    assert window is not None
    text = ""
    for label, sizes, usual in (("stride", window.stride, 1), ("dilation", window.dilation, 1)):
        if set(sizes) != {usual}:
            text += f", {label} {step_size(sizes)}"
    if isinstance(window.padding, str):
        text += f", pad {window.padding}"
    elif any(window.padding):
        text += f", pad {step_size(window.padding)}"
    return text + (", ceil" if window.ceil_mode else "")
