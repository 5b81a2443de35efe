"""Whether integers within bounds can meet several linear conditions at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from isa.check.reach import Budget, reaches

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Condition:
    """Σ factors[k]·x[k] is to lie between `low` and `high`, both included."""

    factors: tuple[int, ...]
    low: int
    high: int


def is_solvable(bounds: Sequence[Bounds], conditions: Sequence[Condition], window: Condition) -> bool:
    """Whether some x[k] within `bounds[k]` meet all `conditions` and come into `window`. Exact.

    The conditions should leave little choice; the window may leave as much as it likes.
    Raises TooInvolvedError where the search does not end soon.
    """
    return _search(list(bounds), conditions, window, Budget())


def _search(bounds: list[Bounds], conditions: Sequence[Condition], window: Condition, budget: Budget) -> bool:
    budget.spend()
    if not _narrow(bounds, (*conditions, window)):
        return False
    open_ = [condition for condition in conditions if not _is_met(bounds, condition)]
    if not open_:
        low = window.low - sum(factor * least for factor, (least, _) in zip(window.factors, bounds, strict=True))
        terms = ((factor, most - least) for factor, (least, most) in zip(window.factors, bounds, strict=True))
        return reaches(terms, low, low + window.high - window.low, budget)
    factors = open_[0].factors
    split = max(range(len(bounds)), key=lambda k: abs(factors[k]) * (bounds[k][1] - bounds[k][0]))
    least, most = bounds[split]
    middle = (least + most) // 2
    for half in ((least, middle), (middle + 1, most)):
        if _search([*bounds[:split], half, *bounds[split + 1 :]], open_, window, budget):
            return True
    return False


def _extent(bounds: Sequence[Bounds], condition: Condition) -> Bounds:
    low = high = 0
    for factor, (least, most) in zip(condition.factors, bounds, strict=True):
        if factor > 0:
            low += factor * least
            high += factor * most
        elif factor:
            low += factor * most
            high += factor * least
    return low, high


def _is_met(bounds: Sequence[Bounds], condition: Condition) -> bool:
    low, high = _extent(bounds, condition)
    return condition.low <= low and high <= condition.high


def _narrow(bounds: list[Bounds], conditions: Sequence[Condition]) -> bool:
    """Narrow `bounds` to what the conditions allow, one at a time; False where nothing is left."""
    for _ in range(4):
        before = list(bounds)
        for condition in conditions:
            if not _narrow_by(bounds, condition):
                return False
        if bounds == before:
            break
    return True


def _narrow_by(bounds: list[Bounds], condition: Condition) -> bool:
    low, high = _extent(bounds, condition)
    if low > condition.high or high < condition.low or not _has_multiple(bounds, condition):
        return False
    if condition.low <= low and high <= condition.high:
        return True
    for k, factor in enumerate(condition.factors):
        least, most = bounds[k]
        if not factor or least == most:
            continue
        size = abs(factor)
        # How far this one may go from the end at which the sum is lowest, and from the other.
        up, down = (condition.high - low) // size, (high - condition.low) // size
        if factor > 0:
            bounds[k] = max(least, most - down), min(most, least + up)
        else:
            bounds[k] = max(least, most - up), min(most, least + down)
        if bounds[k][0] > bounds[k][1]:
            return False
    return True


def _has_multiple(bounds: Sequence[Bounds], condition: Condition) -> bool:
    """Whether the window holds a value that the common divisor of the open factors allows."""
    base = divisor = 0
    for factor, (least, most) in zip(condition.factors, bounds, strict=True):
        base += factor * least
        if least != most:
            divisor = gcd(divisor, factor)
    if not divisor:
        return condition.low <= base <= condition.high
    return -(-(condition.low - base) // divisor) <= (condition.high - base) // divisor
