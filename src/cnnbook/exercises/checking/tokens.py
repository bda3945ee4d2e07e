"""Splits a typed answer into tokens: numbers, signs and known words; everything else is refused."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.calculator import UNITS
from cnnbook.exercises.checking.unreadable import UnreadableError

DEEPEST_NESTING = 20

_TOKEN = re.compile(
    r"\s*(?:(\d+(?:_\d+)*(?:\.\d*)?(?:e\+?\d+)?)|(\.\d+)|([^\W\d_]+(?:\.[^\W\d_]+)*)|(//|\*\*|[-+*/(),@%?]))"
)
_FILLER = """
    the answer is it about approximately roughly approx ca circa around maybe so i think guess say in total
    together of torch.size size tuple list shape array only value values number unit units math wide high tall
    param params parameter parameters weight weights biases mac macs gmac gmacs flop flops connection
    connections feature features neuron neurons pixel pixels px channel channels row rows column columns col
    cols map maps from between
"""
_DROPPED = frozenset(_FILLER.split())
_BATCH = frozenset({"n", "b", "none", "batch"})


def tokens_of(text: str, several: bool, unit: str) -> list[str]:
    """Return the tokens. Raises UnreadableError at the first that is no number, sign or known word."""
    tokens: list[str] = []
    position = depth = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            if text[position:].isspace():
                break
            raise UnreadableError(unreadable.WORDS)
        position = match.end()
        number, fraction, word, sign = match.groups()
        if word is not None:
            tokens += _word(word.removeprefix("math."), tokens, several, unit)
            continue
        token = number or fraction or sign
        depth += (token == "(") - (token == ")")
        if depth > DEEPEST_NESTING:
            raise UnreadableError(unreadable.NESTED)
        tokens.append(token)
    if not tokens:
        raise UnreadableError(unreadable.WORDS)
    return tokens


_COUNTED = re.compile(r"([kmg])(?:macs?|flops?)")
_BYTES = re.compile(r"([kmg]?)(?:b|bytes?|ib)")


def _word(word: str, before: list[str], several: bool, unit: str) -> list[str]:
    after_number = bool(before) and (before[-1][0].isdigit() or before[-1][0] == ".")
    if word in ("floor", "ceil"):
        return [word]
    if word in ("x", "by", "times"):
        return ["x" if several and word != "times" else "*"]
    if unit == "bytes" and after_number and (match := _BYTES.fullmatch(word)):
        return [word if word.endswith("ib") else match[1]] if match[1] else []
    if after_number and (match := _COUNTED.fullmatch(word)):
        return [match[1]]
    if word in UNITS and after_number and not word.endswith("ib"):
        return [word]
    if word in _BATCH and all(token == "(" for token in before):
        return ["-1"]
    if word in ("and", "or", "to"):
        return [","]
    if word in _DROPPED:
        return []
    raise UnreadableError(unreadable.WORDS)


_SUMS = frozenset({"+", "-", "*", "/", "//", "%"})


def with_products(tokens: list[str]) -> list[str]:
    """Return the tokens with * for each x that multiplies: in brackets, in a sum, between two brackets."""
    joined = tokens[:1]
    for before, token in pairwise(tokens):
        joined += ["*", token] if before == ")" and token == "(" else [token]
    outer = 0
    while joined[outer : outer + 1] == ["("] and _closing(joined, outer) == len(joined) - 1 - outer:
        outer += 1
    depths = list(accumulate((token == "(") - (token == ")") for token in joined))
    plain = [token for token, depth in zip(joined, depths, strict=True) if depth == outer]
    multiplies = not _SUMS.isdisjoint(plain)
    return [
        "*" if token == "x" and (multiplies or depth != outer) else token
        for token, depth in zip(joined, depths, strict=True)
    ]


def _closing(tokens: list[str], opening: int) -> int:
    """Return the place of the bracket that closes the one at `opening`; -1 if there is none."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += (tokens[at] == "(") - (tokens[at] == ")")
        if depth == 0:
            return at
    return -1
