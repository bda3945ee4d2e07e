"""Words of single exercises of chapter 04: AlexNet."""

MESSAGES: dict[str, str] = {
    "correct.alexnet.conv1": "{answer}: {formula}.",
    "hint.alexnet-224-unpadded": (
        "That is what 224 gives without padding. Which padding does torchvision's first convolution have?"
    ),
}
