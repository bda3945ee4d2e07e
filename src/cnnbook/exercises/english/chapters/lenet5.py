"""Words of single exercises of chapter 03: LeNet-5."""

MESSAGES: dict[str, str] = {
    "prompt.lenet5.flatten": "In the modern LeNet-5, how many numbers leave S4 for one picture of 32 x 32?",
    "prompt.lenet5.s2-parameters": (
        "In the network of 1998 each map of S2 learns a coefficient and a bias. How many parameters has S2,"
        " with its 6 maps?"
    ),
    "prompt.lenet5.c3-parameters": (
        "In the network of 1998, 6 maps of C3 read 3 maps of S2 each, 9 read 4 and 1 reads 6. How many "
        "parameters has C3, with its kernels of 5 x 5 and a bias per map?"
    ),
    "prompt.lenet5.c5-parameters": (
        "In the modern LeNet-5 a dense layer from S4 to 120 stands in C5's place. How many parameters has it?"
    ),
    "prompt.lenet5.total-parameters": (
        "How many parameters has the LeNet-5 of 1998, all layers together (the drawings it compares with "
        "are not learned)?"
    ),
    "prompt.lenet5.modern-parameters": (
        "How many parameters has the modern LeNet-5, all five layers together?"
    ),
    "prompt.lenet5.c1-connections": (
        "C1 makes 6 maps of 28 x 28 of one picture, with kernels of 5 x 5 and a bias per map. Each use of a"
        " weight or a bias is a connection: how many are there?"
    ),
    "prompt.lenet5.at-28": (
        "A picture of 28 x 28 goes into the modern LeNet-5. How many numbers reach its first dense layer?"
    ),
    "prompt.lenet5.decode-error": (
        "The modern LeNet-5 stops: “{message}”. How many features did the layer before Linear(400, 120) "
        "hand over?"
    ),
    "prompt.lenet5.bug-576": (
        "Square pictures go into the modern LeNet-5, and it stops: “mat1 and mat2 shapes cannot be "
        "multiplied (8x576 and 400x120)”. What is the smallest height that the pictures can have?"
    ),
    "prompt.lenet5.kernel-three": (
        "In the modern LeNet-5 conv2 gets kernel_size=3, the rest stays, and 32 x 32 goes in. Which "
        "in_features has fc1?"
    ),
    "prompt.lenet5.colour-parameters": (
        "For colour pictures conv1 of the modern LeNet-5 becomes Conv2d(3, 6, kernel_size=5). How many "
        "parameters has the whole network?"
    ),
    "prompt.lenet5.view-batch": (
        "A batch of 25 pictures of 28 x 28 leaves S4 of the modern LeNet-5 as 25 times 256 numbers. How "
        "many rows does x.view(-1, 400) make?"
    ),
    "prompt.lenet5.field-s4": (
        "LeNet-5's C1 gets kernels of 3 x 3. How many pixels high is the receptive field of one number in S4?"
    ),
    "prompt.lenet5.field-c5": (
        "LeNet-5's C1 gets kernels of 3 x 3. How many pixels high is the receptive field of one number in C5?"
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
        "{answer} belongs to the layer's own weights. In {tables}, which of the two is the data that arrived?"
    ),
    "hint.error-output": (
        "{answer} is how many features that layer makes. Which number says how many arrived?"
    ),
    "hint.error-batch": "The {batch} counts the images. Which number beside it counts the features of each?",
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
    "hint.lenet5.s2-parameters.one-bias": (
        "{answer} counts a single bias. Do all maps of S2 share it, or has each its own?"
    ),
    "hint.lenet5.c3-parameters.one-bias": (
        "{answer} counts a single bias. Do all maps of C3 share it, or has each its own?"
    ),
}
