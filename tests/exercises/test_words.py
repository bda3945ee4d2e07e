"""Every message is filled, translated and collected: a misspelt placeholder fails here, and in use."""

import gettext
import io
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import cnnbook
from cnnbook.exercises import questions as asked_questions
from cnnbook.exercises import words
from cnnbook.exercises.chapters import exercises_of, find, names
from cnnbook.exercises.checking.judging import judge
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.exercises.kinds.variants import draw
from cnnbook.exercises.misconceptions import MISCONCEPTIONS, TOPICS
from cnnbook.exercises.questions import CustomQuestion, Question, Words
from cnnbook.exercises.words import joined, say
from cnnbook.learner.answering import Asked
from cnnbook.learner.exercise import Exercise
from cnnbook.learner.network_questions import questions_about
from cnnbook.networks import COURSE
from cnnbook.networks.shipped import shipped

PACKAGE = Path(cnnbook.__file__).parent
SINGLE = ("prompt", "ask", "formula", "substituted", "correct", "incorrect")


def fill_everything(question: Question) -> Counter:
    """Say all that can be said about a question, and count the misconceptions that got a hint."""
    hinted: Counter = Counter()
    wording = question.wording
    values = {"answer": question.key} | question.placeholders(question.key)
    for name in SINGLE:
        if getattr(wording, name):
            say(getattr(wording, name), **values, judgement="")
    judge(question, question.key)
    slips = [*question.slips(), *question.unsure_slips()]
    for slip in slips:
        said = judge(question, slip.answer)
        hinted.update(slip.ids if said.outcome == "incorrect" else ())
        part, missed, _ = question.first_mistake(slip.answer)
        values = {"answered": missed, **question.placeholders(slip.answer), "answer": missed}
        for name in {name for one in part.slips() for name in one.ids if one.answer == missed}:
            say(part.wording.hints.get(name) or MISCONCEPTIONS[name].hint, **values)
        for topic in {MISCONCEPTIONS[name].topic for name in slip.ids}:
            say(part.wording.topics.get(topic) or part.wording.ask, **values)
    exercise = Exercise(Asked(question, "output-size"), lambda suspected: exercise)
    for answer in (slips[0].answer if slips else question.key, tuple(n + 4 for n in question.key)):
        exercise.check(answer)
    while not exercise.closed:
        assert exercise.hint()
    return hinted


def test_every_message_of_every_chapter_is_filled():
    """Prompts, formulas, reasons and hints of all chapter exercises have a value for each placeholder."""
    hinted = Counter()
    for name in names():
        hinted += fill_everything(find(name))
    assert len(hinted) > 150


@pytest.mark.parametrize("kind", KINDS)
def test_every_message_of_every_kind_is_filled(kind):
    """So do those of thirty variants of each kind, whichever misconceptions they can have."""
    for attempt in range(30):
        fill_everything(draw(KINDS[kind], "words", attempt))


@pytest.mark.parametrize("network", COURSE)
def test_every_message_of_every_quiz_is_filled(network):
    """And those of every question about a network of the course."""
    for one in questions_about(shipped(network)):
        fill_everything(one.question)
        assert "{" not in one.text


def test_a_misspelt_placeholder_is_seen(monkeypatch):
    """The tests above can fail: one letter in a hint of a chapter raises, in use as in the test."""
    question = find("pooling.field-design")
    hints = {**question.words.hints, "field-no-stride": "{anwser} is right for pools that move by one pixel."}
    broken = CustomQuestion(
        question.value,
        wrong=question.wrong,
        numbers=question.numbers,
        form=question.form,
        words=Words(hints=hints) | Words(prompt=question.words.prompt),
    )
    monkeypatch.setitem(exercises_of("pooling"), "pooling.field-design", broken)
    with pytest.raises(KeyError, match=r"no value for \{anwser\} in '\{anwser\} is right for pools"):
        fill_everything(find("pooling.field-design"))
    wrong = next(slip.answer for slip in broken.slips() if slip.ids == ("field-no-stride",))
    with pytest.raises(KeyError, match="anwser"):
        judge(broken, wrong)


def test_a_hint_stands_in_one_mapping_or_is_the_default():
    """Each misconception that a question can diagnose has a hint: the question's own, or its default."""
    for question in [*map(find, names()), *(draw(kind, "hints", 0) for kind in KINDS.values())]:
        for slip in question.slips():
            part = question.first_mistake(slip.answer).part
            for name in slip.ids:
                assert part.wording.hints.get(name) or MISCONCEPTIONS[name].hint, (question, name)


def test_each_hint_of_a_chapter_can_be_shown():
    """No exercise has a hint for a misconception that none of those who share it can diagnose."""
    shown, stated = set(), set()
    for name in names():
        question = find(name)
        ids = {one for slip in [*question.slips(), *question.unsure_slips()] for one in slip.ids}
        topics = {MISCONCEPTIONS[one].topic for one in ids}
        for own, known in ((question.words.hints, ids), (question.words.topics, topics)):
            stated |= set(own.items())
            shown |= {(key, message) for key, message in own.items() if key in known}
    assert stated - shown == set()


def test_words_are_laid_over_each_other():
    """A question's own words win, message by message and hint by hint."""
    first = Words(prompt="a", ask="b", hints={"x": "1", "y": "2"})
    both = first | Words(ask="c", hints={"y": "3"})
    assert (both.prompt, both.ask, both.hints) == ("a", "c", {"x": "1", "y": "3"})


def test_a_list_is_joined_in_words():
    """One, two or three parts."""
    assert [joined(["a", "b", "c"][:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b and c"]


def messages_said() -> set[str]:
    """All messages that the package holds as values, found by looking into what it says."""
    found = {*TOPICS.values(), *(one.hint for one in MISCONCEPTIONS.values())}
    kinds = [draw(kind, "collected", attempt) for kind in KINDS.values() for attempt in range(4)]
    for question in [*map(find, names()), *kinds]:
        wording = question.wording
        found |= {getattr(wording, name) for name in (*SINGLE, "unsure", "part")}
        found |= {*wording.hints.values(), *wording.topics.values(), *question.form.labels}
        found |= {question.form.wanted, question.form.fraction}
    return {message for message in found if message and len(message) > 1}


@pytest.fixture(scope="module")
def collected() -> set[str]:
    """All messages that Babel collects from the package, as `pybabel extract` does."""
    return {message for _file, _line, message, *_ in extract_from_dir(PACKAGE, keywords={"_": None})}


def test_babel_collects_every_message(collected):
    """Whatever is said to a learner is marked, so that a translator gets to see it."""
    assert len(collected) > 500
    assert messages_said() - collected == set()


def test_an_unmarked_message_would_be_seen(collected):
    """The test above can fail: a sentence that stands nowhere in the package is not collected."""
    assert "How many rows come out of nothing?" not in collected


def test_a_po_file_is_a_second_language(tmp_path, monkeypatch):
    """Messages come from the catalogue of the user's language; what it lacks stays English."""
    po = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    po += 'msgid "A {layer} reads {n} rows. How many rows come out?"\n'
    po += 'msgstr "{layer} liest {n} Zeilen. Wie viele kommen heraus?"\n'
    file = tmp_path / "de" / "LC_MESSAGES" / "cnnbook.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as out:
        write_mo(out, read_po(io.BytesIO(po.encode()), locale="de"))
    monkeypatch.setattr(words, "_CATALOGUES", tmp_path)
    monkeypatch.setenv("LANGUAGE", "de")
    words._translation.cache_clear()
    try:
        assert isinstance(words._translation(), gettext.GNUTranslations)
        assert find("size.first").prompt.endswith("liest 5 Zeilen. Wie viele kommen heraus?")
        assert say(TOPICS["order"]).startswith("PyTorch writes the channels first, then the height")
    finally:
        words._translation.cache_clear()


def test_the_plain_words_are_every_questions_last_resort():
    """A question without words of its own still asks for one step on the way."""
    assert asked_questions._DEFAULT.ask.startswith("Take it one step at a time")
    assert CustomQuestion(3).wording.ask == asked_questions._DEFAULT.ask
