"""Write a convolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cnnbook.exercises.functions.loops import Map, Maps, conv, framed, numbers, slide
from cnnbook.exercises.functions.questions import MapsQuestion, Probe
from cnnbook.exercises.functions.results import Result, first_difference, shape_of
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _, say

_PLACE = _("On {on} it gives {given} in row {row}, column {column}; {source} {right} there.")


def _flipped(kernels: list[Maps]) -> list[Maps]:
    return [[_turned(part) for part in own] for own in kernels]


def _turned(kernel: Map) -> Map:
    return [line[::-1] for line in kernel[::-1]]


def _conv_each(maps: Maps, kernels: list[Maps], stride: int, padding: int) -> Maps:
    """Return a map for each kernel and each channel, which are not added up."""
    return [
        conv([one], [[part]], stride, padding)[0]
        for own in kernels
        for one, part in zip(maps, own, strict=True)
    ]


def _conv_first(maps: Maps, kernels: list[Maps], stride: int, padding: int) -> Maps:
    return conv(maps[:1], [own[:1] for own in kernels], stride, padding)


def _conv_one_side(maps: Maps, kernels: list[Maps], stride: int, padding: int) -> Maps:
    return conv([framed(one, 0, padding) for one in maps], kernels, stride, 0)


def _conv_probe(maps: tuple[int, ...], kernels: tuple[int, ...], stride: int, padding: int) -> Probe:
    return Probe(
        (numbers(*maps), numbers(*kernels, start=2), stride, padding),
        {"maps": maps, "kernels": kernels, "s": stride, "p": padding},
    )


WRITE_CONV = MapsQuestion(
    "my_conv(maps, kernels, stride, padding)",
    conv,
    (
        _conv_probe((1, 3, 4), (1, 1, 2, 2), 1, 0),
        _conv_probe((1, 4, 4), (1, 1, 3, 3), 1, 1),
        _conv_probe((2, 5, 6), (1, 2, 3, 2), 1, 0),
        _conv_probe((2, 7, 5), (3, 2, 3, 3), 2, 1),
        _conv_probe((3, 6, 7), (2, 3, 2, 3), 3, 2),
    ),
    _("maps of {maps}, kernels of {kernels}, stride {s}, padding {p}"),
    wrong={
        "kernel-flipped": lambda maps, kernels, stride, padding: conv(
            maps, _flipped(kernels), stride, padding
        ),
        "no-stride": lambda maps, kernels, stride, padding: conv(maps, kernels, 1, padding),
        "no-padding": lambda maps, kernels, stride, padding: conv(maps, kernels, stride, 0),
        "zeros-one-side": _conv_one_side,
        "channels-multiplied": _conv_each,
        "no-input-channels": _conv_first,
        "one-map-only": lambda maps, kernels, stride, padding: conv(maps, kernels[:1], stride, padding),
    },
    solution=_(
        "Put zeros on all four sides; then each number is the sum of the products at one place:\n"
        "    channels, height, width = maps.shape\n"
        "    padded = torch.zeros(channels, height + 2*padding, width + 2*padding)\n"
        "    padded[:, padding:padding + height, padding:padding + width] = maps\n"
        "    k_h, k_w = kernels.shape[2:]\n"
        "    rows = (height + 2*padding - k_h)//stride + 1\n"
        "    columns = (width + 2*padding - k_w)//stride + 1\n"
        "    out = torch.zeros(len(kernels), rows, columns)\n"
        "    for y in range(rows):\n"
        "        for x in range(columns):\n"
        "            top, left = y*stride, x*stride\n"
        "            window = padded[:, top:top + k_h, left:left + k_w]\n"
        "            out[:, y, x] = (window * kernels).sum(dim=(1, 2, 3))\n"
        "    return out"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature} with loops. maps have the shape (channels, height, width), "
            "kernels (out_channels, channels, kernel height, kernel width): tensors, or lists inside lists. "
            "It returns what conv2d makes of them, without biases."
        ),
        ask=_(
            "Take the first output on paper. Which pixel lies under which weight, in which channel, and what "
            "is added up?"
        ),
        hints={
            "kernel-flipped": _(
                "Your convolution turns the kernel round first, as in mathematics. Does conv2d do that?"
            ),
            "no-stride": _(
                "Your convolution moves by one pixel, whatever the stride is. In which row does the second "
                "window start?"
            ),
            "no-padding": _("Your convolution does not use padding. How many rows has the padded map?"),
            "zeros-one-side": _(
                "Your convolution puts all zeros at the bottom and on the right. On which sides does PyTorch?"
            ),
            "channels-multiplied": _(
                "Your convolution gives a map for each kernel and channel. What becomes of the sums of one "
                "kernel in all its channels?"
            ),
            "no-input-channels": _(
                "Your convolution reads the first channel only. How many channels does a kernel have?"
            ),
            "one-map-only": _("Your convolution uses the first kernel only. How many maps come out?"),
        },
    ),
)


@dataclass(frozen=True)
class MapQuestion(MapsQuestion):
    """Write a function that returns one map of numbers, shaped (height, width)."""

    place: ClassVar[str] = _PLACE
    one_number: ClassVar[str] = _(
        "On {on} it gives a single number; {source} a map of the shape {right}. Does return stand inside a "
        "loop?"
    )

    def difference(self, at: int, given: Result) -> str:
        """Return the first number that differs, with its row and column."""
        right = self.right_results[at]
        if shape_of(given) != shape_of(right):
            return super().difference(at, given)
        (row, column), number, wanted = first_difference(given, right)
        values = {"on": self.probe_named(at), "source": say(self.source), "row": row, "column": column}
        return say(self.place, given=number, right=wanted, **values)


def _slid(picture: Map, kernel: Map) -> Map:
    return slide(picture, kernel, 1)


def _last_place_missing(picture: Map, kernel: Map) -> Map:
    return [row[:-1] for row in _slid(picture, kernel)[:-1]]


def _side_by_side(picture: Map, kernel: Map) -> Map:
    return [row[:: len(kernel[0])] for row in _slid(picture, kernel)[:: len(kernel)]]


def _returned_early(picture: Map, kernel: Map) -> Map:
    """Return a map of zeros but for its first number: the loop has been left after the first place."""
    (first, *_others), *_rows = whole = _slid(picture, kernel)
    return [[first if y == x == 0 else 0.0 for x in range(len(whole[0]))] for y in range(len(whole))]


def _returned_after_row(picture: Map, kernel: Map) -> Map:
    """Return a map of zeros but for its first row: the outer loop has been left after one row."""
    first, *others = _slid(picture, kernel)
    return [first, *([0.0] * len(first) for _ in others)]


def _mean(picture: Map, kernel: Map) -> Map:
    pixels = len(kernel) * len(kernel[0])
    return [[number / pixels for number in row] for row in _slid(picture, kernel)]


def _slide_probe(picture: tuple[int, int], kernel: tuple[int, int]) -> Probe:
    return Probe((numbers(*picture), numbers(*kernel, start=2)), {"picture": picture, "kernel": kernel})


WRITE_SLIDE = MapQuestion(
    "my_slide(picture, kernel)",
    _slid,
    (
        _slide_probe((2, 3), (2, 2)),
        _slide_probe((4, 5), (3, 3)),
        _slide_probe((5, 4), (2, 3)),
        _slide_probe((6, 7), (3, 2)),
    ),
    _("a picture of {picture} and a kernel of {kernel}"),
    wrong={
        "no-plus-one": _last_place_missing,
        "kernel-flipped": lambda picture, kernel: _slid(picture, _turned(kernel)),
        "windows-apart": _side_by_side,
        "mean-not-sum": _mean,
        "returned-early": _returned_early,
        "returned-after-row": _returned_after_row,
    },
    advice={
        "expand(torch": _(
            "A whole window of products stands where one number of the map is to stand. What makes one "
            "number of them is .sum()."
        ),
        "list index out of range": _(
            "A list is shorter than the place that is asked for; an empty list has no places to write to. "
            "torch.zeros(rows, columns) makes a map whose numbers can be set."
        ),
        "list assignment index": _(
            "An empty list has no places to write to. torch.zeros(rows, columns) makes a map whose numbers "
            "can be set."
        ),
        "out of bounds": _(
            "Here a place beyond the end of a map or picture is asked for. In out[y, x] the row y comes "
            "first: does y run over the rows of the map, and x over its columns? A kernel of 2 has 3 - 2 + 1 "
            "places in a row of 3."
        ),
        "must match the size of tensor": _(
            "A window and the kernel have different shapes here. Four slips do that. The window hangs over "
            "the border: a kernel of 2 has 3 - 2 + 1 places in a row of 3. The kernel's height and width are "
            "exchanged: kernel.shape gives (height, width). The function counts on kernels of 3 x 3. Or "
            "height and width, which were the kernel's, were set to the picture's."
        ),
        "shapes cannot be multiplied": _(
            "@ multiplies matrices. What multiplies each pixel by the weight that lies on it is *."
        ),
    },
    solution=_(
        "Each number is the sum of the products at one place:\n"
        "    height, width = kernel.shape\n"
        "    rows, columns = picture.shape[0] - height + 1, picture.shape[1] - width + 1\n"
        "    out = torch.zeros(rows, columns)\n"
        "    for y in range(rows):\n"
        "        for x in range(columns):\n"
        "            out[y, x] = (picture[y:y + height, x:x + width] * kernel).sum()\n"
        "    return out"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature} with two loops. picture and kernel are tensors of (height, "
            "width). The kernel begins at the upper left and moves one pixel at a time. It returns the map: "
            "one number for each place where the whole kernel fits."
        ),
        ask=_(
            "Take the first example on paper: the window at the upper left, and the one beside it. Which "
            "pixel lies under which weight, and what is added up? Kernels are not always square, nor always "
            "3 x 3."
        ),
        formula=_(
            "picture height - kernel height + 1 rows, the same for columns; each number is the sum of a "
            "window times the kernel."
        ),
        hints={
            "no-plus-one": _(
                "Your map has one row and one column too few. Where does the kernel lie before its first "
                "step?"
            ),
            "kernel-flipped": _(
                "Your function turns the kernel round first. Which weight lies on the upper left pixel of a "
                "window?"
            ),
            "windows-apart": _(
                "Your function moves the kernel by its own size. May two windows overlap, if the stride is 1?"
            ),
            "returned-early": _(
                "Your map holds one number, and zeros everywhere else. A return ends a function at once: "
                "behind which of the loops does it have to stand?"
            ),
            "returned-after-row": _(
                "Only the first row of your map is filled. A return ends a function at once: behind which of "
                "the loops does it have to stand?"
            ),
            "mean-not-sum": _(
                "Your function divides by the number of weights. What is asked for, the sum of the products "
                "or their mean?"
            ),
        },
    ),
)
