"""In-place writes, and which tensors see them: all that share the memory that was written.

`v = b[:, :4]; v.copy_(x)` changes `b`. Who reads `b` next depends on the row of the copy, though that row did
not make `b`.
"""

from __future__ import annotations

from torch import Tensor

from cnnbook.tracing.function_transforms import core


class InPlaceWrites:
    """The in-place writes of one pass, by the memory that they went to."""

    def __init__(self) -> None:
        # The tensors are kept, so that no other memory can get their storage's address.
        self.by_storage: dict[int, list[tuple[int, Tensor]]] = {}

    def add(self, tensor: Tensor, row: int) -> None:
        """Note that a row wrote into a tensor."""
        tensor = core(tensor)
        place = storage(tensor)
        if place is not None:
            self.by_storage.setdefault(place, []).append((row, tensor))

    def seen_by(self, tensor: Tensor, maker: int) -> list[int]:
        """Return the rows after `maker` that wrote where `tensor` lies, in order."""
        tensor = core(tensor)
        place = storage(tensor)
        written = self.by_storage.get(place) if place is not None else None
        if not written or written[-1][0] <= maker:
            return []
        return [row for row, view in written if row > maker and overlap(tensor, view)]


def storage(tensor: Tensor) -> int | None:
    """Return what names a tensor's memory; None for one without such, a sparse tensor for example."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (NotImplementedError, RuntimeError):
        return None


def overlap(a: Tensor, b: Tensor) -> bool:
    """Whether two views of one memory share a value, as far as their strides tell; if in doubt, they do.

    >>> import torch
    >>> b = torch.empty(2, 8, 5, 5)
    >>> overlap(b[:, :4], b[:, 4:]), overlap(b[:, :4], b[:, 3:]), overlap(b[..., 1:], b)
    (False, True, True)
    """
    if a.numel() == 0 or b.numel() == 0:
        return False
    if a.stride() != b.stride() or min(a.stride(), default=1) < 1:
        return True
    one, other = _box(a), _box(b)
    if one is None or other is None:
        return True
    return all(start < end and begin < stop for (start, stop), (begin, end) in zip(one, other, strict=True))


def _box(tensor: Tensor) -> list[tuple[int, int]] | None:
    """Return the first place and the one after the last, per axis of the grid of the strides.

    None for one whose rows run over into the next, which only `as_strided` makes.
    """
    rest, room = int(tensor.storage_offset()), None
    sides: list[tuple[int, int]] = []
    for step, n in sorted(zip(tensor.stride(), tensor.shape, strict=True), reverse=True):
        start, rest = divmod(rest, step)
        if room is not None and (start + n) * step > room:
            return None
        room = step
        sides.append((start, start + n))
    return [*sides, (rest, rest + 1)]
