"""Words of single exercises of chapter 02: pooling."""

MESSAGES: dict[str, str] = {
    "prompt.pooling.parameters": (
        "Conv2d(3, 48, kernel_size=3) with biases, then MaxPool2d(2): how many parameters have the two "
        "together?"
    ),
    "prompt.pooling.overlap": (
        "The row 1 4 9 2 3 5 6 goes through max_pool1d with kernel_size=3, stride=1. How many of the "
        "outputs are 9?"
    ),
    "prompt.pooling.corner": (
        "A map of 4 x 5 holds 9 everywhere. AvgPool2d(3, stride=1, padding=1) reads it. Which number "
        "stands in the output's upper left corner?"
    ),
    "prompt.pooling.global-parameters": (
        "512 maps of 7 x 7 go through a global average pool, and then through a dense layer with biases to"
        " 1,000 classes. How many parameters has the dense layer?"
    ),
    "prompt.pooling.winners": (
        "A map of 8 x 12, all numbers different, goes through MaxPool2d(2). The sum of the outputs is sent"
        " backward. How many pixels get a gradient that is not 0?"
    ),
    "prompt.pooling.shift": (
        "A pool of 2 with stride 2, then a pool of 3 with stride 3. The picture moves to the right. What "
        "is the smallest number of pixels, more than 0, after which the output is the old one, moved, for "
        "every picture?"
    ),
    "prompt.pooling.unread": (
        "MaxPool2d(4) reads a map of 30 x 30. How many of its 900 pixels are never read?"
    ),
    "prompt.pooling.center-gradient": (
        "The largest number of a 5 x 5 map stands in its centre. The map goes through MaxPool2d(3, "
        "stride=1), and the sum of the outputs is sent backward. Which gradient gets the centre?"
    ),
    "prompt.pooling.googlenet-floor": (
        "Somebody rebuilds GoogLeNet and forgets ceil_mode=True in its four large pools: three of kernel "
        "3, stride 2, and a last one of kernel 2, stride 2. The first of them reads 112 x 112; the "
        "convolutions between them keep the size. Which height leaves the last pool?"
    ),
    "prompt.pooling.field-design": (
        "Convolutions of 3 with stride 1, a pool of 2 with stride 2 between each two. How many "
        "convolutions does it take until one unit of the last sees at least 32 pixels?"
    ),
    "hint.pooling.overlap.windows-apart": (
        "The windows move by one pixel, and each is three wide. Write down the first three windows: which "
        "of them hold the 9?"
    ),
    "hint.all-windows": (
        "{answer} is the number of windows. Write down what the last one holds: is the 9 among it?"
    ),
    "hint.padding-not-counted": (
        "That leaves the zeros out. By default PyTorch counts them: how many pixels has the window, and "
        "how many of them lie on the map?"
    ),
    "hint.sum-not-mean": "{answer} is what the window adds up to. By how many pixels is a mean divided?",
    "hint.pooling.parameters.pool-has-parameters": (
        "You gave the pool weights. To take the largest of four numbers, which number would have to be "
        "learned?"
    ),
    "hint.pooling.global-parameters.global-pool-keeps-size": (
        "{answer} is right where the maps are flattened. How many numbers does a global pool leave of each"
        " map?"
    ),
    "hint.pooling.global-parameters.global-pool-scalar": (
        "You let one number arrive at the dense layer. One number is left of each map: how many maps are "
        "there?"
    ),
    "hint.gradient-to-all": (
        "{answer} is all the pixels. If a pixel that is not its window's largest grows a little, does the "
        "output grow?"
    ),
    "hint.gradient-one-winner": "Each window has a winner of its own. How many windows are there?",
    "hint.pooling.shift.pool-shift-invariant": (
        "A shift by 1 cuts the row into other pairs. By how many pixels must it move to give the same "
        "pairs again?"
    ),
    "hint.gradient-once": (
        "Each window sends its gradient to its winner, and what arrives adds up. How many windows contain "
        "the centre?"
    ),
    "hint.pooling.center-gradient.one-axis-only": (
        "That counts the windows in one row. In how many rows of the output is the centre the largest?"
    ),
    "hint.pooling.unread.reads-everything": (
        "The windows start in rows 0, 4, 8, and so on. Which is the last row that the last full window reads?"
    ),
    "hint.one-side-only": (
        "{answer} pixels are lost at the bottom. What happens at the right, and does the corner belong to "
        "both?"
    ),
    "hint.corner-counted-twice": "Rows and columns meet in a corner. How often did you count its pixels?",
    "hint.corner-only": (
        "{answer} is the corner, where the lost rows and columns meet. How long is a lost row?"
    ),
    "hint.stops-before-last": "{answer} is the height that the last pool reads. What does it make of it?",
    "hint.pooling.field-design.field-no-stride": (
        "{answer} is right for pools that move by one pixel. After a pool of stride 2, how many pixels "
        "further does the next kernel step?"
    ),
    "hint.pooling.field-design.fields-added": (
        "It seems the kernel sizes were added up. How many pixels apart are two neighbours after each "
        "pool, and how many does the next kernel of 3 add?"
    ),
    "correct.pooling.overlap": "{answer}: the windows 1 4 9, 4 9 2 and 9 2 3 hold the 9.",
    "correct.pooling.googlenet-floor": "{answer}: the sides are 112, 55, 27, 13, {answer}.",
    "correct.pooling.field-design": (
        "{answer} convolutions: with each one more, a unit sees 3, then 8, 18, 38 pixels."
    ),
    "topic.pooling.googlenet.rounding": (
        "The steps do not come out even, so after the last full window some rows are left. With "
        "ceil_mode=True, what happens to the window that hangs over the edge there?"
    ),
    "ask.pooling.ceil": (
        "Take each axis by itself. After the last full window, is anything left? And where would the window "
        "that hangs over the edge start: on the map or behind it?"
    ),
    "ask.pooling.first": (
        "Take one channel. Where do the windows start, going down, and which is the last that fits?"
    ),
    "ask.pooling.overlap": "Write down every window of three neighbours, and the largest number of each.",
    "ask.pooling.corner": (
        "Draw the window in the corner, with its border of zeros. What does it add up to, and what is that"
        " divided by?"
    ),
    "ask.pooling.winners": "How many windows are there, and how many pixels of each can win?",
    "ask.pooling.shift": "How many pixels of the picture is one step in the last output?",
    "ask.pooling.unread": (
        "How many windows fit down one side, and how many rows do they read? The same holds across."
    ),
    "ask.pooling.center-gradient": "Count the windows that contain the centre. Does it win in each?",
    "ask.pooling.googlenet-floor": "Write down the height after each of the four pools, rounded down.",
    "ask.pooling.field-design": (
        "Take one layer at a time: how many pixels does a unit see after it, and how many pixels apart are"
        " two neighbours?"
    ),
}
