"""Reads typed text: only allowed tokens are kept, and the calculator evaluates them; nothing is executed."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.calculator import Calculator, Number, Value, product, without_fractions
from cnnbook.exercises.checking.tokens import tokens_of, with_products
from cnnbook.exercises.checking.unreadable import UnreadableError
from cnnbook.exercises.forms import Form

LONGEST_TEXT = 300


class ParsedText(NamedTuple):
    """The values of a text, in order.

    `tolerance` is how far a rounded value such as "61.1M" may be from the exact one, and `digits` the number
    of its digits. `product` is the product of all values, if one number is wanted and the values are
    separated by x. `is_product` is true if the text contains a *, and `has_at` if it contains an @.
    """

    values: tuple[Value, ...]
    tolerance: int = 0
    digits: int = 0
    product: int | None = None
    is_product: bool = False
    has_at: bool = False


def read_pieces(pieces: str | list[str | Number], form: Form) -> ParsedText:
    """Return the numbers of a text, or of a list of numbers and texts, in the form that a question wants.

    Raises UnreadableError, and nothing else, on everything that is not numbers and plain arithmetic.
    """
    if isinstance(pieces, str):
        return _read_text(pieces, form)
    return ParsedText(tuple(_number(piece) if isinstance(piece, str) else piece for piece in pieces))


def _number(text: str) -> Value:
    values = read_text(text, several=False, grouped=True).values
    if len(values) != 1:
        raise UnreadableError(unreadable.WORDS)
    return values[0]


_LETTER = re.compile(r"\b([a-f])\s*[=:]", re.IGNORECASE)
_APART = re.compile(r"[,;]?\s+|;")
_CELL = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,20}")
_BETWEEN = re.compile(r"([^\d*/+-]*)(\d+)\s*[-−–—]\s*(\d+)([^\d*/+-]*)")
_AXES = frozenset({"channels", "height", "width"})


def _read_text(answer: str, form: Form) -> ParsedText:
    if form.name == "blanks" and (named := _LETTER.findall(answer[:1000])):
        return _lettered(answer, form, [letter.lower() for letter in named])
    if form.name == "blanks" and len(answer) <= LONGEST_TEXT:
        cells = _APART.split(answer.strip("()[] \t\r\n"))
        if len(cells) == len(form.components) and all(map(_CELL.fullmatch, cells)):
            return ParsedText(tuple(map(_number, cells)))
    if form.name == "range" and len(answer) < 100 and (match := _BETWEEN.fullmatch(answer)):
        answer = f"{match[1]}{match[2]} to {match[3]}{match[4]}"
    letters = "".join(name[0] for name in form.components) if _AXES.issuperset(form.components) else ""
    count, number = form.name == "count", form.name == "number"
    return read_text(answer, several=not count, grouped=count, sides=number, unit=form.unit, letters=letters)


def _lettered(answer: str, form: Form, letters: list[str]) -> ParsedText:
    """Return the numbers of a text like "b = 14, a = 6" in the order of the letters."""
    before, *parts = _LETTER.split(answer[:1000])
    if before.strip("([{ ") or len({*letters}) < len(letters) or not {*letters} <= {*form.components}:
        raise UnreadableError(unreadable.WORDS)
    if len(answer) > LONGEST_TEXT:
        raise UnreadableError(unreadable.LONG)
    numbers = dict(zip(letters, (_number(part.strip(" \t\r\n,;)]}")) for part in parts[1::2]), strict=True))
    return ParsedText(tuple(numbers[letter] for letter in form.components if letter in numbers))


def read_text(
    text: str,
    *,
    several: bool,
    grouped: bool = False,
    sides: bool = False,
    unit: str = "",
    letters: str = "",
) -> ParsedText:
    """Return the numbers in `text`.

    `several`: the answer has several numbers, separated by x, @ and blanks; otherwise x multiplies.
    `grouped`: commas, blanks and apostrophes between groups of three digits are thousands separators.
    `sides`: one number is wanted, but "28 x 28" is read as the two sides of a square; in a sum x multiplies.
    `unit`: if it is "bytes", the units B, kB, MB, GB, KiB, MiB and GiB are read.
    `letters`: the axes that are wanted, "chw" or "hw"; labels as in "16 wide, 18 high" give the order.

    Raises UnreadableError, and nothing else, on everything that is not numbers and plain arithmetic.

    >>> read_text("6@28x28", several=True).values
    (6, 28, 28)
    >>> read_text("(32 - 5)//1 + 1", several=False).values
    (28,)
    >>> read_text("61,706 params", several=False, grouped=True).values
    (61706,)
    >>> [read_text(text, several=True, sides=True).values for text in ("28 x 28", "1 + 2 x 2")]
    [(28, 28), (5,)]
    >>> read_text("55 x 55, 64 channels", several=True, letters="chw").values
    (64, 55, 55)
    """
    if len(text) > LONGEST_TEXT:
        raise UnreadableError(unreadable.LONG)
    plain = _plain(text)
    if letters and (ordered := _by_labels(plain, letters)):
        return ParsedText(ordered)
    plain = _after_equals(plain)
    if grouped:
        plain = _ungroup(plain)
    tokens = tokens_of(plain, several, unit)
    if sides:
        tokens = with_products(tokens)
    reader = Calculator(["," if token == "x" else token for token in tokens], several)
    values = reader.values()
    # Only "61.1M" alone is a rounded number: for a sum, the exact numbers are not known.
    alone = len([token for token in tokens if token not in "()"]) == 2
    tolerance, digits = (reader.tolerance, reader.digits) if alone else (0, 0)
    crossed = sides and tokens.count("x") == len(values) - 1 and tokens[-1] != "x"
    multiplied = product(values) if crossed else None
    plain_values = tuple(map(without_fractions, values))
    return ParsedText(plain_values, tolerance, digits, multiplied, "*" in tokens, "@" in tokens)


_SUPERSCRIPTS = re.compile("[⁰¹²³⁴-⁹]+")
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
        **dict.fromkeys('$"~∼', " "),
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
    """Return the text in lower case, on one line, with signs and LaTeX replaced by ASCII."""
    text = unicodedata.normalize("NFKC", _SUPERSCRIPTS.sub(r"**\g<0>", text))
    if len(text) > 4 * LONGEST_TEXT:
        raise UnreadableError(unreadable.LONG)
    for pattern, replacement in _LATEX:
        text = pattern.sub(replacement, text)
    text = text.translate(_SIGNS).replace("->", "=").replace("=>", "=").replace("^", "**").casefold()
    # Text that is copied from a web page may contain directional marks and zero-width characters (Cf).
    return "".join(" " if c in "\t\r\n" else c for c in text if unicodedata.category(c) != "Cf").strip(" .`'")


_NAME = r"channels?|c|height|h|rows?|width|w|columns?|cols?"
_NAMED = re.compile(rf"\b({_NAME})\s*=\s*([^=,]+?)\s*(?:,|$|(?=\s+(?:{_NAME})\s*=))")


def _after_equals(text: str) -> str:
    """Return the text after the last equals sign; of "w = 4, h = 3" the parts in order of the axes."""
    bare = text.strip("() ")
    if text.count("=") > 1:
        named = {LABELS[match[1]]: match[2] for match in _NAMED.finditer(bare)}
        if len(named) == text.count("="):
            return ",".join(named[letter] for letter in "chw" if letter in named)
    return text.rpartition("=")[2]


# The words for an axis, each with the letter of the axis in (C, H, W).
LABELS = {
    **dict.fromkeys(("c", "channel", "channels", "map", "maps"), "c"),
    **dict.fromkeys(("h", "height", "high", "row", "rows"), "h"),
    **dict.fromkeys(("w", "width", "wide", "column", "columns", "col", "cols"), "w"),
}
_LABEL = re.compile(r"\b(channels?|maps?|height|high|rows?|width|wide|columns?|cols?)\b")


def _by_labels(plain: str, letters: str) -> tuple[Value, ...] | None:
    """Return the values of a text like "16 wide, 18 high" in the order of `letters`; None without labels.

    A label is read after its number, or before it if the text begins with a label. Numbers without a label
    take the remaining places. In "width x height = 16 x 18" all labels come first.
    """
    names, equals, plain = plain.rpartition("=")
    if equals:
        return _under(names, _values(plain), letters)
    pieces = _LABEL.split(plain.strip("() "))
    if len(pieces) < 3:
        return None
    behind = any(character.isdigit() for character in pieces[0])
    values: list[Value] = []
    labelled: dict[str, int] = {}
    for piece, label in zip(
        pieces[::2], ["", *pieces[1::2]] if not behind else [*pieces[1::2], ""], strict=True
    ):
        before = len(values)
        values += _values(piece)
        letter = LABELS.get(label, "")
        if len(values) == before or not letter:
            continue
        if letter in labelled or letter not in letters:
            raise UnreadableError(unreadable.WORDS)
        labelled[letter] = len(values) - 1 if behind else before
    rest = [value for at, value in enumerate(values) if at not in labelled.values()]
    spare = len(values) - len(letters)
    if not labelled or spare < 0:
        return None
    ordered = [values[labelled[letter]] if letter in labelled else rest.pop(spare) for letter in letters]
    return (*rest, *ordered)


def _under(names: str, values: tuple[Value, ...], letters: str) -> tuple[Value, ...] | None:
    """Return the values in the order of `letters`, if `names` names exactly these axes, each once."""
    named = [LABELS.get(word, "") for word in re.findall(r"\w+", names) if word not in ("x", "by", "and")]
    if sorted(named) != sorted(letters) or len(values) != len(letters):
        return None
    return tuple(values[named.index(letter)] for letter in letters)


def _values(piece: str) -> tuple[Value, ...]:
    piece = re.sub(r"^(?:\s|[,;@.]|\b(?:x|by|and|of)\b)+|(?:\s|[,;@.]|\b(?:x|by|and|of)\b)+$", "", piece)
    try:
        return _calculated(tokens_of(piece.strip(" .`'"), True, "")) if piece else ()
    except UnreadableError:
        if any(character.isdigit() for character in piece):
            raise
        return ()  # only words, such as "pixels"


def _calculated(tokens: list[str]) -> tuple[Value, ...]:
    values = Calculator(["," if token == "x" else token for token in tokens], several=True).values()
    return tuple(map(without_fractions, values))


_UNIT = r"(?:thousand|million|mio|billion|[kmg](?:macs?|flops?|params?|b|bytes?|ib)?|b)\b"
_SCALE = re.compile(rf"\s*(?:{_UNIT}|e\+?\d|(?:\*|x\b|times\b)\s*10\s*\*\*)|\.")
_GROUPED = re.compile(r"(?<![\w.])\d{1,3}(?:([, '_.])\d{3})(?:\1\d{3})*(?![\d,]|\s*[kmg]\b)")


def _ungroup(text: str) -> str:
    """Return the text without thousands separators; a point before a unit or power of ten is kept."""

    def digits(match: re.Match[str]) -> str:
        decimal = match[1] == "." and _SCALE.match(text, match.end())
        return match[0] if decimal else re.sub(r"\D", "", match[0])

    return _GROUPED.sub(digits, text)
