"""Recipes that give each pixel of an image from the same pixel of others: what is computed of a tile of pixels."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.recipes.recipe import Recipe
from dlpsim.compiler.recipes.space import Box, Loop
from dlpsim.compiler.recipes.tiled import Resident, Tiled
from dlpsim.compiler.recipes.writing import Operand
from dlpsim.networks.network import Network
from isa.operations import OPERATIONS

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ByPixel:
    """A recipe over pixels and their channels, of the operands `images`; it has `constants` elements of `numbers`."""

    tiled: Tiled
    images: tuple[str, ...]
    constants: int
    numbers: "Callable[[], NDArray[Any]]"

    @property
    def whole(self) -> bool:
        """Whether a tile must have all channels: they are combined."""
        return self.tiled.recipe.has_window

    def passes(self, rate: Mapping[str, int]) -> float:
        """Return what is computed for each element, in additions that would take as long."""
        usual = rate.get("ADD_32", 1)
        return sum(
            (one.window or 1) * usual / rate.get(f"{OPERATIONS[one.name].kind}_32", usual)
            for one in self.tiled.recipe.operations
        )

    def bytes(self, pixels: int, channels: int) -> int:
        """Return what the result and temporary results of a tile take in NRAM; the result comes first."""
        return self.tiled.bytes((pixels, channels))

    def computes(
        self, sizes: tuple[int, int], first: int, out: Spot, tiles: Sequence[Spot], numbers: Spot
    ) -> list[Compute]:
        """Return the instructions for a tile of so many pixels and channels, of which `first` is the first."""
        return self.tiled.computes(Box((0, first), sizes), out, tiles, numbers)


def by_pixel(network: Network, image: Sequence[int], recipe: Recipe, operands: Sequence[Operand]) -> ByPixel:
    """Return a recipe on images of a shape, and on constants that are one for all or for each channel."""
    pixels, channels = image[0] * image[2] * image[3], image[1]
    loops = (Loop(pixels, ()), Loop(channels, (), is_reduced=recipe.has_window))
    held = [one for one in operands if one.name in network.weights]
    images = [one for one in operands if one not in held]
    residents = {one.register: Resident(number * channels, (0, 1)) for number, one in enumerate(held)}
    behind = len(held) * channels
    residents |= {register: Resident(behind + n, (0, 0)) for n, register in enumerate(recipe.constants.values())}
    tiled = Tiled(recipe, loops, {one.register: (True, True) for one in images}, residents, (True, True))
    numbers = partial(_numbers, network, [one.name for one in held], list(recipe.constants))
    return ByPixel(tiled, tuple(one.name for one in images), behind + len(recipe.constants), numbers)


def _numbers(network: Network, held: Sequence[str], scalars: Sequence[float]) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    return np.concatenate([*(network.weights[name].array().reshape(-1) for name in held), scalars]).astype(np.float32)
