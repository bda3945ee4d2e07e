"""A network of the catalogue is traced, drawn and asked about by its name."""

from unittest import mock

import pytest
import torch

import cnnbook.tracing
from cnnbook import architecture_graph, autograd_graph, networks, quiz, trace


@pytest.mark.parametrize("name", [*networks.COURSE, "mobilenet_v2"])
def test_a_name_gives_the_trace_of_the_network(name):
    """At its own input, as at one that is given, the trace equals that of the built network."""
    shape = networks.info(name).input_shape
    wanted = cnnbook.tracing.trace(networks.build(name, device="meta"), shape)
    assert trace(name) == trace(name.upper()) == trace(name, shape) == trace(name, list(shape)) == wanted
    assert trace(name).name == name


@pytest.mark.parametrize("shape", [(1, 3, 288, 256), (2, 3, 224, 224)])
def test_another_input_than_its_own(shape):
    """At another size or batch the network is built, and the trace is that of this input."""
    wanted = trace(networks.build("resnet18"), shape)
    assert trace("ResNet18", shape) == wanted
    assert trace("resnet18", input_shape=shape) == wanted
    assert trace("resnet18", torch.zeros(shape)) == wanted
    assert trace("resnet18", x=shape) == wanted


def test_the_course_s_networks_are_not_built():
    """Their traces come with the package; only another input makes the tracer run."""
    with mock.patch.object(cnnbook.tracing, "trace", side_effect=AssertionError("traced")):
        for name in networks.COURSE:
            assert len(trace(name)) > 0
        with pytest.raises(AssertionError, match="traced"):
            trace("lenet5", (2, 1, 32, 32))


def test_a_trace_is_one_s_own():
    """A trace that is renamed does not change the next one of this name."""
    trace("lenet5").name = "mine"
    assert trace("lenet5").name == "lenet5"


@pytest.mark.parametrize("verb", [trace, architecture_graph, autograd_graph, quiz])
def test_an_unknown_name_has_one_suggestion(verb):
    """Whatever takes a name refuses a misspelt one with the nearest, in one line."""
    with pytest.raises(networks.UnknownNetwork) as refused:
        verb("resnt18")
    line = "no network is called 'resnt18'; did you mean resnet18? `cnnbook networks` lists all 83"
    assert str(refused.value) == line


def test_graphs_by_name():
    """Both graphs take a name, with or without a shape, and the architecture several."""
    assert architecture_graph("ResNet18").source == architecture_graph(trace("resnet18")).source
    other = (1, 3, 288, 256)
    assert architecture_graph("resnet18", other).source == architecture_graph(trace("resnet18", other)).source
    several = architecture_graph([trace("lenet5"), trace("alexnet")])
    assert architecture_graph(["lenet5", "AlexNet"]).source == several.source
    built = autograd_graph(networks.build("lenet5"), (1, 1, 32, 32))
    assert autograd_graph("LeNet5").source == built.source
    assert autograd_graph("lenet5", (1, 1, 32, 32)).source == built.source


def test_a_quiz_by_name_in_any_case():
    """The questions are those of the network, however its name is written."""
    asked = [[exercise.prompt for exercise in quiz(name)] for name in ("LeNet5", "lenet5", trace("lenet5"))]
    assert asked[0] == asked[1] == asked[2]
