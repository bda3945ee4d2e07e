"""The reader of imports sees each way in which a module can load another, and each import that is wrong."""

import pytest

from import_graph import graph_of, imported_names, modules_of, wrong_imports

HOMES = {"Window": "cnnbook.arithmetic", "QuizCard": "cnnbook.widgets"}
MODULES = ("arithmetic", "arithmetic.sizes", "exercises", "widgets", "widgets.quiz_card")
LAYERS = (("arithmetic",), ("exercises", "figures"), ("widgets",))


@pytest.mark.parametrize(
    ("source", "loaded"),
    [
        ("import cnnbook", set()),
        ("import cnnbook; cnnbook.__version__", set()),
        ("import cnnbook; cnnbook.QuizCard", {"widgets"}),
        ("import cnnbook as c; print(c.QuizCard('size.first'))", {"widgets"}),
        ("def show():\n    import cnnbook\n    return cnnbook.QuizCard", {"widgets"}),
        ("import cnnbook\npackage = cnnbook\npackage.QuizCard", {"widgets"}),
        ("import cnnbook; getattr(cnnbook, 'QuizCard')", {"widgets"}),
        ("import cnnbook.arithmetic", {"arithmetic"}),
        ("import cnnbook.arithmetic; cnnbook.widgets.quiz_card", {"arithmetic", "widgets.quiz_card"}),
        ("from cnnbook import QuizCard", {"widgets"}),
        ("from cnnbook import exercises", {"exercises"}),
        ("from cnnbook import widgets as w; w.quiz_card.show()", {"widgets", "widgets.quiz_card"}),
        ("from cnnbook.arithmetic.sizes import output_size as size", {"arithmetic.sizes"}),
        ("from cnnbook.arithmetic import Window", {"arithmetic"}),
        ("from importlib import import_module; import_module('cnnbook.widgets')", {"widgets"}),
        ("import importlib; importlib.import_module('cnnbook').QuizCard", {"widgets"}),
        ("import importlib\nc = importlib.import_module('cnnbook')\nc.QuizCard", {"widgets"}),
        ("__import__('cnnbook.widgets.quiz_card')", {"widgets.quiz_card"}),
        ("import_module(f'cnnbook.widgets.{name}')", {"widgets", "widgets.quiz_card"}),
        ("import_module(f'{__name__}.{name}')", {"widgets", "widgets.quiz_card"}),
        (
            "_LATER = {'QuizCard': 'quiz_card'}\nimport_module(f'{__name__}.{_LATER[name]}')",
            {"widgets.quiz_card"},
        ),
        ("import torch; torch.nn; import_module(name)", set()),
        ("if TYPE_CHECKING:\n    from cnnbook import QuizCard", set()),
        ("if typing.TYPE_CHECKING:\n    import cnnbook\n    cnnbook.QuizCard", set()),
        ("cnnbook.QuizCard", set()),
    ],
)
def test_each_way_to_load_a_module_is_seen(source, loaded):
    """Imports, attributes of the package and its modules, aliases, and imports by a call."""
    assert modules_of(imported_names(source, "cnnbook.widgets"), MODULES, HOMES) == loaded


def test_imports_of_functions_can_be_left_out():
    """What a function imports is loaded only when it is called."""
    source = "import os\ndef draw():\n    import torch\n"
    assert imported_names(source) == {"os", "torch"}
    assert imported_names(source, inside_functions=False) == {"os"}


def test_a_name_that_the_package_lacks_is_refused():
    """A misspelt attribute would otherwise be an import that nobody sees."""
    with pytest.raises(AssertionError, match=r"cnnbook\.QuizCrd is no module and no name of the package"):
        modules_of(imported_names("import cnnbook; cnnbook.QuizCrd"), MODULES, HOMES)


def test_a_relative_import_is_refused():
    """Imports are absolute, so that they can be read without knowing where they stand."""
    with pytest.raises(AssertionError, match=r"cnnbook\.widgets: imports are absolute"):
        imported_names("from .quiz_card import QuizCard", "cnnbook.widgets")


def test_a_circle_through_the_package_is_seen():
    """Two rooms import each other, one of them by an attribute of the package: both imports are named."""
    sources = {
        "": "from importlib import import_module",
        "arithmetic": "",
        "exercises": "",
        "exercises.showing": "def card():\n    import cnnbook\n    return cnnbook.QuizCard",
        "widgets": "from cnnbook.exercises.showing import card",
    }
    assert wrong_imports(graph_of(sources, HOMES), LAYERS) == [
        ("exercises.showing", "widgets"),
        ("widgets", "exercises.showing"),
    ]
    sources["exercises.showing"] = "from cnnbook import Window"
    assert wrong_imports(graph_of(sources, HOMES), LAYERS) == []


@pytest.mark.parametrize(
    ("graph", "wrong"),
    [
        ({"arithmetic": {"exercises.kinds"}, "exercises.kinds": set()}, [("arithmetic", "exercises.kinds")]),
        ({"exercises": {"figures"}, "figures": set()}, [("exercises", "figures")]),
        (
            {"arithmetic": {"between"}, "between": {"widgets"}, "widgets": set()},
            [("arithmetic", "between"), ("between", "widgets")],
        ),
        (
            {"widgets.a": {"widgets.b"}, "widgets.b": {"widgets.a"}},
            [("widgets.a", "widgets.b"), ("widgets.b", "widgets.a")],
        ),
        (
            {"widgets": {"exercises", "widgets.a"}, "widgets.a": {"arithmetic"}, "exercises": {"arithmetic"}},
            [],
        ),
    ],
)
def test_each_kind_of_wrong_import_is_seen(graph, wrong):
    """An import upward, sideways, from or to a room without a layer, and in a circle; and no right one."""
    assert wrong_imports(graph, LAYERS) == wrong
