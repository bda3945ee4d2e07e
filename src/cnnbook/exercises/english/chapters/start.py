"""Words of single exercises of chapter 00."""

MESSAGES: dict[str, str] = {
    "hint.fields-multiplied": (
        "It seems the kernel sizes were multiplied. The second kernel reads neighbours, and what they see "
        "overlaps: from one neighbour to the next, how many pixels are new?"
    ),
    "hint.channels-added": (
        "It seems the channels were added on. How many numbers does one place of the picture hold, and "
        "how many places are there?"
    ),
    "hint.all-kernels": (
        "{answer} is the weights of all the kernels. How many kernels does the layer have, and how many "
        "are asked for?"
    ),
    "hint.stated.rounds-up": (
        "It seems a window that only partly fits was counted. Does a pool of 2 count a single row that is"
        " left over?"
    ),
    "hint.stated.channels-in": "You kept the channels of the input. How many maps does the convolution make?",
    "ask.start.matrix-weights": (
        "Take one row of the table. How many of its 7 weights are not 0, and how many rows are there?"
    ),
    "ask.start.correlation": "Write down the four products. Which pixel lies under which kernel number?",
    "ask.start.flatten": "Take one layer at a time. Which shape leaves the convolution, and which the pool?",
    "hint.conv-parameters.one-bias": (
        "{answer} counts a single bias. Do all maps that come out share it, or has each its own?"
    ),
}
