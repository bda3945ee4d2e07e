"""The zip for Canvas: by QTI's rules it marks every answer as `judge` does, with the points of the sheet."""

import sys
import zipfile
from html import unescape
from io import BytesIO
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner

from cnnbook.classroom.assignment import AssignmentError, load
from cnnbook.classroom.canvas import canvas_package
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.platform_words import wrong_answers
from cnnbook.cli import main
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.learner.hints import question_on_the_way, solution

VARIANTS = 3
TITLE = "Lab <1> & $x^2$ `code` *sizes*"
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
PACKAGE = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
# What QTI 1.2's information model allows inside of what, in this order, for the elements that are used.
MODEL = {
    "questestinterop": ["assessment"],
    "assessment": ["qtimetadata", "section"],
    "qtimetadata": ["qtimetadatafield"],
    "qtimetadatafield": ["fieldlabel", "fieldentry"],
    "section": ["selection_ordering", "item", "section"],
    "selection_ordering": ["selection"],
    "selection": ["selection_number", "selection_extension"],
    "selection_extension": ["points_per_item"],  # here anything may stand
    "item": ["itemmetadata", "presentation", "resprocessing", "itemfeedback"],
    "itemmetadata": ["qtimetadata"],
    "presentation": ["material", "response_str", "response_lid"],
    "material": ["mattext"],
    "response_str": ["render_fib"],
    "response_lid": ["render_choice"],
    "render_fib": ["response_label"],
    "render_choice": ["response_label"],
    "response_label": ["material"],
    "resprocessing": ["outcomes", "respcondition"],
    "outcomes": ["decvar"],
    "respcondition": ["conditionvar", "setvar", "displayfeedback"],
    "conditionvar": ["or", "varequal", "vargte", "varlte", "other"],
    "or": ["varequal", "and"],
    "and": ["vargte", "varlte"],
    "itemfeedback": ["flow_mat"],
    "flow_mat": ["material"],
}
ONCE = ("assessment", "presentation", "resprocessing", "conditionvar", "outcomes", "itemmetadata", "mattext")


def package(content):
    """The package by its manifest: the assessment, and the file beside it that is Canvas's own."""
    archive = zipfile.ZipFile(BytesIO(content))
    assert archive.testzip() is None
    manifest = Xml.fromstring(archive.read("imsmanifest.xml"))
    resources = {one.get("identifier"): one for one in manifest.iter(f"{PACKAGE}resource")}
    (quiz,) = [one for one in resources.values() if one.get("type") == "imsqti_xmlv1p2"]
    (beside,) = [resources[one.get("identifierref")] for one in quiz.iter(f"{PACKAGE}dependency")]
    files = [one.find(f"{PACKAGE}file").get("href") for one in (quiz, beside)]
    return [Xml.fromstring(archive.read(name)) for name in files]


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """A sheet of every kind of practice and some exercises, and its questions with their items in the zip."""
    sheet = tmp_path_factory.mktemp("canvas") / "lab.toml"
    names = [*KINDS, "size.unread", "size.deepest", "start.larger-picture"]
    listed = "".join(
        f'[[questions]]\nexercise = "{name}"\npoints = {1 + at % 3}\n' for at, name in enumerate(names)
    )
    sheet.write_text(f"title = '{TITLE}'\n{listed}", encoding="utf-8")
    marker = Marker(load(sheet, make_salt=True))
    quiz, beside = package(canvas_package(marker, VARIANTS))
    groups = quiz.findall(f".//{QTI}section[@title]")
    pairs = []
    for item, group in zip(marker.assignment.items, groups, strict=True):
        asked = {
            question.prompt: question
            for question in (
                marker.question(item, variant)
                for variant in range(VARIANTS if marker.assignment.varies(item) else 1)
            )
        }
        pairs += zip(
            asked.values(),
            group.findall(f"{QTI}item"),
            [item] * len(asked),
            [group] * len(asked),
            strict=True,
        )
    return quiz, beside, pairs


def field(item, label):
    (found,) = [
        one.findtext(f"{QTI}fieldentry")
        for one in item.iter(f"{QTI}qtimetadatafield")
        if one.findtext(f"{QTI}fieldlabel") == label
    ]
    return found


def words(said):
    """A text with one blank between its words."""
    return " ".join(said.split())


def text(element):
    """The words of an element's HTML."""
    markup = Xml.fromstring(f"<x>{element.findtext(f'.//{QTI}mattext').replace('<br>', '<br/>')}</x>")
    return words(" ".join(markup.itertext()))


def holds(condition, typed):
    """QTI's rule for a condition, as Canvas reads it: capitals do not count."""
    tag, wanted = condition.tag.removeprefix(QTI), (condition.text or "").strip()
    match tag:
        case "other":
            return True
        case "varequal":
            return wanted.casefold() == typed.strip().casefold()
        case "vargte":
            return typed.isdigit() and float(typed) >= float(wanted)
        case "varlte":
            return typed.isdigit() and float(typed) <= float(wanted)
        case "or":
            return any(holds(one, typed) for one in condition)
        case "and" | "conditionvar":
            return all(holds(one, typed) for one in condition)
    raise AssertionError(tag)


def outcome(item, typed):
    """The score from 0 to 100, and the feedback, by QTI's rules of response processing."""
    score, said = 0, []
    for condition in item.iter(f"{QTI}respcondition"):
        first = condition.find(f"{QTI}conditionvar")
        either = first if len(first) == 1 or first[0].tag.endswith("vargte") else None
        met = holds(first, typed) if either is not None else any(holds(one, typed) for one in first)
        if met:
            score = int(condition.findtext(f"{QTI}setvar") or score)
            said += [one.get("linkrefid") for one in condition.iter(f"{QTI}displayfeedback")]
            if condition.get("continue") == "No":
                break
    told = {one.get("ident"): one for one in item.iter(f"{QTI}itemfeedback")}
    return score, " ".join(unescape(text(told[one])) for one in said)


def test_the_structure_is_that_of_qti(bank):
    """Each element stands where QTI 1.2 allows it, in the order of its information model."""
    count = 0
    for element in bank[0].iter():
        tag, children = element.tag.removeprefix(QTI), [one.tag.removeprefix(QTI) for one in element]
        count += len(children)
        allowed = MODEL.get(tag, [])
        assert set(children) <= set(allowed), (tag, children)
        if tag not in ("conditionvar", "section"):
            assert children == sorted(children, key=allowed.index), (tag, children)
        assert all(children.count(one) <= 1 for one in ONCE)
    assert count > 1000
    idents = [one.get("ident") for one in bank[0].iter(f"{QTI}item")]
    assert len(set(idents)) == len(idents)


def test_questions_and_points_come_back(bank):
    """Each group has the variants of a question of the sheet, of which one is drawn, with its points."""
    quiz, beside, pairs = bank
    assert len(pairs) > VARIANTS * len(KINDS) * 0.9
    for question, item, of, group in pairs:
        assert text(item.find(f"{QTI}presentation")).startswith(
            " ".join(question.stem.split("\n")[0].split())
        )
        assert float(field(item, "points_possible")) == of.points
        assert group.findtext(f".//{QTI}selection_number") == "1"
        assert float(group.findtext(f".//{QTI}points_per_item")) == of.points
    canvas = "{http://canvas.instructure.com/xsd/cccv1p0}"
    points = sum({of.number: of.points for _question, _item, of, _group in pairs}.values())
    assert float(beside.findtext(f"{canvas}points_possible")) == points
    assert quiz.find(f"{QTI}assessment").get("title") == beside.findtext(f"{canvas}title") == TITLE


def test_numbers_are_marked_as_here(bank):
    """Each number from 0 to 300, the key and each slip, is right or wrong in Canvas as it is for `judge`."""
    count = 0
    for question, item, _of, _group in bank[2]:
        if len(question.key) == 1 and not question.form.options:
            assert field(item, "question_type") in ("numerical_question", "short_answer_question")
            for number in {*range(300), *question.key, *(slip.answer[0] for slip in question.slips())}:
                if number >= 0:
                    right = question.accepts((number,))
                    assert (outcome(item, str(number))[0] == 100) == right, (question, number)
                    count += 1
    assert count > 10_000


def test_shapes_and_orders_are_marked_as_here(bank):
    """Of several numbers, or of an order, each usual way to type it is right, and each slip is wrong."""
    count = 0
    for question, item, _of, _group in bank[2]:
        if len(question.key) > 1:
            typed = question.form.typed(question.key)
            ways = [", ".join(typed), ",".join(typed), " ".join(typed)]
            if not question.form.options:
                ways += (
                    [f"({ways[0]})", f"[{ways[0]}]", "x".join(typed)] if len(typed) > 2 else [f"({ways[0]})"]
                )
            for way in ways:
                assert outcome(item, way)[0] == 100, way
                assert judge(question, way).outcome == "correct", way
            for slip in wrong_answers(question):
                assert outcome(item, ", ".join(question.form.typed(slip)))[0] == 0
                count += 1
    assert count > 100


def test_wrong_answers_get_their_hint(bank):
    """The hint of each misunderstanding stands in the feedback to a wrong answer, beside that answer."""
    count = 0
    for question, item, _of, _group in bank[2]:
        if not question.form.options or len(question.key) > 1:
            nonsense = outcome(item, "nonsense")[1]
            assert words(question_on_the_way(question)) in nonsense
            for answer, hint in wrong_answers(question).items():
                typed = ", ".join(question.form.typed(answer))
                score, said = outcome(item, typed)
                assert score == 0
                assert words(f"{typed} {hint}") in said
                count += 1
            right = outcome(item, ", ".join(question.form.typed(question.key)))[1]
            assert words(solution(question)) in right
    assert count > 300


def test_choices_are_marked_as_here(bank):
    """Exactly the right option has all points, in the order of the sheet, and each option has its reason."""
    count = 0
    for question, item, _of, _group in bank[2]:
        if question.form.options and len(question.key) == 1:
            labels = list(item.iter(f"{QTI}response_label"))
            assert list(map(text, labels)) == list(map(words, question.form.options))
            for place, label in enumerate(labels, 1):
                score, said = outcome(item, label.get("ident"))
                assert (score == 100) == ((place,) == question.key)
                assert " ".join(judge(question, "abcdef"[place - 1]).message.split()) in " ".join(
                    said.split()
                )
                count += 1
    assert count > 10


def test_signs_stay_signs(bank):
    """A dollar sign or a backtick in a text begins no formula and no code, and no picture is asked for."""
    everything = Xml.tostring(bank[0], encoding="unicode")
    assert "equation_image" not in everything
    assert "&lt;img" not in everything


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ('[[questions]]\nexercise = "size.design"\n', r"size\.design, has many right answers"),
        ('[[questions]]\nexercise = "output-size"\npoints = 1.5\n', "1.5 points; for Canvas a whole number"),
        ('[[questions]]\nexercise = "size.unread"\n' * 2, "question 2, size.unread, asks only what other"),
    ],
)
def test_what_canvas_cannot_ask_is_refused(tmp_path, sheet, said):
    """One line says which question cannot be asked, and why."""
    (tmp_path / "lab.toml").write_text(sheet, encoding="utf-8")
    with pytest.raises(AssignmentError, match=said):
        canvas_package(Marker(load(tmp_path / "lab.toml", make_salt=True)), 1)


def test_what_text2qti_refuses_is_one_line(tmp_path, monkeypatch):
    """An error of text2qti's own is a line that says what it was."""
    from cnnbook.classroom import canvas

    (tmp_path / "lab.toml").write_text('[[questions]]\nexercise = "output-size"\n', encoding="utf-8")
    monkeypatch.setattr(canvas, "_quiz", lambda marker, variants: ["1. What?", "= many"])
    with pytest.raises(AssignmentError, match="cannot write this quiz: In <string> on line 2"):
        canvas_package(Marker(load(tmp_path / "lab.toml", make_salt=True)), 1)


def test_without_the_library_one_line_says_so(tmp_path, monkeypatch):
    """If text2qti is missing, the command line is told how to install it, and nothing is written."""
    (tmp_path / "lab.toml").write_text('[[questions]]\nexercise = "output-size"\n', encoding="utf-8")
    monkeypatch.setitem(sys.modules, "text2qti.config", None)
    done = CliRunner().invoke(main, ["export", str(tmp_path / "lab.toml"), "-o", str(tmp_path / "lab.zip")])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "needs text2qti, which is not installed: uv sync --group lms" in done.stderr
    assert not (tmp_path / "lab.zip").exists()
