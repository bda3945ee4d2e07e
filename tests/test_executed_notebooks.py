"""The harness that runs the chapters keeps what a test needs, and says so where it does not."""

import nbformat
import pytest

from executed_notebooks import execute

CELLS = {
    "define": "from torch import nn\nclass Net(nn.Linear):\n    pass\ndef twice(x):\n    return factor * x",
    "bind": "factor = 2\nnet = Net(1, 1)\nnn.init.zeros_(net.weight)\nprint('printed')\nfactor",
    "change": "_ = nn.init.ones_(net.weight)\nfactor = 3",
    "large": "large = bytes(9_000_000)\nsmall = bytes(9)",
}


def written(folder, cells):
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in cells.items()]
    book.cells.insert(0, nbformat.v4.new_markdown_cell("# Title", id="title"))
    book.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(book, folder / "small.ipynb")
    return folder / "small.ipynb"


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return execute(written(folder, CELLS), folder / "shared")


def test_values_are_those_after_the_cell(done):
    """A network that a later cell changes is seen as it was before, and as it is after."""
    before, after = done.after("bind"), done.after("change")
    assert (before.factor, after.factor) == (2, 3)
    assert (before.net.weight.item(), after.net.weight.item()) == (0, 1)
    assert not hasattr(done.after("define"), "factor")


def test_functions_run_on_the_values_of_their_cell(done):
    """A function of the notebook is called with the names as they were after the cell."""
    assert (done.after("bind").twice(5), done.end.twice(5)) == (10, 15)


def test_outputs_and_prose_are_kept(done):
    """What a cell printed and showed, and the Markdown."""
    assert done.output("bind") == "printed\n2"
    assert done.text == "# Title"
    assert [cell.id for cell in done.code_cells] == list(CELLS)


def test_large_values_are_left_out(done):
    """Values of more than 8 MB would add to the memory that a chapter is measured by."""
    assert len(done.end.small) == 9
    assert not hasattr(done.end, "large")


def test_the_most_memory_is_found(done, tmp_path):
    """Two hundred megabytes that are held for a moment are seen, although they are gone at the end."""
    cells = {"much": "import time\nmuch = bytearray(200_000_000)\ntime.sleep(0.1)\ndel much"}
    after = execute(written(tmp_path, cells), tmp_path / "shared")
    plain = execute(written(tmp_path, {"little": "little = 1"}), tmp_path / "little")
    assert 190 < after.megabytes - plain.megabytes < 210


def test_a_misspelt_cell_is_named(done):
    """The message names the id that no cell has."""
    with pytest.raises(AssertionError, match="no code cell has the id 'bnid'"):
        done.after("bnid")


def test_the_second_to_ask_gets_the_run_of_the_first(done, tmp_path):
    """A notebook is run once for a shared folder, even where its source has changed since."""
    again = execute(written(tmp_path, {"bind": "factor = 7"}), done.folder.parent)
    assert again.after("bind").factor == 2


def test_an_error_is_kept_with_its_text(tmp_path):
    """A run that failed says why, and is not tried a second time."""
    path = written(tmp_path, {"wrong": "1 / 0"})
    assert "ZeroDivisionError" in execute(path, tmp_path / "shared").failure
    path.unlink()
    assert "ZeroDivisionError" in execute(path, tmp_path / "shared").failure
