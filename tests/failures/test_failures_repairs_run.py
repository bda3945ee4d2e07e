"""The repairs of the collection's networks are Python: each is run on the real network, which then works."""

import re
from typing import Any

import pytest
import torch
from collection.entry import Broken
from collection.score import networks
from repairing import mended

from cnnbook.tracing import TraceError, trace

SUBJECTS = ("constants", "given_values", "named_layers", "positions")
# The network's own code made these tensors, so no line outside of it can change them.
OF_FORWARD = re.compile(r"make it \(|^it\b|give \S+ torch\.zeros|torch\.matmul\(")
CASES = [broken for subject in SUBJECTS for broken in networks(subject)]


def real(value: Any) -> Any:
    """An input with numbers, where a shape stood for it."""
    return torch.rand(value) if isinstance(value, tuple) else value


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("broken", CASES, ids=lambda broken: broken.name)
def test_each_repair_runs(broken: Broken) -> None:
    """After the lines of a repair were run, the real network works; before it did not."""
    with pytest.raises(TraceError) as caught:
        trace(broken.build().eval(), *broken.inputs)
    inputs = [real(value) for value in broken.inputs]
    with torch.no_grad(), pytest.raises(Exception):  # noqa: B017, PT011 (whatever torch or Python raises)
        broken.build().eval()(*inputs)
    for repair in caught.value.repairs:
        if not OF_FORWARD.search(repair):
            mended(broken.build().eval(), repair, *inputs)
