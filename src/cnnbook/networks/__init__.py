"""The catalogue: from a network's name to its builder, input shape, paper and variant.

Reading the catalogue (`names`, `info`) loads no torch; `build` does.
"""

import difflib
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING

from cnnbook.networks.catalogue import CATALOGUE, Network, Paper

if TYPE_CHECKING:
    from torch import nn

__all__ = ["COURSE", "Network", "Paper", "UnknownNetwork", "build", "info", "names"]

COURSE = (
    "lenet5",
    "lenet5_1998",
    "alexnet",
    "alexnet_2012",
    "vgg16",
    "googlenet",
    "inception_v3",
    "resnet18",
    "resnet34",
    "resnet50",
)
"""The networks of the chapters, in the order of the course."""


class UnknownNetwork(LookupError):  # noqa: N818 - the rule wants ...Error, this name is public
    """No network of that name is in the catalogue; the message gives similar names."""


def names() -> tuple[str, ...]:
    """Return every name that `build` knows: the course's networks, then torchvision's others by alphabet.

    >>> names()[:3], len(names())
    (('lenet5', 'lenet5_1998', 'alexnet'), 83)
    """
    return tuple(CATALOGUE)


def info(name: str) -> Network:
    """Return the catalogue's entry: input shape, paper, variant; upper and lower case are one.

    Raises `UnknownNetwork` (a LookupError) for any other name.

    >>> info("inception_v3").input_shape, info("ResNet18").name
    ((1, 3, 299, 299), 'resnet18')
    >>> print(info("alexnet").paper)
    A. Krizhevsky, One weird trick for parallelizing convolutional neural networks (2014, arXiv 1404.5997)
    """
    if not isinstance(name, str) or name.lower() not in CATALOGUE:
        raise UnknownNetwork(_unknown(name))
    return CATALOGUE[name.lower()]


def build(name: str, *, device: str = "cpu") -> "nn.Module":
    """Return the network, untrained and in evaluation mode; nothing is downloaded.

    On `device="meta"` its tensors have shapes but no memory: that is enough for a trace, and quick for any
    size. GoogLeNet has no auxiliary heads, like its published weights; Inception-v3 comes with its auxiliary
    head. The network's attribute `catalogue_name` holds its name, for the titles of traces and graphs.

    Raises `UnknownNetwork` (a LookupError) for any other name.

    >>> sum(p.numel() for p in build("lenet5_1998").parameters())
    60000
    >>> sum(p.numel() for p in build("vgg16", device="meta").parameters())
    138357544
    """
    name = info(name).name
    import torch

    from cnnbook.networks.meta import MetaWeights

    with MetaWeights() if torch.device(device).type == "meta" else nullcontext():
        network = _builder(name)()
    network.__dict__["catalogue_name"] = name
    # This also moves buffers that the constructor computed on the CPU, such as tables of indices.
    return network.to(device).eval()


def _builder(name: str) -> "Callable[[], nn.Module]":
    from cnnbook.networks import models

    own: dict[str, Callable[[], nn.Module]] = {
        "lenet5": models.LeNet5,
        "lenet5_1998": models.LeNet5Of1998,
        "alexnet_2012": models.AlexNet2012,
    }
    if name in own:
        return own[name]

    from torchvision.models import get_model

    # Without these options torchvision warns that a default will change, and takes seconds to initialise.
    options = {
        "googlenet": {"aux_logits": False, "init_weights": False},
        "inception_v3": {"init_weights": False},
    }
    return lambda: get_model(name, weights=None, **options.get(name, {}))


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(str(name)[:60].lower(), CATALOGUE, n=1, cutoff=0.5)
    guess = f"did you mean {near[0]}? " if near else ""
    return f"no network is called {name!r}; {guess}`cnnbook networks` lists all {len(CATALOGUE)}"
