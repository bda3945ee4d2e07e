"""A project of one small chapter, from which a site is built in seconds."""

import shutil
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[2]
README = """# A course

Read [the chapter](notebooks/00_start_here.ipynb), or [the licence](LICENSE) in [data](data).

## Start

```sh
start the course
```

## Chapters

| | chapter | question |
|---|---|---|
| 0 | [A chapter](notebooks/00_start_here.ipynb) | What is asked? |
"""
CELLS = {
    "set-up": "from cnnbook import architecture_graph, ask\n"
    "from cnnbook.sketch import conv\n"
    "from cnnbook.widgets import NetworkSketch\n"
    "print('one')\nprint('two')",
    "first-ask": 'ask("size.first", "size.write-field", ...)',
    "sketch": 'NetworkSketch([conv(6, 5)], (1, 1, 32, 32), targets=["parameters < 200"])',
    "graph": 'architecture_graph("lenet5", (1, 1, 32, 32))',
}


def notebook_of(cells):
    """A notebook of a title with a link and a formula, then these cells by their ids."""
    title = new_markdown_cell(
        "# 0. A chapter\n\nSee [the page](../README.md#start) and [data](../data).\n\n"
        "$$a_b = \\frac{c}{2}$$\n\n"
        "<details>\n<summary>Explanation</summary>\n\nIt is explained.\n\n</details>\n\n## A section",
        id="title",
    )
    code = [new_code_cell(source, id=name) for name, source in cells.items()]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=[title, *code], metadata=kernel)


def project_in(folder, cells=CELLS):
    """Write the project into a folder."""
    (folder / "notebooks").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "docs").mkdir()
    for name in ("data/README.md", "docs/setup.md", "docs/teaching.md"):
        (folder / name).write_text("# A page\n\nIt says nothing.\n")
    (folder / "README.md").write_text(README)
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    write_chapter(folder, cells)
    return folder


def write_chapter(folder, cells):
    """Write the project's chapter, and return its path."""
    path = folder / "notebooks" / "00_start_here.ipynb"
    nbformat.write(notebook_of(cells), path)
    return path
