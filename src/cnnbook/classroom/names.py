"""Names of people, as they are compared: the order of first and last name, and signs, do not count."""

from __future__ import annotations

from cnnbook.classroom.assignment import normalised


def forms(name: str) -> set[str]:
    """Return the letters of a name in both orders; learning platforms leave only these in file names.

    >>> forms("Lovelace, Ada") == forms("Ada Lovelace") == {"adalovelace", "lovelaceada"}
    True
    """
    return {letters(name), letters(" ".join(reversed(_parts(name))))} - {""}


def letters(name: str) -> str:
    """Return the letters and digits of a name, in lower case.

    >>> letters("O'Neill, Zoë")
    'oneillzoë'
    """
    return "".join(filter(str.isalnum, normalised(name)))


def may_be_the_same(name: str, other: str) -> bool:
    """Return whether two names share a word, or one of them is not known.

    >>> may_be_the_same("Lovelace, Ada", "Ada King"), may_be_the_same("Ada Lovelace", "Alan Turing")
    (True, False)
    """
    words, others = ({*map(letters, one.replace(",", " ").split())} - {""} for one in (name, other))
    return not words or not others or not words.isdisjoint(others)


def _parts(name: str) -> list[str]:
    """Return the last name and the first names of "Lovelace, Ada", or "Ada Lovelace", turned round."""
    if "," in name:
        last, _comma, first = name.partition(",")
        return [last, first]
    *first_names, last = name.split() or [""]
    return [" ".join(first_names), last]
