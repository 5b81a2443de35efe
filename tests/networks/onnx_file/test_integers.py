"""Integers within networks: computed in f32, with the results of integers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto

from dlpsim.compiler.compile import compile_network
from dlpsim.networks.evaluate import random_inputs
from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from tests.compiler.small import computed, machine
from tests.networks.compare import check_file, difference, run_file
from tests.networks.onnx_file.models import graph, node, random, save

ONE = machine(nram=4096, wram=4096)
NUMBERS = np.array([7, -7, 8, -8, 0, 127, 128, -129, 255, 256, 300, 70_000, -70_000, 1_000_001])
KINDS = {np.dtype(np.int64): TensorProto.INT64, np.dtype(np.int32): TensorProto.INT32, np.dtype(np.uint8): 2}


def of_one(*nodes: NodeProto, x: NDArray[Any] = NUMBERS, **weights: NDArray[Any]) -> tuple[GraphProto, NDArray[Any]]:
    """Return a graph of integers, and what it is given."""
    return graph(nodes, {"x": x.shape}, "y", weights, {"x": KINDS[x.dtype]}), x


THREE = np.array(3)
CASES = {
    **{f"cast to {kind}": of_one(node("Cast", "x", "y", to=kind)) for kind in (1, 2, 3, 4, 5, 6, 9)},
    "cast of bytes": of_one(node("Cast", "x", "y", to=3), x=np.array([0, 1, 127, 128, 255], np.uint8)),
    "quotient": of_one(node("Div", "x c", "y"), c=THREE),
    "rest": of_one(node("Mod", "x c", "y"), c=THREE),
    "rest with the sign": of_one(node("Mod", "x c", "y", fmod=1), c=THREE),
    "power": of_one(node("Pow", "x c", "y"), x=NUMBERS[:10], c=THREE),
    "limits": of_one(node("Clip", "x low high", "y"), low=np.array(-9), high=np.array(1 << 62)),
    "mean": of_one(node("ReduceMean", "x axes", "y", keepdims=0), x=NUMBERS.reshape(2, 7), axes=np.array([1])),
    "mean of an image": of_one(
        node("ReduceMean", "x axes", "y"), x=NUMBERS[:12].reshape(1, 2, 2, 3), axes=np.array([2, 3])
    ),
    "place": of_one(node("ArgMax", "x", "y", axis=0)),
    "product": of_one(
        node("MatMul", "x w", "y"),
        x=np.arange(12, dtype=np.int32).reshape(3, 4),
        w=np.arange(8, dtype=np.int32).reshape(4, 2),
    ),
    "choice": of_one(node("Greater", "x c", "m"), node("Where", "m x c", "y"), c=THREE),
    "signs": of_one(node("Neg", "x", "n"), node("Abs", "n", "a"), node("Sign", "x", "s"), node("Sub", "a s", "y")),
}


@pytest.mark.parametrize("name", CASES)
def test_files(name: str, tmp_path: Path) -> None:
    body, given = CASES[name]
    path = save(tmp_path / "m.onnx", body, 18)
    network = check_file(path)
    expected = run_file(path, {"x": given})
    found = computed(network, ONE, {"x": given})["y"]
    assert difference({"y": found.astype(expected["y"].dtype)}, expected) == 0


def test_integers_that_f32_does_not_have_are_refused(tmp_path: Path) -> None:
    body, _ = of_one(node("Add", "x c", "y"), c=THREE)
    compiled = compile_network(load_onnx(save(tmp_path / "m.onnx", body)), ONE)
    given = NUMBERS.copy()
    given[3] = (1 << 24) + 1
    with pytest.raises(DlpsimError) as caught:
        compiled.inputs({"x": given})
    assert caught.value.messages == ("m: input 'x' has 16,777,217, which f32 does not have: it would be rounded",)


def test_random_bytes_use_their_range(tmp_path: Path) -> None:
    nodes = [node("Cast", "x", "f", to=1), node("MatMul", "f w", "y")]
    body = graph(nodes, {"x": (40, 8)}, "y", {"w": random(8, 2)}, {"x": TensorProto.UINT8})
    given = random_inputs(load_onnx(save(tmp_path / "m.onnx", body)))["x"]
    assert given.dtype == np.uint8
    assert given.min() < 10
    assert given.max() > 245
