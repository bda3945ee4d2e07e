"""docs/commands.md shows what is so: its examples are run, and every command and option is on it."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cnnbook.cli import main

PAGE = (Path(__file__).parents[1] / "docs" / "commands.md").read_text(encoding="utf-8")


def examples():
    """Each command of the page with the output that the page shows for it."""
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for command, shown in re.findall(r"^\$ cnnbook (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            yield pytest.param(command, shown, id=command)


def matches(shown, printed):
    """Whether the output is the one shown, in which a line or a part "..." stands for anything."""
    pattern = re.escape(shown).replace(re.escape("...\n"), ".*\n").replace(re.escape("..."), ".*")
    return re.fullmatch(pattern, printed, re.DOTALL) is not None


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the page's mynet.py in it."""
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "mynet.py").write_text(code)
    return tmp_path


@pytest.mark.parametrize(("command", "shown"), list(examples()))
def test_an_example_gives_what_the_page_shows(command, shown, here):
    """Standard output and the messages, as a terminal shows them; an error where the page shows one."""
    words = shlex.split(command)
    into = None
    if words[-2:-1] == [">"]:
        *words, _, into = words
    elif words[-2:-1] == ["<"]:
        words = words[:-2]
    done = CliRunner().invoke(main, words)
    assert isinstance(done.exception, SystemExit | None)
    assert bool(done.exit_code) == shown.startswith("Error: ")
    if into:
        assert done.stdout
        assert not shown
    else:
        assert matches(shown, done.output), done.output
    for name in re.findall(r"-o (\S+)", command if not done.exit_code else ""):
        assert (here / name).exists()


def test_there_are_examples_and_they_can_fail():
    """The test above compares: another number would not match."""
    assert len(list(examples())) > 10
    assert matches("a 1\n...\nz\n", "a 1\nb\nc\nz\n")
    assert not matches("a 1\n...\nz\n", "a 2\nb\nz\n")


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_option_is_on_the_page(name):
    """A new option is described here too."""
    assert f"cnnbook {name}" in PAGE
    for option in main.commands[name].params:
        if isinstance(option, click.Option):
            assert all(f"`{spelling}" in PAGE for spelling in option.opts), option.opts


@pytest.mark.parametrize("option", [("trace", "form"), ("graph", "kind"), ("graph", "paper")])
def test_every_choice_is_on_the_page(option):
    """The values of an option stand beside it."""
    command, name = option
    (found,) = [each for each in main.commands[command].params if each.name == name]
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{found.opts[0]}`"))
    assert all(f"`{choice}`" in line for choice in found.type.choices)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_for_each_shell_gives_its_script(shell):
    """What the page tells to evaluate is click's script for this shell."""
    assert f"_CNNBOOK_COMPLETE={shell}_source cnnbook" in PAGE
    done = CliRunner().invoke(
        main, prog_name="cnnbook", env={"_CNNBOOK_COMPLETE": f"{shell}_source"}, args=None
    )
    assert done.exit_code == 0
    assert f"_CNNBOOK_COMPLETE={shell}_complete" in done.output
