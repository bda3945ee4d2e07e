"""Behind each switch DOWNLOAD_WEIGHTS is code that runs, though no test downloads anything.

Torch takes a file of weights from its own folder if it is there. The test puts one there, under the name that
torchvision gives it; in it, all numbers of a tensor are equal, so that it takes little room.
"""

import ast
import os
import re
from pathlib import Path

import nbformat
import pytest
import torch
from IPython.display import display
from torchvision import models

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
SWITCH = re.compile(r"^DOWNLOAD_WEIGHTS = False\b", re.MULTILINE)

# For each chapter: the weights behind its switch, its name for the network, and the lines that it prints.
SWITCHES = {
    "04": (models.AlexNet_Weights.IMAGENET1K_V1, "alexnet", r"^ *\d+\.\d% \w.*$", 5),
    "05": (models.VGG16_Weights.DEFAULT, "real", r"^\d+% \w.*$", 3),
    "06": (models.Inception_V3_Weights.IMAGENET1K_V1, "mine", r"^ *\d+\.\d% \w.*$", 5),
    "07": (models.ResNet18_Weights.DEFAULT, "net", r"^ImageClassification\($", 1),
}


def code_of(path):
    """The source of each code cell of a notebook."""
    return [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def bound(source):
    """The names that a cell binds."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return found


def used(statements, have):
    """The names that statements use before they bind them; `have` are bound already, and grows."""
    found = set()
    for statement in statements:
        blocks = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
        inside = (
            {}
            if isinstance(statement, ast.FunctionDef | ast.ClassDef)
            else {id(s) for b in blocks for s in b}
        )
        nodes = [
            node
            for child in ast.iter_child_nodes(statement)
            if id(child) not in inside
            for node in ast.walk(child)
        ]
        of_its_own = {
            name.id for node in nodes if isinstance(node, ast.comprehension) for name in names_in(node.target)
        }
        found |= {name.id for node in nodes for name in names_in(node, ast.Load)} - have - of_its_own
        if not inside:
            have |= bound(ast.unparse(statement))
        have |= {name.id for node in nodes for name in names_in(node, ast.Store)}
        for block in blocks if inside else []:
            found |= used(block, have)
    return found


def needed(cells, index):
    """The indices of a cell and of all cells before it that bind what it uses, directly or through others."""
    found, waiting = set(), [index]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            for name in used(ast.parse(cells[at]).body, set()):
                binding = [before for before in range(at) if name in bound(cells[before])]
                waiting += binding[-1:]
    return sorted(found)


def names_in(node, kind=ast.expr_context):
    """All names in a syntax tree that are read, or bound."""
    return [name for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, kind)]


def small_weights(weights):
    """A state dict with the names and shapes of the network's; each tensor repeats one number in memory."""
    name = str(weights).partition("_Weights")[0].lower()
    options = {"init_weights": False} if name == "inception_v3" else {}  # it would take long to draw them
    with torch.device("meta"):
        tensors = models.get_model(name, **options).state_dict()
    return {
        key: torch.tensor(0.01 if tensor.is_floating_point() else 1).to(tensor.dtype).expand(tensor.shape)
        for key, tensor in tensors.items()
    }


def test_each_switch_is_tested():
    """A chapter with a switch stands in the table above, and no other chapter does."""
    have = {path.stem[:2] for path in NOTEBOOKS if any(SWITCH.search(cell) for cell in code_of(path))}
    assert have == set(SWITCHES)


@pytest.fixture
def torchs_settings():
    """Gives torch back its type of numbers, should a cell fail that has changed it."""
    dtype = torch.get_default_dtype()
    yield
    torch.set_default_dtype(dtype)


@pytest.mark.usefixtures("torchs_settings")
@pytest.mark.parametrize("number", SWITCHES)
def test_the_branch_behind_the_switch_runs(number, tmp_path, monkeypatch, capsys):
    """With the switch on, the cell loads the file from torch's folder and prints what the network says."""
    weights, name, line, count = SWITCHES[number]
    (path,) = [path for path in NOTEBOOKS if path.stem.startswith(number)]
    cells = code_of(path)
    (index,) = [i for i, cell in enumerate(cells) if SWITCH.search(cell)]

    folder = tmp_path / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    given = small_weights(weights)
    torch.save(given, folder / os.path.basename(weights.url))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(
        torch.hub, "download_url_to_file", lambda url, *_, **__: pytest.fail(f"reaches for {url}")
    )
    monkeypatch.chdir(path.parent)

    names = {"__name__": "__main__", "display": display}
    for i in needed(cells, index):
        if i == index:
            capsys.readouterr()
        source = SWITCH.sub("DOWNLOAD_WEIGHTS = True", cells[i])
        exec(compile(source, f"{path.name}, cell {i}", "exec"), names)
    assert len(re.findall(line, capsys.readouterr().out, re.MULTILINE)) == count
    # The first layer has the numbers of the file, whatever the names in the chapter's own class are.
    first = next(iter(given.values()))
    assert torch.equal(next(names[name].parameters()).detach(), first)
    assert first.unique().numel() == 1


def test_a_missing_file_would_be_reached_for(tmp_path, monkeypatch):
    """The test above can fail: without the file, torch tries to download it."""
    asked = []
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", lambda url, *_, **__: asked.append(url))
    with pytest.raises(FileNotFoundError):
        models.AlexNet_Weights.IMAGENET1K_V1.get_state_dict(progress=False)
    assert asked == [models.AlexNet_Weights.IMAGENET1K_V1.url]
