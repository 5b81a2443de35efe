"""Operators that are put together of others, and what layers give besides: against onnxruntime, and compiled."""

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import NodeProto, TensorProto

from dlpsim.networks.counting import count
from dlpsim.networks.evaluate import evaluate, random_inputs
from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine
from tests.networks.compare import check_file
from tests.networks.onnx_file.models import Array, graph, integers, model, node, random, save

ONE = machine(nram=8192, wram=8192)
SHAPE = (2, 3, 4, 5)


def checked(path: Path, nodes: list[NodeProto], outputs: str, weights: dict[str, Array], opset: int = 18) -> list[str]:
    """Check a file whose input `x` has `SHAPE`, and what it is compiled to; return the operators that it is read as."""
    network = check_file(save(path / "m.onnx", graph(nodes, {"x": SHAPE}, outputs, weights), opset))
    assert_right(network, ONE)
    return [one.op for one in network.nodes]


@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("axis", [-1, 1])
def test_rows_are_divided_by_their_norm(p: int, axis: int, tmp_path: Path) -> None:
    checked(tmp_path, [node("LpNormalization", "x", "y", p=p, axis=axis)], "y", {})


@pytest.mark.parametrize("p", [1, 2])
def test_rows_of_zeros_stay_zeros(p: int, tmp_path: Path) -> None:
    nodes = [node("Mul", "x some", "rows"), node("LpNormalization", "rows", "y", p=p)]
    checked(tmp_path, nodes, "y", {"some": np.array([1, 0, 1, 0], np.float32)[:, None]})


@pytest.mark.parametrize("axis", [-3, -1])
def test_mean_and_deviation_of_a_layer_normalization(axis: int, tmp_path: Path) -> None:
    weights = {"s": random(*SHAPE[axis:]), "b": random(*SHAPE[axis:], seed=1)}
    call = node("LayerNormalization", "x s b", "y mean deviation", axis=axis, epsilon=1e-3)
    checked(tmp_path, [call], "y mean deviation", weights)
    assert checked(tmp_path, [call], "y", weights) == ["LayerNormalization"]


def test_a_batch_normalization_in_training(tmp_path: Path) -> None:
    weights = {"s": random(3), "b": random(3, seed=1), "m": random(3, seed=2), "v": np.abs(random(3, seed=3))}
    call = node("BatchNormalization", "x s b m v", "y mean variance", training_mode=1, momentum=0.75, epsilon=1e-3)
    checked(tmp_path, [call], "y mean variance", weights)


@pytest.mark.parametrize("upper", [0, 1])
@pytest.mark.parametrize("offset", [-1, 0, 2])
def test_a_triangle_whose_diagonal_is_computed(upper: int, offset: int, tmp_path: Path) -> None:
    """The diagonal is a constant and 0 × the number of a largest element, which nobody knows beforehand."""
    nodes = [
        node("ArgMax", "x", "best", axis=3, keepdims=0),
        node("ReduceMin", "best", "least", keepdims=0),
        node("Mul", "least none", "nothing"),
        node("Add", "nothing offset", "k"),
        node("Trilu", "x k", "y", upper=upper),
    ]
    ops = checked(tmp_path, nodes, "y", {"none": np.array(0), "offset": np.array(offset)})
    assert ops[-2:] == ["GreaterOrEqual" if upper else "LessOrEqual", "Where"]


@pytest.mark.parametrize("given", [{}, {"k": 1}, {"k": -2, "dtype": TensorProto.INT64}])
def test_ones_on_a_diagonal(given: dict[str, Any], tmp_path: Path) -> None:
    nodes = [node("Reshape", "x shape", "matrix"), node("EyeLike", "matrix", "ones", **given)]
    nodes += [node("Cast", "ones", "numbers", to=TensorProto.FLOAT), node("Add", "numbers matrix", "y")]
    assert checked(tmp_path, nodes, "y", {"shape": integers(10, 12)}) == ["Reshape", "Add"]


def test_updates_under_their_former_name(tmp_path: Path) -> None:
    updates = np.zeros((2, 3, 2, 5), np.float32)
    indices = np.array(np.broadcast_to(np.array([3, 0])[:, None], updates.shape))
    ops = checked(tmp_path, [node("Scatter", "x i u", "y", axis=2)], "y", {"i": indices, "u": updates}, 10)
    assert ops == ["ScatterElements"]


@pytest.mark.parametrize("opset", [9, 12])
@pytest.mark.parametrize("op", ["LogSoftmax", "Hardmax"])
def test_rows_of_earlier_versions_are_all_that_follows(op: str, opset: int, tmp_path: Path) -> None:
    checked(tmp_path, [node(op, "x", "y", axis=2)], "y", {}, opset)


def test_the_largest_in_earlier_versions(tmp_path: Path) -> None:
    checked(tmp_path, [node("TopK", "x", "y places", k=2, axis=1)], "y places", {}, 9)


def test_weights_of_einstein_sums_are_weights(tmp_path: Path) -> None:
    """They are turned once, before all else, and count as parameters."""
    call = node("Einsum", "x w", "y", equation="bcij,ejk->bceik")
    body = graph([call], {"x": SHAPE}, "y", {"w": random(3, 5, 6)})
    network = check_file(save(tmp_path / "m.onnx", body, 18))
    assert [one.op for one in network.nodes] == ["Reshape", "MatMul", "Reshape", "Transpose"]
    assert count(network).parameters == 3 * 5 * 6
    assert_right(network, ONE)


@pytest.mark.parametrize("limits", ["low high", "low -", "- high"])
def test_limits_are_computed(limits: str, tmp_path: Path) -> None:
    nodes = [
        node("ReduceMean", "x", "low", keepdims=0),
        node("ReduceMax", "x", "most", keepdims=0),
        node("Mul", "most half", "high"),
        node("Clip", f"x {limits}", "y"),
    ]
    checked(tmp_path, nodes, "y", {"half": np.array(0.5, np.float32)})


@pytest.mark.parametrize("p", [1, 2, 3])
def test_norms_of_windows(p: int, tmp_path: Path) -> None:
    nodes = [
        node("LpPool", "x", "y", kernel_shape=[2, 3], strides=[1, 2], pads=[1, 0, 1, 2], p=p),
        node("LpPool", "x", "z", kernel_shape=[3, 2], auto_pad="SAME_UPPER", p=p),
        node("GlobalLpPool", "x", "w", p=p),
    ]
    checked(tmp_path, nodes, "y z w", {})


@pytest.mark.parametrize(("batch", "time"), [(0, 1), (1, 0)])
@pytest.mark.parametrize("is_computed", [False, True])
def test_sequences_are_turned_round(batch: int, time: int, is_computed: bool, tmp_path: Path) -> None:
    """Their lengths are 1 and the whole, or follow from an ArgMax."""
    axes = tuple(axis for axis in range(4) if axis != batch)
    nodes = [
        node("ReduceMax", "x", "most", axes=axes, keepdims=0),
        node("ArgMax", "most", "best", axis=0, keepdims=1),
        node("Mul", "best none", "nothing"),
        node("Add", "nothing lengths", "computed"),
        node("ReverseSequence", f"x {'computed' if is_computed else 'lengths'}", "y", batch_axis=batch, time_axis=time),
    ]
    lengths = np.ones(SHAPE[batch], np.int64)
    lengths[-1] = SHAPE[time]
    checked(tmp_path, nodes, "y", {"none": integers(0), "lengths": lengths}, 17)


@pytest.mark.parametrize(
    ("image", "block", "attributes"),
    [
        ((5, 6), (2, 2), {}),
        ((5, 6), (1, 4), {"strides": [2, 2], "pads": [1, 0, 0, 2]}),
        ((7, 7), (2, 2), {"dilations": [2, 3], "strides": [2, 1]}),
        ((9,), (4,), {"strides": [2]}),
    ],
)
def test_windows_are_put_together(
    image: tuple[int, ...], block: tuple[int, ...], attributes: dict[str, Any], tmp_path: Path
) -> None:
    dilations, strides = (attributes.get(key, [1] * len(image)) for key in ("dilations", "strides"))
    pads = attributes.get("pads", [0] * 2 * len(image))
    windows = prod(
        (size + pads[i] + pads[len(image) + i] - dilations[i] * (block[i] - 1) - 1) // strides[i] + 1
        for i, size in enumerate(image)
    )
    call = node("Col2Im", "columns image block", "y", **attributes)
    weights = {"image": integers(*image), "block": integers(*block)}
    inputs = {"columns": (2, 3 * prod(block), windows)}
    network = check_file(save(tmp_path / "m.onnx", graph([call], inputs, "y", weights), 18))
    assert_right(network, ONE)


@pytest.mark.parametrize("axis", [None, 1, -1])
def test_some_are_kept(axis: int | None, tmp_path: Path) -> None:
    kept = np.array([True, False, True])
    call = node("Compress", "x kept", "y") if axis is None else node("Compress", "x kept", "y", axis=axis)
    checked(tmp_path, [call], "y", {"kept": kept})


@pytest.mark.parametrize("exclusive", [0, 1])
@pytest.mark.parametrize("reverse", [0, 1])
def test_running_products(exclusive: int, reverse: int, tmp_path: Path) -> None:
    """onnxruntime has none: the reference is NumPy."""
    call = node("CumProd", "x axis", "y", exclusive=exclusive, reverse=reverse)
    path = tmp_path / "m.onnx"
    path.write_bytes(model(graph([call], {"x": SHAPE}, "y", {"axis": np.array(-1)}), 26).SerializeToString())
    network = load_onnx(path)
    x = random_inputs(network)["x"]
    given = x[..., ::-1] if reverse else x
    expected = np.cumprod(given, axis=-1)
    if exclusive:
        expected = np.concatenate([np.ones_like(x[..., :1]), expected[..., :-1]], axis=-1)
    found = evaluate(network, {"x": x}, ["y"])["y"]
    assert np.allclose(found, expected[..., ::-1] if reverse else expected, rtol=1e-5)
    assert_right(network, ONE)


def test_what_shapes_depend_on_must_be_constant(tmp_path: Path) -> None:
    nodes = [
        node("Cast", "x", "numbers", to=TensorProto.INT64),
        node("ReduceMax", "numbers", "k", keepdims=0),
        node("Reshape", "k one", "some"),
        node("Cast", "x", "is_kept", to=TensorProto.BOOL),
        node("OneHot", "numbers k values", "a"),
        node("TopK", "x some", "b c"),
        node("LpNormalization", "x", "d", p=3),
        node("EyeLike", "x", "e"),
        node("Compress", "x is_kept", "f", axis=1),
        node("LpPool", "x", "g", kernel_shape=[2, 2], ceil_mode=1),
        node("ReverseSequence", "x some", "h", batch_axis=2, time_axis=0),
        node("NonZero", "x", "i"),
    ]
    path = save(
        tmp_path / "m.onnx", graph(nodes, {"x": SHAPE}, "a b d e f g h i", {"values": random(2), "one": integers(1)})
    )
    with pytest.raises(DlpsimError) as caught:
        load_onnx(path)
    assert [message.removeprefix(f"{path}: ") for message in caught.value.messages] == [
        "node 'a' (OneHot): 'k' (depth) is not one constant number: the shape of the result depends on it",
        "node 'b' (TopK): 'some' (k) is not constant: it depends on what the network is given",
        "node 'd' (LpNormalization): attribute p is 3, expected 1 or 2",
        "node 'e' (EyeLike): input 'x' is 2×3×4×5, expected 2 dimensions",
        "node 'f' (Compress): 'is_kept' (condition) is not constant: the shape of the result depends on it",
        "node 'g' (LpPool): ceil_mode is 1, which is not supported",
        "node 'h' (ReverseSequence): batch_axis is 2 and time_axis 0, expected 0 and 1",
        "node 'i' (NonZero): how many results it has depends on what the network is given",
    ]


@pytest.mark.parametrize("op", ["GatherND", "GatherElements"])
def test_tables_that_elements_are_chosen_of_are_parameters(op: str, tmp_path: Path) -> None:
    nodes = [node("ArgMax", "x", "best", axis=3), node(op, "table best", "chosen"), node("Neg", "chosen", "y")]
    path = save(tmp_path / "m.onnx", graph(nodes, {"x": SHAPE}, "y", {"table": random(5, 3, 4, 1)}), 18)
    assert count(load_onnx(path)).parameters == 60
