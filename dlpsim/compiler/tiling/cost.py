"""What a tiling of a product costs: cycle sums over the phases between syncs, each as long as its slowest unit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.tiling.budget import Budget
from dlpsim.compiler.tiling.shape import Shape
from dlpsim.compiler.tiling.tiles import (
    Cut,
    Need,
    Tiling,
    column_tiles,
    cut_columns,
    cut_rows,
    intervals,
    need,
    rooms,
    rounded,
    row_tiles,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a tiling takes, in cycles.

    `total` is the sum over its `steps` steps, one a phase; the MAC array is needed for `compute` of it, and DRAM for
    `dram`, of which `reread` is for what was loaded before. `edges` is how long the array waits for the first tiles,
    and for the last one to be stored.
    """

    total: float
    compute: float
    dram: float
    reread: float
    edges: float
    steps: int


def shared_bytes(needed: Need, budget: Budget) -> int:
    """Return the bytes of SharedRAM that a tiling takes."""
    return needed.image * budget.image_parts + needed.wram * budget.weight_parts


def stays_in_cluster(shape: Shape, rows: Cut, columns: Cut, tiling: Tiling, budget: Budget) -> bool:
    """Whether the SharedRAM has room for all tiles of the image, besides two for what comes next, and for weights."""
    if not budget.image_parts:
        return False
    channels = tiling.loaded
    count = shape.images * rows.count * columns.count * -(-shape.channels // channels)
    room = rows.most * columns.most * channels * ELEMENT
    weights = need(shape, rows, columns, tiling).wram * budget.weight_parts if budget.weight_parts else 0
    return (count + 2) * rounded(room) * budget.image_parts + weights <= budget.shared


def floor(shape: Shape, budget: Budget, passes: int) -> float:
    """Return about the cycles that no tiling can do with less than: all is moved once, while the array never waits.

    Windows with gaps between them can be loaded without these, which is not counted.
    """
    whole = Tiling(shape.stored_height, shape.stored_width, shape.made, shape.channels)
    cuts = cut_rows(shape, whole.rows), cut_columns(shape, whole.columns)
    once = _once(shape, whole, cuts, budget, passes)
    return max(once.compute, (once.image + once.weights + once.stored) / budget.dram)


def at_least(shape: Shape, tiling: Tiling, cuts: tuple[Cut, Cut], budget: Budget, passes: int) -> float:
    """Return about the cycles that a tiling cannot do with less than: what the MAC array, or DRAM, needs.

    The array waits for a first tile of everything, and the last one has to be stored.
    """
    rows, columns = cuts
    spatial = shape.images * rows.count * columns.count
    blocks, slices = -(-shape.made // tiling.made), -(-shape.channels // tiling.channels)
    images = -(-shape.channels // tiling.loaded)  # tiles of the image for one sum
    copies = image_times = blocks if images > 1 or (tiling.weights_stay and spatial > 1) else 1
    weights_times = spatial if slices > 1 or not tiling.weights_stay else 1
    if blocks * slices == 1:
        weights_times = 1
    if spatial * images == 1 or stays_in_cluster(shape, rows, columns, tiling, budget):
        image_times = 1
    once = _once(shape, tiling, cuts, budget, passes)
    dram = (once.image * image_times + once.weights * weights_times + once.stored) / budget.dram
    steps = spatial * blocks * slices
    edges = once.image / (spatial * images) + once.weights / (blocks * slices) + once.stored / (spatial * blocks)
    copied = copies * shape.images * rows.all * columns.all * shape.channels * ELEMENT / budget.copied
    return max(once.compute + edges / budget.dram, dram + once.compute / steps, copied if budget.image_parts else 0)


@dataclass(frozen=True, slots=True)
class _Once:
    """What a tiling needs if nothing is loaded again: bytes of DRAM's time for all cores, and cycles to compute."""

    image: float
    weights: float
    stored: float
    compute: float


def _once(shape: Shape, tiling: Tiling, cuts: tuple[Cut, Cut], budget: Budget, passes: int) -> _Once:
    rows, columns = cuts
    blocks, images = -(-shape.made // tiling.made), -(-shape.channels // tiling.loaded)
    seen = shape.images * rows.all * columns.all
    image = seen * images * _line(tiling.loaded, budget, is_cut=budget.splits_image or images > 1) * budget.image_copies
    weights = shape.weight_elements(shape.made, shape.channels) * ELEMENT * budget.weight_copies
    line = _line(tiling.made, budget, is_cut=budget.splits_result or blocks > 1)
    pixels = shape.images * rows.computed_all * columns.computed_all
    results = shape.images * shape.stored_height * shape.stored_width
    stored = (results + (pixels if shape.is_added else 0)) * blocks * line * budget.cores
    compute = pixels * shape.weight_elements(shape.made, shape.channels) / budget.macs
    compute += (passes * pixels + _pooling_passes(shape) * results) * shape.made / budget.elements
    return _Once(image, weights, stored, compute)


def cost(shape: Shape, tiling: Tiling, cuts: tuple[Cut, Cut], budget: Budget, passes: int) -> Cost:
    """Return what a tiling takes, phase by phase.

    `passes` are those over the output after it has been summed up. A tile of the image is loaded in the phase before
    it is needed; weights where DRAM is free, from when their room is.
    """
    import numpy as np  # noqa: PLC0415

    work = _Work(shape, tiling, cuts, budget, passes)
    compute, image, weights, stores = (np.ceil(one) for one in (work.compute, work.image, work.weights, work.stores))
    steps = len(compute)
    loaded = np.concatenate([image, np.zeros(2)])
    loaded[2:] += stores
    computed = np.concatenate([np.zeros(1), compute, np.zeros(1)])
    longest = np.maximum(computed, loaded)
    if budget.shared:
        longest[:steps] = np.maximum(longest[:steps], np.ceil(work.copied))
    changes = np.flatnonzero(weights)
    ends = np.union1d(changes[:: max(1, work.weight_rooms - 1)], changes[-1:])
    begins = np.concatenate([np.zeros(1, np.int64), ends + 1])
    wanted = np.add.reduceat(loaded + np.concatenate([weights, np.zeros(2)]), begins)
    total = float(np.maximum(np.add.reduceat(longest, begins), wanted).sum())
    dram = float(loaded.sum() + weights.sum())
    return Cost(
        total,
        float(compute.sum()),
        dram,
        dram - work.compulsory,
        float(image[0] + weights[0] + stores[-1]),
        steps,
    )


class _Work:
    """What each step of a tiling needs, in cycles: computing, loads of tiles and of weights, stores."""

    def __init__(self, shape: Shape, tiling: Tiling, cuts: tuple[Cut, Cut], budget: Budget, passes: int) -> None:
        import numpy as np  # noqa: PLC0415

        rows, columns = cuts
        by_row = np.array(row_tiles(shape, rows.size), float).T
        by_column = np.array(column_tiles(shape, columns.size), float).T
        stored, area, seen = (np.tile(np.outer(by_row[i], by_column[i]).ravel(), shape.images) for i in range(3))
        made = np.array([count for _, count in intervals(shape.made, tiling.made)], float)
        channels = np.array([count for _, count in intervals(shape.channels, tiling.channels)], float)
        areas, blocks, slices = len(area), len(made), len(channels)
        order = (blocks, areas, slices) if tiling.weights_stay else (areas, blocks, slices)
        by_stored, by_area, by_seen = (
            one[None, :, None] if tiling.weights_stay else one[:, None, None] for one in (stored, area, seen)
        )
        by_made = made[:, None, None] if tiling.weights_stay else made[None, :, None]
        is_last = np.arange(slices) == slices - 1
        per_weight = shape.taps / shape.groups
        compute = by_area * by_made * channels * per_weight / budget.macs
        elements = (by_area * passes + by_stored * _pooling_passes(shape)) * by_made
        compute = compute + is_last * elements / budget.elements
        images = -(-shape.channels // tiling.loaded)
        begins = [begin for begin, _ in intervals(shape.channels, tiling.channels)]
        own = [(begin, *tiling.image_of(begin, shape)) for begin in begins]
        is_cut = budget.splits_image or images > 1
        is_new = np.array([begin == first for begin, first, _ in own])
        lines = is_new * np.array([_line(count, budget, is_cut=is_cut) for *_, count in own])
        image = np.broadcast_to(by_seen * lines * budget.image_copies / budget.dram, order).copy()
        weights = (by_made * channels * per_weight + is_last * by_made) * ELEMENT * budget.weight_copies / budget.dram
        weights = np.broadcast_to(weights, order).copy()
        is_cut = budget.splits_result or blocks > 1
        line = np.array([_line(int(count), budget, is_cut=is_cut) for count in made]) * budget.cores / budget.dram
        by_line = line[:, None, None] if tiling.weights_stay else line[None, :, None]
        stores = np.broadcast_to(by_stored * by_line * is_last, order)
        self.compulsory = float(image[0].sum() if tiling.weights_stay else image[:, 0].sum())
        self.compulsory += float(weights[:, 0].sum() if tiling.weights_stay else weights[0].sum()) + float(stores.sum())
        if tiling.weights_stay and slices == 1:
            weights[:, 1:] = 0
        if not tiling.weights_stay and images == 1:
            image[:, 1:] = 0
        if blocks * slices == 1:
            weights.ravel()[1:] = 0
        if areas * images == 1:
            image.ravel()[1:] = 0
        own_bytes = is_new * np.array([count * ELEMENT for *_, count in own])
        self.copied = _copied((image > 0) * by_seen * own_bytes, weights * budget.dram, budget)
        if stays_in_cluster(shape, rows, columns, tiling, budget):
            (image if tiling.weights_stay else image.transpose(1, 0, 2))[1:] = 0
        if shape.is_added:
            added = np.broadcast_to(by_area * by_line * is_last, order)
            image += added
            self.compulsory += float(added.sum())
        self.compute = np.broadcast_to(compute, order).ravel()
        self.image, self.weights, self.stores = image.ravel(), weights.ravel(), stores.ravel()
        self.weight_rooms = budget.wram // rounded(rooms(shape, rows, columns, tiling).weights)


def _copied(image: "Array", weights: "Array", budget: Budget) -> "Array":
    """Return the cycles for which cores copy from SharedRAM: bytes of tiles that each takes, of weights that all do."""
    found = image * (budget.image_parts > 0) + weights * (budget.weight_parts > 0) / budget.weight_copies
    return (found / budget.copied).ravel()


def _pooling_passes(shape: Shape) -> int:
    """Return how many operations each stored element takes, after those on the product."""
    return shape.pooling.passes if shape.pooling else 0


def _line(channels: int, budget: Budget, *, is_cut: bool) -> int:
    """Return the bytes of DRAM's time that the channels of a pixel take: whole beats if pixels do not lie together."""
    return -(-channels * ELEMENT // budget.beat) * budget.beat if is_cut else channels * ELEMENT
