"""Misconceptions about whole networks: stages, variants, normalization, errors, choices, claims."""

from __future__ import annotations

from cnnbook.exercises.misconceptions.misconception import EXPECTED, ISSUES, QUIZ, SOURCE, Misconception
from cnnbook.exercises.words import _

MISCONCEPTIONS: dict[str, Misconception] = {
    "stage-one-halves": Misconception(
        "stage",
        "every stage of a ResNet halves the map",
        SOURCE,
        _(
            "{answer} comes out if conv2_x halves the map. Which stride has the first block of conv2_x, "
            "right after the pool?"
        ),
    ),
    "projection-always-strided": Misconception(
        "stage",
        "a projection always has stride 2",
        SOURCE,
        _(
            "{answer} comes out if the block halves the map. Which stride does this block have, and does a "
            "projection need another?"
        ),
    ),
    "no-pool": Misconception(
        "stage",
        "the pool of the stem is left out",
        SOURCE,
        _(
            "{answered} rows are what the first convolution leaves. Which layer stands between it and "
            "conv2_x?"
        ),
    ),
    "projection-everywhere": Misconception(
        "stage",
        "every residual block has a projection",
        ISSUES,
        _(
            "Compare what goes in with what comes out of the main path. What is there for a projection to "
            "change?"
        ),
    ),
    "projection-only-strided": Misconception(
        "stage",
        "only a smaller map needs a projection",
        ISSUES,
        _("Height and width fit already. Do the channels?"),
    ),
    "projection-keeps-size": Misconception(
        "stage",
        "a projection only changes the channels",
        ISSUES,
        _("With stride 1 the shortcut keeps height and width. Does the main path?"),
    ),
    "one-layer-a-stage": Misconception("stage", "a stage has one convolution", EXPECTED),
    "stage-keeps-size": Misconception(
        "stage",
        "the pool at a stage's end is left out",
        EXPECTED,
        _(
            "{answer} is what the stage's last convolution leaves. Which layer comes after it, and what does "
            "it do?"
        ),
    ),
    "channels-always-double": Misconception(
        "stage",
        "each stage of VGG doubles the channels",
        SOURCE,
        _(
            "{answer} comes out if stage 5 doubles the channels of stage 4. Which number of channels does "
            "the table give for stage 5?"
        ),
    ),
    "stages-alike": Misconception("stage", "a convolution costs the same in every stage", EXPECTED),
    "expansion-forgotten": Misconception("stage", "a bottleneck puts out its width", SOURCE),
    "projection-forgotten": Misconception("stage", "a projection learns nothing", EXPECTED),
    "relu-before-addition": Misconception("stage", "the ReLU of a block comes before the sum", ISSUES),
    "no-relu-after-addition": Misconception("stage", "a block ends with the sum", EXPECTED),
    "shortcut-forgotten": Misconception("stage", "a block is its convolutions", EXPECTED),
    "blocks-alike": Misconception("stage", "every block has two convolutions", EXPECTED),
    "stem-and-head-forgotten": Misconception("stage", "only blocks have layers", EXPECTED),
    "unit-output": Misconception("stage", "a unit reads as many channels as it puts out", EXPECTED),
    "projections-uncounted": Misconception("stage", "a projection is not a window", EXPECTED),
    "stem-only": Misconception("stage", "only the stem has strides", EXPECTED),
    "stride-in-three": Misconception("stage", "the 3 x 3 always has the stride", "torchvision's v1.5"),
    "halves-twice": Misconception("stage", "a unit halves in two of its layers", EXPECTED),
    "lenet-dense-c3": Misconception("variant", "C3 reads all six maps (as the modern variant does)", SOURCE),
    "alexnet-224-unpadded": Misconception(
        "variant", "AlexNet reads 224 without padding", "the 2012 paper's own 224"
    ),
    "lenet-28-unpadded": Misconception("variant", "LeNet-5 reads the 28 of the data set", ISSUES),
    "inception-at-224": Misconception("variant", "Inception-v3 reads 224", ISSUES),
    "modern-pool": Misconception("variant", "a pool of 1998 learns nothing, as today's", ISSUES),
    "lenet-modern": Misconception("variant", "the modern variant's total is the 1998 network's", SOURCE),
    "lenet-1998": Misconception("variant", "the 1998 total is the modern variant's", ISSUES),
    "lenet-output-layer": Misconception(
        "variant", "the 1998 output layer is trained as a dense layer", SOURCE
    ),
    "lenet-32-assumed": Misconception("variant", "400 features come out of every image", ISSUES),
    "alexnet-6-assumed": Misconception("variant", "9,216 features come out of every image", EXPECTED),
    "last-map-six": Misconception("variant", "the last map must be 6 by 6", EXPECTED),
    "vgg-224-assumed": Misconception("variant", "25,088 features come out of every image", EXPECTED),
    "only-the-published-size": Misconception("variant", "only the published size runs", ISSUES),
    "published-size-assumed": Misconception("variant", "the last map is the same for all images", ISSUES),
    "predecessors-year": Misconception("variant", "Inception-v3 is GoogLeNet of 2014", SOURCE),
    "lrn-no-constant": Misconception("norm", "the constant k is left out of the divisor", EXPECTED),
    "lrn-own-map": Misconception("norm", "a map is divided by its own square alone", EXPECTED),
    "lrn-all-maps": Misconception("norm", "all maps are summed, however many n says", EXPECTED),
    "lrn-not-squared": Misconception("norm", "the neighbours are summed without squares", EXPECTED),
    "norm-without-weights": Misconception(
        "norm",
        "a normalization learns nothing",
        QUIZ,
        _(
            "{answer} is the count without the batch norms. Which two numbers does a batch norm learn for "
            "each map?"
        ),
    ),
    "norm-not-divided": Misconception("norm", "a normalization only subtracts the mean", EXPECTED),
    "norm-by-variance": Misconception("norm", "a normalization divides by the variance", EXPECTED),
    "norm-not-centred": Misconception("norm", "a normalization only divides", EXPECTED),
    "norm-per-picture": Misconception("norm", "a batch norm takes each picture by itself", EXPECTED),
    "deviation-of-a-sample": Misconception(
        "norm", "the deviation of a batch divides by one number less than there are", EXPECTED
    ),
    "running-mean-of-all": Misconception(
        "norm",
        "a running mean is the mean of all batches",
        EXPECTED,
        _("{answer} is the plain mean of the batches. How large is the share of each batch in the rule?"),
    ),
    "running-mean-is-last": Misconception(
        "norm",
        "a running mean is that of the last batch",
        EXPECTED,
        _("{answer} is the mean of the last batch. What is left of the running mean before it?"),
    ),
    "running-mean-shares-swapped": Misconception(
        "norm",
        "a running mean keeps a tenth of itself",
        EXPECTED,
        _("{answer} comes out if the two factors change places. Which of them belongs to the new batch?"),
    ),
    "running-mean-keeps-all": Misconception(
        "norm",
        "a running mean only adds the new share",
        EXPECTED,
        _(
            "{answer} comes out if a tenth of each batch is added. By what is the old running mean "
            "multiplied in each step?"
        ),
    ),
    "stored-as-learned": Misconception(
        "norm",
        "stored means and variances are parameters",
        ISSUES,
        _(
            "{answer} counts four numbers for each map of a batch norm. Mean and variance are stored, but no "
            "gradient moves them: which two are learned?"
        ),
    ),
    "one-of-two": Misconception(
        "norm",
        "a normalization keeps one number for each map",
        EXPECTED,
        _("{answer} takes one number for each map of a batch norm. How many are there for each map?"),
    ),
    "statistics-and-learned": Misconception("norm", "all numbers of a normalization are alike", EXPECTED),
    "error-other-side": Misconception(
        "error",
        "the second matrix is what came in",
        ISSUES,
        _(
            "{answer} belongs to the layer's own weights. In {tables}, which of the two is the data that "
            "arrived?"
        ),
    ),
    "error-output": Misconception(
        "error",
        "the layer's out_features are what came in",
        ISSUES,
        _("{answer} is how many features that layer makes. Which number says how many arrived?"),
    ),
    "error-size": Misconception(
        "error",
        "the height of the maps is their number",
        EXPECTED,
        _("{answer} is the height of the maps. In (N, C, H, W), which number counts the maps of one image?"),
    ),
    "error-batch": Misconception(
        "error",
        "the batch axis is the features",
        ISSUES,
        _("The {batch} counts the images. Which number beside it counts the features of each?"),
    ),
    "first-error-only": Misconception("error", "the first error is the only one", EXPECTED),
    "no-body-read": Misconception("error", "a function's body was tried when it was defined", EXPECTED),
    "accuracy-only": Misconception("choice", "the most accurate network is the best choice", EXPECTED),
    "newest-is-best": Misconception("choice", "the later design is the better one", EXPECTED),
    "fewest-macs": Misconception(
        "choice",
        "the cheapest network is the best choice",
        EXPECTED,
        _("Row {answer} needs the fewest MACs. What is asked besides?"),
    ),
    "nearly-there": Misconception(
        "choice",
        "a little beyond a limit still meets it",
        EXPECTED,
        _("Row {answer} comes close. On which side of the limit is it, by the table's numbers?"),
    ),
    "first-that-fits": Misconception("choice", "the first network within the limits is taken", EXPECTED),
    "value-for-place": Misconception("choice", "a network is named by its accuracy", EXPECTED),
    "place-among-fitting": Misconception("choice", "places are counted among what fits", EXPECTED),
    "rest-counted": Misconception("choice", "what is dominated is what is left", EXPECTED),
    "either-limit": Misconception("choice", "to keep one of several limits is enough", EXPECTED),
    "limit-excluded": Misconception("choice", "what is exactly at a limit is beyond it", EXPECTED),
    "better-in-one": Misconception("choice", "better in one number is better", EXPECTED),
    "ties-beat": Misconception("choice", "as good in each number is better", EXPECTED),
    "pairs-counted": Misconception("choice", "pairs of networks are counted as networks", EXPECTED),
    "bytes-as-numbers": Misconception("unit", "a byte holds a number", EXPECTED),
    "one-byte": Misconception("unit", "bytes are divided by their size twice", EXPECTED),
    "nearest-rival-missed": Misconception("choice", "rows with nearly equal accuracy are equal", EXPECTED),
    "paper-design": Misconception("design", "the published design meets every budget", EXPECTED),
    "first-stage-cheapest": Misconception("design", "fewest parameters is cheapest", EXPECTED),
    "depth-spread-evenly": Misconception("design", "a layer adds as much field in every stage", EXPECTED),
    "first-case": Misconception("claim", "the first case is the counterexample", EXPECTED),
    "odd-to-blame": Misconception("claim", "odd sizes are where halving fails", EXPECTED),
    "right-for-one-setting": Misconception("claim", "what fits one example fits all settings", EXPECTED),
    "example-as-counterexample": Misconception("claim", "a case that fits decides a claim", EXPECTED),
    "last-counterexample": Misconception(
        "claim", "a search for a counterexample goes on to the end", EXPECTED
    ),
    "counterexamples-counted": Misconception("claim", "one counterexample is not enough", EXPECTED),
    "all-decide": Misconception("claim", "every experiment decides between two claims", EXPECTED),
    "dropout-unscaled": Misconception("dropout", "what survives dropout stays as it is", "the 2012 papers"),
    "dropout-by-p": Misconception("dropout", "survivors are divided by p", EXPECTED),
    "dropout-in-use": Misconception("dropout", "dropout drops numbers after training, too", EXPECTED),
    "dropout-scaled-in-use": Misconception(
        "dropout", "dropout makes all numbers smaller after training", "the 2012 papers"
    ),
}
