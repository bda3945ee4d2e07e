"""Words of single exercises of chapter 01: output sizes."""

MESSAGES: dict[str, str] = {
    "prompt.size.span": (
        "A kernel of 3 with dilation 4: how many pixels wide is it, from its first weight to its last, both"
        " counted?"
    ),
    "prompt.size.total-padding": (
        "Dive into Deep Learning pads 6 rows in total for a kernel of 7. Which padding does PyTorch take?"
    ),
    "prompt.size.unread": (
        "20 rows, a kernel of 5, stride 4, no padding: how many rows at the bottom are never read?"
    ),
    "prompt.size.tensorflow-same": (
        "An image of 13 x 13, a kernel of 3, stride 2, and TensorFlow's SAME. How high is the output?"
    ),
    "prompt.size.field-two": (
        "Two stacked layers of 3 x 3, stride 1: how many pixels high is the receptive field of one unit?"
    ),
    "prompt.size.field-three": (
        "Three stacked layers of 3 x 3, stride 1: how many pixels high is the receptive field of one unit?"
    ),
    "prompt.size.field-strided": (
        "Kernels of 7, 3 and 3 with strides 2, 2 and 1: how many pixels high is the receptive field of one "
        "unit?"
    ),
    "prompt.size.jump": (
        "Layers with strides 2, 2 and 1: one step in the last map is how many pixels of the image?"
    ),
    "prompt.size.field-design": (
        "Three layers with a kernel of 3 and strides s, 1 and 1 see 11 pixels. Which s?"
    ),
    "hint.field-counted-once": "One later layer is missing. How many layers after the first feel its stride?",
    "hint.jump-last-stride": (
        "That is the last layer's own stride. How many pixels of the image was one step of the layer before?"
    ),
    "hint.jump-added": (
        "It seems the strides were added. One step of the second layer is two steps of the first: how "
        "many pixels is each of these?"
    ),
    "hint.padding-quadrupled": (
        "It seems the total was doubled. A total counts both sides: how much of it is on one?"
    ),
    "hint.size.total-padding.padding-doubled": (
        "6 counts both sides together. PyTorch's padding is per side: how much of it goes on one?"
    ),
    "hint.reads-everything": (
        "Write down in which rows the windows start: 0, 4, 8, ... Which is the last row that the last "
        "window reads?"
    ),
    "hint.size.tensorflow-same.no-padding": (
        "{answer} is what PyTorch gives without padding. SAME pads so that each stride of {s} gives an "
        "output, the last incomplete one too: how many strides begin within {n} rows?"
    ),
    "hint.size.tensorflow-same.same-size": (
        "SAME keeps the size only at stride 1. In how many steps of {s} do you get across {n} rows?"
    ),
    "hint.size.span.no-dilation": (
        "{answer} is the kernel at dilation 1. With dilation={d} its {k} weights are {d} apart: at which "
        "pixels do they stand, if the first stands at 0?"
    ),
    "ask.size.span": "Write down at which pixels the three weights stand, if the first stands at 0.",
    "ask.size.largest-input": (
        "Write down where the {m} windows start: 0, {s}, ... Where does the last one end, and how many "
        "pixels can follow before one more fits?"
    ),
    "ask.size.stem-short": (
        "Pad first: how many rows are there? Then place the first window: how many whole steps of {s} are "
        "left?"
    ),
    "ask.size.field-strided": (
        "Take one layer at a time. How many pixels does one unit of it see, and how many pixels apart are "
        "two neighbours?"
    ),
    "ask.size.field-design": (
        "Two neighbours of the first layer are s pixels apart. How many pixels does each of the other two "
        "layers add to the 3 of the first?"
    ),
    "hint.size.uneven.divides-by-stride": (
        "It seems each side was divided by its stride. The kernel is 3 high and 5 wide: where can the last "
        "full window start?"
    ),
}
