"""The traces of the course's networks, read from files, so that a question about them need not load torch.

Each file holds what `trace` gives for `networks.build(name)` at the catalogue's input shape, and a test holds
it equal to that. `python -m cnnbook.networks.shipped` writes the files anew.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files
from pathlib import Path

from cnnbook.networks import COURSE, UnknownNetwork
from cnnbook.traces import Trace


def shipped(name: str) -> Trace:
    """Return the trace of a network of the course, without loading torch or building the network.

    The names are those of `networks.COURSE`. The input is one image of the catalogue's shape. All shapes are
    PyTorch's, batch axis first.

    >>> net = shipped("resnet50")
    >>> net["layer1.0.downsample.0"].output_shape, net.parameters, net.output_shape
    ((1, 256, 56, 56), 25557032, (1, 1000))

    Raises UnknownNetwork (a LookupError) for any other name.
    """
    if name not in COURSE:
        raise UnknownNetwork(f"no trace of {name!r} is shipped; there are {', '.join(COURSE)}")
    return _read(name)


@cache
def _read(name: str) -> Trace:
    # A package may lie in an archive, where its files have no path.
    content = files("cnnbook.networks").joinpath("traces", f"{name}.json.gz").read_bytes()
    return Trace.from_dict(json.loads(gzip.decompress(content)))


def write(folder: Path) -> None:
    """Trace every network of the course, and write each trace into a folder as compressed JSON."""
    from cnnbook import networks
    from cnnbook.tracing import trace

    folder.mkdir(exist_ok=True)
    for name in COURSE:
        traced = trace(networks.build(name, device="meta"), networks.info(name).input_shape)
        text = traced.to_json(separators=(",", ":"))
        (folder / f"{name}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


if __name__ == "__main__":
    write(Path(__file__).with_name("traces"))
