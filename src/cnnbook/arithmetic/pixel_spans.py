"""Which pixels of the input each single position of a feature map depends on, along one axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from cnnbook.arithmetic.reads import Reads

# The span of a position that depends on no pixel, such as padding: its first pixel comes after its last.
_NONE = (1 << 62, -1)


@dataclass(frozen=True, slots=True)
class PixelSpans:
    """The first and the last pixel of the input that each position of a feature map depends on.

    A `ReceptiveField` has one size for all positions. After an upsampling or a transposed convolution the
    positions differ, so here each has a span of its own. Only pixels of the input count, and no padding: a
    span is what gets a gradient from its position. A span reaches from the first pixel to the last, those
    between them that nothing reads counted too.

    >>> from cnnbook.arithmetic.reads import transposed_reads, window_reads
    >>> decoded = PixelSpans.of_input(3).reading(transposed_reads(3, 7, (3, 2, 0, 1)))
    >>> decoded.spans
    ((0, 0), (0, 0), (0, 1), (1, 1), (1, 2), (2, 2), (2, 2))
    >>> decoded.reading(window_reads(7, 5, (3, 1, 0, 1))).size
    3
    """

    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of_input(cls, n: int) -> Self:
        """Return the spans of the input itself: each pixel is its own."""
        return cls(tuple([(i, i) for i in range(n)]))

    @property
    def size(self) -> int:
        """The largest number of pixels from the first to the last, over all positions; 0 if all are empty."""
        return max([last - first + 1 for first, last in self.spans if first <= last], default=0)

    def reading(self, reads: Reads) -> Self:
        """Return the spans after an operation whose outputs read these positions."""
        spans = self.spans
        found = []
        for positions in reads:
            if len(positions) == 1:
                found.append(spans[positions[0]])
            elif positions:
                read = spans[positions.start : positions.stop : positions.step]
                found.append((min(read)[0], max([last for _, last in read])))
            else:
                found.append(_NONE)
        return type(self)(tuple(found))

    def union(self, other: PixelSpans) -> Self:
        """Return the spans after an addition or a concatenation: from the first pixel of both to the last.

        A map with one position is added to each position of the other. Raises ValueError for other sizes.
        """
        one, two = self.spans, other.spans
        if len(one) != len(two):
            one, two = (spans * max(len(one), len(two)) if len(spans) == 1 else spans for spans in (one, two))
        return type(self)(tuple([(min(a, c), max(b, d)) for (a, b), (c, d) in zip(one, two, strict=True)]))
