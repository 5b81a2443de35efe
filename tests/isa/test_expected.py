from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from isa.errors import DlpsimError
from isa.expected import expected, relative_error
from tests.isa.examples import program

Array = NDArray[Any]

X = np.arange(12, dtype=np.float32).reshape(3, 4) - 5
W = np.arange(8, dtype=np.float32).reshape(4, 2) - 3
B = np.array([1, -2], np.float32)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (".tensor y DRAM f32 3 2\n.expect y = matmul x w", X @ W),
        (".tensor y DRAM f32 4 4\n.expect y = matmul x x ta", X.T @ X),
        (".tensor y DRAM f32 2 3\n.expect y = matmul w x ta tb", (X @ W).T),
        (
            ".expect t = matmul x w\n.tensor y DRAM f32 3 2\n.expect u = add t b\n.expect y = relu u",
            np.maximum(X @ W + B, 0),
        ),
        (".tensor y DRAM f32 3\n.expect y = row_sum x", X.sum(axis=1)),
        (".tensor y DRAM f32 1 4\n.expect y = column_max x", X.max(axis=0)[None]),
        (".tensor y DRAM f32 4 3\n.expect y = transpose x", X.T),
        (".tensor v DRAM f32 3 2 2\n.tensor y DRAM f32 3 2 2\n.expect y = sub v b", X.reshape(3, 2, 2) - B),
    ],
)
def test_expectations(text: str, result: Array) -> None:
    inputs = {"x": X, "w": W, "b": B, **({"v": X.reshape(3, 2, 2)} if ".tensor v" in text else {})}
    tensors = ".tensor x DRAM f32 3 4\n.tensor w DRAM f32 4 2\n.tensor b DRAM f32 2\n"
    found = expected(program(f"{tensors}{text}\nmove NRAM[0] DRAM[y] 4"), inputs)
    assert found.keys() == {"y"}
    assert found["y"].dtype == np.float64
    np.testing.assert_array_equal(found["y"], result.astype(float))


def test_sums_are_not_rounded() -> None:
    text = ".tensor x DRAM f32 1 3\n.tensor y DRAM f32 1\n.expect y = row_sum x\nmove NRAM[0] DRAM[y] 4"
    x = np.array([[1, 1e-10, 1e10]], np.float32)
    assert expected(program(text), {"x": x})["y"] == x.astype(float).sum()


def test_bytes_saturate_and_their_products_do_not() -> None:
    text = ".tensor x DRAM i8 1 2\n.tensor y DRAM i8 1 2\n.tensor z DRAM i32 1 1\n"
    text += ".expect y = add x x\n.expect z = matmul x x tb\nmove NRAM[0] DRAM[y] 2\nmove NRAM[0] DRAM[z] 4"
    found = expected(program(text), {"x": np.array([[100, -100]], np.int8)})
    assert found["y"].tolist() == [[127, -128]] and found["z"].tolist() == [[20000]]


def test_an_operand_without_a_value() -> None:
    text = (
        ".tensor x DRAM f32 4\n.tensor y DRAM f32 4\n.expect x = relu y\nmove NRAM[0] DRAM[y] 4\nmove NRAM[0] DRAM[x] 4"
    )
    with pytest.raises(DlpsimError) as error:
        expected(program(text), {})
    assert str(error.value).startswith(
        "x.asm:3: 'y' has no value: it is no input, and no expectation above says what it is to be\n"
    )
    assert expected(program(text), {"y": np.ones(4, np.float32)})["x"].tolist() == [1] * 4


@pytest.mark.parametrize(
    ("values", "reference", "error"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 2.5], [1.0, 2.0], 0.25),
        ([0.0, 0.0], [0.0, 0.0], 0.0),
        ([0.0, 1.0], [0.0, 0.0], np.inf),
        ([np.nan, 2.0], [np.nan, 1.0], 1.0),
        ([np.inf, -np.inf], [np.inf, -np.inf], 0.0),
        ([np.inf, 1.0], [-np.inf, 1.0], np.inf),
        ([np.nan, 1.0], [1.0, 1.0], np.inf),
        ([1.0, 1.0], [1.0, np.inf], np.inf),
    ],
)
def test_relative_error(values: list[float], reference: list[float], error: float) -> None:
    assert relative_error(np.array(values, np.float32), np.array(reference)) == error
