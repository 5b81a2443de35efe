"""Products of matrices."""

from collections.abc import Sequence

from dlpsim.networks.operators.operator import AttributeSpec, Call, Family, Kind, Operator, Result, Unfit, Work
from dlpsim.networks.operators.shapes import broadcast, dot_products, elements, of_one_type, rank_is
from dlpsim.networks.value import Shape, shape_text


def _gemm_shapes(call: Call) -> tuple[Shape, Shape]:
    """Return M×K and K×N."""
    a, b = call.first, call.operand(1)
    rank_is(a, 2, "A")
    rank_is(b, 2, "B")
    left = a.shape[::-1] if call.integer("transA") else a.shape
    right = b.shape[::-1] if call.integer("transB") else b.shape
    return left, right


def _infer_gemm(call: Call) -> list[Result]:
    left, right = _gemm_shapes(call)
    if left[1] != right[0]:
        raise Unfit(f"a {shape_text(left)} matrix cannot be multiplied with a {shape_text(right)} one")
    shape, bias = (left[0], right[1]), call.optional(2)
    if bias is not None and broadcast((shape, bias.shape)) != shape:
        raise Unfit(f"C '{bias.name}' is {shape_text(bias.shape)}, expected what broadcasts to {shape_text(shape)}")
    return [(shape, of_one_type(call.inputs))]


def _work_gemm(call: Call, results: Sequence[Result]) -> Work:
    length = _gemm_shapes(call)[0][1]
    scales = sum(call.number(name) != 1 for name in ("alpha", "beta") if name == "alpha" or call.optional(2))
    product = dot_products(elements(results), length, has_bias=call.optional(2) is not None)
    return product + Work(others=scales * elements(results))


def _infer_matmul(call: Call) -> list[Result]:
    a, b = call.first, call.operand(1)
    if not a.shape or not b.shape:
        raise Unfit("an operand is a single number")
    left = a.shape if len(a.shape) > 1 else (1, *a.shape)
    right = b.shape if len(b.shape) > 1 else (*b.shape, 1)
    if left[-1] != right[-2]:
        raise Unfit(f"'{a.name}' {shape_text(a.shape)} cannot be multiplied with '{b.name}' {shape_text(b.shape)}")
    rows = (left[-2],) if len(a.shape) > 1 else ()
    columns = (right[-1],) if len(b.shape) > 1 else ()
    return [((*broadcast((left[:-2], right[:-2])), *rows, *columns), of_one_type(call.inputs))]


def _work_matmul(call: Call, results: Sequence[Result]) -> Work:
    return dot_products(elements(results), call.first.shape[-1], has_bias=False)


OPERATORS = (
    Operator(
        name="Gemm",
        family=Family.MATRIX,
        summary="alpha × A·B + beta × C, with A and B transposed where asked",
        infer=_infer_gemm,
        work=_work_gemm,
        least=2,
        most=3,
        attributes={
            "alpha": AttributeSpec(Kind.FLOAT, 1.0),
            "beta": AttributeSpec(Kind.FLOAT, 1.0),
            "transA": AttributeSpec(Kind.INT, 0),
            "transB": AttributeSpec(Kind.INT, 0),
        },
    ),
    Operator(
        name="MatMul",
        family=Family.MATRIX,
        summary="A·B of the last two dimensions; the others broadcast",
        infer=_infer_matmul,
        work=_work_matmul,
        least=2,
        most=2,
    ),
)
