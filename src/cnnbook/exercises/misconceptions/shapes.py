"""Misconceptions about shapes: their order, channels, flattening, joins, groups, gradients of a pool."""

from __future__ import annotations

from cnnbook.exercises.misconceptions.misconception import EXPECTED, ISSUES, QUIZ, SOURCE, Misconception
from cnnbook.exercises.words import _

MISCONCEPTIONS: dict[str, Misconception] = {
    "swapped-height-width": Misconception(
        "order", "width comes before height", ISSUES, _("Which comes first in PyTorch, height or width?")
    ),
    "kernel-wrong-axis": Misconception(
        "order",
        "the first number of a kernel size is its width",
        ISSUES,
        _(
            "{answered} is what comes out if the layer's numbers for the two axes change places. In "
            "kernel_size=(a, b), is a the kernel's height or its width?"
        ),
    ),
    "channels-last": Misconception(
        "order",
        "channels come last",
        "TensorFlow's and Pillow's order",
        _("Where does PyTorch put the channels: first or last?"),
    ),
    "kernel-flipped": Misconception(
        "order", "the kernel is turned round first, as in mathematics", "signal processing"
    ),
    "channels-in": Misconception(
        "channels",
        "a convolution keeps the channels",
        QUIZ,
        _(
            "{in_channels} is the number of channels of the input. How many kernels does this layer have, "
            "and how many maps does each of them make?"
        ),
    ),
    "channels-multiplied": Misconception(
        "channels",
        "each kernel makes one map per input channel",
        ISSUES,
        _(
            "This number of channels counts one map for each kernel and each channel that it reads. A kernel "
            "reads all {in_channels} channels at once and adds up: how many maps does one kernel make?"
        ),
    ),
    "padding-adds-channels": Misconception(
        "channels",
        "padding adds channels too",
        ISSUES,
        _("Padding puts a border round each map: how many maps does it add?"),
    ),
    "pool-divides-channels": Misconception(
        "channels",
        "a pool shrinks the channels too",
        QUIZ,
        _("A pool looks at one channel at a time: how many channels go in, and how many come out?"),
    ),
    "channels-added": Misconception(
        "channels",
        "channels are added to height times width",
        QUIZ,
        _(
            "{answer} is height × width of one map, plus the number of maps. How many numbers do two such "
            "maps hold?"
        ),
    ),
    "no-channels": Misconception("channels", "a picture is height times width", EXPECTED),
    "one-map-only": Misconception(
        "channels",
        "a layer puts out one map",
        EXPECTED,
        _("One map is what a single kernel makes. How many kernels does the layer have?"),
    ),
    "channels-summed": Misconception(
        "channels",
        "the channels that go in and those that come out are added up",
        EXPECTED,
        _(
            "This number counts {in_channels} + {out_channels} channels. How many channels does each kernel "
            "read, and how many kernels are there?"
        ),
    ),
    "input-for-output": Misconception("channels", "a layer's memory is its input's", EXPECTED),
    "pool-by-formula": Misconception(
        "output",
        "an adaptive pool follows the window formula",
        ISSUES,
    ),
    "global-pool-keeps-size": Misconception(
        "output",
        "a global pool keeps height and width",
        ISSUES,
        _("{answer} is what comes out if the size stays that of the input. Which size does {layer} ask for?"),
    ),
    "global-pool-scalar": Misconception(
        "output",
        "a global pool leaves one number",
        ISSUES,
        _("One number is left of each channel, not of all together. How many channels are there?"),
    ),
    "one-answer-only": Misconception("output", "a classifier answers once for each image", EXPECTED),
    "main-head-only": Misconception("output", "the auxiliary head takes no part in training", EXPECTED),
    "flatten-forgot-space": Misconception(
        "flatten",
        "in_features is the number of channels",
        ISSUES,
        _("{answer} is the number of channels. How many numbers does one channel hold here?"),
    ),
    "flatten-forgot-channels": Misconception(
        "flatten",
        "in_features is height times width",
        ISSUES,
        _("{answer} is how many numbers one map holds. How many maps are flattened together?"),
    ),
    "flatten-with-batch": Misconception(
        "flatten",
        "the batch is flattened too",
        ISSUES,
        _("{answer} is how many numbers the whole batch holds. How many of them belong to one image?"),
    ),
    "view-keeps-batch": Misconception("flatten", "view(-1, 400) keeps one row per image", SOURCE),
    "features-are-pixels": Misconception("flatten", "features are the pixels of one square", EXPECTED),
    "concat-as-add": Misconception(
        "join",
        "a concatenation keeps the largest branch's channels",
        QUIZ,
        _(
            "{answered} is the number of maps of the largest branch. A concatenation puts maps on one stack: "
            "how many maps are there in all?"
        ),
    ),
    "concat-forgot-branch": Misconception(
        "join",
        "one of the branches adds no channels",
        ISSUES,
        _(
            "{answered} is the sum of all branches but one. Add the branches one by one: how many maps are "
            "there in all?"
        ),
    ),
    "concat-adds-space": Misconception(
        "join",
        "a concatenation adds heights or widths",
        QUIZ,
        _("Height or width is larger than that of each branch. Along which axis are the maps put together?"),
    ),
    "residual-as-concat": Misconception(
        "join",
        "a residual addition adds up the channels",
        QUIZ,
        _(
            "{answered} channels come out if the maps of two paths are put on one stack. Are the paths of a "
            "residual block concatenated or added?"
        ),
    ),
    "pool-passes-all": Misconception(
        "join",
        "the 1 x 1 behind a pool keeps all its maps",
        EXPECTED,
        _(
            "{answered} is the sum if the branch with the pool puts out all the maps that it reads. How many "
            "maps does the 1x1 behind the pool leave?"
        ),
    ),
    "split-as-chain": Misconception("join", "layers side by side stand one after another", EXPECTED),
    "one-join-a-block": Misconception("join", "a block joins its branches once", EXPECTED),
    "one-fork-a-block": Misconception("join", "of two forks in a block one is joined", EXPECTED),
    "branches-as-joins": Misconception("join", "each branch is a join of its own", EXPECTED),
    "last-branch-only": Misconception("join", "the last branch is all that is put out", EXPECTED),
    "narrow-layers-counted": Misconception("join", "layers inside a branch are put out, too", EXPECTED),
    "groups-ignored": Misconception(
        "groups",
        "groups change no count",
        ISSUES,
        _(
            "{answer} is the count without groups. With groups, how many of the input channels does one "
            "kernel read?"
        ),
    ),
    "groups-halve-biases": Misconception("groups", "groups divide the biases", EXPECTED),
    "groups-twice": Misconception(
        "groups",
        "groups divide the input and the output channels",
        ISSUES,
        _(
            "{answer} is the count if the groups divide both the input and the output channels. How many "
            "kernels does the layer have in all its groups together?"
        ),
    ),
    "group-size": Misconception("groups", "groups is the number of channels in a group", EXPECTED),
    "gradient-to-all": Misconception("gradient", "a window shares its gradient among its pixels", EXPECTED),
    "gradient-one-winner": Misconception("gradient", "a map has one winner", EXPECTED),
    "gradient-once": Misconception("gradient", "a winner of several windows gets one gradient", EXPECTED),
}
