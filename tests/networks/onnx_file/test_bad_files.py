"""Files that are wrong: every message names file, node and tensor, and all come at once."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from onnx import GraphProto, TensorProto, helper, numpy_helper

from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from tests.networks.compare import check_file
from tests.networks.onnx_file.models import graph, integers, model, node, random, save

IMAGE = {"x": (1, 3, 4, 4)}
RELU = graph([node("Relu", "x", "y")], IMAGE, "y")


def refused(path: Path, dimensions: Mapping[str, int] | None = None) -> list[str]:
    """Return the messages without the path that begins each."""
    with pytest.raises(DlpsimError) as caught:
        load_onnx(path, dimensions)
    assert all(message.startswith(f"{path}: ") for message in caught.value.messages)
    return [message.removeprefix(f"{path}: ") for message in caught.value.messages]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m.onnx"


def written(path: Path, body: GraphProto, opset: int = 17) -> Path:
    path.write_bytes(model(body, opset).SerializeToString())
    return path


def test_no_file(path: Path) -> None:
    assert refused(path) == ["cannot be read: No such file or directory"]
    assert refused(path.parent) == ["cannot be read: Is a directory"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not an ONNX model, or not a whole one: it has no graph"),
        (b"no model at all", "is not an ONNX model, or not a whole one: its bytes cannot be decoded"),
        (b"\x08\x08", "is not an ONNX model, or not a whole one: it has no graph"),
        (bytes(range(256)) * 9, "is not an ONNX model, or not a whole one: its bytes cannot be decoded"),
    ],
)
def test_no_model(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)
    assert refused(path) == [message]


def test_every_truncation_is_refused(path: Path) -> None:
    body = graph([node("Conv", "x w", "c"), node("Relu", "c", "y")], IMAGE, "y", {"w": random(2, 3, 3, 3)})
    content = model(body).SerializeToString()
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        try:
            load_onnx(path)
        except DlpsimError as error:
            assert error.messages
        else:
            assert length >= content.index(b"\x42")  # all but the version of the operators is there


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        (
            graph([node("Relu", "a", "b"), node("Relu", "b", "a"), node("Add", "a x", "y")], IMAGE, "y"),
            ["the graph has a cycle: 'b', 'a', 'y' wait for each other's results"],
        ),
        (graph([node("Add", "x y", "y")], IMAGE, "y"), ["the graph has a cycle: 'y' waits for its own result"]),
        (
            graph([node("Add", "x y", "y"), helper.make_node("Print", ["y"], [])], IMAGE, "y"),
            ["the graph has a cycle: 'y', 'Print' wait for each other's results"],
        ),
        (graph([node("Relu", "q", "y")], IMAGE, "y"), ["node 'y' (Relu): takes 'q', which nothing makes"]),
        (
            graph([node("Relu", "x", "y"), node("Exp", "x", "y", name="again")], IMAGE, "y"),
            ["node 'again' (Exp): makes 'y', which is there already"],
        ),
        (graph([node("Relu", "x", "y")], IMAGE, "y z"), ["output 'z' is made by no node"]),
        (
            graph(
                [node("Constant", "", "c", value_ints="x"), node("Einsum", "x -", "y", equation="ij,jk")], IMAGE, "y"
            ),
            [
                "node 'c' (Constant): its value is 'x', expected numbers",
                "node 'y' (Einsum): an operand is missing",
            ],
        ),
        (
            graph([node("Conv", "x", "y"), helper.make_node("Relu", [], [], "none")], IMAGE, "y"),
            [
                "node 'y' (Conv): operand 1 (W) is missing",
                "node 'none' (Relu): it has no results; operand 0 (X) is missing",
            ],
        ),
        (graph([node("Relu", "x x", "y")], IMAGE, "y"), ["node 'y' (Relu): it has 2 operands, expected at most 1"]),
        (
            graph([node("Conv", "x w", "y")], IMAGE, "y", {"w": random(2, 4, 3, 3)}),
            ["node 'y' (Conv): input 'x' has 3 channels, weight 'w' is 2×4×3×3, which does not go with group 1"],
        ),
        (
            graph([node("Conv", "x w", "y")], IMAGE, "y", {"w": np.full((1, 3, 1, 1), np.nan, np.float32)}),
            ["tensor 'w': it holds NaN"],
        ),
        (
            graph([node("Reshape", "x s", "y")], {**IMAGE, "s": (2,)}, "y", types={"s": TensorProto.INT64}),
            ["node 'y' (Reshape): 's' (shape) is not constant: it depends on what the network is given"],
        ),
        (
            graph([node("If", "x", "y", then_branch=RELU, else_branch=RELU)], {"x": ()}, "y"),
            ["node 'y' (If): the condition 'x' is not constant, and both branches cannot be computed"],
        ),
        (
            graph(
                [node("Expand", "w s", "e"), node("Add", "x e", "y")],
                IMAGE,
                "y",
                {"w": random(1), "s": integers(10**6, 10**6)},
            ),
            ["node 'e' (Expand): its operands are constants, but it would make one of more than 268,435,456 elements"],
        ),
        (
            graph([node("Relu", "s", "y")], {"s": (2,)}, "y", types={"s": TensorProto.STRING}),
            ["input 's' has elements STRING; supported are f32, f16, f64, i8, u8, i16, u16, i32, u32, i64, u64, bool"],
        ),
    ],
)
def test_what_is_wrong_in_a_graph(path: Path, body: GraphProto, messages: list[str]) -> None:
    assert refused(written(path, body)) == messages


def test_unsupported_operators_are_told_once_each_with_their_nodes(path: Path) -> None:
    nodes = [
        node("Det", "x", "a", name="first"),
        node("Det", "x", "b"),
        node("Det", "x", "c"),
        node("Det", "x", "d"),
        node("Relu", "d", "e"),
        node("Convolve", "x", "f"),
        helper.make_node("Gadget", ["x"], ["g"], "gadget", domain="com.example"),
        node("Relu", "q", "y"),
    ]
    wrong, several, alone, foreign = refused(written(path, graph(nodes, IMAGE, "y")))
    assert wrong == "node 'y' (Relu): takes 'q', which nothing makes"
    assert several.startswith(
        "nodes 'first', 'b', 'c' and 1 more: operator Det is not supported\n    hint: supported are Abs, "
    )
    assert alone.startswith(
        "node 'f': operator Convolve is not supported\n    hint: did you mean 'Conv'? supported are Abs, "
    )
    assert foreign.startswith("node 'gadget': operator com.example.Gadget is not supported\n    hint: supported are")


def test_free_dimensions(path: Path) -> None:
    body = graph([node("MatMul", "x z", "y")], {"x": ("batch", "rows", 4), "z": (4, None)}, "y")
    written(path, body)
    assert refused(path) == [
        "input 'x' has a free dimension 'rows' (axis 1)\n    hint: set it with --dim rows=N",
        "input 'z' has a free dimension of axis 1\n    hint: set it with --dim z.1=N",
    ]
    assert refused(path, {"row": 3, "z.1": 5, "batch": 0}) == [
        "input 'x' has a free dimension 'rows' (axis 1)\n    hint: set it with --dim rows=N",
        "--dim row=3: there is no free dimension 'row'\n"
        "    hint: did you mean 'rows'? free are batch, x.0, rows, x.1, z.1",
        "--dim batch=0: expected 1 or more",
    ]
    network = load_onnx(path, {"rows": 3, "z.1": 5})
    assert network.values["y"].shape == (1, 3, 5)
    assert load_onnx(path, {"rows": 3, "z.1": 5, "x.0": 2}).values["y"].shape == (2, 3, 5)
    assert refused(path, {"rows": 3, "z.1": 5, "x.1": 3}) == [
        "--dim rows=3: sets nothing: each axis of that name is set by an INPUT.AXIS of its own"
    ]


def test_a_file_without_free_dimensions(path: Path) -> None:
    assert refused(written(path, RELU), {"batch": 2}) == [
        "--dim batch=2: there is no free dimension 'batch'\n    hint: every dimension is fixed in the file"
    ]


@pytest.mark.parametrize("symbol", ["N", "batch_size", "s0", "unk__7", None])
def test_a_free_batch_is_one(path: Path, symbol: str | None) -> None:
    body = graph([node("Relu", "x", "y")], {"x": (symbol, 3)}, "y")
    assert load_onnx(written(path, body)).values["y"].shape == (1, 3)


@pytest.mark.parametrize("symbol", ["sequence", "seq_len", "time"])
def test_what_is_no_batch_must_be_set(path: Path, symbol: str) -> None:
    body = graph([node("Relu", "x", "y")], {"x": (symbol, 3)}, "y")
    assert refused(written(path, body)) == [
        f"input 'x' has a free dimension '{symbol}' (axis 0)\n    hint: set it with --dim {symbol}=N"
    ]


def beside(path: Path, location: str, *, offset: int = 0, length: int | None = None) -> Path:
    """Write a model whose weight lies beside it."""
    body = graph([node("Conv", "x w", "y")], IMAGE, "y", {"w": random(2, 3, 3, 3)})
    tensor = body.initializer[0]
    content = numpy_helper.to_array(tensor).tobytes()
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entries = {"location": location, "offset": str(offset), "length": str(len(content) if length is None else length)}
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=value)
    (path.parent / "weights.bin").write_bytes(b"\0" * 8 + content)
    return written(path, body)


def test_weights_beside_the_file(path: Path) -> None:
    network = load_onnx(beside(path, "weights.bin", offset=8))
    assert np.array_equal(network.weights["w"].array(), random(2, 3, 3, 3))
    assert isinstance(network.weights["w"].source.numbers((2, 3, 3, 3)).base, np.memmap)
    check_file(path)


@pytest.mark.parametrize(
    ("location", "offset", "length", "message"),
    [
        ("gone.bin", 0, None, "its numbers should lie in 'gone.bin', which is missing"),
        (
            "../m.onnx",
            0,
            None,
            "its numbers should lie in '../m.onnx', which is not in the folder of the model",
        ),
        (
            "weights.bin",
            12,
            None,
            "it needs 216 bytes of 'weights.bin' from byte 12, length 216, but the file has 224",
        ),
        ("weights.bin", 8, 9, "it needs 216 bytes of 'weights.bin' from byte 8, length 9, but the file has 224"),
    ],
)
def test_weights_that_are_not_beside_the_file(
    path: Path, location: str, offset: int, length: int | None, message: str
) -> None:
    assert refused(beside(path, location, offset=offset, length=length)) == [f"tensor 'w': {message}"]


def test_unsorted_nodes_are_sorted(path: Path) -> None:
    nodes = [node("Relu", "b", "y"), node("Exp", "a", "b"), node("Neg", "x", "a")]
    network = load_onnx(written(path, graph(nodes, IMAGE, "y")))
    assert [one.op for one in network.nodes] == ["Neg", "Exp", "Relu"]


def test_what_no_output_needs_is_left_out(path: Path) -> None:
    nodes = [node("Relu", "x", "y"), node("Exp", "x", "unused")]
    network = load_onnx(save(path, graph(nodes, IMAGE, "y", {"w": random(3)})))
    assert [one.op for one in network.nodes] == ["Relu"]
    assert dict(network.weights) == {}


@pytest.mark.parametrize("package", ["onnx"])
def test_without_the_package(path: Path, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(DlpsimError) as caught:
        load_onnx(path)
    assert caught.value.messages == (
        "to read an ONNX file needs the package onnx, which is not installed\n    hint: pip install 'dlpsim[onnx]'",
    )


@pytest.mark.parametrize(
    ("op", "indices", "size"),
    [
        ("Gather", [0, 3, 4], 4),
        ("GatherElements", [[0, 1], [-5, 1]], 4),
        ("GatherND", [[3, 5], [3, 6]], 6),
    ],
)
def test_indices_of_what_is_not_there(path: Path, op: str, indices: list[object], size: int) -> None:
    constants = {"i": np.array(indices, np.int64)}
    body = graph([node(op, "x i", "y", "pick")], {"x": (4, 6)}, "y", constants)
    beyond = {"Gather": 4, "GatherElements": -5, "GatherND": 6}[op]
    assert refused(written(path, body)) == [f"node 'pick' ({op}): index {beyond} is beyond an axis of {size}"]
