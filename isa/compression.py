"""Whether a move treats compressed tensors as they are."""

from collections.abc import Callable

from isa.address import Address
from isa.fault import quoted
from isa.nest import LoopNest
from isa.program import Move, Tensor

_COMPUTED_WITH = ("NRAM", "WRAM")


TensorAt = Callable[[str, int], Tensor | None]
"""Returns the tensor that lies at a byte of a memory."""


def miscoded(move: Move, nest: LoopNest, tensor_at: TensorAt) -> tuple[int, str] | None:
    """Return what is wrong with how `move` codes what it moves, after 0 for its source, 1 for its destination.

    What it moves is told by where it begins in the first iteration of `nest`, the loops around it.
    """
    transfer = move.transfer
    if transfer is None or 0 in nest.counts:
        return None
    source = _begins_in(tensor_at, move.src, transfer.src, nest)
    destination = _begins_in(tensor_at, move.dst, transfer.dst, nest)
    if destination and destination.compression > 1:
        return 1, f"{quoted(destination.name)} is compressed: it can be read, not written"
    if source and source.compression != transfer.expansion and (transfer.expansion > 1 or move.dst in _COMPUTED_WITH):
        if source.compression == 1:
            return 0, f"{quoted(source.name)} is not compressed, so it cannot be expanded"
        return 0, f"{quoted(source.name)} is compressed: the line must end with ': expand {source.compression}'"
    return None


def _begins_in(tensor_at: TensorAt, memory: str, address: Address, nest: LoopNest) -> Tensor | None:
    try:
        return tensor_at(memory, address.at([0] * len(nest.counts)))
    except ZeroDivisionError:
        return None
