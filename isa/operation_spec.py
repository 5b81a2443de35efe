"""What an entry of the operation table says, and what follows from it: sizes, NUM and regions.

NUM and shapes are expressions of the assembly language over the sizes of the operation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from isa.expression import Expression, parse_expression
from isa.lexer import tokenize
from isa.region import Region
from isa.vocabulary import DTYPE_BYTES, DTYPE_OF_WIDTH, SUM_TYPES

ACCUMULATE = "acc"
"""The option that combines the result with what the written operand holds."""

COLUMN = "column"
"""The option that lets an operand be one column."""

SPARSE = "sparse"
"""The option that lets NUM leave out computations with a zero."""


@dataclass(frozen=True, slots=True)
class OperandSpec:
    """An operand: its name, its shape, and the sizes that say how many elements apart its rows begin.

    `leading` has one for each axis but the last, or for none: then it lies without gaps. `flipped_by` is the option
    under which it is stored transposed, `column_by` that under which it is one column, for all columns. An operand
    that `is_sum` has the type of sums, which is wider than that of what is added; one with a `dtype` always has that.
    """

    name: str
    shape: tuple[str, ...]
    leading: tuple[str, ...] = ()
    is_written: bool = False
    is_sum: bool = False
    flipped_by: str = ""
    column_by: str = ""
    dtype: str = ""

    def stored(self, options: Sequence[str]) -> tuple[str, ...]:
        """Return the shape in which it lies in memory."""
        if self.column_by in options:
            return self.shape[0], "1"
        return self.shape[::-1] if self.flipped_by in options else self.shape

    def steps(self, values: Mapping[str, int], options: Sequence[str]) -> tuple[int, ...]:
        """Return how many elements apart the elements of each axis lie; for sizes not in `values`, without gaps."""
        steps = [1]
        for axis, size in reversed(list(enumerate(self.stored(options)))[1:]):
            usual = evaluated(size, values) * steps[0]
            name = self.leading[axis - 1] if self.leading else ""
            steps.insert(0, values.get(name, usual))
        return tuple(steps)


@dataclass(frozen=True, slots=True)
class Setting:
    """A size that may be left out: what it is then, an expression over the sizes before it, and its least value."""

    default: str
    least: int = 1


@dataclass(frozen=True, slots=True)
class OperationSpec:
    """An operation: its operands in order, the written one first, its sizes, and its options.

    `dims` must be given; any number of `settings`, then of `leading`, may follow. `options` maps each option to what
    it changes. `num` is how many computations of `kind` (MAC, ADD, …) it takes. `meaning` is what the written operand
    becomes; what that is for NumPy arrays stands in `isa.meaning`. `rules` are expressions over the sizes that may
    not be 0, each with what to say if it is.
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
    settings: Mapping[str, Setting] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def sizes(self) -> tuple[str, ...]:
        """The names of all sizes, in the order in which they are written."""
        return (*self.dims, *self.settings, *self.leading)

    @property
    def is_told_by_shapes(self) -> bool:
        """Whether it can work on whole tensors: inputs have two axes each, and their shapes give all sizes."""
        axes = {size for operand in self.inputs for size in operand.shape}
        return axes == set(self.dims) and all(len(operand.shape) == 2 for operand in self.inputs)

    @property
    def inputs(self) -> tuple[OperandSpec, ...]:
        """The operands that are only read."""
        return tuple(operand for operand in self.operands if not operand.is_written)

    def named(self, dims: Sequence[int], options: Sequence[str]) -> dict[str, int]:
        """Return each size by its name; those that `dims` lacks have their default, which is rows without gaps."""
        values = dict(zip(self.sizes, dims, strict=False))
        for name, setting in self.settings.items():
            if name not in values:
                values[name] = evaluated(setting.default, values)
        for operand in self.operands:
            values |= dict(zip(operand.leading, operand.steps(values, options), strict=False))
        return {name: values[name] for name in self.sizes}

    def least(self, name: str, values: Mapping[str, int], options: Sequence[str]) -> tuple[int, str]:
        """Return the least value of a size, and the size that it follows from: rows that are written do not overlap."""
        if name in self.settings:
            return self.settings[name].least, ""
        for operand in self.operands:
            if name in operand.leading:
                axis, shape = operand.leading.index(name), operand.stored(options)
                if not operand.is_written or evaluated(shape[axis], values) == 1:
                    return 0, ""
                step = operand.steps(values, options)[axis + 1]
                inner = operand.leading[axis + 1] if axis + 1 < len(operand.leading) else ""
                return evaluated(shape[axis + 1], values) * step, f"{shape[axis + 1]}*{inner}" if inner else shape[-1]
        return 1, ""

    def region(self, operand: OperandSpec, values: Mapping[str, int], options: Sequence[str], width: int) -> Region:
        """Return what `operand` occupies where the computations have `width` bits."""
        dtype = operand.dtype or DTYPE_OF_WIDTH[width]
        if operand.is_sum:
            dtype = SUM_TYPES[dtype]
        shape = tuple(evaluated(size, values) for size in operand.stored(options))
        steps = operand.steps(values, options)
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
    optional = [f"[{' '.join(names)}]" for names in (spec.settings, spec.leading) if names]
    return " ".join([*required, *optional, *(f"[{option}]" for option in spec.options)])


def expectation_options(spec: OperationSpec) -> tuple[str, ...]:
    """Return the options that say what the operation computes, and not how."""
    return tuple(option for option in spec.options if option not in (ACCUMULATE, COLUMN, SPARSE))


def expectation_form(spec: OperationSpec) -> str:
    """Return how the operation is written where it is applied to whole tensors: `matmul A B [ta] [tb]`."""
    options = (f"[{option}]" for option in expectation_options(spec))
    return " ".join([spec.name, *(operand.name.upper() for operand in spec.inputs), *options])


@cache
def _parsed(expression: str) -> Expression:
    return parse_expression(tokenize(expression), 0)[0]
