"""`cnnbook export` from the command line."""

from xml.etree import ElementTree as Xml

from click.testing import CliRunner

from classroom.small_class import SHEET
from cnnbook.cli import main


def run(*words: object) -> object:
    return CliRunner().invoke(main, ["export", *map(str, words)])


def test_a_bank_with_variants(tmp_path):
    """Each question has as many variants as asked for; an exercise of a chapter has one."""
    (tmp_path / "lab1.toml").write_text(SHEET)
    done = run(tmp_path / "lab1.toml", "-o", tmp_path / "lab1.xml", "--variants", 4)
    assert done.exit_code == 0, done.output
    kinds = [one.get("type") for one in Xml.parse(tmp_path / "lab1.xml").getroot()]
    assert kinds == ["category", *["numerical"] * 4, "category", *["cloze"] * 4, "category", "cloze"]


def test_what_cannot_be_asked_is_one_line(tmp_path):
    """A question that Moodle cannot check is a wrong command, and an older file stays."""
    (tmp_path / "lab1.toml").write_text('[[questions]]\nexercise = "size.design"\n')
    (tmp_path / "lab1.xml").write_text("older")
    done = run(tmp_path / "lab1.toml", "-o", tmp_path / "lab1.xml")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert (tmp_path / "lab1.xml").read_text() == "older"
