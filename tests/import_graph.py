"""Which module of the package imports which, read from the source.

`import cnnbook` and then `cnnbook.QuizCard` loads the module that is the home of `QuizCard`, so that counts
as an import of this module. Calls of `import_module` count as well. What stands under `if TYPE_CHECKING:` is
never run, and does not count.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

PACKAGE = "cnnbook"

Graph = dict[str, set[str]]


def imported_names(source: str, module: str = "", *, inside_functions: bool = True) -> set[str]:
    """The full names that a module's source imports, or reads as attributes of what it imports.

    `module` is its own full name, such as "cnnbook.widgets". A name of which a part is computed ends in ".*".
    """
    nodes = list(_run(ast.parse(source), inside_functions))
    known = _bindings(nodes)
    # Of `cnnbook.widgets.quiz_card` only the whole counts, and not `cnnbook.widgets` inside it.
    inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute | ast.Call) and id(node) not in inner:
            found.update(_names(node, known, module, _tables(nodes)))
    return found


def modules_of(names: Iterable[str], modules: Iterable[str], homes: Mapping[str, str]) -> set[str]:
    """The modules of the package behind full names, without "cnnbook." in front.

    `modules` are those that exist. `homes` are the modules in which the package's own names live: {"Window":
    "cnnbook.arithmetic"}.
    """
    existing = set(modules)
    found = set()
    for name in names:
        first, *parts = name.split(".")
        if first != PACKAGE or not parts:
            continue
        if parts[0] in homes:
            parts = [*homes[parts[0]].split(".")[1:], *parts]
        if parts[-1] == "*":
            package = ".".join(parts[:-1])
            found |= {m for m in existing if m.rpartition(".")[0] == package}
        prefixes = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
        home = next((prefix for prefix in prefixes if prefix in existing), None)
        assert home or parts[0].startswith(("__", "*")), f"{name} is no module and no name of the package"
        found |= {home} if home else set()
    return found


def graph_of(sources: Mapping[str, str], homes: Mapping[str, str]) -> Graph:
    """Which modules each module imports; the package itself, "", only hands names on, and is left out."""
    modules = sources.keys() - {""}
    return {
        module: modules_of(imported_names(sources[module], f"{PACKAGE}.{module}"), modules, homes) - {module}
        for module in modules
    }


def wrong_imports(graph: Graph, layers: Iterable[Iterable[str]]) -> list[tuple[str, str]]:
    """The imports that lead to another room of the same layer or of one above, or round in a circle.

    A room is the first part of a module's name. `layers` has the rooms from the ground up. An import from or
    to a room without a layer is wrong too.
    """
    layer = {room: level for level, rooms in enumerate(layers) for room in rooms}

    def upward(part: str, used: str) -> bool:
        one, other = part.partition(".")[0], used.partition(".")[0]
        if one == other:
            return False
        return one not in layer or other not in layer or layer[other] >= layer[one]

    return sorted(
        (part, used)
        for part, several in graph.items()
        for used in several
        if upward(part, used) or part in reach(graph, used)
    )


def reach(graph: Graph, part: str) -> set[str]:
    """All modules that a module imports, directly or through others."""
    reached: set[str] = set()
    waiting = [part]
    while waiting:
        new = graph.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def _run(node: ast.AST, inside_functions: bool) -> Iterator[ast.AST]:
    """All nodes except those under `if TYPE_CHECKING:`, and those in functions without `inside_functions`."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not inside_functions:
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _run(child, inside_functions)


def _bindings(nodes: list[ast.AST]) -> dict[str, str]:
    """What each imported name stands for: {"c": "cnnbook", "Window": "cnnbook.arithmetic.Window"}."""
    known: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                known[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    for node in nodes:  # package = import_module("cnnbook"), and package = cnnbook
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            name = next(iter(_names(node.value, known, "", {})), "")
            if name.partition(".")[0] == PACKAGE:
                known |= {target.id: name for target in targets if isinstance(target, ast.Name)}
    return known


def _tables(nodes: list[ast.AST]) -> dict[str, list[str]]:
    """The texts in each dict of texts that is given a name: {"_HOMES": ["quiz_card"]}."""
    return {
        target.id: [value.value for value in node.value.values if isinstance(value, ast.Constant)]
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _names(
    node: ast.AST, known: Mapping[str, str], module: str, tables: Mapping[str, list[str]]
) -> list[str]:
    """The full names that an expression may stand for: an attribute of an import, or an import by a call."""
    if isinstance(node, ast.Name):
        return [known[node.id]] if node.id in known else []
    if isinstance(node, ast.Attribute):
        return [f"{name}.{node.attr}" for name in _names(node.value, known, module, tables)]
    if not isinstance(node, ast.Call) or not node.args:
        return []
    function = ast.unparse(node.func).rpartition(".")[2]
    if function in ("import_module", "__import__"):
        return _texts(node.args[0], module, tables)
    if function == "getattr" and len(node.args) > 1:
        names = _names(node.args[0], known, module, tables)
        return [f"{name}.{attribute}" for name in names for attribute in _texts(node.args[1], "", {})]
    return []


def _texts(node: ast.AST, module: str, tables: Mapping[str, list[str]]) -> list[str]:
    """The texts that an expression may stand for; * for what is not known."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.Name):
        return [module if node.id == "__name__" else "*"]
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return tables.get(node.value.id, ["*"])
    if isinstance(node, ast.FormattedValue):
        return _texts(node.value, module, tables)
    if isinstance(node, ast.JoinedStr):
        texts = [""]
        for part in node.values:
            texts = [before + after for before in texts for after in _texts(part, module, tables)]
        return texts
    return ["*"]
