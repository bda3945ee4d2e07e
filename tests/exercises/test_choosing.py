"""The table behind chapter 08's exercises is torchvision's own."""

import pytest
from torchvision.models import get_model_weights

from cnnbook.exercises.chapters.choosing import CANDIDATES, TOP1_OF_V2
from cnnbook.learner.check import check


@pytest.mark.parametrize("candidate", CANDIDATES, ids=lambda candidate: candidate.name)
def test_the_candidates_are_as_published(candidate):
    """Accuracy, parameters and MACs are those of the weights' metadata, MACs to three decimals."""
    published = get_model_weights(candidate.name)["IMAGENET1K_V1"].meta
    assert published["_metrics"]["ImageNet-1K"]["acc@1"] == candidate.top1
    assert published["num_params"] == candidate.parameters
    assert published["_ops"] == round(candidate.macs / 1e9, 3)


def test_the_second_weights_of_resnet50_are_as_published():
    """The recipe's gain is computed from torchvision's two entries for one architecture."""
    published = get_model_weights("resnet50")["IMAGENET1K_V2"].meta
    assert published["_metrics"]["ImageNet-1K"]["acc@1"] == TOP1_OF_V2


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("choosing.widest", 9.37, "9.37 is not a whole number, and a width is a number of maps."),
        ("choosing.bug-batch", 1 / 32, "0.03125 is not a whole number, and images are counted."),
    ],
)
def test_a_fraction_is_told_what_is_counted(name, answer, said):
    """A width that solves the equation, and a division the other way round, are no try and hear why."""
    feedback = check(name, answer)
    assert feedback.outcome == "unreadable"
    assert feedback.message.startswith(said)


@pytest.mark.parametrize(
    ("answer", "cause", "said"),
    [
        (55, "one-axis-only", "55 places lie in one row of the map."),
        (11 * 11, "kernel-area", "121 is a number of weights"),
        (11 * 11 * 3, "kernel-area", "363 is a number of weights"),
        (11 * 11 * 55 * 55, "weights-as-connections", "366,025 counts the uses of many weights together."),
    ],
)
def test_uses_of_a_weight_are_told_from_weights_and_from_rows(answer, cause, said):
    """What is counted in place of the uses of one weight is named."""
    feedback = check("choosing.conv1-uses", answer)
    assert feedback.candidates == (cause,)
    assert feedback.hint.startswith(said)


def fits(network, most_kb, most_ms):
    return network[1] <= most_kb and network[2] <= most_ms


def accuracy_of_the_best(networks, most_kb, most_ms):
    return max((one[0] for one in networks if fits(one, most_kb, most_ms)), default=-1)


def place_among_those_that_fit(networks, most_kb, most_ms):
    left = [one[0] for one in networks if fits(one, most_kb, most_ms)]
    return left.index(max(left)) if left else -1


@pytest.mark.parametrize(
    ("function", "cause"),
    [
        (accuracy_of_the_best, "value-for-place"),
        (place_among_those_that_fit, "place-among-fitting"),
    ],
)
def test_a_place_is_told_from_an_accuracy_and_from_a_place_in_a_shorter_list(function, cause):
    """The right network, given in another way than asked for, is named as that."""
    assert check("choosing.write-choice", function).misconception == cause


def test_networks_that_are_left_are_told_from_dominated_ones():
    """Counting the Pareto front in place of the rest is named."""

    def left(networks):
        beaten = [any(b[0] > a[0] and b[1] < a[1] and b[2] < a[2] for b in networks) for a in networks]
        return beaten.count(False)

    assert check("choosing.write-dominated", left).misconception == "rest-counted"
