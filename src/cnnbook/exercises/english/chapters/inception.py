"""Words of single exercises of chapter 06: Inception-v3."""

MESSAGES: dict[str, str] = {
    "prompt.inception.conv1": (
        "Inception-v3's first layer is Conv2d(3, 32, kernel_size=3, stride=2), and the network reads (3, "
        "299, 299). Which shape leaves it?"
    ),
    "ask.inception.direct-weights": (
        "How many weights has one kernel of 5 x 5 that reads 192 maps, and how many kernels are there?"
    ),
    "hint.one-by-one-is-free": (
        "It seems the 1x1 convolution was not counted. How many maps does one of its kernels read?"
    ),
    "hint.inception.bottleneck-weights.change-ignored": (
        "{answer} is the 5x5 convolution without the bottleneck. How many maps does it read now?"
    ),
    "hint.inception.bottleneck-weights.no-input-channels": (
        "That is right for flat kernels. How many maps does each of the two layers read?"
    ),
    "hint.inception.bottleneck-weights.layers-multiplied": (
        "The two layers were multiplied. Do their weights stand in one table, or in two?"
    ),
    "ask.inception.bottleneck-weights": (
        "Count the two layers one by one. How many maps does each read, and how many does it make?"
    ),
    "hint.inception.normalised.norm-without-weights": (
        "{answer} is the normalized number. What do the learned weight and bias make of it?"
    ),
    "hint.norm-without-weights": (
        "It seems the batch norms were not counted. Which two numbers does one learn for each map?"
    ),
    "hint.norm-not-divided": (
        "The mean is subtracted. By what is the difference divided before the weight comes in?"
    ),
    "hint.norm-by-variance": "Is it the variance that divides, or its square root?",
    "hint.norm-not-centred": "What is subtracted from the 8 before it is divided?",
    "ask.inception.normalised": (
        "Four steps: minus the mean of the four numbers, divided by their standard deviation, times the "
        "weight, plus the bias. What is left after each?"
    ),
    "hint.stored-as-learned": (
        "Mean and variance are stored, but no gradient moves them. Which two numbers for each map are "
        "learned?"
    ),
    "hint.inception.conv1-parameters.bias-before-batchnorm": (
        "The convolution has bias=False. Which two numbers does the batch norm learn for each map?"
    ),
    "hint.inception.conv1-parameters.no-input-channels": (
        "That is right for flat kernels. How many maps does each kernel read here?"
    ),
    "ask.inception.conv1-parameters": (
        "How many weights has the convolution, without biases? And what does the batch norm learn for "
        "each of its 32 maps?"
    ),
    "correct.inception.mixed-5b": "{answer}: {steps} maps.",
    "correct.inception.mixed-6a": "{answer}: {steps} maps.",
    "correct.inception.mixed-7a": "{answer}: {steps} maps.",
    "correct.inception.mixed-7b": "{answer}: {steps} maps.",
    "hint.branches.same-size": (
        "{before} rows go in. What does a window of 3 with stride 2 and no padding leave of them?"
    ),
    "hint.branches.no-plus-one": (
        "That is the number of steps. The window stands somewhere before its first: how many places does "
        "it visit?"
    ),
    "hint.branches.narrow-layers-counted": (
        "It seems all convolutions were counted. Which layer of a branch reaches the concatenation?"
    ),
    "hint.branches.concat-forgot-branch": (
        "One branch is missing. Which maps does the branch with the pool put out?"
    ),
    "hint.pool-passes-all": (
        "It seems the branch with the pool passes all of its input. What does the 1x1 behind the pool leave?"
    ),
    "hint.split-as-chain": (
        "It seems the 3x1 reads the 1x3. In block E they stand side by side: how many maps do the two put "
        "out?"
    ),
    "ask.branches": "How many maps does each branch's last layer put out, and which size have all of them?",
    "ask.inception.conv-first-macs": (
        "At how many places does a kernel stand, and how many multiplications does it take at each?"
    ),
    "hint.inception.cut-weights.one-layer-counted": (
        "{answer} is right for one of the two layers. How many weights has the other?"
    ),
    "hint.inception.cut-weights.field-as-kernel": (
        "{answer} is one kernel of 7x7. How many cells has a kernel of 1x7, and one of 7x1?"
    ),
    "hint.inception.cut-weights.no-input-channels": (
        "That is right for flat kernels. How many maps does each of the two layers read?"
    ),
    "ask.inception.cut-weights": (
        "How many weights has one kernel of 1 x 7 that reads 128 maps? How many kernels has each layer?"
    ),
    "hint.inception.aux-parameters.forgets-dense": (
        "One layer is missing. Which layer turns the last 768 numbers into scores?"
    ),
    "ask.inception.aux-parameters": (
        "Three layers learn: two convolutions, each with its batch norm, and a dense layer with biases. "
        "Count them one by one."
    ),
    "correct.inception.conv1": "{answer}: {steps}.",
    "hint.inception-at-224": "That is what 224 rows give. Which input size does Inception-v3 expect?",
    "hint.inception.conv1.channels-in": (
        "You kept the 3 channels of the image. How many kernels does this layer have?"
    ),
    "hint.inception.conv1.no-stride": (
        "That is what stride 1 gives. By how many pixels does this kernel move at each step?"
    ),
    "hint.inception.conv1.no-plus-one": (
        "That is the number of steps. The kernel stands somewhere before its first: how many places does "
        "it visit?"
    ),
    "ask.inception.conv1": "299 rows, a kernel of 3, stride 2, no padding: where does the last window start?",
    "hint.one-join-a-block": (
        "{answer} blocks end in a concatenation each. Where inside a block E are maps put together before?"
    ),
    "hint.branches-as-joins": (
        "{answer} is how many branches arrive. How often are branches joined into one?"
    ),
    "ask.inception.concatenations": (
        "How many blocks are there, and how many concatenations runs each of the five kinds?"
    ),
    "hint.inception.smallest-input.kernel-is-smallest": (
        "A kernel of 3 fits into 3 rows once. What is left for the layers behind it?"
    ),
    "hint.halvings-only": (
        "It seems only the strides of 2 were counted. What do a kernel of 3 and no padding take besides?"
    ),
    "hint.inception.smallest-input.stops-before-last": (
        "With {answer} rows, one row reaches Mixed_6e. What does Mixed_7a need?"
    ),
    "hint.only-the-published-size": (
        "299 works. Go backwards from one place in the map that has to be left: how few rows are enough?"
    ),
    "correct.inception.smallest-input": "{answer}: backwards, {because}.",
    "ask.inception.smallest-input": (
        "Go backwards from a last map of 1: how many rows must Mixed_7a read? And Mixed_6a?"
    ),
    "hint.published-size-assumed": (
        "That is the last map of a 299 x 299 image. What does the first layer leave of this one?"
    ),
    "hint.inception.not-square.stops-before-last": (
        "That size leaves Mixed_6a, and the blocks C keep it. What does Mixed_7a leave of it?"
    ),
    "correct.inception.not-square": "{answer}: {steps}.",
    "ask.inception.not-square": (
        "Which layers change the size? Take them one by one, the height first, beginning with 256 to 127."
    ),
    "ask.inception.tall-kernel": (
        "How many cells has a 7 x 1 kernel, how many maps does it read, and how many kernels are there?"
    ),
    "ask.inception.flat-kernel-macs": (
        "How many places, how many kernels, how many weights has each? Padding (0, 3) keeps the 17 x 17."
    ),
    "hint.last-branch-only": (
        "It seems one branch besides the pool was subtracted. What do the other two put out?"
    ),
    "hint.inception.pool-maps.input-for-output": (
        "The 200 maps that go in do not come out as they are. Which branches put maps out, and how many?"
    ),
    "hint.narrow-layers-counted": (
        "It seems the narrow 1x1 before the 5x5 was taken for a branch. Which layer is the last of that "
        "branch?"
    ),
    "ask.inception.pool-maps": (
        "What do the three branches without a pool put out together, whatever goes in? What is left of 280?"
    ),
    "hint.inception.last-map-twelve.stops-before-last": (
        "{answer} rows leave 12 at Mixed_6a. How many must Mixed_7a read?"
    ),
    "hint.scaled-from-published": (
        "That is 299 times 12/8. Does a layer without padding take more rows away from a larger map?"
    ),
    "correct.inception.last-map-twelve": "{answer}: backwards, {because}.",
    "ask.inception.last-map-twelve": "Backwards: how many rows does a window of 3, stride 2, need for 12?",
    "hint.inception.bug-pool.same-size": (
        "{answer} rows are what stride 1 leaves. Which stride has a pool that is not told one?"
    ),
    "hint.inception.bug-pool.no-padding": "With padding 1 on each side, how many rows are there to cover?",
    "hint.inception.bug-pool.rounds-up": (
        "The last window would hang over the edge. What does PyTorch do with it?"
    ),
    "hint.pool-stride-two": (
        "{answer} is right for stride 2. Which stride does PyTorch take if you give none?"
    ),
    "correct.inception.bug-pool": "{answer}: {because}.",
    "ask.inception.bug-pool": "Which stride has this pool, and how many rows has the padded map?",
    "hint.inception.bug-padding.kernel-wrong-axis": (
        "Check which number is the height's: (1, 7) is one row high. Which axis gets the padding of 3?"
    ),
    "hint.inception.bug-padding.same-size": (
        "That would be padding (0, 3). Here 3 is added above and below: does a kernel of one row need it?"
    ),
    "hint.inception.bug-padding.padding-once": (
        "padding=(3, 0) adds 3 above and 3 below. How many rows is that?"
    ),
    "correct.inception.bug-padding": (
        "{answer}: {steps}. Behind it a column of 7 x 1 with padding (0, 3) makes 17 x 17 again: no "
        "error shows the slip."
    ),
    "ask.inception.bug-padding": (
        "Take the axes one by one: height 17, kernel 1, padding 3; width 17, kernel 7, padding 0."
    ),
    "hint.inception.field-five.field-no-stride": (
        "One step at Mixed_6a is 16 pixels of the image. How many pixels do 8 steps add?"
    ),
    "hint.inception.field-five.change-ignored": (
        "{answer} is right for kernels of 7. How many steps does one of 5 add?"
    ),
    "hint.other-axis-counted": (
        "It seems all four long kernels were counted. Which of them are higher than one row?"
    ),
    "hint.shorter-branch": (
        "That is the branch with one tall kernel. Which branch looks furthest, and how many has it?"
    ),
    "hint.field-kernel-sizes": "A kernel of 5 reaches how many steps beyond where it starts?",
    "ask.inception.field-five": (
        "Which branch of block C has the most tall kernels? How many steps of 16 pixels does one add?"
    ),
    "hint.inception.batch-of-one.only-the-published-size": (
        "At {answer} one place is left in the auxiliary head. How many numbers has a map then, for one image?"
    ),
    "hint.inception.batch-of-one.stops-before-last": (
        "It seems two places reach the head's 5x5 convolution. What does that leave?"
    ),
    "hint.main-head-only": (
        "At {answer} the last map is 2 x 2. In training a second head runs: what does it need?"
    ),
    "correct.inception.batch-of-one": "{answer}: backwards, {because}.",
    "ask.inception.batch-of-one": (
        "The map behind the head's 5x5 must be larger than 1 x 1. How many rows must the head's pool leave, "
        "and how many must it read?"
    ),
    "hint.inception.widest-bottleneck.nearly-there": (
        "What do {answer} maps cost, in both layers, and is that below the limit?"
    ),
    "hint.inception.widest-bottleneck.one-by-one-is-free": (
        "It seems only the 5x5 was counted. What does the 1x1 cost for each of its maps?"
    ),
    "ask.inception.widest-bottleneck": (
        "What does one map more of the bottleneck cost, in the 1x1 that makes it and the 5x5 that reads it?"
    ),
    "prompt.inception.bottleneck-weights": (
        "Conv2d(192, 16, 1), then Conv2d(16, 32, 5, padding=2), no biases. How many weights together?"
    ),
    "prompt.inception.normalised": (
        "Batch normalization in training, weight 6, bias 5. One map of 1 x 2 in a batch of two images: "
        "4 and 4 in the first, 8 and 8 in the second. What becomes of an 8?"
    ),
    "prompt.inception.conv1-parameters": (
        "Conv2d(3, 32, 3, bias=False), followed by BatchNorm2d(32). How many parameters together?"
    ),
    "prompt.inception.mixed-5b": (
        "Mixed_5b, a block A, reads 192 maps of 35 x 35. Branches: 1x1 to 64; 1x1 to 48, 5x5 to 64; 1x1 to "
        "64, 3x3 to 96, 3x3 to 96; average pool, 1x1 to 32; all keep the size. Which shape leaves it?"
    ),
    "prompt.inception.mixed-6a": (
        "Mixed_6a, block B, reads 288 maps of 35 x 35. Branches: 3x3 to 384, stride 2; 1x1 to 64, padded 3x3 "
        "to 96, 3x3 to 96 with stride 2; max-pool 3x3, stride 2. No padding with stride 2. Which shape "
        "leaves it?"
    ),
    "prompt.inception.cut-weights": (
        "Conv2d(128, 128, (1, 7)), then Conv2d(128, 128, (7, 1)), no biases. How many weights together?"
    ),
    "prompt.inception.mixed-7a": (
        "Mixed_7a, block D, reads 768 maps of 17 x 17. Branches: to 320, to 192 and a max-pool of all, each "
        "ending in a window of 3 x 3 with stride 2 and no padding. Which shape leaves it?"
    ),
    "prompt.inception.mixed-7b": (
        "Mixed_7b, block E, reads 1280 maps of 8 x 8. Branches: 1x1 to 320; 1x1 to 384, then side by side "
        "1x3 to 384 and 3x1 to 384; 1x1 to 448, 3x3 to 384, then side by side 1x3 to 384 and 3x1 to 384; "
        "average pool, 1x1 to 192. Which shape leaves it?"
    ),
    "prompt.inception.aux-parameters": (
        "The auxiliary head: average pool, 1x1 convolution 768 to 128, 5x5 convolution 128 to 768, both "
        "without biases and with batch norm, global average, dense layer 768 to 1000. How many parameters?"
    ),
    "prompt.inception.concatenations": (
        "Inception-v3 has three blocks A, one B, four C, one D and two E. In an E, two pairs of layers stand "
        "side by side and are concatenated inside. How many concatenations run in all?"
    ),
    "prompt.inception.smallest-input": (
        "What is the height of the smallest square image that Inception-v3 takes in eval mode?"
    ),
    "prompt.inception.not-square": (
        "An image of 256 x 320 goes into Inception-v3. Which shape (C, H, W) leaves the last block, Mixed_7c?"
    ),
    "prompt.inception.pool-maps": (
        "InceptionA(200, n): the branches without a pool put out 64, 64 and 96 maps. The block is to put out "
        "280. What is n?"
    ),
    "prompt.inception.last-map-twelve": (
        "What is the height of the smallest square image of which Inception-v3 makes a last map of 12 x 12?"
    ),
    "prompt.inception.bug-pool": (
        "A block A says F.avg_pool2d(x, 3, padding=1), on 35 x 35. How high are the maps that leave this "
        "pool?"
    ),
    "prompt.inception.bug-padding": (
        "Conv2d(64, 96, (1, 7), padding=(3, 0)), the padding on the wrong axis, reads 17 x 17. Which shape "
        "leaves it?"
    ),
    "prompt.inception.field-five": (
        "A number that leaves Mixed_6a of Inception-v3 sees 159 rows of the image, and neighbours are 16 "
        "rows apart. In Mixed_6b, a block C, every 7 becomes a 5. How many rows does a number "
        "see that leaves it?"
    ),
    "prompt.inception.batch-of-one": (
        "Inception-v3 in training mode, with its auxiliary head, a batch of one. What is the height of the "
        "smallest square image that runs?"
    ),
    "prompt.inception.widest-bottleneck": (
        "Conv2d(288, b, 1), then Conv2d(b, 64, 5, padding=2), no biases, is to have fewer weights than "
        "Conv2d(288, 64, 3). What is the largest b?"
    ),
}
