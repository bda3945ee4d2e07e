"""Repairs to try of branches that meet with different shapes."""

from __future__ import annotations

from collections.abc import Iterator

from cnnbook.sketch import edits
from cnnbook.sketch.candidates import Candidate, named, set_to
from cnnbook.sketch.plan import Address, Block, Layer, item_at
from cnnbook.sketch.running import Outcome
from cnnbook.traces.operations import per_axis
from cnnbook.traces.wording import as_written


def join_repairs(outcome: Outcome, block: Block, address: Address) -> Iterator[Candidate]:
    """Branches that meet with other shapes: paddings and strides, and a 1 × 1 convolution on a shortcut."""
    shapes = [_end(outcome, address, number) for number in range(len(block.branches))]
    usual = max(shapes, key=lambda shape: [other[2:] for other in shapes].count(shape[2:]))
    odd = [n for n, shape in enumerate(shapes) if shape[2:] != usual[2:]]
    order = [*odd, *(n for n in range(len(shapes)) if n not in odd)] if odd else []
    for numbers in ([*range(len(shapes))], *([number] for number in order)):
        padded = _padded(outcome, address, numbers)
        if padded is not None:
            yield padded
    for name, values in (("padding", (0, 1, 2, 3)), ("stride", (1, 2, 4))):
        for number in order:
            for there, layer in _windows(block, address, number):
                if name == "stride" or layer.settings["padding"] != "same":
                    for value in values:
                        if layer.settings[name] != value:
                            yield set_to(outcome, there, name, value)
    if block.join == "add" and len({len(shape) for shape in shapes}) == 1 and len(shapes[0]) == 4:
        yield from _projected(outcome, block, address, shapes)


def _projected(
    outcome: Outcome, block: Block, address: Address, shapes: list[tuple[int, ...]]
) -> Iterator[Candidate]:
    """A 1 × 1 convolution on the branch that has no layers, or other channels at the end of one that has."""
    for number, other in ((1, 0), (0, 1)):
        here, there = shapes[number], shapes[other]
        branch = block.branches[number]
        if not branch:
            stride = tuple([-(-n // m) for n, m in zip(here[2:], there[2:], strict=True)])
            settings = {"out_channels": there[1], "kernel_size": 1, "stride": max(1, *stride)}
            new = Layer("conv", settings)
            written = f"conv({there[1]}, 1{'' if max(stride) == 1 else f', stride={max(stride)}'})"
            yield (
                f"put {written} on the empty branch",
                edits.inserted(outcome.plan, (*address, number, 0), (new,)),
            )
        for at in reversed(range(len(branch))):
            layer = branch[at]
            if isinstance(layer, Layer) and layer.kind == "conv":
                yield set_to(outcome, (*address, number, at), "out_channels", there[1])
                break


def _padded(outcome: Outcome, address: Address, numbers: list[int]) -> Candidate | None:
    """The change that pads several layers of branches that have no padding, as for a size that is kept."""
    block = item_at(outcome.plan.items, address)
    assert isinstance(block, Block)
    changed, names = outcome.plan, []
    for there, layer in [pair for number in numbers for pair in _windows(block, address, number)]:
        kernel, padding = per_axis(layer.settings["kernel_size"], 2), layer.settings["padding"]
        if max(kernel) > 1 and padding == 0 and all(k % 2 for k in kernel):
            dilation = per_axis(layer.settings.get("dilation", 1), 2)
            wanted = tuple([d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True)])
            changed = edits.with_settings(changed, there, padding=wanted)
            names.append(f"{named(outcome, there)} padding={as_written(wanted)}")
    return (f"give {', '.join(names)}", changed) if len(names) > 1 else None


def _windows(block: Block, address: Address, number: int) -> Iterator[tuple[Address, Layer]]:
    for at, item in enumerate(block.branches[number]):
        if isinstance(item, Layer) and "padding" in item.settings:
            yield (*address, number, at), item


def _end(outcome: Outcome, address: Address, number: int) -> tuple[int, ...]:
    """The shape that a branch ends with."""
    block = item_at(outcome.plan.items, address)
    assert isinstance(block, Block)
    count = len(block.branches[number])
    if not count:
        return outcome.arriving[address]
    _, last = outcome.rows[(*address, number, count - 1)]
    return outcome.forward.shape_of(last)
