"""The project's files agree: bounds, layers, what an import may load, what no file may name."""

import ast
import doctest
import os
import re
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import torch
import yaml

import cnnbook
from import_graph import graph_of, imported_names, wrong_imports

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "cnnbook"

CONDA_NAMES = {"torch": "pytorch", "graphviz": "python-graphviz", "matplotlib": "matplotlib-base"}
CONDA_BY_PIP = {"torchviz", "pygraphviz"}

# From the ground up: whatever a module imports, directly or through others, is of a layer below its own.
LAYERS = (
    ("arithmetic", "photographs"),
    ("traces",),
    ("loading", "training"),
    ("tracing",),
    ("networks",),
    ("graphs", "figures"),
    ("exercises",),
    ("learner", "sketch"),
    ("classroom", "widgets"),
    ("work",),
    ("lab",),
    ("site",),
    ("doctor",),
    ("cli",),
    ("__main__",),
)
WHOLE_ROOMS_FREE = {
    *("arithmetic", "photographs", "traces", "exercises", "learner", "sketch", "classroom"),
}
TORCH_FREE = {*WHOLE_ROOMS_FREE, "networks", "networks.catalogue", "graphs", "", "cli"}


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def split(requirement: str) -> tuple[str, str]:
    match = re.fullmatch(r"([\w-]+)\s*>=\s*([\d.]+)", requirement)
    assert match, f"{requirement!r} is not of the form name>=bound"
    return match[1], match[2]


def project_files() -> list[Path]:
    """Every file that is tracked or could be: a new file counts before it is added."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running `code`."""
    shown = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*{{n.partition('.')[0] for n in sys.modules}})"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(shown.stdout.splitlines()[-1].split())


def test_environment_yml_has_the_names_and_bounds_of_pyproject():
    """Conda's file lists what pyproject lists, under conda's names, with the same lower bounds."""
    wanted = dict(map(split, pyproject()["project"]["dependencies"]))
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    by_pip = next(entry["pip"] for entry in dependencies if isinstance(entry, dict))
    others = ("pip", "graphviz", python_of(dependencies))
    plain = [entry for entry in dependencies if isinstance(entry, str) and entry not in others]

    assert dict(map(split, plain)) == {
        CONDA_NAMES.get(n, n): bound for n, bound in wanted.items() if n not in CONDA_BY_PIP
    }
    assert dict(map(split, (entry for entry in by_pip if entry != "-e ."))) == {
        n: wanted[n] for n in CONDA_BY_PIP
    }
    assert "-e ." in by_pip
    assert "graphviz" in dependencies


def python_of(dependencies: list) -> str:
    """The entry that says which Python conda installs."""
    (found,) = [entry for entry in dependencies if re.match(r"python\b(?!-)", str(entry))]
    return found


def test_environment_yml_names_a_python_as_repo2docker_reads_it():
    """Binder looks for one equals sign and a version; after "python>=" it installs another."""
    entry = python_of(yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"])
    found = re.fullmatch(r"python=3\.(\d+)", entry)
    assert found, entry
    least = pyproject()["project"]["requires-python"].removeprefix(">=3.")
    assert int(found[1]) >= int(least)


def test_uv_lock_is_ignored_and_not_tracked():
    """uv.lock spells out download addresses, so git ignores it."""
    assert "uv.lock" in (ROOT / ".gitignore").read_text().splitlines()
    assert ROOT / "uv.lock" not in project_files()


def test_no_file_names_a_registry_or_a_path_of_one_machine():
    """No file sends a reader to a package registry, or to a folder that only its author has."""
    # In pieces, since this file is searched too.
    hosts = [name + ".org" for name in ("pypi", "pythonhosted", "download.pytorch", "anaconda", "npmjs")]
    paths = re.compile(r"(?<![\w.~}\])])/(?:root|work|home|Users|tmp)/\w")
    found = []
    for file in project_files():
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.relative_to(ROOT)}: {host}" for host in hosts if host in text]
        found += [f"{file.relative_to(ROOT)}: {match[0]}..." for match in paths.finditer(text)]
    assert found == []


def module_of(path: Path) -> str:
    """A file's module below cnnbook, such as "traces.tables"; a package's __init__ is the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_graph():
    """Which modules each module of the package imports, in functions and by attributes of the package too."""
    sources = {module_of(path): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
    return graph_of(sources, cnnbook._HOMES)


def test_every_room_has_one_layer():
    """Each room, a folder or a single module of the package, stands in one layer, and nothing else does."""
    rooms = {module.partition(".")[0] for module in import_graph()}
    assert sorted(room for layer in LAYERS for room in layer) == sorted(rooms)


def test_imports_run_one_way():
    """No room imports from its own layer or above, and none in a circle, not even through the package."""
    wrong = wrong_imports(import_graph(), LAYERS)
    assert not wrong, "\n".join(f"{part} imports {used}" for part, used in wrong)


def test_the_import_graph_is_read():
    """The graph that is judged is the package's: the command line calls the doctor, not the reverse."""
    graph = import_graph()
    assert "doctor" in graph["cli"]
    assert "traces" in graph["tracing"]
    assert "traces.tables.text" in graph["traces.trace"]
    assert "cli" not in graph["doctor"]


@pytest.mark.parametrize("part", sorted(TORCH_FREE))
def test_these_modules_import_no_torch(part):
    """Nothing outside a function imports torch where a learner waits for an answer."""
    whole = part in WHOLE_ROOMS_FREE
    modules = {module_of(path): path for path in PACKAGE.rglob("*.py")}
    paths = [path for m, path in modules.items() if m == part or (whole and m.startswith(f"{part}."))]
    assert paths
    heavy = {"torch", "torchvision", "torchviz"}
    for path in paths:
        names = imported_names(path.read_text(encoding="utf-8"), inside_functions=False)
        assert not heavy & {name.partition(".")[0] for name in names}, path


@pytest.mark.parametrize(
    "code",
    [
        "import cnnbook",
        "import cnnbook; cnnbook.Window(3).output_size((5, 7))",
        "from cnnbook import check; assert check('size.first', 3).outcome == 'correct'",
        "from cnnbook import networks; networks.names()",
        "from cnnbook import trace; assert trace('ResNet18').parameters == 11_689_512",
        "from cnnbook import architecture_graph; architecture_graph('resnet18', (1, 3, 224, 224))",
        "import cnnbook.cli",
        "import cnnbook.doctor, cnnbook.lab, cnnbook.loading",
        "from cnnbook.sketch import Plan, conv, run; run(Plan((conv(8, 3),))).trace.rows",
    ],
)
def test_torch_is_not_loaded(code):
    """Importing the package, checking an answer and reading the catalogue load no torch."""
    assert "torch" not in loaded_by(code)


def test_loading_torch_would_be_seen():
    """The test above can fail: a trace at another input than the network's own does load torch."""
    assert "torch" in loaded_by("from cnnbook import trace; trace('lenet5', (2, 1, 32, 32))")


def test_public_names_are_there_and_the_same_objects():
    """Each public name comes from its home, and is listed by dir()."""
    from cnnbook.arithmetic import Window

    assert cnnbook.Window is Window
    assert set(cnnbook.__all__) <= set(dir(cnnbook))
    assert all(getattr(cnnbook, name) is not None for name in cnnbook.__all__)


def test_public_names_are_typed():
    """What is imported lazily is imported for the type checker too, from the same modules."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    guard = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {alias.name: n.module for n in guard.body if isinstance(n, ast.ImportFrom) for alias in n.names}
    assert typed == {**cnnbook._HOMES, "networks": "cnnbook"}
    assert set(typed) | {"__version__"} == set(cnnbook.__all__)


def test_an_unknown_name_is_an_attribute_error():
    """A misspelt public name fails as it does in any module."""
    with pytest.raises(AttributeError, match="module 'cnnbook' has no attribute 'windoow'"):
        _ = cnnbook.windoow


def test_ci_runs_from_a_fresh_clone():
    """.ci/run can be executed, and bash can read it."""
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    subprocess.run(["bash", "-n", script], check=True, env={"PATH": os.environ["PATH"]})


def test_ci_runs_the_test_command_of_the_readme():
    """What the README gives under "Test" is the last thing that .ci/run does."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^## Test\n+```sh\n(.+)\n```", readme, re.MULTILINE)
    commands = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert commands[-1] == command
    assert re.search(r"--group (\w+)", command)[1] == "dev"


def test_learners_get_no_tools_of_the_tests():
    """`uv run` installs what the course needs; what else there is stands in groups, and is asked for."""
    assert pyproject()["tool"]["uv"]["default-groups"] == []
    needed = {split(requirement)[0] for requirement in pyproject()["project"]["dependencies"]}
    groups = pyproject()["dependency-groups"]
    listed = [one for name in ("dev", "lms", "site") for one in groups[name] if isinstance(one, str)]
    assert not needed & {split(requirement)[0] for requirement in listed}
    for group in ("lms", "site"):  # who tests the course needs them, too
        assert {"include-group": group} in groups["dev"]


def test_the_picture_of_the_readme_is_described():
    """At the top of the README stands one picture, of a size that loads at once, with words in its place."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    ((words, file),) = re.findall(r"!\[([^]]*)\]\(([^)]+)\)", readme)
    assert readme.index(file) < readme.index("## Start")
    assert len(words.split()) > 20
    assert (ROOT / file).stat().st_size < 300_000


def test_readme_shows_real_output(tmp_path, monkeypatch):
    """Every Python example in the README gives what it prints, to a learner without any tries before."""
    monkeypatch.setenv("CNNBOOK_PROGRESS", str(tmp_path / "progress.jsonl"))
    text = (ROOT / "README.md").read_text()
    examples = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    # Torch 2.10 does not begin this message with the function's name.
    with pytest.raises(RuntimeError) as caught:
        torch.nn.functional.linear(torch.zeros(1, 256), torch.zeros(120, 400), torch.zeros(120))
    if not str(caught.value).startswith("addmm: "):
        examples = examples.replace("torch says: addmm: ", "torch says: ")
    test = doctest.DocTestParser().get_doctest(examples, {}, "README.md", "README.md", 0)
    assert len(test.examples) > 5
    assert doctest.DocTestRunner().run(test).failed == 0


def test_readme_lists_the_chapters_that_are_there():
    """A chapter is linked in the README's table as soon as there is a notebook, and not before."""
    table = re.findall(
        r"^\| \d \| .*\(notebooks/(\w+\.ipynb)\)", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    assert table == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
