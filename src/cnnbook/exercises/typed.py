"""Numbers as people type them: a small calculator over a whitelist, which executes nothing."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

LONGEST_TEXT = 300
LARGEST_NUMBER = 10**15
DEEPEST_NESTING = 20
LARGEST_EXPONENT = 12

Number = int | float
Value = Number | tuple["Value", ...]


class UnreadableError(Exception):
    """The text is not an answer; `reason` is the id of the message that says what would be."""

    def __init__(self, reason: str, **numbers: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.numbers = numbers


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
    reader = _Reader(tokens, several)
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
_UNITS = {
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "million": 10**6,
    "mio": 10**6,
    "g": 10**9,
    "b": 10**9,
    "billion": 10**9,
}
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
    if word in _UNITS and after_number:
        return [word]
    if word in _BATCH and all(token == "(" for token in before):
        return ["-1"]
    if word in ("and", "or", "to"):
        return [","]
    if word in _DROPPED:
        return []
    raise UnreadableError("words")


class _Reader:
    """A recursive-descent reader; its depth is bounded because that of the brackets is."""

    def __init__(self, tokens: list[str], several: bool) -> None:
        self._tokens = tokens
        self._several = several
        self._position = 0
        self.within = 0
        self.digits = 0

    def everything(self) -> tuple[Value, ...]:
        values = self._list()
        if self._peek():
            raise UnreadableError("words")
        while len(values) == 1 and isinstance(values[0], tuple):
            values = values[0]
        return values

    def _peek(self) -> str:
        return self._tokens[self._position] if self._position < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._position += 1
        return token

    def _list(self) -> tuple[Value, ...]:
        values = [self._sum()]
        while token := self._peek():
            if token in (",", "@"):
                self._take()
                if self._peek() in ("", ")"):
                    break
            elif not (self._several and (token[0].isdigit() or token == "(")):
                break
            values.append(self._sum())
        return tuple(values)

    def _sum(self) -> Value:
        value = self._product()
        while self._peek() in ("+", "-"):
            sign = self._take()
            value = _calculate(sign, value, self._product())
        return value

    def _product(self) -> Value:
        value = self._signed()
        while self._peek() in ("*", "/", "//", "%"):
            sign = self._take()
            value = _calculate(sign, value, self._signed())
        return value

    def _signed(self) -> Value:
        minus = False
        while self._peek() in ("+", "-"):
            minus ^= self._take() == "-"
        value = self._power()
        return _calculate("-", 0, value) if minus else value

    def _power(self) -> Value:
        base = self._primary()
        if self._peek() != "**":
            return base
        self._take()
        power = _calculate("**", base, self._primary())
        if self._peek() == "**":
            raise UnreadableError("huge")
        return power

    def _primary(self) -> Value:
        token = self._take()
        if token == "(":
            values = self._list()
            comma = self._tokens[self._position - 1] == ","
            if self._take() != ")":
                raise UnreadableError("brackets")
            return values if len(values) > 1 or comma else values[0]
        if token in ("floor", "ceil"):
            value = self._primary()
            if isinstance(value, tuple):
                raise UnreadableError("words")
            return int(value // 1) if token == "floor" else int(-(-value // 1))
        if token in ("-1", "?"):
            return -1
        if token[:1].isdigit() or token[:1] == ".":
            return self._number(token.replace("_", ""))
        raise UnreadableError("words" if token else "unfinished")

    def _number(self, text: str) -> Number:
        mantissa, _, exponent = text.partition("e")
        if len(mantissa) > 20 or len(exponent) > 3:
            raise UnreadableError("huge")
        unit = _UNITS[self._take()] if self._peek() in _UNITS else 1
        scale = unit * 10 ** min(int(exponent or 0), 18)
        whole, point, decimals = mantissa.partition(".")
        if unit > 1:
            self.within = max(self.within, scale // (2 * 10 ** len(decimals)))
            self.digits = len((whole + decimals).lstrip("0"))
        if not point and not exponent:
            return _capped(int(whole) * unit)
        numerator = int((whole + decimals) or "0") * scale
        return _exact(numerator, 10 ** len(decimals))


def _exact(numerator: Number, denominator: Number) -> Number:
    quotient = numerator / denominator
    return _capped(int(quotient) if quotient == quotient // 1 else quotient)


def _capped(value: Number) -> Number:
    if abs(value) > LARGEST_NUMBER:
        raise UnreadableError("huge")
    return value


def _calculate(sign: str, left: Value, right: Value) -> Value:
    if isinstance(left, tuple) or isinstance(right, tuple):
        raise UnreadableError("words")
    if sign in ("/", "//", "%") and right == 0:
        raise UnreadableError("zero")
    match sign:
        case "+":
            result: Number = left + right
        case "-":
            result = left - right
        case "*":
            result = left * right
        case "/":
            return _exact(left, right)
        case "//":
            result = left // right
        case "%":
            result = left % right
        case _:
            if not (isinstance(right, int) and 0 <= right <= LARGEST_EXPONENT and abs(left) <= 10**6):
                raise UnreadableError("huge")
            result = left**right
    return _capped(result)
