"""Repairs that give a layer other settings, with the line of Python that makes the new layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn

from cnnbook.tracing.failures import weight_norms
from cnnbook.tracing.failures.call_replacement import all_of
from cnnbook.tracing.failures.module_paths import assignment, place
from cnnbook.tracing.failures.trials import Repair
from cnnbook.tracing.failures.wording import as_written
from cnnbook.tracing.torch_internals import update_stored_padding

# Arguments of constructors: first those without a default, then the others with their defaults.
_CONV = (
    ("in_channels", "out_channels", "kernel_size"),
    {
        "stride": 1,
        "padding": 0,
        "output_padding": 0,
        "dilation": 1,
        "groups": 1,
        "bias": True,
        "padding_mode": "zeros",
    },
)
_RECURRENT = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0, "bidirectional": False}
_ATTENTION = {
    "dropout": 0.0,
    "bias": True,
    "add_zero_attn": False,
    "kdim": None,
    "vdim": None,
    "batch_first": False,
}
_SETTINGS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    **{f"Conv{n}d": _CONV for n in (1, 2, 3)},
    **{f"ConvTranspose{n}d": _CONV for n in (1, 2, 3)},
    "Linear": (("in_features", "out_features"), {"bias": True}),
    **{
        f"{of}Norm{n}d": (("num_features",), {"eps": 1e-5, "momentum": 0.1, "affine": of == "Batch"})
        for of in ("Batch", "Instance")
        for n in (1, 2, 3)
    },
    "GroupNorm": (("num_groups", "num_channels"), {"eps": 1e-5, "affine": True}),
    "LayerNorm": (("normalized_shape",), {"eps": 1e-5, "elementwise_affine": True}),
    "PReLU": (("num_parameters",), {}),
    "Embedding": (("num_embeddings", "embedding_dim"), {"padding_idx": None}),
    "LSTM": (("input_size", "hidden_size"), {**_RECURRENT, "proj_size": 0}),
    "GRU": (("input_size", "hidden_size"), _RECURRENT),
    "RNN": (("input_size", "hidden_size"), {**_RECURRENT, "nonlinearity": "tanh"}),
    "LSTMCell": (("input_size", "hidden_size"), {"bias": True}),
    "GRUCell": (("input_size", "hidden_size"), {"bias": True}),
    "RNNCell": (("input_size", "hidden_size"), {"bias": True, "nonlinearity": "tanh"}),
    "MultiheadAttention": (("embed_dim", "num_heads"), _ATTENTION),
}


def rebuilt(model: nn.Module, path: str, **changed: Any) -> list[Repair]:
    """The repair that replaces a layer by one with other settings; [] if its constructor is not known here.

    [] also for a layer that shares its weights with another: a new layer would not share them.
    """
    made = line(model, path, **changed)
    if made is None or _shares_weights(model, model.get_submodule(path)):
        return []
    text, arguments = made

    def change(trial: nn.Module) -> None:
        old = trial.get_submodule(path)
        new = getattr(nn, weight_norms.class_name(old))(**arguments, device="meta")
        for norm in weight_norms.of_layer(old):
            new = norm.function(new)
        trial.set_submodule(path, new.train(old.training))

    return [Repair(text, f"rebuild {path}", change)]


def _shares_weights(model: nn.Module, layer: nn.Module) -> bool:
    own = {id(p) for p in layer.parameters(recurse=False)}
    others = (module for module in model.modules() if module is not layer)
    return any(id(p) in own for module in others for p in module.parameters(recurse=False))


def line(model: nn.Module, path: str, **changed: Any) -> tuple[str, dict[str, Any]] | None:
    """The line that makes the new layer, as "fc1 = nn.Linear(256, 120)", and the constructor's arguments."""
    old = model.get_submodule(path)
    name = weight_norms.class_name(old)
    known = _SETTINGS.get(name)
    if known is None or not path or not type(old).__module__.startswith("torch.nn"):
        return None
    if not weight_norms.is_known(old):
        return None
    first, rest = known
    values: dict[str, Any] = {key: _written(key, changed.get(key, getattr(old, key, None))) for key in first}
    for key, default in rest.items():
        value = changed.get(key, getattr(old, key, default))
        if key == "bias":
            # Attention keeps its bias under another name, and all layers but recurrent ones keep the tensor.
            value = getattr(old, "in_proj_bias", value) is not None and value is not False
        if key in ("kdim", "vdim") and value in (old.embed_dim, values["embed_dim"]):
            value = None
        value = as_written(value)
        if value != default:
            values[key] = value
    dtype = next((p.dtype for p in old.parameters()), None)
    written = ", ".join(
        [*(str(values[key]) for key in first), *(f"{k}={values[k]!r}" for k in values if k not in first)]
    )
    new = f"nn.{name}({written})"
    for norm in weight_norms.of_layer(old):
        new = f"{norm.written}({new})"
    return (
        assignment(model, path, new),
        {**values, **({} if dtype is None else {"dtype": dtype})},
    )


def _written(key: str, value: Any) -> Any:
    # LayerNorm((28, 28)) normalizes over two axes, and LayerNorm(28) over one.
    return value if key == "normalized_shape" and len(value) > 1 else as_written(value)


def with_attributes(model: nn.Module, path: str, **settings: Any) -> Repair:
    """The repair that sets another padding, stride or the like on a layer: "give conv1 padding=2"."""
    wanted = ", ".join(f"{key}={as_written(value)}" for key, value in settings.items())

    def change(trial: nn.Module) -> None:
        module: Any = trial.get_submodule(path)
        for key, value in settings.items():
            old = getattr(module, key)
            setattr(module, key, value if isinstance(old, tuple | str) else as_written(value))
        if "padding" in settings:
            update_stored_padding(module, settings["padding"])

    return Repair(f"give {place(model, path)} {wanted}", f"{'+'.join(settings)} {path}", change)


def with_exactly(model: nn.Module, path: str, **settings: Any) -> Repair:
    """The repair that sets attributes of a layer to just these values: "give up mode='bilinear'"."""
    wanted = ", ".join(f"{key}={value!r}" for key, value in settings.items())

    def change(trial: nn.Module) -> None:
        for key, value in settings.items():
            setattr(trial.get_submodule(path), key, value)

    return Repair(f"give {place(model, path)} {wanted}", f"{wanted} {path}", change)


def together(*repairs: Repair) -> Repair:
    """Several repairs as one: "give conv1 padding=1 and conv2 padding=1"."""
    changes: list[Callable[[nn.Module], object]] = [r.change for r in repairs if r.change is not None]

    def change(trial: nn.Module) -> None:
        for each in changes:
            each(trial)

    patch = all_of([r.patch for r in repairs if r.patch is not None])
    text = " and ".join(r.text for r in repairs).replace(" and give ", " and ")
    return Repair(text, repairs[0].family, change if changes else None, None, patch)
