"""Words of single exercises of chapter 07: the ResNets."""

MESSAGES: dict[str, str] = {
    "correct.resnet.conv2": "{answer}: {formula}.",
    "hint.stage-one-halves": (
        "You halved the map in this stage. Which stride has the first block of conv2_x, right after the pool?"
    ),
    "hint.no-pool": "That is what the first convolution leaves. Which layer stands between it and conv2_x?",
    # What to look at next, where no single cause explains the answer.
}
