"""Holds what a run left in memory against what the program is expected to compute. Importing this imports NumPy.

y  max |a - b| ÷ max |b| = 2.1e-07, allowed 1e-04
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from isa.errors import DlpsimError
from isa.expected import expected, relative_error
from isa.program import Program

Arrays = Mapping[str, NDArray[Any]]

ALLOWED = {"f32": 1e-4, "f16": 2e-2, "i8": 0.0, "i32": 0.0}
"""The largest relative error by element type: rounding in another order is no mistake, and integers do not round."""


@dataclass(frozen=True)
class Comparison:
    """A tensor against its expectation: max |a − b| ÷ max |b| over its elements, and the most that is allowed.

    `reason` says why more than the usual is allowed.
    """

    tensor: str
    error: float
    allowed: float
    reason: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the tensor holds what is expected."""
        return self.error <= self.allowed


def verify(program: Program, inputs: Arrays, tensors: Arrays) -> tuple[Comparison, ...]:
    """Compare each tensor that `program` states an expectation for (`.expect`) with NumPy's result.

    `tensors` are those in DRAM after a run on `inputs`. Raises DlpsimError where the program states none.
    """
    references = expected(program, inputs)
    if not references:
        raise DlpsimError(f"{program.name}: cannot be checked: it states no .expect of a tensor in DRAM")
    dtypes = {tensor.name: tensor.dtype for tensor in program.dram_tensors}
    return tuple(
        Comparison(name, relative_error(tensors[name], reference), ALLOWED[dtypes[name]])
        for name, reference in references.items()
    )
