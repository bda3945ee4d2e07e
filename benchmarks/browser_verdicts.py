"""The same answers, judged by this Python and by the browser's (Pyodide, under node): are all verdicts equal?

python benchmarks/browser_verdicts.py [answers, 60,000 unless told]

Compared are outcome, misconception, suspects, message and hint. Pyodide runs the archives that the site has,
and this file.
"""

import json
import random
import sys
import tempfile
import time
from pathlib import Path

HOST = Path("/host")  # what the folder with the answers is called in Pyodide
PLACE = "/cnnbook.zip"
ATTEMPTS = 20  # variants of each kind of practice

_SPELLED = (
    "{0}",
    "({0})",
    "[{0}]",
    " {0} .",
    "about {0}",
    "{0} pixels",
    "it is {0}",
    "= {0}",
    "{0}?",
)
_BETWEEN = (", ", " x ", "×", "@", " ", "; ", " by ", "x")
_ODD = (
    *("", "...", "None", "nan", "inf", "-", "?", "(", "6@28x", "1e3", "1e999", "0x1F", "9" * 30, "½", "²"),
    *(
        "n - k + 1",
        "a lot",
        "__import__('os')",
        "10**9**9",
        "٣",
        "eight",
        "twenty-one",
        "1,2,3,4,5,6,7",
        "3.5",
    ),
)


def questions():
    """Yield a name for each question that is asked: a chapter's exercise, or a variant of a kind."""
    from cnnbook.exercises.chapters import find, names
    from cnnbook.exercises.functions.questions import ProbedQuestion
    from cnnbook.exercises.kinds.catalogue import KINDS

    yield from (name for name in names() if not isinstance(find(name), ProbedQuestion))
    yield from (f"{kind} {attempt}" for kind in KINDS for attempt in range(ATTEMPTS))


def question_of(name):
    """Return the question of a name."""
    from cnnbook.exercises.chapters import find
    from cnnbook.exercises.kinds.catalogue import KINDS
    from cnnbook.exercises.kinds.variants import draw

    kind, _space, attempt = name.partition(" ")
    return draw(KINDS[kind], "browser", int(attempt)) if attempt else find(kind)


def answers(count, seed=0):
    """Return answers as pairs of a name and a text: about equally many for each question, in mixed order."""
    chance = random.Random(seed)
    names = list(questions())
    found = []
    each = -(-count // len(names))
    for name in names:
        question = question_of(name)
        made = {}
        while len(made) < each:
            made.setdefault(_answer(question, len(made), chance))
            if chance.random() < 0.02:  # a question with few answers is not asked for ever
                made.setdefault(chance.choice(_ODD) + " " * chance.randrange(4))
        found += [(name, text) for text in made]
    chance.shuffle(found)
    return found[:count]


def _answer(question, number, chance):
    numbers = [question.key, *(slip.answer for slip in question.slips())]
    if number < len(numbers):
        given = numbers[number]
    else:
        given = list(chance.choice(numbers))
        at = chance.randrange(len(given))
        given[at] = chance.choice(
            [given[at] + chance.randint(-3, 9), 2 * given[at], given[at] // 2, 10 * given[at]]
        )
        if chance.random() < 0.1:
            given = [*given, chance.randint(0, 9)]
        if chance.random() < 0.1:
            given = given[:-1] or given
    if chance.random() < 0.15 and number >= len(numbers):
        return chance.choice(_ODD)
    try:
        typed = question.form.typed(tuple(given))
    except (IndexError, ValueError):
        typed = tuple(map(str, given))
    if chance.random() < 0.1:
        typed = [f"{one}*1" if str(one).isdecimal() else one for one in typed]
    if chance.random() < 0.1:
        typed = [f"{int(one):,}" if str(one).isdecimal() else one for one in typed]
    return chance.choice(_SPELLED).format(chance.choice(_BETWEEN).join(map(str, typed)))


def functions():
    """Return the names of answers that are run: of each question the right one and those of its slips."""
    from cnnbook.exercises.chapters import find, names
    from cnnbook.exercises.functions.questions import ProbedQuestion

    found = []
    for name in names():
        question = find(name)
        if isinstance(question, ProbedQuestion) and not question.needs_torch:
            found += [(f"run {name}", cause) for cause in ("", *question.wrong)]
    return found


def verdict(name, text):
    """Return what is said of an answer, as plain data."""
    from cnnbook.exercises.chapters import find
    from cnnbook.exercises.checking.judging import judge
    from cnnbook.exercises.functions.judging import judge_by_running

    if name.startswith("run "):
        question = find(name.removeprefix("run "))
        own = question.wrong[text] if text else question.right
        said = judge_by_running(question, (lambda *given: own(*given)) if callable(own) else list(own))
    else:
        said = judge(question_of(name), text)
    return [said.outcome, said.misconception, list(said.candidates), said.message, said.hint]


def verdicts(pairs):
    """Return the verdicts of this Python."""
    return [verdict(name, text) for name, text in pairs]


def verdicts_of_pyodide(pairs, cache_dir):
    """Return the verdicts of the browser's Python."""
    from cnnbook.site.archives import archives
    from cnnbook.site.pyodide import run_python

    made = archives(cache_dir)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "engine.zip").write_bytes(made.package.read_bytes())
        (Path(folder) / "answers.json").write_text(json.dumps(pairs))
        run_python(cache_dir, Path(__file__), Path(folder), made.stdlib)
        return json.loads((Path(folder) / "verdicts.json").read_text())


def different(pairs, cache_dir):
    """Return the answers whose verdicts differ, with both verdicts."""
    here, there = verdicts(pairs), verdicts_of_pyodide(pairs, cache_dir)
    return [(pair, a, b) for pair, a, b in zip(pairs, here, there, strict=True) if a != b]


def main(count=60_000):
    """Print the figures; return 1 if a verdict differs."""
    cache_dir = Path(__file__).parents[1] / "build" / "site-cache"
    pairs = [*answers(count), *functions()]
    started = time.monotonic()
    found = different(pairs, cache_dir)
    outcomes = [said[0] for said in verdicts(pairs)]
    counts = ", ".join(f"{outcomes.count(one):,} {one}" for one in dict.fromkeys(outcomes))
    names = {name for name, _text in pairs}
    print(
        f"{len(pairs):,} answers to {len(names):,} questions ({counts}); {time.monotonic() - started:.0f} s"
    )
    print(f"{len(found)} verdicts differ between this Python {sys.version.split()[0]} and Pyodide's")
    for pair, here, there in found[:10]:
        print(f"  {pair}\n    here  {here}\n    there {there}")
    return int(bool(found))


def _in_pyodide():
    Path(PLACE).write_bytes((HOST / "engine.zip").read_bytes())
    sys.path.insert(0, PLACE)
    pairs = json.loads((HOST / "answers.json").read_text())
    (HOST / "verdicts.json").write_text(json.dumps(verdicts(pairs)))


if __name__ == "__main__":
    if sys.platform == "emscripten":
        _in_pyodide()
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60_000))
