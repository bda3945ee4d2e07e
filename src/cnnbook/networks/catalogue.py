"""The catalogue's entries: each network's name, input shape, paper and variant. Nothing is built here."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a network was published: authors and title, year, and the arXiv identifier if it has one."""

    citation: str
    year: int
    arxiv: str | None = None

    def __str__(self) -> str:
        place = f", arXiv {self.arxiv}" if self.arxiv else ""
        return f"{self.citation} ({self.year}{place})"


@dataclass(frozen=True, slots=True)
class Network:
    """One entry of the catalogue: a network's name, input shape, paper and variant.

    `input_shape` is (N, C, H, W) with N = 1: one image of the size that the network was made for.
    `variant` says whose version it is and what sets it apart.
    """

    name: str
    input_shape: tuple[int, int, int, int]
    paper: Paper
    variant: str


_LENET = Paper(
    "Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document recognition",
    1998,
)
_ALEXNET = Paper(
    "A. Krizhevsky, I. Sutskever and G. Hinton, "
    "ImageNet classification with deep convolutional neural networks",
    2012,
)
_ONE_TOWER = Paper(
    "A. Krizhevsky, One weird trick for parallelizing convolutional neural networks", 2014, "1404.5997"
)
_VGG = Paper(
    "K. Simonyan and A. Zisserman, Very deep convolutional networks for large-scale image recognition",
    2014,
    "1409.1556",
)
_GOOGLENET = Paper("C. Szegedy et al., Going deeper with convolutions", 2014, "1409.4842")
_INCEPTION = Paper(
    "C. Szegedy et al., Rethinking the Inception architecture for computer vision", 2015, "1512.00567"
)
_RESNET = Paper("K. He et al., Deep residual learning for image recognition", 2015, "1512.03385")

# torchvision's other families: the paper, then the names of its networks there.
_OTHERS = (
    (_VGG, "vgg11 vgg11_bn vgg13 vgg13_bn vgg16_bn vgg19 vgg19_bn"),
    (_RESNET, "resnet101 resnet152"),
    (
        Paper(
            "S. Xie et al., Aggregated residual transformations for deep neural networks", 2016, "1611.05431"
        ),
        "resnext101_32x8d resnext101_64x4d resnext50_32x4d",
    ),
    (
        Paper("S. Zagoruyko and N. Komodakis, Wide residual networks", 2016, "1605.07146"),
        "wide_resnet101_2 wide_resnet50_2",
    ),
    (
        Paper("G. Huang et al., Densely connected convolutional networks", 2016, "1608.06993"),
        "densenet121 densenet161 densenet169 densenet201",
    ),
    (
        Paper(
            "F. Iandola et al., SqueezeNet: AlexNet-level accuracy with 50x fewer parameters",
            2016,
            "1602.07360",
        ),
        "squeezenet1_0 squeezenet1_1",
    ),
    (
        Paper(
            "M. Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks", 2018, "1801.04381"
        ),
        "mobilenet_v2",
    ),
    (
        Paper("A. Howard et al., Searching for MobileNetV3", 2019, "1905.02244"),
        "mobilenet_v3_large mobilenet_v3_small",
    ),
    (
        Paper(
            "M. Tan et al., MnasNet: platform-aware neural architecture search for mobile", 2018, "1807.11626"
        ),
        "mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3",
    ),
    (
        Paper(
            "N. Ma et al., ShuffleNet V2: practical guidelines for efficient CNN design", 2018, "1807.11164"
        ),
        "shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0",
    ),
    (
        Paper("M. Tan and Q. Le, EfficientNet: rethinking model scaling for CNNs", 2019, "1905.11946"),
        "efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3 "
        "efficientnet_b4 efficientnet_b5 efficientnet_b6 efficientnet_b7",
    ),
    (
        Paper("M. Tan and Q. Le, EfficientNetV2: smaller models and faster training", 2021, "2104.00298"),
        "efficientnet_v2_l efficientnet_v2_m efficientnet_v2_s",
    ),
    (
        Paper("I. Radosavovic et al., Designing network design spaces", 2020, "2003.13678"),
        "regnet_x_16gf regnet_x_1_6gf regnet_x_32gf regnet_x_3_2gf "
        "regnet_x_400mf regnet_x_800mf regnet_x_8gf "
        "regnet_y_128gf regnet_y_16gf regnet_y_1_6gf regnet_y_32gf regnet_y_3_2gf "
        "regnet_y_400mf regnet_y_800mf regnet_y_8gf",
    ),
    (
        Paper("A. Dosovitskiy et al., An image is worth 16x16 words", 2020, "2010.11929"),
        "vit_b_16 vit_b_32 vit_h_14 vit_l_16 vit_l_32",
    ),
    (
        Paper(
            "Z. Liu et al., Swin Transformer: hierarchical vision transformer using shifted windows",
            2021,
            "2103.14030",
        ),
        "swin_b swin_s swin_t",
    ),
    (
        Paper("Z. Liu et al., Swin Transformer V2: scaling up capacity and resolution", 2021, "2111.09883"),
        "swin_v2_b swin_v2_s swin_v2_t",
    ),
    (Paper("Z. Tu et al., MaxViT: multi-axis vision transformer", 2022, "2204.01697"), "maxvit_t"),
    (
        Paper("Z. Liu et al., A ConvNet for the 2020s", 2022, "2201.03545"),
        "convnext_base convnext_large convnext_small convnext_tiny",
    ),
)

# The side of the square image where it is not 224: that of training or testing torchvision's first weights.
_SIDES = {
    "efficientnet_b1": 240,
    "efficientnet_b2": 288,
    "efficientnet_b3": 300,
    "efficientnet_b4": 380,
    "efficientnet_b5": 456,
    "efficientnet_b6": 528,
    "efficientnet_b7": 600,
    "efficientnet_v2_l": 480,
    "efficientnet_v2_m": 480,
    "efficientnet_v2_s": 384,
    "swin_v2_b": 256,
    "swin_v2_s": 256,
    "swin_v2_t": 256,
}


def _course() -> Iterator[Network]:
    yield Network(
        "lenet5", (1, 1, 32, 32), _LENET, "as taught today: dense C3, ReLU, max pooling, linear output"
    )
    yield Network(
        "lenet5_1998",
        (1, 1, 32, 32),
        _LENET,
        "as published: sparse C3, trainable subsampling, tanh, RBF output",
    )
    yield Network(
        "alexnet", (1, 3, 224, 224), _ONE_TOWER, "torchvision's: one tower, no groups, no normalisation"
    )
    yield Network(
        "alexnet_2012", (1, 3, 227, 227), _ALEXNET, "as published: two groups, local response normalisation"
    )
    yield Network("vgg16", (1, 3, 224, 224), _VGG, "torchvision's: configuration D of the paper")
    yield Network(
        "googlenet",
        (1, 3, 224, 224),
        _GOOGLENET,
        "torchvision's: batch norm, 3x3 for 5x5, no auxiliary heads",
    )
    yield Network("inception_v3", (1, 3, 299, 299), _INCEPTION, "torchvision's: with its auxiliary head")
    for name in ("resnet18", "resnet34"):
        yield Network(name, (1, 3, 224, 224), _RESNET, "torchvision's: projection shortcuts (option B)")
    yield Network(
        "resnet50", (1, 3, 224, 224), _RESNET, "torchvision's v1.5: stride in the 3x3 of a bottleneck"
    )


def _others() -> Iterator[Network]:
    for paper, family in _OTHERS:
        for name in family.split():
            side = _SIDES.get(name, 224)
            yield Network(name, (1, 3, side, side), paper, "torchvision's")


CATALOGUE = {entry.name: entry for entry in (*_course(), *sorted(_others(), key=lambda entry: entry.name))}
