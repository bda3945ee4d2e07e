"""Misconceptions about weights: how often each is counted, biases, the depth and the sides of a kernel."""

from __future__ import annotations

from cnnbook.exercises.misconceptions.misconception import EXPECTED, ISSUES, QUIZ, Misconception
from cnnbook.exercises.words import _

MISCONCEPTIONS: dict[str, Misconception] = {
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
    "uphill": Misconception("training", "a step adds the gradient", EXPECTED),
    "rate-ignored": Misconception("training", "a step is as long as the gradient", EXPECTED),
    "half-gradient": Misconception("training", "the derivative of a square is the error", EXPECTED),
    "target-ignored": Misconception("training", "training makes the score small", EXPECTED),
    "input-not-used": Misconception("training", "a step moves all weights by the same", EXPECTED),
    "larger-steps-learn-faster": Misconception("training", "a larger learning rate is faster", EXPECTED),
    "step-finds-gradient": Misconception("training", "the optimizer works out the gradients", EXPECTED),
    "backward-replaces": Misconception("training", "backward() replaces the gradients before", ISSUES),
    "one-example-a-picture": Misconception("training", "a picture is one example for a kernel", EXPECTED),
    "trained-is-tested": Misconception("training", "what is right in training is right", EXPECTED),
    "more-training-helps": Misconception("training", "more epochs mean more right answers", EXPECTED),
    "count-not-share": Misconception("accuracy", "accuracy is the number of hits", EXPECTED),
    "mistakes-counted": Misconception("accuracy", "accuracy is the part that is wrong", EXPECTED),
    "lowest-score": Misconception("accuracy", "the smallest score wins, as a distance would", EXPECTED),
    "share-in-per-cent": Misconception("accuracy", "accuracy is always in per cent", EXPECTED),
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
    "bias-per-pair": Misconception(
        "bias",
        "there is a bias for each pair of an input and an output channel",
        EXPECTED,
        _(
            "{answer} counts {in_channels} × {out_channels} biases. A kernel adds up over all the channels "
            "that it reads: how many biases does it add to that one sum?"
        ),
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
    "kernel-side-once": Misconception(
        "depth",
        "a kernel of k has k weights for each channel",
        EXPECTED,
        _(
            "{answer} is right for kernels of {k} weights in each channel. A kernel has a height and a "
            "width: how many weights does it have in one channel?"
        ),
    ),
}
