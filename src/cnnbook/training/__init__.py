"""What the chapters share when they train: pictures with labels, the loop of chapter 03, and the accuracy."""

from cnnbook.training.augmentation import Moved
from cnnbook.training.clothes import CLOTHES, Clothes, Labelled, fashion
from cnnbook.training.loop import accuracy, fit, scores
from cnnbook.training.pieces import pieces

__all__ = ["CLOTHES", "Clothes", "Labelled", "Moved", "accuracy", "fashion", "fit", "pieces", "scores"]
