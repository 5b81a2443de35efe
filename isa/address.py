"""Addresses: byte offsets into a memory, fixed or dependent on the counters of the loops around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from isa.operators import BY_SYMBOL, NEGATE, NEGATION

_VALUE = NEGATION + 1
_ORDER = {NEGATE: NEGATION, **{symbol: entry.precedence for symbol, entry in BY_SYMBOL.items()}}
_APPLY = {symbol: entry.apply for symbol, entry in BY_SYMBOL.items()}


@dataclass(frozen=True, slots=True)
class Counter:
    """The step that pushes the counter of a loop; `depth` 0 is the outermost loop around the instruction."""

    depth: int


Step = int | Counter | str


@dataclass(frozen=True, slots=True)
class Address:
    """A byte address as postfix steps: integers, counters and operators (symbols, or NEGATE), with constants folded.

    Names are gone: equal steps are equal addresses, wherever they were written.
    """

    steps: tuple[Step, ...]

    @property
    def constant(self) -> int | None:
        """The address where it depends on no counter; None where it does."""
        first = self.steps[0]
        return first if len(self.steps) == 1 and isinstance(first, int) else None

    @property
    def counters(self) -> frozenset[int]:
        """The depths of the loops on whose counters the address depends."""
        return frozenset(step.depth for step in self.steps if isinstance(step, Counter))

    def at(self, counters: Sequence[int]) -> int:
        """Return the address where the loops around the instruction, outermost first, are at `counters`.

        Raises ZeroDivisionError where a counter makes a divisor 0.
        """
        stack: list[int] = []
        for step in self.steps:
            if isinstance(step, int):
                stack.append(step)
            elif isinstance(step, Counter):
                stack.append(counters[step.depth])
            elif step == NEGATE:
                stack[-1] = -stack[-1]
            else:
                right = stack.pop()
                stack[-1] = _APPLY[step](stack[-1], right)
        return stack[0]

    def text(self, names: Sequence[str]) -> str:
        """Return the address as an expression of the assembly language; `names` are the counters', outermost first."""
        stack: list[tuple[str, int]] = []
        for step in self.steps:
            if isinstance(step, int):
                stack.append((str(step), NEGATION if step < 0 else _VALUE))
            elif isinstance(step, Counter):
                stack.append((names[step.depth], _VALUE))
            elif step == NEGATE:
                stack[-1] = (f"-{_enclosed(stack[-1], NEGATION)}", NEGATION)
            else:
                right, left = stack.pop(), stack.pop()
                stack.append(_joined(step, left, right))
        return stack[0][0]


def fixed(value: int) -> Address:
    """Return the address that is always `value`."""
    return Address((value,))


def _joined(symbol: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
    """Return `left symbol right` with its precedence; comparisons, which do not chain, enclose each other."""
    order = _ORDER[symbol]
    first = _enclosed(left, order + 1 if order == min(_ORDER.values()) else order)
    return f"{first} {symbol} {_enclosed(right, order + 1)}", order


def _enclosed(part: tuple[str, int], least: int) -> str:
    """Return the text of `part`, in parentheses where it binds less tightly than `least`."""
    text, order = part
    return text if order >= least else f"({text})"
