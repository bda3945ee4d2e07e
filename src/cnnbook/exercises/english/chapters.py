"""Hints that belong to single exercises of the chapters."""

MESSAGES = {
    "hint.fields-multiplied": (
        "It seems the kernel sizes were multiplied. The second kernel reads neighbours, and what they see "
        "overlaps: from one neighbour to the next, how many pixels are new?"
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
        "{answer} is the kernel at dilation 1. With dilation={d} its {k} weights are {d} apart: at which "
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
    "hint.stated.rounds-up": (
        "It seems a window that only partly fits was counted. Does a pool of 2 count a single row that is"
        " left over?"
    ),
    "hint.stated.channels-in": "You kept the channels of the input. How many maps does the convolution make?",
    "correct.networks.alexnet-conv1": "{answer}: {formula}.",
    "correct.networks.inception-conv1": "{answer}: {formula}.",
    "correct.networks.resnet18-conv2": "{answer}: {formula}.",
    "hint.alexnet-224-unpadded": (
        "That is what 224 gives without padding. Which padding does torchvision's first convolution have?"
    ),
    "hint.inception-at-224": "That is what 224 rows give. Which input size does Inception-v3 expect?",
    "hint.stage-one-halves": (
        "You halved the map in this stage. Which stride has the first block of conv2_x, right after the pool?"
    ),
    "hint.no-pool": "That is what the first convolution leaves. Which layer stands between it and conv2_x?",
    # What to look at next, where no single cause explains the answer.
    "ask.start.matrix-weights": (
        "Take one row of the table. How many of its 7 weights are not 0, and how many rows are there?"
    ),
    "ask.start.correlation": "Write down the four products. Which pixel lies under which kernel number?",
    "ask.start.flatten": "Take one layer at a time. Which shape leaves the convolution, and which the pool?",
    "ask.size.span": "Write down at which pixels the three weights stand, if the first stands at 0.",
    "ask.size.largest-input": (
        "Write down where the {m} windows start: 0, {s}, ... Where does the last one end, and how many "
        "pixels can follow before one more fits?"
    ),
    "ask.size.stem-short": (
        "Pad first: how many rows are there? Then place the first window: how many whole steps of {s} are "
        "left?"
    ),
    "ask.size.field-strided": (
        "Take one layer at a time. How many pixels does one unit of it see, and how many pixels apart are "
        "two neighbours?"
    ),
    "ask.size.field-design": (
        "Two neighbours of the first layer are s pixels apart. How many pixels does each of the other two "
        "layers add to the 3 of the first?"
    ),
    "ask.lenet5.flatten": "Which shape (C, H, W) leaves S4, and how many numbers is that?",
    "ask.lenet5.at-28": "Start from 28, and write down the side after C1, S2, C3 and S4.",
    "ask.lenet5.field-s4": (
        "Go from C1 to S4. How many pixels does one unit see after each layer, and how many pixels apart "
        "are two neighbours?"
    ),
    "ask.lenet5.bug-576": (
        "Go backwards: 576 numbers are 16 maps of which size? Then undo S4, C3, S2 and C1, one at a time."
    ),
    "ask.lenet5.kernel-three": (
        "C1 and S2 are as before. How many of S2's 14 rows does the new kernel leave, and what does S4 "
        "make of them?"
    ),
    "hint.size.uneven.divides-by-stride": (
        "It seems each side was divided by its stride. The kernel is 3 high and 5 wide: where can the last "
        "full window start?"
    ),
    "hint.conv-parameters.one-bias": (
        "{answer} counts a single bias. Do all maps that come out share it, or has each its own?"
    ),
    "hint.lenet5.s2-parameters.one-bias": (
        "{answer} counts a single bias. Do all maps of S2 share it, or has each its own?"
    ),
    "hint.lenet5.c3-parameters.one-bias": (
        "{answer} counts a single bias. Do all maps of C3 share it, or has each its own?"
    ),
}
