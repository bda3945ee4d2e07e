"""Practice about shapes without a formula."""

from __future__ import annotations

from cnnbook.exercises.draws import Draws
from cnnbook.exercises.questions import Question
from cnnbook.exercises.shapes import AdaptivePool, Concatenation, FlattenFeatures
from cnnbook.exercises.variants import Targets, kind


@kind(
    "flatten-features",
    ("flatten-forgot-space", "flatten-forgot-channels", "flatten-with-batch"),
)
def flatten_features(draws: Draws, targets: Targets) -> Question:
    """Draw a feature map to flatten."""
    shape = (draws.choice((6, 16, 32, 64)), draws.between(3, 9), draws.between(3, 9))
    return FlattenFeatures(shape, draws.choice((4, 8, 20, 25)), targets=targets)


@kind(
    "adaptive-pool",
    ("global-pool-keeps-size", "global-pool-scalar"),
    ("pool-by-formula", "global-pool-keeps-size"),
)
def adaptive_pool(draws: Draws, targets: Targets) -> Question:
    """Draw an adaptive pool."""
    shape = (draws.choice((32, 64, 256, 512)), draws.between(7, 20), draws.between(7, 20))
    flattened = "global-pool-scalar" in targets
    size = (1, 1) if flattened else (draws.between(2, 6), draws.between(2, 6))
    return AdaptivePool(shape, size, flattened, targets=targets)


@kind(
    "concatenation",
    ("concat-as-add", "concat-forgot-branch", "concat-adds-space"),
)
def concatenation(draws: Draws, targets: Targets) -> Question:
    """Draw branches to concatenate."""
    channels = tuple(8 * draws.between(2, 24) for _ in range(draws.between(3, 4)))
    return Concatenation(channels, (draws.between(7, 35), draws.between(7, 35)), targets=targets)
