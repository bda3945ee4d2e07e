"""Targets of a design: "parameters < 35 M", "last map == 7 x 7", "receptive field > 200"."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from cnnbook.arithmetic import GeometryError
from cnnbook.sketch.quantities import QUANTITIES, number_of, shown
from cnnbook.traces import Trace

_COMPARISONS: Final[Mapping[str, tuple[str, Callable[[Any, Any], bool]]]] = {
    "<": ("<", operator.lt),
    "<=": ("≤", operator.le),
    "≤": ("≤", operator.le),
    "==": ("=", operator.eq),
    "=": ("=", operator.eq),
    ">=": ("≥", operator.ge),
    "≥": ("≥", operator.ge),
    ">": (">", operator.gt),
}
_BY_SIGN: Final = dict(_COMPARISONS.values())
_PREFIXES: Final = {"k": 10**3, "M": 10**6, "G": 10**9}
_TARGET = re.compile(r"\s*([^<>=≤≥]*?)\s*(<=|>=|==|[<>=≤≥])\s*(.*?)\s*")
_NUMBER = re.compile(r"(\d[\d,_]*(?:\.\d+)?(?:e\d+)?)\s*([kMG]?)(B?)")
_SIZES = re.compile(r"\d+(?:\s*[x×]\s*\d+)*")
_EXAMPLE: Final = "'parameters < 35 M', 'last map == 7 x 7' or 'receptive field > 200' would do"


@dataclass(frozen=True, slots=True)
class Target:
    """One target: the name of its quantity, how it is compared, and with which number or sizes."""

    quantity: str
    comparison: str
    wanted: Any

    def met(self, trace: Trace) -> bool:
        """Whether a network that runs meets the target.

        >>> from cnnbook.networks.shipped import shipped
        >>> read_target("receptive field > 200").met(shipped("resnet18"))
        True
        """
        value = number_of(self.quantity, trace)
        if value is None:
            return False
        compare = _BY_SIGN[self.comparison]
        if isinstance(self.wanted, tuple):
            return len(value) == len(self.wanted) and all(map(compare, value, self.wanted))
        return compare(value, self.wanted)

    @property
    def text(self) -> str:
        """The target as it is shown: "parameters < 35,000,000"."""
        return f"{self.quantity} {self.comparison} {shown(self.quantity, self.wanted)}"


def read_targets(given: Iterable[str]) -> tuple[Target, ...]:
    """Return the targets of a list of texts. Raises GeometryError for one that cannot be read.

    >>> [target.text for target in read_targets(["parameters < 35 M", "last map == 7 x 7"])]
    ['parameters < 35,000,000', 'last map = 7 × 7']
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise GeometryError(f"targets are a list of texts, not {given!r}; [{given!r}] would do")
    return tuple([read_target(text) for text in given])


def read_target(text: str) -> Target:
    """Return the target that a text describes: a quantity, a comparison, a number.

    The number may have commas and one of k, M and G; that of a memory is in bytes, as "20 MB". A last map and
    an output have sizes, as "7 x 7".

    >>> read_target("memory <= 2.5 MB")
    Target(quantity='memory', comparison='≤', wanted=2500000)
    >>> read_target("weights < 35 M")
    Traceback (most recent call last):
    cnnbook.arithmetic.GeometryError: the target 'weights < 35 M' names 'weights'; parameters, MACs, memory, \
last map, receptive field, output, branches or layers would do
    """
    match = _TARGET.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise GeometryError(f"the target {text!r} cannot be read; {_EXAMPLE}")
    name, comparison, wanted = match.groups()
    quantity = _quantity(text, name)
    sign = _COMPARISONS[comparison][0]
    if QUANTITIES[quantity].sizes:
        if not _SIZES.fullmatch(wanted):
            raise GeometryError(f"the target {text!r} has no sizes; '{quantity} {comparison} 7 x 7' would do")
        sizes = tuple(map(int, re.findall(r"\d+", wanted)))
        if quantity == "last map" and len(sizes) == 1:
            sizes *= 2
        return Target(quantity, sign, sizes)
    number = _NUMBER.fullmatch(wanted)
    unit = QUANTITIES[quantity].unit
    if number is None or (number[3] and not unit):
        example = f"{quantity} {comparison} {'20 MB' if unit else '35 M'}"
        raise GeometryError(f"the target {text!r} has no number; {example!r} would do")
    amount = float(number[1].replace(",", "").replace("_", "")) * _PREFIXES.get(number[2], 1)
    return Target(quantity, sign, round(amount))


def _quantity(text: str, name: str) -> str:
    known = {quantity.lower(): quantity for quantity in QUANTITIES}
    plain = " ".join(name.lower().replace("_", " ").split())
    if plain in known:
        return known[plain]
    near = get_close_matches(plain, known, n=1, cutoff=0.75)
    *others, last = QUANTITIES
    instead = f"{known[near[0]]}" if near else f"{', '.join(others)} or {last}"
    raise GeometryError(f"the target {text!r} names {name!r}; {instead} would do")
