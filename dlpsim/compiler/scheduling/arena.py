"""Room in a memory over time: which bytes are free from which phase of a program on."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

FOREVER = 1 << 62
"""The phase from which something is free whose last use is not known yet."""


@dataclass(eq=False, slots=True)
class Block:
    """Bytes in use: `size` from `offset` on, up to but not including phase `free_from`."""

    offset: int
    size: int
    free_from: int = FOREVER


class Arena:
    """Hands out blocks of a memory of `size` bytes, at multiples of `grain`; those that are asked for come in turn."""

    def __init__(self, size: int, grain: int = 64) -> None:
        self.size = size
        self._grain = grain
        self._blocks: list[Block] = []
        self._earliest = 0
        """Nothing is going to be placed before this phase."""

    @property
    def blocks(self) -> list[Block]:
        """Those that may still be in use, by offset. A change replaces the list: a list kept is what there was."""
        self._blocks = [one for one in self._blocks if one.free_from > self._earliest]
        return self._blocks

    @blocks.setter
    def blocks(self, blocks: list[Block]) -> None:
        self._blocks, self._earliest = blocks, 0

    def place(self, size: int, earliest: int, *, at_top: bool = False) -> tuple[int, Block] | None:
        """Return the first phase from `earliest` on in which there is room, and a block that is in use from then on.

        It is the lowest room, or the highest if `at_top`. None if there is none as long as what is in use stays.
        """
        size = -(-size // self._grain) * self._grain
        blocks = self.blocks
        phase, offset = earliest, self._gap(blocks, size, earliest, at_top)
        if offset is None:
            later = sorted({one.free_from for one in blocks if earliest < one.free_from < FOREVER})
            # what has room in a phase has it later: nothing else is placed meanwhile
            place = bisect_left(later, True, key=lambda one: self._gap(blocks, size, one, at_top) is not None)
            if place == len(later):
                return None
            phase = later[place]
            offset = self._gap(blocks, size, phase, at_top)
            assert offset is not None
        block = Block(offset, size)
        place = bisect_right(blocks, offset, key=_offset)
        self._blocks = [*blocks[:place], block, *blocks[place:]]
        return phase, block

    def forget(self, phase: int) -> None:
        """Take note that nothing is going to be placed before `phase`."""
        self._earliest = max(phase, self._earliest)

    def _gap(self, blocks: Sequence[Block], size: int, phase: int, at_top: bool) -> int | None:
        """Return where there is room in `phase`, if there is."""
        found, end = None, 0
        for block in blocks:
            if block.free_from > phase:
                if block.offset - end >= size:
                    if not at_top:
                        return end
                    found = (block.offset - size) // self._grain * self._grain
                end = max(end, block.offset + block.size)
        if self.size - end >= size:
            return (self.size - size) // self._grain * self._grain if at_top else end
        return found


def _offset(block: Block) -> int:
    return block.offset
