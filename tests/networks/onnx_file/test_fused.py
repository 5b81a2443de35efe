"""Operators that onnxruntime puts into the files that it has optimized: computed as onnxruntime computes them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
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
from tests.networks.compare import Arrays, difference, run_file
from tests.networks.onnx_file.models import Array, foreign, graph, node, number, random
from tests.reference.examples import examples

MICROSOFT = "com.microsoft"
SIX = machine(nram=8192, wram=8192, shared=40_000, clusters=2, cores=3)

Shapes = Mapping[str, tuple[int, ...]]


def save(path: Path, body: GraphProto, opset: int = 17) -> Path:
    """Write a model that uses operators of onnxruntime's own; `index` is of i32."""
    for output in body.output:
        output.type.tensor_type.elem_type = TensorProto.INT32 if output.name == "index" else TensorProto.FLOAT
    domains = [helper.make_opsetid("", opset), helper.make_opsetid(MICROSOFT, 1)]
    path.write_bytes(helper.make_model(body, opset_imports=domains, ir_version=9).SerializeToString())
    return path


def assert_agrees(path: Path, inputs: Arrays | None = None, *, is_compiled: bool = True) -> None:
    """Check that a file's network, its lowered form and its program compute what onnxruntime does from the file."""
    network = load_onnx(path)
    given = {**random_inputs(network), **(inputs or {})}
    expected = run_file(path, given)
    runs = [evaluate(network, given, network.outputs), evaluate(lowered(network), given, network.outputs)]
    for run in runs:
        assert difference(run, expected) < 1e-5
    if is_compiled:
        found = computed(network, SIX, given)
        assert difference({name: found[name].astype(expected[name].dtype) for name in expected}, expected) < 1e-4


Case = tuple[GraphProto, Arrays]


def case(
    call: NodeProto, shapes: Shapes, weights: Mapping[str, NDArray[Any]] | None = None, **inputs: NDArray[Any]
) -> Case:
    """Return a graph of one node, and those of its inputs that are not just any numbers."""
    kinds = {np.dtype(np.int32): TensorProto.INT32, np.dtype(np.int64): TensorProto.INT64}
    types = {name: kinds[array.dtype] for name, array in inputs.items()}
    return graph([call], shapes, " ".join(filter(None, call.output)), weights, types), inputs


def activations() -> dict[str, Case]:
    kernel = {"w": random(4, 3, 3, 3, scale=0.3), "b": random(4)}
    matrix = {"w": random(5, 8), "c": random(5)}
    parameters = {"LeakyRelu": [0.3], "Clip": [-0.2, 0.5], "HardSigmoid": [0.3, 0.4]}
    found = {}
    for name in ("Relu", "Tanh", "Sigmoid", *parameters):
        given: dict[str, Any] = {"activation_params": parameters[name]} if name in parameters else {}
        call = foreign("FusedConv", "x w b", activation=name, **given)
        found[f"FusedConv {name}"] = case(call, {"x": (1, 3, 6, 6)}, kernel)
    for name in ("Relu", "LeakyRelu"):
        given = {"activation_alpha": 0.3} if name == "LeakyRelu" else {}
        call = foreign("FusedGemm", "x w c", transB=1, alpha=0.5, activation=name, **given)
        found[f"FusedGemm {name}"] = case(call, {"x": (3, 8)}, matrix)
    call = foreign("FusedConv", "x w b z", activation="Relu", pads=[1] * 4)
    return {**found, "FusedConv sum": case(call, {"x": (1, 3, 6, 6), "z": (1, 4, 6, 6)}, kernel)}


def norms() -> dict[str, Case]:
    rows = {"x": (2, 3, 8), "s": (2, 3, 8)}
    weights = {"g": random(8), "b": random(8, seed=1), "c": random(8, seed=2)}
    tables = {"words": random(20, 8), "positions": random(10, 8), "segments": random(2, 8), "g": weights["g"]}
    tables["b"] = weights["b"]
    ids = np.array([[1, 4, 3], [5, 6, 19]], np.int32)
    mask = np.array([[1, 1, 0], [1, 1, 1]], np.int32)
    embed = "EmbedLayerNormalization"
    simple = foreign("SimplifiedLayerNormalization", "x g", domain="", axis=-1)
    return {
        "sum": case(foreign("SkipLayerNormalization", "x s g b c", "y - - z", epsilon=1e-5), rows, weights),
        "sum that broadcasts": case(foreign("SkipLayerNormalization", "x s g"), {**rows, "s": (3, 8)}, weights),
        "simple": case(simple, {"x": (2, 3, 8)}, weights),
        "simple sum": case(foreign("SkipSimplifiedLayerNormalization", "x s g c", "y - - z"), rows, weights),
        "embeddings": case(
            foreign(embed, "ids of words positions segments g b mask", "y index"),
            {"ids": (2, 3), "of": (2, 3), "mask": (2, 3)},
            tables,
            ids=ids,
            of=mask,
            mask=mask,
        ),
        "fewer embeddings": case(
            foreign(embed, "ids - words positions - g b", "y index"), {"ids": (2, 3)}, tables, ids=ids
        ),
    }


def attention() -> dict[str, Case]:
    x, weights = {"x": (2, 5, 8)}, {"w": random(8, 24, scale=0.4), "b": random(24)}
    masks = {
        "lengths": np.array([3, 5], np.int32),
        "mask of keys": np.array([[1, 1, 0, 0, 1], [0, 0, 1, 1, 1]], np.int32),
        "mask of queries": np.random.default_rng(0).integers(0, 2, (2, 5, 5)).astype(np.int32),
    }
    found = {
        f"{name} {'in order' if ordered else ''}": case(
            foreign("Attention", "x w b m", num_heads=2, unidirectional=ordered),
            {**x, "m": mask.shape},
            weights,
            m=mask,
        )
        for name, mask in masks.items()
        for ordered in (0, 1)
    }
    past = foreign("Attention", "x w b - p", "y present", num_heads=2, unidirectional=1)
    wide = {"w": random(8, 28, scale=0.4), "b": random(28)}
    found |= {
        "past": case(past, {**x, "p": (2, 2, 2, 3, 4)}, weights),
        "sizes": case(foreign("Attention", "x w b", num_heads=2, qkv_hidden_sizes=[8, 8, 12]), x, wide),
        "given": case(foreign("Attention", "x w b - - r", num_heads=2, scale=0.2), {**x, "r": (2, 2, 5, 5)}, weights),
    }
    return found


def many_heads() -> dict[str, Case]:
    sizes = {"q": (2, 5, 8), "k": (2, 6, 8), "v": (2, 6, 12)}
    same = {"q": (2, 5, 8), "k": (2, 5, 8), "v": (2, 5, 8)}
    split = {"q": (2, 5, 8), "k": (2, 2, 6, 4), "v": (2, 2, 6, 4)}
    before = {"pk": (2, 2, 3, 4), "pv": (2, 2, 3, 4)}
    mask = np.array([[1, 1, 0, 0, 1, 1], [1, 0, 1, 1, 1, 0]], np.int32)
    op = "MultiHeadAttention"
    return {
        "heads": case(foreign(op, "q k v", num_heads=2), sizes),
        "heads with bias": case(foreign(op, "q k v b", num_heads=2), sizes, {"b": random(28)}),
        "heads with mask": case(foreign(op, "q k v - m", num_heads=2), {**sizes, "m": (2, 6)}, m=mask),
        "heads with more": case(foreign(op, "q k v - - r", num_heads=2, scale=0.3), {**sizes, "r": (1, 2, 5, 6)}),
        "heads in order": case(foreign(op, "q k v", num_heads=2, unidirectional=1), same),
        "heads with past": case(foreign(op, "q k v - - - pk pv", "y prk prv", num_heads=2), {**same, **before}),
        "heads apart": case(foreign(op, "q k v b", num_heads=2), split, {"b": random(24)}),
    }


def rotations() -> dict[str, Case]:
    tables: dict[str, NDArray[Any]] = {"c": random(10, 4), "s": random(10, 4, seed=1)}
    places = np.array([[0, 1, 2], [3, 2, 5]])
    found: dict[str, Case] = {}
    for woven in (0, 1):
        call = foreign("RotaryEmbedding", "x p c s", interleaved=woven)
        found |= {
            f"rows {woven}": case(call, {"x": (2, 3, 16), "p": (2, 3)}, tables, p=places),
            f"rows from a place on {woven}": case(call, {"x": (2, 3, 16)}, {**tables, "p": np.array([2])}),
            f"heads {woven}": case(call, {"x": (2, 2, 3, 8), "p": (2, 3)}, tables, p=places),
        }
    call = foreign("RotaryEmbedding", "x p c s", rotary_embedding_dim=4, num_heads=2)
    part = {"c": random(10, 2), "s": random(10, 2, seed=1)}
    return {**found, "part": case(call, {"x": (2, 3, 16), "p": (2, 3)}, part, p=places)}


def bits(count: int, *, has_zeros: bool) -> Case:
    """Return a product with weights of a few bits: 6 columns of 40 in blocks of 16."""
    drawn = np.random.default_rng(count)
    packed: dict[str, NDArray[Any]] = {
        "w": drawn.integers(0, 256, (6, 3, 2 * count)).astype(np.uint8),
        "s": np.abs(random(18)),
        "z": drawn.integers(0, 256, 6 * -(-3 * count // 8)).astype(np.uint8),
    }
    inputs = f"x w s{' z' if has_zeros else ''}"
    return case(foreign("MatMulNBits", inputs, bits=count, N=6, K=40, block_size=16), {"x": (3, 40)}, packed)


VECTOR = {"b": random(8)}
CASES: dict[str, Case] = {
    **activations(),
    **norms(),
    **attention(),
    **many_heads(),
    **rotations(),
    **{f"{count} bits {zeros}": bits(count, has_zeros=zeros) for count in (4, 8) for zeros in (False, True)},
    "Gelu": case(foreign("Gelu", "x"), {"x": (3, 8)}),
    "FastGelu": case(foreign("FastGelu", "x b"), {"x": (3, 8)}, VECTOR),
    "BiasGelu": case(foreign("BiasGelu", "x b"), {"x": (3, 8)}, VECTOR),
    "QuickGelu": case(foreign("QuickGelu", "x", alpha=1.5), {"x": (3, 8)}),
    "Trilu": case(foreign("Trilu", "x", upper=0), {"x": (3, 8)}),
}


@pytest.mark.parametrize("name", CASES)
def test_operators(name: str, tmp_path: Path) -> None:
    body, inputs = CASES[name]
    assert_agrees(save(tmp_path / "m.onnx", body), inputs)


@st.composite
def products(draw: st.DrawFn) -> GraphProto:
    """Return FusedMatMul of operands that are turned in whatever way."""
    flags: dict[str, Any] = {
        name: draw(st.integers(0, 1)) for name in ("transA", "transB", "transBatchA", "transBatchB")
    }
    outer, inner, rows, depth, columns = (draw(st.integers(1, 3)) for _ in range(5))
    shapes = {}
    for name, pair in (("A", (rows, depth)), ("B", (depth, columns))):
        sizes = pair[::-1] if flags[f"trans{name}"] else pair
        shape = (outer, inner, *sizes)
        # With its batch turned, the rows lie before the axes of the batch, and the columns behind.
        shapes[name.lower()] = (sizes[0], outer, inner, sizes[1]) if flags[f"transBatch{name}"] else shape
    return graph([foreign("FusedMatMul", "a b", alpha=draw(st.sampled_from([1.0, 0.3])), **flags)], shapes, "y")


def test_random_products(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("random") / "m.onnx"

    @examples(25)
    @given(body=products())
    def check(body: GraphProto) -> None:
        assert_agrees(save(path, body), is_compiled=False)

    check()


def block(weights: dict[str, Array]) -> GraphProto:
    """Return a convolution and a part of a transformer as they are exported, before anything is fused."""
    nodes = [
        node("Conv", "image w b", "c", pads=[1] * 4),
        node("Relu", "c", "r"),
        node("Transpose", "x", "t", perm=[0, 2, 1]),
        node("MatMul", "x t", "scores"),
        node("Mul", "scores half", "scaled"),
        node("Softmax", "scaled", "p", axis=-1),
        node("MatMul", "p x", "context"),
        node("Add", "context x", "sum"),
        node("LayerNormalization", "sum g k", "n", axis=-1),
        node("Gelu", "n", "y"),
    ]
    return graph(nodes, {"image": (1, 3, 6, 6), "x": (2, 3, 8)}, "r y", weights)


@pytest.mark.parametrize("level", ["BASIC", "EXTENDED"])
def test_a_file_that_onnxruntime_has_optimized(level: str, tmp_path: Path) -> None:
    weights = {"w": random(4, 3, 3, 3), "b": random(4), "half": number(0.5), "g": random(8), "k": random(8, seed=1)}
    plain, fused = save(tmp_path / "plain.onnx", block(weights), 20), tmp_path / "fused.onnx"
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, f"ORT_ENABLE_{level}")
    options.optimized_model_filepath = str(fused)
    options.log_severity_level = 4
    onnxruntime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])
    assert_agrees(fused)
    inputs = random_inputs(load_onnx(plain))
    before, after = (evaluate(network, inputs, network.outputs) for network in map(load_onnx, (plain, fused)))
    assert difference(after, before) < 1e-5


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            case(
                foreign("SkipLayerNormalization", "x s g", "y mean"), {"x": (1, 2, 8), "s": (1, 2, 8)}, {"g": random(8)}
            ),
            "node 'y' (SkipLayerNormalization): its result 1 (mean) is not supported",
        ),
        (
            case(foreign("FusedConv", "x w", activation="Sine"), {"x": (1, 1, 3, 3)}, {"w": random(1, 1, 2, 2)}),
            "node 'y' (FusedConv): attribute activation is 'Sine', which is not supported",
        ),
        (
            case(foreign("MultiHeadAttention", "q", num_heads=2), {"q": (2, 5, 2, 3, 4)}),
            "node 'y' (MultiHeadAttention): queries of 2×5×2×3×4 are not supported: they are expected apart from keys",
        ),
        (
            case(foreign("Attention", "x w", num_heads=2), {"x": (5, 8)}, {"w": random(8, 24)}),
            "node 'y' (Attention): operands 5×8, 8×24 do not go with each other or its attributes: not enough values",
        ),
        (
            case(foreign("FusedConv", "x w", auto_pad='"'), {"x": (1, 1, 3, 3)}, {"w": random(1, 1, 2, 2)}),
            "node 'y' (FusedConv): operands 1×1×3×3, 1×1×2×2 do not go with each other or its attributes:",
        ),
        (case(foreign("Conv", "x", domain="com.microsoft.nchwc"), {"x": (1,)}), "operator com.microsoft.nchwc.Conv is"),
    ],
)
def test_refusals(body: Case, message: str, tmp_path: Path) -> None:
    path = save(tmp_path / "m.onnx", body[0])
    with pytest.raises(DlpsimError) as caught:
        load_onnx(path)
    assert any(message in text for text in caught.value.messages)
