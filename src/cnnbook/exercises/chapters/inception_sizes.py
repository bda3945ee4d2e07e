"""Windows, weights and receptive fields of Inception-v3, for the exercises of chapter 06."""

from __future__ import annotations

from cnnbook.arithmetic import Window, conv_parameters
from cnnbook.networks.shipped import shipped

NET = shipped("inception_v3")
SHRINK = Window(3, stride=2)

# The windows that shrink the map: before the auxiliary head, before the last map, and with that head.
TO_PLAIN = (SHRINK, Window(3), SHRINK, Window(3), SHRINK, SHRINK)
TO_LAST = (*TO_PLAIN, SHRINK)
TO_AUX = (*TO_PLAIN, Window.pool(5, 3), Window(5))

CONCATENATIONS = [row for row in NET if row.op == "cat"]


def weights(*layers: tuple[int, int, int | tuple[int, int]]) -> int:
    """Return the number of weights of these convolutions, each (in_channels, out_channels, kernel size).

    >>> weights((192, 16, 1), (16, 32, 5))
    15872
    """
    return sum(conv_parameters(ins, outs, size, bias=False) for ins, outs, size in layers)


def field(path: str) -> int:
    """Return the height of the receptive field of this block's output, in rows of the image.

    >>> field("Mixed_6a")
    159
    """
    rows: int = NET[path].rows[-1].receptive_field[0]
    return rows


def widest_bottleneck(ins: int, outs: int, size: int, limit: int) -> int:
    """Return the largest number of channels between a 1 × 1 and a `size` × `size` convolution.

    The two together must have fewer weights than `limit`.

    >>> widest_bottleneck(288, 64, 5, limit=3 * 3 * 288 * 64)
    87
    """
    return max(b for b in range(1, ins) if weights((ins, b, 1), (b, outs, size)) < limit)
