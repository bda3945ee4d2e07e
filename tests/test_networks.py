"""The catalogue builds what it names: parameter counts against the papers and torchvision's own metadata."""

import resource
import subprocess
import sys
import warnings

import pytest
import torch
from torch import nn
from torchvision import models as torchvision_models
from torchvision.models import get_model_weights

from cnnbook import networks
from cnnbook.networks import catalogue
from cnnbook.networks.models import C3_TABLE, LeNet5Of1998, SparseC3, Subsampling, digit_targets
from cnnbook.networks.shipped import shipped
from cnnbook.networks.totals import count, listed

PUBLISHED = {
    "lenet5": 61_706,
    "lenet5_1998": 60_000,
    "alexnet": 61_100_840,
    "alexnet_2012": 60_965_224,
    "vgg16": 138_357_544,
    "googlenet": 6_624_904,
    "inception_v3": 27_161_264,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
}


def parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def test_the_course_has_exactly_these_networks() -> None:
    """The parameter table of this file covers the course, so no network of the chapters goes uncounted."""
    assert tuple(PUBLISHED) == networks.COURSE


@pytest.mark.parametrize("name", networks.COURSE)
def test_parameter_counts_are_the_published_ones(name: str) -> None:
    """Each network of the chapters has the number of parameters that the curriculum states."""
    assert parameters(networks.build(name, device="meta")) == PUBLISHED[name]


def test_every_network_of_torchvision_is_in_the_catalogue() -> None:
    """The catalogue is the course's own three and torchvision's classification models, no more, no less."""
    theirs = set(torchvision_models.list_models(module=torchvision_models))
    assert set(networks.names()) == theirs | {"lenet5", "lenet5_1998", "alexnet_2012"}
    assert len(set(networks.names())) == len(networks.names())


@pytest.mark.parametrize("name", torchvision_models.list_models(module=torchvision_models))
def test_torchvision_networks_match_their_weights_metadata(name: str) -> None:
    """Without memory or warning, each network has as many parameters as its published weights."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network = networks.build(name, device="meta")
    published = {weights.meta["num_params"] for weights in torchvision_models.get_model_weights(name)}
    assert parameters(network) in published
    assert {tensor.device.type for tensor in network.state_dict().values()} == {"meta"}
    assert not network.training


@pytest.mark.parametrize(
    "name", ["efficientnet_b7", "efficientnet_v2_s", "inception_v3", "swin_v2_t", "vit_b_16"]
)
def test_input_shapes_are_those_of_the_published_weights(name: str) -> None:
    """Where networks differ in input size, the catalogue has the crop of torchvision's first weights."""
    (crop,) = next(iter(torchvision_models.get_model_weights(name))).transforms().crop_size
    assert networks.info(name).input_shape == (1, 3, crop, crop)


@pytest.mark.parametrize("name", networks.COURSE)
def test_the_course_networks_run_at_their_input_shape(name: str) -> None:
    """Each network of the chapters maps one image of its catalogue shape to 10 or 1,000 scores."""
    network = networks.build(name, device="meta")
    out = network(torch.empty(networks.info(name).input_shape, device="meta"))
    assert out.shape == (1, 10 if name.startswith("lenet5") else 1000)


def test_building_on_meta_allocates_no_weights() -> None:
    """The largest network, 2.6 GB of weights, is built on meta within 100 MB."""
    networks.build("resnet18", device="meta")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert parameters(networks.build("regnet_y_128gf", device="meta")) == 644_812_894
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kilobytes


@pytest.mark.parametrize("name", ["lenet5", "lenet5_1998", "googlenet", "squeezenet1_1"])
def test_building_on_the_cpu_gives_usable_weights_without_a_warning(name: str) -> None:
    """On the CPU a network comes in eval mode with finite weights and answers with finite scores."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network = networks.build(name)
    torch.manual_seed(0)
    with torch.no_grad():
        out = network(torch.rand(networks.info(name).input_shape))
    assert not network.training
    assert out.isfinite().all()


def test_sparse_c3_is_the_dense_convolution_masked_by_the_papers_table() -> None:
    """SparseC3 gives what a dense convolution gives whose weights outside the table are zero."""
    torch.manual_seed(0)
    sparse, dense = SparseC3(), nn.Conv2d(6, 16, 5)
    packed = [*sparse.three.weight, *sparse.four.weight, *sparse.six.weight]
    with torch.no_grad():
        dense.weight.zero_()
        for map_index, (inputs, weight) in enumerate(zip(C3_TABLE, packed, strict=True)):
            dense.weight[map_index, list(inputs)] = weight
        dense.bias.copy_(torch.cat([sparse.three.bias, sparse.four.bias, sparse.six.bias]))
        s2 = torch.randn(2, 6, 14, 14)
        assert torch.allclose(sparse(s2), dense(s2), atol=1e-5)
    assert parameters(sparse) == 1_516
    assert parameters(dense) == 2_416


def test_the_connection_table_is_the_papers() -> None:
    """Table I of the paper: 60 connections, each map of S2 feeds ten of C3, no two maps look alike."""
    assert [len(inputs) for inputs in C3_TABLE] == [3] * 6 + [4] * 9 + [6]
    assert [sum(s2 in inputs for inputs in C3_TABLE) for s2 in range(6)] == [10] * 6
    assert len({frozenset(inputs) for inputs in C3_TABLE}) == 16


def test_subsampling_adds_four_then_scales_and_shifts() -> None:
    """On 2x4 pixels of one map, subsampling is coefficient times the sum of each window, plus the bias."""
    layer = Subsampling(1)
    with torch.no_grad():
        layer.coefficient.fill_(0.5)
        layer.bias.fill_(10.0)
        out = layer(torch.tensor([[[[1.0, 2.0, 10.0, 20.0], [3.0, 4.0, 30.0, 40.0]]]]))
    assert out.tolist() == [[[[15.0, 60.0]]]]


def test_layers_of_1998_have_the_papers_parameter_counts() -> None:
    """Layer by layer the 1998 network has the paper's parameters; its targets are not trained."""
    network = LeNet5Of1998()
    counts = {name: parameters(layer) for name, layer in network.named_children()}
    assert counts == {
        "c1": 156,
        "s2": 12,
        "c3": 1_516,
        "s4": 32,
        "c5": 48_120,
        "f6": 10_164,
        "output": 0,
        "squash": 0,
    }


def test_the_output_of_1998_is_the_distance_to_each_drawing() -> None:
    """Features that equal a digit's drawing are at distance 0 from it and farther from all others."""
    distances = LeNet5Of1998().output(digit_targets())
    assert distances.diagonal().tolist() == [0.0] * 10
    assert distances.argmin(dim=1).tolist() == list(range(10))
    assert (distances + 100 * torch.eye(10)).min() >= 4 * 8  # eight pixels apart, each by 2


def test_squashing_keeps_one_at_one() -> None:
    """The paper chose 1.7159 tanh(2x/3) because it maps 1 to 1 and -1 to -1."""
    squash = LeNet5Of1998().squash
    assert squash(torch.tensor([-1.0, 0.0, 1.0])).tolist() == pytest.approx([-1, 0, 1], abs=1e-4)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("resnet-18", "resnet18"),
        ("ResNet81", "resnet18"),
        ("lenet", "lenet5"),
        ("inceptionv3", "inception_v3"),
    ],
)
def test_an_unknown_name_gets_the_nearest_and_the_list(typed: str, near: str) -> None:
    """A misspelt name raises UnknownNetwork: what was typed, the nearest name, where the list is."""
    with pytest.raises(networks.UnknownNetwork, match=rf"{typed}.*did you mean {near}\? `cnnbook networks`"):
        networks.build(typed)


@pytest.mark.parametrize("wrong", [None, 18, ["resnet18"], nn.ReLU])
def test_what_is_no_name_is_an_unknown_network(wrong: object) -> None:
    """A value that is no text is told like a misspelt name."""
    with pytest.raises(networks.UnknownNetwork, match="no network is called"):
        networks.build(wrong)  # type: ignore[arg-type]


def test_a_name_like_no_other_gets_the_list_alone() -> None:
    """A name that resembles nothing raises UnknownNetwork without a guess."""
    with pytest.raises(networks.UnknownNetwork, match=r"^no network is called 'zzz'; `cnnbook") as caught:
        networks.info("zzz")
    assert "did you mean" not in str(caught.value)


def test_case_does_not_count() -> None:
    """ResNet18 is resnet18; but a hyphen or an underscore does: regnet_x_1_6gf is not regnet_x_16gf."""
    assert networks.info("ResNet18") is networks.info("resnet18")
    assert networks.build("LeNet5").catalogue_name == "lenet5"
    assert networks.info("RegNet_x_1_6GF").name == "regnet_x_1_6gf"


@pytest.mark.parametrize("name", networks.COURSE)
def test_the_listed_totals_of_the_course_are_those_of_their_traces(name: str) -> None:
    """What `cnnbook networks` says is what the shipped trace says."""
    row = next(row for row in listed() if row.name == name)
    assert (row.parameters, row.macs) == (shipped(name).parameters, shipped(name).macs)


@pytest.mark.parametrize("name", [name for name in networks.names() if name not in networks.COURSE])
def test_the_listed_parameters_of_the_others_are_torchvisions(name: str) -> None:
    """Torchvision publishes them beside its weights. To count anew: python -m cnnbook.networks.totals."""
    row = next(row for row in listed() if row.name == name)
    assert row.parameters in {weights.meta["num_params"] for weights in get_model_weights(name)}


def test_the_listed_macs_are_counted_by_a_trace() -> None:
    """For one network of each of five families."""
    for name in ("densenet121", "mobilenet_v3_small", "regnet_y_400mf", "squeezenet1_1", "vit_b_32"):
        row = next(row for row in listed() if row.name == name)
        assert count(name) == (row.parameters, row.macs)


def test_reading_the_catalogue_loads_no_torch() -> None:
    """Names, shapes and papers are read without torch; building is what loads it."""
    code = (
        "import sys; from cnnbook import networks; networks.names(); networks.info('resnet18');"
        "assert 'torch' not in sys.modules; networks.build('lenet5', device='meta');"
        "assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", networks.names())
def test_every_entry_is_complete(name: str) -> None:
    """Each entry has its name, a batch of one image, a variant and a paper with a plausible identifier."""
    entry = networks.info(name)
    assert entry.name == name
    assert entry.input_shape[0] == 1
    assert entry.variant
    assert entry.paper.citation
    if entry.paper.arxiv is not None:  # YYMM.number: a preprint and its paper are at most a year apart
        assert abs(2000 + int(entry.paper.arxiv[:2]) - entry.paper.year) <= 1
    else:
        assert name in {"lenet5", "lenet5_1998", "alexnet_2012"}


def test_no_image_size_is_given_for_a_network_that_does_not_exist() -> None:
    """The table of image sizes names only networks of the catalogue: no misspelling hides in it."""
    assert set(catalogue._SIDES) < set(networks.names())
