"""What each operation means for NumPy arrays, and how results become elements of a memory.

An operation on f32 is computed in f32. On f16 it is computed in f32, also its sums, and the result is rounded once.
On i8 it is computed exactly, or in f64 where it is not whole, then rounded to the nearest integer (ties to even); an
i8 result stays at its largest or smallest value where it would be beyond, and NaN becomes 0; an i32 sum wraps around.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import erf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isa.image_meaning import Sizes, conv, max_pool, sum_pool
from isa.operation_spec import ACCUMULATE
from isa.operations import OPERATIONS
from isa.program import Operation

Array = NDArray[Any]

NUMPY_TYPES = {"f32": np.float32, "f16": np.float16, "i8": np.int8, "i32": np.int32, "u8": np.uint8}
"""The NumPy type of each element type."""

_WORKING_TYPES = {"f32": np.float32, "f16": np.float32, "i8": np.float64, "i32": np.float64}


class GatherError(Exception):
    """A number of a row is beyond the rows."""


def _sigmoid(a: Array, out: Array | None = None) -> Array:
    result: Array = np.divide(1, 1 + np.exp(-a), out=out)
    return result


def _erf(a: Array, out: Array | None = None) -> Array:
    """Compute the error function element by element: NumPy has none."""
    values = np.fromiter(map(erf, a.ravel().tolist()), a.dtype, a.size).reshape(a.shape)
    result: Array = np.positive(values, out=out)
    return result


def _gelu(a: Array, out: Array | None = None) -> Array:
    result: Array = np.multiply(a, (1 + _erf(a / a.dtype.type(sqrt(2)))) / 2, out=out)
    return result


def _where(a: Array, b: Array, out: Array | None = None) -> Array:
    result: Array = np.positive(np.where(b > 0, a, a.dtype.type(0)), out=out)
    return result


def _scale_shift(a: Array, s: Array, b: Array, out: Array | None = None) -> Array:
    result: Array = np.add(a * s, b, out=out)
    return result


def _gather(a: Array, i: Array, out: Array | None = None) -> Array:
    wrong = i[(i < 0) | (i >= len(a))]
    if wrong.size:
        raise GatherError(f"there is no row {wrong[0]}: A has rows 0 to {len(a) - 1}")
    result: Array = np.positive(a[i], out=out)
    return result


MEANINGS: dict[str, Callable[..., Array]] = {
    "matmul": np.matmul,
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "max": np.maximum,
    "min": np.minimum,
    "where": _where,
    "relu": lambda a, out=None: np.maximum(a, 0, out=out),
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "erf": _erf,
    "gelu": _gelu,
    "copy": np.positive,
    "transpose": lambda a, out=None: np.positive(a.T, out=out),
    "row_sum": lambda a, out=None: np.add.reduce(a, axis=1, out=out),
    "row_max": lambda a, out=None: np.maximum.reduce(a, axis=1, out=out),
    "row_min": lambda a, out=None: np.minimum.reduce(a, axis=1, out=out),
    "column_sum": lambda a, out=None: np.add.reduce(a, axis=0, out=out),
    "column_max": lambda a, out=None: np.maximum.reduce(a, axis=0, out=out),
    "column_min": lambda a, out=None: np.minimum.reduce(a, axis=0, out=out),
    "scale_shift": _scale_shift,
    "gather": _gather,
    "index": np.rint,
}
"""What each operation makes of its inputs, arrays of two axes, in their type. `out`, if given, takes the result."""


def _window_sum(sizes: Sizes, a: Array) -> Array:
    before = (sizes["W"] - 1) // 2
    padded = np.pad(a, ((0, 0), (before, sizes["W"] - 1 - before)))
    result: Array = np.lib.stride_tricks.sliding_window_view(padded, sizes["W"], axis=1).sum(axis=2, dtype=a.dtype)
    return result


SIZED_MEANINGS: dict[str, Callable[..., Array]] = {
    "window_sum": _window_sum,
    "conv": conv,
    "max_pool": max_pool,
    "sum_pool": sum_pool,
}
"""What the operations mean whose result does not follow from the shapes of their inputs: they take sizes by name."""

_COMBINE: dict[str, Callable[[Array, Array], Array]] = {
    "MAC": np.add,
    "ADD": np.add,
    "MAX": np.maximum,
    "MIN": np.minimum,
}


def carry_out(operation: Operation, written: Array, inputs: Sequence[Array], dtype: str) -> None:
    """Perform `operation` on views of memories; they may overlap. Inputs without a type of their own are of `dtype`.

    Raises GatherError.
    """
    spec, options = OPERATIONS[operation.name], operation.options
    working = _WORKING_TYPES[dtype]
    operands = [
        array if operand.dtype else array.astype(working, copy=False)
        for operand, array in zip(spec.inputs, inputs, strict=True)
    ]
    meaning = MEANINGS.get(spec.name)
    with np.errstate(all="ignore"):
        if meaning and written.dtype == working and ACCUMULATE not in options:
            meaning(*operands, out=written)
            return
        result = (meaning or partial(SIZED_MEANINGS[spec.name], dict(zip(spec.sizes, operation.dims, strict=True))))(
            *operands
        )
        if ACCUMULATE in options:
            result = _COMBINE[spec.kind](written.astype(working, copy=False), result)
        written[...] = as_stored(result, written.dtype)


def as_stored(result: Array, dtype: np.dtype[Any]) -> Array:
    """Return `result` as integers of a memory would hold it; floating-point types round when they are assigned."""
    if dtype == np.int8:
        saturated: Array = np.clip(np.nan_to_num(np.rint(result), posinf=127, neginf=-128), -128, 127)
        return saturated
    return result.astype(np.int64).astype(np.int32) if dtype == np.int32 else result
