"""What can be set of each kind of layer: names and defaults as in PyTorch, and the numbers that are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cnnbook.arithmetic import GeometryError
from cnnbook.arithmetic.integers import integer, numbers

# Far above every network; with them a slip of the keyboard cannot make a page, or a kernel, stand still.
LARGEST_SIZE: Final = 100_000
LARGEST_COUNT: Final = 1_000_000_000

ACTIVATIONS: Final = {
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "hardswish": "Hardswish",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
}
"""The activations by the names of their operations, with their classes in torch.nn."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its default, the least and the largest number, and how it is read.

    `per_axis` settings are a number or a pair (H, W). One that is `optional` may be None, which means that it
    follows: a pool's stride its kernel, in_features what arrives. `choices` are the values of a setting that
    is no number.
    """

    default: Any
    least: int = 1
    per_axis: bool = False
    optional: bool = False
    choices: tuple[Any, ...] = ()
    most: int = LARGEST_SIZE


_KERNEL = {"kernel_size": Setting(3, per_axis=True)}
_STRIDE, _POOL_STRIDE = Setting(1, per_axis=True), Setting(None, per_axis=True, optional=True)
_PADDING, _DILATION = Setting(0, 0, per_axis=True), Setting(1, per_axis=True)
_FLAG = (False, True)

SETTINGS: Final[Mapping[str, Mapping[str, Setting]]] = {
    "conv": {
        "out_channels": Setting(64, most=LARGEST_COUNT),
        **_KERNEL,
        "stride": _STRIDE,
        "padding": _PADDING,
        "dilation": _DILATION,
        "groups": Setting(1, most=LARGEST_COUNT),
        "bias": Setting(True, choices=_FLAG),
    },
    "max_pool": {
        "kernel_size": Setting(2, per_axis=True),
        "stride": _POOL_STRIDE,
        "padding": _PADDING,
        "dilation": _DILATION,
        "ceil_mode": Setting(False, choices=_FLAG),
    },
    "avg_pool": {
        "kernel_size": Setting(2, per_axis=True),
        "stride": _POOL_STRIDE,
        "padding": _PADDING,
        "ceil_mode": Setting(False, choices=_FLAG),
    },
    "adaptive_avg_pool": {"output_size": Setting(1, per_axis=True)},
    "adaptive_max_pool": {"output_size": Setting(1, per_axis=True)},
    "activation": {"function": Setting("relu", choices=tuple(ACTIVATIONS))},
    "batch_norm": {},
    "response_norm": {"size": Setting(5)},
    "dropout": {"p": Setting(0.5)},
    "flatten": {},
    "linear": {
        "out_features": Setting(10, most=LARGEST_COUNT),
        "in_features": Setting(None, optional=True, most=LARGEST_COUNT),
        "bias": Setting(True, choices=_FLAG),
    },
    # Four modules of LeNet-5 as it was published in 1998; they have no settings.
    "scaled_tanh": {},
    "subsampling": {},
    "sparse_c3": {},
    "distances": {},
}
"""The settings of each kind of layer, by PyTorch's names."""

INPUT: Final = {"channels": Setting(3, most=LARGEST_COUNT), "size": Setting(224, per_axis=True)}
"""What can be set of the input."""


def checked(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return all settings of a layer, the defaults among them, in one order and form.

    Raises GeometryError or TypeError, in one line that says what would work.

    >>> checked("max_pool", {"kernel_size": 3, "stride": 2})["stride"]
    2
    >>> checked("conv", {"kernel_size": (1, 7), "padding": [0, 3]})["padding"]
    (0, 3)
    """
    if kind not in SETTINGS:
        raise GeometryError(f"no layer is called {kind!r}; {_either(SETTINGS)} would do")
    known = SETTINGS[kind]
    for name in given:
        if name not in known:
            would_do = f"; {_either(known)} would do" if known else ""
            raise TypeError(f"{kind} has no setting {name!r}{would_do}")
    return {name: _checked(name, given.get(name, one.default), one) for name, one in known.items()}


def read(kind: str, name: str, text: str) -> Any:
    """Return the value that somebody typed for a setting: "3", "1 x 7", "(1, 7)", "same", "" for follows.

    Raises GeometryError or TypeError.

    >>> read("conv", "kernel_size", "1 × 7"), read("linear", "in_features", ""), read("dropout", "p", "0.4")
    ((1, 7), None, 0.4)
    >>> read("conv", "out_channels", "many")
    Traceback (most recent call last):
    cnnbook.arithmetic.GeometryError: out_channels is 'many'; a number such as 64 would do
    """
    one = (INPUT if kind == "input" else SETTINGS[kind])[name]
    if one.choices:
        found = next((value for value in one.choices if str(value).lower() == text.strip().lower()), text)
        return _checked(name, found, one)
    plain = text.strip().strip("()[]").lower().replace("×", " ").replace("x", " ").replace(",", " ").strip()
    if not plain and one.optional:
        return None
    if plain == "same" and (kind, name) == ("conv", "padding"):
        return plain
    if name == "p":
        return _checked(name, _number(name, text, float, one), one)
    parts = [_number(name, part, int, one, text) for part in plain.split()] or [
        _number(name, "", int, one, text)
    ]
    return _checked(name, parts[0] if len(parts) == 1 else tuple(parts), one)


def as_text(value: Any) -> str:
    """Return a setting as it is typed and shown; "" for one that follows.

    >>> as_text((1, 7)), as_text(3), as_text(None), as_text(True)
    ('1 × 7', '3', '', 'True')
    """
    if value is None:
        return ""
    return " × ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _checked(name: str, value: Any, one: Setting) -> Any:
    if value is None and one.optional:
        return None
    if one.choices:
        if any(value is choice or (value == choice and isinstance(choice, str)) for choice in one.choices):
            return value
        raise GeometryError(f"{name} is {value!r}; {_either(one.choices)} would do")
    if name == "p":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise GeometryError(f"p is {value!r}; a number from 0 to 1 would do")
        return float(value)
    if value == "same" and name == "padding":
        return value
    found = numbers(value, name, one.least) if one.per_axis else integer(value, name, one.least)
    several = found if isinstance(found, tuple) else (found,)
    if max(several) > one.most:
        raise GeometryError(f"{name} is {max(several):,}; at most {one.most:,} would do")
    if len(several) > 2:
        raise GeometryError(f"{name} has {len(several)} numbers; one, or one for each of H and W, would do")
    return several[0] if len({*several}) == 1 else found


def _number(name: str, part: str, make: type, one: Setting, whole: str = "") -> Any:
    try:
        return make(part)
    except ValueError:
        usual = one.default if one.default is not None else 2
        pair = f" or 1 × {usual}" if one.per_axis and usual else ""
        raise GeometryError(f"{name} is {whole or part!r}; a number such as {usual}{pair} would do") from None


def _either(values: Any) -> str:
    *others, last = [value if isinstance(value, str) else repr(value) for value in values]
    return f"{', '.join(others)} or {last}" if others else last
