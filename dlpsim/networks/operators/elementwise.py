"""Operators that compute each element of their result from one element of each operand, which broadcast."""

from collections.abc import Callable, Mapping, Sequence

from dlpsim.networks.operators.operator import AttributeSpec, Call, Family, Kind, Operator, Result, Unfit, Work
from dlpsim.networks.operators.shapes import broadcast, elements, of_one_type
from dlpsim.networks.value import BYTES

Each = Mapping[str, AttributeSpec]


def _infer(call: Call) -> list[Result]:
    there = [value for value in call.inputs if value is not None]
    return [(broadcast(value.shape for value in there), of_one_type(there))]


def _infer_test(call: Call) -> list[Result]:
    return [(_infer(call)[0][0], "bool")]


def _infer_where(call: Call) -> list[Result]:
    if call.first.dtype != "bool":
        raise Unfit(f"the condition '{call.first.name}' is {call.first.dtype}, expected bool")
    shape = broadcast(call.operand(index).shape for index in range(3))
    return [(shape, of_one_type(call.inputs[1:]))]


def _infer_cast(call: Call) -> list[Result]:
    if call.word("to") not in BYTES:
        raise Unfit(f"casts to '{call.word('to')}', expected one of {', '.join(BYTES)}")
    return [(call.first.shape, call.word("to"))]


def _others(each: int) -> Callable[[Call, Sequence[Result]], Work]:
    return lambda call, results: Work(others=each * elements(results))


def _work_addition(call: Call, results: Sequence[Result]) -> Work:
    return Work(additions=(len(call.inputs) - 1) * elements(results))


def _work_variadic(call: Call, results: Sequence[Result]) -> Work:
    return Work(others=(len(call.inputs) - 1) * elements(results))


def _unary(name: str, summary: str, attributes: Each | None = None, each: int = 1) -> Operator:
    """Return an operator of one operand that takes `each` operations for an element."""
    return Operator(name, Family.ELEMENTWISE, summary, _infer, _others(each), attributes=attributes or {})


def _binary(name: str, summary: str, *, tests: bool = False, attributes: Each | None = None) -> Operator:
    """Return an operator of two operands that takes an operation for an element."""
    infer = _infer_test if tests else _infer
    work = _work_addition if name in {"Add", "Sub"} else _others(1)
    return Operator(name, Family.ELEMENTWISE, summary, infer, work, least=2, most=2, attributes=attributes or {})


def _number(default: float) -> AttributeSpec:
    return AttributeSpec(Kind.FLOAT, default)


UNARY = (
    _unary("Relu", "max(x, 0)"),
    _unary("LeakyRelu", "x, or alpha × x below 0", {"alpha": _number(0.01)}),
    _unary(
        "Clip",
        "x, no less than min and no more than max, of which either may be missing",
        {
            "min": AttributeSpec(Kind.FLOAT, operand=1, dtype=""),
            "max": AttributeSpec(Kind.FLOAT, operand=2, dtype=""),
        },
    ),
    _unary("Sigmoid", "1 ÷ (1 + exp(-x))", each=3),
    _unary("HardSigmoid", "max(0, min(1, alpha × x + beta))", {"alpha": _number(0.2), "beta": _number(0.5)}, 3),
    _unary("HardSwish", "x × max(0, min(1, x ÷ 6 + 1/2))", each=4),
    _unary("Tanh", "(exp(x) - exp(-x)) ÷ (exp(x) + exp(-x))", each=4),
    _unary(
        "Gelu",
        "x × the normal distribution function of x; `tanh` approximates it",
        {"approximate": AttributeSpec(Kind.STRING, "none", words=("none", "tanh"))},
        each=5,
    ),
    _unary("Erf", "the error function"),
    _unary("Exp", "e to the x"),
    _unary("Log", "the natural logarithm"),
    _unary("Sqrt", "the square root"),
    _unary("Reciprocal", "1 ÷ x"),
    _unary("Neg", "-x"),
    _unary("Abs", "|x|"),
    _unary("Sign", "-1, 0 or 1"),
    _unary("Floor", "the next integer below"),
    _unary("Ceil", "the next integer above"),
    _unary("Round", "the nearest integer, the even one of two"),
    _unary("Sin", "the sine"),
    _unary("Cos", "the cosine"),
    _unary("Not", "the opposite"),
    Operator("IsNaN", Family.ELEMENTWISE, "whether x is not a number", _infer_test, _others(1)),
    Operator(
        name="IsInf",
        family=Family.ELEMENTWISE,
        summary="whether x is infinite, in the directions asked for",
        infer=_infer_test,
        work=_others(1),
        attributes={
            "detect_negative": AttributeSpec(Kind.INT, 1),
            "detect_positive": AttributeSpec(Kind.INT, 1),
        },
    ),
    Operator(
        name="Cast",
        family=Family.ELEMENTWISE,
        summary="x as elements of another type",
        infer=_infer_cast,
        work=_others(1),
        attributes={"to": AttributeSpec(Kind.STRING, "f32")},
    ),
)

BINARY = (
    _binary("Add", "a + b"),
    _binary("Sub", "a - b"),
    _binary("Mul", "a × b"),
    _binary("Div", "a ÷ b"),
    _binary("Pow", "a to the b"),
    _binary("Mod", "the rest of a ÷ b", attributes={"fmod": AttributeSpec(Kind.INT, 0)}),
    _binary("PRelu", "a, or a × b where a is below 0"),
    _binary("Equal", "a = b", tests=True),
    _binary("Less", "a < b", tests=True),
    _binary("LessOrEqual", "a ≤ b", tests=True),
    _binary("Greater", "a > b", tests=True),
    _binary("GreaterOrEqual", "a ≥ b", tests=True),
    _binary("And", "both"),
    _binary("Or", "either or both"),
    _binary("Xor", "one of both"),
)

OTHERS = (
    Operator("Max", Family.ELEMENTWISE, "the largest", _infer, _work_variadic, most=None),
    Operator("Min", Family.ELEMENTWISE, "the smallest", _infer, _work_variadic, most=None),
    Operator("Sum", Family.ELEMENTWISE, "the sum of all", _infer, _work_addition, most=None),
    Operator("Where", Family.ELEMENTWISE, "b where a is true, else c", _infer_where, _others(1), least=3, most=3),
)

OPERATORS = (*UNARY, *BINARY, *OTHERS)
