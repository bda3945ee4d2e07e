"""Misconceptions about counts: layers, units of memory and of work."""

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
    "forgets-stem": Misconception(
        "layers",
        "the first convolution does not count",
        EXPECTED,
        _(
            "{answer} is the count without the convolution that reads the image. How many layers with "
            "weights come before the first block?"
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
    "next-layer-counted": Misconception("layers", "the next layer is counted in place of this one", EXPECTED),
    "only-first-dense-goes": Misconception("layers", "a global pool replaces one dense layer", EXPECTED),
    "stops-at-last-map": Misconception("layers", "the last map's side is the image's", EXPECTED),
    "one-pool-short": Misconception("layers", "one of the pools is not undone", EXPECTED),
    "one-by-one-is-free": Misconception(
        "layers",
        "a 1 x 1 convolution costs nothing",
        EXPECTED,
        _("{answer} is the count without the 1x1 convolution. How many maps does one of its kernels read?"),
    ),
    "no-bottleneck": Misconception("layers", "large kernels have to read all the maps", EXPECTED),
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
    "biases-in-macs": Misconception(
        "unit",
        "the addition of a bias is a MAC",
        EXPECTED,
        _(
            "{answer} counts the additions of biases, too. A MAC is a multiplication with its addition: is "
            "a bias multiplied by anything?"
        ),
    ),
    "numbers-as-bytes": Misconception(
        "unit",
        "a number is a byte",
        EXPECTED,
        _("{answer} is how many numbers there are. How many bytes does one take?"),
    ),
    "bytes-of-float16": Misconception(
        "unit",
        "a number of float32 takes 2 bytes",
        EXPECTED,
        _(
            "{answer} is right for float16, 2 bytes a number. How many bits has float32, and how many bytes "
            "is that?"
        ),
    ),
    "bytes-of-float64": Misconception(
        "unit",
        "a number of float32 takes 8 bytes",
        EXPECTED,
        _(
            "{answer} is right for float64, 8 bytes a number. How many bits has float32, and how many bytes "
            "is that?"
        ),
    ),
    "mb-for-mib": Misconception(
        "unit",
        "MB and MiB are one unit",
        EXPECTED,
        _(
            "{answer} comes out if MB and MiB change places. 1 MB is 1,000,000 bytes: how many bytes is 1 "
            "MiB, which is 1,024 × 1,024?"
        ),
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
}
