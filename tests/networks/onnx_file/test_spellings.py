"""What exporters write, and the operators that it becomes."""

from math import pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import GraphProto, TensorProto, helper

from dlpsim.networks.counting import count
from tests.networks.compare import check_file
from tests.networks.onnx_file.models import Array, graph, integers, node, number, random, save


def norm(channels: int) -> dict[str, Array]:
    """Return scale, bias, mean and variance of a batch normalization."""
    return {
        "s": random(channels, seed=1),
        "b": random(channels, seed=2),
        "m": random(channels, seed=3),
        "v": random(channels, seed=4) ** 2 + 0.5,
    }


IMAGE = {"x": (1, 4, 6, 6)}
ROWS = {"x": (2, 3, 8)}
CONV = {"w": random(4, 4, 3, 3, scale=0.2)}


def batch_norm() -> GraphProto:
    nodes = [node("Conv", "x w", "c", pads=[1] * 4), node("BatchNormalization", "c s b m v", "y", epsilon=1e-3)]
    return graph(nodes, IMAGE, "y", {**CONV, **norm(4)})


def batch_norm_of_gemm() -> GraphProto:
    nodes = [node("Gemm", "x w c", "g", transB=1), node("BatchNormalization", "g s b m v", "y")]
    weights = {"w": random(6, 8), "c": random(6, seed=5), **norm(6)}
    return graph(nodes, {"x": (3, 8)}, "y", weights)


def caffe_scale() -> GraphProto:
    """Return a normalization, then Unsqueeze, Mul and Add as caffe's scale layer becomes."""
    nodes = [
        node("Conv", "x w", "c", pads=[1] * 4),
        node("BatchNormalization", "c s b m v", "n"),
        node("Unsqueeze", "s2", "su", axes=[1, 2]),
        node("Unsqueeze", "b2", "bu", axes=[1, 2]),
        node("Mul", "n su", "p"),
        node("Add", "p bu", "q"),
        node("Relu", "q", "y"),
    ]
    return graph(nodes, IMAGE, "y", {**CONV, **norm(4), "s2": random(4, seed=7), "b2": random(4, seed=8)})


def spelled_batch_norm() -> GraphProto:
    """Return (c - mean) ÷ deviation × scale + bias, with nothing but arithmetic."""
    shape = (1, 4, 1, 1)
    weights = {name: array.reshape(shape) for name, array in norm(4).items()}
    nodes = [
        node("Conv", "x w", "c"),
        node("Sub", "c m", "d"),
        node("Div", "d v", "e"),
        node("Mul", "s e", "f"),
        node("Sub", "b f", "y"),
    ]
    return graph(nodes, IMAGE, "y", {**CONV, **weights})


def free_scale() -> GraphProto:
    """Return a scale and bias that follow no layer."""
    weights = {"s": random(4, 1, 1), "b": random(4, 1, 1, seed=1)}
    return graph([node("Mul", "x s", "p"), node("Add", "p b", "y")], IMAGE, "y", weights)


def product_and_bias() -> GraphProto:
    weights = {"w": random(8, 5), "b": random(5)}
    return graph([node("MatMul", "x w", "p"), node("Add", "b p", "y")], {"x": (3, 8)}, "y", weights)


def shared_convolution() -> GraphProto:
    """Return a normalization whose operand something else takes too: it cannot be folded."""
    nodes = [
        node("Conv", "x w", "c", pads=[1] * 4),
        node("BatchNormalization", "c s b m v", "n"),
        node("Add", "c n", "y"),
    ]
    return graph(nodes, IMAGE, "y", {**CONV, **norm(4)})


def layer_norm(square: str, by: str) -> GraphProto:
    nodes = [
        node("ReduceMean", "x", "mean", axes=[-1]),
        node("Sub", "x mean", "d"),
        node("Pow", "d two", "sq") if square == "Pow" else node("Mul", "d d", "sq"),
        node("ReduceMean", "sq", "var", axes=[2]),
        node("Add", "var eps", "ve"),
        node("Sqrt", "ve", "sd"),
    ]
    if by == "Div":
        nodes += [node("Div", "d sd", "n"), node("Mul", "n g", "p"), node("Add", "b p", "y")]
    elif by == "Reciprocal":
        nodes += [
            node("Reciprocal", "sd", "r"),
            node("Mul", "d r", "n"),
            node("Mul", "g n", "p"),
            node("Add", "p b", "y"),
        ]
    else:  # as TensorFlow's batch normalization of moments
        nodes += [
            node("Reciprocal", "sd", "r"),
            node("Mul", "r g", "f"),
            node("Mul", "x f", "xf"),
            node("Mul", "mean f", "mf"),
            node("Sub", "b mf", "bm"),
            node("Add", "xf bm", "y"),
        ]
    weights = {"two": number(2), "eps": number(1e-5), "g": random(8), "b": random(8, seed=1)}
    return graph(nodes, ROWS, "y", weights)


def plain_layer_norm() -> GraphProto:
    """Return a normalization without scale and bias."""
    nodes = [
        node("ReduceMean", "x", "mean", axes=[2]),
        node("Sub", "x mean", "d"),
        node("Mul", "d d", "sq"),
        node("ReduceMean", "sq", "var", axes=[2]),
        node("Add", "var eps", "ve"),
        node("Sqrt", "ve", "sd"),
        node("Div", "d sd", "y"),
    ]
    return graph(nodes, ROWS, "y", {"eps": number(1e-5)})


def gelu(order: int) -> GraphProto:
    nodes = [node("Div", "x root", "a"), node("Erf", "a", "e"), node("Add", "e one", "f")]
    nodes += [
        [node("Mul", "x f", "p"), node("Mul", "p half", "y")],
        [node("Mul", "half x", "p"), node("Mul", "p f", "y")],
        [node("Mul", "f half", "p"), node("Mul", "p x", "y")],
    ][order]
    return graph(nodes, ROWS, "y", {"root": number(sqrt(2)), "one": number(1), "half": number(0.5)})


def gelu_tanh(cube: str) -> GraphProto:
    nodes = [node("Pow", "x three", "c")] if cube == "Pow" else [node("Mul", "x x", "xx"), node("Mul", "xx x", "c")]
    nodes += [
        node("Mul", "k c", "kc"),
        node("Add", "x kc", "s"),
        node("Mul", "root s", "rs"),
        node("Tanh", "rs", "t"),
        node("Add", "one t", "f"),
        node("Mul", "x half", "h"),
        node("Mul", "h f", "y"),
    ]
    weights = {"three": 3, "k": 0.044715, "root": sqrt(2 / pi), "one": 1, "half": 0.5}
    return graph(nodes, ROWS, "y", {name: number(value) for name, value in weights.items()})


def hard_swish(last: str) -> GraphProto:
    nodes = [node("Add", "x three", "a"), node("Clip", "a zero six", "c")]
    nodes += (
        [node("Mul", "x c", "p"), node("Div", "p six", "y")]
        if last == "Div"
        else [
            node("Div", "c six", "p"),
            node("Mul", "x p", "y"),
        ]
    )
    return graph(nodes, IMAGE, "y", {"three": number(3), "zero": number(0), "six": number(6)})


def near_gelu() -> GraphProto:
    """Return what is a gelu but for its constant: 1.5, not √2."""
    nodes = [
        node("Div", "x root", "a"),
        node("Erf", "a", "e"),
        node("Add", "e one", "f"),
        node("Mul", "x f", "p"),
        node("Mul", "p half", "y"),
    ]
    return graph(nodes, ROWS, "y", {"root": number(1.5), "one": number(1), "half": number(0.5)})


def attention() -> GraphProto:
    """Return two heads of attention, with the shapes that they are given computed from their operand's."""
    nodes = [
        node("Shape", "x", "shape"),
        node("Gather", "shape zero", "batch", axis=0),
        node("Gather", "shape one", "length", axis=0),
        node("Unsqueeze", "batch axis", "batch1"),
        node("Unsqueeze", "length axis", "length1"),
        node("Concat", "batch1 length1 heads", "split", axis=0),
        node("Concat", "batch1 length1 minus", "joined", axis=0),
    ]
    for part, order in (("q", (0, 2, 1, 3)), ("k", (0, 2, 3, 1)), ("v", (0, 2, 1, 3))):
        nodes += [
            node("MatMul", f"x w{part}", f"{part}p"),
            node("Add", f"{part}p b{part}", f"{part}b"),
            node("Reshape", f"{part}b split", f"{part}s"),
            node("Transpose", f"{part}s", part, perm=order),
        ]
    nodes += [
        node("MatMul", "q k", "scores"),
        node("Div", "scores root", "scaled"),
        node("Add", "scaled mask", "masked"),
        node("Softmax", "masked", "weights", axis=-1),
        node("MatMul", "weights v", "mixed"),
        node("Transpose", "mixed", "back", perm=(0, 2, 1, 3)),
        node("Reshape", "back joined", "y"),
    ]
    weights: dict[str, Array] = {"heads": integers(2, 4), "minus": integers(-1), "axis": integers(0), "root": number(2)}
    weights |= {"zero": np.array(0, np.int64), "one": np.array(1, np.int64)}
    weights |= {"mask": np.triu(np.full((3, 3), -1e4, np.float32), 1)}
    for seed, part in enumerate("qkv"):
        weights |= {f"w{part}": random(8, 8, seed=seed, scale=0.3), f"b{part}": random(8, seed=seed)}
    return graph(nodes, ROWS, "y", weights)


def shuffle() -> GraphProto:
    nodes = [
        node("Reshape", "x apart", "a"),
        node("Transpose", "a", "t", perm=[0, 2, 1, 3, 4]),
        node("Reshape", "t together", "y"),
    ]
    return graph(nodes, IMAGE, "y", {"apart": integers(1, 2, 2, 6, 6), "together": integers(0, -1, 6, 6)})


@pytest.mark.parametrize(
    ("body", "opset", "written", "lowered_to"),
    [
        (batch_norm(), 17, "Conv BatchNormalization", "Conv"),
        (batch_norm_of_gemm(), 17, "Gemm BatchNormalization", "Gemm"),
        (caffe_scale(), 9, "Conv BatchNormalization Mul Add Relu", "Conv Relu"),
        (spelled_batch_norm(), 17, "Conv Sub Div Mul Sub", "Conv"),
        (free_scale(), 17, "Mul Add", "ScaleShift"),
        (product_and_bias(), 17, "MatMul Add", "Gemm"),
        (shared_convolution(), 17, "Conv BatchNormalization Add", "Conv ScaleShift Add"),
        *(
            (layer_norm(square, by), 17, "LayerNormalization", "LayerNormalization")
            for square in ("Pow", "Mul")
            for by in ("Div", "Reciprocal", "moments")
        ),
        (plain_layer_norm(), 17, "LayerNormalization", "LayerNormalization"),
        *((gelu(order), 17, "Gelu", "Gelu") for order in range(3)),
        (gelu_tanh("Pow"), 17, "Gelu", "Gelu"),
        (gelu_tanh("Mul"), 17, "Gelu", "Gelu"),
        (near_gelu(), 17, "Div Erf Add Mul Mul", "Div Erf Add Mul Mul"),
        (hard_swish("Div"), 17, "HardSwish", "HardSwish"),
        (hard_swish("Mul"), 17, "HardSwish", "HardSwish"),
        (shuffle(), 17, "Reshape Transpose Reshape", "Reshape Transpose Reshape"),
    ],
)
def test_spelling(body: GraphProto, opset: int, written: str, lowered_to: str, tmp_path: Path) -> None:
    from dlpsim.networks.lowering.lower import lowered  # noqa: PLC0415

    network = check_file(save(tmp_path / "m.onnx", body, opset))
    assert " ".join(one.op for one in network.nodes) == written
    assert " ".join(one.op for one in lowered(network).nodes) == lowered_to
    assert count(lowered(network)).macs == count(network).macs


def test_attention(tmp_path: Path) -> None:
    network = check_file(save(tmp_path / "m.onnx", attention(), 13))
    ops = [one.op for one in network.nodes]
    assert ops.count("MatMul") == 5
    assert not {"Shape", "Gather", "Unsqueeze", "Concat"} & set(ops)
    assert count(network).macs == 2 * (3 * 3 * 8 * 8 + 2 * 3 * 3 * 8)


def test_parameters_are_what_training_sets(tmp_path: Path) -> None:
    network = check_file(save(tmp_path / "m.onnx", caffe_scale(), 9))
    assert count(network).parameters == 4 * 4 * 9 + 2 * 4 + 2 * 4


def test_shapes_are_folded_through_if_range_and_where(tmp_path: Path) -> None:
    then = graph([node("Identity", "x", "yes")], {}, "yes")
    other = graph([node("Relu", "x", "no")], {}, "no")
    nodes = [
        node("Shape", "x", "shape"),
        node("Gather", "shape last", "n", axis=0),
        node("Range", "zero n step", "range"),
        node("Cast", "range", "positions", to=TensorProto.FLOAT),
        node("Greater", "n six", "is_long"),
        node("If", "is_long", "chosen", then_branch=then, else_branch=other),
        node("Where", "is_long big small", "factor"),
        node("Mul", "positions factor", "p"),
        node("ConstantOfShape", "shape", "ones", value=_filled(1.0)),
        node("Add", "chosen p", "q"),
        node("Add", "q ones", "y"),
    ]
    weights: dict[str, Array] = {
        name: np.array(value, np.int64) for name, value in (("last", -1), ("zero", 0), ("step", 1), ("six", 6))
    }
    network = check_file(
        save(tmp_path / "m.onnx", graph(nodes, ROWS, "y", {**weights, "big": number(2), "small": number(3)}))
    )
    assert [one.op for one in network.nodes] == ["Add", "Add"]


def test_dropout_and_identity_leave_nothing_behind(tmp_path: Path) -> None:
    nodes = [node("Identity", "x", "a"), node("Dropout", "a", "d"), node("Relu", "d", "r"), node("Identity", "r", "y")]
    network = check_file(save(tmp_path / "m.onnx", graph(nodes, ROWS, "y"), 11))
    assert [(one.op, one.inputs, one.outputs) for one in network.nodes] == [("Relu", ("x",), ("y",))]


def test_outputs_may_be_inputs_and_constants(tmp_path: Path) -> None:
    nodes = [node("Identity", "x", "a"), node("Identity", "w", "b"), node("Relu", "x", "c"), node("Identity", "c", "d")]
    check_file(save(tmp_path / "m.onnx", graph(nodes, ROWS, "a b c d", {"w": random(3)})))


def test_functions_stand_in_place_of_their_calls(tmp_path: Path) -> None:
    nodes = [node("Elu", "x", "a"), node("Selu", "a", "b"), node("Softplus", "b", "c"), node("Mish", "c", "y")]
    network = check_file(save(tmp_path / "m.onnx", graph(nodes, ROWS, "y"), 18))
    assert {"Exp", "Where", "Tanh"} <= {one.op for one in network.nodes}


def _filled(value: float) -> TensorProto:
    from onnx import numpy_helper  # noqa: PLC0415

    return numpy_helper.from_array(np.array([value], np.float32))


def test_functions_of_the_file_stand_in_place_of_their_calls(tmp_path: Path) -> None:
    body = graph(
        [
            helper.make_node("Block", ["x", "w1"], ["h"], domain="own"),
            helper.make_node("Block", ["h", "w2"], ["y"], domain="own"),
        ],
        {"x": (2, 3)},
        "y",
        {"w1": random(3, 4), "w2": random(4, 5)},
    )
    inner = [node("MatMul", "a w", "t"), node("LeakyRelu", "t", "o")]
    block = helper.make_function("own", "Block", ["a", "w"], ["o"], inner, [helper.make_opsetid("", 17)])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    body.output[0].type.tensor_type.elem_type = TensorProto.FLOAT
    path = tmp_path / "m.onnx"
    path.write_bytes(helper.make_model(body, functions=[block], opset_imports=opsets, ir_version=8).SerializeToString())
    network = check_file(path)
    assert [one.op for one in network.nodes] == ["MatMul", "LeakyRelu"] * 2


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_softmax_before_version_13_is_of_everything_behind_the_axis(axis: int, tmp_path: Path) -> None:
    network = check_file(save(tmp_path / "m.onnx", graph([node("Softmax", "x", "y", axis=axis)], ROWS, "y"), 11))
    assert [one.op for one in network.nodes] == (["Softmax"] if axis == 2 else ["Flatten", "Softmax", "Reshape"])


def test_depth_and_space(tmp_path: Path) -> None:
    nodes = [
        node("DepthToSpace", "x", "a", blocksize=2, mode="CRD"),
        node("SpaceToDepth", "a", "b", blocksize=2),
        node("DepthToSpace", "b", "c", blocksize=2),
        node("Tile", "c times", "d"),
        node("Trilu", "d", "y"),
    ]
    check_file(save(tmp_path / "m.onnx", graph(nodes, IMAGE, "y", {"times": integers(1, 2, 1, 3)}), 14))


@pytest.mark.parametrize("op", ["ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceSumSquare"])
@pytest.mark.parametrize("opset", [11, 13, 17, 18])
@pytest.mark.parametrize("axes", [[1], [-1, 1], None])
def test_reductions_keep_their_axes_in_every_version(
    op: str, opset: int, axes: list[int] | None, tmp_path: Path
) -> None:
    """They are defined by others from version 18 on, where axes became an operand."""
    along: dict[str, Any] = {"axes": axes} if axes and opset < 18 else {}
    weights: dict[str, Array] = {"axes": integers(*axes)} if axes and opset >= 18 else {}
    reduction = node(op, " ".join(["p", *weights]), "y", keepdims=0, **along)
    network = check_file(
        save(tmp_path / "m.onnx", graph([node("Abs", "x", "p"), reduction], ROWS, "y", weights), opset)
    )
    assert network.values["y"].shape == ((2, 8) if axes == [1] else (2,) if axes else ())
