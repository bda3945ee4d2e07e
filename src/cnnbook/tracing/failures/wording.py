"""The names of axes as the explanations write them; sizes and shapes are written by `traces.wording`."""

from __future__ import annotations

from cnnbook.traces.mismatches import AXES
from cnnbook.traces.wording import as_written, by, product, shape_text

__all__ = ["AXES", "SIZES", "as_written", "by", "product", "shape_text"]

SIZES = {1: "length", 2: "height and width", 3: "depth, height and width"}
"""The names of the spatial axes, by their number."""
