"""Layers in the order of their parameters."""

from __future__ import annotations

from cnnbook.arithmetic import conv_parameters
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.kind import Targets, kind
from cnnbook.exercises.kinds.parameters import ConvParameters
from cnnbook.exercises.orders import Item, Order
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

_WORDS = Words(
    prompt=_("Which order do these layers have by their parameters, the smallest number first?"),
    ask=_("How many weights has one kernel of each layer, and how many kernels are there?"),
    formula=_("k_h × k_w × in_channels × out_channels weights, and a bias for each map that comes out."),
)
_COUNT = _("{because} = {count} parameters")


def layer_item(channels: tuple[int, int], kernel_size: int) -> Item:
    """Return a convolution as an item of such an order, with the numbers that misconceptions lead to.

    >>> layer_item((3, 6), 5).said
    '5×5×3×6 + 6 = 456 parameters'
    """
    question = ConvParameters(channels, (kernel_size, kernel_size))
    values = question.placeholders(question.key)
    wrong = {slip.ids[0]: slip.answer[0] for slip in question.slips()}
    said = say(_COUNT, because=values["because"], count=question.key[0])
    return Item(
        str(values["layer"]),
        question.key[0],
        said,
        str(values["because"]),
        {name: wrong[name] for name in wrong if name in _WRONG},
    )


_WRONG = ("no-input-channels", "kernel-side-once", "channels-summed")


def by_parameters(items: tuple[Item, ...], *targets: str) -> Order:
    """Return the question for the order of these layers by their parameters."""
    return Order(items, kind="order-by-parameters", words=_WORDS, targets=targets)


@kind(
    "order-by-parameters",
    ("no-input-channels", "kernel-side-once"),
    ("no-input-channels", "channels-summed"),
)
def layers_by_parameters(draws: Draws, targets: Targets) -> Order:
    """Return a question about four convolutions, no two of which have nearly the same number."""
    items: list[Item] = []
    while len(items) < 4:
        channels = (draws.choice((3, 4, 8, 16, 32, 64)), draws.choice((4, 8, 16, 32, 48, 64)))
        item = layer_item(channels, draws.choice((1, 3, 5, 7)))
        if item.value == conv_parameters(*channels, 1):
            continue  # a kernel of 1 has no sides to leave out
        if all(_apart(item, other) for other in items):
            items.append(item)
    return by_parameters(tuple(items), *targets)


def _apart(one: Item, other: Item) -> bool:
    """Return whether the larger of two numbers is at least a tenth more than the smaller."""
    small, large = sorted((one.value, other.value))
    return large >= 1.1 * small
