"""Broken layers whose path in the network is not what one would write after a dot in Python."""

from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from collection.entry import Broken


class Inside(nn.Module):
    """A network that calls one module, kept under a name."""

    def __init__(self, name: str, module: nn.Module) -> None:
        super().__init__()
        self.add_module(name, module)
        self.name = name

    def forward(self, x: Tensor) -> Tensor:
        return getattr(self, self.name)(x)


def _named(*layers: tuple[str, nn.Module]) -> nn.Sequential:
    return nn.Sequential(OrderedDict(layers))


def _crnn() -> nn.Module:
    return Inside(
        "cnn",
        _named(("conv0", nn.Conv2d(1, 64, 3)), ("relu0", nn.ReLU()), ("conv1", nn.Conv2d(32, 8, 3))),
    )


def _dense() -> nn.Module:
    return Inside(
        "features",
        _named(("conv0", nn.Conv2d(3, 16, 3)), ("norm0", nn.BatchNorm2d(24)), ("relu0", nn.ReLU())),
    )


def _hyphen() -> nn.Module:
    return Inside("conv-block", nn.Sequential(nn.Conv2d(3, 6, 3), nn.Conv2d(8, 4, 3)))


def _hyphen_last() -> nn.Module:
    return Inside("body", _named(("conv-1", nn.Conv2d(3, 6, 3)), ("conv-2", nn.Conv2d(8, 4, 3))))


def _numbered() -> nn.Module:
    return Inside("body", _named(("1", nn.Conv2d(3, 6, 3)), ("2", nn.ReLU()), ("3", nn.Conv2d(8, 4, 3))))


def _keyword() -> nn.Module:
    return Inside("in", nn.Conv2d(4, 8, 3))


def _dictionary() -> nn.Module:
    class Branches(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.branches = nn.ModuleDict({"3x3": nn.Conv2d(3, 8, 3), "head": nn.Conv2d(16, 4, 1)})

        def forward(self, x: Tensor) -> Tensor:
            return self.branches["head"](self.branches["3x3"](x))

    return Branches()


def _compiled() -> nn.Module:
    return Inside("f", torch.compile(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(100, 2))))


def _normalized(norm: Callable[[nn.Module], nn.Module]) -> Callable[[], nn.Module]:
    return lambda: Inside(
        "f",
        nn.Sequential(
            norm(nn.Conv2d(3, 64, 4, 2, 1)), nn.LeakyReLU(0.2), norm(nn.Conv2d(128, 96, 4, 2, 1)), nn.Tanh()
        ),
    )


def _broken(
    name: str,
    source: str,
    build: Callable[[], nn.Module],
    shape: tuple[int, ...],
    cause: tuple[str, ...],
    repairs: tuple[str, ...],
    misleading: tuple[str, ...] = (r"_orig_mod", r"\[[a-z]\w*\]", r"parametrizations\.\w+\.original"),
) -> Broken:
    return Broken(name, source, build, (shape,), cause, misleading, repairs)


NETWORKS = [
    _broken(
        "crnn-named-convolution",
        "own, after meijieru/crnn.pytorch",
        _crnn,
        (1, 1, 32, 100),
        (r"cnn\.conv1 \(Conv2d", r"\b32\b", r"cnn\.conv0", r"\b64\b"),
        (r"cnn\.conv1 = nn\.Conv2d\(64, 8, 3\)",),
    ),
    _broken(
        "densenet-named-normalization",
        "own, after torchvision's DenseNet",
        _dense,
        (1, 3, 20, 20),
        (r"features\.norm0 \(BatchNorm2d", r"\b24\b", r"features\.conv0", r"\b16\b"),
        (r"features\.norm0 = nn\.BatchNorm2d\(16\)",),
    ),
    _broken(
        "name-with-a-hyphen",
        "own",
        _hyphen,
        (1, 3, 20, 20),
        (r"conv-block", r"\b8\b", r"\b6\b"),
        (r'getattr\(model, "conv-block"\)\[1\] = nn\.Conv2d\(6, 4, 3\)',),
    ),
    _broken(
        "names-with-hyphens-in-a-sequential",
        "own",
        _hyphen_last,
        (1, 3, 20, 20),
        (r"body\[1\]|conv-2", r"\b8\b", r"\b6\b"),
        (r"body\[1\] = nn\.Conv2d\(6, 4, 3\)",),
    ),
    _broken(
        "sequential-numbered-from-one",
        "own",
        _numbered,
        (1, 3, 20, 20),
        (r"body\[2\]", r"\b8\b", r"body\[0\]", r"\b6\b"),
        (r"body\[2\] = nn\.Conv2d\(6, 4, 3\)",),
        (r"body\[3\]",),
    ),
    _broken(
        "name-that-python-keeps-for-itself",
        "own",
        _keyword,
        (1, 3, 20, 20),
        (r"\b4\b", r"\b3\b"),
        (r'setattr\(model, "in", nn\.Conv2d\(3, 8, 3\)\)', r"feed \(1, 4, 20, 20\)"),
        (r"(^|[ ;])in = ",),
    ),
    _broken(
        "dictionary-of-branches",
        "own",
        _dictionary,
        (1, 3, 20, 20),
        (r'branches\["head"\]', r"\b16\b", r"\b8\b"),
        (r'branches\["head"\] = nn\.Conv2d\(8, 4, 1\)',),
    ),
    _broken(
        "compiled-inside",
        "own, after questions on torch.compile",
        _compiled,
        (2, 3, 16, 16),
        (r"\b100\b", r"\b1,568\b", r"8 × 14 × 14"),
        (r"nn\.Linear\(1568, 2\)",),
    ),
    _broken(
        "spectral-normalization",
        "own, after discriminators with spectral normalization",
        _normalized(spectral_norm),
        (2, 3, 32, 32),
        (r"f\[2\]", r"\b128\b", r"\b64\b", r"f\[0\]"),
        (r"f\[2\] = .*spectral_norm\(nn\.Conv2d\(64, 96, 4, stride=2, padding=1\)\)",),
        (r"_orig_mod", r"f\[2\] = nn\.Conv2d"),
    ),
    _broken(
        "weight-normalization",
        "own, after WaveNet's convolutions",
        _normalized(weight_norm),
        (2, 3, 32, 32),
        (r"f\[2\]", r"\b128\b", r"\b64\b", r"f\[0\]"),
        (r"f\[2\] = .*weight_norm\(nn\.Conv2d\(64, 96, 4, stride=2, padding=1\)\)",),
        (r"_orig_mod", r"f\[2\] = nn\.Conv2d"),
    ),
]
