"""The questions of a sheet as Moodle XML: Moodle then tells a wrong answer what it may come from.

The format is the one that Moodle documents as "Moodle XML format", and, for several boxes in one question, as
"Embedded answers (Cloze)". The wrong answer of a misconception is worth nothing and has its hint as feedback.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import NamedTuple
from xml.etree import ElementTree as Xml

from cnnbook.classroom.assignment import VARIANTS, Assignment, Item
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.platform_words import (
    hint,
    html,
    refuse_what_cannot_be_checked,
    right_numbers,
    wrong_answers,
)
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.forms import LETTERS
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import say
from cnnbook.learner.hints import question_on_the_way, solution

_CLOZE_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in '}#~/"\\'})


class _Reply(NamedTuple):
    """An answer to one box, its share of the points in per cent, and what is said about it."""

    answer: str
    share: int
    said: str


def moodle_xml(marker: Marker, variants: int) -> bytes:
    """Return a question bank: a category for each question of the sheet, with this many variants in it.

    Raises AssignmentError for a question that Moodle cannot ask.
    """
    sheet = marker.assignment
    quiz = Xml.Element("quiz")
    for item in sheet.items:
        _category(quiz, sheet, item)
        count = min(variants, VARIANTS) if sheet.varies(item) else 1
        for variant in range(count):
            _question(quiz, item, marker.question(item, variant), f"{sheet.name} {item.number}.{variant + 1}")
    Xml.indent(quiz, " ")
    content: bytes = Xml.tostring(quiz, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _category(quiz: Xml.Element, sheet: Assignment, item: Item) -> None:
    """Add a category; a slash in its name is written twice, for one slash makes a category inside of it."""
    name = f"{sheet.title}/Question {item.number} ({item.exercise})".split("/")
    path = "/".join(["$course$", "top", "//".join(name[:-1]), name[-1]])
    question = Xml.SubElement(quiz, "question", type="category")
    _text(question, "category", path)


def _text(parent: Xml.Element, tag: str, text: str, *, html: bool = False) -> Xml.Element:
    found = Xml.SubElement(parent, tag, format="html") if html else Xml.SubElement(parent, tag)
    Xml.SubElement(found, "text").text = _allowed(text)
    return found


def _allowed(text: str) -> str:
    """Return a text without the control characters that XML cannot have."""
    return "".join(one for one in text if one >= " " or one in "\n\t")


def _question(quiz: Xml.Element, item: Item, question: Question, name: str) -> None:
    refuse_what_cannot_be_checked(item, question)
    several = len(question.key) > 1
    kind = "cloze" if several else "multichoice" if question.form.options else "numerical"
    made = Xml.SubElement(quiz, "question", type=kind)
    _text(made, "name", name)
    prompt = html(question.stem if kind == "multichoice" else question.prompt)
    _text(made, "questiontext", prompt + (_boxes(question) if several else ""), html=True)
    _text(made, "generalfeedback", html(solution(question)), html=True)
    Xml.SubElement(made, "penalty").text = "0.3333333"
    Xml.SubElement(made, "hidden").text = "0"
    if several:
        return
    Xml.SubElement(made, "defaultgrade").text = f"{item.points:g}"
    if kind == "multichoice":
        _options(made, question)
    else:
        _numbers(made, question)


def _options(made: Xml.Element, question: Question) -> None:
    Xml.SubElement(made, "single").text = "true"
    Xml.SubElement(made, "shuffleanswers").text = "0"
    Xml.SubElement(made, "answernumbering").text = "abc"
    for place, option in enumerate(question.form.options, 1):
        share = 100 if (place,) == question.key else 0
        answer = _text(made, "answer", html(option), html=True)
        answer.set("fraction", str(share))
        _text(answer, "feedback", html(judge(question, LETTERS[place - 1]).message), html=True)


def _numbers(made: Xml.Element, question: Question) -> None:
    for reply in _replies(question):
        answer = _text(made, "answer", reply.answer)
        answer.set("fraction", str(reply.share))
        answer.set("format", "moodle_auto_format")
        _text(answer, "feedback", html(reply.said), html=True)
        Xml.SubElement(answer, "tolerance").text = "0"
    Xml.SubElement(made, "unitgradingtype").text = "0"
    Xml.SubElement(made, "unitpenalty").text = "0.1"
    Xml.SubElement(made, "showunits").text = "3"
    Xml.SubElement(made, "unitsleft").text = "0"


def _replies(question: Question) -> Iterator[_Reply]:
    """Yield the right numbers, the wrong ones of misconceptions, and last what is said to all others."""
    for right in right_numbers(question):
        yield _Reply(str(right), 100, judge(question, str(right)).message)
    for (wrong, *_others), said in wrong_answers(question).items():
        yield _Reply(str(wrong), 0, said)
    yield _Reply("*", 0, question_on_the_way(question))


def _boxes(question: Question) -> str:
    """Return the boxes of a question with several numbers, or places in an order, as Cloze."""
    labels = [say(label) if label else "" for label in question.form.labels]
    boxes = (
        f"<p>{escape(label)} {_places(question, at) if question.form.options else _box(question, at)}</p>"
        for at, label in enumerate(labels)
    )
    return "".join(boxes)


def _places(question: Question, at: int) -> str:
    letters = LETTERS[: len(question.form.options)]
    right = LETTERS[question.key[at] - 1]
    return "{1:MULTICHOICE:" + "~".join(f"={one}" if one == right else one for one in letters) + "}"


def _box(question: Question, at: int) -> str:
    """Return the box of one number: the right one, and the wrong ones of misconceptions with their hints."""
    right = question.key[at]
    said: dict[int, str] = {}
    for slip in question.slips():
        number = slip.answer[at]
        if len(slip.ids) == 1 and number != right and min(slip.answer) >= 0:
            said.setdefault(number, hint(question, slip.answer))
    wrong = (f"~%0%{number}:0#{_cloze(text)}" for number, text in said.items())
    return f"{{1:NUMERICAL:={right}:0{''.join(wrong)}~%0%*#{_cloze(question_on_the_way(question))}}}"


def _cloze(text: str) -> str:
    return escape(text, quote=False).translate(_CLOZE_SIGNS).replace("\n", "<br>")
