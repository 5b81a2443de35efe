"""A product that is tiled: what each core does of it, and how its weights lie in DRAM."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.layouts.activation import ELEMENT, Activation
from dlpsim.compiler.tiling.shape import Shape
from dlpsim.compiler.tiling.tiles import Rooms, Tiling, intervals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class After:
    """An operation on each element of a result, with a constant as its second operand if it has one."""

    name: str
    number: float | None = None


def numbers(operations: Iterable[After]) -> list[float]:
    """Return the constants that operations need, in their order."""
    return [one.number for one in operations if one.number is not None]


@dataclass(frozen=True, slots=True)
class Part:
    """What one core does of a product at a time.

    It makes `made` output channels from `made_first` on, of the `rows` rows of the output from `row` on, out of the
    input channels from `first` on, of images from `image` on.
    """

    first: int
    made_first: int
    made: int
    row: int
    rows: int
    image: int = 0

    @property
    def seen(self) -> tuple[int, ...] | None:
        """What tells apart which part of the images cores need; None if it is none."""
        return (self.first, self.image, self.row, self.rows) if self.made and self.rows else None

    @property
    def weights(self) -> tuple[int, ...] | None:
        """What tells apart which weights cores need; None if it is none."""
        return (self.first, self.made_first, self.made) if self.made and self.rows else None


@dataclass(frozen=True, slots=True)
class Block:
    """Weights that are loaded together: `size` bytes from `offset` in DRAM.

    Behind the last ones of a sum come the bias and the constants that are needed then.

    `made` kernels, from number `first` of their part on.
    """

    first: int
    made: int
    offset: int
    size: int


def step_count(shape: Shape, parts: Sequence[Sequence[Part]], tiling: Tiling) -> int:
    """Return how many steps a product takes: for each tile of what is stored, one for each slice of the channels."""
    tiles = sum(
        max(ceil(part.rows / tiling.rows) for part in at_a_time)
        * max(ceil(part.made / tiling.made) for part in at_a_time)
        for at_a_time in parts
    )
    columns, slices = ceil(shape.stored_width / tiling.columns), ceil(shape.channels / tiling.channels)
    return tiles * shape.images * columns * slices


@dataclass(frozen=True)
class Product:
    """A product that is tiled: `x` by the tensor `weights`, plus `added`, gives `y`.

    `shape` is what a core does of one part, on all rows; its tiles have `rooms` on chip. `parts` has for each round
    the part of each core. `after` are operations on each element of the result. If it is pooled, the largest of each
    window is kept, or with a `pooled_mean` their sum times that number; then `after_pooling` follows.

    If tiles of the image, or weights, are shared by cores of a cluster, of which it has `cluster`, they come via the
    SharedRAM; tiles stay there for the whole layer if `stays_in_cluster`.
    """

    name: str
    x: Activation
    y: Activation
    weights: str
    shape: Shape
    tiling: Tiling
    rooms: Rooms
    parts: tuple[tuple[Part, ...], ...]
    added: Activation | None = None
    after: tuple[After, ...] = ()
    pooled_mean: float | None = None
    after_pooling: tuple[After, ...] = ()
    cluster: int = 1
    shares_image: bool = False
    shares_weights: bool = False
    stays_in_cluster: bool = False

    @cached_property
    def slices(self) -> list[tuple[int, int]]:
        """First and number of the input channels that are summed up in each step of a tile."""
        return list(intervals(self.shape.channels, self.tiling.channels))

    def image_channels(self, index: int) -> tuple[int, int]:
        """Return first and number of the channels of the tile of the image that has slice `index`."""
        return self.tiling.image_of(self.slices[index][0], self.shape)

    @property
    def numbers(self) -> list[float]:
        """The constants that operations on the result need, in their order."""
        return numbers((*self.after, *self.pooled))

    @property
    def pooled(self) -> tuple[After, ...]:
        """What is done to each element once windows have been combined."""
        mean = () if self.pooled_mean is None else (After("mul", self.pooled_mean),)
        return (*mean, *self.after_pooling)

    @property
    def weight_count(self) -> int:
        """Elements of the weights as they lie in DRAM, bias included."""
        return sum(block.size for block in self._different().values()) // ELEMENT

    def block_count(self, turn: int) -> int:
        """Return how many blocks the core with most kernels has in a round."""
        return max(ceil(part.made / self.tiling.made) for part in self.parts[turn])

    def block(self, turn: int, core: int, number: int, index: int = 0) -> Block | None:
        """Return the weights of a core in a round: of block `number` those for slice `index`; None if it has none."""
        return self._blocks.get((turn, core, number, index))

    def packed(self, kernels: "Array", bias: "Array") -> "Array":
        """Return the weights as they lie in DRAM: block by block, the bias of each and the constants behind it.

        `kernels` has the axes kernel row, kernel column, channel of a group, output channel.
        """
        import numpy as np  # noqa: PLC0415

        pieces = []
        for (turn, core, _, index), block in self._different().items():
            begin = self.parts[turn][core].made_first + block.first
            own = slice(begin, begin + block.made)
            channel, channels = self.slices[index]
            inner = slice(channel, channel + channels) if self.shape.groups == 1 else slice(None)
            pieces.append(kernels[:, :, inner, own].ravel())
            if index == len(self.slices) - 1:
                pieces += [bias[own], np.array(self.numbers)]
        return np.concatenate(pieces).astype(np.float32)

    def _different(self) -> dict[tuple[int, int, int, int], Block]:
        """Return the blocks in the order in which they lie in DRAM, those of several cores once."""
        first: dict[int, tuple[int, int, int, int]] = {}
        for key, block in self._blocks.items():
            first.setdefault(block.offset, key)
        return {key: self._blocks[key] for key in first.values()}

    @cached_property
    def _blocks(self) -> dict[tuple[int, int, int, int], Block]:
        """By round, core, block and slice, in the order in which they lie in DRAM."""
        found: dict[tuple[int, int, int, int], Block] = {}
        offset = 0
        for turn, cores in enumerate(self.parts):
            like: dict[tuple[int, ...], int] = {}
            for core, part in enumerate(cores):
                if not part.weights:
                    continue
                one = like.setdefault(part.weights, core)
                if one != core:
                    found |= {(turn, core, *key[2:]): found[key] for key in list(found) if key[:2] == (turn, one)}
                    continue
                for number, (first, made) in enumerate(intervals(part.made, self.tiling.made)):
                    for index, (_, channels) in enumerate(self.slices):
                        elements = self.shape.weight_elements(made, channels)
                        behind = made + len(self.numbers) if index == len(self.slices) - 1 else 0
                        size = (elements + behind) * ELEMENT
                        found[turn, core, number, index] = Block(first, made, offset, size)
                        offset += size
        return found
