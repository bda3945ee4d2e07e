"""The shipped data are what data/README.md says they are."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

DATA = Path(__file__).parent.parent / "data"
RECORDED = dict(
    re.findall(r"^\| (\S+) \| ([0-9a-f]{64}) \|$", (DATA / "README.md").read_text(), re.MULTILINE)
)


def test_every_file_is_recorded() -> None:
    """Each file that lies in data/ has a line in the README's table of checksums, and the other way round."""
    assert {path.name for path in DATA.iterdir() if path.is_file()} - {"README.md"} == set(RECORDED)


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_checksum(name: str) -> None:
    """Each file has the SHA-256 that the README records."""
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == RECORDED[name]


def test_the_digits_are_1797_labelled_images_of_8_by_8() -> None:
    """The digits have the shapes, types and ranges that the README states, and ten classes of like size."""
    with np.load(DATA / "digits.npz") as digits:
        images, labels = digits["images"], digits["labels"]
    assert (images.shape, images.dtype) == ((1797, 8, 8), np.uint8)
    assert (labels.shape, labels.dtype) == ((1797,), np.uint8)
    assert (images.min(), images.max()) == (0, 16)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
