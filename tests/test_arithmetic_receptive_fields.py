"""Receptive fields, held against the pixels that get a gradient in float64."""

import random

import pytest
import torch
import torch.nn.functional as F

from cnnbook.arithmetic import GeometryError, ReceptiveField, Window, receptive_field

SAME = Window(3, padding=1)
LENET = [Window(5), Window.pool(2), Window(5), Window.pool(2)]
ALEXNET = [
    *[Window(11, stride=4, padding=2), Window.pool(3, 2), Window(5, padding=2), Window.pool(3, 2)],
    *[SAME, SAME, SAME, Window.pool(3, 2)],
]
VGG16 = [window for convs in (2, 2, 3, 3, 3) for window in [SAME] * convs + [Window.pool(2)]]


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    """Keep torch's threads from waiting for each other: on tiny images they cost more than they give."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def resnet(blocks, convs):
    """The longest path through a ResNet: its residual branches, of `convs` 3x3 convolutions a block."""
    windows = [Window(7, stride=2, padding=3), Window.pool(3, 2, padding=1)] + [SAME] * (convs * blocks[0])
    for count in blocks[1:]:
        windows += [Window(3, stride=2, padding=1)] + [SAME] * (convs * count - 1)
    return windows


@pytest.mark.parametrize(
    ("windows", "size", "jump"),
    [
        (LENET, 16, 4),
        ([*LENET, Window(5)], 32, 4),
        (ALEXNET, 195, 32),
        (VGG16, 212, 32),
        (resnet([2, 2, 2, 2], convs=2), 435, 32),
        (resnet([3, 4, 6, 3], convs=2), 899, 32),
        (resnet([3, 4, 6, 3], convs=1), 427, 32),  # its 1x1 convolutions see no further
        ([SAME] * 3, 7, 1),
        ([SAME] * 2, 5, 1),
    ],
    ids=["S4", "C5", "AlexNet", "VGG16", "ResNet-18", "ResNet-34", "ResNet-50", "three 3x3", "two 3x3"],
)
def test_published_receptive_fields(windows, size, jump):
    """The sizes published for the classic networks come out on both axes."""
    fields = receptive_field(windows)
    assert [(field.size, field.jump) for field in fields] == [(size, jump)] * 2


def draw_windows(rng, axes, layers):
    windows = []
    for _ in range(layers):
        kernel = tuple(rng.randint(1, 4) for _ in range(axes))
        dilation = tuple(rng.choice((1, 1, 2, 3)) for _ in range(axes))
        if rng.random() < 0.25:
            windows.append(Window(kernel, padding="same", dilation=dilation))
        else:
            stride = tuple(rng.choice((1, 1, 2, 3)) for _ in range(axes))
            windows.append(Window(kernel, stride, tuple(rng.randint(0, 3) for _ in range(axes)), dilation))
    return windows


def convolve(image, window):
    """Convolve with ones: no gradient can cancel."""
    axes = len(window.kernel_size)
    kernel = torch.ones((1, 1, *window.kernel_size), dtype=torch.float64)
    stride, padding, dilation = window.stride, window.padding, window.dilation
    return getattr(F, f"conv{axes}d")(image, kernel, stride=stride, padding=padding, dilation=dilation)


def hull(image, output, position):
    """The first and last pixel, per axis, that the output at `position` sees."""
    (gradient,) = torch.autograd.grad(output[(0, 0, *position)], image, retain_graph=True)
    seen = gradient[0, 0].nonzero()
    if not len(seen):
        return None
    return list(zip(seen.amin(0).tolist(), seen.amax(0).tolist(), strict=True))


@pytest.mark.parametrize(("axes", "stacks"), [(1, 120), (2, 25)])
def test_the_field_is_where_the_gradient_is(axes, stacks):
    """In random stacks every position sees exactly its field, or where that reaches into padding, no more."""
    rng = random.Random(f"fields {axes}")
    inside = across = 0
    for _ in range(stacks):
        windows = draw_windows(rng, axes, rng.randint(1, 5))
        fields = receptive_field(windows)
        size = tuple(min(400, field.size + 3 * field.jump + rng.randint(0, 9)) for field in fields)
        image = torch.zeros((1, 1, *size), dtype=torch.float64, requires_grad=True)
        output = image
        try:
            for window in windows:
                output = convolve(output, window)
        except RuntimeError:
            continue
        for _ in range(6):
            position = tuple(rng.randrange(m) for m in output.shape[2:])
            expected = [field.at(i) for field, i in zip(fields, position, strict=True)]
            seen = hull(image, output, position)
            if all(field[0] >= 0 and field[-1] < n for field, n in zip(expected, size, strict=True)):
                assert seen == [(field[0], field[-1]) for field in expected], (windows, position)
                inside += 1
            elif seen is not None:
                for field, (first, last) in zip(expected, seen, strict=True):
                    assert field[0] <= first
                    assert last <= field[-1]
                across += 1
    assert min(inside, across) > stacks // 2


def test_a_residual_block_sees_both_branches():
    """The union of the branches is where the gradient of their sum is."""
    rng = random.Random(7)
    for _ in range(20):
        stem = Window((rng.randint(1, 4),), rng.randint(1, 3))
        branch = [Window((rng.choice((1, 3, 5)),), padding="same", dilation=rng.randint(1, 3)) for _ in "ab"]
        shortcut = [Window((rng.choice((1, 7, 9)),), padding="same")]
        image = torch.zeros(1, 1, 99, dtype=torch.float64, requires_grad=True)
        start = convolve(image, stem)
        total = convolve(convolve(start, branch[0]), branch[1]) + convolve(start, shortcut[0])
        (before,) = receptive_field([stem])
        left, right = (receptive_field(windows, [before])[0] for windows in (branch, shortcut))
        middle = total.shape[-1] // 2
        seen = left.union(right).at(middle)
        assert hull(image, total, (middle,)) == [(seen[0], seen[-1])]
        assert left.union(right) == right.union(left)


def test_one_layer_at_a_time_is_the_same_as_the_chain():
    """through() and continuing from given fields give what the whole list gives."""
    rng = random.Random(3)
    for _ in range(30):
        windows = draw_windows(rng, 2, 4)
        halves = receptive_field(windows[2:], receptive_field(windows[:2]))
        assert halves == receptive_field(windows)
        numbered = [window for window in windows if window.padding != "same"]
        one = ReceptiveField()
        for window in numbered:
            one = one.through(window.kernel_size[0], window.stride[0], window.padding[0], window.dilation[0])
        assert receptive_field(numbered)[0] == one
    assert receptive_field([]) == (ReceptiveField(0, 1, 1),) * 2
    assert receptive_field([Window((3,))]) == (ReceptiveField(0, 1, 3),)


def test_an_even_same_kernel_reaches_further_right():
    """Torch pads an even kernel one more at the end, so its field starts less far to the left."""
    assert receptive_field([Window((4,), padding="same")]) == (ReceptiveField(start=-1, jump=1, size=4),)


def test_branches_of_different_stride_have_no_common_field():
    """Fields whose positions step differently cannot be joined."""
    with pytest.raises(GeometryError, match="the branches step 2 and 1 pixels; equal strides along both"):
        ReceptiveField().through(3, stride=2).union(ReceptiveField())


def test_windows_of_different_axes_make_no_chain():
    """The window that does not belong is named by its place."""
    with pytest.raises(GeometryError, match="window 1 has 1 axes, what it looks at has 2"):
        receptive_field([Window(3), Window((3,))])
    with pytest.raises(GeometryError, match="window 0 has 2 axes, what it looks at has 1"):
        receptive_field([Window(3)], [ReceptiveField()])
