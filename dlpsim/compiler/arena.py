"""Room in a memory over time: which bytes are free from which phase of a program on."""

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
        self.blocks: list[Block] = []
        """Those that may still be in use, by offset. A change replaces the list: a list kept is what there was."""

    def place(self, size: int, earliest: int, *, at_top: bool = False) -> tuple[int, Block] | None:
        """Return the first phase from `earliest` on in which there is room, and a block that is in use from then on.

        It is the lowest room, or the highest if `at_top`. None if there is none as long as what is in use stays.
        """
        size = -(-size // self._grain) * self._grain
        for phase in sorted({earliest, *(one.free_from for one in self.blocks if earliest < one.free_from < FOREVER)}):
            offset = self._gap(size, phase, at_top)
            if offset is not None:
                block = Block(offset, size)
                self.blocks = sorted([*self.blocks, block], key=lambda one: one.offset)
                return phase, block
        return None

    def forget(self, phase: int) -> None:
        """Take note that nothing is going to be placed before `phase`."""
        self.blocks = [one for one in self.blocks if one.free_from > phase]

    def _gap(self, size: int, phase: int, at_top: bool) -> int | None:
        found, end = None, 0
        for block in [*(one for one in self.blocks if one.free_from > phase), Block(self.size, 0)]:
            if block.offset - end >= size:
                if not at_top:
                    return end
                found = (block.offset - size) // self._grain * self._grain
            end = max(end, block.offset + block.size)
        return found
