"""The network sketch without a browser: what it is made of, what it sends, and what it leaves behind."""

import re
from pathlib import Path

import pytest
import torch

from cnnbook import GeometryError, networks, trace, widgets
from cnnbook.sketch import Plan, conv, flatten, linear, max_pool, relu
from cnnbook.sketch.targets import read_target
from cnnbook.widgets import NetworkSketch
from test_packaging import loaded_by

LAYERS = [conv(6, 5), relu(), max_pool(2), flatten(), linear(10)]
FOLDER = Path(widgets.__file__).parent


def test_it_loads_no_torch_and_no_figures():
    """A named network of the course is drawn without torch and matplotlib."""
    loaded = loaded_by("from cnnbook.widgets import NetworkSketch; NetworkSketch('inception_v3').code()")
    assert {"torch", "matplotlib", "numpy"} & loaded == set()
    assert "anywidget" in loaded


def test_a_widget_is_imported_when_it_is_asked_for():
    """The room itself loads neither of them, and has no other names."""
    assert "anywidget" not in loaded_by("import cnnbook.widgets")
    with pytest.raises(AttributeError, match=r"module 'cnnbook\.widgets' has no attribute 'Explorer'"):
        _ = widgets.Explorer


def test_script_and_style_are_small():
    """Together they are under 40 kB, as files and as they are sent."""
    assert sum((FOLDER / name).stat().st_size for name in ("sketch.js", "sketch.css")) < 40_000
    assert len(NetworkSketch._esm.encode()) + len(NetworkSketch._css.encode()) < 40_000


def test_the_script_finds_all_its_words():
    """Each key that the script asks for has a text, and each text is asked for."""
    script = (FOLDER / "sketch.js").read_text(encoding="utf-8")
    asked = {*re.findall(r"words\.(\w+)", script), *re.findall(r'words\["([^"]+)"\]', script)}
    asked |= {*re.findall(r'(?:tell|act|does)\("([\w ]+)"', script), *re.findall(r'"(less|more)"\)', script)}
    asked |= {
        name for pair in re.findall(r'words\[\w+ \? "([\w ]+)" : "([\w ]+)"\]', script) for name in pair
    }
    columns = re.search(r"COLUMNS = \[(.*)\]", script)[1]
    asked |= {f"column {name}" for name in re.findall(r"\w+", columns)}
    asked |= {"add block", "add branch"} if "words[`add ${line.what}`]" in script else set()
    assert asked - {"find", "map"} == {*NetworkSketch(LAYERS).words}


@pytest.mark.parametrize(
    ("network", "shape", "parameters"),
    [
        (LAYERS, (1, 1, 32, 32), 11926),
        ("LeNet5", None, 61706),
        (Plan(tuple(LAYERS), (1, 1, 28, 28)), None, 8806),
        (Plan(tuple(LAYERS), (1, 1, 28, 28)), (2, 1, 32, 32), 11926),
        ((), None, 0),
    ],
)
def test_what_it_is_made_of(network, shape, parameters):
    """Layers, a name, a plan; another input may be given."""
    sketch = NetworkSketch(network, shape)
    assert sketch.trace.parameters == parameters
    assert len(sketch.rows) == len(sketch.trace)


def test_any_network_of_layers_and_branches_can_be_drawn():
    """One of the catalogue that no file is shipped for, and one's own, by their traces."""
    nn = torch.nn
    known = trace("resnet101")
    assert NetworkSketch("resnet101").trace.macs == NetworkSketch(known).trace.macs == known.macs
    own = trace(nn.Sequential(nn.Conv2d(3, 8, 3), nn.GELU()), (1, 3, 9, 9))
    assert [line["title"] for line in NetworkSketch(own).view["lines"]] == [
        "input",
        "convolution",
        "activation",
    ]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: NetworkSketch("resnet19"), networks.UnknownNetwork, "did you mean resnet18"),
        (lambda: NetworkSketch("vit_b_16"), GeometryError, "is no layer of a sketch"),
        (lambda: NetworkSketch(LAYERS, (3, 32, 32)), GeometryError, r"\(3, 32, 32\); \(N, C, H, W\), as"),
        (lambda: NetworkSketch(LAYERS, 32), GeometryError, r"the input's shape is 32; \(N, C, H, W\)"),
        (
            lambda: NetworkSketch(LAYERS, targets=["small"]),
            GeometryError,
            "the target 'small' cannot be read",
        ),
        (lambda: NetworkSketch([conv]), TypeError, "a chain is a list of layers"),
        (lambda: NetworkSketch(torch.nn.ReLU()), TypeError, r"by its trace; NetworkSketch\(trace\(model, "),
        (lambda: NetworkSketch(5), TypeError, r"a chain is a list of layers, as .*, not 5"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(make, error, message):
    """The message says what is wrong, then what would work."""
    with pytest.raises(error, match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_what_is_asked_for_is_answered():
    """Each message is answered by a new view, also one that changes nothing."""
    sketch = NetworkSketch(LAYERS, (1, 1, 32, 32), targets=["layers == 3", "output == 10"])
    turn = sketch.view["turn"]
    sketch._do(sketch, {"do": "nothing"}, [])
    assert sketch.view["turn"] == turn + 1
    assert sketch.targets == {"layers = 3": False, "output = 10": True}
    sketch._do(sketch, {"do": "add", "at": [3], "kind": "linear"}, [])
    assert sketch.targets == {"layers = 3": True, "output = 10": True}
    sketch._do(sketch, {"do": "set", "at": [0], "name": "kernel_size", "text": "33"}, [])
    assert sketch.problem.startswith("model[0] (Conv2d, row 0) has a 33 × 33 kernel, the input has only")
    assert not any(sketch.targets.values())
    assert sketch.code().startswith(f"# This network breaks: {sketch.problem}\n")


def test_what_is_left_behind_follows_each_edit(monkeypatch):
    """A live view, and a table below it that is replaced whenever the sketch changes."""
    from IPython.core import display_functions

    shown = []

    class Handle:
        def update(self, bundle, **options):
            shown.append(bundle["text/html"])

    def display(bundle, raw, display_id=None):
        shown.append(bundle)
        return Handle() if display_id else None

    monkeypatch.setattr("IPython.display.display", display)
    assert display_functions
    sketch = NetworkSketch(LAYERS, (1, 1, 32, 32), targets=["parameters < 9 k"])
    sketch._ipython_display_()
    live, table = shown
    assert "application/vnd.jupyter.widget-view+json" in live
    assert live["text/plain"] == "<NetworkSketch of sketch at 1x1x32x32: 5 rows, 11,926 parameters>"
    assert "parameters &lt; 9,000: not met yet, now 11,926" in table["text/html"]
    sketch._do(sketch, {"do": "set", "at": [], "name": "size", "text": "28"}, [])
    assert "parameters &lt; 9,000: met, now 8,806" in shown[-1]
    sketch._do(sketch, {"do": "set", "at": [], "name": "size", "text": "3"}, [])
    assert "the input has only 3 × 3: the kernel does not fit" in shown[-1]
    assert "the network does not run yet" in shown[-1]


def test_the_page_about_it_runs():
    """The example of docs/sketch.md makes a sketch that runs, with targets that are not all met yet."""
    text = (Path(__file__).parents[1] / "docs" / "sketch.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    names = {}
    exec(example, names)
    assert names["sketch"].problem == ""
    assert [*names["sketch"].targets.values()] == [True, False, False]
    for name, quoted in re.findall(r'^\| ([\w ]+) \| `"(.+?)"`', text, re.MULTILINE):
        assert read_target(quoted).quantity == name


def test_nothing_of_a_target_or_a_name_becomes_markup():
    """The table escapes what it did not write itself."""
    plan = Plan(tuple(LAYERS), (1, 1, 28, 28), "<b>bold</b>")
    html = NetworkSketch(plan, targets=["parameters < 9 k"]).to_html()
    assert "<b>bold" not in html
    assert "&lt; 9,000" in html
