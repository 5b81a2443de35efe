"""Quantized files: what onnxruntime computes from them, but for a step here and there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper

from dlpsim.networks.evaluate import evaluate, random_inputs
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from tests.compiler.small import computed, machine
from tests.networks.compare import Arrays, run_file
from tests.networks.onnx_file.models import Array, foreign, graph, node, number, random
from tests.reference.examples import examples

MICROSOFT = "com.microsoft"
SIX = machine(nram=8192, wram=8192, shared=40_000, clusters=2, cores=3)
KINDS: Mapping[str, Any] = {"u8": np.uint8, "i8": np.int8, "u16": np.uint16, "i16": np.int16}


def whole(dtype: str, *shape: int, seed: int = 0) -> NDArray[Any]:
    """Return random whole numbers of the full range of a type."""
    limits = np.iinfo(KINDS[dtype])
    drawn = np.random.default_rng([seed, *shape])
    return drawn.integers(limits.min, limits.max + 1, shape).astype(KINDS[dtype]).reshape(shape)


def save(path: Path, body: GraphProto) -> Path:
    """Write a model that uses operators of onnxruntime's own."""
    for output in body.output:
        output.type.tensor_type.elem_type = output.type.tensor_type.elem_type or TensorProto.FLOAT
    domains = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
    path.write_bytes(helper.make_model(body, opset_imports=domains, ir_version=10).SerializeToString())
    return path


def assert_steps_agree(path: Path, *, is_compiled: bool = True, inputs: Arrays | None = None) -> None:
    """Check that a file's network, its lowered form and its program compute what onnxruntime does from the file.

    Where a number lies between two steps, either is right: two, and 2 % of the numbers, may be off by one.
    """
    network = load_onnx(path)
    given = inputs or random_inputs(network)
    expected = run_file(path, given)
    runs = [evaluate(network, given, network.outputs), evaluate(lowered(network), given, network.outputs)]
    if is_compiled:
        runs.append(computed(network, SIX, given))
    for run in runs:
        for name, theirs in expected.items():
            difference = np.abs(run[name].astype(np.float64) - theirs.astype(np.float64))
            assert run[name].shape == theirs.shape
            if theirs.dtype.kind == "f":
                assert difference.max(initial=0) <= 1e-5 * np.abs(theirs).max(initial=0)
            else:
                assert difference.max(initial=0) <= 1
                assert (difference > 0).sum() <= 0.02 * theirs.size + 2


def typed(body: GraphProto, kind: int) -> GraphProto:
    """Give the outputs of a graph a type."""
    for output in body.output:
        output.type.tensor_type.elem_type = kind
    return body


def scales(*names: str) -> dict[str, Array]:
    return {name: number(0.01 + 0.007 * index) for index, name in enumerate(names)}


def zeros(dtype: str, *names: str) -> dict[str, NDArray[Any]]:
    return {name: np.array(3 + index, KINDS[dtype]) for index, name in enumerate(names)}


def steps_and_back(dtype: str, axis: int | None) -> GraphProto:
    """Return numbers as steps and as what the steps stand for."""
    count = () if axis is None else ((2, 3, 5)[axis],)
    weights = {"s": np.abs(random(*count)) + np.float32(0.01), "z": whole(dtype, *count, seed=1)}
    attributes: dict[str, Any] = {} if axis is None else {"axis": axis}
    nodes = [node("QuantizeLinear", "x s z", "q", **attributes), node("DequantizeLinear", "q s z", "y", **attributes)]
    return graph(nodes, {"x": (2, 3, 5)}, "y", weights)


def convolution(dtype: str, weight: str, *, by_channel: bool) -> GraphProto:
    """Return QLinearConv of an input that is quantized before."""
    count = (4,) if by_channel else ()
    weights: dict[str, Any] = {
        **scales("xs", "ys"),
        **zeros(dtype, "xz", "yz"),
        "w": whole(weight, 4, 3, 3, 3) // 4 if weight == "u8" else whole(weight, 4, 3, 3, 3),
        "ws": np.abs(random(*count)) * np.float32(0.005) + np.float32(0.001),
        "wz": np.zeros(count, KINDS[weight]) if weight == "i8" else np.full(count, 7, np.uint8),
        "b": np.array([5, -300, 20, 1000], np.int32),
    }
    nodes = [
        node("QuantizeLinear", "x xs xz", "q"),
        node("QLinearConv", "q xs xz w ws wz ys yz b", "c", pads=[1, 0, 1, 2], strides=[2, 1]),
        node("MaxPool", "c", "p", kernel_shape=[2, 2]),
        node("DequantizeLinear", "p ys yz", "y"),
    ]
    return graph(nodes, {"x": (2, 3, 7, 6)}, "y", weights)


def product(dtype: str, weight: str) -> GraphProto:
    columns = {"bs": np.abs(random(6)) * np.float32(0.01) + np.float32(0.001), "bz": whole(weight, 6) // 8}
    weights = {**scales("as", "ys"), **zeros(dtype, "az", "yz"), "b": whole(weight, 5, 6), **columns}
    nodes = [node("QuantizeLinear", "x as az", "q"), node("QLinearMatMul", "q as az b bs bz ys yz", "y")]
    kind = TensorProto.UINT8 if dtype == "u8" else TensorProto.INT8
    return typed(graph(nodes, {"x": (2, 4, 5)}, "y", weights), kind)


def dynamic() -> GraphProto:
    """Return a product as quantize_dynamic writes it."""
    nodes = [
        node("DynamicQuantizeLinear", "x", "q s z"),
        node("MatMulInteger", "q w z wz", "p"),
        node("Cast", "p", "f", to=TensorProto.FLOAT),
        node("Mul", "s ws", "both"),
        node("Mul", "f both", "scaled"),
        node("Add", "scaled b", "y"),
    ]
    weights = {"w": whole("i8", 8, 6), "wz": np.array(0, np.int8), "ws": number(0.02), "b": random(6)}
    return graph(nodes, {"x": (3, 8)}, "y", weights)


def integers_convolved() -> GraphProto:
    nodes = [node("ConvInteger", "x w xz wz", "i", pads=[1] * 4), node("Cast", "i", "y", to=TensorProto.FLOAT)]
    weights = {"w": whole("u8", 4, 3, 3, 3), "xz": np.array(9, np.uint8), "wz": np.array(100, np.uint8)}
    return graph(nodes, {"x": (1, 3, 5, 5)}, "y", weights, {"x": TensorProto.UINT8})


def between_steps(op: str, inputs: str, operands: str, dims: Mapping[str, Any], **attributes: Any) -> GraphProto:
    """Return an operator of onnxruntime's own on steps; operands: names with kinds, `s` scale, `z` zero point."""
    weights: dict[str, Any] = {}
    for index, word in enumerate(operands.split()):
        weights[word] = number(0.02 + 0.01 * index) if word.endswith("s") else np.array(100 + index, np.uint8)
    return typed(
        graph([foreign(op, inputs, "y", **attributes)], dims, "y", weights, dict.fromkeys(dims, TensorProto.UINT8)),
        TensorProto.UINT8,
    )


PLAIN = {"a": (2, 3, 5)}
BOTH = {"a": (2, 3, 5), "b": (3, 1)}
IMAGE = {"a": (1, 3, 6, 6)}

FILES: dict[str, GraphProto] = {
    **{f"{dtype} axis {axis}": steps_and_back(dtype, axis) for dtype in KINDS for axis in (None, 0, 1, -1)},
    "QLinearConv u8 i8": convolution("u8", "i8", by_channel=False),
    "QLinearConv u8 i8 by channel": convolution("u8", "i8", by_channel=True),
    "QLinearConv i8 i8 by channel": convolution("i8", "i8", by_channel=True),
    "QLinearConv u8 u8": convolution("u8", "u8", by_channel=False),
    "QLinearMatMul u8": product("u8", "u8"),
    "QLinearMatMul i8": product("i8", "i8"),
    "dynamic": dynamic(),
    "ConvInteger": integers_convolved(),
    "QLinearAdd": between_steps("QLinearAdd", "a as az b bs bz ys yz", "as az bs bz ys yz", BOTH),
    "QLinearMul": between_steps("QLinearMul", "a as az b bs bz ys yz", "as az bs bz ys yz", BOTH),
    "QLinearSigmoid": between_steps("QLinearSigmoid", "a as az ys yz", "as az ys yz", PLAIN),
    "QLinearLeakyRelu": between_steps("QLinearLeakyRelu", "a as az ys yz", "as az ys yz", PLAIN, alpha=0.3),
    "QLinearGlobalAveragePool": between_steps("QLinearGlobalAveragePool", "a as az ys yz", "as az ys yz", IMAGE),
    "QLinearAveragePool": between_steps(
        "QLinearAveragePool",
        "a as az ys yz",
        "as az ys yz",
        IMAGE,
        kernel_shape=[2, 3],
        strides=[2, 2],
        pads=[0, 1] * 2,
    ),
    "QLinearConcat": between_steps(
        "QLinearConcat", "ys yz a as az b bs bz", "ys yz as az bs bz", {"a": (2, 3), "b": (2, 4)}, axis=1
    ),
}


def drawn(path: Path) -> Arrays:
    """Return inputs that use the full range of their type."""
    network = load_onnx(path)
    found = {name: (whole("u8", *value.shape), value) for name, value in network.values.items() if value.dtype == "u8"}
    return {**random_inputs(network), **{name: found[name][0] for name in network.inputs if name in found}}


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, tmp_path: Path) -> None:
    path = save(tmp_path / "m.onnx", FILES[name])
    assert_steps_agree(path, inputs=drawn(path))


@st.composite
def quantized(draw: st.DrawFn) -> GraphProto:
    """Return steps, an operator between them, and steps again, as files in the QDQ format have it."""
    dtype = draw(st.sampled_from(["u8", "i8"]))
    size = st.floats(2**-7, 0.5).map(lambda value: number(round(value, 4)))
    weights: dict[str, Any] = {name: draw(size) for name in ("xs", "ws", "ys")}
    weights |= {name: whole(dtype, seed=draw(st.integers(0, 99))) for name in ("xz", "yz")}
    channels, outputs = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    if draw(st.booleans()):
        weights |= {"w": whole("i8", channels, outputs), "wz": np.array(0, np.int8)}
        shape: tuple[int, ...] = (2, 3, channels)
        call = node("MatMul", "xd wd", "c")
    else:
        weights |= {"w": whole("i8", outputs, channels, 2, 2), "wz": np.zeros(outputs, np.int8)}
        weights["ws"] = np.abs(random(outputs)) + np.float32(0.01)
        call, shape = node("Conv", "xd wd", "c", pads=[1, 0, 0, 1]), (1, channels, 4, 5)
    nodes = [
        node("QuantizeLinear", "x xs xz", "q"),
        node("DequantizeLinear", "q xs xz", "xd"),
        node("DequantizeLinear", "w ws wz", "wd", axis=0),
        call,
        node("Relu", "c", "r") if draw(st.booleans()) else node("Identity", "c", "r"),
        node("QuantizeLinear", "r ys yz", "y"),
    ]
    kind = TensorProto.UINT8 if dtype == "u8" else TensorProto.INT8
    return typed(graph(nodes, {"x": shape}, "y", weights), kind)


def test_random_networks_between_steps(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("random") / "m.onnx"

    @examples(25)
    @given(body=quantized())
    def check(body: GraphProto) -> None:
        assert_steps_agree(save(path, body), is_compiled=False)

    check()


@pytest.mark.parametrize(
    ("call", "weights", "message"),
    [
        (
            node("QuantizeLinear", "x s", "y", output_dtype=TensorProto.INT4),
            {"s": number(0.1)},
            "node 'y' (QuantizeLinear): it quantizes to type 22; supported are u8, i8, u16, i16",
        ),
        (
            node("QuantizeLinear", "x s z", "y", axis=1),
            {"s": random(2), "z": np.zeros(2, np.uint8)},
            "node 'y' (QuantizeLinear): operand 1 has 2 numbers, expected one, or 5 for those along axis 1",
        ),
        (
            foreign("QLinearAveragePool", "q s z s z", "y", kernel_shape=[2, 2], channels_last=1),
            {"q": whole("u8", 1, 4, 4, 3), "s": number(0.1), "z": np.array(0, np.uint8)},
            "node 'y' (QLinearAveragePool): attribute channels_last is 1, which is not supported",
        ),
        (
            foreign("QAttention", "x", "y"),
            {},
            "node 'y': operator com.microsoft.QAttention is not supported",
        ),
    ],
)
def test_refusals(call: NodeProto, weights: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = save(tmp_path / "m.onnx", graph([call], {"x": (2, 5)}, "y", weights))
    with pytest.raises(DlpsimError) as caught:
        load_onnx(path)
    assert any(message in text for text in caught.value.messages)
