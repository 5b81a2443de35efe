import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from isa.access import accesses
from isa.address import fixed
from isa.errors import DlpsimError
from isa.interpreter import interpret
from isa.meaning import MEANINGS, NUMPY_TYPES, SIZED_MEANINGS
from isa.operation_spec import ACCUMULATE, OperandSpec, OperationSpec, evaluated, expectation_form, form
from isa.operations import OPERATIONS, operation_text
from isa.program import Compute, Operation, Place
from isa.region import Rows, dense
from isa.vocabulary import COMPUTE_TYPES, DTYPE_BYTES
from tests.isa.examples import code, messages, program, target

Array = NDArray[Any]

ROOM = 32_768
"""Bytes for each operand in NRAM."""

BINARY: dict[str, Callable[[float, float], float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else math.copysign(math.inf, a * math.copysign(1, b)) if a else math.nan,
    "max": max,
    "min": min,
    "where": lambda a, b: a if b > 0 else 0.0,
}
UNARY: dict[str, Callable[[float], float]] = {
    "relu": lambda a: max(a, 0.0),
    "exp": math.exp,
    "log": lambda a: math.log(a) if a > 0 else (-math.inf if a == 0 else math.nan),
    "sqrt": lambda a: math.sqrt(a) if a >= 0 else math.nan,
    "copy": lambda a: a,
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "tanh": math.tanh,
    "erf": math.erf,
    "gelu": lambda a: a * (1 + math.erf(a / math.sqrt(2))) / 2,
}
REDUCTIONS: dict[str, Callable[[Iterable[float]], float]] = {"sum": sum, "max": max, "min": min}


def reference(name: str, sizes: dict[str, int], seen: dict[str, Array]) -> Any:
    """Return what an operation gives, one element after the other, in Python's numbers."""
    first = seen["a"].tolist()
    second = seen["b"].tolist() if "b" in seen else first
    if name in BINARY:
        wide = [row * len(first[0]) if len(row) < len(first[0]) else row for row in second]
        return [list(map(BINARY[name], *rows)) for rows in zip(first, wide, strict=True)]
    if name in UNARY:
        return [list(map(UNARY[name], row)) for row in first]
    if name.startswith(("row_", "column_")):
        lines = zip(*first, strict=True) if name.startswith("column") else first
        return [REDUCTIONS[name.partition("_")[2]](line) for line in lines]
    return with_sizes(name, sizes, seen, first, second)


def with_sizes(name: str, sizes: dict[str, int], seen: dict[str, Array], first: Any, second: Any) -> Any:
    """Return what an operation gives that is not the same for each element or line."""
    match name:
        case "transpose":
            return [list(line) for line in zip(*first, strict=True)]
        case "matmul":
            return [
                [sum(map(math.prod, zip(row, column, strict=True))) for column in zip(*second, strict=True)]
                for row in first
            ]
        case "scale_shift":
            factors = seen["s"].tolist()
            return [[a * s + b for a, s, b in zip(row, factors, second, strict=True)] for row in first]
        case "gather":
            return [first[int(number)] for number in seen["i"].tolist()]
        case "index":
            return list(map(round, first))
        case _:
            return of_windows(name, sizes, seen, first)


def of_windows(name: str, sizes: dict[str, int], seen: dict[str, Array], first: Any) -> Any:
    """Return what an operation gives that sees neighbours."""
    return [windows(row, sizes["W"]) for row in first] if name == "window_sum" else on_image(name, sizes, seen)


def windows(row: list[float], width: int) -> list[float]:
    """Return, for each element, the sum of those around it."""
    begins = range(-((width - 1) // 2), len(row) - (width - 1) // 2)
    return [sum(row[max(0, begin) : max(0, begin + width)]) for begin in begins]


def on_image(name: str, sizes: dict[str, int], seen: dict[str, Array]) -> list[list[list[float]]]:
    """Return a convolution or a pooling, one window after the other."""
    image, size = seen["a"], sizes
    dh, dw = size.get("DH", 1), size.get("DW", 1)

    def window(y: int, x: int) -> Iterable[tuple[int, int, Array]]:
        for i in range(size["KH"]):
            for j in range(size["KW"]):
                row, column = y * size["SH"] + i * dh - size["TOP"], x * size["SW"] + j * dw - size["LEFT"]
                if 0 <= row < size["H"] and 0 <= column < size["W"]:
                    yield i, j, image[row, column]

    def result(y: int, x: int) -> list[float]:
        pixels = list(window(y, x))
        if name != "conv":
            channels = [[float(pixel[c]) for _, _, pixel in pixels] for c in range(size["C"])]
            return [sum(of) if name == "sum_pool" else max(of, default=-math.inf) for of in channels]
        kept, made = size["C"] // size["G"], size["M"] // size["G"]
        return [
            sum(
                float(pixel[m // made * kept + c]) * float(seen["b"][i, j, c, m])
                for i, j, pixel in pixels
                for c in range(kept)
            )
            for m in range(size["M"])
        ]

    return [[result(y, x) for x in range(size["OW"])] for y in range(size["OH"])]


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
    given = {name: draw(st.integers(1, 5)) for name in spec.dims}
    given |= {name: draw(st.integers(setting.least, 3)) for name, setting in spec.settings.items()}
    if "G" in given:
        given["C"], given["M"] = given["C"] * given["G"], given["M"] * given["G"]
    sizes = spec.named(list(given.values()), options)
    for name in reversed(spec.leading):  # inner ones first: outer ones must leave room for them
        sizes[name] = spec.least(name, sizes, options)[0] or sizes[name]
        sizes[name] += draw(st.integers(0, 2))
    return spec, draw(st.sampled_from([32, 16, 8])), sizes, options


def arrays_for(
    spec: OperationSpec, width: int, sizes: dict[str, int], options: tuple[str, ...], seed: int
) -> dict[str, Array]:
    """Return what lies in memory for each operand, gaps between the rows included."""
    generator = np.random.default_rng(seed)
    found = {}
    for operand in spec.operands:
        region = spec.region(operand, sizes, options, width)
        count = region.span // DTYPE_BYTES[region.dtype]
        values = generator.integers(-128, 128, count) if width == 8 else generator.standard_normal(count) * 4
        if operand.dtype:
            values = generator.integers(0, sizes.get("R", 1), count)
        found[operand.name] = values.astype(NUMPY_TYPES[region.dtype])
    return found


def viewed(
    operand: OperandSpec, use: tuple[OperationSpec, int, dict[str, int], tuple[str, ...]], array: Array
) -> Array:
    """Return the elements of an operand in what lies in its memory."""
    spec, width, sizes, options = use
    region = spec.region(operand, sizes, options, width)
    return np.lib.stride_tricks.as_strided(array, region.shape, region.strides)


def run(
    spec: OperationSpec, width: int, sizes: dict[str, int], options: tuple[str, ...], arrays: dict[str, Array]
) -> Array:
    """Return what the operation leaves in the memory of its written operand."""
    lines, places = [], []
    dtypes = {np.dtype(value): key for key, value in NUMPY_TYPES.items()}
    for index, (name, array) in enumerate(arrays.items()):
        lines.append(
            f".tensor {name} DRAM {dtypes[array.dtype]} {array.size}\n"
            f"move DRAM[{name}] NRAM[{index * ROOM}] {array.nbytes}"
        )
        places.append(f"NRAM[{index * ROOM}]")
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
        stored = viewed(operand, use, arrays[operand.name])
        seen[operand.name] = (stored.T if operand.flipped_by in options else stored).astype(float)
    result = np.array(reference(spec.name, sizes, seen), float)
    if ACCUMULATE in options:
        result = {"MAX": np.maximum, "MIN": np.minimum}.get(spec.kind, np.add)(seen["c"], result)
    if width == 8 and arrays["c"].dtype == np.int8:
        result = np.array([whole(value) for value in result.ravel()]).reshape(result.shape)
    if width == 16:
        with np.errstate(over="ignore"):
            result = result.astype(np.float16).astype(float)
    left = run(spec, width, sizes, options, arrays)
    written = viewed(spec.operands[0], use, left)
    tolerance = {32: 1e-5, 16: 4e-3, 8: 0}[width]
    scale = float(np.abs(result[np.isfinite(result)]).max(initial=1)) + float(np.abs(seen["a"]).max()) * 5
    np.testing.assert_allclose(written.astype(float), result, rtol=tolerance, atol=tolerance * scale)
    written[...] = viewed(spec.operands[0], use, arrays["c"])
    assert left.tobytes() == arrays["c"].tobytes(), "what lies between the rows has changed"


def test_every_operation_has_a_meaning_and_a_computation() -> None:
    assert MEANINGS.keys() | SIZED_MEANINGS.keys() == OPERATIONS.keys()
    assert not MEANINGS.keys() & SIZED_MEANINGS.keys()
    for spec in OPERATIONS.values():
        assert f"{spec.kind}_32" in COMPUTE_TYPES
        assert spec.operands[0].is_written and not any(operand.is_written for operand in spec.inputs)
        assert spec.summary.endswith(".") and spec.meaning
        assert {name for operand in spec.operands for name in operand.leading} == set(spec.leading)
        assert all(len(operand.leading) in (0, len(operand.shape) - 1) for operand in spec.operands)


def test_forms() -> None:
    assert form(OPERATIONS["add"]) == "add C A B M N [lda ldb ldc] [column]"
    assert form(OPERATIONS["sum_pool"]) == ("sum_pool C A H W C OH OW KH KW [SH SW TOP LEFT] [lah law lch lcw] [acc]")
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


def test_rows_that_are_not_there_are_not_gathered() -> None:
    text = """.tensor x DRAM f32 4 4
.tensor i DRAM i32 2
.tensor y DRAM f32 2 4
move DRAM[x] NRAM[0] 64
move DRAM[i] NRAM[64] 8
sync
compute ADD_32 2*4 : gather NRAM[128] NRAM[0] NRAM[64] 4 2 4
sync
move NRAM[128] DRAM[y] 32"""
    x = np.arange(16, dtype=np.float32).reshape(4, 4)
    assert np.array_equal(interpret(program(text, target()), {"x": x, "i": np.array([3, 1], np.int32)})["y"], x[[3, 1]])
    with pytest.raises(DlpsimError, match="there is no row 4: A has rows 0 to 3"):
        interpret(program(text, target()), {"x": x, "i": np.array([4, 1], np.int32)})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("compute MAC_32 6 : conv NRAM[0] NRAM[64] WRAM[0] 1 1 6 1 1 4 1 1 1 1 0 0 1 1 4", "G must divide C"),
        ("compute MAC_32 9 : conv NRAM[0] NRAM[64] WRAM[0] 1 1 6 1 1 3 1 1 1 1 0 0 1 1 2", "G must divide M"),
        ("compute MAC_32 4 : conv NRAM[0] NRAM[64] WRAM[0] 2 2 1 2 2 1 1 1 0", "SH must be at least 1, is 0"),
        (
            "compute MAX_32 16 : max_pool NRAM[0] NRAM[64] 4 4 1 2 2 2 2 2 2 0 0 4 1 1 1",
            "lch must be at least OW*lcw = 2, is 1",
        ),
        (
            "compute MAX_32 16 : max_pool NRAM[0] NRAM[64] 2 2 4 1 1 2 2 1 1 0 0 8 4 0 3",
            "",
        ),
        (
            "compute MAX_32 32 : max_pool NRAM[0] NRAM[64] 2 3 4 1 2 2 2 1 1 0 0 12 4 8 3",
            "lcw must be at least C = 4, is 3",
        ),
    ],
)
def test_sizes_that_do_not_go_together(line: str, message: str) -> None:
    if message:
        assert message in "\n".join(messages(line, target()))
    else:
        assert messages(line, target()) == ()


def test_what_shapes_do_not_tell_cannot_be_expected() -> None:
    text = ".tensor x DRAM f32 4 4\n.tensor w DRAM f32 4 4\n.tensor y DRAM f32 4 4\n.expect y = conv x w"
    (message,) = messages(text, target())
    assert "conv cannot be expected: the shapes of its operands do not say all of it" in message
