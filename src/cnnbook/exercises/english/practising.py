"""Prompts, formulas and hints of practice, and progress."""

MESSAGES = {
    "prompt.output-size": "A {layer} reads {n} rows. How many rows come out?",
    "prompt.output-size.size": "A {layer} reads a map of {input}, (height, width). Which size comes out?",
    "prompt.output-size.shape": "A {layer} reads {input}, that is (channels, height, width). What comes out?",
    "prompt.padding-for": (
        "{n} pixels go into a convolution with kernel_size={k}, stride={s}, dilation={d}, and {m} are to "
        "come out. Which padding does that?"
    ),
    "prompt.stride-for": (
        "{n} pixels go into a convolution with kernel_size={k}, padding={p}, and {m} are to come out. "
        "Which stride does that?"
    ),
    "prompt.kernel-size-for": (
        "{n} pixels go into a convolution with stride={s}, padding={p}, and {m} are to come out. Which "
        "kernel_size does that?"
    ),
    "prompt.input-sizes": (
        "A window with kernel_size={k}, stride={s}, padding={p} gives {m} rows. How many rows can have "
        "gone in: what is the smallest number, and what the largest?"
    ),
    "formula.stride-for": "Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1. Solve it for s.",
    "formula.kernel-size-for": "Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1. Solve it for k.",
    "formula.input-sizes": "m rows come from (m - 1)s + d(k - 1) + 1 - 2p rows, or up to s - 1 more.",
    "numbers.stride-for": "With the numbers: floor(({n} + 2×{p} - 1×({k} - 1) - 1)/s) + 1 = {m}.",
    "numbers.kernel-size-for": "With the numbers: floor(({n} + 2×{p} - 1×(k - 1) - 1)/{s}) + 1 = {m}.",
    "numbers.input-sizes": (
        "With the numbers: from ({m} - 1)×{s} + {d}×({k} - 1) + 1 - 2×{p} rows on, {s} sizes in all."
    ),
    "prompt.largest-input": (
        "A window with kernel_size={k}, stride={s}, padding={p}, dilation={d} gives {m} rows. What is the"
        " largest number of rows that can have gone in?"
    ),
    "prompt.flatten-features": (
        "A batch of shape {input} is flattened, torch.flatten(x, 1). Which in_features has the Linear "
        "that follows?"
    ),
    "prompt.conv-parameters": "How many parameters has {layer}?",
    "prompt.dense-parameters": (
        "A chain of dense layers {chain}, each with biases: how many parameters has it?"
    ),
    "prompt.conv-macs": "How many multiply-accumulates (MACs) does {layer} take on one image of {input}?",
    "prompt.receptive-field": (
        "From the image on: {layers}. How many pixels wide is the receptive field of one output?"
    ),
    "prompt.adaptive-pool": "{layer} reads {input}, (channels, height, width). What comes out?",
    "prompt.concatenation": (
        "Branches of {inputs} are concatenated along the channels. What comes out, as (channels, height, "
        "width)?"
    ),
    "prompt.residual-block": (
        "A residual block reads {input}, (channels, height, width). Its main path makes {out_channels} "
        "channels with stride {s} (its 3x3 has padding 1), its shortcut fits. What comes out?"
    ),
    "prompt.projection-stride": (
        "A residual block reads {input}, (channels, height, width). Its main path makes {out_channels} "
        "channels with stride {s}. Which stride has the projection on its shortcut? Answer 0 if it needs "
        "none."
    ),
    "formula.projection-stride": (
        "The shortcut must have the main path's channels, height and width, or the two cannot be added."
    ),
    "numbers.projection-stride": (
        "{in_channels} channels go in and {out_channels} come out; the main path has stride {s}."
    ),
    "incorrect.projection-stride": "{answer} does not fit.",
    "correct.projection-stride": "{answer}: with it the shortcut has the shape of the main path.",
    "ask.projection-stride": (
        "What comes out of the main path? What must happen to the input to have the same shape?"
    ),
    "hint.projection-everywhere": (
        "Compare what goes in with what comes out of the main path. What is there for a projection to change?"
    ),
    "hint.projection-only-strided": "Height and width fit already. Do the channels?",
    "hint.projection-keeps-size": "With stride 1 the shortcut keeps height and width. Does the main path?",
    "hint.projection-stride.projection-always-strided": (
        "That would halve the map. Which stride has the main path that it is added to?"
    ),
    "prompt.layer-count": (
        "A ResNet has {blocks} blocks in its four stages, each with {convolutions} convolutions on its "
        "main path. Which number stands in its name?"
    ),
    "formula.output-size": "Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1.",
    "formula.ceil-output-size": (
        "Per axis: ceil((n + 2p - d(k - 1) - 1)/s) + 1, but a window that would start in the padding "
        "after the image is dropped."
    ),
    "prompt.adaptive-pool.count": (
        "{layer} reads {input}, (channels, height, width), and the result is flattened. How many features"
        " are that?"
    ),
    "formula.padding-for": "Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1. Solve it for p.",
    "formula.largest-input": "m rows come from (m - 1)s + d(k - 1) + 1 - 2p rows, or up to s - 1 more.",
    "formula.flatten-features": "in_features = channels × height × width of one image.",
    "formula.conv-parameters": (
        "k_h × k_w × (in_channels / groups) × out_channels weights, and out_channels biases if there are any."
    ),
    "formula.dense-parameters": "Each layer has in × out weights and out biases; layers are added.",
    "formula.conv-macs": "Output height × width × k_h × k_w × (in_channels / groups) × out_channels.",
    "formula.receptive-field": (
        "Start with 1. Each layer adds (k - 1) times the product of all strides before it."
    ),
    "formula.adaptive-pool": "An adaptive pool keeps the channels and makes the size it is told.",
    "formula.concatenation": "Concatenating along the channels adds them up; height and width stay.",
    "formula.residual-block": (
        "The two paths are added, so both have the main path's shape: its channels, and the size divided "
        "by its stride (rounded up)."
    ),
    "formula.layer-count": "The stem, the convolutions on the main paths, and the dense layer.",
    "numbers.because": "With the numbers: {because}.",
    "numbers.output-size": "With the numbers: {substituted}.",
    "numbers.padding-for": "With the numbers: floor(({n} + 2p - {d}×({k} - 1) - 1)/{s}) + 1 = {m}.",
    "numbers.largest-input": (
        "With the numbers: from ({m} - 1)×{s} + {d}×({k} - 1) + 1 - 2×{p} rows on, {s} sizes in all."
    ),
    "numbers.adaptive-pool": "The layer is {layer}, the input {input}.",
    "numbers.concatenation": "Channels: {summed}.",
    "numbers.residual-block": "The main path makes {out_channels} channels with stride {s}.",
    "correct.concatenation": "{answer}: {total} channels, at the size the branches share.",
    "correct.residual-block": "{answer}: both paths have this shape, and a sum keeps it.",
    "correct.adaptive-pool": "{answer}: the channels stay, the size is the one the layer is told.",
    "solution": "{reason} .new() asks again with other numbers.",
    "closed": "The solution of this one has been shown. .new() asks again with other numbers.",
    "ask.flatten-features": "How many numbers does one image of the batch hold after the last feature map?",
    "ask.receptive-field": (
        "Take one layer at a time. How many pixels has one output of the first layer seen, and how far "
        "apart are two neighbours?"
    ),
    "ask.adaptive-pool": (
        "An adaptive pool looks at one channel at a time. How many channels are there, and what does the "
        "layer make of each?"
    ),
    "ask.concatenation": (
        "Lay the branches' maps on one stack. How many maps does each branch put there, and does any map "
        "change its size?"
    ),
    "ask.residual-block": (
        "Look at the main path alone first. How many channels does it make, and does its stride shrink "
        "the map?"
    ),
    "ask.layer-count": (
        "Which layers have weights, and which of them lie on the path from the image to the answer? Count"
        " stage by stage."
    ),
    "hint.concat-as-add": (
        "{answer} keeps the largest branch. A concatenation puts maps side by side: how many maps are "
        "there in all?"
    ),
    "hint.concat-forgot-branch": (
        "One branch is missing. Add the branches one by one: how many maps are there in all?"
    ),
    "hint.concat-adds-space": "Height or width has grown. Along which axis are the maps put together?",
    "hint.residual-as-concat": (
        "The channels of the two paths were put together. Are the paths of a residual block concatenated "
        "or added?"
    ),
    "hint.projection-always-strided": (
        "The map was halved. Which stride does this block have, and does a projection need another?"
    ),
    "hint.residual-block.channels-in": (
        "You kept the {in_channels} channels of the input. How many channels does the main path make, and"
        " what must the shortcut do to be added to it?"
    ),
    "hint.residual-block.no-stride": (
        "The size is that of the input. The block has stride {s}: what does that do to height and width?"
    ),
    "hint.global-pool-keeps-size": "You kept the input's size. Which size does {layer} ask for?",
    "hint.global-pool-scalar": (
        "One number is left of each channel, not of all together. How many channels are there?"
    ),
    "hint.adaptive-pool.pool-by-formula": (
        "An adaptive pool has no kernel size to put into the formula. Which size does {layer} ask for?"
    ),
    "hint.bias-before-batchnorm": (
        "Biases were counted, but bias=False is set. How many weights are there without them?"
    ),
    "hint.counts-projections": (
        "The projections of the shortcuts were counted too. Do they lie on the main path?"
    ),
    "hint.counts-pools": "A pool was counted. Has it weights to learn?",
    "hint.forgets-dense": "One layer is missing. Which layer turns the last features into classes?",
    "progress.empty": "Nothing tried yet.",
    "progress.next": "Next: practice('{kind}').",
    "progress.exercise": "exercise",
    "progress.right": "right",
    "progress.recent": "last tries",
    "progress.state": "",
    "progress.mastered": "mastered",
    "progress.signs": "● right, ○ wrong; the newest is the last. Four of the last five right: mastered.",
    "progress.legend": (
        "A filled square ✓ is right, an empty one ✕ is not; the newest is the last. Four of the five above "
        "the line right: mastered."
    ),
    "progress.no-folder": "{folder} is not there; make that folder first, or export into another.",
    "strip.right": "right",
    "strip.wrong": "wrong",
    "strip.words": "last tries, oldest first: {outcomes}",
    "argument.whole": "{name} is {value}; a whole number is wanted, as in {name}={least}",
    "argument.least": "{name} is {value}; it must be at least {least}",
    "argument.learner": "learner is {value}; a name is wanted, as in learner='ada'",
    "argument.salt": "salt is {value}; bytes are wanted, as in salt=b'spring'",
    "argument.shape": "input_shape is {value}; a shape is wanted, batch axis first, as in (1, 3, 224, 224)",
    "argument.network": (
        "{value} is no network; quiz takes a name like 'resnet18', a module with the shape of its input, or "
        "a Trace"
    ),
    "argument.no-shape": (
        "quiz(module) needs the shape of an input too, batch axis first, as in quiz(net, (1, 3, 224, 224))"
    ),
    "unknown-kind.near": "There is no kind of exercise {name}. Did you mean {near}?",
    "unknown-kind": "There is no kind of exercise {name}. There are: {known}.",
}
