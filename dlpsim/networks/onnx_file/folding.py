"""Computes nodes of which every operand is known, by ONNX's own reference."""

import warnings
from collections.abc import Sequence
from math import inf, isfinite, prod
from typing import TYPE_CHECKING, Any

from dlpsim.networks.operators.operator import Unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from onnx import NodeProto

RANDOM = ("RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli")
"""Operators whose results are not known, whatever their operands."""


LARGEST = 1 << 28
"""Elements of an operand or result, above which a constant is not computed."""


def fold(node: "NodeProto", operands: Sequence["NDArray[Any] | None"], opset: int) -> list["NDArray[Any]"]:
    """Return the results of a node. Raises Unfit where the reference cannot compute it, or it would be too large."""
    if _elements(node, operands) > LARGEST:
        raise Unfit(f"its operands are constants, but it would make one of more than {LARGEST:,} elements")
    import numpy as np  # noqa: PLC0415
    from onnx import helper  # noqa: PLC0415
    from onnx.reference import ReferenceEvaluator  # noqa: PLC0415

    inputs = [name for name in node.input if name]
    feeds = {name: array for name, array in zip(node.input, operands, strict=True) if array is not None}
    infos = [helper.make_tensor_value_info(name, 0, None) for name in inputs]
    outputs = [name for name in node.output if name]
    graph = helper.make_graph([node], "folded", infos, [helper.make_tensor_value_info(n, 0, None) for n in outputs])
    domains = {"": opset} | ({node.domain: 1} if node.domain not in {"", "ai.onnx"} else {})
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid(*entry) for entry in domains.items()])
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            results = ReferenceEvaluator(model).run(None, feeds)
    except Exception as error:  # the reference raises whatever its NumPy code meets
        raise Unfit(f"its operands are constants, but it cannot be computed: {error}") from None
    if not all(isinstance(result, np.ndarray | np.generic) for result in results):
        raise Unfit("its operands are constants, but its result is not a tensor")
    return [np.asarray(result) for result in results]


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
