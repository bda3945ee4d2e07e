"""Views that change the number of images, noticed only where something else is joined with them."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from collection.entry import Broken
from collection.missing_axes import From, words

# Rebuilding a layer for what the folded view gives keeps the wrong number of images.
NOT_TO_KEEP = (r"feed \((?!4, )", r"expand", r"repeat")


def labels(count: int) -> torch.Tensor:
    return torch.zeros(count, dtype=torch.long)


def spatial_transformer(s: Any, x: Any) -> Any:
    theta = s.fc_loc(s.localization(x).view(-1, 90)).view(-1, 2, 3)
    return F.grid_sample(x, F.affine_grid(theta, list(x.size()), align_corners=False), align_corners=False)


def transformer_parts() -> dict[str, nn.Module]:
    return {
        "localization": nn.Sequential(
            nn.Conv2d(1, 8, 7), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(8, 10, 5), nn.MaxPool2d(2), nn.ReLU()
        ),
        "fc_loc": nn.Sequential(nn.Linear(90, 32), nn.ReLU(), nn.Linear(32, 6)),
    }


def classified(s: Any, x: Any, y: Any) -> Any:
    return F.cross_entropy(s.l(F.relu(s.c(x)).view(-1, 36)), y)


def siamese(s: Any, x: Any, y: Any) -> Any:
    a = s.l(F.relu(s.c(x)).view(-1, 36))
    b = s.l(F.relu(s.c(y)).mean((2, 3)).repeat(1, 9))
    return F.pairwise_distance(a, b)


def joined(s: Any, x: Any) -> Any:
    a = F.relu(s.c(x)).view(-1, 36)
    return s.l(torch.cat([a, s.c(x).mean((2, 3))], 1))


def image_and_numbers(s: Any, x: Any, y: Any) -> Any:
    a = s.l(F.relu(s.c(x)).view(-1, 36))
    return s.out(torch.cat([a, s.m(y)], 1))


def skipped(s: Any, x: Any) -> Any:
    y = F.relu(s.c(x))
    return y.mean((2, 3)) + s.l(y.view(-1, 36))


def autoencoder(s: Any, x: Any) -> Any:
    z = s.enc(x.flatten(1))
    return F.mse_loss(s.t(s.dec(z).view(-1, 16, 4, 4)), x)


def every_step(s: Any, x: Any, y: Any) -> Any:
    out, _ = s.rnn(x)
    return F.cross_entropy(s.l(out.reshape(-1, 16)), y)


def frames_then_states(s: Any, x: Any, y: Any) -> Any:
    n, t = x.shape[:2]
    f = F.relu(s.c(x.view(n * t, 3, 12, 12))).mean((2, 3))
    return F.cross_entropy(s.l(f), y)


def halves(s: Any, x: Any) -> Any:
    z = F.relu(s.l(x))
    return s.out(torch.cat([z.view(-1, 8, 4, 4), z.view(x.size(0), 32, 4, 4)], 1))


NETWORKS = [
    Broken(
        "generator-half-the-channels",
        "the project's case w09: view(-1, 64, 8, 8) of 128 * 8 * 8 features",
        lambda: From(
            lambda s, z: s.t(s.l(z).view(-1, 64, 8, 8)),
            l=nn.Linear(100, 128 * 8 * 8),
            t=nn.ConvTranspose2d(128, 1, 4, 2, 1),
        ),
        ((16, 100),),
        cause=(r"view \(row 1\)", r"\(32, 64, 8, 8\)", r"\(16, 8192\)", r"batch of 16 became 32"),
        misleading=(r"ConvTranspose2d\(64", r"feed "),
        repairs=(r"x\.view\((-1|x\.size\(0\)), 128, 8, 8\)",),
    ),
    Broken(
        "generator-in-a-sequential",
        "forum: DCGAN, view(-1, 128, 4, 4) where the first norm has 256 channels",
        lambda: From(
            lambda s, z: s.body(F.relu(s.project(z)).view(-1, 128, 4, 4)),
            project=nn.Linear(64, 256 * 4 * 4),
            body=nn.Sequential(nn.BatchNorm2d(256), nn.ConvTranspose2d(256, 3, 4, 2, 1)),
        ),
        ((6, 64),),
        cause=(r"view \(row 2\)", r"\(12, 128, 4, 4\)", r"\(6, 4096\)", r"batch of 6 became 12"),
        misleading=(r"BatchNorm2d\(128", r"feed "),
        repairs=(r"x\.view\((-1|x\.size\(0\)), 256, 4, 4\)",),
    ),
    Broken(
        "spatial-transformer-64",
        "own, after PyTorch's tutorial: view(-1, 10 * 3 * 3) holds for 28 x 28 only",
        lambda: From(spatial_transformer, **transformer_parts()),
        ((4, 1, 64, 64),),
        cause=(r"affine_grid", r"view \(row 6\)", r"\(4, 10, 12, 12\)", r"batch of 4 became 64"),
        misleading=(r"feed \((?!4, 1, )",),
        repairs=(r"x\.size\(0\), -1\).*fc_loc\[0\] = nn\.Linear\(1440, 32\)", r"feed \(4, 1, 28, 28\)"),
    ),
    Broken(
        "classifier-loss-with-folded-view",
        "forum: Expected input batch_size (16) to match target batch_size (4); the project's case w09",
        lambda: From(classified, c=nn.Conv2d(1, 4, 3), l=nn.Linear(36, 5)),
        ((4, 1, 8, 8), labels(4)),
        cause=(r"cross_entropy", r"view \(row 2\)", r"\(4, 4, 6, 6\)", r"batch of 4 became 16"),
        misleading=NOT_TO_KEEP,
        repairs=(r"x\.size\(0\), -1\).*l = nn\.Linear\(144, 5\)",),
    ),
    Broken(
        "classifier-loss-typed-labels",
        "the project's case w09, class Loss",
        lambda: From(
            lambda s, x: F.cross_entropy(s.l(s.c(x).view(-1, 36)), labels(4)),
            c=nn.Conv2d(1, 4, 3),
            l=nn.Linear(36, 5),
        ),
        ((4, 1, 8, 8),),
        cause=(r"cross_entropy", r"view \(row 1\)", r"\(4, 4, 6, 6\)", r"batch of 4 became 16"),
        misleading=NOT_TO_KEEP,
        repairs=(r"x\.size\(0\), -1\).*l = nn\.Linear\(144, 5\)",),
    ),
    Broken(
        "view-of-everything",
        "the project's case w09, class Flat: x.view(-1)",
        lambda: From(lambda s, x: s.l(s.c(x).view(-1)), c=nn.Conv2d(1, 4, 3), l=nn.Linear(144, 5)),
        ((4, 1, 8, 8),),
        cause=(r"l \(Linear, row 2\)", r"144", r"view \(row 1\)", r"576", r"batch of 4"),
        misleading=(r"Linear\(576",),
        repairs=(r"x\.size\(0\), -1\)|flatten\(x, 1\)|flatten\(1\)",),
    ),
    Broken(
        "reshape-of-everything",
        "own: x.reshape(-1) with a wrong dense layer as well",
        lambda: From(lambda s, x: s.l(F.relu(s.c(x)).reshape(-1)), c=nn.Conv2d(1, 4, 3), l=nn.Linear(100, 5)),
        ((4, 1, 8, 8),),
        cause=(r"l \(Linear, row 3\)", r"100", r"reshape \(row 2\)", r"batch of 4"),
        misleading=(r"Linear\(576",),
        repairs=(r"(x\.size\(0\), -1\)|flatten\(x, 1\)|flatten\(1\)).*l = nn\.Linear\(144, 5\)",),
    ),
    Broken(
        "ravel-of-everything",
        "own: torch.ravel(x)",
        lambda: From(lambda s, x: s.l(torch.ravel(s.c(x))), c=nn.Conv2d(1, 4, 3), l=nn.Linear(144, 5)),
        ((4, 1, 8, 8),),
        cause=(r"l \(Linear, row 2\)", r"144", r"ravel \(row 1\)", r"batch of 4"),
        misleading=(r"Linear\(576",),
        repairs=(r"x\.size\(0\), -1\)|flatten\(x, 1\)|flatten\(1\)",),
    ),
    Broken(
        "siamese-one-branch-folded",
        "own: Siamese branches, one of them through a view for another size",
        lambda: From(siamese, c=nn.Conv2d(1, 4, 3), l=nn.Linear(36, 5)),
        ((4, 1, 8, 8), (4, 1, 8, 8)),
        cause=(r"view \(row 2\)", r"\(4, 4, 6, 6\)", r"batch of 4 became 16"),
        misleading=NOT_TO_KEEP,
    ),
    Broken(
        "cat-with-folded-view",
        "own: a flattened branch and a pooled one",
        lambda: From(joined, c=nn.Conv2d(1, 4, 3), l=nn.Linear(148, 5)),
        ((4, 1, 8, 8),),
        cause=(r"cat", r"view \(row 2\)", r"\(4, 4, 6, 6\)", r"batch of 4 became 16"),
        misleading=NOT_TO_KEEP,
        repairs=(r"x\.size\(0\), -1\)",),
    ),
    Broken(
        "image-and-numbers",
        "forum: image features joined with numbers of each patient",
        lambda: From(
            image_and_numbers,
            c=nn.Conv2d(1, 4, 3),
            l=nn.Linear(36, 5),
            m=nn.Linear(3, 6),
            out=nn.Linear(11, 2),
        ),
        ((4, 1, 8, 8), (4, 3)),
        cause=(r"cat", r"view \(row 2\)", r"\(4, 4, 6, 6\)", r"batch of 4 became 16"),
        misleading=NOT_TO_KEEP,
        repairs=(r"x\.size\(0\), -1\).*l = nn\.Linear\(144, 5\)",),
    ),
    Broken(
        "addition-with-folded-view",
        "own: a shortcut around a flattened branch",
        lambda: From(skipped, c=nn.Conv2d(1, 4, 3), l=nn.Linear(36, 4)),
        ((4, 1, 8, 8),),
        cause=(r"add", r"view \(row 3\)", r"\(4, 4, 6, 6\)", r"batch of 4 became 16"),
        misleading=NOT_TO_KEEP,
        repairs=(r"x\.size\(0\), -1\).*l = nn\.Linear\(144, 4\)",),
    ),
    Broken(
        "autoencoder-loss-folded",
        "own: the decoder's view has half of the channels of its dense layer",
        lambda: From(
            autoencoder,
            enc=nn.Linear(64, 10),
            dec=nn.Linear(10, 32 * 4 * 4),
            t=nn.ConvTranspose2d(16, 1, 2, 2),
        ),
        ((6, 1, 8, 8),),
        cause=(r"mse_loss", r"view \(row 3\)", r"\(6, 512\)", r"batch of 6 became 12"),
        misleading=(r"feed ",),
        repairs=(
            r"x\.view\((-1|x\.size\(0\)), 32, 4, 4\).*t = nn\.ConvTranspose2d\(32",
            r"dec = nn\.Linear\(10, 256\)",
        ),
    ),
    Broken(
        "every-step-of-an-rnn",
        "bentrevett/pytorch-sentiment-analysis#105 and the forum: all time steps against one label each",
        lambda: From(every_step, rnn=nn.LSTM(6, 16, batch_first=True), l=nn.Linear(16, 3)),
        ((4, 12, 6), labels(4)),
        cause=(r"cross_entropy", r"reshape \(row 1\)", r"\(48, 16\)", r"batch of 4 became 48"),
        misleading=(r"feed ", r"expand"),
        repairs=(r"\[:, -1\]",),
    ),
    Broken(
        "frames-not-unfolded",
        "own: frames folded into the batch and never back",
        lambda: From(frames_then_states, c=nn.Conv2d(3, 8, 3), l=nn.Linear(8, 5)),
        ((2, 6, 3, 12, 12), labels(2)),
        cause=(r"cross_entropy", r"view \(row 0\)", r"\(12, 3, 12, 12\)", r"batch of 2 became 12"),
        misleading=(r"feed ", r"expand"),
    ),
    Broken(
        "the-wrong-size-as-batch",
        "forum: x.view(x.size(1), -1)",
        lambda: From(
            lambda s, x, y: F.cross_entropy(s.l(s.c(x).view(s.c(x).size(1), -1)), y),
            c=nn.Conv2d(1, 8, 3),
            l=nn.Linear(72, 5),
        ),
        ((2, 1, 8, 8), labels(2)),
        cause=(r"cross_entropy", r"view \(row 2\)", r"\(2, 8, 6, 6\)", r"batch of 2 became 8"),
        misleading=(r"feed ", r"expand"),
        repairs=(r"x\.size\(0\), -1\).*l = nn\.Linear\(288, 5\)",),
    ),
    Broken(
        "skip-with-folded-maps",
        "own: one of two views of the same features has fewer channels",
        lambda: From(halves, l=nn.Linear(10, 512), out=nn.Conv2d(40, 4, 3)),
        ((4, 10),),
        cause=(r"cat", r"view \(row 2\)", r"\(16, 8, 4, 4\)", r"\(4, 512\)", r"batch of 4 became 16"),
        misleading=(r"feed ",),
    ),
    Broken(
        "typed-batch-then-cat",
        "adambielski/siamese-triplet and the forum: a batch of 8 typed into the view",
        lambda: From(
            lambda s, x: torch.cat([s.l(s.c(x).view(8, -1)), s.c(x).mean((2, 3))], 1),
            c=nn.Conv2d(1, 4, 3),
            l=nn.Linear(72, 5),
        ),
        ((4, 1, 8, 8),),
        cause=(r"cat", r"view \(row 1\)", r"\(8, 72\)", r"batch of 4 became 8"),
        misleading=NOT_TO_KEEP,
        repairs=(r"x\.size\(0\), -1\).*l = nn\.Linear\(144, 5\)",),
    ),
    Broken(
        "convolution-after-folded-maps",
        "own: a reshape to the channels of the next layer, which does not look at the size",
        lambda: From(
            lambda s, x: s.up(s.c2(s.c1(x).reshape(-1, 32, 6, 6))) + x,
            c1=nn.Conv2d(1, 16, 3),
            c2=nn.Conv2d(32, 8, 3, padding=1),
            up=nn.ConvTranspose2d(8, 1, 3),
        ),
        ((4, 1, 8, 8),),
        cause=(r"add", r"reshape \(row 1\)", r"\(4, 16, 6, 6\)", r"batch of 4 became 2"),
        misleading=(r"feed ",),
        repairs=(
            r"leave out reshape.*c2 = nn\.Conv2d\(16",
            r"reshape\((-1|x\.size\(0\)), 16, 6, 6\).*c2 = nn\.Conv2d\(16",
            r"c1 = nn\.Conv2d\(1, 32",
        ),
    ),
    Broken(
        "kernel-of-a-recurrent-head",
        "own: an LSTM over cut features, then one label each",
        lambda: From(
            lambda s, x, y: F.cross_entropy(s.l(s.rnn(s.e(x).view(-1, 5, 16))[0][:, -1]), y),
            e=nn.Embedding(50, 16),
            rnn=nn.GRU(16, 8, batch_first=True),
            l=nn.Linear(8, 3),
        ),
        (words(4, 20), labels(4)),
        cause=(
            r"cross_entropy",
            r"view \(row 1\)",
            r"\(16, 5, 16\)",
            r"\(4, 20, 16\)",
            r"batch of 4 became 16",
        ),
        misleading=(r"feed ", r"expand"),
        repairs=(r"x\.size\(0\), -1, 16\)|leave out view|without.*view",),
    ),
]
