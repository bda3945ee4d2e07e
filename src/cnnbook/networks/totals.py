"""listed: each network of the catalogue with its parameters and MACs, read from a file, without torch.

`python -m cnnbook.networks.totals` counts them anew, on tensors without data.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from cnnbook.networks.catalogue import CATALOGUE


class Listed(NamedTuple):
    """A network with its year, its input (N, C, H, W), its parameters and the MACs of one image."""

    name: str
    year: int
    input_shape: tuple[int, ...]
    parameters: int
    macs: int


def listed() -> list[Listed]:
    """Return all networks of the catalogue, in its order.

    >>> listed()[0]
    Listed(name='lenet5', year=1998, input_shape=(1, 1, 32, 32), parameters=61706, macs=416520)
    """
    counts = json.loads(files("cnnbook.networks").joinpath("totals.json").read_text("utf-8"))
    return [
        Listed(name, entry.paper.year, entry.input_shape, *counts[name]) for name, entry in CATALOGUE.items()
    ]


def count(name: str) -> tuple[int, int]:
    """Return the parameters and MACs of a network at its own input, by tracing it."""
    from cnnbook.networks import build
    from cnnbook.tracing import trace

    seen = trace(build(name, device="meta"), CATALOGUE[name].input_shape)
    return seen.parameters, seen.macs


if __name__ == "__main__":
    lines = [f'"{name}": {list(count(name))}' for name in CATALOGUE]
    Path(__file__).with_name("totals.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
