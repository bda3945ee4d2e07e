"""A simulated class, to try out a sheet before it is handed out: its learners have known beliefs.

`python -m cnnbook.classroom.rehearsal lab1.toml roster.csv inbox/` fills a folder with their submissions, and
prints the id of each learner with the beliefs by which the answers were given.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cnnbook.classroom.assignment import load
from cnnbook.classroom.handout import file_names, notebook
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.roster import Learner, load_roster
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.questions import Question

_BLANKS, _SLIPS_OF_ATTENTION = 3, 4  # answers of a hundred


class SimulatedLearner(NamedTuple):
    """A learner with beliefs: misconceptions by which every question is answered in which they show.

    `beliefs` are those by which at least one answer was given, with the number of these answers.
    """

    learner: Learner
    beliefs: Mapping[str, int]
    answers: Mapping[str, str]


def simulated(marker: Marker, learners: tuple[Learner, ...], seed: int = 0) -> Iterator[SimulatedLearner]:
    """Yield the learners with up to two beliefs each, and their answers; the same seed gives the same class.

    Of a hundred answers some are blank, and some are wrong by a slip that has nothing to do with a belief.
    """
    possible = _targeted(marker)
    for learner in learners:
        draws = Draws(b"rehearsal", seed, learner.id)
        beliefs = (
            tuple(dict.fromkeys(draws.choice(possible) for _ in range(draws.below(3)))) if possible else ()
        )
        sheet = marker.assignment
        answers: dict[str, str] = {}
        shown: dict[str, int] = {}
        for item in sheet.items:
            question = marker.question(item, sheet.variant(item, learner.id))
            belief, text = _answer(question, beliefs, draws)
            if text:
                answers[item.number] = text
            if belief:
                shown[belief] = shown.get(belief, 0) + 1
        yield SimulatedLearner(learner, shown, answers)


def _targeted(marker: Marker) -> list[str]:
    """Return the misconceptions that at least two questions can show."""
    counts: dict[str, int] = {}
    for item in marker.assignment.items:
        for name in {slip.ids[0] for slip in marker.question(item, 0).slips() if len(slip.ids) == 1}:
            counts[name] = counts.get(name, 0) + 1
    return sorted(name for name, count in counts.items() if count > 1)


def _answer(question: Question, beliefs: tuple[str, ...], draws: Draws) -> tuple[str, str]:
    """Return the belief by which a question is answered, or "", and the answer as it is typed."""
    chance = draws.below(100)
    if chance < _BLANKS:
        return "", ""
    if chance < _BLANKS + _SLIPS_OF_ATTENTION and not question.form.options:
        return "", _typed(question.form.typed((*question.key[:-1], question.key[-1] + 10)))
    for belief in beliefs:
        for slip in question.slips():
            if slip.ids == (belief,) and min(slip.answer) >= 0 and not question.accepts(slip.answer):
                return belief, _typed(question.form.typed(slip.answer))
    return "", _typed(question.form.typed(question.key))


def _typed(numbers: tuple[str, ...]) -> str:
    text = ", ".join(numbers)
    if not text.replace(", ", "").isdigit():
        return json.dumps(text)
    return f"({text})" if len(numbers) > 1 else text


def filled_in(marker: Marker, one: SimulatedLearner) -> dict[str, Any]:
    """Return the notebook of a simulated learner with the answers typed in."""
    handed_out = notebook(marker, None if marker.assignment.common else one.learner)
    for cell in handed_out["cells"]:
        source = "".join(cell["source"]).replace('my_id = ""', f"my_id = {json.dumps(one.learner.id)}")
        for number, text in one.answers.items():
            source = source.replace(f"answer_{number} = ...", f"answer_{number} = {text}")
        cell["source"] = source.splitlines(keepends=True)
    return handed_out


def fill(
    folder: Path, marker: Marker, learners: tuple[Learner, ...], seed: int = 0
) -> list[SimulatedLearner]:
    """Write the submissions of a simulated class into a folder; return the learners with their beliefs."""
    folder.mkdir(parents=True, exist_ok=True)
    names = file_names(marker.assignment, learners)
    found = list(simulated(marker, learners, seed))
    for one in found:
        text = json.dumps(filled_in(marker, one), indent=1, ensure_ascii=False)
        (folder / names[one.learner]).write_text(f"{text}\n", encoding="utf-8")
    return found


if __name__ == "__main__":
    sheet, roster, inbox = map(Path, sys.argv[1:4])
    for one in fill(inbox, Marker(load(sheet, make_salt=True)), load_roster(roster).learners):
        print(one.learner.id, " ".join(one.beliefs), sep=",")
