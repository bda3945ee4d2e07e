"""The shipped traces are what tracing says today, and reading them needs no torch."""

import subprocess
import sys

import pytest

from cnnbook import networks
from cnnbook.networks.shipped import shipped
from cnnbook.tracing import trace


@pytest.mark.parametrize("name", networks.COURSE)
def test_a_shipped_trace_is_todays(name):
    """The file equals the trace of torchvision's network, or of this package's own, row by row.

    If the networks have changed on purpose: python -m cnnbook.networks.shipped
    """
    assert shipped(name) == trace(networks.build(name, device="meta"), networks.info(name).input_shape)


def test_no_other_network_is_shipped():
    """A name outside the course is one clear line."""
    with pytest.raises(LookupError, match=r"no trace of 'resnet101' is shipped; there are lenet5, "):
        shipped("resnet101")


def test_a_shipped_trace_needs_no_torch():
    """A quiz about a network of the course, from its name to a verdict, imports no torch."""
    code = (
        "import sys; from cnnbook import quiz\n"
        "first = quiz('resnet50')[0]; assert first.check(first.question.key).outcome == 'correct'\n"
        "print([name for name in ('torch', 'numpy', 'torchvision') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
