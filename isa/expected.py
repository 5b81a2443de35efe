"""What a program is expected to compute, worked out in f64. Importing this module imports NumPy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isa.errors import Diagnostic, DlpsimError
from isa.expectation import grid
from isa.fault import quoted
from isa.inputs import checked_inputs
from isa.meaning import MEANINGS, NUMPY_TYPES, as_stored
from isa.operations import OPERATIONS
from isa.program import Expect, Program
from isa.vocabulary import SUM_TYPES

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Value:
    """The values of a tensor or of a result, and the element type that they would have in memory."""

    values: Values
    dtype: str


def expected(program: Program, inputs: Mapping[str, NDArray[Any]]) -> dict[str, Values]:
    """Return what each tensor in DRAM that the program has an expectation for should hold, in its shape.

    Sums and products of floating-point elements are not rounded but to f64; elements of i8 saturate as they do in
    memory. `inputs` as for `isa.interpreter.interpret`, and raises DlpsimError as that does. An operand is what was
    given, or what an expectation above says.
    """
    arrays = checked_inputs(program, inputs)
    known = {
        tensor.name: _Value(arrays[tensor.name].astype(np.float64), tensor.dtype)
        for tensor in program.dram_tensors
        if tensor.name in arrays
    }
    for expect in program.expects:
        known[expect.result] = _result(program, expect, known)
    shapes = {tensor.name: tensor.shape for tensor in program.dram_tensors}
    results = {expect.result for expect in program.expects}
    return {name: known[name].values.reshape(shapes[name]) for name in shapes if name in results}


def relative_error(values: NDArray[Any], reference: NDArray[Any]) -> float:
    """Return max |values − reference| ÷ max |reference|.

    Equal arrays differ by 0, also where both hold NaN or the same infinity in the same places; arrays of which one
    holds NaN or infinity where the other does not differ infinitely.
    """
    a, b = values.astype(np.float64), reference.astype(np.float64)
    finite = np.isfinite(a) & np.isfinite(b)
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return float("inf")
    difference = float(np.abs(a[finite] - b[finite]).max(initial=0.0))
    size = float(np.abs(b[finite]).max(initial=0.0))
    return difference / size if size else (0.0 if difference == 0 else float("inf"))


def _result(program: Program, expect: Expect, known: Mapping[str, _Value]) -> _Value:
    """Return what `expect` says; each operand as the rows and columns that the operation works on."""
    spec = OPERATIONS[expect.operation]
    unknown = [name for name in expect.operands if name not in known]
    if unknown:
        message = f"{quoted(unknown[0])} has no value: it is no input, and no expectation above says what it is to be"
        raise DlpsimError(str(Diagnostic(program.name, message, expect.line, 0, program.text(expect.line))))
    operands = []
    for operand, name in zip(spec.inputs, expect.operands, strict=True):
        values = known[name].values
        array = values.reshape(grid(values.shape))
        operands.append(array.T if operand.flipped_by in expect.options else array)
    dtype = known[expect.operands[0]].dtype
    kept = SUM_TYPES[dtype] if spec.operands[0].is_sum else dtype
    with np.errstate(all="ignore"):
        result = MEANINGS[spec.name](*operands)
        return _Value(as_stored(result, np.dtype(NUMPY_TYPES[kept])).astype(np.float64), kept)
