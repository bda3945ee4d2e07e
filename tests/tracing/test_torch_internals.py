"""What the package takes from inside torch is as it relies on it, name by name, and stands in one module."""

from __future__ import annotations

import ast
import copy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnnbook.tracing import torch_internals
from cnnbook.tracing.torch_internals import says

SOURCE = Path(torch_internals.__file__).parents[1]
HOME = Path(torch_internals.__file__).relative_to(SOURCE)


class Functions(TorchFunctionMode):
    """Notes every torch function that is called."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.seen.append(func)
        return func(*args, **(kwargs or {}))


def in_vmap(look: Callable[[Tensor], Any]) -> Any:
    """What `look` says of a tensor of shape (3, 5) inside a vmap over its second axis."""
    found: list[Any] = []
    torch.func.vmap(lambda x: found.append(look(x)) or x, 1)(torch.ones(3, 5))
    return found[0]


# -- names: one function for each, which says by an assert what is relied on


def standard_attributes() -> None:
    attributes = nn.Module().__dict__
    assert tuple(attributes) == torch_internals.STANDARD_ATTRIBUTES
    assert tuple(nn.Conv2d(1, 1, 1).__dict__)[: len(attributes)] == tuple(attributes)
    assert {"training", "_parameters", "_buffers", "_modules", "_forward_hooks"} <= attributes.keys()


def held_parameters() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3, bias=False))
    assert not list(torch_internals.held_parameters([model]))
    assert [*torch_internals.held_parameters(model)] == [model[0].weight]


def is_lazy() -> None:
    lazy = nn.LazyLinear(3)
    assert torch_internals.is_lazy(lazy.weight)
    lazy(torch.zeros(1, 2))
    assert not torch_internals.is_lazy(lazy.weight)


def compiled_model() -> None:
    model = nn.Linear(2, 2)
    assert torch_internals.compiled_model(torch.compile(model)) is model
    assert torch_internals.compiled_model(model) is None


def as_written() -> None:
    compiled = nn.Sequential(torch.compile(nn.Sequential(nn.Linear(2, 2))))
    paths = [torch_internals.as_written(path) for path, _ in compiled.named_modules()]
    assert list(dict.fromkeys(paths)) == ["", "0", "0.0"]


def compiler() -> None:
    torch.compile(nn.Linear(2, 2))
    assert torch_internals.COMPILER in sys.modules


def compiled_with_hooks() -> None:
    compiled = torch.compile(nn.Linear(2, 2))
    handle = nn.modules.module.register_module_forward_hook(lambda *given: None)
    try:
        with (
            torch.compiler.set_stance("force_eager"),
            pytest.warns(UserWarning, match=torch_internals.COMPILED_WITH_HOOKS),
        ):
            compiled(torch.zeros(1, 2))
    finally:
        handle.remove()


def scripted_class_name() -> None:
    scripted = torch.jit.trace(nn.Linear(2, 2), torch.zeros(1, 2))
    assert type(scripted).__name__ != "Linear"
    assert torch_internals.scripted_class_name(scripted) == "Linear"


def named_by_learners() -> None:
    model = nn.Sequential(torch.compile(nn.Sequential(nn.Linear(2, 2))))
    named = torch_internals.named_by_learners(dict(model.named_modules()))
    assert list(named) == ["", "0", "0.0"]
    assert type(named["0"]) is nn.Sequential


def fused_kernels() -> None:
    scripted = torch.jit.trace(nn.Conv2d(1, 1, 3).eval(), torch.zeros(1, 1, 5, 5))
    assert torch_internals.fused_kernels(scripted) == []
    fused = torch.jit.optimize_for_inference(scripted)
    assert any("mkldnn" in kind for kind in torch_internals.fused_kernels(fused))


def parametrization_name() -> None:
    for name in ("spectral_norm", "weight_norm", "orthogonal"):
        layer = getattr(nn.utils.parametrizations, name)(nn.Linear(3, 3))
        assert torch_internals.parametrization_name(layer.parametrizations["weight"][0]) == name
    assert torch_internals.parametrization_name(nn.Identity()) == ""


def update_stored_padding() -> None:
    layer = nn.Conv2d(1, 1, 3, padding=0, padding_mode="reflect")
    layer.padding = (2, 1)
    assert layer(torch.zeros(1, 1, 5, 5)).shape == (1, 1, 3, 3), "torch has no copy of the padding any more"
    torch_internals.update_stored_padding(layer, (2, 1))
    assert layer(torch.zeros(1, 1, 5, 5)).shape == (1, 1, 7, 5)
    torch_internals.update_stored_padding(nn.MaxPool2d(2), (1, 1))


def is_overload() -> None:
    assert torch_internals.is_overload(torch.ops.aten.add.Tensor)
    assert not torch_internals.is_overload(torch.add)


def is_aten() -> None:
    assert torch_internals.is_aten(torch.ops.aten.add.Tensor)
    assert not torch_internals.is_aten(torch.ops.quantized.add.default)


def gives_several() -> None:
    assert torch_internals.gives_several(torch.ops.aten.native_layer_norm.default)
    assert not torch_internals.gives_several(torch.ops.aten.relu.default)


def overload_arguments() -> None:
    names = torch_internals.overload_arguments(torch.ops.aten.addmm.default)
    assert names[:3] == ("self", "mat1", "mat2")
    assert torch_internals.overload_arguments(torch.add) == ()


def torch_dispatch_mode() -> None:
    seen: list[Any] = []

    class Watching(torch_internals.TorchDispatchMode):
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(func)
            return func(*args, **(kwargs or {}))

    scripted = torch.jit.trace(nn.ReLU(), torch.zeros(2))
    with Watching(), torch.no_grad():
        scripted(torch.zeros(2))
    assert torch.ops.aten.relu.default in seen


def wanted_hidden_size() -> None:
    for layer, wanted in ((nn.GRU(2, 3), (1, 4, 3)), (nn.LSTM(2, 3), (1, 4, 3))):
        state = torch.zeros(1, 5, 3)
        with pytest.raises(RuntimeError) as caught:
            layer(torch.zeros(7, 4, 2), (state, state) if isinstance(layer, nn.LSTM) else state)
        assert torch_internals.wanted_hidden_size(caught.value) == wanted
    assert torch_internals.wanted_hidden_size(RuntimeError("else")) == ()


def view_base() -> None:
    x = torch.zeros(4)
    assert torch_internals.view_base(x[1:]) is x
    assert torch_internals.view_base(x) is None


def storage_address() -> None:
    a, b = torch.empty(4, device="meta"), torch.empty(4, device="meta")
    address = [torch_internals.storage_address(x.untyped_storage()) for x in (a, a[2:], b)]
    assert address[0] == address[1] != address[2]
    assert a.untyped_storage().data_ptr() == b.untyped_storage().data_ptr() == 0, "data_ptr() would do"


def property_calls() -> None:
    x = torch.zeros(2, 2)
    with Functions() as functions:
        _ = x.mT
        x.requires_grad = True
    assert [func.__name__ for func in functions.seen] == list(torch_internals.PROPERTY_CALLS)
    assert [func.__self__.__name__ for func in functions.seen] == ["mT", "requires_grad"]


def property_getter() -> None:
    with Functions() as functions:
        _ = torch.zeros(2).shape
    assert torch_internals.property_getter("shape") in functions.seen


def is_deepcopy() -> None:
    with Functions() as functions:
        copy.deepcopy([torch.zeros(2)])
    assert sum(map(torch_internals.is_deepcopy, functions.seen)) == 1
    assert not torch_internals.is_deepcopy(torch.clone)


def is_quantized() -> None:
    assert torch_internals.is_quantized(torch.ops.quantized.linear)
    assert torch_internals.is_quantized(torch.ops.quantized.conv2d)
    assert not torch_internals.is_quantized(torch.ops.aten.linear)
    assert not torch_internals.is_quantized(F.linear)


def peek_interpreter_stack() -> None:
    assert torch_internals.peek_interpreter_stack() is None
    assert in_vmap(lambda x: torch_internals.peek_interpreter_stack()) is not None


def is_wrapped() -> None:
    assert in_vmap(torch_internals.is_wrapped)
    assert not torch_internals.is_wrapped(torch.zeros(1))


def is_batched() -> None:
    assert in_vmap(torch_internals.is_batched)
    assert not torch_internals.is_batched(torch.zeros(1))
    found: list[bool] = []
    torch.func.grad(lambda x: found.append(torch_internals.is_batched(x)) or x.sum())(torch.ones(2))
    assert found == [False]


def unwrapped() -> None:
    assert in_vmap(lambda x: tuple(torch_internals.unwrapped(x).shape)) == (3, 5)


def transform_level() -> None:
    assert in_vmap(torch_internals.transform_level) == 1
    levels: list[int] = []
    inner = torch.func.vmap(lambda x: levels.append(torch_internals.transform_level(x)) or x)
    torch.func.vmap(inner)(torch.ones(2, 3))
    assert levels == [2]


def hidden_axis() -> None:
    assert in_vmap(torch_internals.hidden_axis) == 1


def wrap_for_vmap() -> None:
    def look(x: Tensor) -> Any:
        again = torch_internals.wrap_for_vmap(torch.ones(7, 4), 0, torch_internals.transform_level(x))
        return tuple(again.shape), torch_internals.is_batched(again), torch_internals.hidden_axis(again)

    assert in_vmap(look) == ((4,), True, 0)


def wrap_for_grad() -> None:
    found: list[Any] = []

    def look(x: Tensor) -> Tensor:
        inner = torch_internals.unwrapped(x)
        again = torch_internals.wrap_for_grad(inner, torch_internals.transform_level(x))
        found.append((torch_internals.is_wrapped(again), torch_internals.is_batched(again), again.shape))
        return x.sum()

    torch.func.grad(look)(torch.ones(2))
    assert found == [(True, False, (2,))]


def default_device() -> None:
    read, write = torch_internals.DEFAULT_DEVICE
    before = read()
    with torch.device("meta"):
        inside = read()
        torch.set_default_device("cpu")
        write(inside)
        assert torch.zeros(1).is_meta
    assert read() == before
    torch.set_default_device("meta")
    assert read() != before
    write(before)
    assert not torch.zeros(1).is_meta


def anomaly() -> None:
    changes_and_comes_back(torch_internals.ANOMALY, True)


def autocast() -> None:
    cache, enabled, dtype = torch_internals.AUTOCAST
    changes_and_comes_back(cache, False)
    changes_and_comes_back(dtype, torch.float16)
    changes_and_comes_back(enabled, True)
    with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
        assert (cache[0](), enabled[0](), dtype[0]()) == (False, True, torch.bfloat16)


def changes_and_comes_back(setting: torch_internals.Setting, other: Any) -> None:
    read, write = setting
    before = read()
    assert before != other
    write(other)
    try:
        assert read() == other
    finally:
        write(before)
    assert read() == before


def sequence_number() -> None:
    x = torch.ones(2, requires_grad=True)
    first = x * 2
    second = first + 1
    assert torch_internals.sequence_number(first.grad_fn) < torch_internals.sequence_number(second.grad_fn)


def result_shape() -> None:
    x = torch.ones(2, 3, requires_grad=True)
    assert torch_internals.result_shape(x.t().grad_fn) == (3, 2)
    assert torch_internals.result_shape(object()) is None


def saved_values() -> None:
    x = torch.ones(2, requires_grad=True)
    saved = dict(torch_internals.saved_values((x * x).grad_fn))
    assert saved.keys() == {"self", "other"}
    assert saved["self"] is x


def leaf() -> None:
    x = torch.ones(2, requires_grad=True)
    made = (x * x).grad_fn
    assert torch_internals.leaf(made) is None
    assert torch_internals.leaf(made.next_functions[0][0]) is x


NAMES = [
    *(standard_attributes, held_parameters, is_lazy, compiled_model, scripted_class_name),
    *(as_written, compiler, compiled_with_hooks),
    *(update_stored_padding, view_base, storage_address),
    *(property_calls, property_getter, is_deepcopy, is_quantized),
    *(peek_interpreter_stack, is_wrapped, is_batched, unwrapped, transform_level, hidden_axis),
    *(wrap_for_vmap, wrap_for_grad),
    *(default_device, anomaly, autocast),
    *(sequence_number, result_shape, saved_values, leaf),
]


@pytest.mark.filterwarnings("ignore:.*torch.jit", "ignore:Anomaly Detection")
@pytest.mark.parametrize("relied_on", NAMES, ids=lambda function: function.__name__)
def test_a_name_of_torch_does_what_is_relied_on(relied_on: Callable[[], None]) -> None:
    """Each private or undocumented name still exists and behaves as its users need it."""
    relied_on()


# -- texts: for each, a call whose real error has it


def image(dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.zeros(1, 3, 8, 8, dtype=dtype)


def inside_no_grad(use: Callable[[Tensor], Any]) -> None:
    with torch.no_grad():
        use(torch.ones(2, requires_grad=True) * 2)


DOUBLE = torch.float64
RAISING: dict[str, list[tuple[str, Callable[[], Any]]]] = {
    "GRADIENTS_MISSING": [
        ("not require grad", lambda: inside_no_grad(lambda y: y.sum().backward())),
        ("not require grad", lambda: inside_no_grad(lambda y: torch.autograd.grad(y.sum(), y))),
        ("doesn't require grad", lambda: inside_no_grad(lambda y: y.register_hook(print))),
        ("has requires_grad=False", lambda: inside_no_grad(lambda y: y.retain_grad())),
    ],
    "NESTED": [
        ("Nested", lambda: torch.nested.nested_tensor([torch.zeros(2, 3), torch.zeros(1, 3)]).shape),
    ],
    "ONE_VALUE_PER_CHANNEL": [
        ("more than 1 value per channel", lambda: nn.BatchNorm1d(5).train()(torch.zeros(1, 5))),
        ("more than 1 spatial element", lambda: nn.InstanceNorm2d(5).train()(torch.zeros(1, 5, 1, 1))),
    ],
    "NUMBER_TYPES": [
        ("dtype", lambda: nn.Linear(8, 2)(image(DOUBLE))),
        ("scalar type", lambda: nn.Conv2d(3, 4, 3, bias=False)(image(DOUBLE))),
        ("not implemented for", lambda: nn.BatchNorm2d(3)(image(torch.int64))),
        ("bias type", lambda: nn.Conv2d(3, 4, 3)(image(DOUBLE))),
        ("weight type", lambda: nn.Conv2d(3, 4, 3, bias=False)(image(torch.complex64))),
        ("datatype", lambda: nn.BatchNorm2d(3)(image(DOUBLE))),
        # "dtype" in newer releases, "must have the type" in torch 2.10
        ("must have the type", lambda: nn.LSTM(8, 4)(torch.zeros(2, 3, 8, dtype=DOUBLE))),
    ],
    "NOT_CONTIGUOUS": [
        ("contiguous", lambda: image().transpose(1, 2).view(1, -1)),
        ("stride", lambda: image().transpose(1, 2).view(1, -1)),
    ],
    "NONE_GIVEN": [
        ("NoneType", lambda: F.relu(None)),  # type: ignore[arg-type]
        ("NoneType", lambda: nn.Conv2d(3, 4, 3)(None)),
        ("NoneType", lambda: None.view(-1)),  # type: ignore[attr-defined]
    ],
}
TEXTS = [(group, text, call) for group, calls in RAISING.items() for text, call in calls]


def message_of(call: Callable[[], Any]) -> str:
    with pytest.raises(Exception) as caught:  # noqa: PT011 (whatever torch raises)
        call()
    return str(caught.value)


@pytest.mark.parametrize(
    ("group", "text", "call"), TEXTS, ids=[f"{group}-{text}" for group, text, _ in TEXTS]
)
def test_a_text_stands_in_torch_s_real_error(group: str, text: str, call: Callable[[], Any]) -> None:
    """Each text that is looked for is in the message of the error it is meant for."""
    message = message_of(call)
    if text == "must have the type" and text not in message:
        text = "dtype"
    assert text in message
    assert says(RuntimeError(message), getattr(torch_internals, group))
    assert not says(RuntimeError("The size of a must match"), getattr(torch_internals, group))


def test_every_text_has_its_error() -> None:
    """No text that is looked for is left without a call that raises it."""
    for group, calls in RAISING.items():
        assert {text for text, _ in calls} == set(getattr(torch_internals, group)), group
    groups = {name for name, value in vars(torch_internals).items() if name.isupper() and is_texts(value)}
    assert groups - {"STANDARD_ATTRIBUTES", "PROPERTY_CALLS"} == RAISING.keys()


def is_texts(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) for item in value)


def test_a_missing_forward_is_told_with_the_class_s_name() -> None:
    """NO_FORWARD finds the class in the error of a module without forward, torch's own or the user's."""
    own = type("Net", (nn.Module,), {})
    for module, name in ((nn.ModuleList([]), "ModuleList"), (own(), "Net")):
        found = torch_internals.NO_FORWARD.search(message_of(lambda module=module: module(image())))
        assert found is not None
        assert found[1] == name


def test_what_is_given_in_place_of_a_tensor_is_told_by_its_type() -> None:
    """NOT_A_TENSOR finds the type in the errors of a dense layer and of a convolution."""
    for call in (lambda: nn.Linear(3, 4)([1.0]), lambda: nn.Conv2d(3, 4, 1)([1.0])):
        found = torch_internals.NOT_A_TENSOR.search(message_of(call))
        assert found is not None
        assert (found["one"] or found["first"]) == "list"


def test_a_refused_constructor_is_told_with_the_class_s_name() -> None:
    """CONSTRUCTOR finds the class in the errors of too many, and of doubled arguments."""
    for call, name in ((lambda: nn.Sigmoid(1), "Sigmoid"), (lambda: nn.Softmax(1, dim=1), "Softmax")):
        found = torch_internals.CONSTRUCTOR.match(message_of(call))
        assert found is not None
        assert found[1] == name


def test_a_device_that_is_not_there() -> None:
    """NO_SUCH_DEVICE is found in the error of a graphics card with a number that nobody has."""
    message = message_of(lambda: torch.ones(1, device="cuda:99"))
    assert torch_internals.NO_SUCH_DEVICE.search(message)


def test_the_stack_of_c_functions_begins_as_expected(monkeypatch: pytest.MonkeyPatch) -> None:
    """CPP_STACK stands in torch's messages when it is asked to show its own stack."""
    import subprocess
    import sys

    code = "import torch\ntry: torch.zeros(2) + torch.zeros(3)\nexcept RuntimeError as error: print(error)"
    monkeypatch.setenv("TORCH_SHOW_CPP_STACKTRACES", "1")
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert torch_internals.CPP_STACK in shown


# -- nothing of the kind anywhere else


def private_names_of_torch() -> set[str]:
    """Attributes with one underscore in front that torch's own objects have."""
    objects = [nn.Module(), nn.Conv2d(1, 1, 1), torch.zeros(1), torch.zeros(1).untyped_storage()]
    objects += [(torch.ones(1, requires_grad=True) * 1).grad_fn, torch.ops.quantized.linear]
    found = {name for thing in objects for name in dir(thing) if name.startswith("_")}
    return {name for name in found if not name.startswith("__")} | {"_orig_mod"}


PRIVATE = private_names_of_torch()
UNDOCUMENTED = {"is_lazy", "original_name", "is_anomaly_enabled", "set_anomaly_enabled", "__deepcopy__"}
UNDOCUMENTED |= {"is_autocast_cache_enabled", "set_autocast_cache_enabled", "CURRENT_DEVICE"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def offences(source: str) -> Iterator[str]:
    """The private names of torch that a module uses, and its searches for words in an error's message."""
    tree = ast.parse(source)
    of_torch = {"torch"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] == "torch" and any(map(is_private, alias.name.split("."))):
                    yield alias.name
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "torch":
            of_torch |= {alias.asname or alias.name for alias in node.names}
            parts = [*str(node.module).split("."), *(alias.name for alias in node.names)]
            yield from (part for part in parts if is_private(part) or part in UNDOCUMENTED)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            root = node.value
            while isinstance(root, ast.Attribute):
                root = root.value
            name = root.id if isinstance(root, ast.Name) else ""
            of_own = isinstance(node.value, ast.Name) and name in ("self", "cls")
            torch_s = name in of_torch and (is_private(node.attr) or node.attr in UNDOCUMENTED)
            if torch_s or (node.attr in PRIVATE and not of_own):
                yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and node.value in PRIVATE | UNDOCUMENTED:
            yield repr(node.value)  # as in getattr(module, "_buffers")
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            yield from (ast.unparse(node) for searched in node.comparators[:1] if is_message(searched))
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
            yield from (ast.unparse(node) for argument in node.args if is_message(argument))


def is_message(node: ast.AST) -> bool:
    """Whether an expression is an error's message: `str(error)`, or a name that says so."""
    text = ast.unparse(node)
    return text == "message" or (text.startswith("str(") and text.removesuffix(")").endswith("error"))


MODULES = [path.relative_to(SOURCE) for path in sorted(SOURCE.rglob("*.py"))]


def test_no_other_module_uses_torch_s_insides() -> None:
    """Private names of torch, and words looked for in its errors, stand in torch_internals alone."""
    texts = {path: (SOURCE / path).read_text(encoding="utf-8") for path in MODULES}
    found = {str(path): [*offences(text)] for path, text in texts.items() if path != HOME}
    assert {path: names for path, names in found.items() if names} == {}
    assert [*offences(texts[HOME])]


@pytest.mark.parametrize(
    "line",
    [
        "import torch._dynamo",
        "from torch._C import _functorch",
        "from torch.overrides import _push_mode",
        "from torch.nn.parameter import is_lazy",
        "torch._C._set_grad_enabled(False)",
        "from torch import nn\nnn.modules.conv._ConvNd",
        "tensor._base",
        "[p for p in module._parameters.values()]",
        "self.model._modules",
        "getattr(model, '_orig_mod', None)",
        "node._sequence_nr()",
        "torch.is_anomaly_enabled()",
        "'dtype' in str(error)",
        "'contiguous' not in str(failure.error)",
        "any(word in message for word in words)",
        "re.search('Module', message)",
    ],
)
def test_a_use_of_torch_s_insides_is_found(line: str) -> None:
    """The test above can fail: it finds each way to use a private name or to read an error's words."""
    assert [*offences(line)]


@pytest.mark.parametrize(
    "line",
    [
        "row._replace(note='')",
        "self._parameters",
        "torch.__version__",
        "x in names",
        "str(error)",
        "from torch.nn.modules.module import register_module_forward_hook",
    ],
)
def test_what_is_no_inside_of_torch_is_let_through(line: str) -> None:
    """Public names, and private ones that are not torch's, are no offence."""
    assert not [*offences(line)]
