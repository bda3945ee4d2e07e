"""Words of single exercises of chapter 06: Inception-v3."""

MESSAGES: dict[str, str] = {
    "correct.inception.conv1": "{answer}: {formula}.",
    "hint.inception-at-224": "That is what 224 rows give. Which input size does Inception-v3 expect?",
}
