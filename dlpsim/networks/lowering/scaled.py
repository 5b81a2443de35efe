"""Layers with the scale and shift of what follows them in their weights."""

from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.affine import Affine
from dlpsim.networks.node import Node
from dlpsim.networks.weight import Weight

if TYPE_CHECKING:
    from numpy.typing import NDArray


def can_be_scaled(node: Node, draft: Draft) -> bool:
    """Whether scale and shift of channels can go into a layer: its weights are constant."""
    if node.op not in {"Conv", "Gemm", "ScaleShift"}:
        return False
    if not all(name in draft.weights for name in node.inputs[1:] if name):
        return False
    return node.op != "Gemm" or _is_simple(node, draft)


def scaled_inputs(node: Node, affine: Affine, draft: Draft) -> tuple[str, ...]:
    """Return the operands of the layer that does what `node` and then `affine` do; new weights join the draft."""
    x, w, *rest = node.inputs
    bias = rest[0] if rest else ""
    is_vector = node.op == "ScaleShift"
    axis = 1 if node.op == "Gemm" and not node.attributes["transB"] else 0
    weight = draft.weights[w]
    if affine.scale:
        w = draft.compute(f"{w}/scaled", weight.shape, partial(_scaled, weight, axis, affine), weight.dtype)
    if affine.shift or (bias and affine.scale) or is_vector:
        old = draft.weights[bias] if bias else None
        numbers = partial(_shifted, old, affine)
        bias = draft.compute(f"{bias or node.name}/shifted", (affine.channels,), numbers, weight.dtype)
    return (x, w, bias) if bias else (x, w)


def _is_simple(node: Node, draft: Draft) -> bool:
    """Whether a Gemm has a bias for each column, neither of its parts scaled."""
    plain = node.attributes["beta"] == 1 and node.attributes["alpha"] == 1
    if len(node.inputs) < 3:
        return plain
    return plain and draft.weights[node.inputs[2]].shape[:-1] in {(), (1,)}


def _scaled(weight: Weight, axis: int, affine: Affine) -> "NDArray[Any]":
    assert affine.scale is not None
    array = weight.array()
    factors = affine.scale().reshape([-1 if i == axis else 1 for i in range(array.ndim)])
    product: NDArray[Any] = array * factors.astype(array.dtype)
    return product


def _shifted(bias: Weight | None, affine: Affine) -> "NDArray[Any]":
    import numpy as np  # noqa: PLC0415

    old = (
        np.zeros(affine.channels)
        if bias is None
        else np.broadcast_to(bias.array().astype("float64").reshape(-1), (affine.channels,))
    )
    scaled = old * affine.scale() if affine.scale else old
    return scaled + affine.shift() if affine.shift else scaled
