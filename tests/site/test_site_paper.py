"""The course on paper: one PDF with a cover, contents that lead to pages, numbers, and its fonts in it."""

import pytest
from pypdf import PdfReader
from site_project import notebook_of, project_in

from cnnbook.site.build import build
from cnnbook.site.execution import executed
from cnnbook.site.printing import chromium

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def paper(browser, tmp_path_factory):
    """The PDF of the small chapter; `browser` makes sure that there is a Chromium."""
    from cnnbook.site import engine, practising, reference

    folder = tmp_path_factory.mktemp("paper")
    project = project_in(folder / "project")
    path = project / "notebooks" / "00_start_here.ipynb"
    notebooks = executed([path], folder / "cache", lambda line: None)
    notebooks[path].cells[1].metadata["tags"] = ["hide-output"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "build", lambda static, cache: None)
        patch.setattr(reference, "pages", lambda chapters, asked_on: {})
        patch.setattr(practising, "pages", lambda element, chapters: {"practice": "# Practice\n"})
        site = build(folder / "site", project, notebooks, folder, lambda line: None, pdf=True).folder
    assert 'href="cnnbook.pdf"' in (site / "index.html").read_text()
    assert [one.name for one in (site / "notebooks").iterdir()] == ["00_start_here.html"]
    return PdfReader(site / "cnnbook.pdf")


def links(page):
    return [one.get_object() for one in page.get("/Annots", ())]


def target(paper, link):
    """The number of the page that a link of the PDF leads to, from 0."""
    place = link["/Dest"][0].idnum
    return [page.indirect_reference.idnum for page in paper.pages].index(place)


def test_each_page_but_the_cover_has_its_number(paper):
    """The number is the last that stands on the page."""
    texts = [page.extract_text().split() for page in paper.pages]
    assert [text[-1] for text in texts[1:]] == [str(number) for number in range(2, len(texts) + 1)]
    assert texts[0][-1] != "1"


def test_the_contents_lead_to_the_pages_that_they_name(paper):
    """Chapter and sections, each with the number of the page on which its heading stands."""
    contents = next(page for page in paper.pages if page.extract_text().startswith("Contents"))
    lines = [line.rsplit(maxsplit=1) for line in contents.extract_text().splitlines()[1:-1]]
    assert [words for words, _number in lines] == ["0. A chapter", "A section", "Explanations"]
    for (words, number), link in zip(lines, links(contents), strict=True):
        assert target(paper, link) == int(number) - 1
        assert words in paper.pages[int(number) - 1].extract_text()


def test_a_reader_finds_the_chapters_in_the_outline(paper):
    """The program that shows the PDF lists the headings."""
    first = paper.outline[0]
    assert first.title == "0. A chapter"
    assert "0. A chapter" in paper.pages[paper.get_destination_page_number(first)].extract_text()


def test_no_link_leads_to_a_file_of_the_builder(paper):
    """What has no page on this paper is text."""
    addresses = [str(link.get("/A", {}).get("/URI", "")) for page in paper.pages for link in links(page)]
    assert [one for one in addresses if one and not one.startswith("https://arxiv.org")] == []


def test_explanations_stand_at_the_end(paper):
    """Below the question is only where to find them."""
    text = "\n".join(page.extract_text() for page in paper.pages)
    assert (
        text.index("Explanation 1 stands at the end")
        < text.index("your answer")
        < text.index("It is explained")
    )


def test_an_output_that_the_site_folds_is_printed(paper):
    """Nobody can open a fold on paper."""
    text = "\n".join(page.extract_text() for page in paper.pages)
    assert "one\ntwo" in text
    assert "What this cell shows" not in text


def test_what_is_alive_stands_still(paper):
    """A sheet for the answers, the table of the sketch, the drawing of the graph; no buttons."""
    text = "\n".join(page.extract_text() for page in paper.pages)
    assert "A convolution with kernel_size=3 reads 5 rows" in text
    assert "parameters < 200" in text
    assert "floor((14 + 2×0" in text
    assert not any(word in text for word in ("Check", "In the notebook", "Levels opened", "does not run"))


def test_all_fonts_are_embedded(paper):
    """The file is the same on each machine."""
    for page in paper.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            found = font.get_object()
            for one in found.get("/DescendantFonts", [found]):
                described = one.get_object().get("/FontDescriptor")
                embedded = described and {"/FontFile", "/FontFile2", "/FontFile3"} & set(
                    described.get_object()
                )
                assert embedded or found["/Subtype"] == "/Type3", found


def test_a_printer_that_fails_is_told(project, tmp_path, monkeypatch, quick):
    """In one line, and no half of a site is left."""
    from cnnbook.site.errors import SiteError

    monkeypatch.setattr(chromium, "find_chromium", lambda: "false")
    path = project / "notebooks" / "00_start_here.ipynb"
    with pytest.raises(SiteError, match=r"^Chromium did not print print-00_start_here\.html: it said"):
        build(tmp_path / "site", project, {path: notebook_of({})}, tmp_path, lambda line: None, pdf=True)
    assert not (tmp_path / "site").exists()
