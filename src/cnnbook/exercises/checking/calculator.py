"""A calculator for typed answers: it reads numbers, plain arithmetic and lists, and nothing else."""

from __future__ import annotations

from fractions import Fraction

from cnnbook.exercises.checking import unreadable
from cnnbook.exercises.checking.unreadable import UnreadableError

LARGEST_NUMBER = 10**15
LARGEST_EXPONENT = 12
LARGEST_DENOMINATOR = 10**30

Number = int | float | Fraction
Value = Number | tuple["Value", ...]

UNITS = {
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "million": 10**6,
    "mio": 10**6,
    "g": 10**9,
    "b": 10**9,
    "billion": 10**9,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
}


class Calculator:
    """A recursive-descent parser of tokens; the depth of brackets, which is limited, limits its recursion.

    With `several`, blanks and brackets separate values. After `values()`, `tolerance` is how far the last
    rounded number ("61.1M") may be from what it stands for, and `digits` how many digits it has.
    """

    def __init__(self, tokens: list[str], several: bool) -> None:
        self._tokens = tokens
        self._several = several
        self._position = 0
        self.tolerance = 0
        self.digits = 0

    def values(self) -> tuple[Value, ...]:
        """Return all values; brackets around the whole list are dropped."""
        values = self._list()
        if self._peek():
            raise UnreadableError(unreadable.WORDS)
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
            raise UnreadableError(unreadable.HUGE)
        return power

    def _primary(self) -> Value:
        token = self._take()
        if token == "(":
            values = self._list()
            comma = self._tokens[self._position - 1] == ","
            if self._take() != ")":
                raise UnreadableError(unreadable.BRACKETS)
            return values if len(values) > 1 or comma else values[0]
        if token in ("floor", "ceil"):
            value = self._primary()
            if isinstance(value, tuple):
                raise UnreadableError(unreadable.WORDS)
            return int(value // 1) if token == "floor" else -int(-value // 1)
        if token in ("-1", "?"):
            return -1
        if token[:1].isdigit() or token[:1] == ".":
            return self._number(token.replace("_", ""))
        raise UnreadableError(unreadable.WORDS if token else unreadable.UNFINISHED)

    def _number(self, text: str) -> Number:
        mantissa, _, exponent = text.partition("e")
        if len(mantissa) > 20 or len(exponent) > 3:
            raise UnreadableError(unreadable.HUGE)
        unit = UNITS[self._take()] if self._peek() in UNITS else 1
        scale = unit * 10 ** min(int(exponent or 0), 18)
        whole, point, decimals = mantissa.partition(".")
        if unit > 1:
            self.tolerance = max(self.tolerance, scale // (2 * 10 ** len(decimals)))
            self.digits = len((whole + decimals).lstrip("0"))
        if not point and not exponent:
            return _capped(int(whole) * unit)
        numerator = int((whole + decimals) or "0") * scale
        return _exact(numerator, 10 ** len(decimals))


def without_fractions(value: Value) -> Value:
    """Return the value with each Fraction in it as a float."""
    if isinstance(value, tuple):
        return tuple(map(without_fractions, value))
    return float(value) if isinstance(value, Fraction) else value


def product(values: tuple[Value, ...]) -> int | None:
    """Return the product of these values; None unless it is a whole number that is not too large.

    >>> product((2, 3)), product((Fraction(1, 2), 3))
    (6, None)
    """
    result: Value = 1
    try:
        for value in values:
            result = _calculate("*", result, value)
    except UnreadableError:
        return None
    return result if isinstance(result, int) else None


def _exact(numerator: Number, denominator: Number) -> Number:
    if isinstance(numerator, float) or isinstance(denominator, float):
        return _capped(numerator / denominator)
    return _capped(Fraction(numerator) / Fraction(denominator))


def _capped(value: Number) -> Number:
    if not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise UnreadableError(unreadable.HUGE)
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return int(value)
        # Repeated powers of a fraction would fill the memory; a float takes 8 bytes.
        return float(value) if value.denominator > LARGEST_DENOMINATOR else value
    return value


def _calculate(sign: str, left: Value, right: Value) -> Value:
    if isinstance(left, tuple) or isinstance(right, tuple):
        raise UnreadableError(unreadable.WORDS)
    if sign in ("/", "//", "%") and right == 0:
        raise UnreadableError(unreadable.ZERO)
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
            if not (isinstance(right, int) and 0 <= right <= LARGEST_EXPONENT and -(10**6) <= left <= 10**6):
                raise UnreadableError(unreadable.HUGE)
            result = left**right
    return _capped(result)
