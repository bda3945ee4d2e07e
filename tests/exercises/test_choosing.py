"""The table behind chapter 08's exercises is torchvision's own."""

import pytest
from torchvision.models import get_model_weights

from cnnbook.exercises.chapters.choosing import CANDIDATES, TOP1_OF_V2


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
