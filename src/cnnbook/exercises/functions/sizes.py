"""Write a function that computes a size or a count: the output size, the parameters."""

from __future__ import annotations

from collections.abc import Callable

from cnnbook.arithmetic import conv_parameters, output_size
from cnnbook.exercises.functions.questions import FunctionQuestion, Probe
from cnnbook.exercises.kinds.axis import FORMULA, Axis, single_rules
from cnnbook.exercises.questions import Words
from cnnbook.exercises.words import _


def probes(names: str, *rows: tuple[object, ...]) -> tuple[Probe, ...]:
    """Return a probe for each row of arguments, named after the parameters."""
    return tuple(Probe(row, dict(zip(names.split(), map(str, row), strict=True))) for row in rows)


# The rules for windows that hang over the edge need ceil_mode, which this function has not.
_NO_CEIL = [rule for rule in single_rules() if not rule.ids[0].startswith("ceil")]


def _by(rule: Callable[[Axis], int]) -> Callable[..., int]:
    return lambda n, k, s, p, d: rule(Axis(n, k, s, p, d))


def _steps(n: int, k: int, s: int, p: int, d: int) -> float:
    """Return how many steps fit, with the part of a step that is left over."""
    return (n + 2 * p - d * (k - 1) - 1) / s


_ROUNDS_DOWN = _("In Python // divides and rounds down: 7 // 2 is 3.")

WRITE_OUTPUT_SIZE = FunctionQuestion(
    "my_output_size(n, k, s, p, d)",
    lambda n, k, s, p, d: output_size(n, k, stride=s, padding=p, dilation=d),
    probes(
        "n k s p d",
        (5, 3, 1, 0, 1),
        (7, 2, 2, 0, 1),
        (10, 3, 3, 1, 1),
        (6, 3, 1, 1, 2),
        (32, 5, 2, 2, 1),
        (29, 4, 3, 2, 3),
        (224, 7, 2, 3, 1),
    ),
    _("n={n}, k={k}, s={s}, p={p}, d={d}"),
    wrong={
        **{rule.ids[0]: _by(rule.output_size) for rule in _NO_CEIL},
        "fraction-kept": lambda n, k, s, p, d: _steps(n, k, s, p, d) + 1,
        "rounds-to-nearest": lambda n, k, s, p, d: round(_steps(n, k, s, p, d)) + 1,
    },
    advice=dict.fromkeys(("'floor' is not defined", "'math' is not defined"), _ROUNDS_DOWN),
    solution=_("Here // rounds down:\n    return (n + 2*p - d*(k - 1) - 1)//s + 1"),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns how many places a kernel of k with stride s and "
            "dilation d takes on n pixels, with p pixels of padding on each side."
        ),
        ask=_(
            "How many pixels are there with the padding, how many does the kernel span, and how many steps "
            "are left?"
        ),
        formula=FORMULA,
        hints={
            "rounds-up": _(
                "Your function rounds up. What does PyTorch do with a window that hangs over the edge?"
            ),
            "fraction-kept": _(
                "Your function keeps fractions, and there is no part of a place. In Python 7 / 2 is 3.5, and "
                "7 // 2 is 3. Which of the two does PyTorch do with the steps?"
            ),
            "rounds-to-nearest": _(
                "Your function rounds to the nearest number. Half a step, or more, leads to a window that "
                "hangs over the edge: does PyTorch use it?"
            ),
            "no-plus-one": _(
                "Your function counts the steps. Where does the kernel stand before its first step?"
            ),
            "plus-one-inside": _(
                "Your function adds the 1 before it divides. Is the first place a step of the stride?"
            ),
            "no-padding": _("Your function does not use p. How many pixels does the padded row have?"),
            "padding-once": _("Your function adds p once. On how many sides does PyTorch put the padding?"),
            "padding-doubled": _(
                "Your function adds 4p. On how many sides does PyTorch put p pixels of padding?"
            ),
            "padding-after": _(
                "Your function adds the padding to the output. Can the kernel step by s over the padding too?"
            ),
            "no-stride": _(
                "Your function does not use s. If the first window starts at pixel 0, where does the second?"
            ),
            "no-dilation": _(
                "Your function does not use d. From the first weight to the last, how many pixels are there?"
            ),
            "dilation-times-kernel": _(
                "Your function lets the kernel span d times k pixels. How many gaps lie between k weights?"
            ),
            "dilation-as-gap": _(
                "Your function leaves d pixels out between two weights. With dilation 1, are there gaps?"
            ),
            "kernel-sign": _(
                "Your function has a sign turned round: it takes d(k - 1) - 1 away. What is the span of a "
                "kernel of 1, and does your formula give it?"
            ),
            "stride-first": _(
                "Your function divides n by s first. Which part of the padded row can the kernel step over?"
            ),
            "divides-by-stride": _(
                "Your function is n divided by s. Does a larger kernel fit in as many places as a small one?"
            ),
            "same-by-habit": _(
                "Your function pads by (k - 1)//2, whatever p is. What does it have to give for p=0?"
            ),
            "span-adds-dilation": _(
                "Your function lets the kernel span k + d - 1 pixels. How many gaps lie between k weights, "
                "and how many pixels does each of them skip?"
            ),
            "stride-subtracted": _(
                "Your function subtracts s. If the window moves by s pixels, how many moves fit into the "
                "rest?"
            ),
            "same-size": _("Your function returns n. Does a kernel of 3 fit in 5 places of 5 pixels?"),
        },
    ),
)


WRITE_PARAMETERS = FunctionQuestion(
    "my_parameters(in_channels, out_channels, k, bias)",
    lambda ins, outs, k, bias: conv_parameters(ins, outs, k, bias=bias),
    probes(
        "ins outs k bias",
        (1, 6, 5, False),
        (1, 6, 5, True),
        (3, 6, 5, True),
        (4, 2, 1, False),
        (64, 192, 3, True),
    ),
    _("in_channels={ins}, out_channels={outs}, k={k}, bias={bias}"),
    wrong={
        "no-input-channels": lambda ins, outs, k, bias: k * k * outs + outs * bias,
        "all-kernels": lambda ins, outs, k, bias: k * k * ins + bias,
        "no-bias": lambda ins, outs, k, bias: k * k * ins * outs,
        "one-bias": lambda ins, outs, k, bias: k * k * ins * outs + bias,
        "bias-per-input": lambda ins, outs, k, bias: k * k * ins * outs + ins * bias,
        "bias-before-batchnorm": lambda ins, outs, k, bias: k * k * ins * outs + outs,
        "kernel-side-once": lambda ins, outs, k, bias: k * ins * outs + outs * bias,
    },
    solution=_(
        "With bias=True each map has a bias:\n"
        "    return k*k*in_channels*out_channels + (out_channels if bias else 0)"
    ),
    words=Words(
        prompt=_(
            "Write the function {signature}. It returns the number of parameters of a convolution whose "
            "kernels have k rows and k columns; bias is True or False."
        ),
        ask=_("How many weights does one kernel have, how many kernels are there, and how many biases?"),
        hints={
            "no-input-channels": _(
                "Your function counts flat kernels. How many channels does each kernel read?"
            ),
            "all-kernels": _("Your function counts one kernel. How many kernels does the layer have?"),
            "no-bias": _("Your function never counts a bias. What does bias=True add?"),
            "one-bias": _(
                "Your function counts a single bias. Do all maps share it, or does each have its own?"
            ),
            "bias-per-input": _(
                "Your function counts a bias for each channel that comes in. To what is a bias added?"
            ),
            "kernel-side-once": _(
                "Your function counts k weights for each channel that a kernel reads. How many rows has a "
                "kernel, and how many columns?"
            ),
            "bias-before-batchnorm": _(
                "Your function does not use bias. What is there to count if it is False?"
            ),
        },
    ),
)
