"""Write the parameters of a VGG's convolutions, and slide a dense layer over maps."""

from __future__ import annotations

from cnnbook.arithmetic import conv_parameters
from cnnbook.exercises.functions.loops import Map, Maps, conv, numbers
from cnnbook.exercises.functions.questions import FunctionQuestion, MapsQuestion, Probe
from cnnbook.exercises.functions.sizes import probes
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _


def _layers(convolutions: list[int], width: int, most: int = 8) -> list[tuple[int, int]]:
    """Return the input and output channels of each convolution; the width doubles up to `most` times."""
    found, before = [], 3
    for stage, repeats in enumerate(convolutions):
        after = width * min(2**stage, most)
        found += [(before, after), *[(after, after)] * (repeats - 1)]
        before = after
    return found


def _parameters(convolutions: list[int], width: int) -> int:
    return sum(conv_parameters(*layer, 3) for layer in _layers(convolutions, width))


def _channels_kept(convolutions: list[int], width: int) -> int:
    """Return the count if every convolution reads as many maps as it makes."""
    return sum(conv_parameters(outs, outs, 3) for _ins, outs in _layers(convolutions, width))


WRITE_VGG_PARAMETERS = FunctionQuestion(
    "my_vgg_parameters(convolutions, width)",
    _parameters,
    probes(
        "convolutions width",
        ([1], 2),
        ([2, 1], 4),
        ([1, 1, 1, 1, 1], 2),
        ([3, 2, 1, 2, 4], 5),
        ([1, 1, 2, 2, 2], 64),
        ([2, 2, 3, 3, 3], 64),
    ),
    _("convolutions={convolutions}, width={width}"),
    wrong={
        "no-bias": lambda convolutions, width: sum(
            conv_parameters(*layer, 3, bias=False) for layer in _layers(convolutions, width)
        ),
        "channels-always-double": lambda convolutions, width: sum(
            conv_parameters(*layer, 3) for layer in _layers(convolutions, width, most=16)
        ),
        "channels-in": _channels_kept,
        "no-input-channels": lambda convolutions, width: sum(
            conv_parameters(1, outs, 3) for _ins, outs in _layers(convolutions, width)
        ),
        "one-layer-a-stage": lambda convolutions, width: _parameters([1] * len(convolutions), width),
        "one-bias": lambda convolutions, width: sum(
            conv_parameters(*layer, 3, bias=False) + 1 for layer in _layers(convolutions, width)
        ),
        "right-for-one-setting": lambda convolutions, width: _parameters(convolutions, 64),
        "returned-early": lambda convolutions, width: _parameters([1], width),
        "returned-after-row": lambda convolutions, width: _parameters(convolutions[:1], width),
    },
    solution=_(
        "Each convolution reads what the one before it made, and the first one reads 3 channels:\n"
        "    before, total = 3, 0\n"
        "    for stage, count in enumerate(convolutions):\n"
        "        after = width * min(2**stage, 8)\n"
        "        for _layer in range(count):\n"
        "            total += 9*before*after + after\n"
        "            before = after\n"
        "    return total"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns the number of parameters of all convolutions of a "
            "VGG, biases included. convolutions is a list with the number of convolutions in each stage; "
            "width is the number of maps in stage 1, and from there on they grow as in VGG16. The picture "
            "has 3 channels."
        ),
        ask=_(
            "How many maps does the first convolution of a stage read, and how many does the next one of the "
            "same stage read?"
        ),
        formula=_(
            "A convolution of 3 x 3 has 9 × in_channels × out_channels weights, and a bias for each map."
        ),
        hints={
            "no-bias": _("Your function counts the weights only. How many maps come out, each with a bias?"),
            "channels-always-double": _(
                "In your function stage 5 has twice the maps of stage 4. What does the table of the "
                "chapter say?"
            ),
            "channels-in": _(
                "In your function each convolution reads as many maps as it makes. What does the first one "
                "of a stage read?"
            ),
            "no-input-channels": _(
                "Your function counts kernels that read one map each. How many channels does each kernel "
                "read?"
            ),
            "one-layer-a-stage": _("Your function counts one convolution in each stage. How many are there?"),
            "one-bias": _("Your function counts one bias in each layer. How many maps have a bias each?"),
            "right-for-one-setting": _(
                "Your function gives the count for width 64, whatever width is. How many maps does stage 1 "
                "make?"
            ),
            "returned-early": _(
                "Your function counts the first convolution only. A return ends a function at once: behind "
                "which of the loops does it have to stand?"
            ),
            "returned-after-row": _(
                "Your function counts the first stage only. A return ends a function at once: behind which "
                "of the loops does it have to stand?"
            ),
        },
    ),
)


def _kernel(row: list[float], channels: int, side: int) -> Maps:
    """Return a row of weights as a kernel, in the order of flatten: channel, row, column."""
    weights = iter(row)
    return [[[next(weights) for _x in range(side)] for _y in range(side)] for _c in range(channels)]


def _sliding(maps: Maps, row: list[float], side: int) -> Maps:
    return conv(maps, [_kernel(row, len(maps), side)], 1, 0)


def _channels_last(maps: Maps, row: list[float], side: int) -> Maps:
    channels = len(maps)
    turned = [
        [[row[(y * side + x) * channels + c] for x in range(side)] for y in range(side)]
        for c in range(channels)
    ]
    return conv(maps, [turned], 1, 0)


def _columns_first(maps: Maps, row: list[float], side: int) -> Maps:
    turned: Maps = [
        [list(line) for line in zip(*part, strict=True)] for part in _kernel(row, len(maps), side)
    ]
    return conv(maps, [turned], 1, 0)


def _first_place(maps: Maps, row: list[float], side: int) -> Maps:
    return [[_sliding(maps, row, side)[0][0][:1]]]


def _one_place_short(maps: Maps, row: list[float], side: int) -> Maps:
    return [_without_last(one) for one in _sliding(maps, row, side)]


def _without_last(one: Map) -> Map:
    """Return a map without its last row and column; nothing is left where the square fits in one place."""
    return [line[:-1] for line in one[:-1]]


def _probe(shape: tuple[int, int, int], side: int) -> Probe:
    (row,) = numbers(1, shape[0] * side * side, start=2)
    return Probe((numbers(*shape), row, side), {"shape": shape, "side": side})


WRITE_SLIDING = MapsQuestion(
    "my_sliding_scores(maps, row, side)",
    _sliding,
    (
        _probe((1, 2, 2), 2),
        _probe((2, 3, 3), 3),
        _probe((1, 3, 4), 2),
        _probe((2, 5, 4), 2),
        _probe((3, 5, 6), 3),
    ),
    _("maps of {shape}, side {side}"),
    wrong={
        "channels-last": _channels_last,
        "swapped-height-width": _columns_first,
        "one-answer-only": _first_place,
        "no-plus-one": _one_place_short,
        "windows-apart": lambda maps, row, side: conv(maps, [_kernel(row, len(maps), side)], side, 0),
        "same-size": lambda maps, row, side: conv(maps, [_kernel(row, len(maps), side)], 1, side // 2),
    },
    solution=_(
        "The order of the weights is that of flatten: channel by channel, and in each channel row by row.\n"
        "    kernel = row.view(1, len(maps), side, side)\n"
        "    return torch.nn.functional.conv2d(maps[None], kernel)[0]"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. row holds the weights of one score of a dense layer, which "
            "reads flattened maps of (channels, side, side). maps are larger: (channels, height, width). "
            "Return the score, without its bias, at every place where a square of side x side fits: maps "
            "of the shape (1, rows, columns)."
        ),
        ask=_(
            "Which shape must the row take, so that it can lie on the maps? And what is the operation that "
            "lays it on each place?"
        ),
        formula=_("A row of C × k × k weights is a kernel of shape (C, k, k)."),
        hints={
            "channels-last": _(
                "Your function takes the channels of one pixel from neighbours in the row. In which order "
                "does flatten lay out maps of (channels, height, width)?"
            ),
            "swapped-height-width": _(
                "Your function lays the row out column by column. Which axis is the last one of a map, and "
                "so runs fastest in flatten?"
            ),
            "one-answer-only": _(
                "Your function gives the score of the first place only. At how many places does the square "
                "fit?"
            ),
            "no-plus-one": _(
                "Your function leaves out the last row and the last column of places. Where does the square "
                "stand before its first step?"
            ),
            "windows-apart": _(
                "Your function moves the square by its whole side. May two squares share pixels?"
            ),
            "same-size": _("Your function pads the maps. Does a square fit that hangs over the edge?"),
        },
    ),
)
