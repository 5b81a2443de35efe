"""From expression to address: names become values, loop counters stay."""

from collections.abc import Mapping
from functools import cache

from isa.address import Address, Counter, Step, fixed
from isa.expression import Expression, Load, apply
from isa.fault import Fault, LineError
from isa.operators import NEGATE

_COUNTERS = cache(Counter)

MAX_STEPS = 1000
"""Most values and operators of an address that depends on counters: keeps its value from filling the memory."""


def resolve(expression: Expression, values: Mapping[str, int | None], counters: Mapping[str, int]) -> Address:
    """Return the address that `expression` gives; `counters` maps each loop counter to the depth of its loop.

    Every other name must be in `values` with a value. Raises LineError where a constant part has no value, or where
    too much depends on counters.
    """
    if isinstance(expression, int):
        return fixed(expression)
    steps: list[Step] = []
    for step in expression.steps:
        if isinstance(step, int):
            steps.append(step)
        elif isinstance(step, Load):
            depth = counters.get(step.name)
            steps.append(_known(values[step.name]) if depth is None else _COUNTERS(depth))
        else:
            _append(steps, step.symbol, step.token)
    if len(steps) > MAX_STEPS:
        first = next(load.token for load in expression.loads if load.name in counters)
        raise LineError(Fault(first, f"an address with counters has at most {MAX_STEPS:,} values and operators"))
    return Address(tuple(steps))


def _append(steps: list[Step], symbol: str, token: int) -> None:
    """Append an operator, folded where its operands are constants."""
    right = steps[-1]
    if symbol == NEGATE:
        steps[-1:] = [-right] if isinstance(right, int) else [right, symbol]
    elif isinstance(right, int) and isinstance(left := steps[-2], int):
        steps[-2:] = [apply(symbol, token, left, right)]
    else:
        steps.append(symbol)


def _known(value: int | None) -> int:
    assert value is not None
    return value
