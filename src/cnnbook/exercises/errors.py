"""Decode torch's message: of two numbers that disagree, which one changes, and to what?"""

from __future__ import annotations

from cnnbook.exercises.answers import NUMBER
from cnnbook.exercises.questions import Stated


def features_error(
    path: str, arrived: tuple[int, int], expected: tuple[int, int], **numbers: object
) -> Stated:
    """Return the question after a Linear that got (images, features), but expects (in, out) features."""
    (batch, features), (ins, outs) = arrived, expected
    tables = f"({batch}x{features} and {ins}x{outs})"
    return Stated(
        features,
        wrong=(("error-other-side", ins), ("error-output", outs), ("error-batch", batch)),
        numbers={
            "path": path,
            "batch": batch,
            "ins": str(ins),
            "tables": tables,
            "message": f"mat1 and mat2 shapes cannot be multiplied {tables}",
            **numbers,
        },
        kind="decode-features",
        targets=("error-other-side", "error-output", "error-batch"),
    )


def channels_error(
    path: str, arrived: tuple[int, int, int, int], expected: tuple[int, int], kernel_size: int
) -> Stated:
    """Return the question after a convolution that got this input, but expects (in, out) channels."""
    (_, channels, height, _), (ins, outs) = arrived, expected
    weight = [outs, ins, kernel_size, kernel_size]
    return Stated(
        channels,
        wrong=(("error-other-side", ins), ("error-output", outs), ("error-size", height)),
        numbers={
            "path": path,
            "ins": str(ins),
            "weight": str(weight),
            "input": str(list(arrived)),
            "message": (
                f"Given groups=1, weight of size {weight}, expected input{list(arrived)} to have {ins} "
                f"channels, but got {channels} channels instead"
            ),
        },
        form=NUMBER,
        kind="decode-channels",
        targets=("error-other-side", "error-output", "error-size"),
    )


def addition_error(sizes: tuple[int, int], stride: int) -> Stated:
    """Return the question after a sum of a main path and a shortcut (sizes in this order) that do not agree.

    The shortcut is a 1x1 convolution without a stride; which one does it need?
    """
    main, shortcut = sizes
    return Stated(
        stride,
        wrong=(("projection-keeps-size", 1), ("error-other-side", main), ("error-output", shortcut)),
        numbers={
            "main": main,
            "shortcut": shortcut,
            "message": (
                f"The size of tensor a ({main}) must match the size of tensor b ({shortcut}) at non-singleton"
                " dimension 3"
            ),
        },
        form=NUMBER,
        kind="decode-addition",
        targets=("projection-keeps-size", "error-other-side", "error-output"),
    )
