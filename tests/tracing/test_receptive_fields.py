"""Receptive fields past upsampling, slices and transposed convolutions, held against gradients in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from networks_of_all_kinds import From
from torch import Tensor, nn

from cnnbook import trace
from cnnbook.arithmetic.reads import nearest_reads, transposed_reads

NETWORKS: dict[str, Callable[[], tuple[nn.Module, tuple[int, ...]]]] = {}


def network(make: Callable[[], tuple[nn.Module, tuple[int, ...]]]) -> Callable[..., Any]:
    NETWORKS[make.__name__] = make
    return make


def conv(ins: int, outs: int, kernel: Any = 3, **settings: Any) -> nn.Module:
    return nn.Conv2d(ins, outs, kernel, **{"padding": 1} | settings)


def unet(up: Callable[[int, int], nn.Module]) -> nn.Module:
    def forward(s: Any, x: Tensor) -> Tensor:
        a = torch.relu(s.one(x))
        b = torch.relu(s.two(s.pool(a)))
        c = torch.relu(s.three(s.pool(b)))
        b = torch.relu(s.four(torch.cat([b, s.up1(c)], 1)))
        return s.last(torch.cat([s.up2(b), a], 1))

    return From(
        forward,
        one=conv(1, 2),
        two=conv(2, 3),
        three=conv(3, 4),
        pool=nn.MaxPool2d(2),
        up1=up(4, 3),
        four=conv(6, 3),
        up2=up(3, 2),
        last=conv(4, 1),
    )


@network
def unet_of_transposed_convolutions() -> Any:
    return unet(lambda ins, outs: nn.ConvTranspose2d(ins, outs, 2, 2)), (1, 1, 64, 56)


@network
def unet_of_overlapping_transposed_convolutions() -> Any:
    return unet(lambda ins, outs: nn.ConvTranspose2d(ins, outs, 4, 2, 1)), (1, 1, 64, 56)


@network
def unet_bilinear() -> Any:
    def up(ins: int, outs: int) -> nn.Module:
        return nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear"), conv(ins, outs, 1, padding=0))

    return unet(up), (1, 1, 72, 64)


@network
def unet_with_aligned_corners() -> Any:
    def up(ins: int, outs: int) -> nn.Module:
        layer = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        return nn.Sequential(layer, conv(ins, outs, 1, padding=0))

    return unet(up), (1, 1, 72, 64)


@network
def unet_with_cropped_skips() -> Any:
    """The U-Net of the paper: no padding, the skip is cropped to the decoder's size."""

    def forward(s: Any, x: Tensor) -> Tensor:
        a = s.one(x)
        up = s.up(s.two(s.pool(a)))
        rest = (a.shape[2] - up.shape[2]) // 2
        skip = a[:, :, rest : rest + up.shape[2], rest : rest + up.shape[3]]
        return s.last(torch.cat([skip, up], 1))

    parts = {"one": conv(1, 2, padding=0), "two": conv(2, 3, padding=0), "pool": nn.MaxPool2d(2)}
    return From(forward, **parts, up=nn.ConvTranspose2d(3, 2, 2, 2), last=conv(4, 1, padding=0)), (
        1,
        1,
        46,
        46,
    )


@network
def unet_that_pads_the_skip() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        up = s.up(s.two(s.pool(x)))
        up = F.pad(up, (0, x.shape[3] - up.shape[3], 0, x.shape[2] - up.shape[2]))
        return s.last(torch.cat([x, up], 1))

    parts = {"two": conv(1, 3), "pool": nn.MaxPool2d(2), "up": nn.ConvTranspose2d(3, 2, 2, 2)}
    return From(forward, **parts, last=conv(3, 1)), (1, 1, 33, 27)


@network
def autoencoder() -> Any:
    encoder = nn.Sequential(conv(1, 4, stride=2), nn.ReLU(), conv(4, 8, stride=2), nn.ReLU())
    decoder = nn.Sequential(
        nn.ConvTranspose2d(8, 4, 3, 2, 1, output_padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(4, 1, 3, 2, 1, output_padding=1),
        nn.Sigmoid(),
    )
    return nn.Sequential(encoder, decoder), (1, 1, 40, 36)


@network
def autoencoder_with_gaps() -> Any:
    """A kernel smaller than the stride leaves positions that depend on no input."""
    return nn.Sequential(conv(1, 2), nn.ConvTranspose2d(2, 2, 2, 3), conv(2, 1)), (1, 1, 15, 12)


@network
def dilated_transposed_convolution() -> Any:
    layers = [conv(1, 2, stride=2), nn.ConvTranspose2d(2, 2, 3, 2, 1, dilation=2), conv(2, 1, (1, 3))]
    return nn.Sequential(*layers), (1, 1, 32, 30)


@network
def feature_pyramid() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        a = s.one(x)
        b = s.two(a)
        c = s.three(b)
        b = s.side2(b) + F.interpolate(s.side3(c), size=b.shape[-2:], mode="nearest")
        return s.last(s.side1(a) + F.interpolate(b, size=a.shape[-2:], mode="nearest"))

    layers = {"one": conv(1, 2, stride=2), "two": conv(2, 3, stride=2), "three": conv(3, 4, stride=2)}
    sides = {f"side{i}": conv(1 + i, 2, 1, padding=0) for i in (1, 2, 3)}
    return From(forward, **layers, **sides, last=conv(2, 2)), (1, 1, 80, 72)


@network
def gan_generator() -> Any:
    """One pixel of noise goes in, so no output can depend on more than that."""
    layers = [nn.ConvTranspose2d(5, 4, 4, 1, 0), nn.BatchNorm2d(4), nn.ReLU()]
    layers += [nn.ConvTranspose2d(4, 3, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(3, 1, 4, 2, 1), nn.Tanh()]
    return nn.Sequential(*layers), (1, 5, 1, 1)


@network
def stylegan_like() -> Any:
    """Two branches that are upsampled and added, convolutions with blur, normalized over the channels."""

    def forward(s: Any, x: Tensor) -> Tensor:
        image = s.rgb0(x)
        x = s.blur(F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False))
        x = F.leaky_relu(s.conv(x) + s.noise, 0.2)
        x = x * torch.rsqrt((x * x).mean(1, keepdim=True) + 1e-8)
        return s.rgb1(x) + F.interpolate(image, scale_factor=2, mode="nearest")

    parts = {"rgb0": conv(3, 1, 1, padding=0), "rgb1": conv(2, 1, 1, padding=0), "conv": conv(3, 2)}
    blur = nn.Conv2d(3, 3, 3, padding=1, groups=3)
    return From(forward, **parts, blur=blur, noise=nn.Parameter(torch.zeros(1))), (1, 3, 16, 12)


@network
def srgan() -> Any:
    """Residual blocks, a skip over all of them, then pixel shuffles."""

    def forward(s: Any, x: Tensor) -> Tensor:
        first = s.first(x)
        return s.last(s.up(first + s.body(first)))

    body = nn.Sequential(conv(2, 2), nn.BatchNorm2d(2), nn.PReLU(), conv(2, 2))
    up = nn.Sequential(conv(2, 8), nn.PixelShuffle(2), nn.PReLU(), conv(2, 18), nn.PixelShuffle(3))
    parts = {"first": conv(1, 2, 5, padding=2), "last": conv(2, 1)}
    return From(forward, **parts, body=body, up=up), (1, 1, 24, 21)


@network
def focus_of_strided_slices() -> Any:
    """YOLOv5's first layer: four slices with step 2 beside each other."""

    def forward(s: Any, x: Tensor) -> Tensor:
        parts = [x[..., i::2, j::2] for i in (0, 1) for j in (0, 1)]
        return s.last(torch.cat(parts, 1))

    return From(forward, last=conv(4, 2)), (1, 1, 20, 26)


@network
def pixel_unshuffle_and_back() -> Any:
    layers = [nn.PixelUnshuffle(2), conv(4, 8), nn.PixelShuffle(2), conv(2, 1)]
    return nn.Sequential(*layers), (1, 1, 24, 20)


@network
def differences_of_neighbours() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        x = s.conv(x)
        return s.last(x[:, :, 1:] + 2 * x[:, :, :-1] + x.narrow(2, 0, x.shape[2] - 1))

    return From(forward, conv=conv(1, 2), last=conv(2, 1)), (1, 1, 18, 16)


@network
def a_crop_that_limits_the_field() -> Any:
    """Four rows are left, so no output depends on more rows, however many layers follow."""
    net = From(lambda s, x: s.body(x[:, :, 6:10]), body=nn.Sequential(conv(1, 2), conv(2, 2), conv(2, 1)))
    return net, (1, 1, 24, 22)


@network
def pyramid_pooling() -> Any:
    """PSPNet: pools to 1, 2 and 3 rows, each enlarged and put beside the map."""

    def forward(s: Any, x: Tensor) -> Tensor:
        x = s.conv(x)
        pooled = [F.adaptive_avg_pool2d(x, n) for n in (2, 3)]
        larger = [F.interpolate(p, size=x.shape[2:], mode="bilinear", align_corners=False) for p in pooled]
        return s.last(torch.cat([x, *larger], 1))

    return From(forward, conv=conv(1, 1), last=conv(3, 1)), (1, 1, 22, 18)


@network
def squeeze_and_excite() -> Any:
    """After the first such block each output depends on the whole image."""

    def forward(s: Any, x: Tensor) -> Tensor:
        x = s.conv(x)
        return s.last(x * torch.sigmoid(s.gate(x.mean((2, 3), keepdim=True))))

    return From(forward, conv=conv(1, 2), gate=conv(2, 2, 1, padding=0), last=conv(2, 1)), (1, 1, 12, 10)


@network
def other_resamplings() -> Any:
    def forward(s: Any, x: Tensor) -> Tensor:
        a = F.interpolate(s.conv(x), scale_factor=1.5, mode="bicubic")
        b = F.interpolate(x, size=a.shape[2:], mode="area")
        return s.last(a + b + F.interpolate(x, size=a.shape[2:], mode="nearest-exact"))

    return From(forward, conv=conv(1, 1), last=conv(1, 1)), (1, 1, 16, 14)


@network
def downsampling_by_interpolation() -> Any:
    net = From(lambda s, x: s.last(F.interpolate(s.conv(x), scale_factor=0.4, mode="bilinear")))
    net.conv, net.last = conv(1, 2), conv(2, 1)
    return net, (1, 1, 30, 25)


@network
def padding_by_reflection() -> Any:
    layers = [nn.ReflectionPad2d(2), conv(1, 2, 5, padding=0), nn.ReplicationPad2d(1), conv(2, 2, padding=0)]
    return nn.Sequential(*layers, nn.Upsample(scale_factor=2)), (1, 1, 20, 16)


@network
def zero_padding_and_cropping() -> Any:
    layers = [nn.ZeroPad2d((1, 2, 3, 0)), conv(1, 2, padding=0), nn.ZeroPad2d((0, -3, -2, 0)), conv(2, 1)]
    return nn.Sequential(*layers), (1, 1, 20, 18)


@network
def one_axis() -> Any:
    layers = [
        nn.Conv1d(1, 2, 5, 4, 2),
        nn.ConvTranspose1d(2, 2, 8, 4, 2),
        nn.Conv1d(2, 1, 3, padding=2, dilation=2),
    ]
    return nn.Sequential(*layers), (1, 1, 64)


@network
def three_axes() -> Any:
    layers = [nn.Conv3d(1, 2, 3, (1, 2, 2), 1), nn.Upsample(scale_factor=(1, 2, 2), mode="trilinear")]
    return nn.Sequential(*layers, nn.Conv3d(2, 1, (3, 1, 1))), (1, 1, 8, 14, 12)


def support(output: Tensor, x: Tensor) -> tuple[int, ...]:
    """The largest extent, over all positions, of the pixels of the input that get a gradient."""
    found = []
    for axis in range(2, output.dim()):
        largest = 0
        for at in range(output.shape[axis]):
            (grad,) = torch.autograd.grad(output.select(axis, at).sum(), x, retain_graph=True)
            size = grad.abs().amax([other for other in range(grad.dim()) if other != axis])
            touched = (size > 1e-12 * size.max()).nonzero().flatten()
            largest = max(largest, int(touched[-1] - touched[0]) + 1 if len(touched) else 0)
        found.append(largest)
    return tuple(found)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_field_is_the_support_of_the_gradient(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In each layer and at the end, the largest support over all outputs is the row's receptive field."""
    torch.manual_seed(0)
    net, shape = NETWORKS[name]()
    net = net.double().eval()
    for p in net.parameters():
        nn.init.uniform_(p, 0.1, 0.3)
    seen = trace(net, shape)
    # A maximum has a gradient at one place of its window only, although it depends on all of them.
    monkeypatch.setattr(F, "max_pool2d", lambda x, k, *others, **named: F.avg_pool2d(x, k))
    made: dict[str, Tensor] = {}
    for path, module in net.named_modules():
        if not list(module.children()):
            module.register_forward_hook(lambda _m, _given, out, path=path: made.update({path: out}))
    x = torch.rand(shape, dtype=torch.float64, requires_grad=True)
    output = net(x)
    fields = {row.path: row.receptive_field for row in seen if row.path in made}
    assert fields
    measured = {path: support(tensor, x) for path, tensor in made.items()}
    assert fields == {path: measured[path] for path in fields}
    assert seen.rows[-1].receptive_field == support(output, x)


def test_what_is_not_known_stays_unknown() -> None:
    """No number is given where outputs do not depend on a window, or on which window is not known."""

    def cross_correlation(s: Any, x: Tensor, z: Tensor) -> Tensor:
        return F.conv2d(s.conv(x), s.conv(z))

    net = From(cross_correlation, conv=conv(1, 1))
    assert trace(net, (1, 1, 20, 20), (1, 1, 5, 5)).rows[-1].receptive_field is None
    two = From(lambda s, x, y: x + s.conv(y)[:, :, :20, :20], conv=conv(1, 1))
    assert trace(two, (1, 1, 20, 20), (1, 1, 30, 30)).rows[-1].receptive_field is None
    for forward in (
        lambda s, x: x.flip(2),
        lambda s, x: x[:, :, torch.tensor([3, 1])],
        lambda s, x: x.transpose(2, 3),
        lambda s, x: F.grid_sample(x, torch.zeros(1, 4, 4, 2)),
        lambda s, x: F.interpolate(x, scale_factor=0.5, mode="bilinear", antialias=True),
        lambda s, x: torch.cat([x, s.conv(x)], 1)[:, :1],
    ):
        assert trace(From(forward, conv=conv(1, 1)), (1, 1, 12, 12)).rows[-1].receptive_field is None


def test_a_long_axis_is_not_followed_position_by_position() -> None:
    """Beyond 32,768 positions the field past an upsampling is unknown; before it, it is known as ever."""
    net = nn.Sequential(nn.Conv1d(1, 1, 3), nn.Upsample(scale_factor=2))
    assert [row.receptive_field for row in trace(net, (1, 1, 40_000))] == [(3,), None]
    assert [row.receptive_field for row in trace(net, (1, 1, 400))] == [(3,), (3,)]


@pytest.mark.parametrize(
    "numbers", [(k, s, p, d) for k in (1, 2, 3, 4) for s in (1, 2, 3) for p in (0, 1) for d in (1, 2)]
)
def test_the_reads_of_a_transposed_convolution(numbers: tuple[int, int, int, int]) -> None:
    """Output by output, they are the inputs that torch's transposed convolution takes."""
    k, s, p, d = numbers
    x, weight = torch.eye(4, dtype=torch.float64)[:, None], torch.ones(1, 1, k, dtype=torch.float64)
    y = F.conv_transpose1d(x, weight, None, s, p, dilation=d)[:, 0]
    taken = [y[:, o].nonzero().flatten().tolist() for o in range(y.shape[1])]
    assert [list(reads) for reads in transposed_reads(4, y.shape[1], numbers)] == taken


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("n", [3, 7, 49])
@pytest.mark.parametrize("factor", [2, 3, 5, 7, 1.5, 2.7, 0.3, 49])
def test_the_reads_of_a_nearest_neighbour_resampling(n: int, factor: float, dtype: torch.dtype) -> None:
    """Where a number is given, torch reads the same position, in single and in double precision."""
    from fractions import Fraction

    x = torch.arange(n, dtype=dtype)[None, None]
    y = F.interpolate(x, scale_factor=factor)[0, 0] if int(n * factor) else torch.empty(0)
    reads = nearest_reads(n, len(y), 1 / Fraction(str(factor)))
    if reads is not None:
        assert [read[0] for read in reads] == y.tolist()
