"""Whatever a network does in its forward, the trace has torch's shapes, and the network is as it was."""

from __future__ import annotations

import random
import re
import threading
from typing import Any

import numpy as np
import pytest
import torch
from networks_of_all_kinds import KINDS, From
from torch import Tensor, nn
from torch.nn.modules import module as hooks
from torch.utils.flop_counter import FlopCounterMode

from cnnbook import TraceError, autograd_graph, trace
from cnnbook.traces import Trace

NAMES = sorted(KINDS)
PACKED = KINDS["packed_sequence"]()[0]
ATTENTION = nn.MultiheadAttention(8, 2, add_bias_kv=True, add_zero_attn=True)


def tensors(value: Any) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else ()
    return [tensor for item in items for tensor in tensors(item)]


def real_outputs(net: nn.Module, inputs: Any) -> list[tuple[int, ...]]:
    dtype = next((p.dtype for p in net.parameters()), torch.float32)
    given = [value if isinstance(value, Tensor) else torch.rand(value).to(dtype) for value in inputs]
    return [tuple(t.shape) for t in tensors(net(*given))]


def state(net: nn.Module) -> Any:
    """Everything that a trace must leave alone, by value and by identity."""
    return (
        {
            key: (id(value), value.detach().clone().numpy().tobytes())
            for key, value in net.state_dict(keep_vars=True).items()
        },
        {key: id(p.grad) for key, p in net.named_parameters()},
        [
            (name, type(m), m.training, {k: id(v) for k, v in m.__dict__.items()})
            for name, m in net.named_modules()
        ],
        [len(m._forward_hooks) + len(m._forward_pre_hooks) for m in net.modules()],
        [len(table) for table in (hooks._global_forward_hooks, hooks._global_forward_pre_hooks)],
        torch.get_rng_state().numpy().tobytes(),
        random.getstate(),
        repr([(getattr(m, "seen", None), getattr(m, "latest", None)) for m in net.modules()]),
        (torch.is_grad_enabled(), torch.get_default_dtype(), torch.overrides._len_torch_function_stack()),
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_outputs_have_the_shapes_of_a_real_forward(name: str) -> None:
    """The rows that `outputs` names made tensors of the very shapes that running the network gives."""
    net, inputs = KINDS[name]()
    seen = trace(net, *inputs)
    shapes = [
        seen.input_shapes[-1 - index] if index < 0 else seen.rows[index].output_shapes
        for index in dict.fromkeys(seen.outputs)
    ]
    flat = [s for shape in shapes for s in (shape if shape and isinstance(shape[0], tuple) else [shape])]
    wanted = real_outputs(net, inputs)
    assert wanted
    assert set(wanted) <= set(flat)
    assert seen.output_shape in wanted


@pytest.mark.parametrize("name", NAMES)
def test_the_network_is_untouched(name: str) -> None:
    """Parameters, attributes, modes, hooks, random numbers and torch's global state are the same after."""
    net, inputs = KINDS[name]()
    before = state(net)
    trace(net, *inputs)
    assert state(net) == before


@pytest.mark.parametrize("name", NAMES)
def test_the_network_is_untouched_after_a_failure(name: str) -> None:
    """The same holds when the last thing the network does is to raise."""
    net, inputs = KINDS[name]()

    def forward(self: nn.Module, *args: Any) -> Any:
        self.net(*args)
        raise KeyError("on purpose")

    failing = From(forward, net=net)
    failing.train(net.training)
    before = state(failing)
    with pytest.raises(TraceError):
        trace(failing, *inputs)
    assert state(failing) == before


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_counted_once(name: str) -> None:
    """The rows' parameters and the unused ones together are the network's, each counted once."""
    net, inputs = KINDS[name]()
    seen = trace(net, *inputs)
    assert seen.parameters == sum(p.numel() for p in net.parameters())
    assert sum(row.parameters for row in seen) + seen.unused_parameters == seen.parameters
    unused = {"ends_early": 15, "module_list_and_dict": 45, "catches_its_own_error": 184}
    assert seen.unused_parameters == unused.get(name, 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_network_without_data_gives_the_same_rows(name: str) -> None:
    """A network on the meta device traces to the same rows as one with weights, unless it needs numbers."""
    net, inputs = KINDS[name]()
    seen = trace(net, *inputs)
    again = trace(net.to("meta"), *inputs)
    assert again.rows == seen.rows
    assert bool(seen.notes) == (name in ("data_dependent_branch", "packed_sequence"))


@pytest.mark.parametrize(
    ("forward", "inputs"),
    [
        (torch.inner, ((2, 3), (4, 3))),
        (torch.linalg.matmul, ((2, 5, 3), (3, 4))),
        (lambda x, y, z: torch.einsum("ab,bc,cd->ad", x, y, z), ((2, 3), (3, 4), (4, 5))),
        (lambda x, y, z: torch.einsum("...c,dc,ed->...e", x, y, z), ((2, 10, 3), (6, 3), (4, 6))),
        (lambda x, y: torch.tensordot(x, y, dims=([1, 2], [0, 1])), ((2, 3, 5), (3, 5, 4))),
        (
            lambda x, y: ATTENTION(x, y, y),
            ((5, 3, 8),) * 2,
        ),
        (lambda x: PACKED(x), ((4, 2, 5),)),
    ],
)
def test_macs_are_half_of_the_operations_that_torch_counts(forward: Any, inputs: Any) -> None:
    """Products in other words, or inside another module, have as many MACs as torch's counter says."""
    seen = trace(From(lambda s, *given: forward(*given)), *inputs)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        forward(*map(torch.rand, inputs))
    assert seen.macs == counter.get_total_flops() // 2 > 0


def test_vmap_gives_rows_for_the_whole_batch() -> None:
    """Inside vmap torch hides the batch axis; the rows' shapes and MACs are those of the whole batch."""
    net, inputs = KINDS["vmapped"]()
    seen = trace(net, *inputs)
    rows = [(row.op, row.path, row.inputs, row.output_shape, row.macs) for row in seen]
    assert rows == [
        ("linear", "first", (-1,), (5, 3), 60),
        ("relu", "", (0,), (5, 3), 0),
        ("linear", "last", (1,), (3, 2), 30),
    ]


def test_an_ensemble_under_vmap_counts_every_member() -> None:
    """Stacked weights that vmap takes apart are counted whole, and so are their products."""
    net, inputs = KINDS["ensemble"]()
    linear, tanh = trace(net, *inputs)
    assert (linear.parameters, linear.macs, linear.output_shape) == (24, 3 * 5 * 4 * 2, (3, 5, 2))
    assert tanh.inputs == (0,)


def test_products_of_two_results_under_vmap_are_counted_for_the_batch() -> None:
    """Attention and einsum, whose operands all have the hidden axis, cost as much as without vmap."""

    def attention(x: Tensor) -> Tensor:
        return nn.functional.scaled_dot_product_attention(
            x, x, torch.einsum("...ij,...kj,...kl->...il", x, x, x)
        )

    def named(x: Tensor) -> Tensor:
        return nn.functional.scaled_dot_product_attention(x, x, torch.einsum("nij,nkj,nkl->nil", x, x, x))

    shape = (3, 2, 5, 4)
    plain = trace(From(lambda s, x: attention(x)), shape)
    assert trace(From(lambda s, x: torch.func.vmap(attention)(x)), shape).macs == plain.macs
    assert trace(From(lambda s, x: torch.func.vmap(named)(x)), shape).macs == plain.macs


def test_a_dot_product_under_vmap_is_counted_for_the_batch() -> None:
    """Three products of five numbers each; the hidden axis is in the operands and in the result."""
    net = From(lambda s, x, y: torch.func.vmap(torch.dot)(x, y))
    assert trace(net, (3, 5), (3, 5)).macs == 15


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_chain_of_two_matrices_is_counted() -> None:
    """chain_matmul takes its matrices one by one, not as a list."""
    net = From(lambda s, x, y: torch.chain_matmul(x, y))
    assert trace(net, (3, 5), (5, 4)).macs == 3 * 5 * 4


@pytest.mark.parametrize(
    ("forward", "shape"),
    [
        (lambda x: torch.split(x, [1, 3], 1)[1], (2, 3, 5)),
        (lambda x: x.topk(2, 2)[1], (2, 4, 2)),
        (lambda x: (x + 1).max(1)[0], (2, 5)),
    ],
)
def test_the_output_is_the_tensor_that_forward_returns(forward: Any, shape: Any) -> None:
    """A part that is not the first of its row has its own shape, also after a way through JSON."""
    seen = trace(From(lambda s, x: forward(x)), (2, 4, 5))
    assert seen.output_shape == shape == tuple(forward(torch.rand(2, 4, 5)).shape)
    again = Trace.from_dict(seen.to_dict())
    assert again == seen
    assert again.output_shape == shape


@pytest.mark.parametrize(
    ("returned", "shape", "note"),
    [
        (lambda x: torch.from_numpy(x.numpy().sum(1)), (5,), "made where torch cannot be watched"),
        (lambda x: torch.zeros(7), (7,), "without the inputs"),
        (lambda x: (x for _ in range(2)), (5, 4), "forward returned a generator, and no tensor"),
        (lambda x: x.shape[0], (5, 4), "forward returned a int, and no tensor"),
    ],
)
def test_a_result_that_no_row_made_is_told(returned: Any, shape: Any, note: str) -> None:
    """What comes from NumPy or from nothing has its true shape and a note; no tensor at all has a note."""
    seen = trace(From(lambda s, x: returned(x)), (5, 4))
    assert seen.output_shape == shape
    assert note in " ".join(seen.notes)


def test_a_parameter_that_is_the_result_is_not_marked() -> None:
    """A network that returns its own parameter has that shape, and nothing is left on the parameter."""
    net = From(lambda s, x: s.weight, weight=nn.Parameter(torch.rand(3, 4)))
    assert trace(net, (5, 4)).output_shape == (3, 4)
    assert trace(net, (5, 4)).output_shape == (3, 4)
    assert net.weight.__dict__ == {}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_a_quantized_network_runs_on_the_cpu() -> None:
    """Packed weights are no tensors that could be exchanged: the trace runs with numbers, and says so."""
    net = torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(3, 4)), {nn.Linear})
    seen = trace(net, (2, 3))
    assert seen.output_shape == (2, 4)
    assert "linear_dynamic in 0 (Linear) needs the values" in seen.notes[0]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
def test_a_quantized_convolution_is_a_row() -> None:
    """Its weights are packed away, so the row has its shape but no window, parameters or MACs."""
    net: Any = torch.ao.quantization.QuantWrapper(nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())).eval()
    net.qconfig = torch.ao.quantization.default_qconfig
    torch.ao.quantization.prepare(net, inplace=True)
    net(torch.rand(1, 3, 8, 8))
    torch.ao.quantization.convert(net, inplace=True)
    row = trace(net, (1, 3, 8, 8))["module.0"]
    assert (row.op, row.output_shape) == ("quantized_conv2d", (1, 8, 6, 6))
    assert (row.window, row.parameters, row.macs) == (None, 0, 0)


@pytest.mark.parametrize("shape", [(10**20, 3), (2**40, 2**40), (10**20, 0)])
def test_an_input_that_no_machine_holds_is_refused(shape: Any) -> None:
    """A shape with more values than torch can count is a ValueError with the shape in it."""
    with pytest.raises(ValueError, match="no tensor is as large as an input of shape"):
        trace(nn.ReLU(), shape)


def test_the_second_use_of_a_module_is_marked() -> None:
    """A layer that is called twice counts its parameters in the first row, and the second says so."""
    net, inputs = KINDS["shared_module"]()
    first, _, second = trace(net, *inputs)
    assert (first.parameters, second.parameters) == (84, 0)
    assert second.note == "weights shared with row 0"


def test_a_branch_on_numbers_is_marked_as_run_on_the_cpu() -> None:
    """A network that reads a value is run on random numbers; the trace says which operation asked for it."""
    net, inputs = KINDS["data_dependent_branch"]()
    (note,) = trace(net, *inputs).notes
    assert note == "run on the CPU with random numbers: item needs the values, not only the shapes"


def test_a_lazy_network_stays_lazy() -> None:
    """Lazy modules are given their shapes in a copy: the trace is right and the network still has none."""
    net = nn.Sequential(nn.LazyConv2d(4, 3), nn.Flatten(), nn.LazyLinear(5))
    seen = trace(net, (2, 3, 8, 8))
    assert [row.output_shape for row in seen] == [(2, 4, 6, 6), (2, 144), (2, 5)]
    assert [row.module for row in seen] == ["Conv2d", "Flatten", "Linear"]
    assert seen.parameters == 112 + 725
    assert [type(m).__name__ for m in net] == ["LazyConv2d", "Flatten", "LazyLinear"]
    assert all(nn.parameter.is_lazy(p) for p in net.parameters())


def test_a_lazy_network_that_fails_is_explained() -> None:
    """A lazy layer behind the failure gets its shape when a repair is tried."""
    net = nn.Sequential(nn.LazyConv2d(8, 3), nn.Flatten(), nn.Linear(7, 3), nn.LazyLinear(4))
    with pytest.raises(TraceError, match="expects 7 features") as caught:
        trace(net, (1, 3, 8, 8))
    assert caught.value.repairs == ("model[2] = nn.Linear(288, 3)",)
    assert all(nn.parameter.is_lazy(p) for p in net[3].parameters())


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
def test_a_compiled_module_is_one_row() -> None:
    """What TorchScript runs cannot be watched: one row with the right shape and parameters, and a note."""
    inside = torch.jit.script(nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)))
    net = nn.Sequential(nn.Conv2d(3, 3, 1), inside, nn.ReLU())
    before = [buffer.clone() for buffer in net.buffers()]
    seen = trace(net, (2, 3, 8, 8))
    rows = [(row.op, row.module, row.output_shape, row.parameters) for row in seen]
    assert rows[1] == ("script", "Sequential", (2, 4, 6, 6), 120)
    assert [row[0] for row in rows] == ["conv2d", "script", "relu"]
    assert "TorchScript cannot be watched" in seen.notes[0]
    assert all(torch.equal(a, b) for a, b in zip(before, net.buffers(), strict=True))


def test_autocast_changes_no_shape() -> None:
    """Under autocast, around the network or inside it, the rows are the same."""
    net, inputs = KINDS["double_precision"]()
    net = net.float()
    plain = trace(net, *inputs)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert trace(net, *inputs) == plain
    inner = From(lambda s, x: s.inside(x), inside=net)

    def forward(s: Any, x: Tensor) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return s.inside(x)

    inner.function = forward
    assert trace(inner, *inputs).output_shape == plain.output_shape


def test_wrappers_are_looked_through() -> None:
    """torch.compile's and DataParallel's wrappers give the rows of the network inside."""
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU())
    plain = trace(net, (1, 3, 8, 9))
    assert trace(torch.compile(net), (1, 3, 8, 9)) == plain
    assert trace(nn.DataParallel(net), (1, 3, 8, 9)) == plain


def test_keyword_inputs_are_inputs() -> None:
    """A shape given by name is an input like one given by place; other values are passed on as they are."""
    net = From(lambda s, x, scale, times: x * scale * times)
    seen = trace(net, x=(2, 3), scale=(2, 1), times=4)
    assert [row.inputs for row in seen] == [(-1, -2), (0,)]
    assert seen.output_shape == (2, 3)


def test_the_users_hooks_run() -> None:
    """A forward hook of the user's own may change what a layer gives, so it is part of the network."""
    net = nn.Sequential(nn.Conv2d(3, 4, 3))
    net[0].register_forward_hook(lambda module, args, output: output[:, :2])
    assert trace(net, (1, 3, 8, 9)).output_shape == net(torch.rand(1, 3, 8, 9)).shape == (1, 2, 6, 7)


def test_two_threads_trace_at_once() -> None:
    """Traces in other threads do not see each other, nor does another thread's plain forward show up."""
    net, inputs = KINDS["in_place_everywhere"]()
    alone = trace(net, *inputs)
    results: list[Any] = []

    def work() -> None:
        for _ in range(20):
            results.append(trace(net, *inputs))
            net(torch.rand(2, 3, 8, 9))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert all(result == alone for result in results)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ((nn.Conv2d, (1, 3, 8, 8)), "trace needs a network, not its class: trace(Conv2d(), ...)"),
        ((nn.Conv2d,), "trace needs a network, not its class: trace(Conv2d(), ...)"),
        ((3, (1, 3, 8, 8)), "trace needs a torch.nn.Module, not int$"),
        (((1, 3, 8, 8), nn.ReLU()), "not tuple; the network comes first: trace(net, (1, 3, 224, 224))"),
        (
            (nn.ReLU().forward, (1, 3, 8, 8)),
            "give the network itself: trace(net, ...), not trace(net.forward",
        ),
        ((torch.zeros(1, 3), (1, 3)), "not Tensor; give the network itself and not what it returned"),
        (
            (nn.ReLU(),),
            "trace needs at least one input: its shape, batch axis first, as in "
            "trace(net, (1, 3, 224, 224)), or a tensor$",
        ),
        ((nn.ReLU(), ()), "trace needs at least one input"),
        ((nn.ReLU(), 1, 3, 224, 320), "the shape of an input is one tuple: trace(net, (1, 3, 224, 320))$"),
        (("resnet18", 1, 3, 288, 320), "is one tuple: trace('resnet18', (1, 3, 288, 320))$"),
        (
            (nn.ReLU(), 160),
            "160 is no shape: write all sizes, batch axis first, as in trace(net, (1, 3, 160, 160))$",
        ),
        (("resnet18", 288), "as in trace('resnet18', (1, 3, 288, 288))$"),
        (
            (nn.ReLU(), (1, 3, 22.4, True)),
            "the sizes of an input shape are whole numbers; (1, 3, 22.4, True) has 22.4, True$",
        ),
        ((nn.ReLU(), [1, 3, "224", None]), "has '224', None$"),
        ((nn.ReLU(), "1,3,8,8"), "a shape is a tuple of numbers, not a text: trace(net, (1, 3, 224, 224))$"),
        ((nn.ReLU(), np.zeros((1, 3, 8, 9))), "and no ndarray: trace(net, (1, 3, 8, 9))$"),
        ((nn.ReLU(), np.array([1, 3, 8, 9])), "and no ndarray: trace(net, (1, 3, 8, 9))$"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_network_or_has_no_input_is_refused(wrong: Any, message: str) -> None:
    """Each wrong call gets one line that says what to give instead."""
    with pytest.raises(TypeError) as refused:
        trace(*wrong)
    assert re.search(re.escape(message).replace(re.escape("$"), "$"), str(refused.value))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("shape", [[1, 3, 8, 9], (1, 3, np.int64(8), np.int32(9)), torch.Size((1, 3, 8, 9))])
def test_a_shape_is_any_sequence_of_whole_numbers(shape: Any) -> None:
    """A list and NumPy's integers give the trace that a tuple gives, with plain numbers in it."""
    seen = trace(nn.Conv2d(3, 4, 3), shape)
    assert seen == trace(nn.Conv2d(3, 4, 3), (1, 3, 8, 9))
    assert {type(n) for n in seen.input_shape} == {int}
    assert autograd_graph(nn.Conv2d(3, 4, 3), shape).boxes > 0
