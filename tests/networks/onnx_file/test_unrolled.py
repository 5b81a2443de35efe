"""Loops of files that run a known number of times."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine
from tests.networks.compare import check_file
from tests.networks.onnx_file.models import Array, Dimensions, graph, integers, node, random, save

SIX = machine(nram=8192, wram=8192, shared=40_000, clusters=2, cores=3)
CONSTANTS: dict[str, Array] = {"true": np.array(True), "three": np.array(3), "one": integers(1), "zero": integers(0)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m.onnx"


def body(nodes: list[NodeProto], inputs: str, outputs: str, weights: dict[str, Array] | None = None) -> GraphProto:
    """Return the body of a loop; `i` and `j` count, words with `go` say whether to go on, all else is f32."""
    kinds = {"i": TensorProto.INT64, "j": TensorProto.INT64}
    kinds |= dict.fromkeys(("go", "goes", "go_in", "goes_in"), TensorProto.BOOL)

    def infos(names: str) -> list[ValueInfoProto]:
        return [
            helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), () if name in kinds else None)
            for name in names.split()
        ]

    constants = [numpy_helper.from_array(array, name) for name, array in (weights or {}).items()]
    return helper.make_graph(nodes, "body", infos(inputs), infos(outputs), constants)


def compiled(path: Path, body: GraphProto, opset: int = 17) -> None:
    """Check a file against onnxruntime, and what it is compiled to."""
    assert_right(check_file(save(path, body, opset)), SIX)


def test_a_loop_counts_and_collects(path: Path) -> None:
    """It takes a row by its number, a weight from outside and one of its own, and hands on a state."""
    inner = body(
        [
            node("Gather", "x i", "row"),
            node("Mul", "state w", "scaled"),
            node("Add", "scaled own", "more"),
            node("Add", "row more", "next"),
            node("Relu", "next", "seen"),
            node("Identity", "go", "goes"),
        ],
        "i go state",
        "goes next seen",
        {"own": random(4, seed=2)},
    )
    outer = [node("Loop", "three true first", "last all", body=inner), node("Relu", "last", "y")]
    inputs: dict[str, Dimensions] = {"x": (5, 4), "first": (4,)}
    compiled(path, graph(outer, inputs, "y all", {**CONSTANTS, "w": random(4)}))


def test_a_loop_runs_as_long_as_it_says(path: Path) -> None:
    inner = body([node("Add", "state x", "next"), node("Less", "i three", "goes")], "i go state", "goes next")
    outer = [node("Loop", "- true x", "y", body=inner)]
    compiled(path, graph(outer, {"x": (3, 4)}, "y", CONSTANTS))
    assert [one.op for one in load_onnx(path).nodes] == ["Add"] * 4


def test_a_loop_that_does_not_begin_gives_what_it_is_given(path: Path) -> None:
    inner = body([node("Add", "state x", "next"), node("Identity", "go", "goes")], "i go state", "goes next")
    weights = {**CONSTANTS, "never": np.array(False)}
    compiled(path, graph([node("Loop", "three never x", "y", body=inner)], {"x": (3, 4)}, "y", weights))


def test_branches_and_loops_within_loops(path: Path) -> None:
    """Even times add, odd ones multiply; a loop in each runs as often as the outer one has."""
    even = body([node("Add", "state x", "sum")], "", "sum")
    odd = body([node("Mul", "state x", "product")], "", "product")
    within = body(
        [node("Add", "part own", "result"), node("Identity", "go_in", "goes_in")], "j go_in part", "goes_in result"
    )
    inner = body(
        [
            node("Mod", "i two", "rest"),
            node("Cast", "rest", "is_odd", to=TensorProto.BOOL),
            node("If", "is_odd", "chosen", then_branch=odd, else_branch=even),
            node("Loop", "i go chosen", "next", body=within),
            node("Identity", "go", "goes"),
        ],
        "i go state",
        "goes next",
        {"own": random(4)},
    )
    weights = {**CONSTANTS, "two": np.array(2)}
    compiled(path, graph([node("Loop", "three true x", "y", body=inner)], {"x": (3, 4)}, "y", weights))
    assert sorted(one.op for one in load_onnx(path).nodes) == ["Add"] * 5 + ["Mul"]


def test_a_loop_fills_a_sequence(path: Path) -> None:
    inner = body(
        [node("Gather", "x i", "row"), node("SequenceInsert", "rows row", "more"), node("Identity", "go", "goes")],
        "i go rows",
        "goes more",
    )
    for info in (inner.input[2], inner.output[1]):
        info.CopyFrom(helper.make_tensor_sequence_value_info(info.name, TensorProto.FLOAT, None))
    outer = [
        node("SequenceEmpty", "", "none"),
        node("Loop", "three true none", "rows", body=inner),
        node("ConcatFromSequence", "rows", "y", axis=0, new_axis=1),
    ]
    compiled(path, graph(outer, {"x": (5, 4)}, "y", CONSTANTS))


@pytest.mark.parametrize("turned", [0, 1])
def test_a_scan_goes_along_axes(turned: int, path: Path) -> None:
    """A recurrent cell, its input along axis 1, its results along axis 2; from the end, one of them put back."""
    inner = body(
        [
            node("MatMul", "h w", "product"),
            node("Add", "product part", "sum"),
            node("Tanh", "sum", "next"),
            node("Mul", "next other", "seen"),
        ],
        "h part other",
        "next seen",
    )
    attributes: dict[str, Any] = {
        "scan_input_axes": [1, -1],
        "scan_input_directions": [turned, 0],
        "scan_output_axes": [-1],
        "scan_output_directions": [turned],
    }
    call = helper.make_node(
        "Scan", ["h", "x", "z"], ["last", "all"], "scan", body=inner, num_scan_inputs=2, **attributes
    )
    inputs: dict[str, Dimensions] = {"h": (2, 4), "x": (2, 5, 4), "z": (2, 4, 5)}
    compiled(path, graph([call], inputs, "last all", {"w": random(4, 4, scale=0.5)}))


def test_a_scan_of_version_8_goes_over_a_batch(path: Path) -> None:
    inner = body([node("Add", "state part", "next"), node("Relu", "next", "seen")], "state part", "next seen")
    call = helper.make_node("Scan", ["", "first", "x"], ["last", "all"], "scan", body=inner, num_scan_inputs=1)
    compiled(path, graph([call], {"first": (3, 2), "x": (3, 4, 2)}, "last all"), 8)


def refused(path: Path, body: GraphProto) -> tuple[str, ...]:
    save(path, body)
    with pytest.raises(DlpsimError) as caught:
        load_onnx(path)
    return tuple(message.removeprefix(f"{path}: ") for message in caught.value.messages)


def test_loops_that_cannot_be_unrolled(path: Path) -> None:
    plain = body([node("Add", "state x", "next"), node("Identity", "go", "goes")], "i go state", "goes next")
    asking = body(
        [node("Add", "state x", "next"), node("ReduceMax", "next", "most", keepdims=0), node("Less", "most w", "goes")],
        "i go state",
        "goes next",
    )
    collecting = body([node("Identity", "go", "goes"), node("Relu", "x", "seen")], "i go", "goes seen")
    wrong = body([node("Concat", "state w", "next", axis=7), node("Identity", "go", "goes")], "i go state", "goes next")
    outer = [
        node("Size", "x", "often"),
        node("Cast", "x", "numbers", to=TensorProto.INT64),
        node("ReduceMax", "numbers", "times", keepdims=0),
        node("Loop", "times true x", "a", name="computed", body=plain),
        node("Loop", "three true x", "b", name="asking", body=asking),
        node("Loop", "- true x", "c", name="endless", body=plain),
        node("Loop", "none true", "d", name="collecting", body=collecting),
        node("Loop", "often true x", "e", name="wrong", body=wrong),
        node("Scan", "x x", "f", name="scan", body=plain, num_scan_inputs=3),
        node("Relu", "e", "y"),
    ]
    weights = {**CONSTANTS, "w": random(), "none": np.array(0)}
    assert refused(path, graph(outer, {"x": (3, 4)}, "a b c d f y", weights)) == (
        "node 'computed' (Loop): how often it runs, 'times', is not constant: it depends on what the network is given",
        "node 'asking' (Loop): whether it goes on, 'asking/0/goes', is not constant: "
        "it depends on what the network is given",
        "node 'endless' (Loop): it runs more than 10,000 times",
        "node 'collecting' (Loop): it never runs, so that nothing tells the shape of what it collects",
        "node 'wrong/0/next' (Concat): there is no axis 7 in 2 dimensions",
        "node 'scan' (Scan): attribute num_scan_inputs is 3, expected 1 to 2",
    )
