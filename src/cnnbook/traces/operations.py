"""What an operation means: its name, its family, its arguments and its window.

`bound` is what a torch function was called with, by PyTorch's parameter names, tensors replaced by their
shapes. Nothing imports torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnbook.arithmetic import Window

Shape = tuple[int, ...]
Bound = Mapping[str, Any]

_CONV = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
_TRANSPOSED = ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation")
_MAX_POOL = ("input", "kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
_AVG_POOL = (
    "input",
    "kernel_size",
    "stride",
    "padding",
    "ceil_mode",
    "count_include_pad",
    "divisor_override",
)
_CELL = ("input", "hx", "weight_ih", "weight_hh", "bias_ih", "bias_hh")
_RECURRENT = (
    "input",
    "hx",
    "weights",
    "bias",
    "num_layers",
    "dropout",
    "training",
    "bidirectional",
    "batch_first",
)

# The positional parameters of the torch functions whose arguments carry meaning here.
SIGNATURES: dict[str, tuple[str, ...]] = {
    **{f"conv{n}d": _CONV for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": _TRANSPOSED for n in (1, 2, 3)},
    **{f"max_pool{n}d": _MAX_POOL for n in (1, 2, 3)},
    **{f"avg_pool{n}d": _AVG_POOL for n in (1, 2, 3)},
    **{f"adaptive_{kind}_pool{n}d": ("input", "output_size") for kind in ("avg", "max") for n in (1, 2, 3)},
    **{f"dropout{n}": ("input", "p", "training", "inplace") for n in ("", "1d", "2d", "3d")},
    "linear": ("input", "weight", "bias"),
    "bilinear": ("input1", "input2", "weight", "bias"),
    "batch_norm": ("input", "running_mean", "running_var", "weight", "bias", "training", "momentum", "eps"),
    "flatten": ("input", "start_dim", "end_dim"),
    "unflatten": ("input", "dim", "sizes"),
    "cat": ("tensors", "dim"),
    "stack": ("tensors", "dim"),
    "softmax": ("input", "dim"),
    "log_softmax": ("input", "dim"),
    "softmin": ("input", "dim"),
    "mean": ("input", "dim", "keepdim"),
    "local_response_norm": ("input", "size", "alpha", "beta", "k"),
    "layer_norm": ("input", "normalized_shape", "weight", "bias", "eps"),
    "group_norm": ("input", "num_groups", "weight", "bias", "eps"),
    "pad": ("input", "pad", "mode", "value"),
    "interpolate": ("input", "size", "scale_factor", "mode"),
    "matmul": ("input", "other"),
    "mm": ("input", "other"),
    "bmm": ("input", "other"),
    "mv": ("input", "other"),
    **dict.fromkeys(("dot", "vdot", "inner", "tensordot"), ("input", "other")),
    "addbmm": ("input", "mat1", "mat2"),
    "addmm": ("input", "mat1", "mat2"),
    "baddbmm": ("input", "mat1", "mat2"),
    "einsum": ("equation", "operands"),
    "linalg_multi_dot": ("tensors",),
    "chain_matmul": ("matrices",),
    "convolution": (*_CONV[:6], "transposed", "output_padding", "groups"),
    **dict.fromkeys(("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"), _CELL),
    "scaled_dot_product_attention": ("query", "key", "value", "attn_mask", "dropout_p"),
    "multi_head_attention_forward": (
        *("query", "key", "value", "embed_dim_to_check", "num_heads", "in_proj_weight", "in_proj_bias"),
        *("bias_k", "bias_v", "add_zero_attn"),
    ),
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu"), _RECURRENT),
}

# The arguments a reader wants to see, where they differ from the signature's own names.
_SHOWN = {
    "flatten": ("start_dim", "end_dim"),
    "cat": ("dim",),
    "stack": ("dim",),
    "softmax": ("dim",),
    "log_softmax": ("dim",),
    "softmin": ("dim",),
    "mean": ("dim", "keepdim"),
    "local_response_norm": ("size",),
    "group_norm": ("num_groups",),
    "layer_norm": ("normalized_shape",),
    "pad": ("pad", "mode"),
    "interpolate": ("size", "scale_factor", "mode"),
    "einsum": ("equation",),
    "multi_head_attention_forward": ("num_heads",),
}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "flatten": {"start_dim": 0, "end_dim": -1},
    "cat": {"dim": 0},
    "stack": {"dim": 0},
}

_FAMILIES = {
    "convolution": {*(f"conv{n}d" for n in (1, 2, 3)), *(f"conv_transpose{n}d" for n in (1, 2, 3))},
    "pooling": {
        *(
            f"{kind}_pool{n}d"
            for kind in ("max", "avg", "lp", "adaptive_max", "adaptive_avg")
            for n in (1, 2, 3)
        ),
        *("fractional_max_pool2d", "fractional_max_pool3d", "mean", "amax"),
    },
    "normalization": {
        *("batch_norm", "layer_norm", "group_norm", "instance_norm", "local_response_norm", "rms_norm"),
        *("normalize",),
    },
    "activation": {
        *(
            "relu",
            "relu6",
            "leaky_relu",
            "prelu",
            "rrelu",
            "elu",
            "selu",
            "celu",
            "gelu",
            "silu",
            "mish",
            "glu",
        ),
        *("hardtanh", "hardswish", "hardsigmoid", "tanh", "sigmoid", "softplus", "softsign", "logsigmoid"),
        *("softmax", "log_softmax", "threshold", "tanhshrink", "hardshrink", "softshrink", "softmin"),
    },
    "linear": {
        "linear",
        "bilinear",
        "matmul",
        "mm",
        "bmm",
        "mv",
        "addmm",
        "baddbmm",
        "einsum",
        "embedding",
        "dot",
        "vdot",
        "inner",
        "tensordot",
        "addbmm",
        "linalg_multi_dot",
        "chain_matmul",
    },
    "join": {"add", "sub", "mul", "div", "cat", "stack", "maximum", "minimum"},
    "reshape": {
        *(
            "flatten",
            "unflatten",
            "view",
            "view_as",
            "reshape",
            "reshape_as",
            "permute",
            "transpose",
            "swapaxes",
        ),
        *(
            "squeeze",
            "unsqueeze",
            "expand",
            "expand_as",
            "chunk",
            "split",
            "unbind",
            "getitem",
            "pad",
            "roll",
        ),
        *("movedim", "narrow", "select", "index_select", "repeat", "pixel_shuffle", "channel_shuffle", "t"),
        *("interpolate", "clone", "to", "float", "half", "double", "tile", "flip", "unfold", "contiguous"),
    },
    "dropout": {
        *("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout"),
        "stochastic_depth",
    },
    "attention": {"scaled_dot_product_attention", "multi_head_attention_forward"},
    "recurrent": {
        "lstm",
        "gru",
        "rnn_tanh",
        "rnn_relu",
        "lstm_cell",
        "gru_cell",
        "rnn_tanh_cell",
        "rnn_relu_cell",
    },
}
_FAMILY_OF = {op: family for family, ops in _FAMILIES.items() for op in ops}

_SAME_NAME = {
    **{f"max_pool{n}d_with_indices": f"max_pool{n}d" for n in (1, 2, 3)},
    **{f"adaptive_max_pool{n}d_with_indices": f"adaptive_max_pool{n}d" for n in (1, 2, 3)},
    **dict.fromkeys(("iadd", "radd"), "add"),
    **dict.fromkeys(("isub", "rsub", "subtract"), "sub"),
    **dict.fromkeys(("imul", "rmul", "multiply"), "mul"),
    **dict.fromkeys(("truediv", "itruediv", "rtruediv", "divide", "true_divide", "rdiv"), "div"),
    **dict.fromkeys(("concat", "concatenate"), "cat"),
    **dict.fromkeys(("rmatmul", "linalg_matmul"), "matmul"),
    "feature_dropout": "dropout2d",
    "swapdims": "transpose",
    "native_multi_head_attention": "multi_head_attention_forward",
}


def name(function_name: str) -> str:
    """The one name of an operation, however it was written: `x + y`, `x += y` and `x.add_(y)` are all "add".

    >>> name("__iadd__"), name("relu_"), name("max_pool2d_with_indices")
    ('add', 'relu', 'max_pool2d')
    """
    plain = function_name.strip("_")
    return _SAME_NAME.get(plain, plain)


def family(op: str) -> str:
    """The family of an operation: "convolution", "pooling", "join", ... or "other"."""
    return _FAMILY_OF.get(op, "other")


def arguments(op: str, bound: Bound) -> dict[str, Any]:
    """The arguments worth showing beside the window, by PyTorch's names, as plain values."""
    if family(op) == "convolution":
        weight, groups = bound["weight"], bound.get("groups", 1)
        transposed = op.startswith("conv_transpose")
        c_in, c_out = (weight[0], weight[1] * groups) if transposed else (weight[1] * groups, weight[0])
        shown = {
            "in_channels": c_in,
            "out_channels": c_out,
            "groups": groups,
            "bias": bound.get("bias") is not None,
        }
        if transposed:
            shown["kernel_size"] = weight[2:]
            for key, default in (("stride", 1), ("padding", 0), ("output_padding", 0), ("dilation", 1)):
                shown[key] = _per_axis(bound.get(key, default), len(weight) - 2)
        return shown
    if op == "linear":
        out_features, in_features = (1, *bound["weight"])[-2:]
        return {
            "in_features": in_features,
            "out_features": out_features,
            "bias": bound.get("bias") is not None,
        }
    if op == "batch_norm":
        return {"affine": bound.get("weight") is not None, "training": bool(bound.get("training", False))}
    if op.startswith("dropout"):
        return {"p": bound.get("p", 0.5), "training": bool(bound.get("training", True))}
    if op.startswith("adaptive"):
        return {"output_size": bound["output_size"]}
    known = {**_DEFAULTS.get(op, {}), **bound}
    return {key: known[key] for key in _SHOWN.get(op, ()) if known.get(key) is not None}


def window(op: str, bound: Bound) -> Window | None:
    """The sliding window of a convolution or pool; None for any other, transposed and adaptive ones too."""
    if family(op) == "convolution" and not op.startswith("conv_transpose"):
        kernel_size = bound["weight"][2:]
        axes = len(kernel_size)
        padding = bound.get("padding", 0)
        return Window(
            kernel_size,
            _per_axis(bound.get("stride", 1), axes),
            padding if isinstance(padding, str) else _per_axis(padding, axes),
            _per_axis(bound.get("dilation", 1), axes),
        )
    if op.startswith(("max_pool", "avg_pool")):
        axes = int(op[-2])
        kernel_size = _per_axis(bound["kernel_size"], axes)
        return Window.pool(
            kernel_size,
            _per_axis(bound.get("stride") or kernel_size, axes),
            _per_axis(bound.get("padding", 0), axes),
            _per_axis(bound.get("dilation", 1), axes),
            bool(bound.get("ceil_mode", False)),
        )
    return None


def _per_axis(value: Any, axes: int) -> Shape:
    return (value,) * axes if isinstance(value, int) else tuple(value) * (axes if len(value) == 1 else 1)
