"""Tensors of unequal number types, which torch does not mix in one layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cnnbook.tracing.failures.attempts import Repair
from cnnbook.tracing.failures.cases import Case, Explained, place
from cnnbook.tracing.failures.rebuilding import together


def mismatch(case: Case) -> Explained | None:
    """Whole numbers or float64 in a network of float32 weights."""
    message = str(case.failure.error)
    words = (
        "dtype",
        "scalar type",
        "not implemented for",
        "bias type",
        "weight type",
        "datatype",
        "data type",
    )
    found = list(dict.fromkeys(case.failure.dtypes))
    if not case.failure.op or not any(word in message for word in words) or not found:
        return None
    if case.failure.op == "embedding":
        text = f"{case.where} looks up whole numbers, {case.name(-1)} is {found[0]}."
        return Explained(text, iter([_converted(case, "int64", "x.long()")]))
    given, others = found[0], [dtype for dtype in found[1:] if dtype != found[0]]
    index = case.failure.inputs[0] if case.failure.inputs else -1
    source = case.name(index)
    has = "is" if index < 0 else "gives"
    wanted = others[0] if others else "float32"
    text = (
        f"{case.where} has {wanted} weights, {source} {has} {given}"
        if others
        else f"{case.where} does not work on {given}"
    )
    if given in ("int64", "int32", "uint8", "bool"):
        text = f"{text}: whole numbers" + ("" if others else f", which {source} {has}")
    if given == "float64" and index >= 0 and not _fed_doubles(case):
        doubles = _doubles(case)
        named = "".join(f"; {name} of the network is float64" for name, _ in doubles[:1])
        return Explained(f"{text}{named}; torch does not convert by itself.", iter([r for _, r in doubles]))
    return Explained(f"{text}; torch does not convert by itself.", _repairs(case, wanted, given))


def _fed_doubles(case: Case) -> bool:
    """Whether the float64 numbers come in with the input, or from the network's own parameters."""
    import torch

    given = [*case.attempt.inputs, *case.attempt.keywords.values()][:1]
    return any(getattr(t, "dtype", None) is torch.float64 for t in (*given, *case.attempt.model.parameters()))


def _doubles(case: Case) -> list[tuple[str, Repair]]:
    """The buffers and other tensors of the network, as numpy makes them, that are float64: in float32."""
    import torch

    found, model = [], case.attempt.model
    for path, module in model.named_modules():
        for name, value in (*module._buffers.items(), *vars(module).items()):
            if isinstance(value, torch.Tensor) and value.dtype is torch.float64:

                def change(trial: Any, path: str = path, name: str = name) -> None:
                    module = trial.get_submodule(path)
                    setattr(module, name, getattr(module, name).float())

                here = f"{place(model, path)}.{name}" if path else name
                found.append((here, Repair(f"{here} = {here}.float()", f"dtype {here}", change)))
    if len(found) > 1:
        found.append((found[0][0], together(*[repair for _, repair in found])))
    return found


def _doubled(trial: Any) -> None:
    trial.double()


def _repairs(case: Case, wanted: str, given: str) -> Iterator[Repair]:
    import torch

    methods = {"float32": "x.float()", "float64": "x.double()", "float16": "x.half()"}
    if hasattr(torch, wanted):
        yield _converted(case, wanted, methods.get(wanted, f"x.to(torch.{wanted})"))
    if given == "float64":
        yield Repair("model.double()", "model", _doubled)


def _converted(case: Case, wanted: str, how: str) -> Repair:
    import torch

    dtype = getattr(torch, wanted)
    return Repair(f"feed {how}", "dtype", feed=torch.empty(case.seen.input_shape, dtype=dtype, device="meta"))
