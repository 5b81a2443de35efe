"""Small ONNX models, as exporters write them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, helper, numpy_helper

Array = NDArray[Any]
Dimensions = Sequence[int | str | None]


def node(op: str, inputs: str, outputs: str, name: str = "", **attributes: Any) -> NodeProto:
    """Return a node; operands and results are written with blanks between, `-` for none."""
    names = [["" if word == "-" else word for word in text.split()] for text in (inputs, outputs)]
    return helper.make_node(op, names[0], names[1], name or names[1][0], **attributes)


def foreign(op: str, inputs: str, outputs: str = "y", domain: str = "com.microsoft", **attributes: Any) -> NodeProto:
    """Return a node of an operator that is not ONNX's own."""
    made = node(op, inputs, outputs, **attributes)
    made.domain = domain
    return made


def graph(
    nodes: Sequence[NodeProto],
    inputs: Mapping[str, Dimensions],
    outputs: str,
    weights: Mapping[str, Array] | None = None,
    types: Mapping[str, int] | None = None,
) -> GraphProto:
    """Return a graph; inputs are f32 unless `types` says otherwise."""
    kinds = types or {}
    return helper.make_graph(
        nodes,
        "graph",
        [
            helper.make_tensor_value_info(name, kinds.get(name, TensorProto.FLOAT), shape)
            for name, shape in inputs.items()
        ],
        [helper.make_empty_tensor_value_info(name) for name in outputs.split()],
        [numpy_helper.from_array(array, name) for name, array in (weights or {}).items()],
    )


def model(body: GraphProto, opset: int = 17) -> ModelProto:
    """Return a model of one version of ONNX."""
    built: ModelProto = helper.make_model(body, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    return built


def save(path: Path, body: GraphProto, opset: int = 17) -> Path:
    """Write a model, with types for its outputs where onnx can infer them; onnxruntime wants them."""
    from onnx.shape_inference import infer_shapes  # noqa: PLC0415

    built = infer_shapes(model(body, opset))
    for output in built.graph.output:
        if not output.type.tensor_type.elem_type:
            output.type.tensor_type.elem_type = TensorProto.FLOAT
    path.write_bytes(built.SerializeToString())
    return path


def random(*shape: int, seed: int = 0, scale: float = 1.0) -> Array:
    """Return seeded normal numbers."""
    return (np.random.default_rng([seed, *shape]).standard_normal(shape) * scale).astype(np.float32)


def integers(*numbers: int) -> Array:
    """Return int64 numbers in one dimension."""
    return np.array(numbers, np.int64)


def number(value: float) -> Array:
    """Return one f32 number."""
    return np.array(value, np.float32)
