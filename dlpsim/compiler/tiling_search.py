"""Finds the tiling of a product that costs least, and what was better than the others about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from dlpsim.compiler.tiling import VECTOR, Cut, Shape, Tiling, cut_columns, cut_rows, need, sizes
from dlpsim.compiler.tiling_cost import Budget, Cost, at_least, cost

MOST_PRICED = 32
"""So many tilings, those whose lower bound is least, are counted through phase by phase."""


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

    `passes` are those over the output after it has been summed up.
    """
    found = []
    for tiling, cuts in _fitting(shape, budget):
        bound = at_least(shape, tiling, cuts, budget, passes)
        steps = _steps(shape, tiling, cuts)
        found.append((bound + steps * _charge(budget, bound), steps, tiling, cuts))
    found.sort(key=lambda one: one[:2])
    priced: list[Candidate] = []
    least = float("inf")
    for bound, _, tiling, cuts in found[:MOST_PRICED]:
        if bound >= least and len(priced) >= LEAST_PRICED:
            break
        exact = cost(shape, tiling, cuts, budget, passes)
        price = exact.total + exact.steps * _charge(budget, exact.total)
        priced.append(Candidate(tiling, exact, price))
        least = min(least, price)
    return tuple(sorted(priced, key=lambda one: one.price))


def _charge(budget: Budget, total: float) -> float:
    return budget.phase + total * WORTH_OF_STEP


def smallest(shape: Shape) -> Tiling:
    """Return the tiling of which everything is as small as can be."""
    if shape.groups > 1:
        return Tiling(1, 1, shape.made, shape.channels)
    return Tiling(1, 1, 1, 1)


def _steps(shape: Shape, tiling: Tiling, cuts: tuple[Cut, Cut]) -> int:
    spatial = shape.images * cuts[0].count * cuts[1].count
    return spatial * -(-shape.made // tiling.made) * -(-shape.channels // tiling.channels)


def _fitting(shape: Shape, budget: Budget) -> Iterator[tuple[Tiling, tuple[Cut, Cut]]]:
    """Yield the tilings that fit; columns are cut only where no rows fit as a whole, groups not at all."""
    row_cuts = [cut_rows(shape, size) for size in sizes(shape.out_height)]
    column_cuts = [cut_columns(shape, size) for size in sizes(shape.out_width)]
    is_grouped = shape.groups > 1
    for made in [shape.made] if is_grouped else sizes(shape.made, VECTOR):
        for channels in [shape.channels] if is_grouped else sizes(shape.channels, VECTOR):
            half = -(-shape.channels // (2 * channels)) * channels
            for loaded in sorted({channels, min(half, shape.channels), shape.channels}):
                base = Tiling(1, 1, made, channels, image_channels=loaded)
                if need(shape, row_cuts[-1], column_cuts[-1], base).wram > budget.wram:
                    continue
                for columns in column_cuts:
                    fitting = [rows for rows in row_cuts if _fits(shape, rows, columns, base, budget)]
                    for rows in fitting:
                        is_alike = made == shape.made or shape.images * rows.count * columns.count == 1
                        for stay in (True,) if is_alike else (True, False):
                            yield Tiling(rows.size, columns.size, made, channels, stay, loaded), (rows, columns)
                    if fitting:
                        break


def _fits(shape: Shape, rows: Cut, columns: Cut, tiling: Tiling, budget: Budget) -> bool:
    return need(shape, rows, columns, tiling).nram <= budget.nram
