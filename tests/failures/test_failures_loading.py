"""What a first message loads: never torch's compiler, which takes longer than everything else together."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# torchvision loads the compiler by itself, and so does a network with a compiled part.
SUBJECTS = [
    path.stem
    for path in sorted((HERE / "collection").glob("*.py"))
    if path.stem not in ("__init__", "entry", "score")
    and "torchvision" not in path.read_text(encoding="utf-8")
]
CODE = """
import sys
from collection.score import networks, score
for subject in sys.argv[1:]:
    for broken in networks(subject):
        if broken.name != "compiled-inside":
            score(broken)
            if "torch._dynamo" in sys.modules:
                sys.exit(f"{subject}: {broken.name}")
"""


@pytest.mark.parametrize("chosen", [SUBJECTS[::2], SUBJECTS[1::2]], ids=["even", "odd"])
def test_no_message_loads_the_compiler(chosen: list[str]) -> None:
    """Neither the trace of a broken network nor the trials of its repairs load torch._dynamo."""
    run = subprocess.run(
        [sys.executable, "-c", CODE, *chosen], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_loading_the_compiler_would_be_seen() -> None:
    """The same code names a network whose build loads the compiler."""
    loading = CODE.replace("score(broken)", "import torch._dynamo")
    run = subprocess.run(
        [sys.executable, "-c", loading, "gates"], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert run.stderr.startswith("gates: ")
