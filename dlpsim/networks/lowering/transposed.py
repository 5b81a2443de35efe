"""Transposed convolution as a convolution of inputs that are set apart by zeros."""

from functools import partial
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.nodes import integers
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.weight import Weight
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def expand_transposed(draft: Draft, node: Node) -> None:
    """Add the convolution in place of the node. Raises DlpsimError where the weight is not constant."""
    weight = draft.weights.get(draft.resolve(node.inputs[1]))
    if weight is None:
        raise DlpsimError(f"{node}: its weight '{node.inputs[1]}' is not constant, which is not supported")
    group = node.attributes["group"]
    assert isinstance(group, int)
    inputs, outputs, *kernel = weight.shape
    shape = (outputs * group, inputs // group, *kernel)
    w = draft.compute(f"{node.inputs[1]}/turned", shape, partial(_turned, weight, group), weight.dtype)
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
    draft.add("Conv", [x, w, *node.inputs[2:]], node.outputs, node.name, attributes)


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
