"""Small networks that do what real ones do: each with its inputs, to be traced and to be run."""

from __future__ import annotations

import random
from collections import deque, namedtuple
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Pair = namedtuple("Pair", ["logits", "extra"])
KINDS: dict[str, Callable[[], tuple[nn.Module, tuple[Any, ...]]]] = {}


def kind(make: Callable[[], tuple[nn.Module, tuple[Any, ...]]]) -> Callable[..., Any]:
    KINDS[make.__name__] = make
    return make


class From(nn.Module):
    """A network whose forward is a function of itself and its inputs."""

    def __init__(self, forward: Callable[..., Any], **parts: Any) -> None:
        super().__init__()
        self.function = forward
        for name, part in parts.items():
            if isinstance(part, Tensor) and not isinstance(part, nn.Parameter):
                self.register_buffer(name, part)
            else:
                setattr(self, name, part)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(self, *args, **kwargs)


@kind
def shared_module() -> Any:
    return From(lambda s, x: s.conv(F.relu(s.conv(x))), conv=nn.Conv2d(3, 3, 3)), ((2, 3, 12, 9),)


@kind
def tied_weights() -> Any:
    net = From(lambda s, x: F.linear(s.up(x), s.up.weight.t()), up=nn.Linear(5, 7, bias=False))
    return net, ((2, 5),)


@kind
def module_list_and_dict() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        for layer in s.layers:
            x = layer(x)
        return s.heads["b"](x.mean((2, 3)))

    layers = nn.ModuleList([nn.Conv2d(3, 4, 3, padding=1), nn.Sequential(nn.ReLU(), nn.MaxPool2d(3, 2))])
    return From(forward, layers=layers, heads=nn.ModuleDict({"a": nn.Linear(4, 9), "b": nn.Linear(4, 5)})), (
        (2, 3, 11, 8),
    )


@kind
def outputs_in_a_dict() -> Any:
    net = From(
        lambda s, x: {"out": s.conv(x), "none": None, "pooled": [F.avg_pool2d(x, 2)]}, conv=nn.Conv2d(3, 4, 2)
    )
    return net, ((1, 3, 6, 7),)


@kind
def outputs_in_a_named_tuple() -> Any:
    return From(lambda s, x: Pair(x.flatten(1), s.conv(x)), conv=nn.Conv2d(3, 4, 2)), ((2, 3, 5, 4),)


@kind
def several_inputs() -> Any:
    return From(lambda s, a, b: torch.cat([s.conv(a), b], 1), conv=nn.Conv2d(3, 4, 1)), (
        (2, 3, 5, 4),
        (2, 6, 5, 4),
    )


@kind
def control_flow_on_shapes() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        x = s.conv(x)
        features = 1
        for n in x.size()[1:]:
            features *= n
        while x.shape[-1] > 2:
            x = F.max_pool2d(x, 2)
        return x.reshape(x.shape[0], -1) if features > 10 else x

    return From(forward, conv=nn.Conv2d(3, 4, 3)), ((2, 3, 18, 18),)


@kind
def data_dependent_branch() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        x = s.conv(x)
        return x * 2 if x.sum().item() > -1e30 else F.relu(x)

    return From(forward, conv=nn.Conv2d(3, 4, 3)), ((2, 3, 8, 9),)


@kind
def constants_made_in_forward() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        y = torch.zeros(x.shape[0], 4)
        y[:, 0] = x.mean((1, 2, 3))
        positions = torch.arange(4) * 2
        return s.head(y + positions + torch.ones(4))

    return From(forward, head=nn.Linear(4, 3)), ((2, 3, 8, 9),)


@kind
def buffers_that_count() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        s.steps.add_(1)
        s.running = s.running * 0.9 + x.mean((0, 2, 3)) * 0.1
        s.last = x
        return x - s.running[:, None, None]

    return From(forward, running=torch.zeros(3), steps=torch.zeros((), dtype=torch.long)), ((2, 3, 8, 9),)


@kind
def in_place_everywhere() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        y = s.conv(x)
        y += 1
        y.mul_(2)
        y = F.relu_(y)
        y.add_(F.relu(y, inplace=True))
        return y

    return From(forward, conv=nn.Conv2d(3, 4, 3)), ((2, 3, 8, 9),)


@kind
def attention() -> Any:
    net = From(lambda s, x: s.attend(x, x, x)[0], attend=nn.MultiheadAttention(12, 3, batch_first=True))
    return net, ((2, 7, 12),)


@kind
def transformer_layer() -> Any:
    return nn.TransformerEncoderLayer(12, 3, 20, batch_first=True), ((2, 7, 12),)


@kind
def scaled_dot_product() -> Any:
    return From(lambda s, q, k, v: F.scaled_dot_product_attention(q, k, v)), (
        (2, 3, 7, 4),
        (2, 3, 5, 4),
        (2, 3, 5, 4),
    )


@kind
def lstm() -> Any:
    return From(lambda s, x: s.rnn(x), rnn=nn.LSTM(6, 5, num_layers=2, bidirectional=True)), ((4, 2, 6),)


@kind
def gru() -> Any:
    return From(lambda s, x: s.rnn(x)[0], rnn=nn.GRU(6, 5, batch_first=True)), ((4, 2, 6),)


@kind
def transposed() -> Any:
    return nn.Sequential(nn.ConvTranspose2d(6, 4, (3, 2), stride=2, padding=1, output_padding=1)), (
        (2, 6, 5, 7),
    )


@kind
def one_axis() -> Any:
    return nn.Sequential(nn.Conv1d(3, 4, 3, dilation=2), nn.BatchNorm1d(4), nn.AvgPool1d(2)), ((2, 3, 20),)


@kind
def three_axes() -> Any:
    return nn.Sequential(nn.Conv3d(1, 2, (1, 2, 3)), nn.BatchNorm3d(2), nn.MaxPool3d(2)), ((2, 1, 6, 7, 8),)


@kind
def same_padding() -> Any:
    return nn.Sequential(nn.Conv2d(3, 4, (4, 3), padding="same"), nn.Conv2d(4, 5, 3, padding="valid")), (
        (2, 3, 8, 9),
    )


@kind
def channels_last_memory() -> Any:
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()).to(
        memory_format=torch.channels_last
    )
    return net, (torch.rand(2, 3, 8, 9).to(memory_format=torch.channels_last),)


@kind
def double_precision() -> Any:
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(168, 2)).double(), (
        (2, 3, 8, 9),
    )


@kind
def embedding() -> Any:
    return From(lambda s, x: s.table(x).mean(1), table=nn.Embedding(11, 6)), (
        torch.tensor([[1, 2, 3], [4, 5, 6]]),
    )


@kind
def weight_norm() -> Any:
    return nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 4, 3))), ((2, 3, 8, 9),)


@kind
def squeeze_and_excite() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        return x * torch.sigmoid(s.up(F.relu(s.down(F.adaptive_avg_pool2d(x, 1)))))

    return From(forward, down=nn.Conv2d(8, 2, 1), up=nn.Conv2d(2, 8, 1)), ((2, 8, 5, 6),)


@kind
def bilinear() -> Any:
    return From(lambda s, a, b: s.both(a, b), both=nn.Bilinear(3, 4, 5)), ((2, 3), (2, 4))


@kind
def catches_its_own_error() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        try:
            x = s.wrong(x)
        except RuntimeError:
            x = s.right(x)
        return F.relu(x)

    return From(forward, wrong=nn.Conv2d(5, 4, 3), right=nn.Conv2d(3, 4, 3)), ((2, 3, 8, 9),)


@kind
def moves_between_devices() -> Any:
    return From(lambda s, x: s.fc(x.to(s.fc.weight.device).cpu().float()), fc=nn.Linear(4, 3)), ((2, 4),)


@kind
def ends_early() -> Any:
    return From(lambda s, x: x, unused=nn.Linear(4, 3)), ((2, 4),)


@kind
def normalizations() -> Any:
    layers = [nn.GroupNorm(2, 4), nn.InstanceNorm2d(4), nn.LocalResponseNorm(3), nn.LayerNorm([5, 6])]
    return nn.Sequential(*layers, nn.Softmax(1)), ((2, 4, 5, 6),)


@kind
def dropout_in_training() -> Any:
    return nn.Sequential(nn.Dropout(0.5), nn.Conv2d(3, 4, 3), nn.Dropout2d(0.5), nn.BatchNorm2d(4)).train(), (
        (2, 3, 8, 9),
    )


@kind
def vmapped() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        return s.last(torch.func.vmap(lambda image: s.first(image).relu(), out_dims=1)(x))

    return From(forward, first=nn.Linear(4, 3), last=nn.Linear(5, 2)), ((5, 4),)


@kind
def ensemble() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        return torch.func.vmap(lambda weight, x: F.linear(x, weight).tanh(), in_dims=(0, None))(s.weight, x)

    return From(forward, weight=nn.Parameter(torch.rand(3, 2, 4))), ((5, 4),)


@kind
def functional_gradient() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        return s.fc(torch.func.grad(lambda value: s.fc(value).sum())(x))

    return From(forward, fc=nn.Linear(4, 4)), ((5, 4),)


@kind
def gradient_in_forward() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            score = s.fc(x).relu().sum()
            by_input, by_weight = torch.autograd.grad(score, (x, s.fc.weight))
        return by_input @ by_weight.t()

    return From(forward, fc=nn.Linear(4, 3)), ((5, 4),)


@kind
def packed_sequence() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        packed = nn.utils.rnn.pack_padded_sequence(x, [4, 3])
        return nn.utils.rnn.pad_packed_sequence(s.lstm(packed)[0])[0]

    return From(forward, lstm=nn.LSTM(5, 8)), ((4, 2, 5),)


@kind
def weight_times_itself() -> Any:
    return From(lambda s, x: x @ (s.weight @ s.weight.t()), weight=nn.Parameter(torch.rand(4, 3))), ((2, 4),)


@kind
def bare_convolution() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        return torch.convolution(x, s.weight, None, [1], [0], [1], False, [0], 1)

    return From(forward, weight=nn.Parameter(torch.rand(4, 3, 3))), ((2, 3, 8),)


@kind
def remembers_in_nested_containers() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        s.trace["shapes"].append(x.shape)
        s.latest.append(x)
        return x * random.random()

    net = From(forward)
    net.trace, net.latest = {"shapes": []}, deque(maxlen=3)
    return net, ((2, 3),)
