"""How a pooling is cut into tiles: the size that is predicted to take the fewest cycles."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.tiling.budget import latency_of
from dlpsim.compiler.tiling.shape import Shape
from dlpsim.compiler.tiling.tiles import Cut, cut_columns, cut_rows, rounded, sizes
from dlpsim.config import MachineConfig

WORTH_OF_STEP = 8
"""Cycles that a step is charged: without need, tiles are not small."""


@dataclass(frozen=True, slots=True)
class PoolingWork:
    """The windows of a pooling, and what they are of: `images` images that are loaded, or what is computed of them.

    `before` are the operations for each element of that, as cycles of the rate of additions, `passes` those for each
    element of the result. `scratch` gives the bytes that a tile of so many pixels and channels takes besides. Channels
    are not cut if they are `whole`.
    """

    shape: Shape
    images: int
    passes: float
    before: float = 0
    scratch: Callable[[int, int], int] = lambda pixels, channels: 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class PoolingTile:
    """Rows, columns and channels of a tile of the result, and the cycles that all tiles are predicted to take."""

    rows: int
    columns: int
    channels: int
    cycles: float


def pooling_tile(work: PoolingWork, machine: MachineConfig) -> PoolingTile | None:
    """Return the best tile for all cores of a machine; None where not even the smallest fits."""
    room = machine.memories["NRAM"] or 1 << 40
    shape = work.shape
    cuts = [cut_rows(shape, size) for size in sizes(shape.out_height)]
    columns = [cut_columns(shape, size) for size in sizes(shape.out_width)]
    for channels in (shape.channels,) if work.whole else _halves(shape.channels):
        found = [
            PoolingTile(down.size, across.size, channels, _cycles(work, machine, down, across, channels))
            for down in cuts
            for across in columns
            if bytes_needed(work, down, across, channels) <= room
        ]
        if found:
            return min(found, key=lambda tile: tile.cycles)
    return None


def least(work: PoolingWork) -> int:
    """Return the bytes of NRAM that the smallest tile takes."""
    channels = work.shape.channels if work.whole else 1
    return bytes_needed(work, cut_rows(work.shape, 1), cut_columns(work.shape, 1), channels)


def bytes_needed(work: PoolingWork, rows: Cut, columns: Cut, channels: int) -> int:
    """Return the bytes of NRAM for two tiles of everything that is moved."""
    pixels = rows.most * columns.most
    moved = rounded(rows.size * columns.size * channels * ELEMENT)
    moved += work.images * rounded(pixels * channels * ELEMENT)
    return 2 * moved + rounded(work.scratch(pixels, channels))


def _cycles(work: PoolingWork, machine: MachineConfig, rows: Cut, columns: Cut, channels: int) -> float:
    """Return what all tiles take: moving or computing, the other of the two only for the first and the last."""
    shape, port = work.shape, machine.port_of["DRAM", "NRAM"]
    is_cut = channels < shape.channels
    line = -(-channels * ELEMENT // port.beat_bytes) * port.beat_bytes if is_cut else channels * ELEMENT
    parts = -(-shape.channels // channels)
    seen = shape.images * rows.all * columns.all * parts
    stored = shape.images * shape.out_height * shape.out_width * parts
    moving = (work.images * seen + stored) * line * port.beat_cycles / port.beat_bytes
    elements = (work.before * seen + work.passes * stored) * channels
    tiles = shape.images * rows.count * columns.count * parts
    steps = -(-tiles // machine.total_cores)
    computing = elements / machine.compute.rate.get("ADD_32", 1) * steps / tiles
    return max(moving, computing) + min(moving, computing) / steps + steps * (latency_of(machine) + WORTH_OF_STEP)


def _halves(size: int) -> Iterator[int]:
    """Yield a size, half of it, and so on to 1."""
    while size > 1:
        yield size
        size = -(-size // 2)
    yield 1
