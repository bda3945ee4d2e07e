"""The catalogue of learner-facing messages in English.

Each hint quotes the question's numbers and asks about one value on the way; none gives the answer away.
"""

from __future__ import annotations

_FRAME = {
    "outcome.correct": "Correct",
    "outcome.incorrect": "Not yet",
    "outcome.not attempted": "Not attempted",
    "outcome.unreadable": "Could not read that",
    "correct": "{answer} it is.",
    "blank": "Replace the ... with your answer, for example {example}.",
    "incorrect.number": "{answer} is not it yet: {judgement}.",
    "incorrect.count": "{answer} is not it yet: {judgement}.",
    "incorrect.size": "{answer} is not it yet: {judgement}.",
    "incorrect.shape": "{answer} is not it yet: {judgement}.",
    "judgement.right": "{component} right",
    "judgement.off": "{component} one off",
    "judgement.small": "{component} too small",
    "judgement.large": "{component} too large",
    "judgement.order": "these are the right numbers in another order",
    "component.number": "",
    "component.count": "",
    "component.channels": "channels",
    "component.height": "height",
    "component.width": "width",
    "looks-like.two": "This looks like two slips at once. Take one first. {hint}",
    "looks-like.axis": "This looks like a slip on one axis only. {hint}",
    "unknown-exercise": "There is no exercise {name}. Ids start with a chapter's name: {chapters}.",
    "unknown-exercise.near": "There is no exercise {name}. Did you mean {near}?",
}

_UNREADABLE = {
    "unreadable.words": "I cannot read {answer} as numbers. Write it like {example}.",
    "unreadable.long": "That is too long for an answer. Write it like {example}.",
    "unreadable.nested": "Too many brackets inside brackets. Write it like {example}.",
    "unreadable.brackets": "A bracket is open or out of place in {answer}. Write it like {example}.",
    "unreadable.unfinished": "{answer} stops in the middle. Write it like {example}.",
    "unreadable.huge": "That number is too large for any network. Write it like {example}.",
    "unreadable.zero": "{answer} divides by zero. Look at what you divide by.",
    "unreadable.many": "That is a list of {count} numbers. Write it like {example}.",
    "unreadable.object": "A value of type {kind} is no answer here. Write it like {example}.",
    "unreadable.fraction": (
        "{value} is not a whole number. Pixels are never cut: what does PyTorch do with the fraction, and"
        " before which step?"
    ),
    "unreadable.fraction-count": (
        "{value} is not a whole number, and a count is one. Which step left a fraction?"
    ),
    "unreadable.product": "{answer} is the product {value}. Write the sizes apart, like {example}.",
    "unreadable.rounded": (
        "{answer} is rounded too much to tell. Give at least three digits, or write it out."
    ),
    "unreadable.wants-number": "One number is wanted, like {example}; I read {count} in {answer}.",
    "unreadable.wants-count": "One number is wanted, like {example}; I read {count} in {answer}.",
    "unreadable.wants-size": (
        "Two numbers are wanted, (height, width), like {example}; I read {count} in {answer}."
    ),
    "unreadable.wants-shape": (
        "Three numbers are wanted, (channels, height, width), like {example}; I read {count} in {answer}."
    ),
}

_ONE_AXIS = {
    "hint.rounds-up": (
        "Your {answered} counts one window more. Does the last window lie wholly inside the {padded} "
        "{lines}, and what does PyTorch do with one that does not?"
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
        "{answered} is what stride 1 gives. With stride {s}, in which row (or column) does the second "
        "window start, if the first starts in number 0?"
    ),
    "hint.stride-first": (
        "It seems {n} was divided by the stride before the kernel was placed. How many {lines} does the "
        "first window cover, and how many are then left to step into?"
    ),
    "hint.divides-by-stride": (
        "{answered} is {n} divided by the stride {s}. The kernel spans {span} {lines}: where can the last"
        " full window start?"
    ),
    "hint.same-size": (
        "{answered} is the size of the input. The first window covers {span} {lines} of {padded} (padding"
        " included): how many {lines} are left to move into?"
    ),
    "hint.no-dilation": (
        "{answered} is what dilation 1 gives. With dilation={d}, how many {lines} lie between the first "
        "and the last tap of a kernel of {k}, both counted?"
    ),
    "hint.dilation-times-kernel": (
        "It seems the kernel was taken to be {d} × {k} = {dk} wide. Draw its {k} taps, {d} apart: how "
        "many {lines} from the first to the last, both counted?"
    ),
    "hint.dilation-as-gap": (
        "It seems dilation={d} was read as {d} empty {lines} between two taps. dilation=1 is the ordinary"
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
        "does your last window start: in the input, or already in the padding?"
    ),
    "hint.pool-stride-one": (
        "{answered} is what stride 1 gives. No stride is written here: which stride does a PyTorch pool "
        "take then?"
    ),
    "hint.pool-by-formula": (
        "An adaptive pool is not told its window but its result. Which number in the layer says how large"
        " the output is?"
    ),
}

_SHAPE = {
    "hint.swapped-height-width": "Which comes first in PyTorch, height or width?",
    "hint.kernel-wrong-axis": (
        "Check which number goes with which axis. In kernel_size=(a, b), is a the kernel's height or its "
        "width?"
    ),
    "hint.channels-last": "Where does PyTorch put the channels: first or last?",
    "hint.channels-in": (
        "You kept the {in_channels} channels of the input. How many kernels does this layer have, and how"
        " many maps does each make?"
    ),
    "hint.channels-multiplied": (
        "You have one map per kernel and input channel. A kernel reads all {in_channels} channels at once"
        " and adds up: how many maps does one kernel make?"
    ),
    "hint.padding-adds-channels": (
        "Height and width are right. Padding puts a border round each map: how many maps does it add?"
    ),
    "hint.pool-divides-channels": (
        "Height and width are right. A pool looks at one channel at a time: how many channels go in, and "
        "how many come out?"
    ),
    "hint.flatten-forgot-space": (
        "{answer} is the number of channels. How many numbers does one channel hold here?"
    ),
    "hint.flatten-forgot-channels": "{answer} is the size of one map. How many maps are flattened together?",
    "hint.flatten-with-batch": (
        "That flattens the whole batch into one row. How many numbers belong to one image?"
    ),
}

_COUNTS = {
    "hint.no-bias": (
        "{answer} counts the weights only. How many biases does this layer add, one for each what?"
    ),
    "hint.one-bias": "{answer} counts a single bias. Does every output share it, or has each its own?",
    "hint.bias-per-input": (
        "You added one bias per input. To what is a bias added: to an input or to an output?"
    ),
    "hint.no-input-channels": (
        "{answer} is right for flat kernels. How many channels does each kernel read here, and so how "
        "many weights has it?"
    ),
    "hint.groups-ignored": (
        "{answer} is the count without groups. With groups, how many of the input channels does one "
        "kernel read?"
    ),
    "hint.groups-twice": (
        "It seems groups divided both the input and the output channels. How many kernels does the layer "
        "have in all its groups together?"
    ),
    "hint.times-output-size": (
        "You counted the kernel once for every place where it is used. Does it get new weights at each place?"
    ),
    "hint.macs-as-parameters": (
        "One of the two numbers is about weights, the other about multiplications. Does it change when "
        "the image grows?"
    ),
    "hint.macs-doubled": (
        "{answer} counts each multiplication and each addition. How many of these pairs are there?"
    ),
    "hint.pool-has-parameters": (
        "You counted the pool's window as weights. What is there to learn in a maximum or an average?"
    ),
    "hint.layers-multiplied": (
        "It seems two layers were multiplied. Count each layer by itself first: how many weights connect "
        "the first two sizes? Then, are layers multiplied or added?"
    ),
    "hint.lenet-dense-c3": (
        "{answer} is right for the modern variant, where each map of C3 reads all six maps of S2. Which "
        "variant does this question ask about?"
    ),
    "hint.lenet-28-unpadded": "That is what a 28x28 image gives. Which size does this question feed?",
    "hint.kernel-flipped": (
        "That is what the mathematicians' convolution gives. Does conv2d turn the kernel round before it "
        "multiplies?"
    ),
    "hint.pool-shift-invariant": (
        "Write the shifted row in pairs, starting with the new 0. Which two numbers are in the first pair?"
    ),
    "hint.fields-added": (
        "It seems the kernel sizes were added. Two neighbouring windows overlap: how many pixels are new "
        "when the second kernel moves one step?"
    ),
    "hint.field-last-kernel": (
        "That is one kernel by itself. Each of its inputs has seen several pixels already: how far apart "
        "are the first and the last of them?"
    ),
    "hint.field-no-stride": (
        "That is right if all strides are 1. After a layer with stride 2, how many pixels of the image is"
        " one step?"
    ),
    "hint.no-channels": (
        "{answer} counts one number per place. How many numbers does a colour picture hold at each?"
    ),
    "hint.distinct-weights": (
        "{answer} is how many different weights there are. In how many rows of the table does each of "
        "them stand?"
    ),
    "hint.all-weights": (
        "{answer} is the whole table. How many of the inputs does one output of the convolution read?"
    ),
}

_CHAPTERS = {
    "hint.fields-multiplied": (
        "It seems the kernel sizes were multiplied. When the second kernel moves by one, how many new "
        "pixels of the image come into view?"
    ),
    "hint.field-counted-once": "One later layer is missing. How many layers after the first feel its stride?",
    "hint.jump-last-stride": (
        "That is the last layer's own stride. How many pixels of the image was one step of the layer before?"
    ),
    "hint.jump-added": (
        "It seems the strides were added. One step of the second layer is two steps of the first: how "
        "many pixels is each of these?"
    ),
    "hint.channels-added": (
        "It seems the channels were added on. How many numbers does one place of the picture hold, and "
        "how many places are there?"
    ),
    "hint.all-kernels": (
        "{answer} is the weights of all the kernels. How many kernels does the layer have, and how many "
        "are asked for?"
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
        "{answer} is the kernel at dilation 1. With dilation={d} its {k} taps are {d} apart: at which "
        "pixels do they stand, if the first stands at 0?"
    ),
    "hint.modern-pool": (
        "{answer} is right for today's pools. In 1998 each map of S2 had numbers of its own to learn: "
        "which two?"
    ),
    "hint.lenet5.total-parameters.modern-pool": (
        "Today's pools learn nothing, but those of 1998 did. How many numbers does each map of S2 and S4 "
        "learn?"
    ),
    "hint.lenet5.s2-parameters.no-bias": (
        "That is one number per map. Which second number does each map of S2 learn?"
    ),
    "hint.shared-by-maps": (
        "That is right for a single map. How many maps has S2, and do they share anything?"
    ),
    "hint.lenet-modern": (
        "{answer} is right for the modern variant. Which variant does this question ask about, and in "
        "which layers do they differ?"
    ),
    "hint.lenet-1998": (
        "{answer} is right for the network of 1998. Which variant does this question ask about, and in "
        "which layers do they differ?"
    ),
    "hint.lenet-output-layer": (
        "You counted the output layer as a dense one. Were the output units of 1998 trained?"
    ),
    "hint.lenet5.total-parameters.lenet-dense-c3": (
        "{answer} has a C3 that reads all six maps. How many parameters has C3 with the table of "
        "connections of 1998?"
    ),
    "hint.lenet5.total-parameters.forgets-dense": (
        "One layer is missing. Which layer stands between C5 and the output?"
    ),
    "hint.forgets-dense": "One layer is missing. Which layer turns the last features into ten classes?",
    "hint.lenet-32-assumed": (
        "{answer} is what a 32x32 image gives. Start with 28 rows: how many does C1 leave?"
    ),
    "hint.lenet5.at-28.same-size": (
        "{answer} is right if the convolutions are padded. Here they are not: how many rows does C1 leave"
        " of 28?"
    ),
    "hint.weights-as-connections": (
        "{answer} is how many numbers are learned. At how many places is each of them used?"
    ),
    "hint.lenet5.c1-connections.same-size": (
        "You let C1 stand at every pixel of the image. At how many places does its 5x5 kernel fit into 32x32?"
    ),
    "hint.error-other-side": (
        "{answer} belongs to the layer's own weights. In (1x256 and 400x120), which of the two is the "
        "data that arrived?"
    ),
    "hint.error-output": (
        "{answer} is how many features that layer makes. Which number says how many arrived?"
    ),
    "hint.error-batch": "The 1 counts the images. Which number beside it counts the features of each?",
    "hint.view-keeps-batch": (
        "view(-1, 400) never looks at the batch. How many numbers are there in all, and how many rows of "
        "400 do they fill?"
    ),
}

_REPAIRS = {
    "hint.lenet5.bug-576.lenet-32-assumed": (
        "32 is what the network expects, and it would have handed over 400. Go backwards from 576: that "
        "is 16 maps of which size?"
    ),
    "hint.stops-at-s4": (
        "{answer} is the side of S4, the last map. How many rows did C3 have before that pool?"
    ),
    "hint.stops-at-c3": (
        "{answer} is the side of C3. How many rows must S2 have for its 5x5 kernel to leave that many?"
    ),
    "hint.stops-at-s2": "{answer} is the side of S2. Which two layers stand before it?",
    "hint.pools-forgotten": "That takes back the two convolutions. What did the two pools do to the size?",
    "hint.largest-not-smallest": (
        "{answer} rows would do too, because a pool drops a row that is left over. Is there a smaller "
        "image that would?"
    ),
    "hint.change-ignored": (
        "{answer} is the number from before the change. Which is the first layer that the change touches,"
        " and what comes out of it now?"
    ),
    "hint.lenet5.colour-parameters.bias-per-input": (
        "It seems all of conv1 was counted three times. Which of its numbers grow with the input "
        "channels: weights, biases, or both?"
    ),
    "hint.all-layers-tripled": "It seems every layer was tripled. Which layers see the colours?",
}

_KINDS = {
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

_STATED = {
    "hint.stated.rounds-up": (
        "It seems a window that only partly fits was counted. Does a pool of 2 count a single row that is"
        " left over?"
    ),
    "hint.stated.channels-in": "You kept the channels of the input. How many maps does the convolution make?",
}

_TOPICS = {
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

ENGLISH: dict[str, str] = {
    **_FRAME,
    **_UNREADABLE,
    **_ONE_AXIS,
    **_SHAPE,
    **_COUNTS,
    **_CHAPTERS,
    **_REPAIRS,
    **_KINDS,
    **_STATED,
    **_TOPICS,
}
