"""Text as people type it, made into tokens of a whitelist and read by the calculator; nothing is executed."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from cnnbook.exercises.calculator import UNITS, Reader, UnreadableError, Value

LONGEST_TEXT = 300
DEEPEST_NESTING = 20


class Typed(NamedTuple):
    """What a text says: its values in order, and how far off a rounded one ("61.1M") may be."""

    values: tuple[Value, ...]
    within: int = 0
    digits: int = 0
    product: bool = False
    at: bool = False


def read_text(text: str, *, several: bool, grouped: bool = False) -> Typed:
    """Return the numbers in `text`.

    `several`: the answer has several components, so x, @ and blanks separate them; otherwise x multiplies.
    `grouped`: commas, blanks and apostrophes between groups of three digits are thousands separators.

    Raises UnreadableError, and nothing else, on everything that is not numbers and plain arithmetic.

    >>> read_text("6@28x28", several=True).values
    (6, 28, 28)
    >>> read_text("(32 - 5)//1 + 1", several=False).values
    (28,)
    >>> read_text("61,706 params", several=False, grouped=True).values
    (61706,)
    """
    if len(text) > LONGEST_TEXT:
        raise UnreadableError("long")
    plain = _after_equals(_plain(text))
    if grouped:
        plain = _ungroup(plain)
    tokens = _tokens(plain, several)
    reader = Reader(tokens, several)
    return Typed(reader.everything(), reader.within, reader.digits, "*" in tokens, "@" in tokens)


_SUPERSCRIPTS = str.maketrans({"²": "**2", "³": "**3"})
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("×✕✖⨯", " x "),
        **dict.fromkeys("·⋅∙∗", "*"),
        **dict.fromkeys("÷∕⁄", "/"),
        **dict.fromkeys("−–—", "-"),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}⌋⌉", ")"),
        **dict.fromkeys(";、،", ","),
        **dict.fromkeys("→≈⇒:", "="),
        **dict.fromkeys('$"', " "),
        "⌊": " floor(",
        "⌈": " ceil(",
        "’": "'",
    }
)
_LATEX = (
    (re.compile(r"\{\s*,\s*\}"), ","),
    (re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"((\1)/(\2))"),
    (re.compile(r"\\(?:text|mathrm|mathbf)\s*\{([^{}]*)\}"), r" \1 "),
    (re.compile(r"\\times"), " x "),
    (re.compile(r"\\(?:cdot|ast)"), "*"),
    (re.compile(r"\\div"), "/"),
    (re.compile(r"\\lfloor"), " floor("),
    (re.compile(r"\\lceil"), " ceil("),
    (re.compile(r"\\r(?:floor|ceil)"), ")"),
    (re.compile(r"\\(?:left|right|big|Big|displaystyle|quad|[,;:!() \[\]])"), " "),
)


def _plain(text: str) -> str:
    """Return the text in ASCII signs as far as they mean the same, lower case, on one line."""
    text = unicodedata.normalize("NFKC", text.translate(_SUPERSCRIPTS))
    if len(text) > 4 * LONGEST_TEXT:
        raise UnreadableError("long")
    for pattern, replacement in _LATEX:
        text = pattern.sub(replacement, text)
    text = text.translate(_SIGNS).replace("->", "=").replace("=>", "=").replace("^", "**").casefold()
    # Directional marks and zero-width characters come along with text copied from a web page.
    return "".join(" " if c in "\t\r\n" else c for c in text if unicodedata.category(c) != "Cf").strip(" .`'")


_NAMED = re.compile(
    r"\b(channels?|c|height|h|width|w)\s*=\s*([^=,]+?)\s*(?:,|$|(?=\s+(?:channels?|c|height|h|width|w)\s*=))"
)


def _after_equals(text: str) -> str:
    """Return what stands after the last equals sign, or the parts in order where each has its name."""
    bare = text.strip("() ")
    if text.count("=") > 1:
        named = {match[1][0]: match[2] for match in _NAMED.finditer(bare)}
        if len(named) == text.count("="):
            return ",".join(named[letter] for letter in "chw" if letter in named)
    return text.rpartition("=")[2]


_GROUPED = re.compile(r"(?<![\w.])\d{1,3}(?:([, '_.])\d{3})(?:\1\d{3})*(?![\d.,]|\s*[kmgb]\b)")


def _ungroup(text: str) -> str:
    """Return the text without thousands separators."""
    return _GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)


_TOKEN = re.compile(
    r"\s*(?:(\d+(?:_\d+)*(?:\.\d*)?(?:e\+?\d+)?)|(\.\d+)|([^\W\d_]+(?:\.[^\W\d_]+)*)|(//|\*\*|[-+*/(),@%?]))"
)
_FILLER = """
    the answer is it about approximately roughly approx ca circa around maybe so i think guess say in total
    together of torch.size size tuple list shape array only value values number unit units math wide high tall
    param params parameter parameters weight weights biases mac macs gmac gmacs flop flops connection
    connections feature features neuron neurons pixel pixels px channel channels row rows column columns col
    cols map maps
"""
_DROPPED = frozenset(_FILLER.split())
_BATCH = frozenset({"n", "b", "none", "batch"})


def _tokens(text: str, several: bool) -> list[str]:
    """Return the text's tokens, or refuse it at the first one that is neither number, sign nor known word."""
    tokens: list[str] = []
    position = depth = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            if text[position:].isspace():
                break
            raise UnreadableError("words")
        position = match.end()
        number, fraction, word, sign = match.groups()
        if word is not None:
            tokens += _word(word.removeprefix("math."), tokens, several)
            continue
        token = number or fraction or sign
        depth += (token == "(") - (token == ")")
        if depth > DEEPEST_NESTING:
            raise UnreadableError("nested")
        tokens.append(token)
    if not tokens:
        raise UnreadableError("words")
    return tokens


def _word(word: str, before: list[str], several: bool) -> list[str]:
    after_number = bool(before) and (before[-1][0].isdigit() or before[-1][0] == ".")
    if word in ("floor", "ceil"):
        return [word]
    if word in ("x", "by", "times"):
        return ["," if several and word != "times" else "*"]
    if word in ("gmac", "gmacs") and after_number:
        return ["g"]
    if word in UNITS and after_number:
        return [word]
    if word in _BATCH and all(token == "(" for token in before):
        return ["-1"]
    if word in ("and", "or", "to"):
        return [","]
    if word in _DROPPED:
        return []
    raise UnreadableError("words")
