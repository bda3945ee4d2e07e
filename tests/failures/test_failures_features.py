"""Dense layers and views that get other features than they were written for."""

import torch
import torch.nn.functional as F
from broken import HardCoded, LeNet
from repairing import failing, mended
from torch import Tensor, nn


def test_small_images_in_lenet() -> None:
    """LeNet on 28x28: the two numbers, where 256 comes from, and three repairs, each of which runs."""
    error = failing(
        LeNet(),
        (1, 1, 28, 28),
        r"fc1 \(Linear, row 7\) expects 400 features, flatten \(row 6\) .*256 = 16 × 4 × 4",
    )
    assert error.repairs == ("fc1 = nn.Linear(256, 120)", "feed (1, 1, 32, 32)", "give conv1 padding=2")
    for repair in error.repairs:
        assert mended(LeNet(), repair, torch.zeros(1, 1, 28, 28)).shape == (1, 10)
    assert (
        str(error).splitlines()[-1].endswith("mat1 and mat2 shapes cannot be multiplied (1x256 and 400x120)")
    )
    assert len(error.trace) == 7


def test_in_a_sequential() -> None:
    """A layer without a name of its own is spelt as Python reaches it, also behind a dropout."""
    model = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.Flatten(), nn.Dropout(), nn.Linear(512, 10))
    error = failing(model, (1, 3, 32, 20), r"model\[3\] \(Linear, row 3\) expects 512 .*1,080 = 8 × 15 × 9")
    assert error.repairs[0] == "model[3] = nn.Linear(1080, 10)"
    assert error.repairs[1].startswith("feed (1, 3, ")
    for repair in error.repairs:
        assert mended(model, repair, torch.zeros(1, 3, 32, 20)).shape == (1, 10)
        model[3] = nn.Linear(512, 10)


def test_between_two_dense_layers() -> None:
    """Two dense layers that do not fit each other: either may be changed."""
    model = nn.Sequential(nn.Linear(12, 20), nn.ReLU(), nn.Linear(30, 5, bias=False))
    error = failing(model, (2, 12), r"expects 30 features, model\[0\] \(Linear, row 0\) before it gives 20\.")
    assert error.repairs == ("model[2] = nn.Linear(20, 5, bias=False)", "model[0] = nn.Linear(12, 30)")
    for repair in error.repairs:
        first, last = nn.Linear(12, 20), nn.Linear(30, 5, bias=False)
        assert mended(nn.Sequential(first, nn.ReLU(), last), repair, torch.zeros(2, 12)).shape == (2, 5)


def test_no_flatten() -> None:
    """A dense layer right after a pool: what it reads, and that the flatten before it is missing."""

    class Missing(LeNet):
        def flat(self, x: Tensor) -> Tensor:
            return x

    error = failing(
        Missing(), (2, 1, 32, 32), r"maps of shape \(2, 16, 5, 5\).* last axis, 5: the flatten .* missing"
    )
    assert error.repairs == ("x = torch.flatten(x, 1) before fc1",)
    assert LeNet()(torch.zeros(2, 1, 32, 32)).shape == (2, 10)


def test_flatten_takes_the_batch_too() -> None:
    """torch.flatten(x) without an axis makes features of the batch."""

    class Flat(LeNet):
        def flat(self, x: Tensor) -> Tensor:
            return torch.flatten(x)

    error = failing(Flat(), (4, 1, 32, 32), r"1,600 = 4 × 16 × 5 × 5: it flattens the batch of 4 too")
    assert error.repairs == ("torch.flatten(x, 1), from axis 1 on",)


def test_hard_coded_view() -> None:
    """view(-1, 400) on 256 numbers: what it needs, what there is, repairs of one or two changes."""
    error = failing(
        HardCoded(),
        (1, 1, 28, 28),
        r"view\(-1, 400\) \(row 6\) needs a multiple of 400 .* 256 = 1 × 16 × 4 × 4",
    )
    assert error.repairs[:2] == ("feed (1, 1, 32, 32)", "give conv1 padding=2")
    for repair in error.repairs[:2]:
        assert mended(HardCoded(), repair, torch.zeros(1, 1, 28, 28)).shape == (1, 10)
    assert error.repairs[2] == "x.flatten(1) instead of that view and fc1 = nn.Linear(256, 120)"
    both = LeNet()
    both.fc1 = nn.Linear(256, 120)
    assert both(torch.zeros(1, 1, 28, 28)).shape == (1, 10)


def test_view_of_turned_maps() -> None:
    """A view that torch refuses for the order in memory: reshape works."""

    class Turned(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.transpose(1, 2).view(2, 12)

    error = failing(Turned(), (2, 3, 4), r"do not lie in order; reshape copies them")
    assert error.repairs == ("x.reshape(2, 12) instead of view",)


def test_weight_the_wrong_way_round() -> None:
    """F.linear with a weight of (in, out): its convention, and that the transposed weight works."""

    class Wrong(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(6, 4))

        def forward(self, x: Tensor) -> Tensor:
            return F.linear(x, self.weight)

    error = failing(
        Wrong(), (2, 6), r"weight is \(6, 4\): F.linear takes the weight as \(out_features, in_features\)"
    )
    assert error.repairs == ("hand over weight.t()",)


def test_matrix_product() -> None:
    """A product of two matrices whose inner numbers differ."""

    class Product(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(4, 6))

        def forward(self, x: Tensor) -> Tensor:
            return x @ self.weight

    error = failing(
        Product(),
        (2, 6),
        r"the input \(2, 6\) with the parameter weight \(4, 6\): the inner numbers, 6 and 4, must be equal",
    )
    assert len(error.repairs) == 1


def test_a_sequence_of_another_width() -> None:
    """A dense layer on a sequence reads each step by itself: its width is wrong, no flatten is missing."""

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(16, 64, batch_first=True, bidirectional=True)
            self.fc = nn.Linear(64, 10)

        def forward(self, x: Tensor) -> Tensor:
            return self.fc(self.lstm(x)[0])

    error = failing(Reader(), (2, 5, 16), r"expects 64 features, lstm \(row 0\) before it gives 128\.")
    assert error.repairs == ("fc = nn.Linear(128, 10)",)
    assert mended(Reader(), error.repairs[0], torch.zeros(2, 5, 16)).shape == (2, 5, 10)
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(64, 64))
    error = failing(model, (1, 10, 64), r"expects 64 features, model\[0\] \(Linear, row 0\) .* gives 128\.")
    assert mended(model, error.repairs[0], torch.zeros(1, 10, 64)).shape == (1, 10, 64)


def test_tied_weights_are_not_rebuilt() -> None:
    """A layer whose weight is another's is not given one of its own, which the network would tie again."""

    class Tied(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.emb, self.up, self.out = nn.Embedding(50, 16), nn.Linear(16, 32), nn.Linear(16, 50)
            self.out.weight = self.emb.weight

        def forward(self, x: Tensor) -> Tensor:
            return self.out(self.up(self.emb(x)))

    x = torch.zeros(2, 5, dtype=torch.int64)
    error = failing(Tied(), x, "expects 16 features")
    assert error.repairs == ("up = nn.Linear(16, 16)",)
    assert mended(Tied(), error.repairs[0], x).shape == (2, 5, 50)


def test_a_flatten_missing_in_two_places() -> None:
    """A repair of one line changes that line alone: a second one of the same shapes still fails."""

    class Two(nn.Module):
        def __init__(self, repaired: bool) -> None:
            super().__init__()
            self.a, self.b = nn.Conv2d(1, 4, 3), nn.Conv2d(1, 4, 3)
            self.fa, self.fb = nn.Linear(144, 10), nn.Linear(144, 10)
            self.repaired = repaired

        def forward(self, x: Tensor) -> Tensor:
            second = self.b(x).flatten(1) if self.repaired else self.b(x)
            return self.fa(self.a(x)) + self.fb(second)

    repair = r"x = torch.flatten\(x, 1\) before fa"
    error = failing(
        Two(False), (2, 1, 8, 8), rf"Tried: {repair}; then this row runs, and fb \(Linear, row 3\)"
    )
    assert error.repairs == ()
    failing(Two(True), (2, 1, 8, 8), repair)
