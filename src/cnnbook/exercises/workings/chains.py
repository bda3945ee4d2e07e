"""The worked solutions for layers one after another: shapes, in_features, and the receptive field."""

from __future__ import annotations

from itertools import count

from cnnbook.arithmetic import Window
from cnnbook.exercises.forms import Answer
from cnnbook.exercises.kinds.axis import AxisRule, single_rules
from cnnbook.exercises.kinds.chains import CHAIN_HINTS, Chain, Layer
from cnnbook.exercises.kinds.linear_features import LinearFeatures
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.windows import WindowQuestion, conv_question, pool_question
from cnnbook.exercises.words import _, say
from cnnbook.exercises.workings.working import Numbers, Rule, Step, Values, Worked, Working, by

_CONV = _("Per axis, floor((n + 2p - k)/s) + 1 windows fit, and each kernel makes one map.")
_POOL = _("Per axis, floor((n + 2p - k)/s) + 1 windows fit, and a pool keeps the number of maps.")


def linear_working(question: LinearFeatures) -> Working | None:
    """Return the shapes, layer by layer, and the in_features; None for more than four layers."""
    steps = [*_shapes(question.chain)]
    if not 2 <= len(steps) <= 4:
        return None
    last, ins = steps[-1].name, question.chain.input_shape[0]
    features = Step(
        "features",
        _("in_features: {worked}"),
        _product(last, "{0}×{1}×{2}"),
        _("Flatten puts all numbers of all maps into one row."),
        {
            "flatten-forgot-space": _product(last, "{0}"),
            "flatten-forgot-channels": _product(last, "{1}×{2}"),
            "channels-added": _product(last, "{0} + {1}×{2}"),
            "channels-in": _product(last, f"{ins}×{{1}}×{{2}}"),
        },
    )
    return Working({"input": question.chain.input_shape}, (*steps, features))


def _shapes(chain: Chain) -> list[Step]:
    """Return a step for each layer. A misconception shows in the first layer where it makes a difference."""
    steps, before, taken = [], "input", set[str]()
    for number, layer, question in zip(count(1), chain.layers, chain.steps(), strict=False):
        wrong = {name: rule for name, rule in _wrong(layer, question, before).items() if name not in taken}
        taken |= wrong.keys()
        message = say(_("After layer {number}, {layer}: {{worked}}"), number=number, layer=question.layer)
        name = f"shape{'abcd'[number - 1]}" if number < 5 else str(number)
        steps.append(
            Step(name, message, _layer(layer, before), _CONV if layer.out_channels else _POOL, wrong)
        )
        before = name
    return steps


def _wrong(layer: Layer, question: WindowQuestion, before: str) -> dict[str, Rule]:
    """Return the rules that give another shape than the right one for this layer."""
    wrong = {
        rule.ids[0]: _layer(layer, before, rule)
        for rule in single_rules()
        if rule.ids[0] in CHAIN_HINTS and rule.can_occur(*question.axes)
        if _sizes(question, rule) != question.key[-2:]
    }
    if question.key[-2:] != question.size:
        name = "pools-forgotten" if question.pool else "same-size"
        wrong[name] = _layer(layer, before, AxisRule((name,), lambda axis: axis.size))
    return wrong


def _layer(layer: Layer, before: str, rule: AxisRule | None = None) -> Rule:
    """Return the rule that applies a layer to the shape before it; `rule` is a wrong one for its sizes."""

    def written(values: Values) -> Worked:
        shape = values[before]
        question = _question(shape, layer.window, layer.out_channels)
        sizes = _sizes(question, rule) if rule else question.key[-2:]
        numbers: Numbers = (layer.out_channels or shape[0], *sizes)
        return Worked(f"({', '.join(map(str, numbers))})", numbers)

    return written


def _question(shape: Answer, window: Window, outs: int) -> WindowQuestion:
    return conv_question(shape, window, outs) if outs else pool_question(shape, window)


def _sizes(question: WindowQuestion, rule: AxisRule) -> Numbers:
    return tuple(rule.output_size(axis) for axis in question.axes)


def _product(name: str, calculation: str) -> Rule:
    """Return the rule that puts the three numbers of a shape into a calculation."""

    def written(values: Values) -> Worked:
        return by(calculation.format(*values[name]))(values)

    return written


def field_working(question: ReceptiveFieldSize) -> Working | None:
    """Return the receptive field after each of three or four layers; None for fewer or more."""
    if not 3 <= len(question.layers) <= 4:
        return None
    steps: list[Step] = []
    strides: list[int] = []
    before = ""
    for number, (kernel_size, stride) in enumerate(question.layers, 1):
        jump = "×".join(map(str, strides))
        right, wrong = by(str(kernel_size)), dict[str, Rule]()
        if before:
            right = by(f"{before} + ({kernel_size} - 1)×{jump}")
            wrong["fields-added"] = by(f"{before} + {kernel_size}")
            wrong["fields-multiplied"] = by(f"{before}×{kernel_size}")
            wrong["field-no-stride"] = by(f"{before} + ({kernel_size} - 1)×1")
            wrong["field-kernel-sizes"] = by(f"{before} + {kernel_size}×{jump}")
            wrong["own-stride-in-field"] = by(f"{before} + ({kernel_size} - 1)×{jump}×{stride}")
            wrong["field-last-kernel"] = by(str(kernel_size))
        said = _("Receptive field after layer {number}, kernel {k} with stride {s}: {{worked}}")
        name = f"field{'abcd'[number - 1]}"
        wrong = wrong if number == 2 + (len(question.layers) > 3) else {}
        message = say(said, number=number, k=kernel_size, s=stride)
        steps.append(Step(name, message, right, _FIELD, wrong))
        strides.append(stride)
        before = name
    return Working({}, tuple(steps))


_FIELD = _("Each further layer adds (k - 1) times the product of the strides before it.")
