"""In-place writes, and the tensors that they change: all that share the memory which was written.

After `v = b[:, :4]; v.copy_(x)` the tensor `b` has other values, although no row made it anew. An operation
that reads `b` next therefore depends on the row of the copy too.
"""

from __future__ import annotations

from torch import Tensor

from cnnbook.tracing.function_transforms import innermost
from cnnbook.tracing.torch_internals import storage_address


class InPlaceWrites:
    """The in-place writes of one forward pass, by the storage that they changed."""

    def __init__(self) -> None:
        # The tensors are kept alive, so that no later storage can get the same address.
        self.by_storage: dict[int, list[tuple[int, Tensor]]] = {}
        self.last = -1
        """The last row that wrote."""

    def add(self, tensor: Tensor, row: int) -> None:
        """Note that a row wrote into a tensor."""
        tensor = innermost(tensor)
        address = storage_of(tensor)
        if address is not None:
            self.by_storage.setdefault(address, []).append((row, tensor))
            self.last = row

    def into(self, tensor: Tensor, since: int) -> list[int]:
        """Return the rows after row `since` that wrote into the memory of `tensor`, in order."""
        tensor = innermost(tensor)
        address = storage_of(tensor)
        written = self.by_storage.get(address) if address is not None else None
        if not written or written[-1][0] <= since:
            return []
        return [row for row, view in written if row > since and overlap(tensor, view)]


def storage_of(tensor: Tensor) -> int | None:
    """Return a number that names a tensor's storage; None where it has none, a sparse tensor for example."""
    try:
        return int(storage_address(tensor.untyped_storage()))
    except (NotImplementedError, RuntimeError):
        return None


def overlap(a: Tensor, b: Tensor) -> bool:
    """Whether two views of one storage share a value; True where their strides do not tell.

    >>> import torch
    >>> b = torch.empty(2, 8, 5, 5)
    >>> overlap(b[:, :4], b[:, 4:]), overlap(b[:, :4], b[:, 3:]), overlap(b[..., 1:], b)
    (False, True, True)
    """
    if a.numel() == 0 or b.numel() == 0:
        return False
    if a.stride() != b.stride() or min(a.stride(), default=1) < 1:
        return True
    one, other = _ranges(a), _ranges(b)
    if one is None or other is None:
        return True
    return all(start < end and begin < stop for (start, stop), (begin, end) in zip(one, other, strict=True))


def _ranges(tensor: Tensor) -> list[tuple[int, int]] | None:
    """Return the range of indices that a view takes along each axis of the tensor it is a view of.

    The axes are found from the strides, the largest first. None for a view in which one row runs over into
    the next, which only `as_strided` makes.
    """
    rest, outer_stride = int(tensor.storage_offset()), None
    ranges: list[tuple[int, int]] = []
    for stride, size in sorted(zip(tensor.stride(), tensor.shape, strict=True), reverse=True):
        start, rest = divmod(rest, stride)
        if outer_stride is not None and (start + size) * stride > outer_stride:
            return None
        outer_stride = stride
        ranges.append((start, start + size))
    return [*ranges, (rest, rest + 1)]
