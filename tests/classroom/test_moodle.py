"""Moodle XML: read by Moodle's documented rules it marks every answer as `judge` does, and gives its hint."""

import re
from html import unescape
from xml.etree import ElementTree as Xml

import pytest

from cnnbook.classroom.assignment import AssignmentError, load
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.moodle import moodle_xml
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import LETTERS
from cnnbook.exercises.kinds.catalogue import KINDS

VARIANTS = 3


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """A sheet of every kind of practice and a few exercises of chapters, and its questions in Moodle XML."""
    sheet = tmp_path_factory.mktemp("moodle") / "lab.toml"
    names = [*KINDS, "size.unread", "size.deepest", "start.larger-picture"]
    sheet.write_text(
        'title = "Lab <1> / sizes"\n' + "".join(f'[[questions]]\nexercise = "{name}"\n' for name in names)
    )
    marker = Marker(load(sheet, make_salt=True))
    found = Xml.fromstring(moodle_xml(marker, VARIANTS))
    asked = [one for one in found if one.get("type") != "category"]
    questions = [
        marker.question(item, variant)
        for item in marker.assignment.items
        for variant in range(VARIANTS if marker.assignment.varies(item) else 1)
    ]
    return found, list(zip(questions, asked, strict=True))


def numerical(question, typed):
    """Moodle's rule: the first answer within its tolerance counts; * stands for any number."""
    for answer in question.iter("answer"):
        text = answer.findtext("text")
        if text == "*" or abs(float(typed) - float(text)) <= float(answer.findtext("tolerance")):
            return int(answer.get("fraction")), answer.findtext("feedback/text")
    raise AssertionError("no answer matches")


def boxes(text):
    """The boxes of a Cloze text: for each the alternatives with their share and feedback."""
    for kind, content in re.findall(r"\{1:(NUMERICAL|MULTICHOICE):((?:\\.|[^}\\])*)\}", text, re.DOTALL):
        found = []
        for alternative in re.split(r"(?<!\\)~", content):
            answer, _sign, feedback = (
                re.split(r"(?<!\\)(#)", alternative, maxsplit=1)
                if re.search(r"(?<!\\)#", alternative)
                else (alternative, "", "")
            )
            share = 100 if answer.startswith("=") else 0
            answer = re.sub(r"^(=|%\d+%)", "", answer)
            found.append((answer.partition(":")[0], share, re.sub(r"\\(.)", r"\1", feedback)))
        yield kind, found


def test_the_file_is_whole(bank):
    """There is a category for each question, whose name's slash makes no further category."""
    found, pairs = bank
    categories = [one.findtext("category/text") for one in found if one.get("type") == "category"]
    assert len(categories) == len(KINDS) + 3
    assert categories[0] == "$course$/top/Lab <1> // sizes/Question 1 (output-size)"
    assert len(pairs) == VARIANTS * len(KINDS) + 3
    assert {one.get("type") for _question, one in pairs} == {"numerical", "multichoice", "cloze"}


def test_single_numbers_are_marked_as_here(bank):
    """Each number from 0 to 400, and each slip, is right or wrong in Moodle as it is for `judge`."""
    _found, pairs = bank
    count = 0
    for question, asked in pairs:
        if asked.get("type") == "numerical":
            tried = {*range(400), *question.key, *(slip.answer[0] for slip in question.slips())}
            for number in tried:
                right = question.accepts((number,))
                assert (numerical(asked, number)[0] == 100) == right, (question, number)
                count += 1
    assert count > 10_000


def test_slips_get_their_hint(bank):
    """The answer of a misconception gets, inside Moodle, the hint that it gets here."""
    _found, pairs = bank
    for question, asked in pairs:
        if asked.get("type") == "numerical":
            for slip in question.slips():
                if min(slip.answer) >= 0 and not question.accepts(slip.answer):
                    said = judge(question, str(slip.answer[0]))
                    told = unescape(re.sub("<[^>]*>", "", numerical(asked, slip.answer[0])[1]))
                    assert told == (said.hint or said.message)


def test_choices_are_marked_as_here(bank):
    """Exactly the right option has all points, and each option has its reason."""
    _found, pairs = bank
    for question, asked in pairs:
        if asked.get("type") == "multichoice":
            shares = [int(answer.get("fraction")) for answer in asked.iter("answer")]
            assert [place for place, share in enumerate(shares, 1) if share] == list(question.key)
            reasons = [unescape(one.findtext("feedback/text")) for one in asked.iter("answer")]
            for letter, reason in zip(LETTERS, reasons, strict=False):
                assert judge(question, letter).message in reason


def test_boxes_are_marked_as_here(bank):
    """In each box of a shape or an order the right value alone has points; slips have their hint."""
    _found, pairs = bank
    hints = 0
    for question, asked in pairs:
        if asked.get("type") == "cloze":
            found = list(boxes(asked.findtext("questiontext/text")))
            assert len(found) == len(question.key)
            for at, (_kind, alternatives) in enumerate(found):
                right = question.form.typed(question.key)[at]
                assert [answer for answer, share, _said in alternatives if share] == [right]
                hints += sum(bool(said) for _answer, _share, said in alternatives)
    assert hints > 200


def test_what_moodle_cannot_check_is_refused(tmp_path):
    """A design with many right answers of several numbers is refused in one line."""
    sheet = tmp_path / "lab.toml"
    sheet.write_text('[[questions]]\nexercise = "size.design"\n')
    with pytest.raises(AssignmentError, match=r"size\.design, has many right answers"):
        moodle_xml(Marker(load(sheet, make_salt=True)), 1)
