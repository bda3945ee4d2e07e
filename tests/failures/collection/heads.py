"""Dense layers and losses after feature maps, without the pooling or the flatten that they need."""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import models

from collection.entry import Broken


class VGG(nn.Module):
    """VGG's convolutions and its classifier, without the adaptive pool between them."""

    def __init__(self) -> None:
        super().__init__()
        self.features = models.vgg11().features
        self.classifier = nn.Sequential(nn.Linear(25088, 256), nn.ReLU(), nn.Linear(256, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(torch.flatten(self.features(x), 1))


class Backbone(nn.Module):
    """A backbone whose last layers were cut off, and a head for its channels."""

    def __init__(self, cut: int = -2, flat: bool = False, fc: int = 512) -> None:
        super().__init__()
        self.backbone = nn.Sequential(*list(models.resnet18().children())[:cut])
        self.flat = flat
        self.head = nn.Linear(fc, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.backbone(x)
        return self.head(x.flatten(1) if self.flat else x)


class Mobile(nn.Module):
    """MobileNet's features, flattened without the global pooling."""

    def __init__(self) -> None:
        super().__init__()
        self.features = models.mobilenet_v2().features
        self.drop = nn.Dropout(0.2)
        self.fc = nn.Linear(1280, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        return self.fc(self.drop(x.reshape(x.shape[0], -1)))


class Small(nn.Module):
    """A network for small images with a hard-coded dense layer."""

    def __init__(self, features: int, widths: Sequence[int] = (32, 64)) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths[0], 3, padding=1)
        self.conv2 = nn.Conv2d(widths[0], widths[1], 3, padding=1)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc1 = nn.Linear(features, 128)
        self.fc2 = nn.Linear(128, 10)

    def flat(self, x: Tensor) -> Tensor:
        return x.view(x.size(0), -1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(F.relu(self.conv2(x)))
        return self.fc2(F.relu(self.fc1(self.flat(x))))


class Unflattened(Small):
    def flat(self, x: Tensor) -> Tensor:
        return x


class Loss(nn.Module):
    """A network of convolutions only, whose maps of one pixel go into the loss."""

    def __init__(self, classes: int, loss: nn.Module) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
        self.last = nn.Conv2d(16, classes, 1)
        self.loss = loss

    def forward(self, x: Tensor, target: Tensor) -> Tensor:
        return self.loss(self.last(self.body(x)), target)


class Discriminator(nn.Module):
    """The discriminator whose dense layer was computed with size // 16, and 28 is no multiple of 16."""

    def __init__(self, size: int = 28, channels: int = 1) -> None:
        super().__init__()

        def block(c_in: int, c_out: int, norm: bool = True) -> list[nn.Module]:
            layers = [nn.Conv2d(c_in, c_out, 3, 2, 1), nn.LeakyReLU(0.2), nn.Dropout2d(0.25)]
            return [*layers, nn.BatchNorm2d(c_out, 0.8)] if norm else layers

        self.model = nn.Sequential(
            *block(channels, 16, False), *block(16, 32), *block(32, 64), *block(64, 128)
        )
        side = size // 2**4
        self.adv_layer = nn.Sequential(nn.Linear(128 * side**2, 1), nn.Sigmoid())

    def forward(self, image: Tensor) -> Tensor:
        out = self.model(image)
        return self.adv_layer(out.view(out.shape[0], -1))


POOLED = r"^[^;]*(AdaptiveAvgPool2d|adaptive_avg_pool2d|mean\(\(2, 3\)|mean\(\(-2, -1\))"

NETWORKS = [
    Broken(
        "vgg-at-512", "open-mmlab/mmpretrain#867", VGG, ((2, 3, 512, 512),),
        cause=(r"classifier\[0\]", r"25,088", r"131,072 = 512 × 16 × 16", r"7 × 7"),
        misleading=(r"tried\): classifier\[0\] = nn.Linear",),
        repairs=(r"AdaptiveAvgPool2d\(\(7, 7\)\)|adaptive_avg_pool2d\(.*7",),
    ),
    Broken(
        "vgg-at-256", "taspinar/sidl#5", VGG, ((16, 3, 256, 256),),
        cause=(r"classifier\[0\]", r"25,088", r"32,768 = 512 × 8 × 8", r"7 × 7"),
        misleading=(r"tried\): classifier\[0\] = nn.Linear",),
        repairs=(r"AdaptiveAvgPool2d\(\(7, 7\)\)|adaptive_avg_pool2d\(.*7",),
    ),
    Broken(
        "resnet-maps-into-linear", "forum: mat1 and mat2 shapes cannot be multiplied (7168x7 and 512x10)",
        Backbone, ((2, 3, 224, 224),),
        cause=(r"head \(Linear", r"512", r"7 × 7|\(2, 512, 7, 7\)", r"pool"),
        misleading=(r"Linear\(7,", r"Linear\(25088", r"the flatten before it is missing"), repairs=(POOLED,),
    ),
    Broken(
        "resnet-flattened-without-pool", "forum: mat1 and mat2 shapes (4x25088 and 512x10)",
        lambda: Backbone(flat=True), ((4, 3, 224, 224),),
        cause=(r"head \(Linear", r"512", r"25,088 = 512 × 7 × 7", r"pool"),
        misleading=(r"tried\): head = nn.Linear",), repairs=(POOLED,),
    ),
    Broken(
        "resnet-not-flattened", "forum: children()[:-1] and a Linear", lambda: Backbone(cut=-1),
        ((4, 3, 224, 224),),
        cause=(r"head \(Linear", r"512", r"\(4, 512, 1, 1\)", r"flatten"),
        misleading=(r"Linear\(1,",), repairs=(r"^[^;]*flatten\(.*1\)",),
    ),
    Broken(
        "resnet50-head", "forum: another backbone, the same head", lambda: Backbone(fc=2048, cut=-1),
        ((4, 3, 224, 224),),
        cause=(r"head \(Linear", r"2,048", r"512", r"flatten"),
        misleading=(r"Linear\(1,",), repairs=(r"flatten.*nn.Linear\(512, 10\)",),
    ),
    Broken(
        "mobilenet-without-pool", "forum: (8x62720 and 1280x5)", Mobile, ((8, 3, 224, 224),),
        cause=(r"fc \(Linear", r"1,280", r"62,720 = 1280 × 7 × 7", r"pool"),
        misleading=(r"tried\): fc = nn.Linear",), repairs=(POOLED,),
    ),
    Broken(
        "cifar-network-at-64", "forum: (32x16384 and 4096x128)", lambda: Small(4096), ((32, 3, 64, 64),),
        cause=(r"fc1 \(Linear", r"4,096", r"16,384 = 64 × 16 × 16", r"8 × 8"),
        repairs=(r"AdaptiveAvgPool2d\(\(8, 8\)\)", r"feed \(32, 3, 32, 32\)"),
    ),
    Broken(
        "small-image-larger-dense", "forum: CIFAR notebook on MNIST's size", lambda: Small(4096),
        ((8, 3, 28, 28),),
        cause=(r"fc1 \(Linear", r"4,096", r"3,136 = 64 × 7 × 7"),
        misleading=(r"AdaptiveAvgPool",),
        repairs=(r"fc1 = nn.Linear\(3136, 128\)", r"feed \(8, 3, 32, 32\)"),
    ),
    Broken(
        "maps-into-linear-of-other-size", "udacity/deep-learning-v2-pytorch#396",
        lambda: Unflattened(64 * 7 * 7), ((4, 3, 32, 32),),
        cause=(r"fc1 \(Linear", r"3,136", r"\(4, 64, 8, 8\)", r"flatten"),
        misleading=(r"Linear\(8,",),
        repairs=(r"(AdaptiveAvgPool2d\(|adaptive_avg_pool2d\(.*)\(7, 7\)|flatten.*nn.Linear\(4096, 128\)",),
    ),
    Broken(
        "cross-entropy-of-maps", "forum: only batches of spatial targets supported",
        lambda: Loss(10, nn.CrossEntropyLoss()), ((4, 3, 32, 32), torch.zeros(4, dtype=torch.long)),
        cause=(r"loss|cross_entropy", r"\(4, 10, 1, 1\)", r"\(4,\)"),
        repairs=(r"flatten\(.*1\)",),
    ),
    Broken(
        "bce-of-maps", "forum: Target size must be the same as input size",
        lambda: Loss(1, nn.BCEWithLogitsLoss()), ((4, 3, 32, 32), torch.zeros(4, 1)),
        cause=(r"loss|binary_cross", r"\(4, 1, 1, 1\)", r"\(4, 1\)"),
        repairs=(r"flatten\(.*1\)",),
    ),
    Broken(
        "gan-side-28", "eriklindernoren/PyTorch-GAN#164", Discriminator, ((4, 1, 28, 28),),
        cause=(r"adv_layer\[0\]", r"128\b", r"512 = 128 × 2 × 2", r"1 × 1|28.*16|16.*28"),
        repairs=(r"adv_layer\[0\] = nn.Linear\(512, 1\)", r"feed \(4, 1, 16, 16\)"),
    ),
    Broken(
        "gan-side-100", "eriklindernoren/PyTorch-GAN#164", lambda: Discriminator(100, 3), ((4, 3, 100, 100),),
        cause=(r"adv_layer\[0\]", r"4,608", r"6,272 = 128 × 7 × 7", r"6 × 6"),
        repairs=(r"adv_layer\[0\] = nn.Linear\(6272, 1\)", r"feed \(4, 3, 96, 96\)", r"AdaptiveAvgPool2d"),
    ),
]  # fmt: skip
