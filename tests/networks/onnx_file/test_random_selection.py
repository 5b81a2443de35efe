"""Elements that indices choose or write, and what follows from the order of elements: random files, compiled as well.

Indices are constant, or computed of an input of zeros and ones.
"""

from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import GraphProto, NodeProto, TensorProto

from dlpsim.machine_file import load_machine
from dlpsim.networks.lowering.lower import lowered
from dlpsim.networks.onnx_file.importer import load_onnx
from isa.errors import DlpsimError
from tests.compiler.comparison import assert_right
from tests.compiler.small import machine
from tests.networks.compare import check_file
from tests.networks.onnx_file.models import Array, graph, integers, node, save
from tests.reference.examples import examples

SIZES = st.integers(2, 5)
FLAG = st.booleans()
KINDS = {"i32": (np.int32, TensorProto.INT32), "i64": (np.int64, TensorProto.INT64)}
ONE = machine(nram=8192, wram=8192)
SIX = machine(nram=8192, wram=8192, shared=40_000, clusters=2, cores=3)


def file(
    draw: st.DrawFn, call: NodeProto, inputs: dict[str, tuple[int, ...]], outputs: str, indices: Array
) -> GraphProto:
    """Return a file of one node, whose operand `i` is constant or computed: in all, it is `indices` or one more."""
    if draw(FLAG):
        return graph([call], inputs, outputs, {"i": indices})
    dtype, kind = KINDS[draw(st.sampled_from(sorted(KINDS))) if call.op_type.endswith("Elements") else "i64"]
    nodes = [node("Add", "given base", "i"), call]
    return graph(nodes, {**inputs, "given": indices.shape}, outputs, {"base": indices.astype(dtype)}, {"given": kind})


def drawn(draw: st.DrawFn, shape: tuple[int, ...], low: int, end: int) -> Array:
    """Return random integers."""
    return np.random.default_rng(draw(st.integers(0, 99))).integers(low, end, shape)


@st.composite
def gathers(draw: st.DrawFn) -> GraphProto:
    """Return a choice of single elements, or of rows by tuples."""
    shape = tuple(draw(SIZES) for _ in range(draw(st.integers(1, 3))))
    if draw(FLAG):
        axis = draw(st.integers(-len(shape), len(shape) - 1))
        own = [draw(st.integers(1, size)) for size in shape]
        own[axis] = draw(st.integers(1, 6))
        indices = drawn(draw, tuple(own), -shape[axis], shape[axis] - 1)
        return file(draw, node("GatherElements", "x i", "y", axis=axis), {"x": shape}, "y", indices)
    batch = draw(st.integers(0, len(shape) - 1))
    length = draw(st.integers(1, len(shape) - batch))
    own = [*shape[:batch], *(draw(SIZES) for _ in range(draw(st.integers(0, 2)))), length]
    if len(own) == batch + 1:
        own.insert(batch, 3)
    indices = np.stack([drawn(draw, tuple(own[:-1]), -size, size - 1) for size in shape[batch : batch + length]], -1)
    return file(draw, node("GatherND", "x i", "y", batch_dims=batch), {"x": shape}, "y", indices)


@st.composite
def scatters(draw: st.DrawFn) -> GraphProto:
    """Return updates of elements or rows; what is only written is written to different places."""
    reduction = draw(st.sampled_from(["none", "none", "add", "mul", "max", "min"]))
    shape = tuple(2 * draw(st.integers(1, 3)) for _ in range(draw(st.integers(1, 3))))
    axis = draw(st.integers(0, len(shape) - 1))
    is_rows = draw(FLAG)
    size = shape[0] if is_rows else shape[axis]
    count = draw(st.integers(1, size // 2))
    order = np.random.default_rng(draw(st.integers(0, 99))).permutation(size // 2)[:count] * 2
    places = order if reduction == "none" else order % 2
    places = places - size * draw(st.integers(0, 1))
    if is_rows:
        call = node("ScatterND", "x i u", "y", reduction=reduction)
        return file(draw, call, {"x": shape, "u": (count, *shape[1:])}, "y", places[:, None])
    own = [draw(st.integers(1, one)) for one in shape]
    own[axis] = count
    aligned = places.reshape([-1 if one == axis else 1 for one in range(len(shape))])
    indices = np.array(np.broadcast_to(aligned, own))
    call = node("ScatterElements", "x i u", "y", axis=axis, reduction=reduction)
    return file(draw, call, {"x": shape, "u": tuple(own)}, "y", indices)


@st.composite
def orders(draw: st.DrawFn) -> GraphProto:
    """Return the largest with their places, of numbers some of which are equal; or a Hardmax, or running sums."""
    shape = tuple(draw(SIZES) for _ in range(draw(st.integers(1, 3))))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    rounded = node("Round", "x", "r")
    op = draw(st.sampled_from(["TopK", "TopK", "Hardmax", "CumSum", "LogSoftmax"]))
    attributes: dict[str, Any] = {"axis": axis}
    if op == "TopK":
        attributes["largest"] = draw(st.integers(0, 1))
        k = integers(draw(st.integers(1, shape[axis])))
        return graph([rounded, node("TopK", "r k", "y places", **attributes)], {"x": shape}, "y places", {"k": k})
    if op == "CumSum":
        flags: dict[str, Any] = {name: draw(st.integers(0, 1)) for name in ("exclusive", "reverse")}
        return graph([node("CumSum", "x axis", "y", **flags)], {"x": shape}, "y", {"axis": np.array(axis)})
    return graph([rounded, node(op, "r", "y", **attributes)], {"x": shape}, "y")


@st.composite
def one_hots(draw: st.DrawFn) -> GraphProto:
    """Return ones at the places of indices, some of which are beyond all places."""
    shape = tuple(draw(SIZES) for _ in range(draw(st.integers(1, 2))))
    indices = drawn(draw, shape, -7, 6)
    call = node("OneHot", "i depth values", "hot", axis=draw(st.integers(-len(shape) - 1, len(shape))))
    body = file(draw, call, {"values": (2,)}, "hot", indices)
    constants = graph([], {}, "", {"depth": integers(draw(SIZES))})
    body.initializer.extend(constants.initializer)
    return body


@st.composite
def samples(draw: st.DrawFn) -> GraphProto:
    """Return an image, or a volume, sampled at places within it and around it."""
    rank, images = draw(st.sampled_from([2, 2, 2, 3])), draw(st.integers(1, 2))
    shape = (images, draw(st.integers(1, 3)), *(draw(st.integers(1, 5)) for _ in range(rank)))
    attributes: dict[str, Any] = {
        "mode": draw(st.sampled_from(["linear", "nearest"])),
        "padding_mode": draw(st.sampled_from(["zeros", "border", "reflection"])),
        "align_corners": draw(st.integers(0, 1)),
    }
    grid = (images, *(draw(st.integers(1, 3)) for _ in range(rank)), rank)
    return graph([node("GridSample", "x grid", "y", **attributes)], {"x": shape, "grid": grid}, "y")


STRATEGIES = {"gather": gathers(), "scatter": scatters(), "order": orders(), "one hot": one_hots(), "sample": samples()}


@pytest.mark.parametrize("kind", STRATEGIES)
def test_random(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("random") / "m.onnx"

    @examples(20)
    @given(body=STRATEGIES[kind], on=st.sampled_from([ONE, SIX]))
    def check(body: GraphProto, on: Any) -> None:
        network = check_file(save(path, body, 20 if kind == "sample" else 18))
        assert_right(network, on)

    check()


def check(path: Path, nodes: list[NodeProto], inputs: dict[str, Any], outputs: str, weights: dict[str, Array]) -> None:
    """Check a file, and what it is compiled to."""
    assert_right(check_file(save(path / "m.onnx", graph(nodes, inputs, outputs, weights), 18)), ONE)


@pytest.mark.parametrize(("size", "k"), [(5, 5), (200, 3), (60, 60), (1100, 17)])
def test_many_of_the_largest(size: int, k: int, tmp_path: Path) -> None:
    nodes = [node("Round", "x", "r"), node("TopK", "r k", "y places")]
    body = graph(nodes, {"x": (2, size)}, "y places", {"k": integers(k)})
    assert_right(check_file(save(tmp_path / "m.onnx", body, 18)), load_machine("dlp-s"), is_checked=size < 1000)


@pytest.mark.parametrize(("exclusive", "reverse"), [(0, 0), (0, 1), (1, 1)])
@pytest.mark.parametrize("size", [128, 129, 300])
def test_sums_of_blocks(size: int, exclusive: int, reverse: int, tmp_path: Path) -> None:
    call = node("CumSum", "x axis", "y", exclusive=exclusive, reverse=reverse)
    check(tmp_path, [call], {"x": (3, size)}, "y", {"axis": np.array(1)})


def test_infinite_numbers_are_found_once(tmp_path: Path) -> None:
    none = np.array([[1, -np.inf, 2, -np.inf]], np.float32)
    nodes = [node("Add", "x none", "some"), node("TopK", "some k", "y places")]
    check(tmp_path, nodes, {"x": (1, 4)}, "places", {"none": none, "k": integers(4)})


def test_cubic_samples_are_refused(tmp_path: Path) -> None:
    call = node("GridSample", "x grid", "y", mode="cubic")
    path = save(tmp_path / "m.onnx", graph([call], {"x": (1, 1, 4, 4), "grid": (1, 2, 2, 2)}, "y"), 20)
    with pytest.raises(DlpsimError) as caught:
        load_onnx(path)
    assert caught.value.messages == (
        f"{path}: node 'y' (GridSample): mode is cubic and padding_mode zeros; supported are linear and nearest, "
        "zeros, border, reflection",
    )


@pytest.mark.parametrize("count", [40, 3])
def test_a_table_of_many_elements_is_cut(count: int, tmp_path: Path) -> None:
    shape = (count, 700)
    indices = np.random.default_rng(1).integers(0, 700, (count, 5))
    path = save(
        tmp_path / "m.onnx", graph([node("GatherElements", "x i", "y", axis=1)], {"x": shape}, "y", {"i": indices})
    )
    network = check_file(path)
    assert prod(shape) > 1 << 14 or count == 3
    assert_right(network, machine(nram=40_000, wram=80_000), is_checked=False)


def test_too_many_comparisons_are_refused(tmp_path: Path) -> None:
    """Places of updates that are computed are found by comparing; with constant indices nothing is compared."""
    call = node("ScatterND", "x i u", "y")
    inputs: dict[str, Any] = {"x": (1 << 14, 2), "u": (1 << 13, 2)}
    types = {"i": TensorProto.INT64}
    body = graph([call], {**inputs, "i": (1 << 13, 1)}, "y", None, types)
    with pytest.raises(DlpsimError) as caught:
        lowered(load_onnx(save(tmp_path / "m.onnx", body, 18)))
    assert caught.value.messages == (
        "node 'y' (ScatterND): its indices are computed, and each of 16,384 places is compared with each of 8,192 "
        "for 1 numbers: supported are 67,108,864 comparisons",
    )
    weights = {"i": np.arange(1 << 13)[:, None]}
    assert lowered(load_onnx(save(tmp_path / "m.onnx", graph([call], inputs, "y", weights), 18))).nodes
