"""Hints about parameters, multiply-accumulates, kernels and receptive fields."""

MESSAGES = {
    "hint.no-bias": (
        "{answer} counts the weights only. What has a bias of its own here, and how many of these are there?"
    ),
    "hint.one-bias": "{answer} counts a single bias. Does every output share it, or has each its own?",
    "hint.dense-parameters.one-bias": (
        "{answer} counts {biases}. Does every output of a layer share it, or has each its own?"
    ),
    "biases.one": "a single bias",
    "biases.by-layer": "one bias for each layer",
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
        "It seems the kernel sizes were added. The second kernel reads neighbours, and what they see "
        "overlaps: from one neighbour to the next, how many pixels are new?"
    ),
    "hint.field-last-kernel": (
        "That is one kernel by itself. Each of its inputs has seen several pixels already: how many pixels "
        "is that together, where they overlap counted once?"
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
