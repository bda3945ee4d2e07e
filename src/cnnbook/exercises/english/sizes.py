"""Hints about output sizes and shapes, and the questions that several causes share."""

MESSAGES = {
    "hint.rounds-up": (
        "In your {answered} the last window hangs over the edge of the {padded} {lines} (padding "
        "included). What does PyTorch do with such a window?"
    ),
    "hint.output-size.rounds-up": (
        "In your {answered} the last window begins behind the {behind} {lines} (padding included). What "
        "does PyTorch do with such a window?"
    ),
    "hint.no-plus-one": (
        "{answered} is the number of steps. The kernel stands somewhere before its first step: how many "
        "places do {answered} steps visit?"
    ),
    "hint.plus-one-inside": (
        "It seems the + 1 was added before dividing by {s}. Which comes first: counting whole steps, or "
        "adding the place where the kernel starts?"
    ),
    "hint.no-padding": (
        "{answered} is what comes out without padding. How many {lines} are there once padding={p} is "
        "added {ends}?"
    ),
    "hint.padding-once": (
        "In PyTorch padding={p} is added {ends}, not shared between them. How many {lines} does the "
        "padded input have?"
    ),
    "hint.padding-doubled": (
        "padding={p} was counted too often. It is added once on each side: how many {lines} does that "
        "make in all?"
    ),
    "hint.padding-after": (
        "The padding seems to have been added to the result. Does PyTorch put it around the input or "
        "around the output?"
    ),
    "hint.no-stride": (
        "{answered} is what stride 1 gives. With stride {s}, in which {line} does the second window "
        "start, if the first starts in {line} 0?"
    ),
    "hint.stride-first": (
        "It seems {n} was divided by the stride before the kernel was placed. How many {lines} does the "
        "first window cover, and how many are then left to step into?"
    ),
    "hint.divides-by-stride": (
        "It seems {n} was divided by the stride {s}. The kernel spans {span} {lines}: where can the last"
        " full window start?"
    ),
    "hint.same-size": (
        "{answered} is the size of the input. The first window covers {span} {lines} of {padded} (padding"
        " included): how many {lines} are left to move into?"
    ),
    "hint.no-dilation": (
        "{answered} is what dilation 1 gives. With dilation={d}, how many {lines} lie between the first "
        "and the last weight of a kernel of {k}, both counted?"
    ),
    "hint.dilation-times-kernel": (
        "It seems the kernel was taken to be {d} × {k} = {dk} wide. Draw its {k} weights, {d} apart: how "
        "many {lines} from the first to the last, both counted?"
    ),
    "hint.dilation-as-gap": (
        "It seems dilation={d} was read as {d} empty {lines} between two weights. dilation=1 is the ordinary"
        " kernel: how many empty {lines} does that have?"
    ),
    "hint.kernel-sign": (
        "Look at the sign of the last 1 in the formula. How many {lines} does the kernel span, and is all"
        " of that taken off?"
    ),
    "hint.ceil-mode-ignored": (
        "{answered} is what rounding down gives, but ceil_mode=True is set. What happens to a window that"
        " hangs over the edge?"
    ),
    "hint.ceil-no-clamp": (
        "With ceil_mode=True a window may hang over the edge, but not every one. In which of the {lines} "
        "does your last window start: in the input, or behind it?"
    ),
    "hint.pool-stride-one": (
        "{answered} is what stride 1 gives. No stride is written here: which stride does a PyTorch pool "
        "take then?"
    ),
    "hint.pool-by-formula": (
        "An adaptive pool is not told its window but its result. Which number in the layer says how large"
        " the output is?"
    ),
    "hint.swapped-height-width": "Which comes first in PyTorch, height or width?",
    "hint.kernel-wrong-axis": (
        "Check which number goes with which axis. In kernel_size=(a, b), is a the kernel's height or its "
        "width?"
    ),
    "hint.channels-last": "Where does PyTorch put the channels: first or last?",
    "hint.channels-in": (
        "You kept the number of channels of the input, {in_channels}. How many kernels does this layer have,"
        " and how many maps does each make?"
    ),
    "hint.channels-multiplied": (
        "You have one map per kernel and input channel. A kernel reads all {in_channels} channels at once"
        " and adds up: how many maps does one kernel make?"
    ),
    "hint.padding-adds-channels": ("Padding puts a border round each map: how many maps does it add?"),
    "hint.pool-divides-channels": (
        "A pool looks at one channel at a time: how many channels go in, and how many come out?"
    ),
    "hint.flatten-forgot-space": (
        "{answer} is the number of channels. How many numbers does one channel hold here?"
    ),
    "hint.flatten-forgot-channels": "{answer} is the size of one map. How many maps are flattened together?",
    "hint.flatten-with-batch": (
        "That flattens the whole batch into one row. How many numbers belong to one image?"
    ),
    "topic.padding": "Look at the padding again. How many {lines} does the input have once it is padded?",
    "topic.rounding": (
        "Look at the end of the image. Where does the last full window start, and how many windows is "
        "that, the first one included?"
    ),
    "topic.stride": (
        "Look at the stride. How many {lines} further than the first does the second window start?"
    ),
    "topic.kernel": "Look at the kernel. How many {lines} does it span?",
    "topic.order": "Look at the order of the numbers: channels, height, width.",
    "topic.channels": "Look at the channels. How many kernels are there, and how many maps does each make?",
    "topic.flatten": "Look at what is flattened: how many maps, how high, how wide?",
    "topic.bias": "The biases seem to be off. How many are there, one for each what?",
    "topic.field": "Take one layer at a time. How many pixels has one output of the first layer seen?",
    "topic.layers": "Count each layer by itself first. What does the first one add to the total?",
    "topic.sharing": "Which weights are shared, and which are counted more than once?",
    "topic.variant": "Two variants of this network give two numbers. Which one does the question ask about?",
    "ask.output-size": (
        "Start with what the kernel moves over: how many {lines} has the input with its padding, and how "
        "many of them does the first window cover?"
    ),
    "ask.stated": "Take it one step at a time, and write down each number on the way.",
    "ask.inverse": "Try your answer in the formula: what comes out?",
}
