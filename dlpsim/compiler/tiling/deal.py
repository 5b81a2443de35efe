"""How a product is dealt out to the cores: by output channels or groups, by rows of the output, by images."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from math import ceil, gcd

from dlpsim.compiler.products.product import Part
from dlpsim.compiler.tiling.shape import Shape

SMALL_GROUP = 1024
"""A core works on several groups at a time if one has fewer weights than so many for each place of the kernel."""

MOST_OF_BUNDLE = 2048
"""How many it works on at a time: as many as have so many together."""


IDLE = Part(0, 0, 0, 0, 0)
"""The part of a core that has nothing to do."""


@dataclass(frozen=True)
class Deal:
    """What a core does at a time, `shape`, and for each round the part of each core. `by` says what is dealt out.

    Cores that follow each other have the same images and rows, if these are not all that is dealt out.
    """

    by: str
    shape: Shape
    parts: tuple[tuple[Part, ...], ...]

    @property
    def busy(self) -> int:
        """How many cores have something to do, at most, at a time."""
        return max(sum(part.weights is not None for part in turn) for turn in self.parts)

    @property
    def is_grid(self) -> bool:
        """Whether more than one thing is dealt out."""
        return " and " in self.by

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


def deals_to_clusters(shape: Shape, groups: int, cores: int, clusters: int) -> Iterator[Deal]:
    """Yield the ways to deal out a product to clusters of so many cores: to all, to half of them, and so on to one.

    What each cluster loads for itself is loaded less often if fewer take part.
    """
    used = clusters
    while used:
        for deal in deals(shape, groups, used * cores):
            idle = [IDLE] * ((clusters - used) * cores)
            yield replace(deal, parts=tuple((*turn, *idle) for turn in deal.parts))
        used //= 2


def deals(shape: Shape, groups: int, cores: int) -> Iterator[Deal]:
    """Yield the ways to deal out a product; `shape` is one group of it, with all that it makes."""
    made, channels = shape.made, shape.channels
    is_small = channels * made < SMALL_GROUP
    if groups == 1 or (made >= cores and not is_small):
        yield by_channels(shape, groups, cores)
    yield from _by_rows(shape, groups, cores)
    if groups > 1:
        for bundle in _bundles(channels, made, groups, cores):
            whole = _bundled(shape, bundle)
            numbers = [
                range(begin, min(begin + cores, groups // bundle)) for begin in range(0, groups // bundle, cores)
            ]
            parts = tuple(tuple(_bundle(whole, number) for number in turn) for turn in numbers)
            yield Deal("groups", whole, tuple((*turn, *[IDLE] * (cores - len(turn))) for turn in parts))


def by_channels(shape: Shape, groups: int, cores: int) -> Deal:
    """Deal out the output channels, of one group after the other."""
    return Deal("output channels", *_dealt(shape, groups, _Grid(1, 1, cores)))


def _by_rows(shape: Shape, groups: int, cores: int) -> Iterator[Deal]:
    """Deal out images and the stored rows, and perhaps output channels, or groups of channels, as well."""
    is_small = groups > 1 and shape.channels * shape.made < SMALL_GROUP
    for columns in (count for count in range(1, cores) if cores % count == 0):
        others = cores // columns
        images = gcd(others, shape.images)  # whole images: nothing is seen twice
        grid = _Grid(images, others // images, columns)
        if grid.rows > shape.stored_height or (grid.rows > 1 and shape.pooling and shape.pooling.keeps_rows):
            continue
        if is_small and groups % columns == 0:
            bundle = _bundled(shape, groups // columns)
            inner, by_bundle = _dealt(bundle, columns, replace(grid, columns=1))
            parts: tuple[tuple[Part, ...], ...] = (tuple(chain.from_iterable(zip(*by_bundle, strict=True))),)
        elif groups == 1 and columns <= shape.made:
            inner, parts = _dealt(shape, 1, grid)
        else:
            continue
        if inner.is_pointwise == shape.is_pointwise:
            yield Deal(grid.name("groups" if is_small else "output channels"), inner, parts)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Into how many parts images, rows and output channels are dealt out."""

    images: int
    rows: int
    columns: int

    def name(self, channels: str) -> str:
        """Say what is dealt out."""
        counts = {"images": self.images, "rows": self.rows, channels: self.columns}
        return " and ".join(what for what, count in counts.items() if count > 1)


def _dealt(shape: Shape, groups: int, grid: _Grid) -> tuple[Shape, tuple[tuple[Part, ...], ...]]:
    """Return what cores do: each some images, rows and output channels, of one group after the other."""
    down, across = split(shape.stored_height, grid.rows), split(shape.made, grid.columns)
    share = shape.images // grid.images
    parts = tuple(
        tuple(
            Part(group * shape.channels, group * shape.made + first, made, row, count, image)
            for image in range(0, shape.images, share)
            for row, count in down
            for first, made in across
        )
        for group in range(groups)
    )
    own = shape.with_rows(down[0][1]) if grid.rows > 1 else shape  # as a core that is at no edge: none needs more
    return replace(own, images=share, made=across[0][1]), parts


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
