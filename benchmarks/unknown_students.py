"""Learners whose beliefs are outside the catalogue: how often is a cause asserted that is not theirs?

python benchmarks/unknown_students.py [variants per kind, 60 unless told]

Each student here answers by a rule of his own, which no misconception of the catalogue is. A cause that is
asserted of such an answer is wrong. The second table is about plain slips: the right answer with one number
off by 1 to 3. The third is about the targets of each variant: is each of them the only suspect?
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from math import prod

from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import Answer
from cnnbook.exercises.kinds.axis import Axis
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.concatenation import Concatenation
from cnnbook.exercises.kinds.flattening import FlattenFeatures
from cnnbook.exercises.kinds.input_sizes import LargestInput
from cnnbook.exercises.kinds.layer_counts import LayerCount
from cnnbook.exercises.kinds.macs import ConvMacs
from cnnbook.exercises.kinds.parameters import ConvParameters, DenseParameters
from cnnbook.exercises.kinds.receptive_fields import ReceptiveFieldSize
from cnnbook.exercises.kinds.residual_blocks import ResidualBlock
from cnnbook.exercises.kinds.settings import SettingFor
from cnnbook.exercises.kinds.transposed import TransposedShape
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.questions import Question

# A rule for one axis, in place of floor((n + 2p - d(k - 1) - 1)/s) + 1.
SIZES: dict[str, Callable[[Axis], int]] = {
    "rounds to the nearest": lambda a: int((a.padded - a.span) / a.stride + 0.5) + 1,
    "adds one too often": lambda a: (a.padded - a.span) // a.stride + 2,
    "pads, then divides by the stride": lambda a: a.padded // a.stride,
    "pads, then divides by the kernel": lambda a: a.padded // a.kernel_size,
    "divides by the kernel": lambda a: a.size // a.kernel_size,
    "takes the padding off": lambda a: (a.size - 2 * a.padding - a.span) // a.stride + 1,
    "takes half a kernel off on one side": lambda a: (a.padded - a.span // 2) // a.stride,
    "takes the kernel off twice": lambda a: (a.padded - 2 * (a.span - 1) - 1) // a.stride + 1,
    "takes the stride off twice": lambda a: a.padded - a.span - 2 * a.stride + 1,
    "takes the whole kernel for its padding": lambda a: (a.size + 2 * a.kernel_size - a.span) // a.stride + 1,
    "takes the stride for the kernel": lambda a: (a.padded - a.stride) // a.stride + 1,
    "exchanges kernel and stride": lambda a: (a.padded - a.stride) // a.kernel_size + 1,
    "adds the padding once, afterwards": lambda a: (a.size - a.span) // a.stride + 1 + a.padding,
    "divides before adding the padding": lambda a: a.size // a.stride + 2 * a.padding,
    "adds dilation and kernel": lambda a: (a.padded - a.kernel_size - a.dilation) // a.stride + 1,
    "keeps even sizes only": lambda a: a.output_size // 2 * 2,
}
# A rule for the channels of a convolution: (in, out, kernel size) -> maps.
CHANNELS: dict[str, Callable[[int, int, int], int]] = {
    "adds the channels and the kernel": lambda ins, outs, k: ins + outs + k,
    "subtracts the channels": lambda ins, outs, k: abs(outs - ins),
    "multiplies by the kernel": lambda ins, outs, k: outs * k,
    "divides by the kernel": lambda ins, outs, k: outs // k,
    "doubles what comes in": lambda ins, outs, k: 2 * ins,
}

# A rule for one axis of a transposed convolution, in place of (n - 1)s - 2p + d(k - 1) + output_padding + 1.
TRANSPOSED: dict[str, Callable[[Axis], int]] = {
    "multiplies by the stride and adds the kernel": lambda a: a.size * a.stride + a.kernel_size,
    "pads, then multiplies by the stride": lambda a: a.padded * a.stride,
    "multiplies by the kernel": lambda a: a.size * a.kernel_size,
    "adds the kernel": lambda a: a.size + a.span - 1,
    "doubles": lambda a: 2 * a.size,
    "takes half a kernel off": lambda a: a.size * a.stride - a.kernel_size // 2,
    "takes the stride off": lambda a: (a.size - 1) * a.stride - 2 * a.padding + a.span - a.stride,
}


def convolution_counts(q: ConvParameters | ConvMacs) -> Iterator[tuple[str, int]]:
    """Yield wrong counts of a convolution's parameters or MACs."""
    (ins, outs), size = q.channels, getattr(q, "size", None) or (1, 1)
    k = q.kernel_size if isinstance(q, ConvParameters) else q.window.kernel_size
    places = 1 if isinstance(q, ConvParameters) else prod(q.window.output_size(size))
    yield "adds the kernel's sides", (sum(k) * ins * outs + outs) * places
    yield "a bias for each weight of a kernel", (prod(k) * ins * outs + prod(k) * outs) * places
    yield "doubles the biases", (prod(k) * ins * outs + 2 * outs) * places
    yield "takes input and output channels as one sum squared", prod(k) * (ins + outs) ** 2 * places
    yield "counts each kernel's border only", (prod(k) - max(1, prod(n - 2 for n in k))) * ins * outs * places


def own_rules(q: Question) -> Iterator[tuple[str, Answer]]:
    """Yield the answers of the students who have an answer to this question."""
    if isinstance(q, WindowQuestion):
        axes, channels = q.axes, q.key[: -len(q.size)]
        for name, rule in SIZES.items():
            yield name, (*channels, *map(rule, axes))
        if q.channels and not q.pool:
            for name, count in CHANNELS.items():
                yield name, (count(*q.channels, axes[0].kernel_size), *q.key[1:])
    elif isinstance(q, TransposedShape):
        for name, grown in TRANSPOSED.items():
            yield name, (q.key[0], *(grown(q.axis._replace(size=n)) for n in q.input_shape[1:]))
    elif isinstance(q, ConvParameters | ConvMacs):
        for name, count in convolution_counts(q):
            yield name, (count,)
    elif isinstance(q, DenseParameters):
        first, middle, last = q.features[0], q.features[1], q.features[-1]
        yield "the first layer only", (first * middle + middle,)
        yield "from the first to the last", (first * last + last,)
        yield "units in place of weights", (sum(q.features),)
        yield "every layer to every other", (first * middle + middle * last + first * last,)
    elif isinstance(q, FlattenFeatures):
        yield "adds instead of multiplying", (sum(q.shape),)
        yield "leaves the width out", (q.shape[0] * q.shape[1],)
        yield "squares the height", (q.shape[0] * q.shape[1] ** 2,)
    elif isinstance(q, Concatenation):
        yield "the mean of the branches", (sum(q.channels) // len(q.channels), *q.size)
        yield "the first branch", (q.channels[0], *q.size)
        yield "multiplies two branches", (q.channels[0] * q.channels[1], *q.size)
    elif isinstance(q, ResidualBlock):
        outs, height, width = q.key
        yield "halves the channels", (outs // 2, height, width)
        yield "quarters the map", (outs, height // 2, width // 2)
        yield "adds channels once more", (q.input_shape[0] * 2 + outs, height, width)
    elif isinstance(q, ReceptiveFieldSize):
        kernels, strides = zip(*q.layers, strict=True)
        yield "the largest kernel", (max(kernels),)
        yield "multiplies the strides", (prod(strides),)
        yield "adds kernels and strides", (sum(kernels) + sum(strides),)
        yield "the first kernel times the strides", (kernels[0] * prod(strides),)
    elif isinstance(q, LayerCount):
        yield "adds the blocks", (sum(q.blocks),)
        yield "blocks times convolutions", (sum(q.blocks) * q.convolutions,)
        yield "a dense layer for each stage", (sum(q.blocks) * q.convolutions + 4,)
        yield "two in the stem", (sum(q.blocks) * q.convolutions + 3,)
    elif isinstance(q, SettingFor):
        a = q.axis
        yield "the difference of the sizes", (abs(a.size - q.result),)
        yield "half the kernel, rounded up", ((a.kernel_size + 1) // 2,)
        yield "half the difference", (abs(a.size - q.result) // 2,)
        yield "the kernel less one", (a.kernel_size - 1,)
    elif isinstance(q, LargestInput):
        a, m = q.axis, q.result
        for name, n in (
            ("result times stride, padding added", m * a.stride + 2 * a.padding),
            ("result times kernel", m * a.kernel_size),
            ("result and kernel", m + a.kernel_size),
        ):
            yield name, (n,) if len(q.key) == 1 else (n, n + 1)


def unknown(question: Question) -> Iterator[tuple[str, Answer]]:
    """Yield wrong, plausible answers that the rule of no misconception in the catalogue gives.

    Students whose rule gives, with these numbers, what a misconception of the catalogue gives are the case to
    be tried: nobody can tell the two apart by this answer. Only rules that are right here are left out.
    """
    for name, answer in own_rules(question):
        if not question.accepts(answer) and min(answer) >= 1 and len(answer) == len(question.key):
            yield name, answer


def slips(question: Question) -> Iterator[Answer]:
    """Yield the right answer with one number off by 1 to 3."""
    for off in (-3, -2, -1, 1, 2, 3):
        for at in range(len(question.key)):
            answer = tuple(n + off * (i == at) for i, n in enumerate(question.key))
            if answer[at] > 0 and not question.accepts(answer):
                yield answer


def main(variants: int = 60) -> int:
    """Print the three tables; return 1 if a promise is broken."""
    students: Counter[str] = Counter()
    blamed: Counter[str] = Counter()
    slipped_all = caused_all = targets_all = alone_all = broken = 0
    print(f"{'kind':22}{'unknown: asserted':>22}{'slips with a cause':>22}{'targets the only suspect':>27}")
    for kind in KINDS:
        unknown_answers = asserted = slipped = caused = targets = alone = 0
        for attempt in range(variants):
            question = draw(KINDS[kind], "unknown", attempt)
            for name, answer in unknown(question):
                students[name] += 1
                wrong = judge(question, answer).misconception is not None
                blamed[name] += wrong
                asserted += wrong
                unknown_answers += 1
            for answer in slips(question):
                slipped += 1
                caused += judge(question, answer).misconception is not None
            for slip in question.slips():
                if set(slip.ids) <= set(question.targets):
                    targets += 1
                    alone += judge(question, slip.answer).candidates == slip.ids
        share = caused / slipped
        print(f"{kind:22}{asserted:10} of {unknown_answers:<8}{share:18.1%}{'':4}{alone / targets:23.1%}")
        slipped_all, caused_all = slipped_all + slipped, caused_all + caused
        targets_all, alone_all = targets_all + targets, alone_all + alone
        broken += share > 0.20 or alone < 0.95 * targets
    total = blamed.total() / students.total()
    print(f"{len(students)} students, {students.total()} answers: a cause asserted in {total:.2%}")
    print(f"plain slips given a cause: {caused_all / slipped_all:.1%}")
    print(f"targets the only suspect: {alone_all / targets_all:.1%}")
    for name, count in blamed.most_common(8):
        if count:
            print(f"    {name}: {count} of {students[name]}")
    return int(broken > 0 or total > 0.015 or caused_all > 0.10 * slipped_all)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
