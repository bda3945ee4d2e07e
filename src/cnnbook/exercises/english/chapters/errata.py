"""Words of single exercises of chapter 09: the errata."""

MESSAGES: dict[str, str] = {
    "prompt.errata.vgg-stage5": (
        "Stage 4 of VGG16 puts out 512 maps. How many parameters has the first convolution of stage 5, "
        "biases included?"
    ),
    "prompt.errata.heights": (
        "torchvision's AlexNet: a convolution of 11 with stride 4 and padding 2, then three pools of 3 with "
        "stride 2; its other convolutions keep the size. How many input heights lead to a last map of 6 rows?"
    ),
    "prompt.errata.strided-unpadded": (
        "40 rows, a kernel of 3, stride 2. With padding 1 comes 20. How many rows come without padding?"
    ),
    "prompt.errata.shifts": (
        "Three times in turn: a convolution of 3 that keeps the size, and a max-pool of 2. What leaves the "
        "picture on the right comes in on the left, and so does each frame. It is shifted by 1 to 16 pixels. "
        "For how many of these 16 shifts is the output the old one, moved?"
    ),
    "prompt.errata.kernel": (
        "Layers of one kernel size, stride 1, each from C maps to C, together see 25 x 25 pixels. Which of "
        "the kernel sizes 2, 3, 5, 7, 13 and 25 has the fewest weights?"
    ),
    "prompt.errata.stack": "How many layers of 3 x 3, stride 1, see as far as two layers of 5 x 5?",
    "prompt.errata.conv2": "ResNet-101 reads 3 x 192 x 320. Which shape (C, H, W) leaves conv2_x?",
    "prompt.errata.projections": "ResNet-152 has 4 projections. How many of them have stride 2?",
    "prompt.errata.unit-reads": "How many channels does the first unit of ResNet-101's conv3_x read?",
    "prompt.errata.year": "In which year was arXiv:1512.00567, Inception-v3, put on arXiv?",
    "prompt.errata.undefined": (
        "How many names does the snippet in chapter 9, section 'Run it', use and never define?"
    ),
    "prompt.errata.pretrained": (
        "torchvision has two sets of weights for ResNet-50, V1 and V2. Which one does pretrained=True load: "
        "1 or 2?"
    ),
    "prompt.errata.remainders": (
        "ResNet-18 reads 224 x 224. At how many of its windows with stride 2, projections included, does "
        "n + 2p - k leave a remainder when divided by 2?"
    ),
    "prompt.errata.same-top": (
        "TensorFlow's SAME, 224 rows, a kernel of 7, stride 2. How many zeros go before the first row?"
    ),
    "prompt.errata.v1-reads": (
        "In the paper's ResNet-101 (v1) the first unit of conv3_x has its stride in the first 1 x 1. It "
        "reads 56 x 56. How many rows does its 3 x 3 read?"
    ),
    "prompt.errata.odd-total": (
        "Dive into Deep Learning's convention: 46 rows, a kernel of 8, stride 4, a padding of 3 in total. "
        "How many rows come out?"
    ),
    "prompt.errata.same-bottom": (
        "TensorFlow's SAME, 20 rows, a kernel of 5, stride 3. How many zeros go behind the last row?"
    ),
    "prompt.errata.caffe": "A Caffe pool reads 15 rows: kernel 2, stride 3, no padding. How many come out?",
    "prompt.errata.bug-channels": (
        "A Conv2d(3, 8, 3) complains: expected input[1, 180, 320, 3] to have 3 channels, but got 180 "
        "channels instead. Which shape (C, H, W) should the picture have had?"
    ),
    "prompt.errata.same-map": "For how many input heights is LeNet-5's map S4 5 x 5?",
    "prompt.errata.smallest": (
        "'A kernel of 3 with stride 2 halves: floor(n/2).' No padding. What is the smallest n, from 3 on, "
        "for which that is false?"
    ),
    "prompt.errata.deciding": (
        "Two pools of 3 with stride 2, one behind the other. Does the library round up or down? For how many "
        "of the heights 7 to 30 do the two rules give different final heights?"
    ),
    "correct.errata.kernel": "{answer}: a kernel of 2 takes 24 layers, and they have 96·C² weights in all.",
    "correct.errata.undefined": "{answer}: a module, a function and a typing mistake.",
    "correct.errata.pretrained": "{answer}: pretrained=True still means the weights it meant at first.",
    "hint.errata.vgg-stage5.channels-always-double": (
        "You doubled the channels once more. How many maps does stage 5 put out, in chapter 5's table?"
    ),
    "ask.errata.vgg-stage5": "How many maps come in, and how many go out, in chapter 5's table of stages?",
    "hint.errata.heights.only-the-exact-size": (
        "You seem to ask that the division comes out even. What does the floor do with one row more?"
    ),
    "ask.errata.heights": (
        "Go backwards, one layer at a time. Which two heights does a pool of 3 with stride 2 bring to 6? "
        "Which heights lead to the lower of them, and which to the upper?"
    ),
    "hint.padding-idle": (
        "{answer} is what comes with padding 1. Without it the last window must end inside the 40 rows: how "
        "many steps of 2 are there?"
    ),
    "ask.errata.strided-unpadded": "How far can a window of 3 move in 40 rows? How many steps of 2 is that?",
    "hint.errata.shifts.pool-shift-invariant": (
        "A shift by 1 cuts the row into other pairs. By how much must the picture move so that the first "
        "pool makes the same pairs?"
    ),
    "hint.errata.shifts.jump-last-stride": (
        "That is right for one pool. How many pixels of the picture is one step behind the third pool?"
    ),
    "ask.errata.shifts": "How many pixels is one step in the last map? Which shifts are whole steps?",
    "hint.odd-is-best": (
        "An odd kernel is usual. Count the weights in C²: k·k for each layer, (25 − 1)/(k − 1) "
        "layers. Does a smaller kernel have fewer in all?"
    ),
    "hint.fewest-layers-cheapest": (
        "One layer, yes. But how many weights has a kernel of 25 × 25, and how many have many small ones?"
    ),
    "ask.errata.kernel": (
        "How many layers does a kernel of k need to see 25 pixels? How many weights has each, in C²?"
    ),
    "hint.layer-for-layer": ("Two layers of 5 see 9 pixels. How many do {answer} of 3 see?"),
    "ask.errata.stack": "By how many pixels does a layer of 5 widen the field, and by how many a layer of 3?",
    "hint.errata.conv2.expansion-forgotten": (
        "You gave the width of the middle layer. By which factor does a bottleneck widen it at its end?"
    ),
    "ask.errata.conv2": (
        "What leaves the first convolution, and what the pool behind it? Does conv2_x have a stride?"
    ),
    "hint.errata.projections.projection-always-strided": (
        "Where conv2_x begins, only the channels change. Which stride has the projection there?"
    ),
    "ask.errata.projections": "Each stage begins with a projection. In which stages does the map halve?",
    "hint.errata.unit-reads.expansion-forgotten": (
        "{answer} is a width inside a unit. What does a unit of conv2_x put out, behind its last 1 × 1?"
    ),
    "hint.unit-output": "{answer} is what this unit puts out. What does the stage before it put out?",
    "ask.errata.unit-reads": "The width of conv2_x is 64. By which factor does a bottleneck widen it?",
    "hint.predecessors-year": (
        "That is GoogLeNet's year. Which network does this number belong to, and what do its first two "
        "digits say?"
    ),
    "correct.errata.year": "15 is the year, and 12 the month: December.",
    "incorrect.errata.year": "That is another year.",
    "incorrect.errata.kernel": "{answer} is not it.",
    "incorrect.errata.pretrained": "{answer} is not it.",
    "ask.errata.year": "An arXiv number begins with the year and the month. Which digits are they here?",
    "hint.first-error-only": ("Python stops at the first one. If that were repaired, how far would it come?"),
    "hint.no-body-read": (
        "Python does not run a function's body until it is called. Is each name in it defined?"
    ),
    "ask.errata.undefined": (
        "Go through the lines and mark each name that is read. Where was it imported, assigned or defined?"
    ),
    "hint.errata.pretrained.newest-is-best": (
        "Those are the newer and better ones. Which weights were there when old code wrote pretrained=True?"
    ),
    "ask.errata.pretrained": "Old code has to give what it gave. Which weights were there first?",
    "hint.projections-uncounted": (
        "{answer} are on the main path. Which other windows of stride 2 stand where a stage begins?"
    ),
    "hint.stem-only": "The stem has {answer}. Which layers halve where a later stage begins?",
    "ask.errata.remainders": (
        "List the windows with stride 2, those beside the main path too. Is n + 2p − k even or odd for each?"
    ),
    "hint.odd-zero-first": "The number of zeros is odd. On which side does TensorFlow put one more?",
    "hint.zeros-one-side": "{answer} zeros in all. How does TensorFlow split them?",
    "ask.errata.same-top": "How many outputs are there, n/s rounded up? Where does the last window end?",
    "ask.errata.same-bottom": "How many outputs are there, n/s rounded up? Where does the last window end?",
    "hint.stride-in-three": (
        "That is torchvision's variant, v1.5. Here the 1 × 1 before it has the stride: what does it leave?"
    ),
    "hint.halves-twice": "You halved twice. How many layers of the unit's main path have stride 2?",
    "ask.errata.v1-reads": "Which layer of the unit has the stride, and does it stand before the 3 × 3?",
    "hint.errata.odd-total.padding-doubled": (
        "You took 3 on each side. In this convention it is the total: how high is the padded image?"
    ),
    "hint.errata.odd-total.no-padding": (
        "{answer} is what comes out without padding. How high is the image with 3 rows more, in all?"
    ),
    "ask.errata.odd-total": "How high is the padded image? How many steps of 4 has the kernel of 8 in it?",
    "hint.caffe-clamped": (
        "PyTorch would drop the window that begins behind the last row. Does Caffe drop one without padding?"
    ),
    "ask.errata.caffe": "How many steps of 3 are there, rounded up? Does Caffe drop a window here?",
    "ask.errata.bug-channels": (
        "The array lies as (N, H, W, C). Which of its numbers is the height, which the width?"
    ),
    "hint.errata.same-map.only-the-exact-size": (
        "32 is one of them. What does a pool of 2 make of a row too many?"
    ),
    "hint.errata.same-map.jump-last-stride": (
        "That is right for one pool. How many heights does the other pool bring to one and the same?"
    ),
    "ask.errata.same-map": "Go backwards from 5. Which heights does a pool of 2 bring to 5? And before that?",
    "hint.first-case": "At 3 rows the window fits once. What is floor(3/2)?",
    "hint.odd-to-blame": "At 5 rows both give 2. Try the sizes before it: what comes out of each?",
    "correct.errata.smallest": "4 rows give 1, and floor(4/2) is 2.",
    "ask.errata.smallest": "Make a table: n, what comes out, floor(n/2). Begin at 3.",
    "hint.one-pool-only": (
        "Those differ behind the first pool. Take 9 rows: what do the two rules give behind the second?"
    ),
    "hint.all-decide": "Take 7 rows, and both rules. What comes out of the two pools each time?",
    "ask.errata.deciding": "Take 7, 8, 9, 10, 11 rows, and both rules. Which give two answers? What repeats?",
}
