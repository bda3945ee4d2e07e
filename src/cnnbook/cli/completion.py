"""What a shell offers at the Tab key, in bash, zsh and fish: networks, chapters and exercises.

Click hands it to the shell, which runs this command anew at each Tab. So nothing here loads torch, and a
learner's file is parsed but never run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    split_arg_string,
)

# So many files of a folder are read for the networks in them; in a larger folder only files are offered.
_READ_AT_MOST = 30


def networks(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Return the names of the catalogue, and the classes in the Python files, that begin as typed.

    If there is none, the shell is left to offer files and folders.
    """
    from cnnbook.networks.catalogue import CATALOGUE

    typed = incomplete.lower()
    known = [
        CompletionItem(entry.name, help=f"{'x'.join(map(str, entry.input_shape))} ({entry.paper.year})")
        for entry in CATALOGUE.values()
        if entry.name.startswith(typed)
    ]
    found = [*known, *map(CompletionItem, _classes(incomplete))]
    return found or [CompletionItem(incomplete, type="file")]


def chapters(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Return the numbers of the chapters, with their names; the names, if the beginning of one is typed."""
    from cnnbook import work

    try:
        stems = [path.stem for path in work.find_course().chapters()]
    except (work.WorkError, OSError):
        return []
    numbers = [CompletionItem(stem.partition("_")[0], help=stem.partition("_")[2]) for stem in stems]
    items = numbers if "_" not in incomplete else map(CompletionItem, stems)
    return [item for item in items if item.value.startswith(incomplete)]


def exercises(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """Return the ids of the chapters' exercises, and the kinds of practice."""
    from cnnbook.exercises.chapters import names
    from cnnbook.exercises.kinds.catalogue import KINDS

    return [CompletionItem(name) for name in (*names(), *KINDS) if name.startswith(incomplete)]


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _classes(incomplete: str) -> Iterable[str]:
    """The classes that could be networks, as file.py:Class, in the files whose names begin as typed."""
    from cnnbook.loading import classes_in

    where, _, class_name = incomplete.partition(":")
    folder, beginning = os.path.split(where)
    try:
        entries = sorted(entry.name for entry in os.scandir(folder or ".") if _is_file(entry))
    except OSError:
        return []
    files = [name for name in entries if name.endswith(".py") and name.startswith(beginning)]
    if len(files) > _READ_AT_MOST:
        return []
    return [
        f"{os.path.join(folder, file)}:{name}"
        for file in files
        for name in classes_in(Path(folder, file))
        if name.startswith(class_name)
    ]


class _Bash(BashComplete):
    """Bash, which takes file.py:Class for three words, since a colon ends a word there."""

    def get_completion_args(self) -> tuple[list[str], str]:
        at = int(os.environ["COMP_CWORD"])
        words = split_arg_string(os.environ["COMP_WORDS"])[: at + 1]
        words += [""] * (at + 1 - len(words))
        joined: list[str] = []
        for word in words:
            if joined and (word.startswith(":") or joined[-1].endswith(":")):
                joined[-1] += word
            else:
                joined.append(word)
        *args, incomplete = joined
        # Bash replaces only what follows the colon.
        self._kept = incomplete.removesuffix(words[-1].removeprefix(":"))
        return args[1:], incomplete

    def format_completion(self, item: CompletionItem[str]) -> str:
        if item.type == "plain":
            item.value = item.value.removeprefix(self._kept)
        return super().format_completion(item)


add_completion_class(_Bash)
