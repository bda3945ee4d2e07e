"""Words of single exercises of chapter 08: choosing a network."""

MESSAGES: dict[str, str] = {
    "prompt.choosing.dominated": (
        "Of the seven networks with their first weights, how many are beaten by another row in all three"
        " numbers: higher top-1, fewer parameters, fewer MACs?"
    ),
    "prompt.choosing.gain-images": (
        "ResNet-50's second weights have a top-1 of 80.858 %, the first 76.130 %. How many more of the "
        "50,000 validation images are right?"
    ),
    "prompt.choosing.conv1-uses": (
        "AlexNet's first convolution makes maps of 55 x 55. How often is one of its weights used for one"
        " image?"
    ),
    "prompt.choosing.weights-bytes": (
        "ResNet-50 has 25,557,032 parameters, each a float32 of 4 bytes. How many bytes is that?"
    ),
    "prompt.choosing.map-at-112": (
        "A ResNet reads 112 x 112 in place of 224 x 224. How many rows has its last map?"
    ),
    "prompt.choosing.depthwise-macs": (
        "How many MACs does Conv2d(32, 32, kernel_size=3, padding=1, groups=32) take on (32, 14, 14)?"
    ),
    "prompt.choosing.flops": (
        "ResNet-18 takes 1,814,073,344 MACs. A table counts each multiplication and each addition as one"
        " operation (FLOP). How many FLOPs does it list?"
    ),
    "prompt.choosing.adam-bytes": (
        "Training ResNet-18 (11,689,512 parameters) with Adam keeps four float32 numbers per parameter: "
        "weight, gradient and two running means. How many bytes, activations left out?"
    ),
    "prompt.choosing.small-file": (
        "The weights may take at most 50,000,000 bytes as float32. Which row of the table (1 to 7) has "
        "the highest top-1 among those that fit?"
    ),
    "prompt.choosing.fewest-macs": (
        "A top-1 of at least 75 % is wanted. Which row (1 to 7) reaches it with the fewest MACs?"
    ),
    "prompt.choosing.frames": (
        "A processor does 120,000,000,000 MACs per second, and 30 images per second must go through. "
        "Which row (1 to 7) has the highest top-1 among those that can?"
    ),
    "prompt.choosing.bug-batch": (
        "A table gives ResNet-50 130,853,896,192 MACs; one image takes 4,089,184,256. How many images "
        "were in the batch that it counted?"
    ),
    "incorrect.choice": "Row {answer} is not the one.",
    "correct.choosing.dominated": (
        "{answer}: VGG16 is beaten by Inception-v3, ResNet-34 and ResNet-50, ResNet-18 by GoogLeNet."
    ),
    "correct.choosing.small-file": (
        "Row {answer}, GoogLeNet: 26 million bytes. ResNet-18 fits, too; its top-1 is lower by 0.02."
    ),
    "correct.choosing.fewest-macs": (
        "Row {answer}, ResNet-50: only it and Inception-v3 reach 75 %, and it needs fewer MACs."
    ),
    "correct.choosing.frames": (
        "Row {answer}, ResNet-34: 30 images take 110 billion MACs. ResNet-50 would need 123 billion."
    ),
    "hint.nearest-rival-missed": (
        "There is another. Two rows differ by only 0.02 points of top-1: which of the two needs more "
        "parameters and more MACs?"
    ),
    "hint.choosing.dominated.accuracy-only": (
        "It seems every row below the most accurate was counted. Must such a row also have more "
        "parameters and more MACs than a better one?"
    ),
    "ask.choosing.dominated": (
        "Take one row at a time. Which rows have a higher top-1? Has one of them fewer parameters and "
        "fewer MACs?"
    ),
    "hint.percent-not-divided": (
        "{answer} multiplies by the points as they stand. How many images is one percent of 50,000?"
    ),
    "hint.right-not-gained": (
        "{answer} images are right with the second weights. How many of them were right before?"
    ),
    "hint.share-of-share": (
        "That takes the gain as a share of the images that were right. Of how many images are both "
        "percentages?"
    ),
    "ask.choosing.gain-images": "How many points lie between the two? How many images is one point?",
    "hint.weight-used-once": (
        "{answer} is right for a dense layer. At how many places does this kernel stand, one after the other?"
    ),
    "hint.choosing.conv1-uses.kernel-area": (
        "{answer} is how many weights a slice of the kernel has. At how many places does each of them stand?"
    ),
    "hint.uses-per-map": (
        "{answer} counts all 64 maps. A weight belongs to one kernel: how many maps does that one make?"
    ),
    "hint.input-places": (
        "{answer} is the pixels of the image. With stride 4 the kernel skips some: how large is the map "
        "that comes out?"
    ),
    "ask.choosing.conv1-uses": (
        "For one number of the map each weight of its kernel is used once. How many numbers?"
    ),
    "hint.macs-for-memory": (
        "{answer} starts from the MACs. Which number says how much there is to store, and which how much"
        " to do?"
    ),
    "ask.choosing.weights-bytes": "How many numbers are stored, and how many bytes does each take?",
    "hint.halves-downwards": (
        "Half of 7 is 3.5. Follow the stage before: 7 rows, kernel 3, stride 2, padding 1. What does the"
        " formula make of them?"
    ),
    "hint.choosing.map-at-112.change-ignored": (
        "{answer} is the side at 224. How many rows leave each of the five windows that halve, from 112 on?"
    ),
    "ask.choosing.map-at-112": "Five windows halve the side. What leaves the first two?",
    "hint.macs-for-flops": "{answer} is the MACs. How many operations is one multiply-accumulate?",
    "hint.flops-halved": (
        "That goes the other way. Is a multiply-accumulate more operations than one, or fewer?"
    ),
    "ask.choosing.flops": "How many operations is one multiply-accumulate?",
    "hint.weights-only": "{answer} bytes hold the weights. What else does training keep for each of them?",
    "hint.optimizer-forgotten": (
        "{answer} bytes hold weights and gradients. How many numbers per weight does Adam keep besides?"
    ),
    "hint.one-moment": (
        "That is three numbers per parameter. How many running means does Adam keep, besides weight and "
        "gradient?"
    ),
    "ask.choosing.adam-bytes": "How many numbers per parameter are kept, and how many bytes are they?",
    "hint.choice.accuracy-only": (
        "Row {answer} has the highest top-1 of all. Does it meet the condition? What do the others need?"
    ),
    "hint.choosing.fewest-macs.accuracy-only": (
        "Row {answer} meets the condition. Does any other that meets it need fewer MACs?"
    ),
    "hint.newest-is-best": (
        "Row {answer} fits, and it is the later design. Compare its top-1 with that of the other rows "
        "that fit: is it higher?"
    ),
    "hint.fewest-macs": "Row {answer} needs the fewest MACs. What is asked besides?",
    "hint.nearly-there": (
        "Row {answer} comes close. On which side of the limit is it, by the table's numbers?"
    ),
    "ask.choice": (
        "First cross out the rows that break the condition. Then compare those that are left: which is best?"
    ),
    "hint.choosing.bug-batch.macs-doubled": (
        "{answer} images take twice as many. Both numbers are MACs: how often does one image's fit into "
        "the table's?"
    ),
    "hint.choosing.bug-batch.flops-halved": (
        "{answer} would be right for a table of FLOPs. This one says MACs: how many does one image take?"
    ),
    "ask.choosing.bug-batch": (
        "MACs grow with the number of images. How often does one image's number fit into the table's?"
    ),
}
