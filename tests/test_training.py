"""The training loop that the chapters share is the one of chapter 03, and it can be repeated."""

from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cnnbook.training import CLOTHES, accuracy, fashion, fit, scores

FASHION = Path(__file__).parents[1] / "data" / "fashion.npz"


@pytest.fixture(scope="module")
def clothes():
    return fashion(FASHION)


def network(*, dropout=False):
    torch.manual_seed(0)
    layers = [nn.Flatten(), nn.Linear(784, 10)]
    return nn.Sequential(*layers, nn.Dropout()) if dropout else nn.Sequential(*layers)


def some(labelled, count=700):
    return labelled.images[:count], labelled.labels[:count]


def test_the_clothes_are_numbers_from_0_to_1(clothes):
    """Training and test pictures have one channel; each of the ten labels has a name."""
    assert clothes.train.images.shape == (10_000, 1, 28, 28)
    assert clothes.test.images.shape == (2_000, 1, 28, 28)
    assert (clothes.train.images.min(), clothes.train.images.max()) == (0, 1)
    assert clothes.train.labels.unique().tolist() == list(range(len(CLOTHES)))


def test_a_missing_file_is_one_line(tmp_path, monkeypatch):
    """The message says what brings the file."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        FileNotFoundError, match=r"^there is no file \.\./data/fashion\.npz here; `cnnbook lab` "
    ):
        fashion()


def test_training_learns(clothes):
    """The loss falls, and test pictures are read far better than by guessing."""
    model = network()
    losses = fit(model, some(clothes.train, 2_000), epochs=5)
    assert len(losses) == 5
    assert losses[-1] < losses[0] / 2
    assert accuracy(model, clothes.test) > 0.6
    assert not model.training


def test_the_loss_is_the_mean_over_all_images(clothes):
    """Without a step, an epoch's loss is the cross-entropy of all images, though the last batch is small."""
    model, data = network(), some(clothes.train)
    (loss,) = fit(model, data, epochs=1, rate=1e-12)
    assert loss == pytest.approx(F.cross_entropy(model(data[0]), data[1]).item(), rel=1e-4)


def test_a_seed_repeats_the_training(clothes):
    """The same seed gives the same weights, dropout included; another seed gives others."""
    weights = []
    for seed in (3, 3, 4):
        model = network(dropout=True)
        fit(model, some(clothes.train), epochs=1, seed=seed)
        weights.append(model[1].weight.detach())
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_the_random_state_stays(clothes):
    """What is drawn after a training does not depend on it."""
    torch.manual_seed(5)
    wanted = torch.rand(3)
    model = network()
    torch.manual_seed(5)
    fit(model, some(clothes.train), epochs=1)
    assert torch.equal(torch.rand(3), wanted)


def test_scores_are_those_of_evaluation_mode(clothes):
    """Dropout drops nothing, no gradients are kept, and the model's mode is the same as before."""
    model = network(dropout=True)
    images = clothes.test.images[:1_100]
    found = scores(model, images)
    assert torch.allclose(found, model[:2](images), atol=1e-6)
    assert not found.requires_grad
    assert model.training
    right = model[:2](images).argmax(dim=1) == clothes.test.labels[:1_100]
    assert accuracy(model, (images, clothes.test.labels[:1_100])) == right.double().mean().item()


def test_wrong_numbers_are_one_line(clothes):
    """The message says what is wrong, then what would do."""
    images, labels = some(clothes.train, 5)
    with pytest.raises(ValueError, match=r"^epochs is 0; at least 1 would do$"):
        fit(network(), (images, labels), epochs=0)
    with pytest.raises(ValueError, match=r"^there are 5 images and 4 labels; one label each would do$"):
        fit(network(), (images, labels[:4]))
    with pytest.raises(ValueError, match=r"^there are 0 images and 0 labels"):
        accuracy(network(), (images[:0], labels[:0]))
