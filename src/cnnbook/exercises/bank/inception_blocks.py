"""Exercises of chapter 06 that need one block: what its branches put out, and what its layers cost."""

from __future__ import annotations

from cnnbook.arithmetic import Window, conv_parameters, linear_parameters
from cnnbook.exercises.answers import NUMBER, SHAPE
from cnnbook.exercises.bank.inception_sizes import NET, weights
from cnnbook.exercises.counts import ConvMacs, ConvParameters
from cnnbook.exercises.questions import Question, Stated
from cnnbook.exercises.shapes import Concatenation

_AUX_WEIGHTS = weights((768, 128, 1), (128, 768, 5))
_AUX_NORMS = 2 * (128 + 768)
_AUX_DENSE = linear_parameters(768, 1000)


def _block(path: str, **wrong: int | tuple[int, ...]) -> Question:
    """Ask for the shape that leaves a block; `wrong` are sums of its channels by misconception."""
    row = NET[path].rows[-1]
    channels, height, width = row.output_shape[1:]
    before = NET[path].rows[0].input_shapes[0][2]
    slips = [
        (name.replace("_", "-"), (channels_, height, width))
        for name, sums in wrong.items()
        for channels_ in (sums if isinstance(sums, tuple) else (sums,))
    ]
    if before != height:
        slips += [
            ("same-size", (channels, before, before)),
            ("no-plus-one", (channels, height - 1, width - 1)),
        ]
    return Stated(
        (channels, height, width),
        "",
        tuple(slips),
        {"before": before, "steps": " + ".join(str(shape[1]) for shape in row.input_shapes)},
        SHAPE,
        "branches",
        targets=tuple(name for name, _ in slips),
    )


BLOCKS: dict[str, Question] = {
    "inception.side-by-side": Concatenation(
        (2, 4, 3, 6), (5, 7), targets=("concat-as-add", "concat-forgot-branch", "concat-adds-space")
    ),
    "inception.direct-weights": ConvParameters(
        (192, 32),
        (5, 5),
        bias=False,
        size=(28 + 4, 28 + 4),  # with its padding of 2
        targets=("no-input-channels", "bias-before-batchnorm", "macs-as-parameters"),
    ),
    "inception.bottleneck-weights": Stated(
        weights((192, 16, 1), (16, 32, 5)),
        because="192×16 + 5×5×16×32",
        wrong=(
            ("one-by-one-is-free", weights((16, 32, 5))),
            ("change-ignored", weights((192, 32, 5))),
            ("layers-multiplied", weights((192, 16, 1)) * weights((16, 32, 5))),
            ("no-input-channels", 16 + 25 * 32),
        ),
        targets=("one-by-one-is-free", "change-ignored", "layers-multiplied", "no-input-channels"),
    ),
    "inception.normalised": Stated(
        (8 - 6) // 2 * 6 + 5,
        because="(8 - 6)/2 × 6 + 5",
        wrong=(
            ("norm-without-weights", (8 - 6) // 2),
            ("norm-not-divided", (8 - 6) * 6 + 5),
            ("norm-by-variance", (8 - 6) * 6 // 4 + 5),
            ("norm-not-centred", 8 // 2 * 6 + 5),
        ),
        form=NUMBER,
        targets=("norm-without-weights", "norm-not-divided", "norm-by-variance", "norm-not-centred"),
    ),
    "inception.conv1-parameters": Stated(
        weights((3, 32, 3)) + 2 * 32,
        because="3×3×3×32 + 2×32",
        wrong=(
            ("bias-before-batchnorm", weights((3, 32, 3)) + 3 * 32),
            ("norm-without-weights", weights((3, 32, 3))),
            ("stored-as-learned", weights((3, 32, 3)) + 4 * 32),
            ("no-input-channels", 9 * 32 + 2 * 32),
        ),
        targets=("bias-before-batchnorm", "norm-without-weights", "stored-as-learned", "no-input-channels"),
    ),
    "inception.mixed-5b": _block(
        "Mixed_5b",
        narrow_layers_counted=64 + 48 + 64 + 64 + 96 + 96 + 32,
        concat_as_add=96,
        concat_forgot_branch=64 + 64 + 96,
        pool_passes_all=64 + 64 + 96 + 192,
    ),
    "inception.conv-first-macs": ConvMacs(
        (288, 768),
        Window(3, padding=1),
        (35, 35),
        targets=("macs-doubled", "macs-as-parameters", "no-input-channels"),
    ),
    "inception.mixed-6a": _block(
        "Mixed_6a",
        concat_as_add=384,
        concat_forgot_branch=384 + 96,
    ),
    "inception.cut-weights": Stated(
        weights((128, 128, (1, 7)), (128, 128, (7, 1))),
        because="2×7×128×128",
        wrong=(
            ("field-as-kernel", weights((128, 128, 7))),
            ("one-layer-counted", weights((128, 128, (1, 7)))),
            ("no-input-channels", 2 * 7 * 128),
            ("biases-too", 2 * conv_parameters(128, 128, (1, 7))),
        ),
        targets=("field-as-kernel", "one-layer-counted", "no-input-channels", "biases-too"),
    ),
    "inception.mixed-7a": _block(
        "Mixed_7a",
        concat_as_add=768,
        concat_forgot_branch=320 + 192,
    ),
    "inception.mixed-7b": _block(
        "Mixed_7b",
        split_as_chain=(320 + 384 + 384 + 192, 320 + 3 * 384 + 192),
        concat_forgot_branch=320 + 4 * 384,
        pool_passes_all=320 + 4 * 384 + 1280,
    ),
    "inception.aux-parameters": Stated(
        _AUX_WEIGHTS + _AUX_NORMS + _AUX_DENSE,
        because="768×128 + 2×128 + 5×5×128×768 + 2×768 + 768×1000 + 1000",
        wrong=(
            ("norm-without-weights", _AUX_WEIGHTS + _AUX_DENSE),
            ("forgets-dense", _AUX_WEIGHTS + _AUX_NORMS),
            ("stored-as-learned", _AUX_WEIGHTS + 2 * _AUX_NORMS + _AUX_DENSE),
            ("one-by-one-is-free", weights((128, 768, 5)) + 2 * 768 + _AUX_DENSE),
        ),
        targets=("norm-without-weights", "forgets-dense", "stored-as-learned", "one-by-one-is-free"),
    ),
}
