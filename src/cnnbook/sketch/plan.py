"""A plan of a network: a chain of layers, some of them blocks whose branches are added or concatenated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cnnbook.arithmetic import GeometryError
from cnnbook.arithmetic.integers import integer
from cnnbook.sketch.settings import LARGEST_COUNT, LARGEST_SIZE, checked

Address = tuple[int, ...]
"""Where a layer stands: (3,) is the fourth of the chain, (3, 0, 1) the second in its first branch."""

_MOST_BRANCHES = 16
_MOST_LEVELS = 12  # blocks in blocks; Inception-v3 has two


@dataclass(frozen=True)
class Layer:
    """One layer: its kind, its settings by PyTorch's names, and the name that it has in a known network."""

    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", checked(self.kind, self.settings))


@dataclass(frozen=True)
class Block:
    """Branches that all read the same map; `join` is "add" (two branches) or "cat" (two or more).

    A branch without layers passes on what it reads, as the shortcut of a residual block does. `folded` is how
    the block is drawn.
    """

    join: str
    branches: tuple[Chain, ...]
    name: str = field(default="", compare=False)
    folded: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        if self.join not in ("add", "cat"):
            raise GeometryError(f"branches are joined by {self.join!r}; 'add' or 'cat' would do")
        count = len(self.branches)
        if self.join == "add" and count != 2:
            raise GeometryError(f"an addition has {count} branches; 2 would do, or one in the other")
        if not 2 <= count <= _MOST_BRANCHES:
            raise GeometryError(f"a concatenation has {count} branches; 2 to {_MOST_BRANCHES} would do")


Item = Layer | Block
Chain = tuple[Item, ...]


@dataclass(frozen=True)
class Plan:
    """The chain of a network, the shape of its input (N, C, H, W), its name, and a note on it.

    Raises GeometryError for an input of another number of axes.

    >>> Plan((Layer("conv", {"out_channels": 8}), Layer("activation")), (1, 3, 32, 32)).input_shape
    (1, 3, 32, 32)
    """

    items: Chain
    input_shape: tuple[int, ...] = (1, 3, 224, 224)
    name: str = "sketch"
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "input_shape", checked_shape(self.input_shape))
        object.__setattr__(self, "items", chain(self.items))
        if _levels(self.items) > _MOST_LEVELS:
            raise GeometryError(f"the blocks stand {_levels(self.items)} deep; {_MOST_LEVELS} would do")


def _levels(items: Chain) -> int:
    """How deep blocks stand in blocks; 0 without a block."""
    level, chains = 0, [items]
    while chains := [
        branch for c in chains for item in c if isinstance(item, Block) for branch in item.branches
    ]:
        level += 1
    return level


def checked_shape(given: Any) -> tuple[int, ...]:
    """Return the input's shape, batch axis first. Raises GeometryError where an image has none like it."""
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 4:
        raise GeometryError(f"the input's shape is {given!r}; (N, C, H, W), as (1, 3, 224, 224), would do")
    found = tuple(integer(n, name, 1) for n, name in zip(given, ("N", "C", "H", "W"), strict=True))
    if max(found[:2]) > LARGEST_COUNT or max(found[2:]) > LARGEST_SIZE:
        raise GeometryError(
            f"the input's shape is {found}; at most {LARGEST_SIZE:,} rows and columns, {LARGEST_COUNT:,} "
            "images and channels would do"
        )
    return found


def chain(given: Any) -> Chain:
    """Return layers and blocks as a tuple; a list in the place of one layer is put in its place.

    So what a function returns as a list can stand among other layers. Raises TypeError for anything else.
    """
    if isinstance(given, Layer | Block):
        return (given,)
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise TypeError(f"a chain is a list of layers, as [conv(64, 3), relu()], not {given!r:.60}")
    found: list[Item] = []
    for item in given:
        found += [item] if isinstance(item, Layer | Block) else chain(item)
    return tuple(found)


def walk(items: Chain, at: Address = ()) -> Iterator[tuple[Address, Item]]:
    """Yield each layer and each block with its address; a block comes before what stands in it.

    >>> block = Block("add", ((Layer("conv"), Layer("activation")), ()))
    >>> [address for address, item in walk((Layer("conv"), block))]
    [(0,), (1,), (1, 0, 0), (1, 0, 1)]
    """
    for place, item in enumerate(items):
        yield (*at, place), item
        if isinstance(item, Block):
            for number, branch in enumerate(item.branches):
                yield from walk(branch, (*at, place, number))


def item_at(items: Chain, address: Address) -> Item:
    """Return the layer or the block at an address. Raises IndexError where none stands."""
    place, *rest = address
    if not 0 <= place < len(items):
        raise IndexError(f"no layer stands at {place}")
    item = items[place]
    if not rest:
        return item
    if not isinstance(item, Block) or not 0 <= rest[0] < len(item.branches) or len(rest) < 2:
        raise IndexError(f"no branch stands at {address}")
    return item_at(item.branches[rest[0]], tuple(rest[1:]))


def spliced(items: Chain, address: Address, new: Chain, removed: int) -> Chain:
    """Return the chain with `new` in the place of as many items, from this address on.

    >>> [layer.kind for layer in spliced((Layer("conv"), Layer("flatten")), (1,), (Layer("max_pool"),), 0)]
    ['conv', 'max_pool', 'flatten']
    """
    place, *rest = address
    if not rest:
        if not 0 <= place <= len(items) - removed:
            raise IndexError(f"no layer stands at {place}")
        return (*items[:place], *new, *items[place + removed :])
    block = item_at(items, (place,))
    if not isinstance(block, Block) or not 0 <= rest[0] < len(block.branches) or len(rest) < 2:
        raise IndexError(f"no branch stands at {address}")
    branches = [*block.branches]
    branches[rest[0]] = spliced(branches[rest[0]], tuple(rest[1:]), new, removed)
    return (*items[:place], replace(block, branches=tuple(branches)), *items[place + 1 :])
