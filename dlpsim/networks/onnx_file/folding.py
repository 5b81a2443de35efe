"""Computes nodes of which every operand is known: by ONNX's own reference, or by onnxruntime where that fails."""

import warnings
from collections.abc import Mapping, Sequence
from math import inf, isfinite, prod
from typing import TYPE_CHECKING, Any

from dlpsim.networks.needed import needed
from dlpsim.networks.operators.operator import Unfit
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import ModelProto, NodeProto, ValueInfoProto

RANDOM = ("RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli")
"""Operators whose results are not known, whatever their operands."""

IR_VERSION = 10
"""Of the models that are computed: one that every onnxruntime of this time reads."""

LARGEST = 1 << 28
"""Elements of an operand or result, above which a constant is not computed."""


def fold(node: "NodeProto", operands: Sequence["NDArray[Any] | None"], opset: int) -> list["NDArray[Any]"]:
    """Return the results of a node. Raises Unfit where it cannot be computed, or would be too large."""
    if _elements(node, operands) > LARGEST:
        raise Unfit(f"its operands are constants, but it would make one of more than {LARGEST:,} elements")
    import numpy as np  # noqa: PLC0415
    from onnx import helper  # noqa: PLC0415
    from onnx.reference import ReferenceEvaluator  # noqa: PLC0415

    feeds = {name: array for name, array in zip(node.input, operands, strict=True) if array is not None}
    infos = [_info(name, array) for name, array in feeds.items()]
    outputs = [helper.make_empty_tensor_value_info(name) for name in node.output if name]
    graph = helper.make_graph([node], "folded", infos, outputs)
    domains = {"": opset} | ({node.domain: 1} if node.domain not in {"", "ai.onnx"} else {})
    opsets = [helper.make_opsetid(*entry) for entry in domains.items()]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            results = ReferenceEvaluator(model).run(None, feeds)
    except Exception as error:  # the reference raises whatever its NumPy code meets
        found = _by_runtime(model, feeds)
        if found is None:
            raise Unfit(f"its operands are constants, but it cannot be computed: {error}") from None
        results = found
    if not all(isinstance(result, np.ndarray | np.generic) for result in results):
        raise Unfit("its operands are constants, but its result is not a tensor")
    return [np.asarray(result) for result in results]


def _info(name: str, array: "NDArray[Any]") -> "ValueInfoProto":
    """Describe an operand."""
    from onnx import helper  # noqa: PLC0415

    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)


def _by_runtime(model: "ModelProto", feeds: Mapping[str, "NDArray[Any]"]) -> list[Any] | None:
    """Return what onnxruntime makes of a model that the reference fails at; None where it is not there, or fails too.

    The reference knows GatherElements of few indices only, for example.
    """
    from onnx.shape_inference import infer_shapes  # noqa: PLC0415

    try:
        onnxruntime = needed("onnxruntime", "to compute a constant")
    except DlpsimError:
        return None
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        typed = infer_shapes(model).SerializeToString()
        session = onnxruntime.InferenceSession(typed, options, providers=["CPUExecutionProvider"])
        found: list[Any] = session.run(None, dict(feeds))
    except Exception:  # onnxruntime raises what its C++ part threw, each kind as a class of its own
        return None
    return found


def _elements(node: "NodeProto", operands: Sequence["NDArray[Any] | None"]) -> int:
    """Return how many elements the largest operand has, or the result where it may be much larger."""
    there = [array for array in operands if array is not None]
    largest = max((array.size for array in there), default=0)
    if node.op_type in {"Expand", "Tile"} and there[-1].dtype.kind == "i":
        sizes = prod(max(1, int(size)) for size in there[-1].reshape(-1))
        return max(largest, sizes * (there[0].size if node.op_type == "Tile" else 1))
    if node.op_type == "Range" and [array.size for array in there] == [1, 1, 1]:
        start, limit, delta = (float(array.item()) for array in there)
        steps = (limit - start) / delta if delta else inf
        return max(largest, int(steps)) if isfinite(steps) else LARGEST + 1
    return largest
