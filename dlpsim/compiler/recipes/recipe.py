"""What is computed of a tile: operations of the table, one after the other, on registers that hold tiles."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum


class Form(Enum):
    """What an operation makes of its operands."""

    EACH = "an element of each element"
    REDUCE = "one element of all along the reduced axes"
    WINDOW = "an element of its neighbours along the reduced axes"


BINARY = ("add", "sub", "mul", "div", "max", "min", "where")
"""Operations of two operands."""


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation that makes register `made` of others. `window` is the size of that of a WINDOW."""

    name: str
    made: int
    taken: tuple[int, ...]
    form: Form = Form.EACH
    window: int = 0


@dataclass
class Recipe:
    """A sequence of operations in the making.

    Registers are numbered in the order in which they come into being: operands (by the names of values and weights),
    constants, results. They broadcast against each other.
    """

    operands: dict[str, int] = field(default_factory=dict)
    constants: dict[float, int] = field(default_factory=dict)
    operations: list[Apply] = field(default_factory=list)
    _count: int = 0

    def operand(self, name: str) -> int:
        """Return the register of an operand."""
        if name not in self.operands:
            self.operands[name] = self._next()
        return self.operands[name]

    def constant(self, number: float) -> int:
        """Return the register of a constant."""
        if number not in self.constants:
            self.constants[number] = self._next()
        return self.constants[number]

    def apply(self, name: str, *taken: int) -> int:
        """Add an operation on each element; return its result."""
        return self._add(name, taken, Form.EACH)

    def reduce(self, name: str, taken: int) -> int:
        """Add the "sum", "prod" (product), "max" or "min" of all elements along the reduced axes; return it."""
        return self._add(name, (taken,), Form.REDUCE)

    def window_sum(self, taken: int, window: int) -> int:
        """Add for each element the sum of its neighbours along the reduced axes; return it."""
        return self._add("window_sum", (taken,), Form.WINDOW, window)

    def with_constant(self, name: str, taken: int, number: float) -> int:
        """Add an operation of a register and a constant; return its result."""
        return self.apply(name, taken, self.constant(number))

    @property
    def result(self) -> int:
        """The register that was made last."""
        return self.operations[-1].made

    @property
    def has_window(self) -> bool:
        """Whether neighbours must lie together."""
        return any(operation.form is Form.WINDOW for operation in self.operations)

    def _add(self, name: str, taken: Sequence[int], form: Form, window: int = 0) -> int:
        made = self._next()
        self.operations.append(Apply(name, made, tuple(taken), form, window))
        return made

    def _next(self) -> int:
        self._count += 1
        return self._count - 1
