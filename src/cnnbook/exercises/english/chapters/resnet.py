"""Words of single exercises of chapter 07: the ResNets."""

MESSAGES: dict[str, str] = {
    "correct.resnet.first-of-18": "{answer}: both paths have one shape, so x is added as it is.",
    "correct.resnet.conv2": "{answer}: {formula}.",
    "hint.stage-one-halves": (
        "You halved the map in this stage. Which stride has the first block of conv2_x, right after the pool?"
    ),
    "hint.no-pool": "That is what the first convolution leaves. Which layer stands between it and conv2_x?",
    "ask.resnet.conv2": (
        "What does the first convolution leave of 224 rows, what the pool, and what the blocks?"
    ),
    "hint.resnet.conv5.stage-one-halves": (
        "That is one halving too many. Which strides have the first blocks of the four stages?"
    ),
    "hint.resnet.conv5.no-pool": "That is one halving too few. Which layer stands between conv1 and conv2_x?",
    "hint.resnet.conv5.channels-in": (
        "You kept the channels of the stage before. How many does the table give for the last stage?"
    ),
    "ask.resnet.conv5": "Follow the map: conv1, the pool, four stages. Which of them halve?",
    "correct.resnet.conv5": "{answer}: conv1, the pool and the first blocks of three stages halve.",
    "hint.resnet.bottleneck-weights.expansion-forgotten": (
        "That leads back to the narrow width. How many channels does the last convolution put out?"
    ),
    "hint.expansion-forgotten": "How many times its width does a bottleneck put out?",
    "hint.resnet.bottleneck-weights.no-input-channels": (
        "The middle kernels read more than one map. How many channels does each of them read?"
    ),
    "hint.resnet.bottleneck-weights.bias-before-batchnorm": (
        "It seems each map got a bias. Have these convolutions any, with a batch norm behind them?"
    ),
    "hint.all-kernels-three": (
        "It seems a 1 x 1 kernel was counted as 3 x 3. How many taps has a 1 x 1 kernel?"
    ),
    "ask.resnet.bottleneck-weights": (
        "One convolution at a time: kernel height times width, times the channels in, times the channels out?"
    ),
    "hint.resnet.places-read.reads-everything": (
        "{answer} are all places. On the first row, which columns does a 1 x 1 kernel with stride 2 stand on?"
    ),
    "hint.resnet.places-read.one-axis-only": "Every other column, yes. And which rows does it stand on?",
    "hint.stride-as-gap": (
        "It seems two places were skipped between two steps. How far apart are two places with stride 2?"
    ),
    "ask.resnet.places-read": "On how many rows does the kernel stand, and on how many places of each?",
    "hint.one-of-two": (
        "{answer} takes one number for each map of a batch norm. How many are there for each map?"
    ),
    "hint.resnet.option-b.projection-everywhere": (
        "It seems layer1 got a projection, too. What would it have to change there?"
    ),
    "ask.resnet.option-b": (
        "Each projection is a 1 x 1 convolution without bias and a batch norm. What do the two have for 64 "
        "to 128 channels?"
    ),
    "hint.last-map.halves-downwards": (
        "It seems halves were rounded down. What does a kernel of 3, stride 2, padding 1 make of 15 rows?"
    ),
    "hint.last-map.no-pool": "That is one halving too few or too many. How many layers on the way halve?",
    "hint.last-map.stage-one-halves": "That is one halving too many. Does conv2_x halve?",
    "hint.last-map.only-the-exact-size": (
        "{answer} comes out even. Does a smaller image leave as many rows, when odd sides are rounded up?"
    ),
    "hint.last-map.no-plus-one": "{answer} leaves one row too few. What does one pixel more leave?",
    "ask.last-map": (
        "Five layers halve, and half of an odd side is rounded up. What leaves the first of them, or, "
        "backwards, what does the last of them need?"
    ),
    "correct.resnet.at-225": "{answer}: 225, 113, 57, 57, 29, 15, {answer}.",
    "hint.old-head-kept": "That keeps the old head and adds a new one. What goes, when fc is replaced?",
    "hint.resnet.head-100.change-ignored": (
        "{answer} is the network with its old head. How many has that head?"
    ),
    "hint.resnet.head-100.no-bias": (
        "The weights of the two heads were exchanged. Which other numbers has each of the heads?"
    ),
    "ask.resnet.head-100": "How many parameters has the old head, and how many the new one?",
    "hint.projection-forgotten": (
        "That is the main path alone. What has the shortcut, where the channels double?"
    ),
    "hint.resnet.block-parameters.stored-as-learned": (
        "It seems running means and variances were counted. Are they parameters?"
    ),
    "hint.resnet.block-parameters.bias-before-batchnorm": (
        "It seems the convolutions got biases. Have they any, with a batch norm behind them?"
    ),
    "ask.resnet.block-parameters": (
        "Count apart: the two convolutions of the main path, the projection, three batch norms. What has "
        "each?"
    ),
    "hint.statistics-and-learned": (
        "{answer} counts all numbers of the batch norms. Which of them are learned, and so frozen?"
    ),
    "ask.resnet.running": "How many maps do the batch norms read together, and what is kept for each map?",
    "ask.resnet.bug-128": (
        "From 96 to 128 channels: how many weights, and what has the batch norm behind them?"
    ),
    "hint.more-not-all": "{answer} blocks can be added. How many are there already?",
    "hint.resnet.design-35.nearly-there": (
        "With {answer} blocks you are beyond the budget, if only a little. How many stay within it?"
    ),
    "ask.resnet.design-35": (
        "How many parameters has one further block, its batch norms included, and how often do they fit "
        "into what is left?"
    ),
    "prompt.resnet.conv2": (
        "In ResNet-18 a picture of (3, 224, 224) goes through conv1, maxpool and the blocks of conv2_x, "
        "layer1 in torchvision. Which shape leaves conv2_x?"
    ),
    "hint.resnet.convolutions-18.projection-forgotten": (
        "Those are the convolutions on the main path. Which blocks have one on their shortcut, too?"
    ),
    "hint.resnet.convolutions-18.projection-everywhere": (
        "It seems all four stages got a projection. What would the one in layer1 change?"
    ),
    "hint.name-is-convolutions": "The name counts otherwise. Count: the stem, the blocks, the projections?",
    "ask.resnet.convolutions-18": (
        "How many convolutions has the stem, a block, a projection; and how many of each?"
    ),
    "prompt.resnet.convolutions-18": (
        "ResNet-18 has four stages of 2 basic blocks. How many convolutions has it, projections included?"
    ),
    "prompt.resnet.conv5": (
        "In ResNet-18 a picture of (3, 224, 224) goes in. Which shape leaves conv5_x, layer4 in torchvision?"
    ),
    "prompt.resnet.bottleneck-weights": (
        "A bottleneck on 256 channels: 1 x 1 to 64, 3 x 3 from 64 to 64, 1 x 1 back to 256. How many "
        "weights have its three convolutions?"
    ),
    "prompt.resnet.places-read": (
        "A 1 x 1 kernel walks over a map of 56 x 56 with stride 2, without padding. How many places of the "
        "map does it read?"
    ),
    "prompt.resnet.option-b": (
        "The projections of ResNet-18 are 1 x 1 convolutions without bias, 64 to 128, 128 to 256 and 256 "
        "to 512 channels, each with a batch norm. How many parameters have they together?"
    ),
    "prompt.resnet.at-225": (
        "A picture of 225 x 225 goes into ResNet-18. How high is the last map, after layer4?"
    ),
    "prompt.resnet.head-100": (
        "ResNet-18 has 11,689,512 parameters. Its Linear(512, 1000) is replaced by Linear(512, 100). How "
        "many parameters has it then?"
    ),
    "prompt.resnet.block-parameters": (
        "A basic block from 48 to 96 channels, stride 2: two 3 x 3 convolutions and a 1 x 1 projection, "
        "each without bias and with a batch norm. How many parameters?"
    ),
    "prompt.resnet.running": (
        "All parameters of Bottleneck(256, 64) are frozen; its batch norms read 64, 64 and 256 maps. How "
        "many running means and variances move in train mode?"
    ),
    "prompt.resnet.smallest-for-9": (
        "A ResNet-18 ends with AvgPool2d(9), which needs a last map of 9 x 9. What is the smallest height "
        "that the image can have?"
    ),
    "prompt.resnet.bug-128": (
        "A bottleneck reads 96 channels, puts out 128, and its addition fails: the projection is missing, "
        "a 1 x 1 convolution without bias and a batch norm. How many parameters has it?"
    ),
    "prompt.resnet.design-35": (
        "ResNet-50 has 25,557,032 parameters and 6 blocks in layer3. A further one goes 1024, 256, 256, "
        "1024 channels, by 1 x 1, 3 x 3 and 1 x 1, each without bias and with a batch norm. How many "
        "blocks can layer3 have with at most 35,000,000 parameters?"
    ),
}
