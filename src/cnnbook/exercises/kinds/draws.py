"""Pseudorandom numbers that are the same on every machine and under every version of Python."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A stream of integers from HMAC-SHA256(salt, parts); equal parts always give the same stream.

    Python's random module guarantees this for few of its methods, so the integers are taken from digests.

    >>> draws = Draws(b"salt", "conv-output-size", 1, "ada", 0)
    >>> [draws.below(10) for _ in range(8)]
    [3, 0, 7, 5, 4, 0, 1, 9]
    """

    def __init__(self, salt: bytes, *parts: str | int) -> None:
        import hmac  # imported here because checking an answer does not need it

        # JSON separates the parts: no name of a learner can look like another name and attempt.
        self._hmac = hmac.new
        self._seed = self._hmac(salt, json.dumps(parts).encode(), "sha256").digest()
        self._block = 0
        self._words: list[int] = []

    def below(self, bound: int) -> int:
        """Return an integer from 0 to bound - 1, each equally likely."""
        limit = 2**32 - 2**32 % bound
        while (word := self._word()) >= limit:
            pass
        return word % bound

    def between(self, least: int, most: int) -> int:
        """Return an integer from least to most, both included."""
        return least + self.below(most - least + 1)

    def choice(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.below(len(options))]

    def _word(self) -> int:
        if not self._words:
            digest = self._hmac(self._seed, self._block.to_bytes(8, "big"), "sha256").digest()
            self._block += 1
            self._words = [int.from_bytes(digest[at : at + 4], "big") for at in range(28, -1, -4)]
        return self._words.pop()
