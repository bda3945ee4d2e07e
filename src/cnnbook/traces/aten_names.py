"""The names of operations in an exported network that differ from those of torch's functions.

torch.export, torch.fx and TorchScript call torch.ops.aten, where for example F.batch_norm in evaluation mode
is `_native_batch_norm_legit_no_training`. Leading underscores and what follows a dot are cut off before.
"""

from __future__ import annotations

_BATCH_NORMS = ("native_batch_norm", "native_batch_norm_legit", "native_batch_norm_legit_no_training")
_ATTENTION = "scaled_dot_product_attention"
_KERNELS = ("flash", "efficient", "fused", "cudnn")
_RESIZED = ("nearest1d", "nearest2d", "nearest3d", "linear1d", "bilinear2d")

ATEN_NAMES: dict[str, str] = {
    **dict.fromkeys(_BATCH_NORMS, "batch_norm"),
    "native_layer_norm": "layer_norm",
    "native_group_norm": "group_norm",
    "fused_rms_norm": "rms_norm",
    "native_dropout": "dropout",
    "to_copy": "to",
    "safe_softmax": "softmax",
    "unsafe_view": "view",
    **{
        f"scaled_dot_product_{kernel}_attention{end}": _ATTENTION
        for kernel in _KERNELS
        for end in ("", "_for_cpu", "_overrideable")
    },
    f"{_ATTENTION}_math": _ATTENTION,
    **{f"upsample_{way}": "interpolate" for way in _RESIZED},
}
"""The name of the operation for each name of torch.ops.aten that differs from it."""
