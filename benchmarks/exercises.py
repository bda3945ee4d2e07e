"""Simulated learners: each answers by one wrong rule; does the diagnosis know which?

python benchmarks/exercises.py [variants per kind and misconception, 500 unless told]
"""

import subprocess
import sys
from collections import Counter
from time import perf_counter, process_time

from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.checking.diagnosis import diagnose
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.draws import Draws
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.questions import Question

MOST_MILLISECONDS = 8  # of the processor, in which 95 of 100 variants of each kind must be drawn


class Tally:
    """What became of the answers of one kind's simulated learners."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.named: Counter[str] = Counter()
        self.alone: Counter[str] = Counter()
        self.targeted: Counter[str] = Counter()
        self.targeted_alone: Counter[str] = Counter()
        self.right_called_wrong = 0
        self.random = 0
        self.random_caused = 0
        self.random_sure = 0
        self.draw_seconds: list[float] = []


def simulate(kind_name: str, wanted: int, most_variants: int | None = None) -> Tally:
    """Return the tally of one kind, on variants until each misconception was followed `wanted` times."""
    tally = Tally()
    noise = Draws(b"benchmark", kind_name)
    for attempt in range(most_variants or 4 * wanted):
        start = process_time()
        question = draw(KINDS[kind_name], "simulated", attempt)
        tally.draw_seconds.append(process_time() - start)
        tally.right_called_wrong += judge(question, question.key).outcome != "correct"
        for slip in question.slips():
            (name,) = slip.ids
            if tally.asked[name] < wanted and not question.accepts(slip.answer) and min(slip.answer) >= 0:
                _follow(tally, question, name, slip.answer)
        _guess(tally, question, noise)
        if attempt + 1 >= wanted and all(count >= wanted for count in tally.asked.values()):
            break
    return tally


def _follow(tally: Tally, question: Question, name: str, answer: tuple[int, ...]) -> None:
    feedback = judge(question, answer)
    tally.asked[name] += 1
    tally.named[name] += name in feedback.candidates
    tally.alone[name] += feedback.candidates == (name,)
    if name in question.targets:
        tally.targeted[name] += 1
        tally.targeted_alone[name] += feedback.candidates == (name,)


def _guess(tally: Tally, question: Question, noise: Draws) -> None:
    """Answer at random, uniform in a plausible range, by no rule that is known."""
    if question.form.options:
        return  # one of a few options is met at random, so none of them is ever asserted
    answer = tuple(noise.between(1, 2 * max(number, 8)) for number in question.key)
    part, missed, _ = question.first_mistake(answer)
    if question.accepts(answer) or any(slip.answer == missed for slip in part.slips()):
        return
    diagnosis = diagnose(question, question.first_mistake(answer), 0, question.placeholders(answer))
    tally.random += 1
    tally.random_caused += bool(diagnosis.candidates)
    tally.random_sure += diagnosis.asserted is not None


def checks() -> list[float]:
    """Return the seconds of warm checks of all chapter exercises: right, wrong by a rule, wrong by none."""
    times = []
    for _ in range(5):
        for name in names():
            question = find(name)
            wrong = [slip.answer for slip in question.slips()][:4]
            for answer in (question.key, *wrong, tuple(7 * number + 13 for number in question.key)):
                start = process_time()
                judge(question, answer)
                times.append(process_time() - start)
    return sorted(times)


def cold() -> float:
    """Return the best of five cold processes, from start to a verdict, in seconds."""
    code = "from cnnbook import check; check('lenet5.c1', '6@27x27')"
    times = []
    for _ in range(5):
        start = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(perf_counter() - start)
    return min(times)


def percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def main(wanted: int = 500) -> int:
    """Print the confusion table and the times; return 1 if a promise is broken."""
    broken = 0
    header = (
        f"{'kind':22}{'answers':>9}{'named':>8}{'alone':>8}{'targets alone':>15}{'random with a cause':>21}"
    )
    print(header + f"{'drawn (p50, p95 ms)':>21}")
    for name in KINDS:
        tally = simulate(name, wanted)
        asked, targeted = sum(tally.asked.values()), sum(tally.targeted.values())
        named, alone = sum(tally.named.values()) / asked, sum(tally.alone.values()) / asked
        targets_alone = sum(tally.targeted_alone.values()) / max(1, targeted)
        caused = tally.random_caused / max(1, tally.random)
        p50, p95 = (1000 * percentile(tally.draw_seconds, share) for share in (0.5, 0.95))
        print(
            f"{name:22}{asked:9}{named:8.1%}{alone:8.1%}{targets_alone:15.1%}"
            f"{caused:15.1%} of {tally.random:<4}{p50:11.2f}{p95:8.2f}"
        )
        weak = [
            f"{i} {tally.targeted_alone[i]}/{n}"
            for i, n in tally.targeted.items()
            if tally.targeted_alone[i] < 0.95 * n
        ]
        broken += (
            named < 1 or bool(weak) or caused >= 0.15 or bool(tally.right_called_wrong or tally.random_sure)
        )
        broken += p95 > MOST_MILLISECONDS
        if weak or tally.right_called_wrong or tally.random_sure:
            print("   ", *weak, tally.right_called_wrong, tally.random_sure)
    times = checks()
    print(
        f"check: p50 {1000 * percentile(times, 0.5):.3f} ms, p95 {1000 * percentile(times, 0.95):.3f} ms warm"
    )
    print(f"cold process to a verdict: {1000 * cold():.0f} ms")
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
