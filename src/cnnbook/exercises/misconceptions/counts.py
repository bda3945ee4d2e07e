"""Misconceptions about counts: layers, units of memory and work, shared weights, biases."""

from __future__ import annotations

from cnnbook.exercises.misconceptions.misconception import EXPECTED, ISSUES, QUIZ, SOURCE, Misconception
from cnnbook.exercises.words import _

MISCONCEPTIONS: dict[str, Misconception] = {
    "layers-multiplied": Misconception(
        "layers",
        "the parameters of two layers are multiplied",
        SOURCE,
        _(
            "{answer} is the product of all the sizes, with the biases or without. How many weights does "
            "each layer have by itself, and are layers multiplied or added?"
        ),
    ),
    "counts-projections": Misconception(
        "layers",
        "shortcut projections count as layers of the name",
        ISSUES,
        _(
            "{answer} is what comes out if the projections of the shortcuts count, too. Do they lie on the "
            "main path?"
        ),
    ),
    "counts-pools": Misconception(
        "layers",
        "pools count as layers of the name",
        ISSUES,
        _("{answer} is what comes out if pools count, too. Has a pool weights to learn?"),
    ),
    "forgets-dense": Misconception(
        "layers",
        "the dense layer does not count",
        ISSUES,
        _(
            "{answer} is the count without the dense layer at the end. What turns the last features into "
            "classes?"
        ),
    ),
    "stops-at-s4": Misconception("layers", "S4's side is the image's", ISSUES),
    "stops-at-c3": Misconception("layers", "C3's side is the image's", ISSUES),
    "stops-at-s2": Misconception("layers", "S2's side is the image's", ISSUES),
    "pools-forgotten": Misconception(
        "layers",
        "only the convolutions change the size",
        ISSUES,
        _(
            "{answer} is the side if only the two convolutions are undone. What did the two pools do to the "
            "size?"
        ),
    ),
    "change-ignored": Misconception(
        "layers",
        "what comes after an edited layer stays the same",
        ISSUES,
        _(
            "{answer} is the number from before the change. Which is the first layer that the change "
            "touches, and what comes out of it now?"
        ),
    ),
    "change-unscaled": Misconception(
        "layers",
        "later layers pass a change on as it is",
        EXPECTED,
        _(
            "{answer} comes out if the last map changes by as many rows and columns as the map at the edited "
            "layer. What do the layers in between make of a map that is larger or smaller?"
        ),
    ),
    "all-layers-tripled": Misconception("layers", "three colours triple every layer", QUIZ),
    "stops-before-last": Misconception("layers", "the last layer is left out", EXPECTED),
    "kernel-is-smallest": Misconception("layers", "only the first kernel has to fit", EXPECTED),
    "forgets-convolutions": Misconception(
        "layers",
        "only the dense layers count",
        EXPECTED,
    ),
    "one-layer-changed": Misconception("layers", "a layer's width changes that layer alone", EXPECTED),
    "first-layer-only": Misconception(
        "layers",
        "only the first layer takes rows away",
        EXPECTED,
        _("{answer} rows leave the first layer. What does the next one, on these {answer}, leave?"),
    ),
    "one-layer-short": Misconception("layers", "one layer of a stack is not counted", EXPECTED),
    "one-layer-counted": Misconception("layers", "a stack of layers is counted as one", EXPECTED),
    "only-first-dense-goes": Misconception("layers", "a global pool replaces one dense layer", EXPECTED),
    "stops-at-last-map": Misconception("layers", "the last map's side is the image's", EXPECTED),
    "one-pool-short": Misconception("layers", "one of the pools is not undone", EXPECTED),
    "one-by-one-is-free": Misconception(
        "layers",
        "a 1 x 1 convolution costs nothing",
        EXPECTED,
        _("{answer} is the count without the 1x1 convolution. How many maps does one of its kernels read?"),
    ),
    "halvings-only": Misconception(
        "layers",
        "only strides change the size",
        EXPECTED,
        _(
            "{answer} is right if only the strides of 2 change the size. What do a kernel of 3 and no "
            "padding take besides?"
        ),
    ),
    "scaled-from-published": Misconception("layers", "the last map grows in proportion", EXPECTED),
    "old-head-kept": Misconception("layers", "a new head comes on top of the old one", EXPECTED),
    "name-is-convolutions": Misconception("layers", "a ResNet's name counts its convolutions", ISSUES),
    "more-not-all": Misconception("layers", "what is added is what is there", EXPECTED),
    "fewest-layers-cheapest": Misconception("layers", "fewer layers have fewer weights", EXPECTED),
    "one-pool-only": Misconception("layers", "a later pool changes nothing about a difference", EXPECTED),
    "macs-doubled": Misconception(
        "unit",
        "a MAC is two operations, so it counts twice",
        "papers that report FLOPs",
        _("{answer} counts each multiplication and each addition. How many of these pairs are there?"),
    ),
    "numbers-as-bytes": Misconception(
        "unit",
        "a number is a byte",
        EXPECTED,
        _("{answer} is how many numbers there are. How many bytes does one take?"),
    ),
    "percent-not-divided": Misconception("unit", "a percentage is a factor", EXPECTED),
    "right-not-gained": Misconception("unit", "a gain is what is right afterwards", EXPECTED),
    "share-of-share": Misconception("unit", "points and percent are one thing", EXPECTED),
    "macs-for-memory": Misconception("unit", "what takes long takes memory", EXPECTED),
    "macs-for-flops": Misconception("unit", "a multiply-accumulate is one operation", EXPECTED),
    "flops-halved": Misconception("unit", "two multiply-accumulates are one operation", EXPECTED),
    "weights-only": Misconception("unit", "training stores the weights only", EXPECTED),
    "optimizer-forgotten": Misconception("unit", "an optimizer stores nothing", EXPECTED),
    "one-moment": Misconception("unit", "Adam keeps one number for each weight", EXPECTED),
    "times-output-size": Misconception(
        "sharing",
        "every position has weights of its own",
        QUIZ,
        _(
            "{answer} is the count if every place has parameters of its own. Does a kernel get new weights "
            "at each place where it stands?"
        ),
    ),
    "macs-as-parameters": Misconception(
        "sharing",
        "MACs and parameters are one number",
        ISSUES,
    ),
    "shared-by-maps": Misconception("sharing", "all maps share one coefficient and one bias", QUIZ),
    "weights-as-connections": Misconception("sharing", "parameters and connections are one number", QUIZ),
    "distinct-weights": Misconception("sharing", "a shared weight stands in the table once", EXPECTED),
    "all-weights": Misconception("sharing", "every entry of the table is used", EXPECTED),
    "weights-for-activations": Misconception("sharing", "memory is taken by weights alone", EXPECTED),
    "weight-used-once": Misconception("sharing", "each weight is used once for an image", EXPECTED),
    "uses-per-map": Misconception("sharing", "every map uses every kernel", EXPECTED),
    "no-bias": Misconception(
        "bias",
        "the biases do not count",
        QUIZ,
        _(
            "{answer} counts the weights only. What has a bias of its own here, and how many of these are "
            "there?"
        ),
    ),
    "one-bias": Misconception(
        "bias",
        "a layer has one bias",
        QUIZ,
        _("{answer} counts a single bias. Does every output share it, or does each have its own?"),
    ),
    "bias-per-input": Misconception(
        "bias",
        "there is one bias per input channel",
        QUIZ,
        _("{answer} counts one bias for each input. To what is a bias added: to an input or to an output?"),
    ),
    "bias-before-batchnorm": Misconception(
        "bias",
        "a convolution always has a bias",
        ISSUES,
        _("{answer} counts biases, but bias=False is set. How many weights are there without them?"),
    ),
    "biases-too": Misconception(
        "bias",
        "weights and biases are one",
        EXPECTED,
        _("{answer} counts biases, too. How many numbers are weights?"),
    ),
    "no-input-channels": Misconception(
        "depth",
        "a kernel is flat",
        ISSUES,
        _(
            "{answer} is right for flat kernels. How many channels does each kernel read here, and so how "
            "many weights does it have?"
        ),
    ),
    "all-kernels": Misconception("depth", "the kernels of a layer are one kernel", QUIZ),
}
