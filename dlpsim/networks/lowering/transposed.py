"""Transposed convolution as a convolution of inputs that are set apart by zeros."""

from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering import dynamic
from dlpsim.networks.lowering.nodes import integers
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.operators.table import apply
from dlpsim.networks.weight import Weight

if TYPE_CHECKING:
    from numpy.typing import NDArray


def expand_transposed(draft: Draft, node: Node) -> None:
    """Add the convolution in place of the node."""
    group = node.attributes["group"]
    assert isinstance(group, int)
    _, _, *kernel = draft.operand(node.inputs[1]).shape
    w = _weight(draft, node, group)
    strides, dilations, extra = (integers(node, name) for name in ("strides", "dilations", "output_padding"))
    pads = integers(node, "pads")
    rank = len(kernel)
    reach = [dilation * (size - 1) for dilation, size in zip(dilations, kernel, strict=True)]
    begins = [reach[i] - pads[i] for i in range(rank)]
    ends = [reach[i] - pads[rank + i] + extra[i] - (strides[i] - 1) for i in range(rank)]
    x = _set_apart(draft, node, strides)
    if min(*begins, *ends) < 0:
        around: tuple[int, ...] = (0, 0, *begins, 0, 0, *ends)
        x = draft.step("Pad", [x], f"{node.name}/padded", {"pads": around})
        begins, ends = [0] * rank, [0] * rank
    attributes: dict[str, Attribute] = {"pads": (*begins, *ends), "dilations": dilations, "group": group}
    inputs = (x, w, *node.inputs[2:])
    settled = apply("Conv", [draft.operand(name) for name in inputs], attributes).attributes
    dynamic.conv(draft, Node(node.name, "Conv", inputs, node.outputs, settled))


def _weight(draft: Draft, node: Node, group: int) -> str:
    """Return the weight as a convolution has it: a weight again, or what computes it where it is none."""
    name = draft.resolve(node.inputs[1])
    inputs, outputs, *kernel = draft.operand(name).shape
    shape = (outputs * group, inputs // group, *kernel)
    weight = draft.weights.get(name)
    if weight is not None:
        return draft.compute(f"{name}/turned", shape, partial(_turned, weight, group), weight.dtype)
    rank = len(kernel)
    base = f"{node.name}/weight"
    apart = draft.step("Reshape", [name], f"{base}/groups", {"shape": (group, inputs // group, outputs, *kernel)})
    turned = draft.step("Transpose", [apart], f"{base}/turned", {"perm": (0, 2, 1, *range(3, 3 + rank))})
    whole = draft.step("Reshape", [turned], f"{base}/whole", {"shape": shape})
    at: dict[str, Attribute] = {
        "starts": (-1,) * rank,
        "ends": tuple(-size - 1 for size in kernel),
        "axes": tuple(range(2, 2 + rank)),
        "steps": (-1,) * rank,
    }
    return draft.step("Slice", [whole], base, at)


def _set_apart(draft: Draft, node: Node, strides: tuple[int, ...]) -> str:
    """Put stride - 1 zeros after each input."""
    x = draft.resolve(node.inputs[0])
    if max(strides) == 1:
        return x
    batch, channels, *sizes = draft.operand(x).shape
    apart = (batch, channels, *(part for size in sizes for part in (size, 1)))
    ends = (0, 0, *(part for stride in strides for part in (0, stride - 1)))
    wide = tuple(size * stride for size, stride in zip(sizes, strides, strict=True))
    alone = draft.step("Reshape", [x], f"{node.name}/alone", {"shape": apart})
    filled = draft.step("Pad", [alone], f"{node.name}/filled", {"pads": (*(0 for _ in apart), *ends)})
    return draft.step("Reshape", [filled], f"{node.name}/apart", {"shape": (batch, channels, *wide)})


def _turned(weight: Weight, group: int) -> "NDArray[Any]":
    """Return the weight as a convolution has it: outputs first, windows turned round."""
    array = weight.array()
    inputs, outputs, *kernel = array.shape
    grouped = array.reshape(group, inputs // group, outputs, *kernel).swapaxes(1, 2)
    whole = grouped.reshape(group * outputs, inputs // group, *kernel)
    return whole[(slice(None), slice(None), *(slice(None, None, -1) for _ in kernel))]
