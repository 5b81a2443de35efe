"""Finds the tiling of a product that costs least, and what was better than the others about it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.limits import MOST_STEPS
from dlpsim.compiler.tiling.budget import Budget
from dlpsim.compiler.tiling.cost import Cost, at_least, cost, shared_bytes
from dlpsim.compiler.tiling.shape import Shape
from dlpsim.compiler.tiling.tiles import VECTOR, Cut, Need, Tiling, cut_columns, cut_rows, need, sizes

MOST_PRICED = 32
"""So many tilings, those whose lower bound is least, are counted through phase by phase."""


MOST_SEEN = 1.25
"""Columns are cut no further where tiles see no more than so many times the image, or where that takes no time."""

MOST_CHARGED = 0.1
"""Tilings whose steps are charged more than this part of the whole are not looked at if others fit."""

LEAST_PRICED = 4
"""So many are, also when they cannot be better than one that has been: to tell why."""

WORTH_OF_STEP = 1 / 50_000
"""What a step is charged in parts of the whole: without need, tiles are not small nor slack used up."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A tiling that fits, and what it costs; `price` has besides what its steps are charged."""

    tiling: Tiling
    cost: Cost
    price: float


@lru_cache(maxsize=4096)
def candidates(shape: Shape, budget: Budget, passes: int = 1) -> tuple[Candidate, ...]:
    """Return the best tilings, cheapest first; none if not even the smallest tile fits.

    `passes` are those over the output after it has been summed up. Where all have more steps than are allowed, the
    one with the fewest is the only one, and its cost what it takes at least.
    """
    compute = shape.pixels * shape.weight_elements(shape.made, shape.channels) / budget.macs
    found = _bounded(shape, budget, passes, compute * MOST_CHARGED / _charge(budget, compute))
    found = found or _bounded(shape, budget, passes, float("inf"))
    found.sort(key=lambda one: one[:2])
    priced: list[Candidate] = []
    least = float("inf")
    listed = [one for one in found if one[1] <= MOST_STEPS] or sorted(found, key=lambda one: one[1])
    for bound, steps, tiling, cuts in listed[:MOST_PRICED]:
        if (priced and steps > MOST_STEPS) or (bound >= least and len(priced) >= LEAST_PRICED):
            break
        if not _has_room(need(shape, *cuts, tiling), budget):
            continue
        is_listed = steps <= MOST_STEPS
        exact = cost(shape, tiling, cuts, budget, passes) if is_listed else Cost(bound, bound, 0, 0, 0, steps)
        price = exact.total + exact.steps * _charge(budget, exact.total)
        priced.append(Candidate(tiling, exact, price))
        least = min(least, price)
    return tuple(sorted(priced, key=lambda one: one.price))


def _bounded(
    shape: Shape, budget: Budget, passes: int, most_steps: float
) -> list[tuple[float, int, Tiling, tuple[Cut, Cut]]]:
    """Return the tilings of at most so many steps that fit, each with what it is charged at least, and its steps."""
    found = []
    for tiling, cuts in _fitting(shape, budget, most_steps):
        steps = _steps(shape, tiling, cuts)
        bound = at_least(shape, tiling, cuts, budget, passes)
        found.append((bound + steps * _charge(budget, bound), steps, tiling, cuts))
    return found


def _charge(budget: Budget, total: float) -> float:
    return budget.phase + total * WORTH_OF_STEP


def smallest(shape: Shape) -> Tiling:
    """Return the tiling of which everything is as small as can be."""
    if shape.groups > 1:
        return Tiling(1, 1, shape.made, shape.channels)
    return Tiling(1, 1, 1, 1)


def _steps(shape: Shape, tiling: Tiling, cuts: tuple[Cut, Cut]) -> int:
    return _areas(shape, cuts) * -(-shape.made // tiling.made) * -(-shape.channels // tiling.channels)


def _areas(shape: Shape, cuts: tuple[Cut, Cut]) -> int:
    return shape.images * cuts[0].count * cuts[1].count


def _fitting(shape: Shape, budget: Budget, most_steps: float) -> Iterator[tuple[Tiling, tuple[Cut, Cut]]]:
    """Yield the tilings of at most so many steps that fit.

    Columns are cut only where no rows fit as a whole, or so few that loading what several tiles see takes long; groups
    not at all.
    """
    keeps_rows = shape.pooling is not None and shape.pooling.keeps_rows
    row_cuts = [
        cut_rows(shape, size) for size in sizes(shape.stored_height) if not keeps_rows or shape.can_keep_rows(size)
    ]
    column_cuts = [cut_columns(shape, size) for size in sizes(shape.stored_width)]
    most_seen = _most_seen(shape, row_cuts[0].all * column_cuts[0].all, budget)
    for base in _depths(shape):
        most_areas = most_steps / _steps(shape, base, (row_cuts[0], column_cuts[0])) * shape.images
        if most_areas < shape.images or need(shape, row_cuts[-1], column_cuts[-1], base).wram > budget.wram:
            continue
        for columns in _fitting_columns(shape, row_cuts[-1], column_cuts, base, budget):
            allowed = [rows for rows in row_cuts if _areas(shape, (rows, columns)) <= most_areas]
            if not allowed:  # with narrower columns there are still more areas
                break
            fitting = _fitting_rows(shape, allowed, columns, base, budget)
            for rows in fitting:
                # where everything is loaded again in each step, or for nothing else, both orders are the same
                is_alike = base.made == shape.made or _areas(shape, (rows, columns)) == 1
                is_alike |= base.loaded == base.channels < shape.channels and not budget.image_parts
                for stay in (True,) if is_alike or keeps_rows else (True, False):
                    yield Tiling(rows.size, columns.size, base.made, base.channels, stay, base.loaded), (rows, columns)
            if fitting and shape.images * fitting[0].all * columns.all <= most_seen:
                break


def _most_seen(shape: Shape, once: int, budget: Budget) -> float:
    """Return how many pixels tiles may see in all without need for another cut, where there are `once` in an image."""
    pixels_a_cycle = budget.dram / (shape.channels * ELEMENT * budget.image_copies)
    compute = shape.pixels * shape.weight_elements(shape.made, shape.channels) / budget.macs
    return max(MOST_SEEN * shape.images * once, compute / 2 * pixels_a_cycle)


def _depths(shape: Shape) -> Iterator[Tiling]:
    """Yield tilings into output and input channels, of single pixels."""
    if shape.groups > 1:
        yield smallest(shape)
        return
    for made in sizes(shape.made, VECTOR):
        for channels in sizes(shape.channels, VECTOR):
            half = min(-(-shape.channels // (2 * channels)) * channels, shape.channels)
            for loaded in sorted({channels, half, shape.channels}):
                yield Tiling(1, 1, made, channels, image_channels=loaded)


def _has_room(needed: Need, budget: Budget) -> bool:
    """Whether there is room for tiles of images and results."""
    return needed.nram <= budget.nram and (not budget.shared or shared_bytes(needed, budget) <= budget.shared)


def _fitting_columns(
    shape: Shape, fewest_rows: Cut, cuts: Sequence[Cut], base: Tiling, budget: Budget
) -> Sequence[Cut]:
    """Return the cuts with which some rows may fit: the first, which may be a single tile, and those narrow enough."""

    def fits(columns: Cut) -> bool:
        return _has_room(need(shape, fewest_rows, columns, base), budget)

    return [cuts[0], *cuts[bisect_left(cuts, True, 1, key=fits) :]]


def _fitting_rows(shape: Shape, cuts: Sequence[Cut], columns: Cut, base: Tiling, budget: Budget) -> list[Cut]:
    """Return the cuts that fit: if one does, those after it do; the first, a single tile, is for itself."""

    def fits(rows: Cut) -> bool:
        return _has_room(need(shape, rows, columns, base), budget)

    first = [*filter(fits, cuts[:1])]
    return [*first, *cuts[bisect_left(cuts, True, 1, key=fits) :]] if len(cuts) > 1 and fits(cuts[-1]) else first
