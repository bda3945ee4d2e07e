"""The shipped data are what data/README.md says they are."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from cnnbook.photographs import NAMES, UnknownPhotographError, grey, halved, planes

ROOT = Path(__file__).parent.parent
DATA, PHOTOGRAPHS = ROOT / "data", ROOT / "src" / "cnnbook" / "photographs"
FILES = {path.name: path for path in (*DATA.iterdir(), *PHOTOGRAPHS.glob("*.ppm")) if path.is_file()}
RECORDED = dict(
    re.findall(r"^\| (\S+) \| ([0-9a-f]{64}) \|$", (DATA / "README.md").read_text(), re.MULTILINE)
)


def test_every_file_is_recorded() -> None:
    """Each file of data and each photograph has a line in the table of checksums, and the other way round."""
    assert set(FILES) - {"README.md"} == set(RECORDED)


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_checksum(name: str) -> None:
    """Each file has the SHA-256 that the README records."""
    assert hashlib.sha256(FILES[name].read_bytes()).hexdigest() == RECORDED[name]


def test_the_digits_are_1797_labelled_images_of_8_by_8() -> None:
    """The digits have the shapes, types and ranges that the README states, and ten classes of like size."""
    with np.load(DATA / "digits.npz") as digits:
        images, labels = digits["images"], digits["labels"]
    assert (images.shape, images.dtype) == ((1797, 8, 8), np.uint8)
    assert (labels.shape, labels.dtype) == ((1797,), np.uint8)
    assert (images.min(), images.max()) == (0, 16)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_clothes_are_12000_labelled_images_of_28_by_28() -> None:
    """The clothes have the shapes, types and ranges that the README states, and ten classes of like size."""
    with np.load(DATA / "fashion.npz") as fashion:
        for part, count in (("train", 10_000), ("test", 2_000)):
            images, labels = fashion[part], fashion[f"{part}_labels"]
            assert (images.shape, images.dtype) == ((count, 28, 28), np.uint8)
            assert (labels.shape, labels.dtype) == ((count,), np.uint8)
            assert (images.min(), images.max()) == (0, 255)
            assert np.bincount(labels).size == 10
            assert np.abs(np.bincount(labels) - count / 10).max() < 0.1 * count / 10


def test_the_notice_of_the_clothes_licence_stands_beside_them() -> None:
    """The MIT licence asks for its notice in every copy: it travels with the data."""
    readme = " ".join((DATA / "README.md").read_text(encoding="utf-8").replace(">", " ").split())
    mit = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Copyright © 2017 Zalando SE" in readme
    assert " ".join(mit[mit.index("Permission is hereby") :].split()) in readme


def test_hopper_is_matplotlibs_sample() -> None:
    """The file in the package is what the README says, up to how a JPEG is read and resized."""
    from matplotlib.cbook import get_sample_data
    from PIL import Image

    with get_sample_data("grace_hopper.jpg") as file:
        wanted = Image.open(file).crop((0, 20, 512, 532)).resize((192, 192), Image.Resampling.LANCZOS)
    ours = np.stack([np.array(rows) for rows in planes("hopper")], axis=-1)
    assert np.abs(ours - np.array(wanted.convert("RGB"))).mean() < 2
    assert ours.std() > 50


@pytest.mark.parametrize("name", NAMES)
def test_a_photograph_is_read_as_pillow_reads_it(name: str) -> None:
    """Each photograph has three planes of 192 by 192 numbers, and they are those that are in the file."""
    from PIL import Image

    ours = np.stack([np.array(rows) for rows in planes(name)], axis=-1)
    assert ours.shape == (192, 192, 3)
    assert np.array_equal(ours, np.array(Image.open(FILES[f"{name}.ppm"])))


def test_half_the_side_is_the_mean_of_four_pixels() -> None:
    """The explorer's photograph is that of the chapters at half the side, rounded; grey is as in Rec. 601."""
    red, green, blue = planes("hopper")
    by_numpy = np.array(red).reshape(96, 2, 96, 2).mean(axis=(1, 3))
    assert np.abs(np.array(halved(red)) - by_numpy).max() <= 0.5
    brightness = np.array(red) * 0.299 + np.array(green) * 0.587 + np.array(blue) * 0.114
    assert np.abs(np.array(grey(red, green, blue)) - brightness).max() < 0.501


def test_an_unknown_photograph_is_one_line() -> None:
    """The message says which photographs there are."""
    with pytest.raises(
        UnknownPhotographError, match=r"^no photograph is called 'cat'; 'hopper', .* would do$"
    ):
        planes("cat")
