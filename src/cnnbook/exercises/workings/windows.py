"""The worked solution for the output size, or shape, of a convolution or a pool."""

from __future__ import annotations

from collections.abc import Iterator

from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.words import _
from cnnbook.exercises.workings.working import Numbers, Rule, Step, Values, Worked, Working, by, shape


def window_working(question: WindowQuestion) -> Working | None:
    """Return the steps of the formula; None where a window is dropped that would start in the padding."""
    axes = question.axes
    if question.window.ceil_mode and any(
        axis.output_size != -(-(axis.padded - axis.span) // axis.stride) + 1 for axis in axes
    ):
        return None
    numbers = {
        "n": tuple(axis.size for axis in axes),
        "k": tuple(axis.kernel_size for axis in axes),
        "s": tuple(axis.stride for axis in axes),
        "p": tuple(axis.padding for axis in axes),
        "d": tuple(axis.dilation for axis in axes),
        "same": tuple(axis.same_padding for axis in axes),
    }
    numbers |= {"padded": numbers["n"], "span": numbers["k"]}  # until a step computes them
    if question.channels:
        numbers |= {"ins": question.channels[:1], "outs": question.channels[1:]}
    return Working(numbers, tuple(_steps(question, numbers)))


def _steps(question: WindowQuestion, numbers: Values) -> Iterator[Step]:
    if any(numbers["p"]):
        yield _padded(question)
    if set(numbers["d"]) != {1} or not (any(numbers["p"]) or question.channels):
        yield _SPAN if max(numbers["d"]) > 1 else _SPAN._replace(wrong={})
    yield _moved(question, numbers)
    yield _PLACES
    if question.channels:
        yield _shape(question)


def _padded(question: WindowQuestion) -> Step:
    needs_thought = max(*question.window.stride, *question.window.dilation) > 1
    habit = {"same-by-habit": by("n + 2×same")} if needs_thought and not question.pool else {}
    return Step(
        "padded",
        _("Size with the padding: {worked}"),
        by("n + 2×p"),
        _("PyTorch adds the padding on both sides."),
        {"no-padding": by("n"), "padding-once": by("n + p"), "padding-doubled": by("n + 4×p"), **habit},
    )


_SPAN = Step(
    "span",
    _("Pixels that the kernel spans: {worked}"),
    by("d×(k - 1) + 1"),
    _("Between two neighbouring weights are as many steps as the dilation says."),
    {
        "no-dilation": by("k"),
        "dilation-times-kernel": by("d×k"),
        "span-adds-dilation": by("k + d - 1"),
        "dilation-as-gap": by("(d + 1)×(k - 1) + 1"),
        "kernel-sign": by("d×(k - 1) - 1"),
    },
)
_PLACES = Step(
    "places",
    _("Windows, the first one included: {worked}"),
    by("moves + 1"),
    _("The kernel stands somewhere before its first step, so there is one window more than steps."),
    {"no-plus-one": by("moves")},
)


def _moved(question: WindowQuestion, numbers: Values) -> Step:
    """Return the step for the steps of the kernel; a stride of 1 is not written."""
    if not question.window.ceil_mode and set(numbers["s"]) == {1}:
        reason = _("The first window covers the kernel's span, and each step uses one of the others.")
        return Step("moves", _("Steps after the first window: {worked}"), by("padded - span"), reason, {})
    down, up = by("floor((padded - span)/s)"), by("ceil((padded - span)/s)")
    no_stride = "pool-stride-one" if question.default_stride else "no-stride"
    ceil = question.window.ceil_mode
    return Step(
        "moves",
        _("Steps after the first window: {worked}"),
        up if ceil else down,
        _("With ceil_mode=True, a last step that hangs over the edge counts.")
        if ceil
        else _("Each step is as long as the stride, and a step that only partly fits does not count."),
        {"ceil-mode-ignored" if ceil else "rounds-up": down if ceil else up, no_stride: by("padded - span")},
    )


def _shape(question: WindowQuestion) -> Step:
    wrong: dict[str, Rule] = {
        "swapped-height-width": shape("outs", "places", order=(0, 2, 1)),
        "channels-last": shape("outs", "places", order=(1, 2, 0)),
    }
    for name, channels in question.channel_slips():
        wrong.setdefault(name, _with_channels(channels))
    reason = (
        _("A pool works on each map by itself, and a shape is (channels, height, width).")
        if question.pool
        else _("Each kernel makes one map, and a shape is (channels, height, width).")
    )
    return Step("shape", _("(channels, height, width): {worked}"), shape("outs", "places"), reason, wrong)


def _with_channels(channels: int) -> Rule:
    def rule(values: Values) -> Worked:
        numbers: Numbers = (channels, *values["places"])
        return Worked(f"({', '.join(map(str, numbers))})", numbers)

    return rule
