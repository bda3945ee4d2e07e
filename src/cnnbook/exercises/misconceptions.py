"""The catalogue of misconceptions: what each one believes, what it is about, and where it was seen.

Their formulas stand with the questions in which they can occur. The evidence is issue threads, framework
conventions and wrong choices in published quizzes; a peer-reviewed catalogue was not found.
"""

from __future__ import annotations

from typing import NamedTuple


class Misconception(NamedTuple):
    """One wrong rule: its topic (misconceptions of one topic share a hint), the belief, and the evidence."""

    topic: str
    belief: str
    evidence: str


_ISSUES = "questions in public issue threads"
_QUIZ = "wrong choices in published quizzes"
_TENSORFLOW = "TensorFlow's SAME rule, ceil(n/s)"
_TOTAL = "Dive into Deep Learning writes the total padding"
_BUGS = "bugs once shipped in frameworks and shape calculators"
_SOURCE = "a tutorial that this course corrects"
_EXPECTED = "expected by the authors, not yet observed"

MISCONCEPTIONS: dict[str, Misconception] = {
    # One axis
    "rounds-up": Misconception("rounding", "a window that only partly fits counts too", _TENSORFLOW),
    "no-plus-one": Misconception("rounding", "the number of steps is the number of positions", _QUIZ),
    "plus-one-inside": Misconception("rounding", "the + 1 stands inside the division", _QUIZ),
    "no-padding": Misconception("padding", "the padding adds nothing", _QUIZ),
    "padding-once": Misconception("padding", "padding is the total of both sides", _TOTAL),
    "padding-doubled": Misconception("padding", "a total padding, written as padding per side", _TOTAL),
    "padding-after": Misconception("padding", "padding is added to the output", _QUIZ),
    "no-stride": Misconception("stride", "every window moves by one pixel", _QUIZ),
    "stride-first": Misconception("stride", "the image shrinks first, the kernel slides afterwards", _QUIZ),
    "divides-by-stride": Misconception("stride", "stride s means n/s", _ISSUES),
    "same-size": Misconception("kernel", "a convolution keeps the size", _ISSUES),
    "no-dilation": Misconception("kernel", "dilation does not change the size", _QUIZ),
    "dilation-times-kernel": Misconception("kernel", "a dilated kernel is d times k wide", _BUGS),
    "dilation-as-gap": Misconception("kernel", "dilation counts the empty pixels between two taps", _BUGS),
    "kernel-sign": Misconception("kernel", "a sign of the formula the other way round", _BUGS),
    "ceil-mode-ignored": Misconception("rounding", "ceil_mode changes nothing", _ISSUES),
    "ceil-no-clamp": Misconception("rounding", "with ceil_mode the last window always counts", _BUGS),
    "pool-stride-one": Misconception("stride", "a pool without a stride moves by one pixel", _ISSUES),
    "pool-by-formula": Misconception("output", "an adaptive pool follows the window formula", _ISSUES),
    # Shape
    "swapped-height-width": Misconception("order", "width comes before height", _ISSUES),
    "kernel-wrong-axis": Misconception("order", "the first number of a kernel size is its width", _ISSUES),
    "channels-last": Misconception("order", "channels come last", "TensorFlow's and Pillow's order"),
    "channels-in": Misconception("channels", "a convolution keeps the channels", _QUIZ),
    "channels-multiplied": Misconception("channels", "each kernel makes one map per input channel", _ISSUES),
    "padding-adds-channels": Misconception("channels", "padding adds channels too", _ISSUES),
    "pool-divides-channels": Misconception("channels", "a pool shrinks the channels too", _QUIZ),
    "global-pool-keeps-size": Misconception("output", "a global pool keeps height and width", _ISSUES),
    "global-pool-scalar": Misconception("output", "a global pool leaves one number", _ISSUES),
    "flatten-forgot-space": Misconception("flatten", "in_features is the number of channels", _ISSUES),
    "flatten-forgot-channels": Misconception("flatten", "in_features is height times width", _ISSUES),
    "flatten-with-batch": Misconception("flatten", "the batch is flattened too", _ISSUES),
    "concat-as-add": Misconception("join", "a concatenation keeps the largest branch's channels", _QUIZ),
    "concat-forgot-branch": Misconception("join", "the pooling branch adds no channels", _ISSUES),
    "concat-adds-space": Misconception("join", "a concatenation adds heights or widths", _QUIZ),
    "residual-as-concat": Misconception("join", "a residual addition adds up the channels", _QUIZ),
    # Counts
    "no-bias": Misconception("bias", "the biases do not count", _QUIZ),
    "one-bias": Misconception("bias", "a layer has one bias", _QUIZ),
    "bias-per-input": Misconception("bias", "there is one bias per input channel", _QUIZ),
    "bias-before-batchnorm": Misconception("bias", "a convolution always has a bias", _ISSUES),
    "no-input-channels": Misconception("depth", "a kernel is flat", _ISSUES),
    "groups-ignored": Misconception("groups", "groups change no count", _ISSUES),
    "groups-twice": Misconception("groups", "groups divide the input and the output channels", _ISSUES),
    "times-output-size": Misconception("sharing", "every position has weights of its own", _QUIZ),
    "macs-as-parameters": Misconception("sharing", "MACs and parameters are one number", _ISSUES),
    "macs-doubled": Misconception(
        "unit", "a MAC is two operations, so it counts twice", "papers that report FLOPs"
    ),
    "pool-has-parameters": Misconception("pooling", "a pool's window holds weights", _QUIZ),
    "layers-multiplied": Misconception("layers", "the parameters of two layers are multiplied", _SOURCE),
    "counts-projections": Misconception(
        "layers", "shortcut projections count as layers of the name", _ISSUES
    ),
    "counts-pools": Misconception("layers", "pools count as layers of the name", _ISSUES),
    "forgets-dense": Misconception("layers", "the dense layer does not count", _ISSUES),
    "lenet-dense-c3": Misconception("variant", "C3 reads all six maps (as the modern variant does)", _SOURCE),
    # Networks
    "alexnet-224-unpadded": Misconception(
        "variant", "AlexNet reads 224 without padding", "the 2012 paper's own 224"
    ),
    "lenet-28-unpadded": Misconception("variant", "LeNet-5 reads the 28 of the data set", _ISSUES),
    "inception-at-224": Misconception("variant", "Inception-v3 reads 224", _ISSUES),
    "stage-one-halves": Misconception("stage", "every stage of a ResNet halves the map", _SOURCE),
    "projection-always-strided": Misconception("stage", "a projection always has stride 2", _SOURCE),
    # Beside the catalogue: slips that only these exercises can show
    "kernel-flipped": Misconception(
        "order", "the kernel is turned round first, as in mathematics", "signal processing"
    ),
    "pool-shift-invariant": Misconception("pooling", "pooling does not notice a shift", _SOURCE),
    "fields-added": Misconception("field", "receptive fields are added up", _QUIZ),
    "field-last-kernel": Misconception("field", "the last kernel alone is the receptive field", _QUIZ),
    "field-no-stride": Misconception("field", "earlier strides do not widen later kernels", _QUIZ),
    "fields-multiplied": Misconception("field", "receptive fields are multiplied", _QUIZ),
    "field-counted-once": Misconception("field", "only the next layer feels a stride", _QUIZ),
    "jump-last-stride": Misconception("field", "the last layer's stride alone is the step", _QUIZ),
    "jump-added": Misconception("field", "strides are added", _QUIZ),
    "channels-added": Misconception("channels", "channels are added to height times width", _QUIZ),
    "all-kernels": Misconception("depth", "the kernels of a layer are one kernel", _QUIZ),
    "padding-quadrupled": Misconception("padding", "a total padding goes in twice", _TOTAL),
    "reads-everything": Misconception("rounding", "every pixel is read", _ISSUES),
    "modern-pool": Misconception("variant", "a pool of 1998 learns nothing, as today's", _ISSUES),
    "shared-by-maps": Misconception("sharing", "all maps share one coefficient and one bias", _QUIZ),
    "lenet-modern": Misconception("variant", "the modern variant's total is the 1998 network's", _SOURCE),
    "lenet-1998": Misconception("variant", "the 1998 total is the modern variant's", _ISSUES),
    "lenet-output-layer": Misconception(
        "variant", "the 1998 output layer is trained as a dense layer", _SOURCE
    ),
    "lenet-32-assumed": Misconception("variant", "400 features come out of every image", _ISSUES),
    "weights-as-connections": Misconception("sharing", "parameters and connections are one number", _QUIZ),
    "error-other-side": Misconception("error", "the second matrix is what came in", _ISSUES),
    "error-output": Misconception("error", "the layer's out_features are what came in", _ISSUES),
    "error-size": Misconception("error", "the height of the maps is their number", _EXPECTED),
    "error-batch": Misconception("error", "the batch axis is the features", _ISSUES),
    "view-keeps-batch": Misconception("flatten", "view(-1, 400) keeps one row per image", _SOURCE),
    "stops-at-s4": Misconception("layers", "S4's side is the image's", _ISSUES),
    "stops-at-c3": Misconception("layers", "C3's side is the image's", _ISSUES),
    "stops-at-s2": Misconception("layers", "S2's side is the image's", _ISSUES),
    "pools-forgotten": Misconception("layers", "only the convolutions change the size", _ISSUES),
    "largest-not-smallest": Misconception("rounding", "of several sizes the largest was taken", _QUIZ),
    "change-ignored": Misconception("layers", "what comes after an edited layer stays the same", _ISSUES),
    "change-unscaled": Misconception("layers", "later layers pass a change on as it is", _EXPECTED),
    "all-layers-tripled": Misconception("layers", "three colours triple every layer", _QUIZ),
    "halves-instead": Misconception("stride", "a smaller stride makes a smaller map", _QUIZ),
    "no-pool": Misconception("stage", "the pool of the stem is left out", _SOURCE),
    "projection-everywhere": Misconception("stage", "every residual block has a projection", _ISSUES),
    "projection-only-strided": Misconception("stage", "only a smaller map needs a projection", _ISSUES),
    "projection-keeps-size": Misconception("stage", "a projection only changes the channels", _ISSUES),
    "only-the-exact-size": Misconception(
        "rounding", "only a size that divides evenly works", "courses that call it invalid"
    ),
    "all-windows": Misconception("pooling", "the largest pixel of the map wins in every window", _EXPECTED),
    "padding-not-counted": Misconception("padding", "a mean leaves the padding out", _EXPECTED),
    "sum-not-mean": Misconception("pooling", "an average pool adds up", _EXPECTED),
    "gradient-to-all": Misconception("gradient", "a window shares its gradient among its pixels", _EXPECTED),
    "gradient-one-winner": Misconception("gradient", "a map has one winner", _EXPECTED),
    "gradient-once": Misconception("gradient", "a winner of several windows gets one gradient", _EXPECTED),
    "one-side-only": Misconception("rounding", "only one side loses pixels", _EXPECTED),
    "corner-counted-twice": Misconception("rounding", "lost rows and lost columns add up", _EXPECTED),
    "corner-only": Misconception("rounding", "only the corner is lost", _EXPECTED),
    "stops-before-last": Misconception("layers", "the last layer is left out", _EXPECTED),
    "no-channels": Misconception("channels", "a picture is height times width", _EXPECTED),
    "distinct-weights": Misconception("sharing", "a shared weight stands in the table once", _EXPECTED),
    "all-weights": Misconception("sharing", "every entry of the table is used", _EXPECTED),
    "windows-apart": Misconception("pooling", "each pixel is in one window of a pool", _EXPECTED),
    "one-axis-only": Misconception("pooling", "windows overlap along one axis only", _EXPECTED),
    "kernel-area": Misconception(
        "pooling", "a pixel is in as many windows as a window has pixels", _EXPECTED
    ),
    "lrn-no-constant": Misconception("norm", "the constant k is left out of the divisor", _EXPECTED),
    "lrn-own-map": Misconception("norm", "a map is divided by its own square alone", _EXPECTED),
    "lrn-all-maps": Misconception("norm", "all maps are summed, however many n says", _EXPECTED),
    "lrn-not-squared": Misconception("norm", "the neighbours are summed without squares", _EXPECTED),
    "dropout-unscaled": Misconception("dropout", "what survives dropout stays as it is", "the 2012 papers"),
    "dropout-by-p": Misconception("dropout", "survivors are divided by p", _EXPECTED),
    "alexnet-6-assumed": Misconception("variant", "9,216 features come out of every image", _EXPECTED),
    "group-size": Misconception("groups", "groups is the number of channels in a group", _EXPECTED),
    "last-map-six": Misconception("variant", "the last map must be 6 by 6", _EXPECTED),
    "field-is-smallest": Misconception("field", "an image must hold a whole receptive field", _EXPECTED),
    "kernel-is-smallest": Misconception("layers", "only the first kernel has to fit", _EXPECTED),
    "forgets-convolutions": Misconception("layers", "only the dense layers count", _EXPECTED),
    "one-layer-changed": Misconception("layers", "a layer's width changes that layer alone", _EXPECTED),
    "first-layer-only": Misconception("layers", "only the first layer takes rows away", _EXPECTED),
    "one-layer-short": Misconception("layers", "one layer of a stack is not counted", _EXPECTED),
    "one-layer-counted": Misconception("layers", "a stack of layers is counted as one", _EXPECTED),
    "one-layer-a-stage": Misconception("stage", "a stage has one convolution", _EXPECTED),
    "field-as-kernel": Misconception("field", "what sees 7 x 7 has 7 x 7 weights", _EXPECTED),
    "biases-too": Misconception("bias", "weights and biases are one", _EXPECTED),
    "stage-keeps-size": Misconception("stage", "the pool at a stage's end is left out", _EXPECTED),
    "channels-always-double": Misconception("stage", "each stage of VGG doubles the channels", _SOURCE),
    "stages-alike": Misconception("stage", "a convolution costs the same in every stage", _EXPECTED),
    "numbers-as-bytes": Misconception("unit", "a number is a byte", _EXPECTED),
    "one-map-only": Misconception("channels", "a layer puts out one map", _EXPECTED),
    "input-for-output": Misconception("channels", "a layer's memory is its input's", _EXPECTED),
    "weights-for-activations": Misconception("sharing", "memory is taken by weights alone", _EXPECTED),
    "one-answer-only": Misconception("output", "a classifier answers once for each image", _EXPECTED),
    "only-first-dense-goes": Misconception("layers", "a global pool replaces one dense layer", _EXPECTED),
    "vgg-224-assumed": Misconception("variant", "25,088 features come out of every image", _EXPECTED),
    "stops-at-last-map": Misconception("layers", "the last map's side is the image's", _EXPECTED),
    "features-are-pixels": Misconception("flatten", "features are the pixels of one square", _EXPECTED),
    "one-pool-short": Misconception("layers", "one of the pools is not undone", _EXPECTED),
    "paper-design": Misconception("design", "the published design meets every budget", _EXPECTED),
    "first-stage-cheapest": Misconception("design", "fewest parameters is cheapest", _EXPECTED),
    "depth-spread-evenly": Misconception("design", "a layer adds as much field in every stage", _EXPECTED),
    "accuracy-only": Misconception("choice", "the most accurate network is the best choice", _EXPECTED),
    "newest-is-best": Misconception("choice", "the later design is the better one", _EXPECTED),
    "fewest-macs": Misconception("choice", "the cheapest network is the best choice", _EXPECTED),
    "nearly-there": Misconception("choice", "a little beyond a limit still meets it", _EXPECTED),
    "nearest-rival-missed": Misconception("choice", "rows with nearly equal accuracy are equal", _EXPECTED),
    "percent-not-divided": Misconception("unit", "a percentage is a factor", _EXPECTED),
    "right-not-gained": Misconception("unit", "a gain is what is right afterwards", _EXPECTED),
    "share-of-share": Misconception("unit", "points and percent are one thing", _EXPECTED),
    "weight-used-once": Misconception("sharing", "each weight is used once for an image", _EXPECTED),
    "uses-per-map": Misconception("sharing", "every map uses every kernel", _EXPECTED),
    "input-places": Misconception("stride", "a kernel stands at every pixel of the image", _EXPECTED),
    "macs-for-memory": Misconception("unit", "what takes long takes memory", _EXPECTED),
    "halves-downwards": Misconception("rounding", "half of an odd side is rounded down", _EXPECTED),
    "macs-for-flops": Misconception("unit", "a multiply-accumulate is one operation", _EXPECTED),
    "flops-halved": Misconception("unit", "two multiply-accumulates are one operation", _EXPECTED),
    "weights-only": Misconception("unit", "training stores the weights only", _EXPECTED),
    "optimizer-forgotten": Misconception("unit", "an optimizer stores nothing", _EXPECTED),
    "one-moment": Misconception("unit", "Adam keeps one number for each weight", _EXPECTED),
}
