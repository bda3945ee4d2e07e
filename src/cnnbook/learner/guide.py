"""The computed parts of the page for teachers: the kinds, the misconceptions, and feedback on wrong answers.

`python -m cnnbook.learner.guide docs/exercises.md` replaces them between the comments that enclose them.
"""

from __future__ import annotations

import sys
from collections import Counter
from itertools import groupby
from pathlib import Path

from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.checking.feedback import Feedback
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.misconceptions import MISCONCEPTIONS
from cnnbook.learner.rehearsal import rehearse_kind

# The number of variants of a kind in which misconceptions are counted.
_VARIANTS = 200


def kinds() -> str:
    """Return a table of the kinds in their order, each with an example and its targeted misconceptions."""
    rows = ["| kind | for example | its variants show |", "|---|---|---|"]
    for name, kind in KINDS.items():
        asked = " ".join(draw(kind, "guide", 0).prompt.replace("|", "·").split())
        targets = dict.fromkeys(target for targets in kind.targets for target in targets)
        rows.append(f"| `{name}` | {asked} | {', '.join(f'`{target}`' for target in targets)} |")
    return "\n".join(rows)


def misconceptions() -> str:
    """Return a table of the misconceptions by topic: id, belief, evidence, where each is diagnosed."""
    places = _places()
    rows = ["| topic | id | the belief | evidence | diagnosed in |", "|---|---|---|---|---|"]
    by_topic = sorted(MISCONCEPTIONS.items(), key=lambda item: item[1].topic)
    for topic, group in groupby(by_topic, key=lambda item: item[1].topic):
        rows += [
            f"| {topic} | `{name}` | {one.belief} | {one.evidence} "
            f"| {', '.join(places.get(name, ('quizzes',)))} |"
            for name, one in group
        ]
    return "\n".join(rows)


def _places() -> dict[str, dict[str, None]]:
    """Return, for each misconception, the chapters that diagnose it, and the kinds that often can."""
    places: dict[str, dict[str, None]] = {}
    for exercise in names():
        for slip in find(exercise).slips():
            places.setdefault(slip.ids[0], {})[exercise.partition(".")[0]] = None
    for name, kind in KINDS.items():
        variants = [draw(kind, "guide", attempt) for attempt in range(_VARIANTS)]
        shown = Counter(id for variant in variants for id in {slip.ids[0] for slip in variant.slips()})
        for misconception in (id for id, count in shown.items() if count >= _VARIANTS / 20):
            places.setdefault(misconception, {})[f"`{name}`"] = None
    return places


def rehearsals() -> str:
    """Return ten wrong answers to each kind, with the feedback that a learner gets."""
    return "\n\n".join(f"### `{name}`\n\n{_rehearsal(name)}" for name in KINDS)


def _rehearsal(name: str) -> str:
    parts = []
    for question, said in rehearse_kind(KINDS[name]):
        quoted = "\n".join(f"    {line}" for line in question.prompt.splitlines())
        parts.append("\n".join([quoted, "", *map(line_of, said)]))
    return "\n\n".join(parts)


def line_of(said: Feedback) -> str:
    """Return a list item with the feedback on a wrong answer, and the causes that were found."""
    if said.outcome == "unreadable":
        return f"- {said.word}. {said.message}"
    causes = " or ".join(f"`{name}`" for name in said.candidates)
    return f"- {said.message} {said.hint} ({causes or 'no cause named'})"


PARTS = {"kinds": kinds, "misconceptions": misconceptions, "rehearsals": rehearsals}


def filled(page: str) -> str:
    """Return the page with its computed parts brought up to date."""
    for name, part in PARTS.items():
        head, _, rest = page.partition(f"<!-- {name} -->\n")
        _, mark, tail = rest.partition(f"<!-- end of {name} -->")
        page = f"{head}<!-- {name} -->\n\n{part()}\n\n{mark}{tail}"
    return page


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(filled(file.read_text(encoding="utf-8")), encoding="utf-8")
