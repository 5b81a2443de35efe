"""How a product is dealt out to the cores: by output channels, by rows of the output, or by groups of channels."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

from dlpsim.compiler.product import Part
from dlpsim.compiler.shape import Shape

SMALL_GROUP = 1024
"""A core works on several groups at a time if one has fewer weights than so many for each place of the kernel."""

MOST_OF_BUNDLE = 2048
"""How many it works on at a time: as many as have so many together."""


@dataclass(frozen=True)
class Deal:
    """What a core does at a time, `shape`, and for each round the part of each core. `by` says what is dealt out."""

    by: str
    shape: Shape
    parts: tuple[tuple[Part, ...], ...]

    @property
    def shares_image(self) -> bool:
        """Whether all cores work on the same channels of the same rows of the image."""
        return self.by == "output channels"

    @property
    def keeps_rows(self) -> bool:
        """Whether rows of the product that windows of its pooling share are kept for the next tile."""
        return self.shape.pooling is not None and self.shape.pooling.keeps_rows

    @property
    def splits_image(self) -> bool:
        """Whether a core works on part of the channels of a pixel of the image."""
        return any(part.first for turn in self.parts for part in turn)

    @property
    def splits_result(self) -> bool:
        """Whether a core makes part of the channels of a pixel of the result."""
        return any(part.made_first for turn in self.parts for part in turn)


def deals(shape: Shape, groups: int, cores: int) -> Iterator[Deal]:
    """Yield the ways to deal out a product; `shape` is one group of it, with all that it makes."""
    rows, made, channels = shape.stored_height, shape.made, shape.channels
    if groups == 1 or (made >= cores and channels * made >= SMALL_GROUP):
        yield by_channels(shape, groups, cores)
    keeps_rows = shape.pooling is not None and shape.pooling.keeps_rows
    if cores > 1 and rows >= cores and not keeps_rows and (groups == 1 or channels * made < SMALL_GROUP):
        yield from _by_rows(_bundled(shape, groups), cores)
    if groups > 1:
        for bundle in _bundles(channels, made, groups, cores):
            whole = _bundled(shape, bundle)
            numbers = [
                range(begin, min(begin + cores, groups // bundle)) for begin in range(0, groups // bundle, cores)
            ]
            parts = tuple(tuple(_bundle(whole, number) for number in turn) for turn in numbers)
            idle = Part(0, 0, 0, 0, 0)
            yield Deal("groups", whole, tuple((*turn, *[idle] * (cores - len(turn))) for turn in parts))


def by_channels(shape: Shape, groups: int, cores: int) -> Deal:
    """Deal out the output channels, of one group after the other."""
    rows, made, channels = shape.stored_height, shape.made, shape.channels
    parts = tuple(
        tuple(Part(group * channels, group * made + first, count, 0, rows) for first, count in split(made, cores))
        for group in range(groups)
    )
    return Deal("output channels", replace(shape, made=parts[0][0].made), parts)


def _by_rows(whole: Shape, cores: int) -> Iterator[Deal]:
    """Deal out the stored rows, if that can be done."""
    own = tuple(Part(0, 0, whole.made, first, count) for first, count in split(whole.stored_height, cores))
    inner = whole.with_rows(own[0].rows)  # as a core that is at no edge: none needs more
    if inner.is_pointwise == whole.is_pointwise:
        yield Deal("rows", inner, (own,))


def _bundled(group: Shape, count: int) -> Shape:
    """Return a product of so many groups."""
    return replace(group, channels=count * group.channels, made=count * group.made, groups=count)


def split(size: int, cores: int) -> list[tuple[int, int]]:
    """Return first and number of what each core has, as even as can be; some may have nothing."""
    share = ceil(size / cores)
    return [(min(core * share, size), max(0, min(share, size - core * share))) for core in range(cores)]


def _bundle(whole: Shape, number: int) -> Part:
    return Part(number * whole.channels, number * whole.made, whole.made, 0, whole.stored_height)


def _bundles(channels: int, made: int, groups: int, cores: int) -> Iterator[int]:
    """Yield numbers of groups that a core may work on at a time: those that divide all, and are not more than usual."""
    usual = max(1, min(ceil(groups / cores), MOST_OF_BUNDLE // (channels * made)))
    if channels * made < SMALL_GROUP or made < cores:
        yield from (count for count in range(usual, 0, -1) if groups % count == 0)
