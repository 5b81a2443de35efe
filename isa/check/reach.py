"""Whether a sum of multiples can come into a window: Σ c·x in [low, high], each x from 0 to its own limit."""

from collections.abc import Iterable
from math import gcd

Term = tuple[int, int]
"""A factor c and the largest x that it is multiplied with."""


class TooInvolvedError(Exception):
    """The answer would take too long to find."""


class Budget:
    """Counts the steps of one search, and raises TooInvolvedError when there were too many."""

    MOST = 20_000

    def __init__(self) -> None:
        self._left = self.MOST

    def spend(self) -> None:
        """Count one step."""
        self._left -= 1
        if self._left < 0:
            raise TooInvolvedError


def reaches(terms: Iterable[Term], low: int, high: int, budget: Budget) -> bool:
    """Whether Σ c·x is in [low, high] for some x, each an integer from 0 to its limit (at least 0).

    Exact. Terms that come without gaps are joined, so that long loops over neighbouring rows cost nothing.
    """
    limits: dict[int, int] = {}
    for factor, limit in terms:
        if factor < 0:  # count x from its other end
            low, high = low - factor * limit, high - factor * limit
        if factor and limit:
            limits[abs(factor)] = limits.get(abs(factor), 0) + limit
    return _reaches(sorted(limits.items()), low, high, budget)


def _reaches(terms: list[Term], low: int, high: int, budget: Budget) -> bool:
    """Answer for positive factors in ascending order."""
    budget.spend()
    low, high = max(low, 0), min(high, sum(factor * limit for factor, limit in terms))
    if low > high or low == 0:
        return low <= high
    divisor = gcd(*(factor for factor, _ in terms))
    low, high = -(-low // divisor), high // divisor
    if low > high:
        return False
    terms = _joined([(factor // divisor, limit) for factor, limit in terms])
    while terms and terms[0][0] <= high - low + 1:  # the window, moved by each multiple, leaves no gap
        factor, limit = terms.pop(0)
        low -= factor * limit
    if low <= 0 or not terms:
        return low <= 0 <= high
    factor, limit = terms[-1]
    rest = terms[:-1]
    reach = sum(one * most for one, most in rest)
    first, last = max(0, -(-(low - reach) // factor)), min(limit, high // factor)
    return any(_reaches(rest, low - factor * x, high - factor * x, budget) for x in range(first, last + 1))


def _joined(terms: list[Term]) -> list[Term]:
    """Join what steps over exactly what the smaller factor reaches: 1·x + 8·y with x up to 7 is one term."""
    found: list[Term] = []
    for factor, limit in terms:
        if found:
            small, reach = found[-1]
            if factor % small == 0 and reach >= factor // small - 1:
                found[-1] = (small, reach + factor // small * limit)
                continue
        found.append((factor, limit))
    return found
