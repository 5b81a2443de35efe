"""Moves of tiles of activations between DRAM and NRAM, where a tile lies without gaps: rows, columns, channels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dlpsim.compiler.instructions import Move, Spot, piece
from dlpsim.compiler.layouts.activation import ELEMENT, Activation
from dlpsim.compiler.step import Extent

SHARE = 64
"""Parts of a tile that several cores bring have multiples of so many bytes."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Part of an activation, seen as images of `height` rows and `width` columns.

    Of image `image`: `rows` rows from `row` on, every `row_step`-th, and columns and channels likewise.
    """

    activation: Activation
    height: int
    width: int
    image: int
    row: int
    rows: int
    column: int
    columns: int
    channel: int
    channels: int
    row_step: int = 1
    column_step: int = 1

    @property
    def bytes(self) -> int:
        """What it takes on chip."""
        return self.rows * self.columns * self.channels * ELEMENT

    @property
    def extent(self) -> Extent:
        """The bytes in DRAM from its first to its last, both included."""
        last = self._pixel(self.rows - 1, self.columns - 1)
        begin = self.activation.offset(self._pixel(0, 0), self.channel)
        return Extent(self.activation.tensor, begin, self.activation.offset(last, self.channel + self.channels))

    def load(self, offset: int) -> list[Move]:
        """Return the moves that bring it to `offset` in NRAM."""
        return list(self._moves(offset, to_chip=True))

    def store(self, offset: int) -> list[Move]:
        """Return the moves that take it from `offset` in NRAM."""
        return list(self._moves(offset, to_chip=False))

    def share(self, offset: int, part: int, parts: int) -> list[Move]:
        """Return the moves that bring one of `parts` equal parts of it to its place behind `offset` in SharedRAM.

        If it has no equal parts, the first is all of it.
        """
        whole = self.load(offset)
        if len(whole) == 1 and whole[0].rows == 1 and self.bytes % (parts * SHARE) == 0:
            moves = list(piece(whole, part * self.bytes // parts, (part + 1) * self.bytes // parts))
        elif self.rows % parts == 0:
            rows = self.rows // parts
            own = replace(self, row=self.row + part * rows * self.row_step, rows=rows)
            moves = own.load(offset + part * own.bytes)
        else:
            moves = whole if part == 0 else []
        return [replace(move, dst=replace(move.dst, memory="SharedRAM")) for move in moves]

    def _pixel(self, row: int, column: int) -> int:
        y, x = self.row + row * self.row_step, self.column + column * self.column_step
        return (self.image * self.height + y) * self.width + x

    def _moves(self, offset: int, *, to_chip: bool) -> Iterator[Move]:
        for pixel, at, size, rows, stride in self._pieces():
            dram = Spot("DRAM", self.activation.offset(pixel, self.channel), self.activation.tensor)
            nram = Spot("NRAM", offset + at)
            if rows == 1:
                yield Move(dram, nram, size) if to_chip else Move(nram, dram, size)
            else:
                yield (
                    Move(dram, nram, size, rows, stride, size)
                    if to_chip
                    else Move(nram, dram, size, rows, size, stride)
                )

    def _pieces(self) -> Iterator[tuple[int, int, int, int, int]]:
        """Yield what one move can take: first pixel, place in the tile, bytes of a row, rows, bytes between them."""
        pixel_bytes, pitch = self.channels * ELEMENT, self.activation.pitch * ELEMENT
        whole_pixels = self.channels == self.activation.pitch
        line = self.columns * pixel_bytes
        if self.column_step == 1 and whole_pixels:
            stride = self.row_step * self.width * pitch
            if stride == line:
                yield self._pixel(0, 0), 0, line * self.rows, 1, 0
            else:
                yield self._pixel(0, 0), 0, line, self.rows, stride
        elif self.column_step == 1 and (self.rows == 1 or (self.columns == self.width and self.row_step == 1)):
            yield self._pixel(0, 0), 0, pixel_bytes, self.rows * self.columns, pitch
        else:
            for row in range(self.rows):
                yield self._pixel(row, 0), row * line, pixel_bytes, self.columns, self.column_step * pitch


def around(tiles: Sequence[Tile]) -> Extent:
    """Return bytes of DRAM that hold all of the tiles, which are of one tensor."""
    extents = [tile.extent for tile in tiles]
    return Extent(extents[0].tensor, min(one.begin for one in extents), max(one.end for one in extents))
