"""What a sketch says, in the user's language; `sketch.js` names each text by its key."""

from __future__ import annotations

from typing import Any, Final

from cnnbook.exercises.words import _, say, template
from cnnbook.sketch.plan import Block, Item, Layer
from cnnbook.sketch.settings import SETTINGS, as_text

KINDS: Final = {
    "input": _("input"),
    "conv": _("convolution"),
    "max_pool": _("max pool"),
    "avg_pool": _("average pool"),
    "adaptive_avg_pool": _("adaptive average pool"),
    "adaptive_max_pool": _("adaptive max pool"),
    "activation": _("activation"),
    "batch_norm": _("batch normalization"),
    "response_norm": _("local response normalization"),
    "dropout": _("dropout"),
    "flatten": _("flatten"),
    "linear": _("linear"),
    "add": _("addition"),
    "cat": _("concatenation"),
    "scaled_tanh": _("scaled tanh of 1998"),
    "subsampling": _("subsampling of 1998"),
    "sparse_c3": _("sparse C3 of 1998"),
    "distances": _("distances to drawn digits"),
}
# What is added is a pool to 1 × 1, which the course calls global.
ADDED: Final = {
    **KINDS,
    "adaptive_avg_pool": _("global average pool"),
    "adaptive_max_pool": _("global max pool"),
}
ABOUT: Final = {
    "add": _("Both branches read the same map, and their results are added: their shapes must be equal."),
    "cat": _("All branches read the same map, and their channels are stacked: their sizes must be equal."),
}
FOLLOWS: Final = _("follows: {value}")
_BRANCH: Final = _("branch {number}")
_EMPTY_BRANCH: Final = _("branch {number}, empty: passes its input on")
_BRANCHES: Final = _("{count} branches")

WORDS: Final = {
    "sketch": _("Network sketch"),
    "lines": _("layers, from the input down"),
    "undo": _("Undo"),
    "redo": _("Redo"),
    "load": _("Start from"),
    "given": _("the network given"),
    "add": _("Add below"),
    "add block": _("Add after the block"),
    "add branch": _("Add at the start of this branch"),
    "remove": _("Remove"),
    "up": _("Move up"),
    "down": _("Move down"),
    "open": _("Open"),
    "fold": _("Fold"),
    "more branches": _("Add a branch"),
    "less": _("{name} one less"),
    "more": _("{name} one more"),
    "close": _("Close"),
    "code": _("PyTorch code"),
    "copy": _("Copy the code"),
    "copied": _("Copied."),
    "copied broken": _("Copied, but this network does not run yet."),
    "not copied": _("The code is selected; copy it with Ctrl+C."),
    "works": _("What works (tried):"),
    "then": _("then this breaks next: {problem}"),
    "breaks": _("Row {row} does not fit. The totals are those of the rows before it."),
    "no layers": _("There are no layers yet: add the first one below the input."),
    "met": _("met"),
    "not met": _("not met yet"),
    "unreached": _("not reached"),
    "all met": _("All targets are met."),
    "some met": _("{met} of {all} targets are met."),
    "said": _("{title} {settings}: {shape}."),
    "silent": _("No word from the kernel. It may be busy; if it is not, run this cell again."),
    "hint": _("Click a layer to change it, and add layers below it."),
    "keys": _(
        "Keys: arrows go from layer to layer, right and left unfold and fold a block, Enter opens a layer, "
        "Escape closes it, A adds below, Delete removes, Alt+arrow moves, Ctrl+Z undoes."
    ),
    "column row": _("row"),
    "column layer": _("layer"),
    "column shape": _("output shape"),
    "column parameters": _("parameters"),
    "column macs": _("MACs"),
    "column field": _("field"),
    "column memory": _("memory"),
}

NOW: Final = _("now {value}")
NOT_RUNNING: Final = _("the network does not run yet")

QUANTITY_NAMES: Final = {
    "parameters": _("parameters"),
    "MACs": _("MACs"),
    "memory": _("memory of all outputs"),
    "last map": _("last map"),
    "receptive field": _("its receptive field"),
    "output": _("output"),
    "layers": _("convolutions and dense layers"),
}


def words() -> dict[str, str]:
    """Return all that the browser says by its key; a placeholder stays as it is, for the browser to fill in.

    >>> words()["breaks"]
    'Row {row} does not fit. The totals are those of the rows before it.'
    """
    return {key: template(text) for key, text in WORDS.items()}


def branch_name(block: Block, number: int) -> str:
    """Return the name of a branch.

    >>> branch_name(Block("add", ((), ())), 1)
    'branch 2, empty: passes its input on'
    """
    return say(_BRANCH if block.branches[number] else _EMPTY_BRANCH, number=number + 1)


def settings_text(item: Item) -> str:
    """Return the settings of a layer in one line, without those that are as usual.

    >>> from cnnbook.sketch.layers import conv, max_pool
    >>> settings_text(conv(64, 7, 2, padding=3)), settings_text(max_pool(2)), settings_text(conv(8, (1, 7)))
    ('64, 7 × 7, stride 2, padding 3', '2 × 2', '8, 1 × 7')
    """
    if isinstance(item, Block):
        return say(_BRANCHES, count=len(item.branches))
    if item.kind == "linear" and item.settings["in_features"]:
        return f"{item.settings['in_features']} → {item.settings['out_features']}{_other(item)}"
    first = [_first(name, value) for name, value in item.settings.items() if name in _UNNAMED]
    return f"{', '.join(first)}{_other(item)}"


_UNNAMED: Final = frozenset(
    ("out_channels", "kernel_size", "output_size", "out_features", "function", "p", "size")
)


def _first(name: str, value: Any) -> str:
    square = name in ("kernel_size", "output_size") and not isinstance(value, tuple)
    return f"{value} × {value}" if square else as_text(value)


def _other(layer: Layer) -> str:
    """The settings that are not as usual, each with its name and after a comma."""
    parts = []
    for name, one in SETTINGS[layer.kind].items():
        value = layer.settings[name]
        if name in _UNNAMED or value == one.default or name == "in_features":
            continue
        parts.append(f"{name}={value}" if isinstance(value, bool) else f"{name} {as_text(value)}")
    return "".join([f", {part}" for part in parts])
