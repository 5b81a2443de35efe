"""Addresses as affine functions of the counters, after the residues that `%` and `//` see have been told apart.

Where counter i is 2q or 2q + 1, `(i % 2) * P + i / 2 * T` is `T * q` or `P + T * q`: two pieces, each affine in q.
A counter that enters in no such way (a product of counters, a comparison) is told apart value by value.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import gcd, prod

from isa.address import Address, Counter
from isa.operators import BY_SYMBOL, NEGATE, is_too_large

MAX_PIECES = 1024
"""Most pieces that an address is taken apart into."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An address where each counter d is `residues[d] + periods[d] * q[d]`, with q[d] from 0 to `rounds[d] - 1`.

    It is then `base` plus the sum of `coefficients[d] * q[d]`. All tuples go by depth, outermost loop first.
    """

    residues: tuple[int, ...]
    periods: tuple[int, ...]
    rounds: tuple[int, ...]
    base: int
    coefficients: tuple[int, ...]

    def corner(self, sign: int) -> tuple[int, tuple[int, ...]]:
        """Return the largest address (`sign` 1) or the smallest (-1), and the counters at which it occurs."""
        ends = [(last - 1) * (sign * factor > 0) for last, factor in zip(self.rounds, self.coefficients, strict=True)]
        address = self.base + sum(factor * q for factor, q in zip(self.coefficients, ends, strict=True))
        rows = zip(self.residues, self.periods, ends, strict=True)
        return address, tuple(residue + period * q for residue, period, q in rows)


class UndefinedError(Exception):
    """A divisor is 0 where the counters are `counters`."""

    def __init__(self, counters: tuple[int, ...]) -> None:
        super().__init__(counters)
        self.counters = counters


def pieces(address: Address, counts: Sequence[int]) -> tuple[Piece, ...] | None:
    """Return the pieces of `address` in loops that run `counts` times, each at least once, outermost first.

    They cover every iteration, each once. None where there would be more than MAX_PIECES, or numbers too large.
    Raises UndefinedError where a divisor is 0 in some iteration.
    """
    periods = dict.fromkeys(address.counters, 1)
    while prod(min(period, counts[depth]) for depth, period in periods.items()) <= MAX_PIECES:
        try:
            return tuple(_split(address, counts, periods))
        except _Finer as finer:
            for depth, factor in finer.factors.items():
                periods[depth] = min(periods[depth] * factor, counts[depth]) if factor else counts[depth]
        except _TooLarge:
            break
    return None


@dataclass(frozen=True, slots=True)
class _Affine:
    """`base` plus the sum of `terms[d] * q[d]`; no term is 0."""

    base: int
    terms: dict[int, int]


class _Finer(Exception):  # noqa: N818
    """The residues must be told apart by these factors more; 0 asks for every value of the counter."""

    def __init__(self, factors: dict[int, int]) -> None:
        super().__init__(factors)
        self.factors = factors


class _TooLarge(Exception):  # noqa: N818
    pass


def _split(address: Address, counts: Sequence[int], periods: dict[int, int]) -> Iterator[Piece]:
    depths = range(len(counts))
    spans = [min(periods.get(depth, 1), counts[depth]) for depth in depths]
    for residues in product(*(range(span) for span in spans)):
        rounds = tuple(-(-(counts[depth] - residues[depth]) // spans[depth]) for depth in depths)
        start = {d: _Affine(residues[d], {d: spans[d]} if rounds[d] > 1 else {}) for d in address.counters}
        try:
            value = _evaluate(address, start, counts)
        except ZeroDivisionError:
            raise UndefinedError(residues) from None
        coefficients = tuple(value.terms.get(depth, 0) for depth in depths)
        yield Piece(residues, tuple(spans), rounds, value.base, coefficients)


def _evaluate(address: Address, counters: dict[int, _Affine], counts: Sequence[int]) -> _Affine:
    stack: list[_Affine] = []
    for step in address.steps:
        if isinstance(step, int):
            stack.append(_Affine(step, {}))
        elif isinstance(step, Counter):
            stack.append(counters[step.depth])
        elif step == NEGATE:
            stack[-1] = _scaled(stack[-1], -1)
        else:
            right = stack.pop()
            stack[-1] = _apply(step, stack[-1], right, counts)
    return stack[0]


def _apply(symbol: str, left: _Affine, right: _Affine, counts: Sequence[int]) -> _Affine:
    if not left.terms and not right.terms:
        value = BY_SYMBOL[symbol].apply(left.base, right.base)
        if is_too_large(value):
            raise _TooLarge
        return _Affine(value, {})
    if symbol in ("+", "-"):
        return _sum(left, right if symbol == "+" else _scaled(right, -1))
    if symbol == "*" and not (left.terms and right.terms):
        return _scaled(left, right.base) if left.terms else _scaled(right, left.base)
    if symbol in ("/", "//", "%") and not right.terms:
        return _divided(left, right.base, symbol == "%")
    # One counter fewer that varies is progress; the one with the fewest values costs least.
    varying = {**left.terms, **right.terms}
    raise _Finer({min(varying, key=lambda depth: counts[depth]): 0})


def _divided(left: _Affine, divisor: int, is_remainder: bool) -> _Affine:
    if needed := {depth: divisor // gcd(divisor, term) for depth, term in left.terms.items() if term % divisor}:
        raise _Finer({depth: abs(factor) for depth, factor in needed.items()})
    if is_remainder:
        return _Affine(left.base % divisor, {})
    return _Affine(left.base // divisor, {depth: term // divisor for depth, term in left.terms.items()})


def _sum(left: _Affine, right: _Affine) -> _Affine:
    terms = {depth: left.terms.get(depth, 0) + right.terms.get(depth, 0) for depth in {**left.terms, **right.terms}}
    return _Affine(left.base + right.base, {depth: term for depth, term in terms.items() if term})


def _scaled(value: _Affine, factor: int) -> _Affine:
    scaled = _Affine(value.base * factor, {depth: term * factor for depth, term in value.terms.items() if factor})
    if any(map(is_too_large, (scaled.base, *scaled.terms.values()))):
        raise _TooLarge
    return scaled
