"""Words of single exercises of chapter 04: AlexNet."""

MESSAGES: dict[str, str] = {
    "prompt.alexnet.flatten": (
        "torchvision's AlexNet reads 224 x 224. How many numbers reach its first dense layer, for one image?"
    ),
    "prompt.alexnet.overlap": (
        "A pool of 3 x 3 with stride 2 reads a map of 55 x 55. How many windows read one pixel, at most?"
    ),
    "prompt.alexnet.lrn-divisor": (
        "Local response normalization with n = 3, k = 1, alpha = 1, beta = 1 (the paper's convention). Five "
        "maps hold 1, 2, 0, 3, 2 at one place. By which number is the 3 divided?"
    ),
    "prompt.alexnet.dropout-survivor": ("nn.Dropout(0.75) is in training, and a 3 survives. What comes out?"),
    "prompt.alexnet.weighted-layers": "How many layers of AlexNet have weights?",
    "prompt.alexnet.at-224-features": (
        "The AlexNet of 2012, without padding in its first convolution, reads 224 x 224. How many numbers "
        "leave its last pool?"
    ),
    "prompt.alexnet.groups-from-count": (
        "A Conv2d(384, 384, kernel_size=3, groups=...) has 221,568 parameters, biases included. How many "
        "groups?"
    ),
    "prompt.alexnet.smallest-input": (
        "What is the height of the smallest square image that torchvision's AlexNet accepts?"
    ),
    "prompt.alexnet.pool-bug": (
        "In torchvision's AlexNet all three pools become MaxPool2d(3), the stride forgotten. 224 x 224 comes "
        "in. How high is the map that reaches the adaptive pool?"
    ),
    "prompt.alexnet.global-head": (
        "Behind torchvision's five convolutions stand AdaptiveAvgPool2d(1) and one dense layer to 1,000 "
        "names. How many parameters has the network?"
    ),
    "prompt.alexnet.narrower": (
        "In torchvision's AlexNet both hidden dense layers get w units, and the network fewer than 30 "
        "million parameters. What is the largest w that is a multiple of 256?"
    ),
    "hint.alexnet-224-unpadded": (
        "That is what 224 gives without padding. Which padding does torchvision's first convolution have?"
    ),
    "hint.alexnet-6-assumed": (
        "{answer} is what the network was made for. Start from the side that you found for the first "
        "convolution: what do the three pools make of it?"
    ),
    "hint.windows-apart": (
        "That is right for windows that lie side by side. The first window covers the rows 0, 1 and 2: in "
        "which row does the next one start?"
    ),
    "hint.one-axis-only": (
        "{answer} is right for a single row of pixels. Here the windows overlap downwards and sideways: how "
        "many are there at a corner where both meet?"
    ),
    "hint.kernel-area": (
        "{answer} is how many pixels one window reads. At stride 2, how many windows of 3 reach one and the "
        "same row?"
    ),
    "hint.lrn-no-constant": (
        "{answer} is the sum of the squares. Which constant stands in front of it in the formula?"
    ),
    "hint.lrn-own-map": ("You squared the 3 alone. Which maps lie beside it, and are they summed as well?"),
    "hint.lrn-all-maps": "{answer} counts all the maps. How many of them does n = 3 take, around the fourth?",
    "hint.lrn-not-squared": "You added the neighbours as they are. What does the formula do to each first?",
    "hint.dropout-unscaled": (
        "Then only a quarter of the sum would arrive, on average. By which factor must a survivor grow to "
        "make up for the others?"
    ),
    "hint.dropout-by-p": (
        "{answer} is 3 divided by 0.75, the share that is dropped. Which share survives, and so by what is a "
        "survivor divided?"
    ),
    "hint.alexnet.weighted-layers.counts-pools": (
        "You counted the pools. What is there to learn in the largest of nine numbers?"
    ),
    "hint.alexnet.weighted-layers.forgets-dense": (
        "{answer} is how many convolutions there are. Which other layers have weights?"
    ),
    "hint.group-size": (
        "{answer} is how many of the input channels one kernel reads. How many such parts do all the input "
        "channels make?"
    ),
    "hint.alexnet.smallest-input.no-padding": (
        "That many rows are needed once the padding is there. How many of them does padding={p} bring?"
    ),
    "hint.alexnet.smallest-input.padding-once": (
        "padding={p} is added {ends}. How many rows are that together?"
    ),
    "hint.last-map-six": (
        "That leaves the last map as high as the dense layer wants it. But the adaptive pool stands between: "
        "how few rows can it start from?"
    ),
    "hint.field-is-smallest": (
        "{answer} is what one number of the last map looks at. May a part of that be padding?"
    ),
    "hint.kernel-is-smallest": (
        "Into that the first kernel fits once. How many rows must it leave for the pools behind it?"
    ),
    "hint.alexnet.pool-bug.pool-stride-one": (
        "That is stride 1. Which stride has MaxPool2d(3), when none is written?"
    ),
    "hint.alexnet.pool-bug.change-ignored": (
        "{answer} is what the right network has there. The wrong one's pools move further at each step: what "
        "does the first make of 55?"
    ),
    "hint.forgets-convolutions": (
        "{answer} leaves something out. What do the five convolutions add to the count?"
    ),
    "hint.alexnet.global-head.global-pool-keeps-size": (
        "You gave the dense layer 6×6 numbers of each map. How many does AdaptiveAvgPool2d(1) leave of each?"
    ),
    "hint.alexnet.global-head.no-bias": (
        "The new layer's biases are missing. To how many outputs does it lead, and what does each add?"
    ),
    "hint.alexnet.conv2-macs.macs-as-parameters": (
        "That counts each weight once. At how many places does the kernel fit, and what does it do at each?"
    ),
    "hint.one-layer-changed": (
        "It seems that one of the two hidden layers kept its 4,096 units. Which numbers of the three dense "
        "layers change?"
    ),
    "correct.alexnet.narrower": (
        "{answer} units: {total} parameters in all. With {wider} units it would be {too_many}."
    ),
    "ask.alexnet.flatten": "Which shape (C, H, W) leaves the last pool, and how many numbers is that?",
    "ask.alexnet.overlap": (
        "Take one axis first. The windows start in the rows 0, 2, 4, ... and are 3 high: which of them read "
        "row 2?"
    ),
    "ask.alexnet.lrn-divisor": "Which three maps are summed? What are their squares, and what is k?",
    "ask.alexnet.dropout-survivor": "Which share of the numbers survives? What is 3 divided by that share?",
    "ask.alexnet.weighted-layers": "How many convolutions are there, and how many dense layers?",
    "ask.alexnet.at-224-features": (
        "Go on from the first convolution's side: what does each of the three pools make of it? The other "
        "convolutions keep the size. How many maps are there at the end?"
    ),
    "ask.alexnet.groups-from-count": (
        "Take the 384 biases off. How many weights would there be without groups, and how many times fewer "
        "are there here?"
    ),
    "ask.alexnet.smallest-input": (
        "Go backwards from a last map of 1×1. How many rows does each pool of 3 with stride 2 need for that, "
        "and how many the first convolution?"
    ),
    "ask.alexnet.pool-bug": (
        "Which stride does a pool take when none is written? Then follow the side 55 through the three pools."
    ),
    "ask.alexnet.global-head": "How many parameters have the five convolutions, and how many the new layer?",
    "ask.alexnet.narrower": (
        "Write the total for a width of w: the convolutions, 9216×w + w, w×w + w and w×1000 + 1000. What do "
        "you get for a first guess?"
    ),
}
