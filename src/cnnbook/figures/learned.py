"""The kernels that the first layer of a network has learned, in grey or in colour."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnnbook.figures.style import Picture, as_array, picture, show_image, signed, styled

_ACROSS = 8  # kernels in one line


@styled
def learned_kernels(weight: Any) -> Picture:
    """Return the kernels of a first layer, as many as 8 in a line.

    `weight` is the layer's: shape (C_out, 1, k, k) or (C_out, 3, k, k). Kernels for a grey picture are drawn
    on one scale, blue below 0 and orange above. Kernels for a picture in colour are drawn in colour: grey is
    0, a brighter red a positive weight for red; each is scaled by its own largest weight.

    >>> learned_kernels(np.eye(5).reshape(1, 1, 5, 5)).alt
    '1 kernel of 5 by 5, weights from 0.00 to 1.00. Blue is below 0, orange above.'
    >>> learned_kernels(np.ones((6, 3, 7, 7))).alt
    '6 kernels of 7 by 7 in colour, weights from 1.00 to 1.00. Grey is 0.'

    Raises ValueError if the layer reads neither 1 nor 3 channels.
    """
    kernels = as_array(weight)
    if kernels.ndim != 4 or kernels.shape[1] not in (1, 3):
        shape = " × ".join(map(str, kernels.shape))
        raise ValueError(
            f"the weight has the shape {shape}; C_out × 1 × k × k or C_out × 3 × k × k, as in a first layer, "
            "would do"
        )
    count, channels, height, width = kernels.shape
    palette = "Blue is below 0, orange above" if channels == 1 else "Grey is 0"
    drawn = picture(
        1.05 * min(count, _ACROSS) + (1.1 if channels == 1 else 0.1),
        1.05 * -(-count // _ACROSS) + 0.1,
        f"{count} {'kernel' if count == 1 else 'kernels'} of {height} by {width}"
        f"{' in colour' if channels == 3 else ''}, weights from {kernels.min():.2f} to {kernels.max():.2f}. "
        f"{palette}.",
    )
    grid = drawn.subplots(-(-count // _ACROSS), min(count, _ACROSS), squeeze=False)
    for axes in grid.ravel()[count:]:
        axes.set_axis_off()
    for axes, kernel in zip(grid.ravel(), kernels, strict=False):
        if channels == 1:
            shown = show_image(axes, kernel[0], **signed(kernels))
        else:
            show_image(axes, 0.5 + kernel.transpose(1, 2, 0) / (2 * (np.abs(kernel).max() or 1)))
    if channels == 1:
        drawn.colorbar(shown, ax=grid, shrink=0.9, aspect=12, label="weight")
    return drawn
