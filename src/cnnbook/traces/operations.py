"""What an operation means: its name, its family, its arguments and its window.

`bound` holds the arguments of a call of a torch function, by PyTorch's parameter names, with a shape in place
of each tensor. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cnnbook.arithmetic import Window
from cnnbook.traces.aten_names import ATEN_NAMES

Shape = tuple[int, ...]
"""The shape of a tensor, PyTorch's way: (N, C, H, W) for a batch of images."""

Bound = Mapping[str, Any]


def name(function_name: str) -> str:
    """The one name of an operation, however it was written: `x + y`, `x += y` and `x.add_(y)` are all "add".

    So are those of an exported network, where the name goes on with the types of the arguments: "add.Tensor".

    >>> name("__iadd__"), name("relu_"), name("max_pool2d_with_indices.default")
    ('add', 'relu', 'max_pool2d')
    """
    plain = function_name.partition(".")[0].strip("_")
    return _SAME_NAME.get(plain, plain)


def specific_name(op: str, bound: Bound) -> str:
    """The narrower name of an operation whose settings make it another one: nn.ReLU6 calls hardtanh.

    An exported network calls "convolution" for those of any number of axes, transposed or not.

    >>> specific_name("hardtanh", {"min_val": 0, "max_val": 6}), specific_name("hardtanh", {})
    ('relu6', 'hardtanh')
    """
    if op == "convolution" and "weight" in bound:
        return f"conv{'_transpose' if bound.get('transposed') else ''}{len(bound['weight']) - 2}d"
    limits = bound.get("min_val", -1), bound.get("max_val", 1)
    return "relu6" if op == "hardtanh" and limits == (0, 6) else op


def family(op: str, operands: int | None = None) -> str:
    """The family of an operation: "convolution", "pooling", "join", ... or "other".

    Arithmetic with a single one of the network's tensors among its `operands`, as in `x + 1`, joins nothing.

    >>> family("conv2d"), family("cat"), family("sort"), family("add", operands=1)
    ('convolution', 'join', 'other', 'other')
    """
    return "other" if operands == 1 and op in _ARITHMETIC else _FAMILY_OF.get(op, "other")


def arguments(op: str, bound: Bound) -> dict[str, Any]:
    """The settings of a call that a reader wants to see beside the window, by PyTorch's names."""
    if family(op) == "convolution":
        return _convolution_arguments(op, bound)
    if op == "linear":
        out_features, in_features = (1, *bound["weight"])[-2:]
        has_bias = bound.get("bias") is not None
        return {"in_features": in_features, "out_features": out_features, "bias": has_bias}
    if op == "batch_norm":
        return {"affine": bound.get("weight") is not None, "training": bool(bound.get("training", False))}
    if op.startswith("dropout"):
        return {"p": bound.get("p", 0.5), "training": bool(bound.get("training", True))}
    if op.startswith("adaptive"):
        return {"output_size": bound["output_size"]}
    known = {**_DEFAULTS.get(op, {}), **bound}
    return {key: known[key] for key in _SHOWN.get(op, ()) if known.get(key) is not None}


def window(op: str, bound: Bound) -> Window | None:
    """The sliding window of a convolution or a pool; None for all others, also transposed and adaptive ones.

    Raises GeometryError, KeyError or TypeError for settings that PyTorch refuses too.
    """
    if family(op) == "convolution" and not op.startswith("conv_transpose"):
        kernel_size = bound["weight"][2:]
        axes = len(kernel_size)
        if not axes:  # a kernel without axes for its channels, for which a repair is being tried
            return None
        padding = bound.get("padding", 0)
        return Window(
            kernel_size,
            per_axis(bound.get("stride", 1), axes),
            padding if isinstance(padding, str) else per_axis(padding, axes),
            per_axis(bound.get("dilation", 1), axes),
        )
    if op.startswith(("max_pool", "avg_pool")):
        axes = int(op[-2])
        kernel_size = per_axis(bound["kernel_size"], axes)
        stride = bound.get("stride")
        return Window.pool(
            kernel_size,
            kernel_size if stride in (None, (), []) else per_axis(stride, axes),
            per_axis(bound.get("padding", 0), axes),
            per_axis(bound.get("dilation", 1), axes),
            bool(bound.get("ceil_mode", False)),
        )
    return None


def _convolution_arguments(op: str, bound: Bound) -> dict[str, Any]:
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
            shown[key] = per_axis(bound.get(key, default), len(weight) - 2)
    return shown


def per_axis(value: Any, axes: int) -> Shape:
    """Return a setting with one number per axis: a single number is repeated."""
    return (value,) * axes if isinstance(value, int) else tuple(value) * (axes if len(value) == 1 else 1)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _for_axes(text: str, *, axes: Iterable[int] = (1, 2, 3)) -> tuple[str, ...]:
    """Each name in `text` for one, two and three axes: "conv" gives conv1d, conv2d and conv3d."""
    return tuple(f"{name}{n}d" for name in text.split() for n in axes)


_CONV = _words("input weight bias stride padding dilation groups")
_AVG_POOL = _words("input kernel_size stride padding ceil_mode count_include_pad divisor_override")
_ATTENTION = (
    "query key value embed_dim_to_check num_heads in_proj_weight in_proj_bias bias_k bias_v add_zero_attn"
)

RECURRENT = frozenset(_words("lstm gru rnn_tanh rnn_relu lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell"))
"""The operations of recurrent layers and of their cells."""

# The positional parameters, in order, of the torch functions whose arguments are read.
SIGNATURES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_for_axes("conv"), _CONV),
    **dict.fromkeys(
        _for_axes("conv_transpose"),
        _words("input weight bias stride padding output_padding groups dilation"),
    ),
    **dict.fromkeys(
        _for_axes("max_pool"),
        _words("input kernel_size stride padding dilation ceil_mode return_indices"),
    ),
    **dict.fromkeys(_for_axes("avg_pool"), _AVG_POOL),
    **dict.fromkeys(_for_axes("adaptive_avg_pool adaptive_max_pool"), ("input", "output_size")),
    **dict.fromkeys(("dropout", *_for_axes("dropout")), _words("input p training inplace")),
    **dict.fromkeys(_words("softmax log_softmax softmin"), ("input", "dim")),
    **dict.fromkeys(_words("cat stack"), ("tensors", "dim")),
    **dict.fromkeys(_words("matmul mm bmm mv dot vdot inner tensordot"), ("input", "other")),
    **dict.fromkeys(_words("addbmm addmm baddbmm"), ("input", "mat1", "mat2")),
    **dict.fromkeys(
        _words("lstm gru rnn_tanh rnn_relu"),
        _words("input hx weights bias num_layers dropout training bidirectional batch_first"),
    ),
    **dict.fromkeys(
        _words("lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell"),
        _words("input hx weight_ih weight_hh bias_ih bias_hh"),
    ),
    "linear": ("input", "weight", "bias"),
    "bilinear": ("input1", "input2", "weight", "bias"),
    "batch_norm": _words("input running_mean running_var weight bias training momentum eps"),
    "flatten": ("input", "start_dim", "end_dim"),
    "unflatten": ("input", "dim", "sizes"),
    "mean": ("input", "dim", "keepdim"),
    "local_response_norm": _words("input size alpha beta k"),
    "layer_norm": _words("input normalized_shape weight bias eps"),
    "group_norm": _words("input num_groups weight bias eps"),
    "pad": _words("input pad mode value"),
    "hardtanh": _words("input min_val max_val inplace"),
    "interpolate": _words("input size scale_factor mode align_corners recompute_scale_factor antialias"),
    **dict.fromkeys(_words("sum amax amin"), ("input", "dim", "keepdim")),
    "getitem": ("input", "index"),
    "narrow": _words("input dim start length"),
    "einsum": ("equation", "operands"),
    "mkldnn_rnn_layer": _words("input weight0 weight1 weight2 weight3 hx cx"),
    "transformer_encoder_layer_fwd": _words("src embed_dim num_heads qkv_weight qkv_bias proj_weight"),
    "linalg_multi_dot": ("tensors",),
    "chain_matmul": ("matrices",),
    "convolution": (*_CONV[:6], "transposed", "output_padding", "groups"),
    "scaled_dot_product_attention": _words("query key value attn_mask dropout_p"),
    "multi_head_attention_forward": _words(_ATTENTION),
}

# The arguments that a row shows, of the operations that `arguments` does not know by themselves.
_SHOWN = {
    "flatten": ("start_dim", "end_dim"),
    **dict.fromkeys(_words("cat stack softmax log_softmax softmin"), ("dim",)),
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

_ARITHMETIC = _words("add sub mul div maximum minimum")
_FAMILIES = {
    "convolution": _for_axes("conv conv_transpose"),
    "pooling": (
        *_for_axes("max_pool avg_pool lp_pool adaptive_max_pool adaptive_avg_pool"),
        *_for_axes("fractional_max_pool", axes=(2, 3)),
        *("mean", "amax"),
    ),
    "normalization": _words(
        "batch_norm layer_norm group_norm instance_norm local_response_norm rms_norm normalize"
    ),
    "activation": _words(
        "relu relu6 leaky_relu prelu rrelu elu selu celu gelu silu mish glu hardtanh hardswish hardsigmoid "
        "tanh sigmoid softplus softsign logsigmoid softmax log_softmax threshold tanhshrink hardshrink "
        "softshrink softmin"
    ),
    "linear": _words(
        "linear bilinear matmul mm bmm mv addmm baddbmm einsum embedding dot vdot inner tensordot addbmm "
        "linalg_multi_dot chain_matmul"
    ),
    "join": (*_ARITHMETIC, "cat", "stack"),
    "reshape": _words(
        "flatten unflatten view view_as reshape reshape_as permute transpose swapaxes squeeze unsqueeze "
        "expand expand_as chunk split unbind getitem pad roll movedim narrow select index_select repeat "
        "pixel_shuffle channel_shuffle t interpolate clone to float half double tile flip unfold contiguous"
    ),
    "dropout": _words(
        "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout stochastic_depth"
    ),
    "attention": _words("scaled_dot_product_attention multi_head_attention_forward"),
    "recurrent": tuple(RECURRENT),
}
_FAMILY_OF = {op: family for family, ops in _FAMILIES.items() for op in ops}

# The names under which PyTorch also knows an operation.
_SAME_NAME = {
    **{f"{pool}_with_indices": pool for pool in _for_axes("max_pool adaptive_max_pool")},
    **dict.fromkeys(("iadd", "radd"), "add"),
    **dict.fromkeys(("isub", "rsub", "subtract"), "sub"),
    **dict.fromkeys(("imul", "rmul", "multiply"), "mul"),
    **dict.fromkeys(_words("truediv itruediv rtruediv divide true_divide rdiv"), "div"),
    **dict.fromkeys(("concat", "concatenate"), "cat"),
    **dict.fromkeys(("rmatmul", "linalg_matmul"), "matmul"),
    "feature_dropout": "dropout2d",
    "log_sigmoid": "logsigmoid",
    "swapdims": "transpose",
    **ATEN_NAMES,
}
