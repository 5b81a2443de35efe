"""Layers that go over a space box by box: each core loads what a box needs, computes, and stores what it gives."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from dlpsim.compiler.instructions import Compute, Move, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.recipes.space import Box, Lane
from dlpsim.compiler.step import Extent, Fetch, Offsets, Result, Step

USUAL_BYTES = 8192
"""Bytes of a box of the result, if there is no reason for another size."""

MOST_STEPS = 64
"""A layer is not cut into more steps as long as larger boxes have room."""


@dataclass(frozen=True, slots=True)
class Source:
    """An operand: boxes of `lane` come into `memory`."""

    lane: Lane
    memory: str = "NRAM"


Computes = Callable[[Box, Spot, Sequence[Spot], Spot], Sequence[Compute]]
"""Gives the instructions for a box, from the places of the result, of the operands, and of the constants."""


@dataclass(frozen=True)
class Sweep:
    """A layer over loops of `sizes`, cut into boxes of `tile`.

    `room` is what the result takes in NRAM, temporary results included. Boxes that differ only in the `summed` loops
    add to the same result, one after the other. `constants` elements of the tensor `tensor` stay in WRAM.
    """

    sizes: Sequence[int]
    tile: Sequence[int]
    sources: Sequence[Source]
    result: Lane
    room: int
    computes: Computes
    summed: Sequence[int] = ()
    tensor: str = ""
    constants: int = 0
    _latest: dict[int, tuple[object, Fetch]] = field(default_factory=dict, init=False)
    """Of each operand, which boxes were fetched last."""

    def steps(self, cores: int) -> list[Step]:
        """Return the steps on `cores` cores, which take boxes in turn."""
        return list(self._steps(cores))

    def _steps(self, cores: int) -> Iterator[Step]:
        needed: tuple[Fetch, ...] = ()
        if self.constants:
            needed = (Fetch("WRAM", self.constants * ELEMENT, self._bring_constants, may_come_early=True),)
        parts = [
            [(begin, min(step, size - begin)) for begin in range(0, size, step)]
            for size, step in zip(self.sizes, self.tile, strict=True)
        ]
        once = [[(0, 0)] if index in self.summed else part for index, part in enumerate(parts)]
        turns = list(product(*(parts[index] for index in self.summed)))
        places = list(product(*once))
        for first in range(0, len(places), cores):
            here = places[first : first + cores]
            result = self._result([self._box(place, turns[0]) for place in here])
            for turn in turns:
                yield self._step([self._box(place, turn) for place in here], result, needed)

    def _box(self, place: Sequence[tuple[int, int]], turn: Sequence[tuple[int, int]]) -> Box:
        cut = list(place)
        for index, part in zip(self.summed, turn, strict=True):
            cut[index] = part
        begins, counts = zip(*cut, strict=True) if cut else ((), ())
        return Box(begins, counts)

    def _bring_constants(self, core: int, offset: int, _: int) -> list[Move]:
        return [Move(Spot("DRAM", 0, self.tensor), Spot("WRAM", offset), self.constants * ELEMENT)]

    def _step(self, here: Sequence[Box], result: Result, constants: tuple[Fetch, ...]) -> Step:
        fetches = [self._fetch(index, here) for index in range(len(self.sources))]

        def computes(core: int, offset: Offsets) -> Sequence[Compute]:
            if core >= len(here):
                return []
            spots = [Spot(fetch.memory, offset(fetch)) for fetch in fetches]
            numbers = Spot("WRAM", offset(constants[0]) if constants else 0)
            return self.computes(here[core], Spot("NRAM", offset(result)), spots, numbers)

        return Step((*fetches, *constants), result, computes)

    def _result(self, here: Sequence[Box]) -> Result:
        def stores(core: int, offset: int) -> list[Move]:
            return self.result.store(here[core], offset) if core < len(here) else []

        return Result(self.room, stores, _around(self.result, here))

    def _fetch(self, index: int, here: Sequence[Box]) -> Fetch:
        """Return what brings each core its box of an operand, perhaps the one that is there; some need nothing."""
        source = self.sources[index]
        key = [source.lane.key(box) for box in here]
        if index not in self._latest or self._latest[index][0] != key:

            def moves(core: int, offset: int, _: int) -> list[Move]:
                return source.lane.load(here[core], offset, source.memory) if core < len(here) else []

            size = source.lane.bytes(self.tile)
            self._latest[index] = key, Fetch(source.memory, size, moves, _around(source.lane, here))
        return self._latest[index][1]


def _around(lane: Lane, here: Sequence[Box]) -> Extent:
    """Return bytes of DRAM that hold all of the boxes."""
    extents = [lane.extent(box) for box in here]
    return Extent(lane.tensor, min(one.begin for one in extents), max(one.end for one in extents))


def tile_of(
    sizes: Sequence[int],
    whole: Sequence[bool],
    needed: Callable[[Sequence[int]], int],
    room: int,
    wanted: int,
    *,
    is_plane: bool = False,
    grain: int = 1,
) -> tuple[int, ...] | None:
    """Return the size of boxes, for which `needed` bytes must not be more than `room`, nor than `wanted` if possible.

    Loops that are not `whole` are cut, the outermost first; of the last two the larger one, if both are equal in rank
    (`is_plane`). The last is cut to multiples of `grain`, to less only for want of room. None if not even the smallest
    boxes have room.
    """
    tile = list(sizes)
    while needed(tile) > min(room, wanted):
        least = [1] * len(tile)
        if needed(tile) <= room:
            least[-1:] = [2 * grain - 1]
        cut = next((index for index, size in enumerate(tile) if size > least[index] and not whole[index]), None)
        if cut is None:
            break
        if is_plane and cut == len(tile) - 2 and tile[-1] > tile[-2]:
            cut += 1
        half = -(-tile[cut] // 2)
        whole_grains = -(-half // grain) * grain if cut == len(tile) - 1 else half
        tile[cut] = whole_grains if whole_grains < tile[cut] else half
    return tuple(tile) if needed(tile) <= room else None


def grained(size: int) -> int:
    """Return the bytes of a memory that something of a size takes."""
    return -(-size // 64) * 64
