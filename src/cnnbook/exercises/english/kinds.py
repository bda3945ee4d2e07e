"""What each kind of question says: after a right answer, before a first one, in its hints."""

MESSAGES = {
    "correct.because": "{because} = {answer}.",
    "correct.output-size": "{answer}: {formula}.",
    "correct.padding-for": "padding={answer} turns {n} into {m}.",
    "correct.largest-input": "{answer} gives {m}, and one more pixel would give one more output.",
    "incorrect.padding-for": "{answer} is not it yet: with padding={answer} the output is {gives}, not {m}.",
    "incorrect.largest-input": "{answer} is not it yet: {judgement}.",
    "hint.padding-for.padding-once": (
        "{answer} would be right as the total of both sides. PyTorch's padding goes on each side: how "
        "much is that?"
    ),
    "hint.padding-for.padding-doubled": (
        "That is half of what is needed on one side. padding={answered} adds how many pixels in all?"
    ),
    "hint.padding-for.same-size": (
        "Without padding, a kernel of {k} takes pixels away. How many positions has it on {n} pixels?"
    ),
    "hint.padding-for.no-dilation": (
        "{answer} is right for dilation 1. With dilation={d}, how many pixels does the kernel of {k} span?"
    ),
    "hint.padding-for.dilation-times-kernel": (
        "It seems the kernel was taken to be {dk} wide. Its {k} taps stand {d} apart: how many pixels "
        "from the first to the last, both counted?"
    ),
    "hint.padding-for.no-plus-one": (
        "{m} positions are joined by fewer steps than that. How many steps lie between the first position"
        " and the last?"
    ),
    "hint.padding-for.no-stride": (
        "{answer} is right for stride 1. With stride {s}, how many pixels lie between the first and the "
        "last of {m} positions?"
    ),
    "hint.padding-for.rounds-up": (
        "That works only if an incomplete window counts. Does PyTorch round up or down?"
    ),
    "hint.largest-input.rounds-up": (
        "{answer} gives {m} without a rest. How many more pixels can follow before one more window fits?"
    ),
    "hint.largest-input.no-plus-one": (
        "{answer} gives more than {m}. {m} positions need how many steps between them?"
    ),
    "hint.largest-input.no-stride": (
        "{answer} is right for stride 1. With stride {s}, how far apart are the starts of the first and "
        "the last of {m} windows?"
    ),
    "hint.largest-input.divides-by-stride": (
        "It seems the input was taken as {m} strides of {s}. The last window covers {span} pixels: where "
        "does it end?"
    ),
    "hint.largest-input.stride-first": (
        "It seems the kernel was taken off after dividing by the stride. How far apart are the starts of "
        "the first and the last of {m} windows?"
    ),
    "ask.padding-for": "Put your padding into the formula. How many pixels does the padded input have?",
    "ask.largest-input": (
        "Start from the end: where does the last of {m} windows start, and where does it end?"
    ),
    "ask.conv-parameters": (
        "Take one kernel: how many weights has it, over all the channels it reads? Then, how many kernels"
        " are there?"
    ),
    "ask.dense-parameters": "Take one output: how many weights lead to it, and which number is added?",
    "ask.conv-macs": (
        "Take one value of the output: how many multiplications does it take? Then, how many values are "
        "there?"
    ),
    "hint.conv-macs.same-size": (
        "You counted every pixel of the input. At how many places does the kernel fit?"
    ),
    "hint.conv-macs.macs-as-parameters": (
        "{answer} is how many weights there are. At how many places is each used?"
    ),
    "hint.conv-parameters.macs-as-parameters": (
        "{answer} is how many multiplications there are. Does the number of weights grow with the image?"
    ),
    "unknown-exercise.type": "An exercise id is text, like 'size.first', not {name}.",
}
