"""The sheet on paper: a worksheet for each learner, and the teacher's key with the usual wrong answers."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Literal

from cnnbook.classroom.assignment import Item
from cnnbook.classroom.gradebook import number as shown
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.roster import Learner
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.exercises.questions import Question
from cnnbook.exercises.words import say
from cnnbook.learner.hints import solution

Paper = Literal["a4", "letter"]
_SLIPS = 6  # wrong answers of a question on the key

_STYLE = """
@page { size: %(paper)s; margin: 18mm 16mm; }
body { font: 11pt/1.45 Georgia, "DejaVu Serif", serif; color: #000; background: #fff; margin: 0 auto;
  max-width: 46em; padding: 1em; }
section.sheet { break-after: page; }
section.sheet:last-of-type { break-after: auto; }
header { border-bottom: 1.5pt solid #000; margin-bottom: 1em; }
header .who { display: flex; justify-content: space-between; gap: 2em; }
h1 { font-size: 1.4em; margin: 0 0 .3em; }
.question { break-inside: avoid; margin: 0 0 1.1em; }
.question > p:first-child { font-weight: bold; margin: 0; }
p { margin: .2em 0; }
table { border-collapse: collapse; margin: .4em 0; }
td, th { border: .5pt solid #666; padding: .15em .5em; text-align: left; vertical-align: top; }
.blanks { display: flex; gap: 1.4em; flex-wrap: wrap; margin-top: .6em; }
.blank { display: inline-block; min-width: 7em; border-bottom: .8pt solid #000; height: 1.3em; }
.code { font-family: "DejaVu Sans Mono", monospace; letter-spacing: .08em; }
.slips { font-size: .88em; }
@media screen { section.sheet { border-bottom: 2px dashed #999; margin-bottom: 2em; padding-bottom: 1em; } }
"""


def worksheets(marker: Marker, learners: tuple[Learner, ...], paper: Paper = "a4") -> str:
    """Return a page of HTML to print: a worksheet for each learner, each of which begins on a new page."""
    sheet = marker.assignment
    whole: tuple[Learner | None, ...] = (None,) if sheet.common else learners
    return _page(sheet.title, paper, (_worksheet(marker, learner) for learner in whole))


def _page(title: str, paper: Paper, sections: Iterator[str]) -> str:
    size = {"a4": "A4", "letter": "Letter"}[paper]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE % {'paper': size}}</style></head>\n"
        f"<body>\n{''.join(sections)}</body></html>\n"
    )


def _worksheet(marker: Marker, learner: Learner | None) -> str:
    sheet = marker.assignment
    who = learner.id if learner else ""
    name = (
        escape(learner.name or learner.id)
        if learner
        else '<span class="blank" style="min-width:16em"></span>'
    )
    due = f"<p>Due {sheet.due:%A, %d %B %Y, %H:%M}</p>" if sheet.due else ""
    questions = "".join(_asked(item, marker.question(item, sheet.variant(item, who))) for item in sheet.items)
    return (
        f'<section class="sheet"><header><h1>{escape(sheet.title)}</h1><div class="who"><p>Name: {name}</p>'
        f'<p>Sheet <span class="code">{sheet.paper_code(who)}</span></p></div>{due}</header>{questions}</section>\n'
    )


def _asked(item: Item, question: Question) -> str:
    labels = [say(label) if label else "" for label in question.form.labels]
    blanks = "".join(f'<span>{escape(label)} <span class="blank"></span></span>' for label in labels)
    return (
        f'<div class="question"><p>{_heading(item)}</p>{_text(question.prompt)}'
        f'<div class="blanks">{blanks}</div></div>'
    )


def _heading(item: Item) -> str:
    return f"{item.number}. ({shown(item.points)} point{'s' if item.points != 1 else ''})"


def _text(text: str) -> str:
    """Return a text as HTML; lines with " | " in them are the rows of a table."""
    found = []
    for is_table, lines in groupby(escape(text).split("\n"), key=lambda line: " | " in line):
        if is_table:
            rows = ("".join(f"<td>{cell.strip()}</td>" for cell in line.split("|")) for line in lines)
            found.append(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>")
        else:
            found.append(f"<p>{'<br>'.join(lines)}</p>")
    return "".join(found)


def key(marker: Marker, learners: tuple[Learner, ...], paper: Paper = "a4") -> str:
    """Return the teacher's key as a page of HTML: the answers of each worksheet, and usual wrong answers."""
    sheet = marker.assignment
    whole: tuple[Learner | None, ...] = (None,) if sheet.common else learners
    sections = (_answers(marker, learner) for learner in whole)
    return _page(f"{sheet.title}: key", paper, sections)


def _answers(marker: Marker, learner: Learner | None) -> str:
    sheet = marker.assignment
    who = learner.id if learner else ""
    name = f"{escape(learner.name)} ({escape(learner.id)})" if learner else "for all"
    rows = "".join(_answer(item, marker.question(item, sheet.variant(item, who))) for item in sheet.items)
    return (
        f'<section class="sheet"><header><h1>{escape(sheet.title)}: key</h1><div class="who"><p>{name}</p>'
        f'<p>Sheet <span class="code">{sheet.paper_code(who)}</span></p></div></header>'
        f"<table><tr><th>question</th><th>answer</th><th>wrong answers, and what gives them</th></tr>{rows}</table>"
        "</section>\n"
    )


def _answer(item: Item, question: Question) -> str:
    typed = ", ".join(question.form.typed(question.key))
    slips = "<br>".join(
        f"{escape(answer)}: {escape(' or '.join(beliefs))}"
        for answer, beliefs in usual_wrong_answers(question)
    )
    return (
        f"<tr><td>{_heading(item)}</td><td><b>{escape(typed)}</b><br>{escape(solution(question))}</td>"
        f'<td class="slips">{slips}</td></tr>'
    )


def usual_wrong_answers(question: Question) -> list[tuple[str, list[str]]]:
    """Return wrong answers as they are typed, with the beliefs that lead to them; the targeted ones first."""
    found: dict[tuple[int, ...], list[str]] = {}
    slips = [slip for slip in question.slips() if len(slip.ids) == 1 and not question.accepts(slip.answer)]
    for slip in sorted(slips, key=lambda slip: slip.ids[0] not in question.targets):
        if min(slip.answer) >= 0:
            beliefs = found.setdefault(slip.answer, [])
            belief = MISCONCEPTIONS[slip.ids[0]].belief
            if belief not in beliefs:
                beliefs.append(belief)
    return [
        (", ".join(question.form.typed(answer)), beliefs) for answer, beliefs in [*found.items()][:_SLIPS]
    ]
