"""The operation table: what a compute can do, one entry each.

Assembler, interpreter, checks and the table of the reference follow from these entries.
"""

from collections.abc import Sequence

from isa.image_operations import IMAGE_OPERATIONS
from isa.operation_spec import ACCUMULATE, COLUMN, SPARSE, OperandSpec, OperationSpec
from isa.program import Operation

_GRID = ("M", "N")
_ADDS = {ACCUMULATE: "adds to what C holds"}


def _binary(name: str, kind: str, summary: str, meaning: str) -> OperationSpec:
    """Return an elementwise operation of two operands."""
    return OperationSpec(
        name=name,
        operands=(
            OperandSpec("c", _GRID, ("ldc",), is_written=True),
            OperandSpec("a", _GRID, ("lda",)),
            OperandSpec("b", _GRID, ("ldb",), column_by=COLUMN),
        ),
        dims=_GRID,
        leading=("lda", "ldb", "ldc"),
        options={COLUMN: "B is one column, for all columns of A"},
        kind=kind,
        num="M*N",
        summary=summary,
        meaning=meaning,
    )


def _unary(name: str, kind: str, summary: str, meaning: str, result: tuple[str, str] = _GRID) -> OperationSpec:
    """Return an operation of one operand that gives an element for each of its elements."""
    return OperationSpec(
        name=name,
        operands=(OperandSpec("c", result, ("ldc",), is_written=True), OperandSpec("a", _GRID, ("lda",))),
        dims=_GRID,
        leading=("lda", "ldc"),
        options={},
        kind=kind,
        num="M*N",
        summary=summary,
        meaning=meaning,
    )


def _reduction(name: str, kind: str, kept: str, summary: str, meaning: str) -> OperationSpec:
    """Return an operation that combines the rows, or the columns, of its operand; `kept` is the size that remains."""
    return OperationSpec(
        name=name,
        operands=(
            OperandSpec("c", (kept,), is_written=True, is_sum=kind == "ADD"),
            OperandSpec("a", _GRID, ("lda",)),
        ),
        dims=_GRID,
        leading=("lda",),
        options=_ADDS if kind == "ADD" else {ACCUMULATE: "compares with what C holds"},
        kind=kind,
        num="M*N",
        summary=summary,
        meaning=meaning,
    )


_TABLE = (
    OperationSpec(
        name="matmul",
        operands=(
            OperandSpec("c", ("M", "N"), ("ldc",), is_written=True, is_sum=True),
            OperandSpec("a", ("M", "K"), ("lda",), flipped_by="ta"),
            OperandSpec("b", ("K", "N"), ("ldb",), flipped_by="tb"),
        ),
        dims=("M", "K", "N"),
        leading=("lda", "ldb", "ldc"),
        options={
            **_ADDS,
            "ta": "A is stored as K rows of M",
            "tb": "B is stored as N rows of K",
            SPARSE: "NUM may leave out MACs with a zero",
        },
        kind="MAC",
        num="M*K*N",
        summary="The product of two matrices.",
        meaning="A @ B",
    ),
    _binary("add", "ADD", "Sums.", "A + B"),
    _binary("sub", "SUB", "Differences.", "A - B"),
    _binary("mul", "MUL", "Products, element by element.", "A * B"),
    _binary("div", "DIV", "Quotients.", "A / B"),
    _binary("max", "MAX", "The larger of two elements; NaN if one is NaN.", "maximum(A, B)"),
    _binary("min", "MIN", "The smaller of two elements; NaN if one is NaN.", "minimum(A, B)"),
    _binary("where", "MAX", "The elements of A where B is above 0; 0 elsewhere.", "where(B > 0, A, 0)"),
    _unary("relu", "MAX", "Zero instead of what is negative.", "maximum(A, 0)"),
    _unary("exp", "EXP", "Powers of e.", "exp(A)"),
    _unary("log", "LOG", "Natural logarithms.", "log(A)"),
    _unary("sqrt", "SQRT", "Square roots.", "sqrt(A)"),
    _unary("sigmoid", "EXP", "The logistic function.", "1 / (1 + exp(-A))"),
    _unary("tanh", "EXP", "The hyperbolic tangent.", "tanh(A)"),
    _unary("erf", "EXP", "The error function.", "erf(A)"),
    _unary("gelu", "EXP", "The Gaussian error linear unit.", "A * (1 + erf(A / sqrt(2))) / 2"),
    _unary("copy", "ADD", "The same elements at another place; counted as additions of 0.", "A"),
    _unary("transpose", "ADD", "Rows become columns; counted as additions of 0.", "A.T", ("N", "M")),
    _reduction("row_sum", "ADD", "M", "The sum of each row.", "A.sum(axis=1)"),
    _reduction("row_max", "MAX", "M", "The largest element of each row.", "A.max(axis=1)"),
    _reduction("row_min", "MIN", "M", "The smallest element of each row.", "A.min(axis=1)"),
    _reduction("column_sum", "ADD", "N", "The sum of each column.", "A.sum(axis=0)"),
    _reduction("column_max", "MAX", "N", "The largest element of each column.", "A.max(axis=0)"),
    _reduction("column_min", "MIN", "N", "The smallest element of each column.", "A.min(axis=0)"),
    OperationSpec(
        name="scale_shift",
        operands=(
            OperandSpec("c", _GRID, ("ldc",), is_written=True),
            OperandSpec("a", _GRID, ("lda",)),
            OperandSpec("s", ("N",)),
            OperandSpec("b", ("N",)),
        ),
        dims=_GRID,
        leading=("lda", "ldc"),
        options={},
        kind="MAC",
        num="M*N",
        summary="Each column times a factor of its own, plus a number of its own.",
        meaning="A * S + B",
    ),
    OperationSpec(
        name="gather",
        operands=(
            OperandSpec("c", _GRID, ("ldc",), is_written=True),
            OperandSpec("a", ("R", "N"), ("lda",)),
            OperandSpec("i", ("M",), dtype="i32"),
        ),
        dims=("R", "M", "N"),
        leading=("lda", "ldc"),
        options={},
        kind="ADD",
        num="M*N",
        summary="The rows of A that I names, i32 numbers from 0 to R-1; counted as additions of 0.",
        meaning="A[I]",
    ),
    OperationSpec(
        name="index",
        operands=(OperandSpec("c", ("M",), is_written=True, dtype="i32"), OperandSpec("a", ("M",))),
        dims=("M",),
        leading=(),
        options={},
        kind="ADD",
        num="M",
        summary="The nearest whole numbers as i32, the even one of two: what gather takes; counted as additions of 0.",
        meaning="rint(A)",
    ),
    OperationSpec(
        name="window_sum",
        operands=(OperandSpec("c", _GRID, ("ldc",), is_written=True), OperandSpec("a", _GRID, ("lda",))),
        dims=("M", "N", "W"),
        leading=("lda", "ldc"),
        options={},
        kind="ADD",
        num="M*N*W",
        summary="For each element the sum of W elements of its row, from the (W-1)//2-th before it on; 0 outside.",
        meaning="windows(A, W).sum()",
    ),
    *IMAGE_OPERATIONS,
)

OPERATIONS = {spec.name: spec for spec in _TABLE}
"""Every operation by its name."""


def operation_text(operation: Operation, counters: Sequence[str]) -> str:
    """Return `operation` as it is written; `counters` are the names of the loops' counters, outermost first."""
    places = (f"{place.memory}[{place.address.text(counters)}]" for place in operation.places)
    return " ".join([operation.name, *places, *map(str, _written_sizes(operation)), *operation.options])


def _written_sizes(operation: Operation) -> tuple[int, ...]:
    """Return the sizes up to the last one that is not what it would be if it were left out."""
    spec, sizes = OPERATIONS[operation.name], operation.dims
    return next(
        sizes[:count]
        for count in range(len(spec.dims), len(sizes) + 1)
        if tuple(spec.named(sizes[:count], operation.options).values()) == sizes
    )
