"""What the chapters share when they train: pictures with labels, the loop of chapter 03, and the accuracy."""

from cnnbook.training.clothes import CLOTHES, Clothes, Labelled, fashion
from cnnbook.training.loop import accuracy, fit, scores

__all__ = ["CLOTHES", "Clothes", "Labelled", "accuracy", "fashion", "fit", "scores"]
