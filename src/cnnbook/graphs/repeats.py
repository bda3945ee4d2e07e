"""Identical blocks in a row, each of which reads the one before: they are drawn once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cnnbook.graphs.plans import Block, Step


class Repeats:
    """Finds the blocks that repeat; `same_as` has, for each row of a copy, the row that is drawn for it."""

    def __init__(self, readers: Mapping[int, Sequence[int]], outputs: Sequence[int]) -> None:
        self.readers = readers
        self.outputs = outputs
        self.same_as: dict[int, int] = {}

    def folded(self, items: list[Step | Block]) -> Iterator[Step | Block]:
        """Return the items, with identical blocks in a row drawn as one."""
        position = 0
        while position < len(items):
            first = items[position]
            position += 1
            if not isinstance(first, Block):
                yield first
                continue
            shape, copies = _shape(first), [first]
            while position < len(items):
                following = items[position]
                if not isinstance(following, Block) or _shape(following) != shape:
                    break
                if not self._chained(copies[-1], following):
                    break
                copies.append(following)
                position += 1
            for copy in copies[1:]:
                self.same_as.update(
                    (row.index, twin.index) for row, twin in zip(copy.rows, first.rows, strict=True)
                )
            yield replace(first, times=len(copies), last_path=copies[-1].path)

    def _chained(self, block: Block, following: Block) -> bool:
        """Whether every output of one block is read by the next block only."""
        mine, yours = {row.index for row in block.rows}, {row.index for row in following.rows}
        given = {i for i in mine if any(reader not in mine for reader in self.readers[i])}
        taken = {source for row in following.rows for source in row.inputs if source not in yours}
        return (
            taken == given
            and all(reader in mine | yours for i in given for reader in self.readers[i])
            and not mine.intersection(self.outputs)
        )


def _shape(block: Block) -> object:
    """Everything that makes two blocks the same, with rows counted from the block's first."""
    place = {row.index: i for i, row in enumerate(block.rows)}
    sources: dict[int, str] = {}

    def name(source: int) -> object:
        return place[source] if source in place else sources.setdefault(source, f"input {len(sources)}")

    return block.module, [
        (
            row.path.removeprefix(block.path),
            row.module,
            row.op,
            [name(source) for source in row.inputs],
            row.input_shapes,
            row.output_shapes,
            row.window,
            row.parameters,
            row.macs,
            row.arguments,
            bool(row.note),
        )
        for row in block.rows
    ]
