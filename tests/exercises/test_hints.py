"""A hint is true of the answer, whatever its cause was: it states arithmetic, and no thought of a learner."""

import re
from functools import cache

import pytest

from cnnbook.arithmetic import transposed_output_size
from cnnbook.exercises.chapters import find, names
from cnnbook.exercises.checking import diagnosis
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.kinds.windows import WindowQuestion
from cnnbook.exercises.misconceptions import MISCONCEPTIONS, TOPICS
from cnnbook.exercises.questions import Question, Words
from cnnbook.learner.hints import further_hints
from cnnbook.learner.network_questions import questions_about
from cnnbook.networks import COURSE
from cnnbook.networks.shipped import shipped

# Past tenses of what a learner may have done, and other words that guess at a cause.
_DONE = (
    r"added|chose|computed|counted|divided|doubled|dropped|forgot|gave|halved|had|ignored|kept|left|let|meant|"
    r"multiplied|mixed|put|read|rounded|skipped|squared|subtracted|swapped|thought|took|tripled|used|went|wrote"
)
CLAIM = re.compile(
    rf"\bit seems\b|\bseems? to\b|\blooks? like\b|\byou (have |had )?({_DONE})\b|\bforg[eo]t(ten)?\b"
    r"|\b(was|were) (forgotten|counted|added|divided|multiplied|taken|read|kept|doubled|rounded|missed)\b"
    r"|\bis missing\b|\bmistake\b|\bslips?\b|\byour (answer|idea|mistake)\b",
    re.IGNORECASE,
)


@cache
def questions() -> tuple[Question, ...]:
    """Return all questions of chapters, variants of all kinds, and questions about the course's networks."""
    variants = [draw(kind, "hints", attempt) for kind in KINDS.values() for attempt in range(12)]
    about = [one.question for network in COURSE for one in questions_about(shipped(network))]
    return (*map(find, names()), *variants, *about)


def hints_of(words: Words) -> set[str]:
    """Return the messages that are said about a wrong answer, except how the answer is judged."""
    single = {words.ask, words.ask_channels, words.incorrect, words.unsure, words.part}
    return {message for message in (*single, *words.hints.values(), *words.topics.values()) if message}


@pytest.fixture(scope="module")
def hints() -> set[str]:
    """Return all hints that can be shown, with their placeholders."""
    found = {*TOPICS.values(), *(one.hint for one in MISCONCEPTIONS.values() if one.hint)}
    for question in questions():
        found |= hints_of(question.wording)
    return found | {diagnosis._TWO_SLIPS}


def test_no_hint_claims_what_somebody_did(hints):
    """None says what seems to have been thought, done or forgotten: many causes give one number."""
    assert len(hints) > 400
    assert {hint for hint in hints if CLAIM.search(hint)} == set()


@pytest.mark.parametrize(
    "hint",
    [
        "It seems {n} was divided by the stride {s}. Where can the last full window start?",
        "You kept the channels of the input. How many kernels does the layer have?",
        "You counted the pools. What is there to learn in a maximum?",
        "The padding seems to have been added to the result. Where does PyTorch put it?",
        "That looks like stride 1. Which stride does the pool have?",
        "The biases were forgotten. How many are there?",
        "One branch is missing. How many maps are there in all?",
        "A pool was counted. Has it weights to learn?",
    ],
)
def test_a_claim_is_seen(hint):
    """The test above can fail: each of these guesses at a cause."""
    assert CLAIM.search(hint)
    assert hint in hints_of(Words(hints={"no-bias": hint}))


def test_a_hint_is_short_and_ends_in_a_question():
    """A hint of a misconception, or of a topic, has at most three sentences; the last is a question."""
    shown = {*TOPICS.values(), *(one.hint for one in MISCONCEPTIONS.values() if one.hint)}
    for question in questions():
        shown |= {*question.wording.hints.values(), *question.wording.topics.values()}
    for hint in shown:
        sentences = re.split(r"(?<=[.?])\s+(?=[A-Z\d{])", hint)
        assert hint.endswith("?"), hint
        assert len(sentences) <= 3, hint


NUMBER = r"(\d[\d,]*)"
# Arithmetic as hints state it, each with a check of its numbers.
STATED = {
    rf"^{NUMBER} is {NUMBER} divided by the stride {NUMBER}, rounded down": lambda a, n, s: a == n // s,
    rf"^{NUMBER} divided by (?:the stride )?{NUMBER} is {NUMBER}, rounded down": lambda n, s, m: n // s == m,
    rf"spans {NUMBER} × {NUMBER} = {NUMBER} ": lambda d, k, span: d * k == span,
    rf"^{NUMBER} is {NUMBER} × {NUMBER}\.": lambda a, d, k: a == d * k,
    rf"^{NUMBER} is {NUMBER} - {NUMBER}\.": lambda a, m, n: a == m - n,
    rf"^{NUMBER} is {NUMBER} - {NUMBER} - {NUMBER} \+ 1, which takes": lambda a, n, k, s: a == n - k - s + 1,
    rf"^{NUMBER} is {NUMBER} \+ {NUMBER}\.": lambda a, m, n: a == m + n,
    rf"^{NUMBER} is {NUMBER}×{NUMBER} \+ {NUMBER}\.": lambda a, m, n, rest: a == m * n + rest,
    rf"^{NUMBER} is {NUMBER} more than {NUMBER}\.": lambda a, m, n: a == m + n,
    rf"^{NUMBER} is {NUMBER} halved twice": lambda a, n: a == n // 2 // 2,
    rf"^{NUMBER} is {NUMBER} divided by {NUMBER}, rounded": lambda a, n, m: a in (n // m, -(-n // m)),
    rf"^{NUMBER} is about the square root of {NUMBER}\.": lambda a, n: abs(a * a - n) <= a,
    rf"^{NUMBER} is {NUMBER} times {NUMBER}/{NUMBER}, rounded up": lambda a, m, n, by: a == -(-m * n // by),
    rf"^{NUMBER} is half of {NUMBER}, rounded down": lambda a, n: a == n // 2,
}


def untrue(hint: str) -> set[str]:
    """Return the patterns of arithmetic that this hint states wrongly."""
    found = set()
    for pattern, check in STATED.items():
        if stated := re.search(pattern, hint):
            found |= (
                set() if check(*(int(number.replace(",", "")) for number in stated.groups())) else {pattern}
            )
    return found


def test_stated_arithmetic_is_true():
    """Where a hint says how a number is made, it is made so; and every form of that is met."""
    met = set()
    for question in questions():
        for slip in question.slips():
            if question.accepts(slip.answer):
                continue
            hint = judge(question, slip.answer).hint
            assert not untrue(hint), (question, slip, hint)
            met |= {pattern for pattern in STATED if re.search(pattern, hint)}
    assert met == set(STATED)
    assert untrue("7 is 12 divided by the stride 2, rounded down. Where can the last full window start?")


# What each hint says a number on an axis is, computed here without the rules of the misconceptions.
FACTS = {
    "no-padding": lambda a: a._replace(padding=0).output_size,
    "no-stride": lambda a: a._replace(stride=1).output_size,
    "pool-stride-one": lambda a: a._replace(stride=1).output_size,
    "no-dilation": lambda a: a._replace(dilation=1).output_size,
    "dilation-as-gap": lambda a: a._replace(dilation=a.dilation + 1).output_size,
    "padding-doubled": lambda a: a._replace(padding=2 * a.padding).output_size,
    "padding-once": lambda a: a._replace(size=a.size + a.padding, padding=0).output_size,
    "padding-after": lambda a: a._replace(padding=0).output_size + 2 * a.padding,
    "ceil-mode-ignored": lambda a: a._replace(ceil_mode=False).output_size,
    "divides-by-stride": lambda a: a.size // a.stride,
    "stride-first": lambda a: a._replace(size=a.size // a.stride, stride=1).output_size,
    "same-size": lambda a: a.size,
    "stride-subtracted": lambda a: a._replace(stride=1).output_size - a.stride,
    "same-by-habit": lambda a: a._replace(padding=(a.kernel_size - 1) // 2).output_size,
    "conv-as-transposed": lambda a: transposed_output_size(
        a.size, a.kernel_size, stride=a.stride, padding=a.padding, dilation=a.dilation
    ),
}


@pytest.mark.parametrize("cause", FACTS)
def test_what_a_hint_says_of_a_side_is_so(cause):
    """The number on the first wrong axis is what the hint states, on both axes and on one alone."""
    met = 0
    for question in questions():
        if not isinstance(question, WindowQuestion):
            continue
        for slip in [*question.slips(), *question.unsure_slips()]:
            if slip.ids != (cause,) or question.accepts(slip.answer):
                continue
            said = judge(question, slip.answer)
            if said.candidates != (cause,):
                continue
            key, given = question.key[-len(question.axes) :], slip.answer[-len(question.axes) :]
            at = next(at for at, number in enumerate(given) if number != key[at])
            assert given[at] == FACTS[cause](question.axes[at]), (question, slip)
            assert str(given[at]) in said.hint.replace(",", "")
            met += 1
    assert met


def test_only_the_last_hint_holds_the_whole_calculation():
    """The hint after the second wrong answer is a rule, or the beginning of a calculation."""
    begun = 0
    for question in questions():
        hints = further_hints(question)
        if not hints or question.form.options:
            continue
        assert not hints[0].startswith("With the numbers"), (question, hints)
        if hints[0].startswith(
            ("The calculation begins like this: ", "This part of the calculation comes first: ")
        ):
            whole = question.placeholders(question.key)["because"]
            shown = hints[0].partition(": ")[2].removesuffix("…")
            assert shown in whole, (question, hints)
            starts = whole.lstrip("(").startswith(shown)
            assert starts == hints[0].startswith("The calculation begins"), (question, hints)
            assert len(shown) < len(whole), (question, hints)
            begun += 1
    assert begun > 40
