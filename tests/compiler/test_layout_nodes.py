"""Nodes that move or rename data: transpositions, slices, what is put side by side, and rows that indices name."""

from collections.abc import Sequence

import numpy as np
import pytest

from dlpsim.compiler.compile import compile_network
from dlpsim.config import MachineConfig
from dlpsim.networks.builder import Attributes, Builder
from dlpsim.networks.draft import Draft
from dlpsim.networks.value import Value
from dlpsim.networks.weight import Stored
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right, numbers, single
from tests.compiler.small import machine

ONE = machine(nram=4096, wram=4096)
SIX = machine(nram=4096, wram=8192, shared=40_000, clusters=2, cores=3)


@pytest.mark.parametrize(
    ("shape", "order"),
    [((2, 3, 4, 5), (0, 2, 3, 1)), ((2, 3, 4, 5), (3, 2, 1, 0)), ((2, 3, 4), (1, 2, 0)), ((40, 50), (1, 0))],
)
def test_transpositions(shape: tuple[int, ...], order: tuple[int, ...]) -> None:
    net = Builder("turned")
    turned = net.add("Transpose", [net.relu(net.input("x", shape), "x0")], "turned", {"perm": order})
    flat = net.add("Reshape", [turned], "flat", {"shape": (net.shape(turned)[0], -1)})
    added = net.add("Add", [turned, net.input("z", net.shape(turned))], "sum")
    assert_right(net.finish(net.relu(flat, "y"), added, turned), SIX)


@pytest.mark.parametrize("groups", [2, 3])
def test_channels_are_shuffled(groups: int) -> None:
    net = Builder("shuffle")
    x = net.relu(net.conv(net.input("x", (2, 12, 5, 6)), "conv1", 12, 1, group=groups), "relu")
    apart = net.add("Reshape", [x], "apart", {"shape": (2, groups, 12 // groups, 5, 6)})
    turned = net.add("Transpose", [apart], "turned", {"perm": (0, 2, 1, 3, 4)})
    x = net.add("Reshape", [turned], "shuffled", {"shape": (2, 12, 5, 6)})
    x = net.conv(net.conv(x, "conv2", 12, 3, pad=1, group=12), "conv3", 6, 1, group=groups)
    assert_right(net.finish(net.max_pool(x, "pool", 2, 2)), SIX)


def test_halves_are_joined_and_shuffled() -> None:
    net = Builder("halves")
    left, right = net.split("Split", [net.input("x", (1, 8, 6, 6))], "split", ("left", "right"), {"axis": 1})
    joined = net.add("Concat", [left, net.relu(net.conv(right, "conv", 4, 3, pad=1), "relu")], "joined", {"axis": 1})
    apart = net.add("Reshape", [joined], "apart", {"shape": (1, 2, 4, 6, 6)})
    turned = net.add("Transpose", [apart], "turned", {"perm": (0, 2, 1, 3, 4)})
    x = net.add("Reshape", [turned], "shuffled", {"shape": (1, 8, 6, 6)})
    left, right = net.split("Split", [x], "again", ("left2", "right2"), {"axis": 1})
    pooled = net.max_pool(right, "pool", 3, 1, 1)
    assert_right(net.finish(net.add("Concat", [left, net.conv(pooled, "last", 4, 1)], "y", {"axis": 1})), ONE)


def test_branches_are_written_side_by_side() -> None:
    net = Builder("branches")
    x = net.relu(net.input("x", (2, 16, 6, 6)), "x0")
    branches = [
        net.conv(x, "one", 16, 1),
        net.relu(net.conv(x, "three", 32, 3, pad=1), "three.relu"),
        net.max_pool(x, "pool", 3, 1, 1),
        net.add("Sigmoid", [x], "gate"),
    ]
    compiled = assert_right(net.finish(net.add("Concat", branches, "joined", {"axis": 1}), branches[1]), SIX)
    assert len({compiled.activations[name].tensor for name in (*branches, "joined")}) == 1
    assert [len(plan.steps) for plan in compiled.plans if plan.op == "Concat"] == [0]


def test_all_before_is_joined_again_and_again_without_copies() -> None:
    net = Builder("dense")
    found = [net.conv(net.input("x", (1, 4, 6, 6)), "conv0", 16, 3, pad=1)]
    for index in range(1, 4):
        before = net.add("Concat", found, f"joined{index}", {"axis": 1}) if index > 1 else found[0]
        found.append(net.relu(net.conv(before, f"conv{index}", 16, 3, pad=1), f"relu{index}"))
    y = net.conv(net.add("Concat", found, "joined", {"axis": 1}), "last", 5, 1)
    compiled = assert_right(net.finish(y), ONE)
    assert [len(plan.steps) for plan in compiled.plans if plan.op == "Concat"] == [0, 0, 0]


@pytest.mark.parametrize("axis", range(4))
def test_joining_along_any_axis(axis: int) -> None:
    net = Builder("joined")
    shapes = [tuple(size + (more if i == axis else 0) for i, size in enumerate((2, 3, 4, 5))) for more in range(3)]
    inputs = [net.input(f"x{number}", shape) for number, shape in enumerate(shapes)]
    rectified = [net.relu(x, f"relu{number}") for number, x in enumerate(inputs)]
    weight = net.normal("w", shapes[1], 1)
    parts = [*rectified, inputs[0], rectified[0], weight]
    assert_right(net.finish(net.add("Concat", parts, "y", {"axis": axis})), SIX)


@pytest.mark.parametrize(
    ("axes", "starts", "ends", "steps"),
    [
        ((1,), (1,), (3,), (1,)),
        ((2, 3), (0, 1), (4, 5), (2, 3)),
        ((3,), (4,), (-100,), (-1,)),
        ((1, 2), (2, 3), (-9, -9), (-1, -2)),
    ],
)
def test_slices(axes: tuple[int, ...], starts: tuple[int, ...], ends: tuple[int, ...], steps: tuple[int, ...]) -> None:
    net = Builder("slice")
    at = {"starts": starts, "ends": ends, "axes": axes, "steps": steps}
    part = net.add("Slice", [net.relu(net.input("x", (2, 3, 4, 5)), "x0")], "part", at)
    flat = net.add("Reshape", [part], "flat", {"shape": (-1,)})
    assert_right(net.finish(net.relu(part, "y"), net.add("Sigmoid", [flat], "z"), part), SIX)


@pytest.mark.parametrize("mode", ["constant", "reflect", "edge", "wrap"])
@pytest.mark.parametrize("pads", [(0, 0, 1, 2, 0, 0, 2, 1), (1, 1, 0, 0, 0, 1, 0, 0)])
def test_padding(mode: str, pads: tuple[int, ...]) -> None:
    attributes: Attributes = {"pads": pads, "mode": mode, "value": 0.5}
    net = Builder("padded")
    padded = net.add("Pad", [net.relu(net.input("x", (2, 3, 4, 5)), "x0")], "padded", attributes)
    assert_right(net.finish(net.conv(padded, "y", 3, 2)), SIX)


def test_padding_that_takes_away() -> None:
    assert_right(single("Pad", {"x": (2, 3, 4, 5)}, {"pads": (0, -1, 1, -1, 0, 0, 2, -1)}), ONE)


@pytest.mark.parametrize(("shape", "wanted"), [((3, 1), (3, 4)), ((1,), (2, 3)), ((2, 1, 4, 1), (2, 3, 4, 5))])
def test_repetition(shape: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    net = Builder("repeated")
    repeated = net.add("Expand", [net.input("x", shape)], "repeated", {"shape": wanted})
    flat = net.add("Reshape", [repeated], "flat", {"shape": (-1,)})
    assert_right(net.finish(net.relu(flat, "y"), net.add("Softmax", [repeated], "z"), repeated), ONE)


@pytest.mark.parametrize(
    ("shape", "axis", "chosen"),
    [((10, 6), 0, (2, 3)), ((4, 5, 6), 1, (3,)), ((7, 3), 0, ()), ((3, 50), 1, (4,)), ((2, 3, 4, 5), 2, (2, 2))],
)
@pytest.mark.parametrize("dtype", ["i32", "i64"])
def test_rows_that_inputs_name(shape: tuple[int, ...], axis: int, chosen: tuple[int, ...], dtype: str) -> None:
    indices = np.asarray(np.random.default_rng(1).integers(0, shape[axis], chosen))
    given = {"i": indices.astype({"i32": np.int32, "i64": np.int64}[dtype])}
    net = Builder("of a weight")
    rows = net.add("Gather", [net.normal("x", shape, 1), net.input("i", chosen, dtype)], "rows", {"axis": axis})
    assert_right(net.finish(net.relu(rows, "y")), SIX, given)
    net = Builder("of a value")
    table = net.relu(net.input("x", shape), "table")
    rows = net.add("Gather", [table, net.input("i", chosen, dtype)], "rows", {"axis": axis})
    assert_right(net.finish(net.relu(rows, "y"), rows), ONE, {**given, "x": numbers(*shape)})


@pytest.mark.parametrize("on", [ONE, SIX])
@pytest.mark.parametrize("dtype", ["i32", "i64"])
def test_rows_that_are_computed(on: MachineConfig, dtype: str) -> None:
    """Indices are results of nodes, in layouts of all kinds; they may count from the end."""
    net = Builder("computed")
    x, given = net.input("x", (7, 5)), net.input("i", (2, 3), dtype)
    twice = net.add("Add", [given, given], "twice")
    turned = net.add("Transpose", [twice], "turned", {"perm": (1, 0)})
    cut = net.add("Slice", [given], "cut", {"starts": (1,), "ends": (3,), "axes": (1,)})
    best = net.add("ArgMax", [x], "best", {"axis": 1, "keepdims": 0})
    chosen = [
        net.add("Gather", [x, turned], "rows", {"axis": 0}),
        net.add("Gather", [net.relu(x, "table"), twice], "columns", {"axis": 1}),
        net.add("Gather", [net.normal("w", (3, 4), 1.0), cut], "of_part", {"axis": 0}),
        net.add("Gather", [net.normal("v", (5,), 1.0), best], "of_best", {"axis": 0}),
    ]
    indices = np.array([[0, 1, 2], [-1, -2, 1]], {"i32": np.int32, "i64": np.int64}[dtype])
    compiled = assert_right(net.finish(*chosen), on, {"x": numbers(7, 5), "i": indices})
    assert compiled.text.count(" : index ") >= 3


@pytest.mark.parametrize(("axis", "places"), [(1, 2), (1, [0, 2, 4]), (2, [[3, 1], [0, 5]]), (0, [-1]), (0, [3, 1, 0])])
def test_rows_that_constants_name(axis: int, places: int | Sequence[int] | Sequence[Sequence[int]]) -> None:
    draft = Draft({"x": Value("x", (4, 5, 6))})
    draft.hold("places", np.array(places))
    draft.add("Gather", ["x", "places"], ["rows"], "rows", {"axis": axis})
    draft.add("Relu", ["rows"], ["y"], "y")
    assert_right(draft.network("constant", ["x"], ["y", "rows"]), ONE)


@pytest.mark.parametrize("rows", [100, 400, 900])
def test_tables_larger_than_memory_come_in_columns(rows: int) -> None:
    net = Builder("table")
    chosen = net.add("Gather", [net.normal("table", (rows, 24), 1), net.input("i", (7,), "i64")], "rows")
    after = net.add("MatMul", [chosen, net.normal("w", (24, 8), 0.3)], "y")
    assert_right(net.finish(after, chosen), ONE)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("is_constant", [True, False])
def test_tables_with_long_columns_are_cut(axis: int, is_constant: bool) -> None:
    """A column of 5,000 rows has no room: rows come of parts of the table. Indices may count from the end."""
    net = Builder("long")
    shape = (5000, 3) if axis == 0 else (2, 5000)
    table = net.normal("table", shape, 1.0) if is_constant else net.relu(net.input("x", shape), "table")
    given = net.input("i", (3, 4), "i64")
    chosen = net.add("Gather", [table, given], "rows", {"axis": axis})
    indices = np.array([[0, 511, 512, 1023], [1024, 4999, -1, -5000], [-4489, 2500, 4607, 4608]])
    inputs = {"i": indices} if is_constant else {"i": indices, "x": numbers(*shape)}
    compiled = assert_right(net.finish(net.relu(chosen, "y")), SIX if is_constant else ONE, inputs)
    assert [plan.op for plan in compiled.plans].count("Gather") >= 5


def test_embeddings() -> None:
    net = Builder("embeddings")
    words, kinds = net.input("words", (2, 6), "i64"), net.input("kinds", (2, 6), "i64")
    word = net.add("Gather", [net.normal("table", (300, 32), 1), words], "word")
    kind = net.add("Gather", [net.normal("kind_table", (2, 32), 1), kinds], "kind")
    both = net.add("Add", [net.add("Add", [word, kind], "sum"), net.normal("place", (6, 32), 1)], "both")
    mask = net.add("Cast", [net.add("Equal", [kinds, net.input("masked", (1,), "i64")], "test")], "mask", {"to": "f32"})
    shaped = net.add("Reshape", [mask], "shaped", {"shape": (2, 6, 1)})
    assert_right(net.finish(net.add("Mul", [both, shaped], "y")), SIX)


def test_outputs_that_are_inputs_and_outputs_that_are_used() -> None:
    net = Builder("outputs")
    x = net.input("x", (3, 4))
    z = net.relu(x, "z")
    assert_right(net.finish(net.add("Identity", [x], "y"), z, net.add("Add", [z, x], "sum")), ONE)


def test_what_is_not_supported_is_told_at_once() -> None:
    net = Builder("unsupported")
    x, z = net.input("x", (1, 400, 1, 1)), net.input("z", (1, 500, 1, 1))
    norms = [net.add("LRN", [one], f"norm_{one}", {"size": 3}) for one in (x, z)]
    with pytest.raises(DlpsimError) as raised:
        compile_network(net.finish(*norms), ONE)
    assert raised.value.messages == (
        "layer 'norm_x' (LRN) does not fit on small: for two of its smallest boxes it needs 9,600 bytes of NRAM, "
        "which has 4,096: 5,504 too many",
        "layer 'norm_z' (LRN) does not fit on small: for two of its smallest boxes it needs 12,288 bytes of NRAM, "
        "which has 4,096: 8,192 too many",
    )


def test_nothing_is_put_beside_something() -> None:
    net = Builder("beside")
    x = net.relu(net.input("x", (2, 3)), "x0")
    none = net.weight("none", (2, 0), Stored(np.zeros((2, 0), np.float32)))
    assert_right(net.finish(net.relu(net.add("Concat", [none, x], "joined", {"axis": 1}), "y")), ONE)


def test_indices_count_from_the_end() -> None:
    net = Builder("from the end")
    flat = net.add("Reshape", [net.input("i", (2, 3), "i64")], "flat", {"shape": (6,)})
    rows = net.add("Gather", [net.normal("x", (4, 5), 1), flat], "rows", {"axis": 0})
    assert_right(net.finish(net.relu(rows, "y")), ONE, {"i": np.array([[0, -1, 3], [-4, 2, -2]])})
