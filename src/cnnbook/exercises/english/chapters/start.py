"""Words of single exercises of chapter 00."""

MESSAGES: dict[str, str] = {
    "prompt.start.pixels": (
        "A colour picture has 5 rows, 7 columns and 3 channels. How many numbers does it hold?"
    ),
    "prompt.start.matrix-weights": (
        "A convolution of 3 on a row of 7 numbers, written as a dense layer, is a table of 5 x 7 weights. "
        "How many of them are not 0?"
    ),
    "prompt.start.kernel-weights": (
        "How many weights has one of the 6 kernels of Conv2d(3, 6, kernel_size=5), its bias left out?"
    ),
    "prompt.start.correlation": (
        "The image is [[1, 2], [3, 4]], the kernel [[0, 1], [2, 3]]. Which one number does conv2d give?"
    ),
    "prompt.start.collapse": (
        "Two convolutions of 3 x 3 with stride 1 and nothing between them act like one convolution. What is"
        " its kernel size?"
    ),
    "prompt.start.shifted-pool": (
        "Max-pooling of pairs makes 7 3 8 6 from 1 7 2 3 8 4 5 6. The row moves one pixel to the right, and"
        " a 0 comes in: 0 1 7 2 3 8 4 5. What is the first output now?"
    ),
    "prompt.start.flatten": (
        "A picture of (3, 11, 14) goes through Conv2d(3, 4, kernel_size=3), ReLU, MaxPool2d(2) and Flatten."
        " What must stand in Linear(?, 5)?"
    ),
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
