"""The worked solutions for numbers of parameters, of multiply-accumulates, and of concatenated channels."""

from __future__ import annotations

from collections.abc import Iterator

from cnnbook.exercises.kinds.concatenation import Concatenation
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.words import _
from cnnbook.exercises.workings.working import Rule, Step, Working, by, shape

_PER_KERNEL = _("A kernel has weights for each channel that it reads, over its height and its width.")
_PER_PLACE = _("A kernel makes its multiplications at each place where it stands.")


def conv_working(question: ConvParameters) -> Working:
    """Return the steps from one kernel to all parameters."""
    (ins, outs), (height, width) = question.channels, question.kernel_size
    numbers = {"ins": (ins,), "outs": (outs,), "kh": (height,), "kw": (width,), "groups": (question.groups,)}
    if question.size:
        places = [n - k + 1 for n, k in zip(question.size, question.kernel_size, strict=True)]
        numbers |= {"h": (places[0],), "w": (places[1],)}
    return Working(numbers | {"read": (ins,)}, tuple(_conv_steps(question)))


def _conv_steps(question: ConvParameters) -> Iterator[Step]:
    if question.groups > 1:
        reason = _("With groups, a kernel reads the channels of its own group.")
        ignored = {"groups-ignored": by("ins")}
        yield Step("read", _("Channels that a kernel reads: {worked}"), by("ins/groups"), reason, ignored)
    wrong = {"no-input-channels": by("kh×kw")}
    if question.kernel_size[0] == question.kernel_size[1] > 1:
        wrong["kernel-side-once"] = by("kh×read")
    yield Step("kernel", _("Weights of one kernel: {worked}"), by("kh×kw×read"), _PER_KERNEL, wrong)
    twice: dict[str, Rule] = {"groups-twice": by("kernel×(outs/groups)")} if question.groups > 1 else {}
    reason = _("There is a kernel for each map that comes out.")
    yield Step("weights", _("Weights of all kernels: {worked}"), by("kernel×outs"), reason, twice)
    if question.bias:
        yield Step("biases", _("Biases: {worked}"), by("outs"), _("Each map has a bias of its own."), _BIASES)
        total, reason = by("weights + biases"), _("The parameters are the weights and the biases, each once.")
    else:
        total, reason = by("weights"), _("With bias=False, the weights are all parameters that there are.")
    wrong = {} if question.bias else {"bias-before-batchnorm": by("weights + outs")}
    if question.size:
        all_places = "(weights + biases)×h×w" if question.bias else "weights×h×w"
        wrong |= {"times-output-size": by(all_places), "macs-as-parameters": by("weights×h×w")}
    yield Step("parameters", _("Parameters: {worked}"), total, reason, wrong)


_BIASES: dict[str, Rule] = {
    "no-bias": by("0"),
    "one-bias": by("1"),
    "bias-per-input": by("ins"),
    "bias-per-pair": by("ins×outs"),
}


def dense_working(question: DenseParameters) -> Working | None:
    """Return the steps for one or two dense layers; None for more."""
    if len(question.features) > 3:
        return None
    numbers = {name: (size,) for name, size in zip("abc", question.features, strict=False)}
    first = Step("one", _("Weights of the first layer: {worked}"), by("a×b"), _EACH, {})
    if len(question.features) == 2:
        biases = Step("biases", _("Biases: {worked}"), by("b"), _EACH_BIAS, _dense_biases("1", "a"))
        total = Step("all", _("Parameters: {worked}"), by("one + biases"), _SUM, {})
        return Working(numbers, (first, biases, total))
    second = Step("two", _("Weights of the second layer: {worked}"), by("b×c"), _EACH, {})
    multiplied: dict[str, Rule] = {"layers-multiplied": by("a×b×c")}
    weights = Step("weights", _("Weights altogether: {worked}"), by("one + two"), _SUM, multiplied)
    biases = Step("biases", _("Biases: {worked}"), by("b + c"), _EACH_BIAS, _dense_biases("1", "a + b"))
    total = Step("all", _("Parameters: {worked}"), by("weights + biases"), _SUM, {})
    return Working(numbers, (first, second, weights, biases, total))


_EACH = _("Each output of a layer has a weight for each of its inputs.")
_EACH_BIAS = _("Each output of each layer has a bias of its own.")
_SUM = _("What separate layers have is added.")


def _dense_biases(single: str, inputs: str) -> dict[str, Rule]:
    return {"no-bias": by("0"), "one-bias": by(single), "bias-per-input": by(inputs)}


def macs_working(question: ConvMacs) -> Working:
    """Return the steps from the places of the kernel to all multiply-accumulates."""
    (ins, outs), (height, width) = question.channels, question.window.kernel_size
    out_height, out_width = question.window.output_size(question.size)
    numbers = {"h": out_height, "w": out_width, "kh": height, "kw": width, "ins": ins, "outs": outs}
    numbers |= {"groups": question.groups, "n": question.size[0], "m": question.size[1]}
    read = "ins/groups" if question.groups > 1 else "ins"
    square: dict[str, Rule] = {"kernel-side-once": by(f"kh×{read}")} if height == width > 1 else {}
    steps = (
        Step(
            "places",
            _("Places at which a kernel stands: {worked}"),
            by("h×w"),
            _("A kernel stands once for each value of a map that comes out."),
            {"same-size": by("n×m")},
        ),
        Step(
            "each",
            _("Multiplications of one kernel at one place: {worked}"),
            by(f"kh×kw×{read}"),
            _PER_KERNEL,
            {"no-input-channels": by("kh×kw")} | square,
        ),
        Step("kernel", _("MACs of one kernel: {worked}"), by("places×each"), _PER_PLACE, {}),
        Step(
            "macs",
            _("MACs of the layer: {worked}"),
            by("kernel×outs"),
            _("There is a kernel for each map that comes out, and a MAC is one multiplication with its sum."),
            {"one-map-only": by("kernel"), "macs-doubled": by("2×kernel×outs")},
        ),
    )
    return Working({name: (number,) for name, number in numbers.items()}, steps)


def concatenation_working(question: Concatenation) -> Working:
    """Return the channels, the size and the shape of concatenated branches."""
    names = "abcdef"[: len(question.channels)]
    numbers = {name: (channels,) for name, channels in zip(names, question.channels, strict=True)}
    numbers |= {"h": question.size[:1], "w": question.size[1:], "branches": (len(names),)}
    widest = max(names, key=lambda name: numbers[name])
    steps = (
        Step(
            "channels",
            _("Channels: {worked}"),
            by(" + ".join(names)),
            _("The maps of all branches are laid on one stack."),
            {"concat-as-add": by(widest), "concat-forgot-branch": by(" + ".join(names[:-1]))},
        ),
        Step(
            "height",
            _("Height: {worked}"),
            by("h"),
            _("Along the channels, no map changes its size."),
            {"concat-adds-space": by("branches×h")},
        ),
        Step("width", _("Width: {worked}"), by("w"), _("Along the channels, no map changes its size."), {}),
        Step(
            "shape",
            _("(channels, height, width): {worked}"),
            shape("channels", "height", "width"),
            _("A shape is (channels, height, width)."),
            {
                "swapped-height-width": shape("channels", "height", "width", order=(0, 2, 1)),
                "channels-last": shape("channels", "height", "width", order=(1, 2, 0)),
            },
        ),
    )
    return Working(numbers, steps)
