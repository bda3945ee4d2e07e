"""The multiply-accumulates (MACs) of an operation: its multiplications by a weight or by another value.

They are counted as torchvision counts them, for the whole batch: convolutions, linear layers, matrix
products, attention and recurrent layers. Biases, normalization, activations and pooling count nothing. A
product of complex numbers counts once; torch.utils.flop_counter agrees for matrix products, but counts a
complex convolution as the three real ones that the CPU makes of it. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt, prod
from typing import Any

from cnnbook.arithmetic import conv_macs_of_shapes
from cnnbook.traces.operations import Bound, Shape

Shapes = Sequence[Shape]


def count(op: str, bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """The MACs of one call, by the shapes of its inputs and outputs; 0 for an operation that has none.

    >>> kernels = {"weight": (6, 1, 5, 5)}
    >>> count("conv2d", kernels, [(1, 1, 32, 32)], [(1, 6, 28, 28)])  # LeNet-5's C1: 28×28×6×1×5×5
    117600
    """
    rule = _RULES.get(op)
    return rule(bound, inputs, outputs) if rule else 0


def counts(op: str) -> bool:
    """Whether an operation has MACs at all."""
    return op in _RULES


def _convolution(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    return conv_macs_of_shapes(outputs[0], _shape(bound, "weight"))


def _transposed(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    # The same convolution backwards: each value of the input is multiplied by each weight of its filter.
    return conv_macs_of_shapes(inputs[0], _shape(bound, "weight"))


def _any_convolution(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    return (_transposed if bound.get("transposed") else _convolution)(bound, inputs, outputs)


def _counted(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """Those of a compiled module, which were counted while it ran."""
    return int(bound["macs"])


def _linear(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """Each output value is a sum of one product per input feature."""
    return prod(outputs[0]) * _shape(bound, "weight")[-1]


def _bilinear(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """Each output value is a sum of one product per weight of its matrix."""
    return prod(outputs[0]) * prod(_shape(bound, "weight")[1:])


def _matrix_product(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """Each output value is a sum of as many products as a row of the left matrix has values."""
    left = _shape(bound, "mat1" if "mat1" in bound else "input")
    return prod(outputs[0]) * left[-1]


def _chain(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """A product of several matrices, in the order with the fewest multiplications, as in PyTorch."""
    matrices = _several(bound.get("tensors") or bound.get("matrices") or ())
    sizes = [matrix[-2] if len(matrix) > 1 else 1 for matrix in matrices[:1]]
    sizes += [
        matrix[-1] if len(matrix) > 1 or i + 1 < len(matrices) else 1 for i, matrix in enumerate(matrices)
    ]
    best: dict[tuple[int, int], int] = {(i, i): 0 for i in range(len(matrices))}
    for length in range(1, len(matrices)):
        for i in range(len(matrices) - length):
            j = i + length
            best[i, j] = min(
                best[i, k] + best[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1] for k in range(i, j)
            )
    return best.get((0, len(matrices) - 1), 0)


def _contraction(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """The product of the sizes of all axes.

    An axis that is summed belongs to both operands, every other axis to one operand and to the result. So the
    three shapes together have each axis twice: the wanted product is the square root of theirs.
    """
    return isqrt(prod(_shape(bound, "input")) * prod(_shape(bound, "other")) * prod(outputs[0]))


def _summed_products(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """The sum of a batch of matrix products: each left value is multiplied by a row of the right matrix."""
    return prod(_shape(bound, "mat1")) * _shape(bound, "mat2")[-1]


def _einsum(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """For two operands, one product for each combination of the indices of both.

    Of more operands, the first two are multiplied, and summed over the indices that neither the others nor
    the result need; the outcome is multiplied with the third, and so on. PyTorch does the same without
    opt_einsum.
    """
    operands = _several(bound.get("operands", ()))
    before, arrow, result = str(bound["equation"]).replace(" ", "").partition("->")
    terms = before.split(",")
    if len(terms) < 2 or len(terms) != len(operands):
        return 0
    indices = [_indices(term, shape) for term, shape in zip(terms, operands, strict=True)]
    sizes: dict[str, int] = {}
    for term in indices:
        for letter, n in term.items():
            sizes[letter] = max(n, sizes.get(letter, 1))
    summed = {letter for letter in before if (letter not in result if arrow else before.count(letter) > 1)}
    total, left = 0, set(indices[0])
    for at, term in enumerate(indices[1:], 1):
        left |= set(term)
        total += prod(sizes[letter] for letter in left)
        left -= summed.difference(*indices[at + 1 :])
    return total


def _indices(term: str, shape: Shape) -> dict[str, int]:
    """The indices of an operand with their sizes; those that "..." stands for are counted from the last."""
    if "..." not in term and len(shape) > len(term):  # torch.vmap adds axes in front, which the term lacks
        term = f"...{term}"
    head, dots, tail = term.partition("...")
    inner = shape[len(head) : len(shape) - len(tail)] if dots else ()
    named = [*zip(head, shape, strict=False), *zip(reversed(tail), reversed(shape), strict=False)]
    return dict([*named, *((f"...{len(inner) - i}", n) for i, n in enumerate(inner))])


def _attention(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """Two matrix products: queries with keys, and the weights that come of it with values."""
    query, key, value = (_shape(bound, part) for part in ("query", "key", "value"))
    return prod(query[:-1]) * key[-2] * (query[-1] + value[-1])


def _multi_head_attention(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """Four linear projections, and the two matrix products of attention; shapes are (L, N, E).

    The kernel that a compiled module calls takes (N, L, E), and its weights under another name.
    """
    query, key, value = (_shape(bound, part) for part in ("query", "key", "value"))
    if "qkv_weight" in bound:
        query, key, value = ((shape[1], shape[0], shape[2]) for shape in (query, key, value))
    batch = query[1] if len(query) == 3 else 1
    length, source, width = query[0], key[0], query[-1]
    projections = 2 * length * width * width + source * width * (key[-1] + value[-1])
    source += (bound.get("bias_k") is not None) + bool(bound.get("add_zero_attn"))
    return batch * (projections + 2 * length * source * width)


def _recurrent(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """Each weight matrix is used once for each time step of each sequence."""
    steps = prod(outputs[0][:-1])
    weights: Shapes = bound.get("weights", ())
    if isinstance(bound.get("bias"), tuple):  # a packed sequence: its batch sizes come before the weights
        weights = bound["bias"]
    return steps * sum(prod(weight) for weight in weights if len(weight) == 2)


def _recurrent_cell(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    batch = prod(outputs[0][:-1])
    return batch * (prod(_shape(bound, "weight_ih")) + prod(_shape(bound, "weight_hh")))


def _onednn_recurrent(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """As for any recurrent layer; the CPU's own kernel takes one layer and direction at a time."""
    return prod(outputs[0][:-1]) * (prod(_shape(bound, "weight0")) + prod(_shape(bound, "weight1")))


def _encoder_layer(bound: Bound, inputs: Shapes, outputs: Shapes) -> int:
    """Each weight of the four dense layers for each token, and the two products of attention; (N, L, E)."""
    source = _shape(bound, "src")
    tokens, length, width = prod(source[:-1]), source[-2], source[-1]
    names = ("qkv_weight", "proj_weight", "ffn_weight_1", "ffn_weight_2")
    weights = sum(prod(_shape(bound, name)) for name in names)
    return tokens * (weights + 2 * length * width)


def _several(tensors: Any) -> Shapes:
    """The shapes of several tensors, which a call may hold in one more tuple."""
    first = tensors[0] if tensors else ()
    nested = isinstance(first, tuple) and first and isinstance(first[0], tuple)
    shapes: Shapes = first if nested else tensors
    return shapes


def _shape(bound: Bound, name: str) -> Shape:
    shape: Shape = bound[name]
    return shape


_RULES: dict[str, Callable[[Bound, Shapes, Shapes], int]] = {
    **{f"conv{n}d": _convolution for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": _transposed for n in (1, 2, 3)},
    "convolution": _any_convolution,
    "script": _counted,
    "mkldnn_rnn_layer": _onednn_recurrent,
    "transformer_encoder_layer_fwd": _encoder_layer,
    "linear": _linear,
    **dict.fromkeys(("linalg_multi_dot", "chain_matmul"), _chain),
    "bilinear": _bilinear,
    **dict.fromkeys(("matmul", "mm", "bmm", "mv", "addmm", "baddbmm"), _matrix_product),
    **dict.fromkeys(("dot", "vdot", "inner"), _matrix_product),
    "tensordot": _contraction,
    "addbmm": _summed_products,
    "einsum": _einsum,
    "scaled_dot_product_attention": _attention,
    "multi_head_attention_forward": _multi_head_attention,
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu"), _recurrent),
    **dict.fromkeys(("lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"), _recurrent_cell),
}
