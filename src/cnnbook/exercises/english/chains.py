"""Words about whole small networks: their first Linear, an edit, a message of torch, blanks in a trace."""

MESSAGES: dict[str, str] = {
    # Which in_features has the Linear?
    "prompt.linear-in-features": (
        "Pictures of {input}, (channels, height, width), go through {layers}, then through Flatten. Which "
        "in_features has the Linear that follows?"
    ),
    "ask.linear-in-features": (
        "Take one layer at a time and write down (channels, height, width) after it. What leaves the last "
        "one?"
    ),
    "formula.linear-in-features": (
        "Per axis and layer: floor((n + 2p - d(k - 1) - 1)/s) + 1. Then channels × height × width."
    ),
    "numbers.linear-in-features": "Layer by layer: {way}.",
    "hint.linear-in-features.channels-in": (
        "It seems the picture's channels were kept. How many maps does the last convolution make?"
    ),
    "hint.linear-in-features.rounds-up": (
        "It seems a window that hangs over the edge was counted somewhere. What does PyTorch do with a row "
        "that is left over?"
    ),
    "hint.linear-in-features.no-plus-one": (
        "It seems the steps were counted. The kernel stands somewhere before its first step: how many "
        "places do 4 steps visit?"
    ),
    "hint.linear-in-features.no-padding": (
        "That is right without padding. How many rows does the padded input of the first layer have?"
    ),
    "hint.linear-in-features.padding-once": (
        "In PyTorch padding goes on each side. How many rows does the padded input of the first layer have?"
    ),
    "hint.linear-in-features.no-stride": (
        "That is right if every window moves by one pixel. Which layers here take larger steps?"
    ),
    "hint.linear-in-features.pools-forgotten": (
        "That is right without the pools. What does a pool of 2 do to the height and the width?"
    ),
    # What comes out after an edit?
    "prompt.edited-chain": (
        "Pictures of {input}, (channels, height, width), go through {layers}, and {last} comes out. Now "
        "{change}. What comes out then?"
    ),
    "edit.replaced": "{old} becomes {new}",
    "edit.pool-added": "{new} is put after {old}",
    "edit.pool-removed": "{old} is taken out",
    "ask.edited-chain": (
        "What leaves the layer that was edited, or put in? And what does the next layer make of that?"
    ),
    "formula.edited-chain": "Per axis and layer: floor((n + 2p - d(k - 1) - 1)/s) + 1.",
    "numbers.edited-chain": "Layer by layer: {way}.",
    "correct.edited-chain": "{answer}: layer by layer, {way}.",
    "hint.edited-chain.change-ignored": (
        "{answer} is what came out before the edit. What leaves the edited layer now, and who reads that?"
    ),
    "hint.change-unscaled": (
        "It seems the first change was carried to the end as it is. What do the layers in between make of a"
        " map that is larger or smaller?"
    ),
    "hint.edited-chain.rounds-up": (
        "It seems a window that hangs over the edge was counted somewhere. What does PyTorch do with a row "
        "that is left over?"
    ),
    "hint.edited-chain.no-plus-one": (
        "It seems the steps were counted. The kernel stands somewhere before its first step: how many "
        "places do 4 steps visit?"
    ),
    "hint.edited-chain.no-padding": (
        "That is right without padding. How many rows does the padded input of the first layer have?"
    ),
    "hint.edited-chain.padding-once": (
        "In PyTorch padding goes on each side. How many rows does the padded input of the first layer have?"
    ),
    "hint.edited-chain.no-stride": (
        "That is right if every window moves by one pixel. Which layers here take larger steps?"
    ),
    "prompt.edited-parameters": (
        "A convolution gets {new} channels instead of {old}, and the next, so far a {layer}, reads them. "
        "How many parameters has the next one then?"
    ),
    "ask.edited-parameters": (
        "How many channels does each kernel of the next one read now? Then, how many kernels are there?"
    ),
    "formula.edited-parameters": (
        "k_h × k_w × in_channels × out_channels weights, and out_channels biases if there are any."
    ),
    # Which number of torch's message changes?
    "prompt.decode-features": (
        "A network stops: “{message}”. The message comes from {path}, a Linear. To which in_features must "
        "it be changed?"
    ),
    "prompt.decode-channels": (
        "A network stops: “{message}”. The message comes from {path}, a Conv2d. To which in_channels must "
        "it be changed?"
    ),
    "prompt.decode-addition": (
        "A residual block computes main(x) + shortcut(x) and stops: “{message}”. The shortcut is a 1x1 "
        "convolution with stride 1 that reads x; which stride must it get?"
    ),
    "ask.decode-channels": (
        "The message names a weight, (out_channels, in_channels, k_h, k_w), and an input, (N, C, H, W). "
        "Which of the two is the data?"
    ),
    "ask.decode-addition": (
        "Tensor a is the main path, tensor b the shortcut. How wide is each, and how many times wider is "
        "the one?"
    ),
    "formula.decode-channels": "The convolution's in_channels must equal the C of the input (N, C, H, W).",
    "formula.decode-addition": (
        "A 1x1 convolution with stride s makes every s-th column: floor((n - 1)/s) + 1."
    ),
    "numbers.decode-channels": "The input is {input}; the weight is {weight}.",
    "numbers.decode-addition": "floor(({shortcut} - 1)/s) + 1 = {main}.",
    "correct.decode-features": "{answer}: with it the two inner numbers are equal.",
    "correct.decode-channels": "{answer}: with it the convolution reads as many channels as arrive.",
    "correct.decode-addition": "{answer}: with it the shortcut is as large as the main path.",
    "hint.decode-channels.error-other-side": (
        "{answer} is what {path} expects now. Which part of the message says what arrived?"
    ),
    "hint.decode-channels.error-output": (
        "{answer} is how many maps {path} makes. Which number says how many maps arrived?"
    ),
    "hint.error-size": (
        "{answer} is the height of the maps. In (N, C, H, W), which number counts the maps of one image?"
    ),
    "hint.decode-addition.error-other-side": (
        "{answer} is how wide the main path is. Which step from column to column makes the shortcut as wide?"
    ),
    "hint.decode-addition.error-output": (
        "{answer} is how wide the shortcut is. Which step from column to column makes it as wide as the "
        "main path?"
    ),
    "hint.decode-addition.projection-keeps-size": (
        "With stride 1 the shortcut stays as wide as x, and the sum fails as before. How much narrower is "
        "the main path?"
    ),
    # Blanks in a trace
    "prompt.trace-table": "Letters stand for open cells.\n{table}\nWhich numbers are {letters}?",
    "table.head": "layer | what it is | (C, H, W) after it | parameters",
    "table.input": "input",
    "hint.row": "{letter}, in the row of {name}: {hint}",
    "ask.trace-table": (
        "Start in the row of {name}. It reads the shape of the row above: what does its layer make of that?"
    ),
    "formula.trace-table": (
        "Per axis: floor((n + 2p - d(k - 1) - 1)/s) + 1. A convolution has k_h × k_w × in × out weights, "
        "and out biases."
    ),
    "numbers.trace-table": "Begin with the row of {name}: {substituted}.",
    "correct.trace-table": "{answer}: each row follows from the row above it.",
    "incorrect.blanks": "{answer}: {judgement}.",
    "ask.output-channels": "How many kernels has this layer, and how many maps does each of them make?",
    "judgement.follows": "{component} follows from a slip above",
    "judgement.follows.many": "{component} follow from a slip above",
    "unreadable.wants-blanks": (
        "One number for each letter is wanted, like {example}; I read {count} in {answer}."
    ),
    "component.a": "a",
    "component.b": "b",
    "component.c": "c",
    "component.d": "d",
    "component.e": "e",
    "component.f": "f",
}
