"""The kinds of practice in words: each has a title of its own, and a chapter that exists."""

from cnnbook.exercises.chapters import CHAPTERS
from cnnbook.exercises.kinds.catalogue import KINDS
from cnnbook.learner.kind_titles import chapter_of, title_of
from cnnbook.learner.progress import Progress
from cnnbook.learner.record import Try


def test_each_kind_has_a_title_and_a_chapter_of_the_course():
    """No kind is shown by its id, and no two look alike; some kinds belong to several chapters."""
    assert len({title_of(name) for name in KINDS} - set(KINDS)) == len(KINDS)
    assert {chapter_of(name) for name in KINDS} - {""} <= set(CHAPTERS)


def test_the_record_names_kinds_in_words_and_leads_to_them():
    """In a notebook the id stands beside the title, for practice(); on a page the title is a link."""
    shown = Progress([Try(0.0, "conv-macs", "{}", (1,), True, None)])
    assert "Multiplications (MACs) of a convolution <code>conv-macs</code>" in shown.html()
    assert "Next: practice(" in shown.html()
    page = shown.html("practice.html")
    assert '<a href="practice.html#conv-macs">Multiplications (MACs) of a convolution</a>' in page
    assert f'Next: <a href="practice.html#{shown.next}">{title_of(shown.next)}</a>.' in page
    assert "practice(" not in page
