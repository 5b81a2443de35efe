"""Operators with random shapes and attributes: what a file computes, its network and the lowered one compute too."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import GraphProto

from tests.networks.compare import check_file
from tests.networks.onnx_file.models import Array, graph, integers, node, random, save
from tests.reference.examples import examples

SMALL = st.integers(1, 3)
SIZES = st.integers(4, 9)
FLAG = st.booleans()


@st.composite
def windows(draw: st.DrawFn, *, dilates: bool = True) -> dict[str, Any]:
    """Return the attributes of two-dimensional windows that fit into 4 × 4."""
    kernel = [draw(SMALL), draw(SMALL)]
    attributes: dict[str, Any] = {"kernel_shape": kernel, "strides": [draw(SMALL), draw(SMALL)]}
    auto = draw(st.sampled_from(["NOTSET", "NOTSET", "NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER"]))
    if auto == "NOTSET":
        attributes["pads"] = [draw(st.integers(0, kernel[i % 2] - 1)) for i in range(4)]
    else:
        attributes["auto_pad"] = auto
        # onnxruntime takes no steps beyond the window then: it would pad by less than nothing.
        attributes["strides"] = [draw(st.integers(1, size)) for size in kernel]
    # onnxruntime pads dilated windows automatically in a way of its own.
    if dilates and auto == "NOTSET" and draw(FLAG):
        attributes["dilations"] = [draw(st.integers(1, 2)) if size < 3 else 1 for size in kernel]
    return attributes


@st.composite
def some_shapes(draw: st.DrawFn, weights: dict[str, Array]) -> dict[str, tuple[int, ...]]:
    """Take away some of the weights; return their shapes, to be those of inputs."""
    return {name: weights.pop(name).shape for name in list(weights) if draw(FLAG)}


@st.composite
def convolutions(draw: st.DrawFn) -> GraphProto:
    group, each, outputs = draw(SMALL), draw(SMALL), draw(SMALL)
    attributes = draw(windows())
    weights = {"w": random(group * outputs, each, *attributes["kernel_shape"])}
    if draw(FLAG):
        weights["b"] = random(group * outputs)
    inputs: dict[str, tuple[int, ...]] = {"x": (draw(SMALL), group * each, draw(SIZES), draw(SIZES))}
    call = node("Conv", f"x {' '.join(weights)}", "y", group=group, **attributes)
    return graph([call], inputs | draw(some_shapes(weights)), "y", weights)


@st.composite
def transposed(draw: st.DrawFn) -> GraphProto:
    group, each, outputs = draw(SMALL), draw(SMALL), draw(SMALL)
    kernel, strides = [draw(SMALL), draw(SMALL)], [draw(SMALL), draw(SMALL)]
    attributes: dict[str, Any] = {
        "strides": strides,
        "pads": [draw(st.integers(0, kernel[i % 2] - 1)) for i in range(4)],
        "output_padding": [draw(st.integers(0, stride - 1)) for stride in strides],
    }
    weights = {"w": random(group * each, outputs, *kernel)}
    if draw(FLAG):
        weights["b"] = random(group * outputs)
    inputs: dict[str, tuple[int, ...]] = {"x": (draw(SMALL), group * each, draw(SIZES), draw(SIZES))}
    call = node("ConvTranspose", f"x {' '.join(weights)}", "y", group=group, **attributes)
    return graph([call], inputs | draw(some_shapes(weights)), "y", weights)


@st.composite
def pools(draw: st.DrawFn) -> GraphProto:
    op = draw(st.sampled_from(["MaxPool", "AveragePool"]))
    attributes = draw(windows(dilates=op == "MaxPool"))
    if "auto_pad" not in attributes:
        attributes["ceil_mode"] = draw(st.integers(0, 1))
    if op == "AveragePool":
        attributes["count_include_pad"] = draw(st.integers(0, 1))
    shape = (draw(SMALL), draw(SMALL), draw(SIZES), draw(SIZES))
    return graph([node(op, "x", "y", **attributes)], {"x": shape}, "y")


@st.composite
def elementwise(draw: st.DrawFn) -> GraphProto:
    """Return a binary operator of operands that broadcast, one of which may be constant."""
    op = draw(st.sampled_from(["Add", "Sub", "Mul", "Div", "Max", "Min"]))
    full = [draw(SMALL) for _ in range(4)]
    shapes = [[draw(st.sampled_from([1, size])) for size in full][draw(st.integers(0, 3)) :] for _ in range(2)]
    names = draw(st.permutations(["a", "b"]))
    if draw(FLAG):
        weights = {"b": np.abs(random(*shapes[1])) + 0.5}
        return graph([node(op, " ".join(names), "y")], {"a": shapes[0]}, "y", weights)
    return graph([node(op, "a b", "y")], {"a": shapes[0], "b": shapes[1]}, "y")


@st.composite
def layouts(draw: st.DrawFn) -> GraphProto:
    """Return a transpose, a slice, a padding and a split, one after the other."""
    shape = [draw(st.integers(2, 4)) for _ in range(3)]
    order = draw(st.permutations(range(3)))
    turned = [shape[axis] for axis in order]
    axis = draw(st.integers(-3, 2))
    step = draw(st.sampled_from([-2, -1, 1, 2]))
    limits = draw(st.sampled_from([(0, 9), (1, 99), (-2, 9)] if step > 0 else [(9, -99), (-1, -9), (1, -9)]))
    pads = [draw(st.integers(-1 if i == 0 and turned[0] > 1 and axis not in {0, -3} else 0, 2)) for i in range(6)]
    pads[2] += 1  # so that there are two parts to split into
    nodes = [
        node("Transpose", "x", "t", perm=order),
        node("Slice", "t starts ends axes steps", "s"),
        node("Pad", "s pads", "p", mode="constant"),
        node("Split", "p", "u v", axis=2, num_outputs=2),
        node("Concat", "v u", "y", axis=2),
    ]
    weights = {
        "starts": integers(limits[0]),
        "ends": integers(limits[1]),
        "axes": integers(axis),
        "steps": integers(step),
        "pads": integers(*pads),
    }
    return graph(nodes, {"x": shape}, "y", weights)


@st.composite
def reductions(draw: st.DrawFn) -> GraphProto:
    op = draw(st.sampled_from(["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL2", "ReduceLogSumExp"]))
    axes = draw(st.lists(st.integers(-3, -1), unique=True))
    keeps = draw(st.integers(0, 1))
    weights: dict[str, Array] = {"axes": integers(*axes)} if axes else {}
    return graph([node(op, f"x {' '.join(weights)}", "y", keepdims=keeps)], {"x": (2, 3, 4)}, "y", weights)


@st.composite
def resizes(draw: st.DrawFn) -> GraphProto:
    mode = draw(st.sampled_from(["nearest", "linear", "cubic"]))
    ways = ["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel"]
    sizes = [1, 2, draw(st.integers(2, 9)), draw(st.integers(2, 9))]
    call = node("Resize", "x - - sizes", "y", mode=mode, coordinate_transformation_mode=draw(st.sampled_from(ways)))
    return graph(
        [call], {"x": (1, 2, draw(st.integers(2, 6)), draw(st.integers(2, 6)))}, "y", {"sizes": integers(*sizes)}
    )


@st.composite
def products(draw: st.DrawFn) -> GraphProto:
    """Return a product of matrices in one of its spellings."""
    m, k, n, batch = (draw(SMALL) for _ in range(4))
    shapes: list[tuple[int, ...]]
    op = draw(st.sampled_from(["Gemm", "MatMul", "Einsum"]))
    if op == "Gemm":
        turned = [draw(st.integers(0, 1)) for _ in range(2)]
        shapes = [(k, m) if turned[0] else (m, k), (n, k) if turned[1] else (k, n)]
        weights = {"b": random(*shapes[1]), "c": random(*draw(st.sampled_from([(n,), (m, n), (1, n), (m, 1), ()])))}
        scales: dict[str, Any] = {"alpha": draw(st.sampled_from([1.0, 0.5])), "beta": draw(st.sampled_from([1.0, 2.0]))}
        call = node("Gemm", "x b c", "p", transA=turned[0], transB=turned[1], **scales)
        weights["s"] = random(n, seed=5)
        return graph([call, node("Mul", "p s", "y")], {"x": shapes[0]}, "y", weights)
    if op == "MatMul":
        shapes = [
            draw(st.sampled_from([(m, k), (batch, m, k), (2, 1, m, k)])),
            draw(st.sampled_from([(k, n), (batch, k, n)])),
        ]
        return graph([node("MatMul", "x b", "y")], {"x": shapes[0], "b": shapes[1]}, "y")
    equation = draw(st.sampled_from(["bij,bjk->bik", "bij,bkj->ikb", "bij,jk->bik", "bij,bij->b", "bij,kl->lib"]))
    sizes = dict(zip("bijkl", (batch, m, k, n, draw(SMALL)), strict=True))
    shapes = [tuple(sizes[letter] for letter in term) for term in equation.partition("->")[0].split(",")]
    return graph([node("Einsum", "x b", "y", equation=equation)], {"x": shapes[0], "b": shapes[1]}, "y")


@st.composite
def recurrent(draw: st.DrawFn) -> GraphProto:
    op = draw(st.sampled_from(["LSTM", "GRU", "RNN"]))
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[op]
    way = draw(st.sampled_from(["forward", "reverse", "bidirectional"]))
    directions = 2 if way == "bidirectional" else 1
    steps, batch, width, hidden = (draw(SMALL) for _ in range(4))
    weights = {"w": random(directions, gates * hidden, width), "r": random(directions, gates * hidden, hidden)}
    names = ["x", "w", "r", "-", "-", "-"]
    if draw(FLAG):
        weights["b"], names[3] = random(directions, 2 * gates * hidden), "b"
    if draw(FLAG):
        weights["lengths"], names[4] = np.full(batch, steps, np.int32), "lengths"
    inputs: dict[str, tuple[int, ...]] = {"x": (steps, batch, width)}
    if draw(FLAG):
        inputs["h"], names[5] = (directions, batch, hidden), "h"
    attributes: dict[str, Any] = {"hidden_size": hidden, "direction": way}
    if op == "GRU":
        attributes["linear_before_reset"] = draw(st.integers(0, 1))
    if op == "LSTM" and draw(FLAG):
        names += ["-", "p"]
        weights["p"] = random(directions, 3 * hidden)
    results = "y last cell" if op == "LSTM" else "y last"
    return graph([node(op, " ".join(names), results, **attributes)], inputs, results, weights)


STRATEGIES = {
    "convolution": convolutions(),
    "transposed": transposed(),
    "pool": pools(),
    "elementwise": elementwise(),
    "layout": layouts(),
    "reduction": reductions(),
    "resize": resizes(),
    "product": products(),
    "recurrent": recurrent(),
}


@pytest.mark.parametrize("kind", STRATEGIES)
def test_random(kind: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("random") / "m.onnx"

    @examples(25)
    @given(body=STRATEGIES[kind])
    def check(body: GraphProto) -> None:
        check_file(_saved(path, body))

    check()


def _saved(path: Path, body: GraphProto) -> Path:
    return save(path, body, 18)
