"""Prompts, formulas and hints of quizzes about a network."""

MESSAGES = {
    "quiz.layer-shape": (
        "In {network}, {path} is {layer}. It reads {input}, (channels, height, width). What comes out?"
    ),
    "quiz.trace-table": (
        "Part of the trace of {network}; letters stand for open cells.\n{table}\nWhich numbers are {letters}?"
    ),
    "quiz.projection": (
        "In {network}, the block {path} reads {input}, (channels, height, width), and its main path makes "
        "{out_channels} channels with stride {s}. Which stride has the projection on its shortcut? Answer 0"
        " if it needs none."
    ),
    "quiz.widened": (
        "In {network}, {path} gets {new} channels instead of {old}. {reader}, so far a {layer}, reads them."
        " How many parameters has {reader} then?"
    ),
    "quiz.flatten": (
        "In {network}, a batch of {input} is flattened, one row per image. How many features has a row?"
    ),
    "quiz.parameters": "In {network}, {path} is {layer}. How many parameters has it?",
    "quiz.linear-parameters": "In {network}, {path} is {layer}, with biases. How many parameters has it?",
    "quiz.macs": (
        "In {network}, {path} is {layer} and reads {input}. How many MACs does it take for one image?"
    ),
    "quiz.concatenation": "In {network}, {path} concatenates {inputs} along the channels. What comes out?",
    "quiz.addition": (
        "In {network}, {path} adds two maps of {input}, (channels, height, width). What comes out?"
    ),
    "quiz.receptive-field": "In {network}, how many rows of the image does one output of {path} see?",
    "quiz.adaptive-pool": (
        "In {network}, {path} is {layer}. It reads {input}, (channels, height, width). What comes out?"
    ),
    "quiz.decode-error": (
        "Images of {size} go into {network}, and it stops: {message}. To which in_features must {path} be "
        "changed?"
    ),
    "quiz.edit": (
        "In {network}, one thing changes at {path}: {change}. The last feature map was {last}, (height, "
        "width). Which size has it now?"
    ),
    "quiz.none": (
        "No operation of {network} can be asked about: it has no convolution, pool, flatten or linear layer."
    ),
    "hint.decode-features.error-other-side": (
        "{answer} is what {path} expects now. In {tables}, which of the two is the data that arrived?"
    ),
    "hint.decode-features.error-output": (
        "{answer} is what {path} makes. Which number says how many features arrived?"
    ),
    "hint.decode-features.error-batch": (
        "The {batch} counts the images. Which number beside it counts the features of each?"
    ),
    "hint.edit.change-ignored": (
        "{answer} is the size before the change. What leaves {path} now, and who reads that?"
    ),
    "hint.edit.halves-instead": (
        "The map became smaller. With stride 1 a window takes more places than before, not fewer: how many "
        "rows does {path} make now?"
    ),
    "hint.edited-parameters.change-ignored": (
        "{answer} is the count before the change. How many channels does each kernel read now?"
    ),
    "hint.addition.residual-as-concat": (
        "The channels of the two maps were put together. Does an addition stack the maps or add number to "
        "number?"
    ),
    "ask.edit": "What leaves {path} after the change? And what does the next layer make of that?",
    "ask.decode-features": (
        "The message names two tables, rows x columns. Which one is the data, and how many columns has it?"
    ),
    "ask.addition": "Two maps are added number by number. How many numbers are there afterwards?",
    "formula.edit": "Per axis and layer: floor((n + 2p - d(k - 1) - 1)/s) + 1.",
    "formula.decode-features": (
        "(images x features) times (in_features x out_features): the two inner numbers must be equal."
    ),
    "formula.addition": "An addition keeps the shape.",
    "formula.network-field": (
        "Start with 1. Each layer adds (k - 1) times the product of all strides before it."
    ),
    "numbers.edit": "{path} is left at {first}, (height, width), now; go on layer by layer from there.",
    "numbers.decode-features": (
        "The first table is the data, a row for each image ({batch} in all); {path} has {ins} rows of "
        "weights."
    ),
    "numbers.addition": "Both maps are {input}.",
    "numbers.network-field": "Go through the layers before {path}, one by one.",
    "ask.network-field": "Take one layer at a time. How many rows has one output of the first layer seen?",
}
