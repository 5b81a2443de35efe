"""The constant operands of a network, which exist as numbers only when they are asked for."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod, sqrt
from typing import TYPE_CHECKING, Any, Protocol

from dlpsim.networks.value import NUMPY, Shape

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Source(Protocol):
    """Where the numbers of a weight come from."""

    def numbers(self, shape: Shape) -> "NDArray[Any]":
        """Return them, the same ones at every call."""
        ...


@dataclass(frozen=True)
class Weight:
    """A constant array. `is_trained` says whether training sets it: what counts as a parameter of the network."""

    shape: Shape
    source: Source
    dtype: str = "f32"
    is_trained: bool = True

    @property
    def size(self) -> int:
        """How many elements it has."""
        return prod(self.shape)

    def array(self) -> "NDArray[Any]":
        """Return its numbers; nothing keeps them."""
        return self.source.numbers(self.shape).astype(NUMPY[self.dtype], copy=False)


@dataclass(frozen=True)
class Filled:
    """The same number everywhere, which takes no memory."""

    number: float

    def numbers(self, shape: Shape) -> "NDArray[Any]":
        """Return a view of one number."""
        import numpy as np  # noqa: PLC0415

        return np.broadcast_to(np.float64(self.number), shape)


@dataclass(frozen=True)
class Normal:
    """Seeded random numbers of a normal distribution; each name has its own."""

    name: str
    mean: float = 0.0
    deviation: float = 1.0
    seed: int = 0

    def numbers(self, shape: Shape) -> "NDArray[Any]":
        """Draw them."""
        import numpy as np  # noqa: PLC0415

        generator = np.random.default_rng([self.seed, zlib.crc32(self.name.encode())])
        drawn = generator.standard_normal(shape, dtype=np.float32)
        drawn *= np.float32(self.deviation)
        drawn += np.float32(self.mean)
        return drawn


@dataclass(frozen=True)
class Uniform:
    """Seeded random numbers between two limits; each name has its own."""

    name: str
    low: float
    high: float
    seed: int = 0

    def numbers(self, shape: Shape) -> "NDArray[Any]":
        """Draw them."""
        import numpy as np  # noqa: PLC0415

        generator = np.random.default_rng([self.seed, zlib.crc32(self.name.encode())])
        drawn = generator.random(shape, dtype=np.float32)
        drawn *= np.float32(self.high - self.low)
        drawn += np.float32(self.low)
        return drawn


@dataclass(frozen=True)
class Stored:
    """Numbers that are in memory, or in a file that is mapped into it."""

    array: "NDArray[Any]" = field(compare=False)

    def numbers(self, shape: Shape) -> "NDArray[Any]":
        """Return them without a copy."""
        return self.array.reshape(shape)


@dataclass(frozen=True)
class Computed:
    """Numbers that follow from other weights."""

    compute: Callable[[], "NDArray[Any]"] = field(compare=False)

    def numbers(self, shape: Shape) -> "NDArray[Any]":
        """Compute them."""
        return self.compute().reshape(shape)


def he_deviation(fan_in: int, gain: float = 1.0) -> float:
    """Return the standard deviation that keeps the variance through relu, times `gain` (He et al. 2015)."""
    return gain * sqrt(2 / fan_in)


def lecun_deviation(fan_in: int, gain: float = 1.0) -> float:
    """Return the standard deviation that keeps the variance of a linear layer, times `gain` (LeCun et al. 1998)."""
    return gain * sqrt(1 / fan_in)
