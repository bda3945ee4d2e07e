"""The pictures of chapter 06: a block's branches and a network's maps, drawn to scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.patches import Polygon, Rectangle

from cnnbook.figures.style import BLUE, GRID, INK, MUTED, ORANGE, PAPER, SKY, picture, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cnnbook.figures.style import Picture
    from cnnbook.traces import Row, Trace

_LAYERS = frozenset({"convolution", "pooling", "linear"})
_WIDTH, _BOX, _STEP, _BAR, _CELL = 9.0, 0.66, 0.98, 0.3, 0.062  # inches; a cell is one weight of a kernel


class _Branch(NamedTuple):
    """A layer, and the branches that begin with the layers that read its output."""

    row: Row
    readers: tuple[_Branch, ...]


@styled
def branches_to_scale(block: Trace) -> Picture:
    """Return a block from its input, above, to its output, below: each layer as wide as its channels.

    The cells in a box are its kernel, one for each weight of one channel: k_h rows of k_w. A pool is hatched.
    At the bottom, the branches' channels stand side by side, as the concatenation puts them.

    >>> from cnnbook import networks, trace
    >>> seen = trace(networks.build("inception_v3", device="meta"), (1, 3, 299, 299))
    >>> print(branches_to_scale(seen["Mixed_6a"]).alt)
    288 channels go in. Branches: 3×3 conv /2 384; 1×1 conv 64, 3×3 conv 96, 3×3 conv /2 96; \
3×3 pool /2 288. Out: 384 + 96 + 288 = 768.

    Raises ValueError for a block without convolutions, pools and dense layers.
    """
    rows = {row.index: row for row in block}
    ends = _ends(rows, next(reversed(rows)))
    if not ends:
        raise ValueError(f"nothing to draw in {block.name!r}: no convolution, no pool, no dense layer")
    chains = [_chain(rows, end) for end in ends]
    tree = _tree(chains, 0)
    into, out = chains[0][0].input_shapes[0], [end.output_shape[1] for end in ends]
    sizes = [_width(branch) for branch in tree]
    gap = 0.035 * max(sum(sizes), into[1], sum(out))
    total = max(sum(sizes) + gap * (len(sizes) - 1), into[1], sum(out))
    scale, depth = _WIDTH / total, max(map(len, chains))

    height = depth * _STEP + 2 * _BAR + 0.7
    drawn = picture(_WIDTH + 0.3, height, _in_words(into[1], chains, out))
    axes = drawn.add_subplot()
    axes.set(xlim=(-0.05, _WIDTH + 0.05), ylim=(-height + 0.3, 0.3), aspect="equal")
    axes.set_axis_off()

    top = (_WIDTH - into[1] * scale) / 2, (_WIDTH + into[1] * scale) / 2
    _bar(axes, top, 0, f"{into[1]}, each {_size(into)}")
    bottom = -(_BAR + depth * _STEP + 0.32)
    ends_at: list[tuple[float, float]] = []
    left = (_WIDTH - (sum(sizes) + gap * (len(sizes) - 1)) * scale) / 2
    for branch, size in zip(tree, sizes, strict=True):
        ends_at += _draw(axes, branch, (left, left + size * scale), scale, 1, top)
        left += (size + gap) * scale
    x = (_WIDTH - sum(out) * scale) / 2
    for end, (a, b), chain in zip(out, ends_at, chains, strict=True):
        lowest = -(_BAR + (len(chain) - 1) * _STEP + _STEP)
        straight = -(_BAR + depth * _STEP)
        corners = [(a, lowest), (b, lowest), (b, straight), (x + end * scale, bottom), (x, bottom)]
        axes.add_patch(Polygon([*corners, (a, straight)], facecolor=GRID, edgecolor="none", zorder=0))
        text = f"{end}" if len(out) > 1 else ""
        _bar(axes, (x, x + end * scale), bottom, text)
        x += end * scale
    sums = f"{' + '.join(map(str, out))} = " if len(out) > 1 else ""
    size_text = f", each {_size(block.output_shape)}" if len(block.output_shape) > 2 else ""
    axes.text(_WIDTH / 2, bottom - _BAR - 0.17, f"{sums}{sum(out)}{size_text}", ha="center", va="center")
    return drawn


@styled
def maps_to_scale(shapes: Mapping[str, tuple[int, ...]]) -> Picture:
    """Return the maps (C, H, W) of a network side by side, each as wide as C and as high as H, to scale.

    >>> maps_to_scale({"conv1": (32, 149, 149), "7c": (2048, 8, 8)}).alt
    'Maps by channels and height: conv1 32 by 149, 7c 2,048 by 8.'
    """
    alt = ", ".join(f"{name} {shape[0]:,} by {shape[1]}" for name, shape in shapes.items())
    drawn = picture(_WIDTH + 0.3, 2.9, f"Maps by channels and height: {alt}.")
    axes = drawn.add_subplot()
    wide = (_WIDTH - 0.42 * len(shapes)) / sum(shape[0] for shape in shapes.values())
    high = 1.8 / max(shape[1] for shape in shapes.values())
    x = 0.2
    for name, (channels, height, *_) in shapes.items():
        size = channels * wide, height * high
        axes.add_patch(Rectangle((x, 0), *size, facecolor=SKY, edgecolor=BLUE, linewidth=1.2))
        middle = x + size[0] / 2
        axes.text(middle, size[1] + 0.07, f"{channels}\n{height}²", ha="center", va="bottom", fontsize=8.5)
        axes.text(middle, -0.08, name, ha="center", va="top", fontsize=9)
        x += size[0] + 0.42
    axes.set(xlim=(-0.1, x), ylim=(-0.35, 2.35))
    axes.set_axis_off()
    return drawn


def _ends(rows: Mapping[int, Row], index: int) -> list[Row]:
    """Return the layers whose outputs a row joins; for a concatenation among them, its own layers."""
    row = rows.get(index)
    if row is None or row.family in _LAYERS:
        return [row] if row else []
    return [end for source in row.inputs for end in _ends(rows, source)]


def _chain(rows: Mapping[int, Row], end: Row) -> list[Row]:
    """Return the layers from the block's input to this one."""
    before = _ends(rows, end.inputs[0])
    return [*(_chain(rows, before[0]) if before else []), end]


def _tree(chains: list[list[Row]], depth: int) -> tuple[_Branch, ...]:
    """Return the chains as a tree, in their order: layers that several chains begin with stand in it once."""
    groups: dict[int, list[list[Row]]] = {}
    for chain in chains:
        if len(chain) > depth:
            groups.setdefault(chain[depth].index, []).append(chain)
    return tuple(_Branch(group[0][depth], _tree(group, depth + 1)) for group in groups.values())


def _width(branch: _Branch) -> float:
    inner = sum(_width(reader) for reader in branch.readers)
    return max(branch.row.output_shape[1], 1.06 * inner if len(branch.readers) > 1 else inner)


def _draw(
    axes: Axes,
    branch: _Branch,
    room: tuple[float, float],
    scale: float,
    depth: int,
    above: tuple[float, float],
) -> list[tuple[float, float]]:
    """Draw a layer in the middle of its room, its readers below; return each last layer's left and right."""
    size, middle = branch.row.output_shape[1] * scale, sum(room) / 2
    left, right = middle - size / 2, middle + size / 2
    y = -(_BAR + depth * _STEP - _BOX)
    high = y + _STEP - _BOX
    corners = [(above[0], high), (above[1], high), (right, y), (left, y)]
    axes.add_patch(Polygon(corners, facecolor=GRID, alpha=0.55, edgecolor="none", zorder=0))
    pool = branch.row.family == "pooling"
    axes.add_patch(
        Rectangle(
            (left, y - _BOX),
            size,
            _BOX,
            facecolor=ORANGE if pool else SKY,
            hatch="///" if pool else "",
            edgecolor=INK,
            linewidth=0.8,
        )
    )
    if branch.row.window:
        _kernel(axes, branch.row, middle, y - 0.24)
    label = {"bbox": {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}} if pool else {}
    text = _named(branch.row)
    text = text.replace(": ", "\n") if size < 0.085 * len(text) else text
    axes.text(middle, y - _BOX + 0.04, text, ha="center", va="bottom", fontsize=8, linespacing=0.95, **label)
    if not branch.readers:
        return [(left, right)]
    sizes = [_width(reader) * scale for reader in branch.readers]
    x, space = middle - (room[1] - room[0]) / 2, (room[1] - room[0]) - sum(sizes)
    if len(sizes) == 1:
        x, space = middle - sizes[0] / 2, 0
    ends = []
    for reader, width in zip(branch.readers, sizes, strict=True):
        ends += _draw(axes, reader, (x, x + width), scale, depth + 1, (left, right))
        x += width + space / max(1, len(sizes) - 1)
    return ends


def _kernel(axes: Axes, row: Row, x: float, y: float) -> None:
    """Draw a kernel's weights as cells around (x, y)."""
    height, width = row.window.kernel_size if row.window else (1, 1)
    for i in range(height):
        for j in range(width):
            corner = x + (j - width / 2) * _CELL, y + (i - height / 2) * _CELL
            axes.add_patch(Rectangle(corner, _CELL, _CELL, facecolor=PAPER, edgecolor=INK, linewidth=0.5))


def _named(row: Row) -> str:
    stride = f" /{row.window.stride[0]}" if row.window and row.window.stride[0] > 1 else ""
    size = "×".join(map(str, row.window.kernel_size)) if row.window else ""
    kind = {"convolution": "", "pooling": " pool" if size else "adaptive pool"}.get(row.family, "dense")
    return f"{size}{kind}{stride}: {row.output_shape[1]}"


def _bar(axes: Axes, ends: tuple[float, float], y: float, text: str) -> None:
    size = ends[1] - ends[0]
    axes.add_patch(
        Rectangle((ends[0], y - _BAR), size, _BAR, facecolor=PAPER, edgecolor=MUTED, linewidth=1.2)
    )
    axes.text(sum(ends) / 2, y - _BAR / 2, text, ha="center", va="center", fontsize=9)


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape[2:]))


def _in_words(into: int, chains: list[list[Row]], out: list[int]) -> str:
    texts = ("; ".join(", ".join(_spelt(row) for row in chain) for chain in chains)).strip()
    sums = f"{' + '.join(map(str, out))} = {sum(out)}" if len(out) > 1 else str(out[0])
    return f"{into} channels go in. Branches: {texts}. Out: {sums}."


def _spelt(row: Row) -> str:
    kinds = {"convolution": "conv", "pooling": "pool"}
    stride = f" /{row.window.stride[0]}" if row.window and row.window.stride[0] > 1 else ""
    size = "×".join(map(str, row.window.kernel_size)) + " " if row.window else ""
    return f"{size}{kinds.get(row.family, 'dense')}{stride} {row.output_shape[1]}"
