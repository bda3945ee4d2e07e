"""Hints and questions that belong to single exercises of the chapters, one module per chapter."""

from cnnbook.exercises.english.chapters import (
    alexnet,
    choosing,
    errata,
    inception,
    lenet5,
    pooling,
    resnet,
    size,
    start,
    vgg16,
)

MESSAGES: dict[str, str] = {
    **start.MESSAGES,
    **size.MESSAGES,
    **pooling.MESSAGES,
    **lenet5.MESSAGES,
    **alexnet.MESSAGES,
    **vgg16.MESSAGES,
    **inception.MESSAGES,
    **resnet.MESSAGES,
    **choosing.MESSAGES,
    **errata.MESSAGES,
}
