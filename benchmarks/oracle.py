"""Parameters and MACs of every classification network with weights in torchvision, beside their metadata.

    uv run python benchmarks/oracle.py            # a line for each network and image size
    uv run python benchmarks/oracle.py --families # a line for each family

The metadata gives MACs in billions with three decimals; "off" is what is left beyond that rounding.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

BUILT_FOR = ("vit_b_16", "vit_l_16", "vit_h_14")  # these are built for one image size


class Line(NamedTuple):
    name: str
    side: int
    parameters: int
    stated_parameters: int
    unused: int
    macs: int
    stated_gmacs: float

    @property
    def off(self) -> float:
        """How far the MACs are from the stated ones, as a fraction, after rounding like these."""
        return abs(round(self.macs / 1e9, 3) - self.stated_gmacs) / self.stated_gmacs


def lines() -> Iterator[Line]:
    import torch
    import torchvision
    from torchvision.models import get_model, get_model_weights, list_models

    from cnnbook import networks, trace

    for name in list_models(module=torchvision.models):
        seen: dict[int, Line] = {}
        for weights in get_model_weights(name):
            crop = weights.transforms.keywords["crop_size"]
            side = crop[0] if isinstance(crop, list | tuple) else crop
            if side in seen:
                continue
            if name in BUILT_FOR:
                with torch.device("meta"):
                    net = get_model(name, image_size=side).eval()
            else:
                net = networks.build(name, device="meta")
            result = trace(net, (1, 3, side, side))
            meta = weights.meta
            seen[side] = Line(
                name,
                side,
                result.parameters,
                meta["num_params"],
                result.unused_parameters,
                result.macs,
                meta["_ops"],
            )
        yield from seen.values()


def main() -> None:
    if "--families" not in sys.argv:
        for line in lines():
            unused = f"  {line.unused:,} unused" if line.unused else ""
            same = "=" if line.parameters == line.stated_parameters else "≠"
            print(
                f"{line.name:22}{line.side:5}{line.parameters:>14,} {same} {line.stated_parameters:>13,}"
                f"{line.macs:>18,}{line.stated_gmacs:>10.3f} G  off {line.off:.2%}{unused}"
            )
        return
    families: dict[str, list[Line]] = {}
    for line in lines():
        families.setdefault(re.match("[a-z]+", line.name)[0], []).append(line)  # type: ignore[index]
    print("| family | traced | parameters equal | largest MAC deviation | unused parameters |")
    print("|---|---:|---:|---:|---:|")
    for family, found in families.items():
        equal = sum(line.parameters == line.stated_parameters for line in found)
        unused = max(line.unused for line in found)
        print(
            f"| {family} | {len(found)} | {equal} | {max(line.off for line in found):.2%} | {unused:,} |"
            if unused
            else f"| {family} | {len(found)} | {equal} | {max(line.off for line in found):.2%} | |"
        )


if __name__ == "__main__":
    main()
