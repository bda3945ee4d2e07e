"""The learner's own copy of the course: it follows updates, keeps what was changed, and loses no byte."""

import errno
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnnbook import work
from cnnbook.cli import main
from cnnbook.work import Course, UnknownChapterError, WorkError, bring_up_to_date, find_course, reset

FIRST, SECOND = "00_start_here.ipynb", "01_output_size.ipynb"


@pytest.fixture
def course(tmp_path) -> Course:
    """A checkout with two chapters."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    for name in (FIRST, SECOND):
        (tmp_path / "notebooks" / name).write_text(f"{name}, first version")
    return Course(tmp_path / "notebooks", tmp_path / "data", tmp_path)


def update(course: Course, version: str = "second") -> None:
    """Pull a new version of both chapters."""
    for name in (FIRST, SECOND):
        (course.notebooks / name).write_text(f"{name}, {version} version")


def contents(course: Course) -> dict[str, str]:
    """The notebooks in work/ by name."""
    return {path.name: path.read_text() for path in sorted(course.work.glob("*.ipynb"))}


def spares(course: Course) -> list[str]:
    """Files in work/ that are neither notebooks nor the record."""
    return [p.name for p in course.work.iterdir() if p.suffix != ".ipynb" and p.name != ".cnnbook.json"]


def test_the_first_start_copies_the_chapters(course):
    """Each as it is, without a word."""
    assert bring_up_to_date(course) == []
    assert contents(course) == {name: f"{name}, first version" for name in (FIRST, SECOND)}
    assert spares(course) == []


def test_an_untouched_chapter_follows_an_update_and_an_edited_one_stays(course):
    """The new version of the edited one lies beside it, and a line says so, once."""
    bring_up_to_date(course)
    (course.work / SECOND).write_text("mine")
    update(course)
    assert bring_up_to_date(course) == [
        f"{FIRST} was updated",
        f"{SECOND} has your changes and stays; its new version is beside it as 01_output_size.new.ipynb",
    ]
    expected = {
        FIRST: f"{FIRST}, second version",
        SECOND: "mine",
        "01_output_size.new.ipynb": f"{SECOND}, second version",
    }
    assert contents(course) == expected
    assert bring_up_to_date(course) == []
    assert contents(course) == expected


def test_an_edited_chapter_without_an_update_is_left_alone(course):
    """No new version, no file beside it."""
    bring_up_to_date(course)
    (course.work / SECOND).write_text("mine")
    assert bring_up_to_date(course) == []
    assert contents(course)[SECOND] == "mine"
    assert len(contents(course)) == 2


def test_a_third_version_replaces_the_second_beside_unless_that_was_edited_too(course):
    """What lies beside is the newest version, and what the learner wrote into one of them stays."""
    bring_up_to_date(course)
    (course.work / SECOND).write_text("mine")
    update(course)
    bring_up_to_date(course)
    update(course, "third")
    bring_up_to_date(course)
    assert contents(course)["01_output_size.new.ipynb"] == f"{SECOND}, third version"
    (course.work / "01_output_size.new.ipynb").write_text("mine too")
    update(course, "fourth")
    bring_up_to_date(course)
    assert contents(course)["01_output_size.new.ipynb"] == "mine too"
    assert contents(course)["01_output_size.new2.ipynb"] == f"{SECOND}, fourth version"


def test_a_renamed_or_deleted_chapter_is_put_there_again(course):
    """The learner's name for it stays, too."""
    bring_up_to_date(course)
    (course.work / FIRST).rename(course.work / "my start.ipynb")
    (course.work / SECOND).unlink()
    bring_up_to_date(course)
    assert set(contents(course)) == {FIRST, SECOND, "my start.ipynb"}


@pytest.mark.parametrize("record", [None, "", "{", "[]", '{"00_start_here.ipynb": 3}', "[" * 100_000])
def test_without_a_sound_record_nothing_is_overwritten(course, record):
    """A folder of an older version, or a broken record: what differs counts as the learner's."""
    course.work.mkdir()
    (course.work / FIRST).write_text("mine, of last year")
    if record is not None:
        (course.work / ".cnnbook.json").write_text(record)
    said = bring_up_to_date(course)
    assert contents(course)[FIRST] == "mine, of last year"
    assert contents(course)["00_start_here.new.ipynb"] == f"{FIRST}, first version"
    assert len(said) == 1
    assert json.loads((course.work / ".cnnbook.json").read_text())


def test_reset_keeps_the_learners_version_under_a_dated_name(course):
    """Each reset of one day under a name of its own; a chapter that is fresh already is kept nowhere."""
    bring_up_to_date(course)
    for text in ("mine", "mine again"):
        (course.work / SECOND).write_text(text)
        said = reset(course, "01")
        assert said.startswith(f"work/{SECOND} is fresh; yours is kept as 01_output_size 20")
    assert reset(course, SECOND) == f"work/{SECOND} is fresh"
    assert contents(course)[SECOND] == f"{SECOND}, first version"
    assert sorted(contents(course).values())[-2:] == ["mine", "mine again"]
    update(course)
    assert bring_up_to_date(course) == [f"{FIRST} was updated", f"{SECOND} was updated"]


@pytest.mark.parametrize("wanted", ["1", "77", "", "../01_output_size", "*"])
def test_an_unknown_chapter_is_one_line(course, wanted):
    """With the numbers that there are; a path out of the folder names a chapter or nothing."""
    if wanted.startswith(".."):
        assert reset(course, wanted) == f"work/{SECOND} is fresh"
        return
    with pytest.raises(UnknownChapterError, match=r"there is no chapter .*; there are 00, 01"):
        reset(course, wanted)


def test_what_a_killed_copy_left_behind_is_removed(course):
    """A spare file of yesterday goes; one of a moment ago may belong to another start, and stays."""
    bring_up_to_date(course)
    old, new = course.work / f".{FIRST}.1234", course.work / f".{SECOND}.5678"
    for spare in (old, new):
        spare.write_text("half")
    os.utime(old, (0, 0))
    bring_up_to_date(course)
    assert spares(course) == [new.name]


class Stopped(BaseException):
    """The process is killed."""


STEPS = ("replace", "link", "fsync")


def stop_after(monkeypatch, steps: int, error: BaseException) -> None:
    """Let this many writing steps pass, then fail."""
    left = [steps]

    def counted(function):
        def step(*arguments):
            if left[0] == 0:
                raise error
            left[0] -= 1
            return function(*arguments)

        return step

    for name in STEPS:
        monkeypatch.setattr(os, name, counted(getattr(os, name)))


def refused(*_arguments):
    """os.link on a file system without links, such as that of many USB sticks."""
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize(
    "error", [Stopped(), OSError(errno.ENOSPC, "No space left on device")], ids=["killed", "full"]
)
@pytest.mark.parametrize("doing", ["start", "reset"])
@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_stopped_at_any_moment_nothing_is_half_written_or_lost(course, monkeypatch, error, doing, links):
    """After each possible stop every notebook is whole, the learner's is there, and the next start mends."""
    if not links:
        monkeypatch.setattr(os, "link", refused)
    bring_up_to_date(course)
    (course.work / SECOND).write_text("mine")
    update(course)
    state = {p.name: p.read_bytes() for p in course.work.iterdir()}
    whole = {"mine", *(f"{name}, {v} version" for name in (FIRST, SECOND) for v in ("first", "second"))}
    for steps in range(100):
        for path in course.work.iterdir():
            path.unlink()
        for name, content in state.items():
            (course.work / name).write_bytes(content)
        with monkeypatch.context() as patched:
            stop_after(patched, steps, error)
            try:
                bring_up_to_date(course) if doing == "start" else reset(course, "01")
            except (Stopped, WorkError):
                finished = False
            else:
                finished = True
        assert set(contents(course).values()) <= whole
        assert "mine" in contents(course).values()
        bring_up_to_date(course)
        assert contents(course)[FIRST] == f"{FIRST}, second version"
        assert f"{SECOND}, second version" in contents(course).values()
        assert "mine" in contents(course).values()
        if finished:
            break
    assert 3 < steps < 99


def test_without_links_a_file_is_still_written_whole(course, monkeypatch):
    """Nothing is opened for writing under its final name, so a stop leaves no part of a file there."""
    opened, real = [], open

    def noting(path, mode="r", *arguments, **settings):
        if set(mode) & set("wax+"):
            opened.append(Path(path).name)
        return real(path, mode, *arguments, **settings)

    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr("builtins.open", noting)
    bring_up_to_date(course)
    (course.work / FIRST).write_text("mine")
    reset(course, "00")
    assert sorted(contents(course).values()) == sorted(
        ["mine", f"{FIRST}, first version", f"{SECOND}, first version"]
    )
    assert len(opened) > 3
    assert all(name.startswith(".") for name in opened)


def test_what_a_killed_start_left_is_removed_after_an_hour(course):
    """Spare files of chapters and of the record; a younger one may still be in use."""
    bring_up_to_date(course)
    left = [course.work / f".{name}.4711" for name in (FIRST, ".cnnbook.json")]
    young = course.work / f".{SECOND}.4712"
    for path in (*left, young):
        path.write_text("half")
    for path in left:
        os.utime(path, (0, 0))
    bring_up_to_date(course)
    assert spares(course) == [young.name]


def test_a_folder_that_cannot_be_written_is_one_line(course, monkeypatch):
    """The message names the file and what is wrong with it."""
    monkeypatch.setattr(
        Path,
        "mkdir",
        lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "Permission denied", "work")),
    )
    with pytest.raises(WorkError, match="cannot write work: Permission denied; nothing of yours was changed"):
        bring_up_to_date(course)


def test_a_file_where_the_folder_should_be_is_one_line(course):
    """A file called work stays."""
    course.work.write_text("not a folder")
    with pytest.raises(WorkError, match=r"cannot write .*work: File exists"):
        bring_up_to_date(course)
    assert course.work.read_text() == "not a folder"


def test_an_installed_course_brings_its_data(tmp_path):
    """Where there is no checkout, the data is put beside work/; a file that is there already stays."""
    carried = tmp_path / "package" / "course"
    for folder, name in (("notebooks", FIRST), ("data", "digits.npz"), ("data", "README.md")):
        (carried / folder).mkdir(parents=True, exist_ok=True)
        (carried / folder / name).write_text(name)
    home = tmp_path / "home"
    (home / "data").mkdir(parents=True)
    (home / "data" / "README.md").write_text("my own data")
    bring_up_to_date(Course(carried / "notebooks", carried / "data", home))
    assert (home / "work" / FIRST).read_text() == FIRST
    assert (home / "data" / "digits.npz").read_text() == "digits.npz"
    assert (home / "data" / "README.md").read_text() == "my own data"


def test_the_course_is_found_from_the_checkout_and_below(course, tmp_path, tmp_path_factory, monkeypatch):
    """Elsewhere an editable installation finds the checkout of the package; without any, one line."""
    (course.notebooks / "below").mkdir()
    assert find_course(course.notebooks / "below").work == tmp_path / "work"
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert find_course(elsewhere).notebooks == Path(__file__).parents[1] / "notebooks"
    monkeypatch.setattr(work, "__file__", str(elsewhere / "lib" / "site-packages" / "cnnbook" / "work.py"))
    monkeypatch.setattr(work, "files", lambda name: elsewhere / "lib" / "site-packages" / name)
    with pytest.raises(WorkError, match=r"no course here: .*elsewhere0 is not inside a checkout"):
        find_course(elsewhere)
    carried = elsewhere / "lib" / "site-packages" / "cnnbook" / "course" / "notebooks"
    carried.mkdir(parents=True)
    (carried / FIRST).touch()
    assert find_course(elsewhere).work == elsewhere / "work"


def test_the_command_resets_a_chapter(course, monkeypatch):
    """Exit status 0 with a line; 2 for a chapter that is not there; 1 where it cannot be written."""
    monkeypatch.chdir(course.home)
    run = CliRunner().invoke
    assert run(main, ["reset", "01"]).exit_code == 0
    assert contents(course) == {SECOND: f"{SECOND}, first version"}
    unknown = run(main, ["reset", "77"])
    assert (unknown.exit_code, unknown.stderr.splitlines()[-1]) == (
        2,
        "Error: there is no chapter '77'; there are 00, 01",
    )
    (course.work / SECOND).unlink()
    (course.work / ".cnnbook.json").unlink()
    course.work.rmdir()
    course.work.touch()
    assert run(main, ["reset", "01"]).exit_code == 1
