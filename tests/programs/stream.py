"""The tiles of one operand, in the order in which they come on chip, and the places where they lie."""

from dataclasses import dataclass

FP32 = 4


class ProgramError(AssertionError):
    """A program does what no correct program does."""


@dataclass(frozen=True)
class Tile:
    """Rows, columns or a stretch of K, from `start` to `stop`; the `index`-th of its round, the `order`-th of all."""

    start: int
    stop: int
    index: int
    order: int

    @property
    def extent(self) -> int:
        return self.stop - self.start


@dataclass
class Stream:
    """Cuts `limit` rows (columns, …) of `unit` numbers each into tiles, round after round, as the loads ask."""

    name: str
    unit: int
    limit: int
    places: int

    def __post_init__(self) -> None:
        self.cursor = self.index = self.order = 0
        self.held: dict[int, Tile] = {}
        self.largest: dict[int, int] = {}

    def take(self, size: int, shrink: int) -> tuple[int, Tile]:
        """Return the place and the tile of a load of `size` bytes, which are 1/`shrink` of the tile's."""
        extent = size * shrink // (self.unit * FP32)
        if extent < 1 or -(-extent * self.unit * FP32 // shrink) != size:
            raise ProgramError(f"{size} bytes are no tile of {self.name}")
        tile = Tile(self.cursor, self.cursor + extent, self.index, self.order)
        if tile.stop > self.limit:
            raise ProgramError(f"a tile of {self.name} goes beyond its end")
        done = tile.stop == self.limit
        self.cursor, self.index, self.order = 0 if done else tile.stop, 0 if done else self.index + 1, self.order + 1
        place = tile.index % self.places
        self.put(place, tile, extent * self.unit * FP32)
        return place, tile

    def put(self, place: int, tile: Tile, size: int) -> None:
        self.held[place] = tile
        self.largest[place] = max(self.largest.get(place, 0), size)

    def find(self, order: int) -> tuple[int, Tile]:
        """Return the tile of that order, and its place."""
        for place, tile in self.held.items():
            if tile.order == order:
                return place, tile
        raise ProgramError(f"tile {order} of {self.name} is not on chip")

    @property
    def bytes(self) -> int:
        """Bytes of all places that were ever used, each as large as its largest tile."""
        return sum(self.largest.values())
