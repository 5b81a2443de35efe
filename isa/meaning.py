"""What each operation means for NumPy arrays, and how results become elements of a memory.

An operation on f32 is computed in f32. On f16 it is computed in f32, also its sums, and the result is rounded once.
On i8 it is computed exactly, or in f64 where it is not whole, then rounded to the nearest integer (ties to even); an
i8 result stays at its largest or smallest value where it would be beyond, and NaN becomes 0; an i32 sum wraps around.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isa.operation_spec import ACCUMULATE, OperationSpec

Array = NDArray[Any]

NUMPY_TYPES = {"f32": np.float32, "f16": np.float16, "i8": np.int8, "i32": np.int32, "u8": np.uint8}
"""The NumPy type of each element type."""

_WORKING_TYPES = {"f32": np.float32, "f16": np.float32, "i8": np.float64, "i32": np.float64}

MEANINGS: dict[str, Callable[..., Array]] = {
    "matmul": np.matmul,
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "max": np.maximum,
    "min": np.minimum,
    "relu": lambda a, out=None: np.maximum(a, 0, out=out),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "copy": np.positive,
    "transpose": lambda a, out=None: np.positive(a.T, out=out),
    "row_sum": lambda a, out=None: np.add.reduce(a, axis=1, out=out),
    "row_max": lambda a, out=None: np.maximum.reduce(a, axis=1, out=out),
    "row_min": lambda a, out=None: np.minimum.reduce(a, axis=1, out=out),
    "column_sum": lambda a, out=None: np.add.reduce(a, axis=0, out=out),
    "column_max": lambda a, out=None: np.maximum.reduce(a, axis=0, out=out),
    "column_min": lambda a, out=None: np.minimum.reduce(a, axis=0, out=out),
}
"""What each operation makes of its inputs, arrays of two axes, in their type. `out`, if given, takes the result."""

_COMBINE: dict[str, Callable[[Array, Array], Array]] = {
    "MAC": np.add,
    "ADD": np.add,
    "MAX": np.maximum,
    "MIN": np.minimum,
}


def carry_out(spec: OperationSpec, options: Sequence[str], written: Array, inputs: Sequence[Array], dtype: str) -> None:
    """Perform `spec` on views of memories whose inputs are of `dtype`; they may overlap."""
    working = _WORKING_TYPES[dtype]
    operands = [array.astype(working, copy=False) for array in inputs]
    with np.errstate(all="ignore"):
        if ACCUMULATE in options:
            result = _COMBINE[spec.kind](written.astype(working, copy=False), MEANINGS[spec.name](*operands))
            written[...] = as_stored(result, written.dtype)
        elif written.dtype == working:
            MEANINGS[spec.name](*operands, out=written)
        else:
            written[...] = as_stored(MEANINGS[spec.name](*operands), written.dtype)


def as_stored(result: Array, dtype: np.dtype[Any]) -> Array:
    """Return `result` as integers of a memory would hold it; floating-point types round when they are assigned."""
    if dtype == np.int8:
        saturated: Array = np.clip(np.nan_to_num(np.rint(result), posinf=127, neginf=-128), -128, 127)
        return saturated
    return result.astype(np.int64).astype(np.int32) if dtype == np.int32 else result
