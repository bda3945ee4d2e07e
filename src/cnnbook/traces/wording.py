"""Sizes, shapes and counts as explanations write them."""

from __future__ import annotations

from math import prod
from typing import Any


def by(sizes: tuple[int, ...]) -> str:
    """Sizes as the course writes them: "16 × 4 × 4"."""
    return " × ".join(map(str, sizes))


def shape_text(shape: Any) -> str:
    """A shape as Python writes it: "(1, 3, 224, 224)"."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def product(sizes: tuple[int, ...]) -> str:
    """A product with its factors: "256 = 16 × 4 × 4"; without them where only one is above 1."""
    factors = f" = {by(sizes)}" if len(sizes) > 1 and prod(sizes) != max(sizes) else ""
    return f"{prod(sizes):,}{factors}"


def as_written(value: Any) -> Any:
    """A setting as one writes it: 2 in place of (2, 2), any other value as it is."""
    return value[0] if isinstance(value, tuple) and value and len(set(value)) == 1 else value
