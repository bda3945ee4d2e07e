"""The training loop of chapter 03, for the chapters after it, and how much a network then gets right."""

import torch
from torch import nn
from torch.nn import functional as F

_BATCH = 64
_SCORED_AT_ONCE = 500  # so that the maps of 10,000 pictures are never in memory together

Pair = tuple[torch.Tensor, torch.Tensor]


def fit(model: nn.Module, data: Pair, *, epochs: int = 5, rate: float = 0.003, seed: int = 0) -> list[float]:
    """Return the mean training loss of each epoch; the model is trained, and in evaluation mode afterwards.

    `data` is images and labels. An epoch shows all images once, 64 at a time. `seed` draws their order, and
    what dropout drops; torch's own random state stays as it is. The loss is the cross-entropy. Adam takes the
    steps; its learning rate rises to `rate` and falls to nearly 0 (one cycle, L. N. Smith, arXiv:1803.09820).

    >>> images, labels = torch.eye(4), torch.tensor([0, 1, 0, 1])
    >>> losses = fit(nn.Linear(4, 2), (images, labels), epochs=50, rate=0.1)
    >>> len(losses), losses[-1] < losses[0]
    (50, True)

    Raises ValueError if there are no epochs, or not one label for each image.
    """
    images, labels = _checked(data)
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}; at least 1 would do")
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    steps = epochs * -(-len(images) // _BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    losses = []
    model.train()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for _ in range(epochs):
            total = 0.0
            for batch in torch.randperm(len(images)).split(_BATCH):  # type: ignore[no-untyped-call]
                loss = F.cross_entropy(model(images[batch]), labels[batch])
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                schedule.step()
                total += loss.item() * len(batch)
            losses.append(total / len(images))
    model.eval()
    return losses


def scores(model: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """Return the model's scores of the images, (N, classes), without gradients and in evaluation mode.

    The model's own mode stays as it is.

    >>> scores(nn.Flatten(), torch.ones(3, 2, 2)).shape
    torch.Size([3, 4])
    """
    mode = model.training
    model.eval()
    with torch.no_grad():
        found = torch.cat([model(part) for part in images.split(_SCORED_AT_ONCE)])  # type: ignore[no-untyped-call]
    model.train(mode)
    return found


def accuracy(model: nn.Module, data: Pair) -> float:
    """Return the part of the images, from 0 to 1, whose label gets the highest score.

    >>> accuracy(nn.Identity(), (torch.eye(4), torch.tensor([0, 1, 2, 0])))
    0.75

    Raises ValueError if there is not one label for each image.
    """
    images, labels = _checked(data)
    return (scores(model, images).argmax(dim=1) == labels).double().mean().item()


def _checked(data: Pair) -> Pair:
    images, labels = data
    if len(images) != len(labels) or not len(images):
        raise ValueError(f"there are {len(images)} images and {len(labels)} labels; one label each would do")
    return images, labels
