"""How a calculation begins: as much of it as helps to go on, and never all of it."""

from __future__ import annotations

import re

_INNERMOST = re.compile(r"\(([^()]*)\)")
_OPERATOR = re.compile(r"//|[-+×/%]")
_REST = "…"


def beginning(calculation: str) -> str:
    """Return the first steps of a calculation; empty if it has one step only.

    That is what stands in its first innermost brackets; without brackets the first half of a sum, or all
    factors of a product but the last one.

    >>> beginning("((6×2 + 5 - 1)×2) + 5 - 1"), beginning("156 + 2416 + 48120 + 10164 + 850")
    ('6×2 + 5 - 1', '156 + 2416 + …')
    >>> beginning("16×5×5"), beginning("400×120 + 120"), beginning("2×2")
    ('16×5×…', '400×120 + …', '')
    """
    if len(_OPERATOR.findall(calculation)) < 2:
        return ""
    inner = _INNERMOST.search(calculation)
    if inner and _OPERATOR.search(inner[1]):
        return inner[1]
    parts = re.split(r" ([-+]) ", calculation)  # terms, and the signs between them
    if len(parts) > 1:
        half = len(parts) // 2 + 1 >> 1  # of the terms
        kept = parts[: 2 * half]
        return f"{' '.join(kept)} {_REST}"
    factors = re.split(r"( ?(?://|[×/%]) ?)", calculation)
    return "".join(factors[:-1]) + _REST
