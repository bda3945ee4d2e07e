"""Losses, pads, views, products, number types and slips of Python: real repairs, and right networks."""

import re
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from collection import losses, products, python_slips
from collection.score import networks, score
from repairing import failing, mended
from torch import Tensor, nn

from cnnbook.tracing import TraceError, trace

SUBJECTS = ("losses", "number_types", "pads_and_shuffles", "products", "python_slips", "views")


def real(value: Any) -> Any:
    """A tensor of zeros for a shape; a tensor as it is."""
    return value if isinstance(value, Tensor) else torch.zeros(value)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nine_of_ten_causes_are_named(subject: str) -> None:
    """The right cause is named in 90 % of each subject, and seven of ten wanted repairs are offered."""
    judged = [score(broken) for broken in networks(subject)]
    wanted = [one.repaired for one in judged if one.repaired is not None]
    assert sum(one.verdict == "right" for one in judged) >= 0.9 * len(judged)
    assert sum(wanted) >= 0.7 * len(wanted)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_repairs_that_are_lines_of_python_run(subject: str) -> None:
    """Each repair of a layer or of the input is made in the real network, which then runs on real numbers."""
    made = 0
    for broken in networks(subject):
        try:
            trace(broken.build().eval(), *broken.inputs)
        except TraceError as error:
            for repair in error.repairs:
                if re.match(r"feed |give (?!.* and )|[\w.\[\]]+ = ", repair):
                    first, *others = map(real, broken.inputs)
                    mended(broken.build().eval(), repair, first, *others)
                    made += 1
    assert made >= {"losses": 2, "products": 3, "python_slips": 2}.get(subject, 4)


def test_classes_are_moved_to_axis_one() -> None:
    """The scores of a language model are transposed in the loss, as the message says."""
    tokens = torch.zeros(4, 12, dtype=torch.long)

    class Mended(losses.LanguageModel):
        def forward(self, tokens: Tensor, targets: Tensor) -> Tensor:
            hidden, _ = self.rnn(self.embed(tokens))
            return F.cross_entropy(self.out(hidden).transpose(1, 2), targets)

    with pytest.raises(TraceError) as caught:
        trace(losses.LanguageModel(), tokens, tokens)
    assert caught.value.repairs == ("self.out(hidden).transpose(1, 2) in that cross_entropy",)
    assert Mended()(tokens, tokens).shape == ()


def test_the_first_factor_is_transposed_in_attention_over_pixels() -> None:
    """Both transposes fit the first product, and only one of them the whole network."""

    class Mended(products.PixelAttention):
        def forward(self, x: Tensor) -> Tensor:
            q, k, v = self.query(x).flatten(2), self.key(x).flatten(2), self.value(x).flatten(2)
            energy = torch.softmax(q.transpose(-2, -1) @ k, -1)
            return (v @ energy).view_as(x)

    error = failing(products.PixelAttention(), (2, 16, 5, 5), r"the inner numbers, 25 and 2, must be equal")
    assert error.repairs == ("transpose the first one: q.transpose(-2, -1)",)
    assert Mended()(torch.zeros(2, 16, 5, 5)).shape == (2, 16, 5, 5)


def test_a_repair_of_a_list_is_the_line_itself() -> None:
    """torch.cat of tensors without a list: the offered line joins them."""

    class Mended(products.Joined):
        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([self.a(x), self.b(x)], 1)

    error = failing(products.Joined(), (1, 3, 8, 8), r"one list, which comes first")
    assert error.repairs == ("torch.cat([self.a(x), self.b(x)], 1)",)
    assert Mended()(torch.zeros(1, 3, 8, 8)).shape == (1, 8, 8, 8)


def test_a_tuple_is_named_before_the_axes_of_a_normalization() -> None:
    """A batch normalization that is given a tuple has no wrong axes."""

    class Comma(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.bn = nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8)

        def forward(self, x: Tensor) -> Tensor:
            return self.bn((self.conv(x),))

    assert "axes" not in failing(Comma(), (2, 3, 8, 8), r"bn \(BatchNorm2d, row 1\) gets a tuple").explanation


def test_known_indices_in_their_table_are_no_failure() -> None:
    """Indices, class numbers and an ignored class that fit are traced; one beyond the table is not."""

    class Classes(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.fc = nn.Embedding(10, 4), nn.Linear(4, 3)

        def forward(self, x: Tensor, y: Tensor) -> Tensor:
            return F.cross_entropy(self.fc(self.embed(x)), y)

    index, target = torch.tensor([0, 9]), torch.tensor([2, -100])
    assert trace(Classes(), index, target).output_shape == ()
    with pytest.raises(TraceError, match=r"embed \(Embedding, row 0\) has 10 rows.* the index 10"):
        trace(Classes(), index + 1, target)
    with pytest.raises(TraceError, match=r"class numbers 0 to 2; a target is 3"):
        trace(Classes(), index, target + 1)


def test_a_loss_of_equal_shapes_has_no_note() -> None:
    """The note on a loss that broadcasts stands only where the shapes differ."""
    model = losses.Binary(nn.MSELoss()).eval()
    assert trace(model, (8, 20), (8, 1)).notes == ()
    assert "broadcast to (8, 8)" in trace(model, (8, 20), (8,)).notes[0]


def test_a_list_of_registered_layers_has_no_note() -> None:
    """Layers that stand in a list and in a ModuleList too are registered."""
    model = python_slips.PythonList()
    assert "808 parameters" in trace(model, (1, 3, 16, 16)).notes[0]
    model.held = nn.ModuleList(model.layers)
    assert trace(model, (1, 3, 16, 16)).notes == ()
