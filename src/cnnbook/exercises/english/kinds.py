"""What each kind of question says: after a right answer, before a first one, in its hints."""

MESSAGES = {
    "correct.because": "{because} = {answer}.",
    "correct.output-size": "{answer}: {formula}.",
    "correct.padding-for": "padding={answer} turns {n} into {m}.",
    "correct.largest-input": "{answer} gives {m}, and one more pixel would give one more output.",
    "incorrect.padding-for": "With padding={answer} the output is {gives}, not {m}.",
    "incorrect.largest-input": "{answer} is {judgement}.",
    "hint.padding-for.padding-once": (
        "{answer} would be right as the total of both sides. PyTorch's padding goes on each side: how much "
        "is that?"
    ),
    "hint.padding-for.padding-doubled": (
        "It seems padding={answered} was counted four times. It is added once on each side: how many pixels"
        " does that make in all?"
    ),
    "hint.padding-for.divides-by-stride": (
        "It seems {n} was divided by the stride {s}, which leaves the kernel out. With your padding, how "
        "many windows of {span} pixels fit?"
    ),
    "hint.padding-for.same-size": (
        "Without padding, a kernel of {k} takes pixels away. How many positions has it on {n} pixels?"
    ),
    "hint.padding-for.no-dilation": (
        "{answer} is right for dilation 1. With dilation={d}, how many pixels does the kernel of {k} span?"
    ),
    "hint.padding-for.dilation-times-kernel": (
        "It seems the kernel was taken to be {dk} wide. Its {k} weights stand {d} apart: how many pixels "
        "from the first to the last, both counted?"
    ),
    "hint.padding-for.no-plus-one": (
        "{m} positions are joined by fewer steps than that. How many steps lie between the first position "
        "and the last?"
    ),
    "hint.padding-for.no-stride": (
        "{answer} is right for stride 1. With stride {s}, how many pixels lie between the first and the "
        "last of {m} positions?"
    ),
    "hint.padding-for.rounds-up": (
        "That works only if an incomplete window counts. Does PyTorch round up or down?"
    ),
    "hint.largest-input.rounds-up": (
        "{answer} gives {m} and leaves nothing over. How many more pixels can follow before one more window"
        " fits?"
    ),
    "hint.largest-input.no-plus-one": (
        "{answer} gives more than {m}. {m} positions need how many steps between them?"
    ),
    "hint.largest-input.no-stride": (
        "{answer} is right for stride 1. With stride {s}, how far apart are the starts of the first and the"
        " last of {m} windows?"
    ),
    "hint.largest-input.divides-by-stride": (
        "It seems the input was taken as {m} strides of {s}. The last window covers {span} pixels: where "
        "does it end?"
    ),
    "hint.largest-input.stride-first": (
        "It seems the kernel was taken off after dividing by the stride. How far apart are the starts of "
        "the first and the last of {m} windows?"
    ),
    "gives.nothing": "nothing",
    "refused.setting": "{setting} must be at least {least}; {answer} is less.",
    "correct.stride-for": "stride={answer} turns {n} into {m}.",
    "correct.kernel-size-for": "kernel_size={answer} turns {n} into {m}.",
    "correct.input-sizes": "{answer}: one pixel less gives one output less, one more gives one more.",
    "incorrect.stride-for": "With stride={answer} the output is {gives}, not {m}.",
    "incorrect.kernel-size-for": "With kernel_size={answer} the output is {gives}, not {m}.",
    "hint.input-sizes.rounds-up": (
        "The largest of these gives {m} and leaves nothing over. Does one pixel more give another window, or "
        "does it stay unread?"
    ),
    "hint.input-sizes.no-stride": (
        "That is right for stride 1. With stride {s}, how far apart are the starts of the first and the "
        "last of {m} windows?"
    ),
    "hint.input-sizes.no-padding": (
        "That is right without padding. How many rows of the padded input are padding here?"
    ),
    "hint.input-sizes.no-plus-one": (
        "These give more than {m}. {m} positions need how many steps between them?"
    ),
    "hint.input-sizes.stride-first": (
        "It seems the kernel was taken off after dividing by the stride. How far apart are the starts of "
        "the first and the last of {m} windows?"
    ),
    "hint.input-sizes.divides-by-stride": (
        "It seems the input was taken as {m} strides of {s}. The last window covers {span} pixels: where "
        "does it end?"
    ),
    "hint.only-the-exact-size": (
        "That one comes out even. Does PyTorch refuse a size that leaves a remainder, or does it leave some"
        " pixels unread?"
    ),
    "hint.stride-for.no-padding": (
        "{answer} is right without padding. How many pixels does the padded input have?"
    ),
    "hint.stride-for.padding-once": (
        "padding={p} is added on each side. How many pixels does the padded input have?"
    ),
    "hint.stride-for.no-plus-one": (
        "{m} positions are joined by fewer steps than that. How many steps must fit?"
    ),
    "hint.stride-for.divides-by-stride": (
        "It seems {n} was divided by {m}. How much room is there for steps once the first window is placed?"
    ),
    "hint.stride-for.rounds-up": (
        "That works only if an incomplete window counts. Does PyTorch round up or down?"
    ),
    "hint.stride-for.stride-first": (
        "It seems the stride was taken before the kernel was placed. How much room is there for steps once "
        "it is?"
    ),
    "hint.kernel-size-for.no-padding": (
        "{answer} is right without padding. How many pixels does the padded input have?"
    ),
    "hint.kernel-size-for.padding-once": (
        "padding={p} is added on each side. How many pixels does the padded input have?"
    ),
    "hint.kernel-size-for.no-plus-one": (
        "{m} positions are joined by fewer steps than that. How many steps must be left?"
    ),
    "ask.stride-for": (
        "Place the first window. How many pixels are left to step into, and how many steps are to fit?"
    ),
    "ask.kernel-size-for": (
        "{m} positions are joined by how many steps? What is then left of the padded input for the first "
        "window?"
    ),
    "ask.input-sizes": (
        "Start from the end: where does the last of {m} windows start, and where does it end? What may "
        "follow it?"
    ),
    "ask.padding-for": "Put your padding into the formula. How many pixels does the padded input have?",
    "ask.largest-input": (
        "Start from the end: where does the last of {m} windows start, and where does it end?"
    ),
    "ask.conv-parameters": (
        "Take one kernel: how many weights has it, over all the channels it reads? Then, how many kernels "
        "are there?"
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
        "{answer} counts weights or parameters, each once. At how many places is each weight used?"
    ),
    "hint.conv-parameters.macs-as-parameters": (
        "{answer} is how many multiplications there are. Does the number of weights grow with the image?"
    ),
    "unknown-exercise.type": "An exercise id is text, like 'size.first', not {name}.",
}
