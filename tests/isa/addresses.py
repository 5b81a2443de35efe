"""Random addresses, and what they are worth."""

from itertools import product

from hypothesis import strategies as st

from isa.address import Address, Counter, Step
from isa.operators import NEGATE, OPERATORS

COUNTERS = ("i", "j", "k")
"""The counters of three loops, outermost first."""


def _folded(steps: tuple[Step, ...]) -> bool:
    """Whether no operator stands behind constants only, as the assembler leaves it."""
    return all(
        not (step == NEGATE and isinstance(steps[index - 1], int))
        and not (isinstance(step, str) and step != NEGATE and _are_constants(steps[index - 2 : index]))
        for index, step in enumerate(steps)
    )


def _are_constants(steps: tuple[Step, ...]) -> bool:
    return all(isinstance(step, int) for step in steps)


def addresses() -> st.SearchStrategy[Address]:
    """Return addresses that depend on up to three counters, with all operators."""
    leaves = st.one_of(st.integers(-9, 9), st.builds(Counter, st.integers(0, 2))).map(lambda step: (step,))
    symbols = st.sampled_from(["+", "-", "*", "%", "//", *(entry.symbol for entry in OPERATORS)])

    def grown(inner: st.SearchStrategy[tuple[Step, ...]]) -> st.SearchStrategy[tuple[Step, ...]]:
        binary = st.builds(lambda left, right, symbol: (*left, *right, symbol), inner, inner, symbols)
        return binary | inner.map(lambda steps: (*steps, NEGATE))

    return st.recursive(leaves, grown, max_leaves=6).filter(_folded).map(Address)


def every_iteration(address: Address, counts: tuple[int, ...]) -> dict[tuple[int, ...], int | None]:
    """Return the address at each of the counters; None where a divisor is 0."""
    return {counters: _value(address, counters) for counters in product(*map(range, counts))}


def _value(address: Address, counters: tuple[int, ...]) -> int | None:
    try:
        return address.at(counters)
    except ZeroDivisionError:
        return None
