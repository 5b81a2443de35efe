"""Operators of the table: what they make of operands, and what they refuse."""

import pytest

from dlpsim.networks.node import Attribute
from dlpsim.networks.operators.operator import Call, Unfit, Work
from dlpsim.networks.operators.recurrent import OPERATIONS
from dlpsim.networks.operators.table import OPERATORS, apply, unsupported
from dlpsim.networks.value import Value

Attributes = dict[str, Attribute]
IMAGE = Value("x", (1, 4, 8, 8))
WEIGHT = Value("w", (6, 2, 3, 3))
BIAS = Value("b", (6,))


def shape(op: str, *inputs: Value | None, **attributes: Attribute) -> tuple[int, ...]:
    return tuple(apply(op, inputs, attributes).results[0][0])


def work(op: str, *inputs: Value | None, **attributes: Attribute) -> Work:
    applied = apply(op, inputs, attributes)
    return OPERATORS[op].work(Call(op, inputs, applied.attributes), applied.results)


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "result"),
    [
        ("Conv", (IMAGE, WEIGHT), {"group": 2}, (1, 6, 6, 6)),
        ("Conv", (IMAGE, WEIGHT), {"group": 2, "auto_pad": "SAME_UPPER", "strides": (2, 2)}, (1, 6, 4, 4)),
        ("Conv", (IMAGE, WEIGHT), {"group": 2, "dilations": (3, 1), "pads": (0, 1, 0, 1)}, (1, 6, 2, 8)),
        ("MaxPool", (IMAGE,), {"kernel_shape": (3, 3), "strides": (2, 2)}, (1, 4, 3, 3)),
        ("MaxPool", (IMAGE,), {"kernel_shape": (3, 3), "strides": (2, 2), "ceil_mode": 1}, (1, 4, 4, 4)),
        # The fourth window would begin in the padding at the end, and is left out.
        (
            "MaxPool",
            (IMAGE,),
            {"kernel_shape": (2, 2), "strides": (3, 3), "ceil_mode": 1, "pads": (1,) * 4},
            (1, 4, 3, 3),
        ),
        ("GlobalAveragePool", (IMAGE,), {}, (1, 4, 1, 1)),
        ("Reshape", (IMAGE,), {"shape": (0, -1, 16)}, (1, 16, 16)),
        ("Flatten", (IMAGE,), {"axis": -1}, (32, 8)),
        ("Transpose", (IMAGE,), {}, (8, 8, 4, 1)),
        ("Squeeze", (IMAGE,), {}, (4, 8, 8)),
        ("Unsqueeze", (BIAS,), {"axes": (0, -1)}, (1, 6, 1)),
        ("Slice", (IMAGE,), {"starts": (-1,), "ends": (-100,), "axes": (2,), "steps": (-2,)}, (1, 4, 4, 8)),
        ("Pad", (IMAGE,), {"pads": (1, -1, 2, 0), "axes": (2, 3)}, (1, 4, 11, 7)),
        ("ReduceMean", (IMAGE,), {"axes": (-1, 2), "keepdims": 0}, (1, 4)),
        ("Gather", (IMAGE, Value("i", (5, 3), "i64")), {"axis": 1}, (1, 5, 3, 8, 8)),
        ("GatherElements", (IMAGE, Value("i", (1, 4, 5, 2), "i32")), {"axis": -2}, (1, 4, 5, 2)),
        ("GatherND", (IMAGE, Value("i", (1, 7, 2), "i64")), {"batch_dims": 1}, (1, 7, 8)),
        ("GatherND", (IMAGE, Value("i", (3, 4), "i64")), {}, (3,)),
        (
            "ScatterElements",
            (IMAGE, Value("i", (1, 2, 5, 8), "i64"), Value("u", (1, 2, 5, 8))),
            {"axis": 2},
            IMAGE.shape,
        ),
        ("ScatterND", (IMAGE, Value("i", (5, 3), "i64"), Value("u", (5, 8))), {"reduction": "add"}, IMAGE.shape),
        ("TopK", (IMAGE,), {"k": (3,)}, (1, 4, 8, 3)),
        ("CumSum", (IMAGE,), {"axis": -3}, IMAGE.shape),
        ("Hardmax", (IMAGE,), {"axis": 1}, IMAGE.shape),
        ("LogSoftmax", (IMAGE,), {}, IMAGE.shape),
        ("Gemm", (Value("a", (5, 3)), Value("b", (7, 5)), Value("c", (7,))), {"transA": 1, "transB": 1}, (3, 7)),
        ("MatMul", (Value("a", (2, 1, 3, 5)), Value("b", (4, 5, 7))), {}, (2, 4, 3, 7)),
        ("MatMul", (Value("a", (5,)), Value("b", (4, 5, 7))), {}, (4, 7)),
        ("Expand", (BIAS,), {"shape": (3, 1)}, (3, 6)),
        ("Where", (Value("c", (6, 1), "bool"), BIAS, Value("z", ())), {}, (6, 6)),
    ],
)
def test_shapes(op: str, inputs: tuple[Value, ...], attributes: Attributes, result: tuple[int, ...]) -> None:
    assert shape(op, *inputs, **attributes) == result


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "reason"),
    [
        (
            "Conv",
            (IMAGE, WEIGHT),
            {},
            "input 'x' has 4 channels, weight 'w' is 6×2×3×3, which does not go with group 1",
        ),
        ("Conv", (IMAGE,), {}, "it has 1 operands, expected 2 to 3"),
        ("Conv", (IMAGE, None), {}, "operand 1 is missing"),
        (
            "Conv",
            (IMAGE, WEIGHT),
            {"grop": 2, "pads": 1},
            "attribute grop is not supported; attribute pads is 1, expected integers",
        ),
        ("Conv", (IMAGE, WEIGHT), {"group": 2, "pads": (1, 1)}, "pads is (1, 1), expected 4 numbers"),
        ("Conv", (IMAGE, WEIGHT), {"group": 2, "strides": (0, 1)}, "strides is (0, 1), expected 1 or more"),
        ("Conv", (IMAGE, WEIGHT, Value("b", (5,))), {"group": 2}, "bias 'b' is 5, expected 6"),
        (
            "Conv",
            (IMAGE, Value("w", (6, 2, 9, 9))),
            {"group": 2},
            "the window 9×9 does not fit into 8×8 and its padding",
        ),
        ("Conv", (IMAGE, WEIGHT), {"kernel_shape": (5, 5)}, "kernel_shape is (5, 5), but the weight has (3, 3)"),
        (
            "Conv",
            (IMAGE, WEIGHT),
            {"auto_pad": "SAME"},
            "attribute auto_pad is 'SAME', expected one of NOTSET, VALID, SAME_UPPER, SAME_LOWER",
        ),
        ("MaxPool", (IMAGE,), {}, "kernel_shape is missing"),
        ("Add", (IMAGE, BIAS), {}, "shapes 1×4×8×8 and 6 cannot be broadcast together"),
        ("Add", (BIAS, Value("i", (6,), "i64")), {}, "operands are of different types: f32, i64"),
        ("Reshape", (BIAS,), {"shape": (4, -1)}, "6 has 6 elements and cannot be given the shape (4, -1)"),
        ("Softmax", (BIAS,), {"axis": 1}, "there is no axis 1 in 1 dimensions"),
        ("Squeeze", (IMAGE,), {"axes": (1,)}, "axes (1,) of 1×4×8×8 are not all of size 1"),
        ("Split", (BIAS,), {"split": (1, 2)}, "axis 0 of size 6 cannot be split into 1 parts (1, 2)"),
        ("Concat", (BIAS, IMAGE), {"axis": 0}, "shapes 6, 1×4×8×8 differ beyond axis 0"),
        (
            "Gemm",
            (Value("a", (2, 3)), Value("b", (2, 3))),
            {},
            "a 2×3 matrix cannot be multiplied with a 2×3 one",
        ),
        ("MatMul", (BIAS, IMAGE), {}, "'b' 6 cannot be multiplied with 'x' 1×4×8×8"),
        ("Gather", (BIAS, BIAS), {}, "indices 'b' are f32, expected i32 or i64"),
        ("GatherElements", (BIAS, BIAS), {}, "indices 'b' are f32, expected i32 or i64"),
        (
            "GatherElements",
            (IMAGE, Value("i", (1, 5, 8, 8), "i64")),
            {"axis": 3},
            "indices 'i' are 1×5×8×8, which does not go with 1×4×8×8",
        ),
        ("GatherND", (BIAS, Value("i", (3, 2), "i64")), {}, "indices 'i' are 3×2, which does not go with 6"),
        (
            "GatherND",
            (IMAGE, Value("i", (2, 2), "i64")),
            {"batch_dims": 1},
            "indices 'i' are 2×2, which does not go with 1×4×8×8",
        ),
        (
            "ScatterND",
            (IMAGE, Value("i", (5, 3), "i64"), Value("u", (5, 4))),
            {},
            "updates 'u' are 5×4, expected 5×8",
        ),
        (
            "ScatterElements",
            (BIAS, Value("i", (6,), "i64"), BIAS),
            {"reduction": "mean"},
            "attribute reduction is 'mean', expected one of none, add, mul, max, min",
        ),
        ("TopK", (BIAS,), {"k": (7,)}, "k is (7,), expected a number from 1 to the 6 that there are"),
        ("TopK", (BIAS,), {}, "k is (), expected a number from 1 to the 6 that there are"),
        (
            "LSTM",
            (Value("x", (3, 1, 2)), Value("w", (1, 16, 2)), Value("r", (1, 16, 4))),
            {"activations": ("Sigmoid", "Elu", "Tanh")},
            "activations are Sigmoid, Elu, Tanh, supported are Relu, Sigmoid, Tanh",
        ),
    ],
)
def test_refusals(op: str, inputs: tuple[Value, ...], attributes: Attributes, reason: str) -> None:
    with pytest.raises(Unfit) as caught:
        apply(op, inputs, attributes)
    assert str(caught.value) == reason


def test_settled_attributes_are_complete_and_settle_again_to_the_same() -> None:
    given: Attributes = {"group": 2, "auto_pad": "SAME_LOWER", "strides": (2, 3)}
    settled = apply("Conv", [IMAGE, WEIGHT], given).attributes
    assert settled == {
        "kernel_shape": (3, 3),
        "strides": (2, 3),
        "pads": (1, 1, 0, 0),
        "dilations": (1, 1),
        "auto_pad": "NOTSET",
        "group": 2,
    }
    assert apply("Conv", [IMAGE, WEIGHT], settled).attributes == settled


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "expected"),
    [
        ("Conv", (IMAGE, WEIGHT, BIAS), {"group": 2}, Work(216 * 18, 216 * 18)),
        ("Conv", (IMAGE, WEIGHT), {"group": 2}, Work(216 * 18, 216 * 17)),
        ("MatMul", (Value("a", (2, 3, 5)), Value("b", (5, 7))), {}, Work(210, 168)),
        ("Add", (IMAGE, IMAGE), {}, Work(0, 256)),
        ("Relu", (IMAGE,), {}, Work(0, 0, 256)),
        ("MaxPool", (IMAGE,), {"kernel_shape": (2, 2), "strides": (2, 2)}, Work(0, 0, 64 * 3)),
        ("GlobalAveragePool", (IMAGE,), {}, Work(0, 4 * 63, 4)),
        ("Reshape", (IMAGE,), {"shape": (256,)}, Work()),
        ("GatherND", (IMAGE, Value("i", (3, 4), "i64")), {}, Work()),
        ("ScatterND", (BIAS, Value("i", (2, 1), "i64"), Value("u", (2,))), {}, Work()),
        ("ScatterND", (BIAS, Value("i", (2, 1), "i64"), Value("u", (2,))), {"reduction": "add"}, Work(0, 2)),
        ("ScatterND", (BIAS, Value("i", (2, 1), "i64"), Value("u", (2,))), {"reduction": "max"}, Work(0, 0, 2)),
        ("TopK", (IMAGE,), {"k": (2,)}, Work(0, 0, 32 * (7 + 6))),
        ("CumSum", (IMAGE,), {"axis": 1}, Work(0, 192)),
        ("Hardmax", (IMAGE,), {"axis": 1}, Work(0, 0, 192 + 256)),
        ("LogSoftmax", (IMAGE,), {"axis": 1}, Work(0, 256 + 192 + 256, 192 + 256 + 64)),
    ],
)
def test_work(op: str, inputs: tuple[Value, ...], attributes: Attributes, expected: Work) -> None:
    assert work(op, *inputs, **attributes) == expected


@pytest.mark.parametrize("op", sorted(OPERATIONS))
def test_recurrent_layers_count_activations_as_the_table_does(op: str) -> None:
    assert work(op, BIAS) == Work(others=6 * OPERATIONS[op])


def test_work_of_recurrent_layers() -> None:
    x, w, r, b = Value("x", (3, 2, 5)), Value("w", (2, 16, 5)), Value("r", (2, 16, 4)), Value("b", (2, 32))
    gates, states = 3 * 2 * 2 * 16, 3 * 2 * 2 * 4
    found = work("LSTM", x, w, r, b, direction="bidirectional")
    assert found == Work(gates * 9, gates * 9 + gates + states, states * (3 * 3 + 4 + 4 + 3))


def test_only_layout_is_free() -> None:
    free = {name for name, operator in OPERATORS.items() if operator.work.__name__ == "no_work"}
    assert free == {name for name, operator in OPERATORS.items() if operator.family.value == "layout"}


def test_unsupported_operator_is_named_with_those_that_are() -> None:
    text = unsupported("MaxPol")
    assert text.startswith(
        "operator MaxPol is not supported\n    hint: did you mean 'MaxPool'? supported are Abs, Add,"
    )
    assert text.endswith(", Xor")
