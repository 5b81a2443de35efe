"""What an entry of the operation table says, and what follows from it: sizes, NUM and regions.

NUM and shapes are expressions of the assembly language over the sizes of the operation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from isa.expression import Expression, parse_expression
from isa.lexer import tokenize
from isa.region import Region
from isa.vocabulary import DTYPE_BYTES, DTYPE_OF_WIDTH, SUM_TYPES

ACCUMULATE = "acc"
"""The option that combines the result with what the written operand holds."""

SPARSE = "sparse"
"""The option that lets NUM leave out computations with a zero."""


@dataclass(frozen=True, slots=True)
class OperandSpec:
    """An operand: its name, its shape, and the size that says how many elements apart its rows begin.

    `flipped_by` is the option under which it is stored transposed. An operand that `is_sum` has the type of sums,
    which is wider than that of what is added.
    """

    name: str
    shape: tuple[str, ...]
    leading: str = ""
    is_written: bool = False
    is_sum: bool = False
    flipped_by: str = ""

    def stored(self, options: Sequence[str]) -> tuple[str, ...]:
        """Return the shape in which it lies in memory."""
        return self.shape[::-1] if self.flipped_by in options else self.shape


@dataclass(frozen=True, slots=True)
class OperationSpec:
    """An operation: its operands in order, the written one first, its sizes, and its options.

    `dims` must be given; any number of `leading` may follow. `options` maps each option to what it changes. `num` is
    how many computations of `kind` (MAC, ADD, …) it takes. `meaning` is what the written operand becomes; what that
    is for NumPy arrays stands in `isa.meaning`.
    """

    name: str
    operands: tuple[OperandSpec, ...]
    dims: tuple[str, ...]
    leading: tuple[str, ...]
    options: Mapping[str, str]
    kind: str
    num: str
    summary: str
    meaning: str

    @property
    def sizes(self) -> tuple[str, ...]:
        """The names of all sizes, in the order in which they are written."""
        return self.dims + self.leading

    @property
    def inputs(self) -> tuple[OperandSpec, ...]:
        """The operands that are only read."""
        return tuple(operand for operand in self.operands if not operand.is_written)

    def named(self, dims: Sequence[int], options: Sequence[str]) -> dict[str, int]:
        """Return each size by its name; those that `dims` lacks have their default, which is rows without gaps."""
        values = dict(zip(self.sizes, dims, strict=False))
        for operand in self.operands:
            if operand.leading and operand.leading not in values:
                values[operand.leading] = evaluated(operand.stored(options)[-1], values)
        return {name: values[name] for name in self.sizes}

    def region(self, operand: OperandSpec, values: Mapping[str, int], options: Sequence[str], width: int) -> Region:
        """Return what `operand` occupies where the computations have `width` bits."""
        dtype = DTYPE_OF_WIDTH[width]
        if operand.is_sum:
            dtype = SUM_TYPES[dtype]
        shape = tuple(evaluated(size, values) for size in operand.stored(options))
        steps = (values[operand.leading], 1) if operand.leading else (1,)
        return Region(dtype, shape, tuple(step * DTYPE_BYTES[dtype] for step in steps))


def evaluated(expression: str, values: Mapping[str, int]) -> int:
    """Return the value of an expression of the table, such as `M*K*N`."""
    if expression in values:
        return values[expression]
    parsed = _parsed(expression)
    return parsed if isinstance(parsed, int) else parsed.evaluate(values)


def form(spec: OperationSpec) -> str:
    """Return how the operation is written: `matmul C A B M K N [lda ldb ldc] [acc] [ta] [tb]`."""
    required = [spec.name, *(operand.name.upper() for operand in spec.operands), *spec.dims]
    leading = [f"[{' '.join(spec.leading)}]"] if spec.leading else []
    return " ".join([*required, *leading, *(f"[{option}]" for option in spec.options)])


def expectation_options(spec: OperationSpec) -> tuple[str, ...]:
    """Return the options that say what the operation computes, and not how."""
    return tuple(option for option in spec.options if option not in (ACCUMULATE, SPARSE))


def expectation_form(spec: OperationSpec) -> str:
    """Return how the operation is written where it is applied to whole tensors: `matmul A B [ta] [tb]`."""
    options = (f"[{option}]" for option in expectation_options(spec))
    return " ".join([spec.name, *(operand.name.upper() for operand in spec.inputs), *options])


@cache
def _parsed(expression: str) -> Expression:
    return parse_expression(tokenize(expression), 0)[0]
