"""Networks whose numbers are not f32: wider ones, and constants that are narrower."""

from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from onnx import GraphProto, TensorProto, external_data_helper, helper, load, numpy_helper

from dlpsim.deploy.agreement import agreement
from dlpsim.deploy.deployment import deploy
from dlpsim.networks.evaluate import random_inputs
from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from isa.interpreter import interpret
from tests.compiler.small import computed, machine
from tests.networks.compare import Arrays, check_file, difference, run_file
from tests.networks.onnx_file.models import graph, node, number, random, save

ONE = machine(nram=4096, wram=4096)
DRAWN = np.random.default_rng(0)


def with_weights(body: GraphProto, **arrays: Any) -> GraphProto:
    """Add weights of types that NumPy itself does not have."""
    body.initializer.extend(numpy_helper.from_array(array, name) for name, array in arrays.items())
    return body


def dequantized(weight: Any, **attributes: Any) -> GraphProto:
    nodes = [node("DequantizeLinear", "w s", "f", **attributes), node("MatMul", "x f", "y")]
    scale = np.abs(random(2, 4)) if attributes else number(0.3)
    return with_weights(graph(nodes, {"x": (3, 8)}, "y", {"s": scale}), w=weight)


def cast(weight: Any) -> GraphProto:
    nodes = [node("Cast", "w", "f", to=TensorProto.FLOAT), node("MatMul", "x f", "y")]
    return with_weights(graph(nodes, {"x": (3, 8)}, "y"), w=weight)


FOUR_BITS = DRAWN.integers(-8, 8, (8, 4))

FILES = {
    "bf16": cast(random(8, 4).astype(ml_dtypes.bfloat16)),
    "f8": cast(random(8, 4).astype(ml_dtypes.float8_e4m3fn)),
    "f8 with a scale": dequantized(random(8, 4).astype(ml_dtypes.float8_e5m2)),
    "i4": cast(FOUR_BITS.astype(ml_dtypes.int4)),
    "u4": dequantized((FOUR_BITS + 8).astype(ml_dtypes.uint4)),
    "i4 in blocks": dequantized(FOUR_BITS.astype(ml_dtypes.int4), axis=0, block_size=4),
}


@pytest.mark.parametrize("name", FILES)
def test_narrow_constants_are_read_exactly(name: str, tmp_path: Path) -> None:
    network = check_file(save(tmp_path / "m.onnx", FILES[name], 21))
    assert [one.op for one in network.nodes] == ["MatMul"]


def test_weights_beside_the_file(tmp_path: Path) -> None:
    path = save(tmp_path / "m.onnx", FILES["bf16"], 21)
    whole = load_onnx(path).weights["w"].array()
    model = load(path)
    external_data_helper.convert_model_to_external_data(model, location="deep/w.bin", size_threshold=0)
    (tmp_path / "deep").mkdir()
    beside = tmp_path / "beside.onnx"
    external_data_helper.write_external_data_tensors(model, str(tmp_path))
    beside.write_bytes(model.SerializeToString())
    assert np.array_equal(load_onnx(beside).weights["w"].array(), whole)


def test_bf16_is_f32_from_input_to_output(tmp_path: Path) -> None:
    """Weights are exact; that onnxruntime would round results in between is left out."""
    body = graph([node("MatMul", "x w", "p"), node("Relu", "p", "y")], {"x": (3, 8)}, "y", types={"x": 16})
    weight = random(8, 4).astype(ml_dtypes.bfloat16)
    path = save(tmp_path / "m.onnx", with_weights(body, w=weight))
    network = load_onnx(path)
    inputs = random_inputs(network)
    expected = np.maximum(inputs["x"] @ weight.astype(np.float32), 0)
    assert [network.values[name].dtype for name in "xy"] == ["f32", "f32"]
    assert difference({"y": computed(network, ONE, inputs)["y"]}, {"y": expected}) < 1e-5


def test_four_bits_beside_the_file_are_refused(tmp_path: Path) -> None:
    body = graph([node("Cast", "w", "y", to=1)], {"x": (1,)}, "y")
    tensor = numpy_helper.from_array(FOUR_BITS.astype(ml_dtypes.int4), "w")
    body.initializer.append(tensor)
    external_data_helper.set_external_data(body.initializer[0], "w.bin")
    (tmp_path / "w.bin").write_bytes(tensor.raw_data)
    body.initializer[0].ClearField("raw_data")
    path = tmp_path / "m.onnx"
    path.write_bytes(helper.make_model(body).SerializeToString())
    with pytest.raises(DlpsimError, match=r"tensor 'w': its elements are INT4 in 'w\.bin', supported within the model"):
        load_onnx(path)


LOWEST = np.finfo(np.float64).min


def masked(*, is_constant: bool) -> tuple[GraphProto, Arrays]:
    """Return attention weights in f64, one row of which is masked by the lowest number throughout."""
    mask = np.zeros((3, 5))
    mask[1], mask[2, 3:] = LOWEST, LOWEST
    nodes = [node("Add", "x m", "s"), node("Softmax", "s", "y")]
    kinds = {"x": TensorProto.DOUBLE, "m": TensorProto.DOUBLE}
    given = {"x": (3, 5)} if is_constant else {"x": (3, 5), "m": (3, 5)}
    weights = {"m": mask} if is_constant else {}
    return graph(nodes, given, "y", weights, kinds), {"m": mask}


@pytest.mark.parametrize("is_constant", [False, True])
def test_what_f32_cannot_hold_becomes_its_largest_number(is_constant: bool, tmp_path: Path) -> None:
    body, given = masked(is_constant=is_constant)
    path = save(tmp_path / "m.onnx", body)
    network = load_onnx(path)
    inputs = {**random_inputs(network), **{name: given[name] for name in network.inputs if name in given}}
    expected = run_file(path, inputs)["y"]
    np.testing.assert_allclose(computed(network, ONE, inputs)["y"], expected, atol=1e-6)
    assert expected[1] == pytest.approx([0.2] * 5)


def test_networks_of_f64_are_compared_though_onnxruntime_has_them_in_f32_only(tmp_path: Path) -> None:
    kernel = random(2, 3, 3, 3).astype(np.float64)
    nodes = [node("Conv", "x w", "c"), node("Cast", "c", "d", to=1), node("Cast", "d", "y", to=TensorProto.DOUBLE)]
    body = graph(nodes, {"x": (1, 3, 6, 6)}, "y", {"w": kernel}, {"x": TensorProto.DOUBLE})
    network = load_onnx(save(tmp_path / "m.onnx", body))
    deployment, inputs = deploy(network, ONE), random_inputs(network)
    found = agreement(deployment, inputs, interpret(deployment.program, deployment.compiled.inputs(inputs)))
    assert [one.tensor for one in found if one.is_good and one.allowed == 1e-4] == ["c", "d", "y"]
