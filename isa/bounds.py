"""How low and how high an address comes in the loops around it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from isa.address import Address, Counter
from isa.affine import MAX_PIECES, Piece, UndefinedError, pieces
from isa.operators import BY_SYMBOL, COMPARISON, NEGATE, is_too_large

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Extremes:
    """The smallest and the largest address, each with the counters at which it occurs, outermost first."""

    low: int
    low_at: tuple[int, ...]
    high: int
    high_at: tuple[int, ...]


def extremes(address: Address, counts: Sequence[int]) -> Extremes | None:
    """Return how low and how high `address` comes in loops that run `counts` times, each at least once.

    None where that is too much to work out. Raises UndefinedError where a divisor is 0 in some iteration.
    """
    found = pieces(address, counts)
    if found is None:
        return None
    low, low_at = min(piece.corner(-1) for piece in found)
    high, high_at = max(piece.corner(1) for piece in found)
    return Extremes(low, low_at, high, high_at)


def enclosing(address: Address, counts: Sequence[int]) -> Interval | None:
    """Return bounds that `address` keeps in loops that run `counts` times, each at least once; they may be wider.

    None where a divisor may be 0 or a bound too large.
    """
    stack: list[Interval] = []
    for step in address.steps:
        if isinstance(step, int):
            stack.append((step, step))
        elif isinstance(step, Counter):
            stack.append((0, counts[step.depth] - 1))
        elif step == NEGATE:
            low, high = stack[-1]
            stack[-1] = (-high, -low)
        else:
            right = stack.pop()
            found = _apply(step, stack[-1], right)
            if found is None or is_too_large(found[0]) or is_too_large(found[1]):
                return None
            stack[-1] = found
    return stack[0]


def stretches(address: Address, counts: Sequence[int], span: int) -> Iterator[tuple[float, float]]:
    """Yield where `span` bytes from `address` on may lie in loops that run `counts` times, each at least once.

    Each stretch is a first address and the one behind the last. Gaps between iterations are seen where they are few.
    """
    try:
        found = pieces(address, counts)
    except UndefinedError:
        found = None
    if found is not None:
        for piece in found:
            yield from ((low, high + span) for low, high in _runs(piece, span))
    elif bounds := enclosing(address, counts):
        yield bounds[0], bounds[1] + span
    else:
        yield float("-inf"), float("inf")


def _runs(piece: Piece, span: int) -> Iterator[Interval]:
    """Yield the smallest and the largest address of the iterations between which there are no gaps."""
    axes = list(zip(piece.coefficients, piece.rounds, strict=True))
    apart = [(factor, rounds) for factor, rounds in axes if abs(factor) > span and rounds > 1]
    if prod(rounds for _, rounds in apart) > MAX_PIECES:
        apart = []
    low, high = piece.corner(-1)[0], piece.corner(1)[0]
    low -= sum(min(0, factor * (rounds - 1)) for factor, rounds in apart)
    high -= sum(max(0, factor * (rounds - 1)) for factor, rounds in apart)
    for steps in product(*(range(rounds) for _, rounds in apart)):
        offset = sum(factor * q for (factor, _), q in zip(apart, steps, strict=True))
        yield low + offset, high + offset


def _apply(symbol: str, left: Interval, right: Interval) -> Interval | None:
    """Return bounds of `left symbol right`."""
    entry = BY_SYMBOL[symbol]
    if entry.precedence == COMPARISON:
        return (0, 1)
    if symbol == "-":
        return left[0] - right[1], left[1] - right[0]
    if symbol not in ("+", "*") and right[0] <= 0 <= right[1]:
        return None
    if symbol == "%":
        return _remainder(left, right)
    corners = [entry.apply(a, b) for a, b in product(left, right)]
    return min(corners), max(corners)


def _remainder(left: Interval, right: Interval) -> Interval:
    if right[0] == right[1] and left[0] // right[0] == left[1] // right[0]:
        ends = left[0] % right[0], left[1] % right[0]
        return min(ends), max(ends)
    return min(0, right[0] + 1), max(0, right[1] - 1)
