"""DOT to pictures: backends, their failures, fonts, and files that are whole or not there."""

import importlib.util
import os
import shutil
import stat
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pypdf import PdfReader

from cnnbook.graphs import fonts, rendering
from cnnbook.graphs.files import write_atomically
from cnnbook.graphs.rendering import GraphError, arrange, backends, render, set_attributes

TINY = 'digraph { node [fontname="DejaVu Sans"]; conv1 [label="conv1 3×3"]; conv1 -> pool1 }'


@pytest.fixture
def fake_dot(tmp_path, monkeypatch):
    """Return a function that puts a `dot` of one's own, a shell script, first on PATH."""

    def install(script):
        folder = tmp_path / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / "dot"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return program

    return install


@pytest.fixture
def without_pygraphviz(monkeypatch):
    """Let Python find everything but pygraphviz."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "pygraphviz" else find(name, *rest)
    )


@pytest.fixture
def chinese_font(tmp_path):
    """The path of a font that has two Chinese characters (as boxes) and nothing else."""
    names = [".notdef", "convolve", "accumulate"]
    pen = TTGlyphPen(None)
    for i, corner in enumerate([(50, 0), (50, 800), (950, 800), (950, 0)]):
        (pen.lineTo if i else pen.moveTo)(corner)
    pen.closePath()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord("卷"): "convolve", ord("积"): "accumulate"})
    font.setupGlyf(dict.fromkeys(names, pen.glyph()))
    font.setupHorizontalMetrics(dict.fromkeys(names, (1000, 50)))
    font.setupHorizontalHeader(ascent=880, descent=-120)
    font.setupNameTable({"familyName": "Little Chinese", "styleName": "Regular", "psName": "LittleChinese"})
    font.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    font.setupPost()
    (tmp_path / "fonts").mkdir()
    font.save(tmp_path / "fonts" / "little.ttf")
    return tmp_path / "fonts" / "little.ttf"


@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_each_format_is_what_its_name_says(form, begins):
    """A picture begins with the signature of its format."""
    assert render(TINY, form).data.startswith(begins)


def test_dot_on_the_path_comes_first(fake_dot):
    """A `dot` on PATH is asked before pygraphviz, with engine and format as its own options."""
    program = fake_dot('cat >/dev/null; printf "%s %s" "$1" "$2"')
    assert backends()[0].location == str(program)
    assert render(TINY, "svg", engine="nop2").data == b"-Knop2 -Tsvg"


def test_a_dot_that_fails_leaves_it_to_pygraphviz(fake_dot):
    """A `dot` without a PDF plugin does not keep a PDF from being drawn."""
    fake_dot('echo "Format: pdf not recognized" >&2; exit 1')
    assert render(TINY, "pdf").data.startswith(b"%PDF")


def test_a_crash_is_one_line(fake_dot, without_pygraphviz):
    """A Graphviz that takes its process down is an error in one line, not the end of the session."""
    fake_dot("kill -SEGV $$")
    with pytest.raises(GraphError, match=r"could not draw the graph as svg: dot: it ended with status -11$"):
        render(TINY, "svg")


def test_no_graphviz_names_the_repair(monkeypatch, without_pygraphviz):
    """Without any Graphviz the message is one line with the command that brings one."""
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(GraphError, match=r'repair: python -m pip install "pygraphviz>=2.0.4"$'):
        backends()


def test_a_slow_layout_is_tried_again_with_less_search(fake_dot):
    """A layout that takes longer than the limit is drawn with a reduced search, and the drawing says so."""
    fake_dot('text=$(cat); case "$text" in *nslimit*) echo drawn;; *) exec sleep 20;; esac')
    drawing = render(TINY, "svg", timeout=2)
    assert drawing.data == b"drawn\n"
    assert drawing.notes == ("drawn with a reduced search for the layout: the full one took longer than 2 s",)


def test_a_layout_that_never_ends_is_given_up(fake_dot):
    """A graph that is too large even for a reduced search is an error that says what would work."""
    fake_dot("exec sleep 20")
    with pytest.raises(GraphError, match=r"too large to draw within 0.3 s.*fewer boxes"):
        render(TINY, "svg", timeout=0.3)


@pytest.mark.parametrize("broken", ["digraph { a -> }", "digraph { a -> b", "no graph at all"])
def test_text_that_is_not_dot_is_one_line(broken):
    """DOT that Graphviz cannot read is an error in one line."""
    with pytest.raises(GraphError, match="could not draw the graph as svg") as caught:
        render(broken, "svg")
    assert "\n" not in str(caught.value)


def test_an_unknown_format_lists_the_known_ones():
    """A format that is not offered is refused before anything runs."""
    with pytest.raises(GraphError, match="unknown format 'bmp': a graph is drawn as pdf, svg, png"):
        render(TINY, "bmp")


def test_attributes_win_over_the_graphs_own():
    """A graph attribute given to render replaces the one in the text."""
    assert set_attributes('digraph { graph [dpi="72"]; a }', {"dpi": "150"}).rindex("150") > 20
    small, large = (render('digraph { graph [dpi="72"]; a -> b }', "png", {"dpi": d}) for d in ("72", "200"))
    assert len(large.data) > len(small.data)


def test_several_graphs_are_arranged_in_one_child():
    """Each graph of a batch comes back with its own positions, in order."""
    arranged, notes = arrange(["digraph { a -> b }", "digraph { c; d; e }"])
    assert [[item["name"] for item in graph["objects"]] for graph in arranged] == [
        ["a", "b"],
        ["c", "d", "e"],
    ]
    assert all("pos" in item for graph in arranged for item in graph["objects"])
    assert notes == ()


def test_a_machine_without_fonts_still_has_text_in_its_pdf(monkeypatch, tmp_path):
    """With no system font at all, matplotlib's DejaVu Sans is embedded and the text can be searched."""
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    monkeypatch.setattr(fonts, "_SYSTEM", str(tmp_path / "nothing.conf"))
    (tmp_path / "a.pdf").write_bytes(render(TINY, "pdf").data)
    page = PdfReader(tmp_path / "a.pdf").pages[0]
    assert "conv1 3×3" in page.extract_text()
    found = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert all("DejaVuSans" in font["/BaseFont"] for font in found)
    assert all("/FontFile2" in font["/FontDescriptor"] for font in found if "/FontDescriptor" in font)


def test_a_drawing_leaves_no_file_behind(monkeypatch, tmp_path):
    """What says where the fonts are is deleted with the drawing, not at the end of the process."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert render(TINY, "svg").data
    assert [*tmp_path.iterdir()] == []


def test_without_that_configuration_the_text_would_be_gone(monkeypatch, tmp_path):
    """The trap is real: a fontconfig that knows no font gives a PDF without the text."""
    empty = tmp_path / "fonts.conf"
    empty.write_text("<fontconfig></fontconfig>")
    monkeypatch.setattr(
        fonts, "environment", lambda: nullcontext({**os.environ, "FONTCONFIG_FILE": str(empty)})
    )
    (tmp_path / "a.pdf").write_bytes(render(TINY, "pdf").data)
    assert "conv1" not in PdfReader(tmp_path / "a.pdf").pages[0].extract_text()


def test_somebody_s_own_font_configuration_is_kept(monkeypatch, tmp_path, chinese_font):
    """Fonts that the user's FONTCONFIG_FILE names are used beside DejaVu Sans, which need not be in it."""
    configuration = tmp_path / "fonts.conf"
    configuration.write_text(
        f"<fontconfig><dir>{chinese_font.parent}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(configuration))
    monkeypatch.setattr(fonts, "_system_fonts", lambda: (str(chinese_font),))
    drawing = render('digraph { node [fontname="DejaVu Sans"]; a [label="卷积 3×3 → ReLU"] }', "pdf")
    (tmp_path / "a.pdf").write_bytes(drawing.data)
    page = PdfReader(tmp_path / "a.pdf").pages[0]
    assert "卷积" in page.extract_text()
    assert "3×3 → ReLU" in page.extract_text()
    embedded = {
        font.get_object()["/BaseFont"].partition("+")[2] for font in page["/Resources"]["/Font"].values()
    }
    assert embedded == {"DejaVuSans", "LittleChinese"}
    assert drawing.notes == ()


def test_signs_that_are_never_looked_up_are_in_the_font():
    """The signs that count as known are all in DejaVu Sans."""
    assert fonts._KNOWN - fonts._characters(fonts._dejavu()) == set()


def test_a_script_without_a_font_is_reported(monkeypatch):
    """Characters that no font has are named, with what to install; those that one has are not."""
    monkeypatch.setattr(fonts, "_system_fonts", lambda: ())
    (note,) = render('digraph { a [label="卷积 3×3 Ж"] }', "svg").notes
    assert note.startswith("no font on this machine can draw 卷 积; install")
    assert "fonts-noto-cjk" in note


def test_a_script_with_a_font_survives(tmp_path):
    """Greek and Cyrillic, which DejaVu Sans has, come back out of the PDF."""
    drawing = render('digraph { a [fontname="DejaVu Sans", label="слой Ωμέγα"] }', "pdf")
    (tmp_path / "a.pdf").write_bytes(drawing.data)
    assert "слой Ωμέγα" in PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert drawing.notes == ()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    """When the disk fails in the middle, the older file is whole and no temporary one stays."""
    path = tmp_path / "graph.pdf"
    path.write_bytes(b"old")

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(GraphError, match=r"cannot write .*graph.pdf: no space left on device"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["graph.pdf"]


def test_a_written_file_has_the_usual_permissions(tmp_path):
    """A file is as readable for others as any that the user writes."""
    usual, ours = tmp_path / "usual", tmp_path / "ours"
    usual.write_bytes(b"")
    write_atomically(ours, b"")
    assert stat.S_IMODE(ours.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_a_place_that_cannot_be_written_to_is_one_line(tmp_path):
    """A missing folder, a file where a folder should be and a folder in the file's place each say so."""
    (tmp_path / "file").write_text("")
    with pytest.raises(GraphError, match="there is no folder"):
        write_atomically(tmp_path / "none" / "a.pdf", b"")
    with pytest.raises(GraphError, match="there is no folder"):
        write_atomically(tmp_path / "file" / "a.pdf", b"")
    with pytest.raises(GraphError, match="it is a folder; name a file in it"):
        write_atomically(tmp_path, b"")
    assert os.listdir(tmp_path) == ["file"]


def test_the_version_of_each_backend_is_a_number():
    """The doctor can say which Graphviz there is."""
    assert rendering.backends()[0].version.split(".")[0].isdigit()


def test_ligatures_do_not_hide_words(tmp_path):
    """A word with "fi" in it is found in the PDF: it is not drawn with a ligature."""
    (tmp_path / "a.pdf").write_bytes(render(TINY.replace("conv1 3×3", "classifier"), "pdf").data)
    assert "classifier" in PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
