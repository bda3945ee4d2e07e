"""Says of each network of the collection whether the answer of `trace` is right, silent or misleading.

`python tests/failures/collection/score.py [subject]` prints the table, and the answers that are not right.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

if __name__ == "__main__":  # pragma: no cover
    sys.path.insert(0, str(Path(__file__).parent.parent))

import collection
from cnnbook.tracing import TraceError, trace
from collection.entry import Broken

_NOT_SUBJECTS = ("entry", "score")


class Score(NamedTuple):
    """How an answer was judged.

    `verdict` is "right" if every expression of the cause was found and none that misleads, "misleading"
    if one of those was found or the explanation names another cause, "silent" else. `repaired` says
    whether an offered repair is one that the expert would make; it is None where none is wanted.
    """

    verdict: str
    repaired: bool | None
    answer: str


def subjects() -> list[str]:
    """The names of the files with networks."""
    found = (module.name for module in pkgutil.iter_modules(collection.__path__))
    return [name for name in found if name not in _NOT_SUBJECTS]


def networks(subject: str) -> list[Broken]:
    """The networks of one subject."""
    return importlib.import_module(f"collection.{subject}").NETWORKS


def score(broken: Broken) -> Score:
    """Judge what `trace` answers to one network."""
    explanation, repairs, whole = _answer(broken)
    found = all(re.search(pattern, explanation) for pattern in broken.cause)
    misled = any(re.search(pattern, whole) for pattern in broken.misleading)
    verdict = "misleading" if misled else "right" if found else "silent"
    wanted = bool(broken.repairs)
    repaired = any(re.search(pattern, repair) for pattern in broken.repairs for repair in repairs)
    return Score(verdict, repaired and not misled if wanted else None, whole)


def _answer(broken: Broken) -> tuple[str, tuple[str, ...], str]:
    model = broken.build().eval()
    try:
        found = trace(model, *broken.inputs)
    except TraceError as error:
        explanation = "\n".join((error.explanation, *error.trace.notes))
        return explanation, error.repairs, "\n".join((str(error), *error.trace.notes))
    notes = "\n".join(found.notes)
    return (notes, (notes,), notes) if broken.runs else ("", (), "It ran, and it should not have.")


def main(chosen: list[str]) -> None:
    """Print the table of all subjects, or of the chosen ones."""
    every: Counter[str] = Counter()
    for subject in chosen or subjects():
        here: Counter[str] = Counter()
        for broken in networks(subject):
            judged = score(broken)
            here[judged.verdict] += 1
            here["wanted"] += judged.repaired is not None
            here["repaired"] += bool(judged.repaired)
            if judged.verdict != "right" or judged.repaired is False:
                print(f"--- {subject}: {broken.name}: {judged.verdict}, repaired: {judged.repaired}")
                print(judged.answer, "\n")
        print(subject, dict(here))
        every += here
    print("all", dict(every))


if __name__ == "__main__":  # pragma: no cover
    main(sys.argv[1:])
