"""Grades a simulated class, and says how well the report recovers what its learners believe.

Run it with `python benchmarks/grading.py 1000 10000`; it prints a line for each size of class.
"""

import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from cnnbook.classroom.assignment import load
from cnnbook.classroom.grading import Grades, grade
from cnnbook.classroom.inbox import pieces
from cnnbook.classroom.marking import Marker
from cnnbook.classroom.rehearsal import SimulatedLearner, fill
from cnnbook.classroom.roster import Learner, Roster
from cnnbook.classroom.statistics import misconception_map

SHEET = Path(__file__).parents[1] / "data" / "classroom" / "lab1.toml"
ROUNDS = 5


def recovered(grades: Grades, truth: list[SimulatedLearner]) -> tuple[float, float]:
    """Return precision and recall of the confirmed beliefs; who believes must have shown it twice."""
    believed = {(one.learner.id, name) for one in truth for name in one.beliefs}
    twice = {(one.learner.id, name) for one in truth for name, count in one.beliefs.items() if count > 1}
    found = {(who.id, one.misconception) for one in misconception_map(grades) for who in one.confirmed}
    return len(found & believed) / len(found), len(found & twice) / len(twice)


def main(sizes: list[int]) -> None:
    assignment = load(SHEET)
    print(
        "submissions  questions  seconds (median of 5)  processor  peak MB  precision  recall  torch loaded"
    )
    for size in sizes:
        learners = tuple(Learner(f"s{number:05d}", f"Learner {number}") for number in range(size))
        with tempfile.TemporaryDirectory() as folder:
            truth = fill(Path(folder), Marker(assignment), learners)
            elapsed, used = [], []
            for _round in range(ROUNDS):
                began, processor = time.perf_counter(), time.process_time()
                grades = grade(pieces(Path(folder)), Roster(learners), assignment)
                elapsed.append(time.perf_counter() - began)
                used.append(time.process_time() - processor)
        precision, recall = recovered(grades, truth)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"{size:6,}  {len(assignment.items):9}  {median(elapsed):21.2f}  {median(used):9.2f}  {peak:7.0f}"
            f"  {precision:9.3f}  {recall:6.3f}  {'torch' in sys.modules}"
        )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1000])
