"""The report on a class: one page of HTML that needs nothing else, on a screen, on paper and by keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from cnnbook.classroom.gradebook import number as shown
from cnnbook.classroom.grading import Grades, Result
from cnnbook.classroom.statistics import (
    Believers,
    Difficulty,
    difficulties,
    distribution,
    misconception_map,
    needs,
)
from cnnbook.exercises.chapters import CHAPTERS, exercises_of
from cnnbook.exercises.misconceptions import MISCONCEPTIONS

_TOMORROW = 3
_SHOWN = 60  # learners that are named behind a misconception
_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --page: #fff; --soft: #f1f1f1; --line: #bbb;
  --bar: #0072B2; --doubt: #E69F00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --page: #16181b; --soft: #24272c; --line: #555;
  --bar: #56B4E9; --doubt: #E69F00; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); margin: 0 auto;
  max-width: 62rem; padding: 1rem; }
h1 { font-size: 1.7rem; margin: .2em 0; } h2 { font-size: 1.25rem; margin: 1.6em 0 .4em; }
nav a, a { color: inherit; } nav { display: flex; flex-wrap: wrap; gap: .3em 1.2em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .35em .6em;
  border-bottom: 1px solid var(--line); vertical-align: top; } td.n, th.n { text-align: right; }
.bar { display: inline-block; height: .8em; background: var(--bar); vertical-align: middle; }
.bar.doubt { background: repeating-linear-gradient(45deg, var(--doubt) 0 3px, transparent 3px 6px);
  border: 1px solid var(--doubt); }
.bars { display: flex; align-items: flex-end; gap: 3px; height: 9rem; border-bottom: 2px solid var(--ink); }
.bars div { flex: 1; display: flex; flex-direction: column; justify-content: flex-end; text-align: center;
  font-size: .85rem; height: 100%; }
.bars i { display: block; background: var(--bar); } .ticks { display: flex; gap: 3px; font-size: .8rem; }
.ticks span { flex: 1; text-align: center; }
.card { background: var(--soft); padding: .7em 1em; border-left: .35em solid var(--bar); margin: .6em 0; }
.card pre { white-space: pre-wrap; font: inherit; margin: .4em 0; }
small { opacity: .8; }
body:has(#names:not(:checked)) .name { display: none; }
@media print { body { font-size: 10.5pt; max-width: none; padding: 0; } nav, .screen { display: none; }
  tr, .card { break-inside: avoid; } h2 { break-after: avoid; }
  .bar, .bars i { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


def report_page(grades: Grades) -> str:
    """Return the report: distribution, questions, misconception map, who needs what, questions for tomorrow."""
    title = escape(f"{grades.assignment.title}: the class")
    believers = misconception_map(grades)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head>\n<body>\n<main><h1>{title}</h1>\n"
        f"{_summary(grades)}\n{_distribution(grades)}\n{_questions(difficulties(grades))}\n{_map(believers)}\n"
        f"{_who(grades)}\n{_tomorrow(grades, believers)}\n{_to_look_at(grades)}</main></body></html>\n"
    )


def _summary(grades: Grades) -> str:
    graded, total = grades.graded, grades.assignment.points
    missing = sum(one.status == "missing" for one in grades.learners)
    late = sum(one.status == "late" for one in grades.learners)
    mean = sum(one.points for one in graded) / len(graded) if graded else 0.0
    return (
        '<nav aria-label="Parts of this page"><a href="#points">Points</a><a href="#questions">Questions</a>'
        '<a href="#map">Misconceptions</a><a href="#who">Who needs what</a><a href="#tomorrow">Tomorrow</a>'
        '<a href="#look">To look at</a></nav>'
        f"<p>{len(grades.learners)} learners, {len(graded)} submissions graded, {late} of them late; {missing} learners "
        f"handed in nothing. The mean is {shown(round(mean, 2))} of {shown(total)} points.</p>"
        '<p class="screen"><label><input type="checkbox" id="names" checked> Show names</label></p>'
    )


def _distribution(grades: Grades) -> str:
    bins = distribution(grades)
    most = max(bins) or 1
    bars = "".join(
        f'<div>{count or ""}<i style="height:{88 * count / most:.1f}%"></i></div>' for count in bins
    )
    ticks = "".join(f"<span>{10 * at} %</span>" for at in range(len(bins)))
    said = ", ".join(f"{count} from {10 * at} %" for at, count in enumerate(bins) if count)
    return (
        '<h2 id="points">Points</h2><p>How many learners reached which share of the points; each bar begins at '
        f'the share below it.</p><div class="bars" role="img" aria-label="{said or "no submissions"}">{bars}</div>'
        f'<div class="ticks" aria-hidden="true">{ticks}</div>'
    )


def _questions(found: Iterable[Difficulty]) -> str:
    rows = "".join(
        f'<tr id="question-{one.item.number}"><td>{one.item.number}</td><td>{escape(one.item.exercise)}</td>'
        f'<td class="n">{one.answered}</td><td class="n">{100 * one.share:.0f} %</td>'
        f'<td class="n">{"" if one.discrimination is None else f"{one.discrimination:.2f}"}</td>'
        f"<td>{escape('; '.join(f'{answer} ({count})' for answer, count in one.wrong))}</td></tr>"
        for one in found
    )
    return (
        '<h2 id="questions">Questions</h2><p>Discrimination is the correlation with the points of all other '
        "questions. Below 0.2, a question says little about who can do the others.</p>"
        '<div class="wide"><table><thead><tr><th>question</th><th>exercise</th><th class="n">answered</th>'
        '<th class="n">points reached</th><th class="n">discrimination</th><th>frequent wrong answers</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def _map(found: list[Believers]) -> str:
    most = max((len(one.confirmed) + len(one.suspected) for one in found), default=1)
    rows = "".join(_believers(one, most) for one in found)
    return (
        '<h2 id="map">Misconceptions</h2><p>Confirmed: it explains two answers of the learner better than all '
        "else, or one that leaves no other explanation. Suspected: it explains a single answer, perhaps beside "
        "others. Possible: how many learners had a question in which it can show.</p>"
        '<div class="wide"><table><thead><tr><th>misconception</th><th class="n">confirmed</th>'
        '<th class="n">suspected</th><th class="n">possible</th><th>share</th></tr></thead>'
        f"<tbody>{rows or '<tr><td colspan=5>No answer shows one.</td></tr>'}</tbody></table></div>"
    )


def _believers(one: Believers, most: int) -> str:
    sure, perhaps = len(one.confirmed), len(one.suspected)
    learners = ", ".join(learner.name or learner.id for learner in one.confirmed[:_SHOWN])
    more = f" and {sure - _SHOWN} more" if sure > _SHOWN else ""
    names = f'<br><small class="name">{escape(learners)}{more}</small>' if learners else ""
    bars = (
        f'<span class="bar" style="width:{8 * sure / most:.2f}rem"></span>'
        f'<span class="bar doubt" style="width:{8 * perhaps / most:.2f}rem"></span>'
    )
    return (
        f"<tr><td><b>{escape(one.misconception)}</b>: {escape(MISCONCEPTIONS[one.misconception].belief)}"
        f'<br><small>taught in {escape(_chapters(one.misconception))}</small>{names}</td><td class="n">{sure}</td>'
        f'<td class="n">{perhaps}</td><td class="n">{one.possible}</td><td>{bars}</td></tr>'
    )


def _chapters(misconception: str) -> str:
    """Return the chapters whose exercises show a misconception, with the first exercise that does."""
    for number, chapter in enumerate(CHAPTERS):
        for name, question in exercises_of(chapter).items():
            if any(misconception in slip.ids for slip in question.slips()):
                return f"chapter {number} ({name})"
    return "practice only"


def _who(grades: Grades) -> str:
    rows = "".join(
        f'<tr><td><span class="name">{escape(one.learner.name or one.learner.id)}</span></td>'
        f'<td class="n">{shown(one.points)}</td><td>{escape(", ".join(found))}</td></tr>'
        for one in grades.graded
        if (found := needs(one, grades.marker))
    )
    return (
        '<h2 id="who">Who needs what</h2><p>Learners with a confirmed misconception.</p><div class="wide"><table>'
        '<thead><tr><th>learner</th><th class="n">points</th><th>confirmed</th></tr></thead>'
        f"<tbody>{rows or '<tr><td colspan=3>Nobody.</td></tr>'}</tbody></table></div>"
    )


def _tomorrow(grades: Grades, found: list[Believers]) -> str:
    """Return questions to ask: of the most frequent misconceptions, a question in which each of them shows."""
    cards = []
    for one in found:
        for item in grades.assignment.items:
            question = grades.marker.question(item, 0)
            slip = next((slip for slip in question.slips() if slip.ids == (one.misconception,)), None)
            if slip and min(slip.answer) >= 0:
                cards.append(
                    f'<div class="card"><pre>{escape(question.prompt)}</pre><p>Right: '
                    f"{escape(', '.join(question.form.typed(question.key)))}. Who says "
                    f"{escape(', '.join(question.form.typed(slip.answer)))} may believe: "
                    f"{escape(MISCONCEPTIONS[one.misconception].belief)} "
                    f'<small>(<a href="#question-{item.number}">question {item.number}</a>; '
                    f"{escape(_chapters(one.misconception))})</small></p></div>"
                )
                break
        if len(cards) == _TOMORROW:
            break
    return (
        '<h2 id="tomorrow">Questions to ask tomorrow</h2>'
        f"{''.join(cards) or '<p>No misconception shows in the answers.</p>'}"
    )


def _to_look_at(grades: Grades) -> str:
    def line(one: Result) -> str:
        who = f'<span class="name">{escape(one.learner.name or one.learner.id or one.path)}</span>'
        return f"<tr><td>{who}</td><td>{one.status}</td><td>{escape('; '.join(one.remarks))}</td></tr>"

    rows = "".join(
        line(one) for one in (*grades.others, *grades.learners) if one.remarks or one.status == "missing"
    )
    return (
        '<h2 id="look">To look at</h2><div class="wide"><table><thead><tr><th>learner or file</th><th>status</th>'
        f"<th>remarks</th></tr></thead><tbody>{rows or '<tr><td colspan=3>Nothing.</td></tr>'}</tbody></table></div>"
    )
