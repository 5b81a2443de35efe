"""The operators of expressions: one table for the parser, the evaluator and the reference."""

import operator
from collections.abc import Callable
from dataclasses import dataclass

MAX_DIGITS = 4000
"""Most decimal digits of a value: keeps repeated squaring from filling the memory."""

_LIMIT: int = 10**MAX_DIGITS


@dataclass(frozen=True, slots=True)
class Operator:
    """A binary operator; the higher `precedence` binds tighter, equal ones group from the left."""

    symbol: str
    precedence: int
    apply: Callable[[int, int], int]
    summary: str


COMPARISON, SUM, PRODUCT, NEGATION = 1, 2, 3, 4
"""Precedences, lowest first."""

NEGATE = "negate"
"""What stands for the unary minus among the steps of an expression."""

OPERATORS = (
    Operator("*", PRODUCT, operator.mul, "product"),
    Operator("/", PRODUCT, operator.floordiv, "quotient, rounded down"),
    Operator("//", PRODUCT, operator.floordiv, "the same as `/`"),
    Operator("%", PRODUCT, operator.mod, "remainder of that quotient; has the sign of the divisor"),
    Operator("+", SUM, operator.add, "sum"),
    Operator("-", SUM, operator.sub, "difference"),
    Operator("==", COMPARISON, lambda a, b: int(a == b), "1 if equal, else 0"),
    Operator("!=", COMPARISON, lambda a, b: int(a != b), "1 if not equal, else 0"),
    Operator("<", COMPARISON, lambda a, b: int(a < b), "1 if less, else 0"),
    Operator("<=", COMPARISON, lambda a, b: int(a <= b), "1 if less or equal, else 0"),
    Operator(">", COMPARISON, lambda a, b: int(a > b), "1 if greater, else 0"),
    Operator(">=", COMPARISON, lambda a, b: int(a >= b), "1 if greater or equal, else 0"),
)
"""Every binary operator, tightest first."""

BY_SYMBOL = {entry.symbol: entry for entry in OPERATORS}


def is_too_large(value: int) -> bool:
    """Whether `value` has more than `MAX_DIGITS` decimal digits."""
    return not -_LIMIT < value < _LIMIT
