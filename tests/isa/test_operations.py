import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from isa.access import accesses
from isa.address import fixed
from isa.interpreter import interpret
from isa.meaning import MEANINGS, NUMPY_TYPES
from isa.operation_spec import ACCUMULATE, OperationSpec, evaluated, expectation_form, form
from isa.operations import OPERATIONS, operation_text
from isa.program import Compute, Operation, Place
from isa.region import Rows, dense
from isa.vocabulary import COMPUTE_TYPES
from tests.isa.examples import code, program, target

Array = NDArray[Any]

BINARY: dict[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else math.copysign(math.inf, a * math.copysign(1, b)) if a else math.nan,
    "max": max,
    "min": min,
}
UNARY: dict[str, Callable[[float], float]] = {
    "relu": lambda a: max(a, 0.0),
    "exp": math.exp,
    "log": lambda a: math.log(a) if a > 0 else (-math.inf if a == 0 else math.nan),
    "sqrt": lambda a: math.sqrt(a) if a >= 0 else math.nan,
    "copy": lambda a: a,
}
REDUCTIONS: dict[str, Callable[[Iterable[float]], float]] = {"sum": sum, "max": max, "min": min}


def reference(name: str, a: Array, b: Array) -> Sequence[Sequence[float]] | Sequence[float]:
    """Return what an operation gives, one element after the other, in Python's numbers."""
    first, second = a.tolist(), b.tolist()
    if name == "matmul":
        return [
            [sum(map(math.prod, zip(row, column, strict=True))) for column in zip(*second, strict=True)]
            for row in first
        ]
    if name in BINARY:
        return [list(map(BINARY[name], *rows)) for rows in zip(first, second, strict=True)]
    if name in UNARY:
        return [list(map(UNARY[name], row)) for row in first]
    lines = list(zip(*first, strict=True)) if name.startswith("column") or name == "transpose" else first
    if name == "transpose":
        return [list(line) for line in lines]
    return [REDUCTIONS[name.partition("_")[2]](line) for line in lines]


def whole(value: float) -> int:
    """Return `value` as i8 holds it: rounded, ties to even, within its bounds; NaN as 0."""
    if math.isnan(value):
        return 0
    return 127 if value > 127 else -128 if value < -128 else round(value)


@st.composite
def uses(draw: st.DrawFn) -> tuple[OperationSpec, int, dict[str, int], tuple[str, ...]]:
    """An operation, its width, its sizes with gaps between rows, and its options."""
    spec = OPERATIONS[draw(st.sampled_from(sorted(OPERATIONS)))]
    options = tuple(sorted(draw(st.sets(st.sampled_from(sorted(spec.options)))))) if spec.options else ()
    options = tuple(option for option in options if option != "sparse")
    sizes = spec.named([draw(st.integers(1, 5)) for _ in spec.dims], options)
    sizes = {name: size + draw(st.integers(0, 2)) if name in spec.leading else size for name, size in sizes.items()}
    return spec, draw(st.sampled_from([32, 16, 8])), sizes, options


def arrays_for(
    spec: OperationSpec, width: int, sizes: dict[str, int], options: tuple[str, ...], seed: int
) -> dict[str, Array]:
    """Return what lies in memory for each operand, gaps between the rows included."""
    generator = np.random.default_rng(seed)
    found = {}
    for operand in spec.operands:
        region = spec.region(operand, sizes, options, width)
        pitch = sizes[operand.leading] if operand.leading else 1
        shape = (region.shape[0], pitch) if len(region.shape) > 1 else region.shape
        values = generator.integers(-128, 128, shape) if width == 8 else generator.standard_normal(shape) * 4
        found[operand.name] = values.astype(NUMPY_TYPES[region.dtype])
    return found


def run(
    spec: OperationSpec, width: int, sizes: dict[str, int], options: tuple[str, ...], arrays: dict[str, Array]
) -> Array:
    """Return what the operation leaves in the memory of its written operand."""
    lines, places = [], []
    dtypes = {np.dtype(value): key for key, value in NUMPY_TYPES.items()}
    for index, (name, array) in enumerate(arrays.items()):
        shape = " ".join(map(str, array.shape))
        lines.append(
            f".tensor {name} DRAM {dtypes[array.dtype]} {shape}\nmove DRAM[{name}] NRAM[{index * 512}] {array.nbytes}"
        )
        places.append(f"NRAM[{index * 512}]")
    fields = " ".join([*places, *map(str, sizes.values()), *options])
    lines.append(f"compute {spec.kind}_{width} {evaluated(spec.num, sizes)} : {spec.name} {fields}")
    lines.append(f"move NRAM[0] DRAM[c] {arrays['c'].nbytes}")
    return interpret(program("\n".join(lines), target()), arrays)["c"]


@given(uses(), st.integers(0, 2**32))
def test_every_operation_does_what_it_says(
    use: tuple[OperationSpec, int, dict[str, int], tuple[str, ...]], seed: int
) -> None:
    spec, width, sizes, options = use
    arrays = arrays_for(spec, width, sizes, options, seed)
    seen = {}
    for operand in spec.operands:
        shape = spec.region(operand, sizes, options, width).shape
        stored = arrays[operand.name][:, : shape[1]] if len(shape) > 1 else arrays[operand.name]
        seen[operand.name] = (stored.T if operand.flipped_by in options else stored).astype(float)
    result = np.array(reference(spec.name, seen["a"], seen.get("b", seen["a"])))
    if ACCUMULATE in options:
        result = {"MAX": np.maximum, "MIN": np.minimum}.get(spec.kind, np.add)(seen["c"], result)
    if width == 8 and arrays["c"].dtype == np.int8:
        result = np.array([whole(value) for value in result.ravel()]).reshape(result.shape)
    if width == 16:
        with np.errstate(over="ignore"):
            result = result.astype(np.float16).astype(float)
    left = run(spec, width, sizes, options, arrays)
    written = left[:, : result.shape[1]] if result.ndim > 1 else left
    tolerance = {32: 1e-5, 16: 4e-3, 8: 0}[width]
    scale = float(np.abs(result[np.isfinite(result)]).max(initial=1)) + float(np.abs(seen["a"]).max()) * 5
    np.testing.assert_allclose(written.astype(float), result, rtol=tolerance, atol=tolerance * scale)
    if result.ndim > 1:
        gaps = np.s_[:, result.shape[1] :]
        assert left[gaps].tobytes() == arrays["c"][gaps].tobytes()


def test_every_operation_has_a_meaning_and_a_computation() -> None:
    assert MEANINGS.keys() == OPERATIONS.keys()
    for spec in OPERATIONS.values():
        assert f"{spec.kind}_32" in COMPUTE_TYPES
        assert spec.operands[0].is_written and not any(operand.is_written for operand in spec.inputs)
        assert spec.summary.endswith(".") and spec.meaning
        assert {operand.leading for operand in spec.operands if operand.leading} == set(spec.leading)


def test_forms() -> None:
    assert form(OPERATIONS["add"]) == "add C A B M N [lda ldb ldc]"
    assert form(OPERATIONS["row_sum"]) == "row_sum C A M N [lda] [acc]"
    assert expectation_form(OPERATIONS["matmul"]) == "matmul A B [ta] [tb]"


@given(uses())
def test_the_text_gives_the_operation_back(use: tuple[OperationSpec, int, dict[str, int], tuple[str, ...]]) -> None:
    spec, width, sizes, options = use
    places = tuple(Place("NRAM", fixed(64 * index)) for index in range(len(spec.operands)))
    operation = Operation(spec.name, places, tuple(sizes.values()), options)
    text = f"compute {spec.kind}_{width} {evaluated(spec.num, sizes)} : {operation_text(operation, ())}"
    (compute,) = code(text, target())
    assert isinstance(compute, Compute) and compute.operation == operation


def test_sizes_that_are_as_usual_are_not_written() -> None:
    (compute,) = code("compute MAC_32 512 : matmul NRAM[0] NRAM[0] WRAM[0] 4 8 16 8 20 16 acc", target())
    assert isinstance(compute, Compute) and compute.operation is not None
    assert operation_text(compute.operation, ()) == "matmul NRAM[0] NRAM[0] WRAM[0] 4 8 16 8 20 acc"


def test_regions_of_a_product() -> None:
    (compute,) = code("compute MAC_8 512 : matmul NRAM[0] NRAM[600] WRAM[0] 4 8 16 10 8 20 acc tb", target())
    c, a, b = accesses(compute)
    assert [(access.name, access.reads, access.writes) for access in (c, a, b)] == [
        ("C", True, True),
        ("A", True, False),
        ("B", True, False),
    ]
    assert [access.region.rows for access in (c, a, b)] == [Rows(64, ((4, 80),)), Rows(8, ((4, 10),)), Rows(128, ())]
    assert [access.region.span for access in (c, a, b)] == [3 * 80 + 64, 3 * 10 + 8, 128]


@pytest.mark.parametrize(
    ("dtype", "shape", "strides"), [("f32", (2, 3), (12, 4)), ("f16", (4,), (2,)), ("i8", (2, 1, 3), (3, 3, 1))]
)
def test_dense_regions(dtype: str, shape: tuple[int, ...], strides: tuple[int, ...]) -> None:
    region = dense(dtype, shape)
    assert region.strides == strides
    assert region.rows == Rows(region.span, ())


def test_operands_may_overlap() -> None:
    for name, kind in (("relu", "MAX"), ("transpose", "ADD"), ("copy", "ADD")):
        text = f""".tensor x DRAM f32 2 4
.tensor y DRAM f32 2 4
move DRAM[x] NRAM[0] 32
compute {kind}_32 4 : {name} NRAM[4] NRAM[0] 2 2 4 4
move NRAM[0] DRAM[y] 32"""
        x = np.arange(8, dtype=np.float32).reshape(2, 4) - 3
        y = x.copy()
        y[:, 1:3] = {"relu": np.maximum(x, 0), "transpose": x[:, :2].T, "copy": x}[name][:, :2]
        assert np.array_equal(interpret(program(text, target()), {"x": x})["y"], y)
