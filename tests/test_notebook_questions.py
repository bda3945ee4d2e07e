"""The questions of the chapters: asked on cards, with no answer in sight before its question is answered."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from answers_that_run import RUN, TYPED, right_answer, wrong_answers
from cnnbook.exercises.chapters import CHAPTERS, exercises_of, find
from cnnbook.learner.check import check

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:[,_]\d{3})+(?![\w])|(?<![\w.])\d+(?![\w])(?!\.\d)")

# Exercises that no page asks any more. They stay in the bank, since teachers have handed their ids out.
OFF_THE_PAGE = {
    *("start.dense-parameters", "start.matrix-weights", "start.conv-rgb-parameters"),
    "start.groups-parameters",
    *("size.padded-strided", "size.stem", "size.dilated", "size.keep-dilated", "size.halve"),
    *("size.total-padding", "size.largest-input", "size.tensorflow-same", "size.field-three", "size.jump"),
    "size.field-two",
    *("pooling.strided-parameters", "pooling.googlenet", "pooling.field", "pooling.uneven", "pooling.ceil"),
    "pooling.field-design",
    *("pooling.branch-padding", "pooling.largest-input", "pooling.center-gradient"),
    *(
        "lenet5.s2",
        "lenet5.c3",
        "lenet5.s4",
        "lenet5.c5",
        "lenet5.c1-parameters",
        "lenet5.s2-parameters",
        "lenet5.c3-modern-parameters",
        "lenet5.c5-parameters",
        "lenet5.f6-parameters",
        "lenet5.c1-connections",
        "lenet5.c1-macs",
        "lenet5.c1-at-28",
        "lenet5.decode-error",
        "lenet5.kernel-three",
        "lenet5.colour-parameters",
        "lenet5.field-s4",
        "lenet5.field-c5",
        "lenet5.write-conv",
    ),
    "alexnet.at-224",
    "alexnet.at-224-features",
    "alexnet.conv2",
    "alexnet.conv3",
    "alexnet.conv3-parameters",
    "alexnet.dropout-survivor",
    "alexnet.field-last",
    "alexnet.field-stride-two",
    "alexnet.global-head",
    "alexnet.lrn-divisor",
    "alexnet.padding-for-55",
    "alexnet.pool2",
    "alexnet.pool5",
    "alexnet.weighted-layers",
    *("vgg16.two-small", "vgg16.stage1", "vgg16.stage2", "vgg16.stage4", "vgg16.flatten", "vgg16.layers"),
    *("vgg16.conv1-1-parameters", "vgg16.conv2-2-macs", "vgg16.conv1-1-bytes", "vgg16.field-conv2-1"),
    *("vgg16.width-48", "vgg16.conv1-2-macs", "vgg16.conv5-1-macs", "vgg16.field-vgg11", "vgg16.no-padding"),
    *("vgg16.stack-for-eleven", "vgg16.vgg19-parameters"),
    *(
        "resnet.projection-parameters",
        "resnet.stem-unpadded",
        "resnet.conv1",
        "resnet.conv5",
        "resnet.name-101",
    ),
    *("resnet.conv2-of-50", "resnet.places-read", "resnet.option-b", "resnet.field-first-block"),
    *("resnet.head-100", "resnet.running", "resnet.layer3-macs", "resnet.name-bottleneck-18"),
    *("choosing.gain-images", "choosing.weights-bytes", "choosing.map-at-112", "choosing.depthwise-macs"),
    *("choosing.flops", "choosing.fewest-macs", "choosing.frames"),
    *("errata.dense", "errata.vgg-stage5", "errata.pool", "errata.heights"),
    *("errata.strided-unpadded", "errata.shifts", "errata.kernel", "errata.stack"),
    *("errata.conv2", "errata.projections", "errata.unit-reads", "errata.year"),
    *("errata.first-layer", "errata.undefined", "errata.pretrained", "errata.remainders"),
    *("errata.same-top", "errata.ceil", "errata.v1-reads", "errata.odd-total"),
    *("errata.pillow", "errata.bug-channels", "errata.same-map", "errata.smallest"),
    *("errata.deciding", "errata.find-the-slip", "errata.momentum"),
    *("inception.conv1", "inception.pool1", "inception.conv4a", "inception.not-square"),
    *("inception.mixed-5b", "inception.mixed-7a", "inception.mixed-7b", "inception.aux-parameters"),
    *("inception.conv-first-macs", "inception.cut-weights", "inception.tall-kernel"),
    *("inception.flat-kernel-macs", "inception.pool-maps"),
    *("inception.last-map-twelve", "inception.batch-of-one", "inception.bug-pool", "inception.field-five"),
}

chapters = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def calls(cell, function) -> list[ast.Call]:
    """The calls of a function, by its name, in a code cell."""
    if cell.cell_type != "code":
        return []
    nodes = ast.walk(ast.parse(cell.source))
    return [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function]


def asked(cell) -> list[str]:
    """The ids of the exercises that a cell asks; a function may stand behind an id."""
    arguments = [argument for call in calls(cell, "ask") for argument in call.args]
    return [argument.value for argument in arguments if isinstance(argument, ast.Constant)]


def numbers(text: str) -> set[int]:
    """All whole numbers that stand in a text, with or without marks between their thousands."""
    return {int(re.sub("[,_]", "", number)) for number in NUMBER.findall(text)}


def in_sight(cell) -> str:
    """What a learner sees of a cell that has not been run: no folded text, and of a hidden source one line.

    JupyterLab shows the first line of a source that is hidden.
    """
    if cell.cell_type == "markdown":
        return DETAILS.sub("", cell.source)
    hidden = cell.metadata.get("jupyter", {}).get("source_hidden")
    return cell.source.partition("\n")[0] if hidden else cell.source


def right_option(name: str) -> str:
    """The text of the right option of a choice, with a letter that no text has where there is none."""
    form, key = find(name).form, find(name).key
    return form.options[key[0] - 1].rstrip(".") if form.name == "choice" else "\0"


def answers_in_sight(notebook) -> Iterator[tuple[str, str, list[int]]]:
    """Yield each cell that shows numbers of an answer, with the exercise and the numbers.

    That is looked for in the section of the question, from the question to the next heading. A number that
    the question itself names tells nothing.
    """
    open_questions: dict[str, set[int]] = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            open_questions = {}
        seen = numbers(in_sight(cell))
        for name, key in open_questions.items():
            if right_option(name) in in_sight(cell):
                yield cell.id, name, []
            if seen & key:
                yield cell.id, name, sorted(seen & key)
        for name in asked(cell):
            key = set() if find(name).form.options else set(find(name).key)  # letters are no numbers
            open_questions[name] = key - numbers(find(name).prompt)


def test_the_chapters_ask_all_exercises_and_no_others():
    """Each exercise of the bank is asked once, in its own chapter, or it is off the page on purpose."""
    found = [[name for cell in nbformat.read(path, 4).cells for name in asked(cell)] for path in NOTEBOOKS]
    bank = [sorted(exercises_of(chapter).keys() - OFF_THE_PAGE) for chapter in CHAPTERS]
    assert [sorted(names) for names in found] == bank
    assert {name for chapter in CHAPTERS for name in exercises_of(chapter)} > OFF_THE_PAGE


@chapters
def test_a_question_is_a_card_of_its_own(path):
    """A cell that asks holds nothing else, one to three questions; no box of code is left to type into."""
    for cell in nbformat.read(path, 4).cells:
        if names := asked(cell):
            assert len(ast.parse(cell.source).body) == 1, cell.id
            assert 1 <= len(names) <= 3, cell.id
        assert cell.cell_type == "markdown" or not re.search(r"\b(answer|predicted) = ", cell.source), cell.id


@chapters
def test_no_answer_is_in_sight_before_its_question_is_answered(path):
    """No number of a right answer stands unfolded between its question and the next section."""
    assert list(answers_in_sight(nbformat.read(path, 4))) == []


@chapters
def test_no_card_tells_the_answer_of_one_question_in_another(path):
    """No number of an answer, from 20 on, stands in the text of its neighbour on the same card.

    Smaller ones stand there by chance: a kernel of 3, an output of 3. How many maps a layer makes is written
    in the next one's name, so the channels of a shape are left out.
    """
    for cell in nbformat.read(path, 4).cells:
        for name in asked(cell):
            told = {n for other in asked(cell) if other != name for n in numbers(find(other).prompt)}
            key = find(name).key[1:] if find(name).form.name == "shape" else find(name).key
            own = {n for n in key if n >= 20} - numbers(find(name).prompt)
            assert not told & own, (cell.id, name)


@chapters
def test_no_heading_is_folded_away(path):
    """A section can be found by its heading, and it ends the search for answers in sight."""
    for cell in nbformat.read(path, 4).cells:
        if cell.cell_type == "markdown":
            assert not any(re.search(r"^#", fold, re.MULTILINE) for fold in DETAILS.findall(cell.source)), (
                cell.id
            )


def test_an_answer_in_sight_would_be_seen():
    """The test above can fail: on prose and on code, with any marks, and not on what is folded or named."""
    question = 'ask("start.dense-image-parameters", "size.uneven")'  # 4,821,600 and (18, 16)
    told, proof = "It has 4,821,600 parameters.", "assert count == 4_821_600"
    cells = [
        new_markdown_cell(told),
        new_code_cell(question),
        new_markdown_cell(told),
        new_code_cell(proof),
        new_markdown_cell(f"<details>\n<summary>Why</summary>\n\n{told}\n\n</details>"),
        new_code_cell(f"# A proof\n{proof}", metadata={"jupyter": {"source_hidden": True}}),
        new_code_cell(proof, metadata={"jupyter": {"source_hidden": True}}),
        new_markdown_cell("A map of 20 x 33, and 1.18 of 4,821.6"),
        new_markdown_cell("18 rows"),
        new_code_cell(question),
        new_markdown_cell(f"## Next\n\n16 columns. {told}"),
        new_code_cell("18"),
    ]
    found = [(name, numbers) for _, name, numbers in answers_in_sight(new_notebook(cells=cells))]
    assert found == [
        ("start.dense-image-parameters", [4_821_600]),
        ("start.dense-image-parameters", [4_821_600]),
        ("start.dense-image-parameters", [4_821_600]),
        ("size.uneven", [18]),
    ]


@chapters
def test_a_hidden_cell_says_what_it_is(path):
    """Its first line, which stays in sight, is a comment for the learner."""
    for cell in nbformat.read(path, 4).cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            assert cell.source.startswith("# "), cell.id


@chapters
def test_no_learner_covers_the_screen(path):
    """Since answers are folded away, nobody is told to cover anything with paper."""
    for cell in nbformat.read(path, 4).cells:
        assert not re.search(r"\b(cover(ed)?|hide) [^.]*\b(screen|answer|paper|cells?)\b", cell.source), (
            cell.id
        )


@pytest.mark.parametrize("name", TYPED)
def test_every_exercise_has_a_solution_and_fails_without(name):
    """The right answer is correct; three dots are no try, and another number or option is wrong."""
    key, options = find(name).key, find(name).form.options
    wrong = tuple(number + 10_007 for number in key)
    if options:
        wrong = key[::-1] if len(key) > 1 else (key[0] % len(options) + 1,)
    assert check(name, key).outcome == "correct"
    assert check(name, ...).outcome == "not attempted"
    assert check(name, wrong).outcome == "incorrect"


@pytest.mark.parametrize("name", RUN)
def test_every_exercise_that_is_run_has_a_solution_and_fails_without(name):
    """What is right is correct; three dots are no try, and what each misconception leads to is wrong."""
    assert check(name, right_answer(name)).outcome == "correct"
    assert check(name, ...).outcome == "not attempted"
    assert {check(name, wrong).outcome for wrong in wrong_answers(name).values()} == {"incorrect"}


@pytest.mark.parametrize("number", [path.stem[:2] for path in NOTEBOOKS])
def test_an_output_that_answers_a_question_above_it_is_folded_on_the_site(number, chapter):
    """What a cell prints tells no answer, from the question to the next heading, unless the cell has the tag.

    In the notebook the output comes when the cell is run. Small numbers stand in prints of every kind.
    """
    open_questions: dict[str, set[int]] = {}
    shown = []
    for cell in chapter(number).notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("#"):
            open_questions = {}
        if cell.cell_type != "code":
            continue
        for name in asked(cell):
            key = set() if find(name).form.options else set(find(name).key)
            open_questions[name] = {one for one in key - numbers(find(name).prompt) if one >= 10}
        printed = "".join(output.get("text", "") for output in cell.outputs)
        told = [name for name, key in open_questions.items() if numbers(printed) & key]
        if told and not asked(cell) and "hide-output" not in cell.metadata.get("tags", []):
            shown.append((cell.id, told))
    assert shown == []
