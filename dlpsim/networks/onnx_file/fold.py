"""Images put together of windows that overlap."""

from math import prod
from typing import TYPE_CHECKING

from dlpsim.networks.node import Attribute
from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.shapes import rank_is
from dlpsim.networks.value import NUMPY

if TYPE_CHECKING:
    from onnx import NodeProto


def col2im(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Add up windows by a transposed convolution that puts each element of a window at its own place."""
    import numpy as np  # noqa: PLC0415

    x, (image, block) = draft.operand(node.input[0]), (_sizes(draft, operand) for operand in node.input[1:3])
    rank_is(x, 3, "input")
    rank, given = len(image), attributes.plain(node)
    strides, dilations = (_integers(given, key, (1,) * rank) for key in ("strides", "dilations"))
    pads = _integers(given, "pads", (0,) * (2 * rank))
    if len(block) != rank or min((*image, *block, *strides, *dilations), default=0) < 1 or min(pads) < 0:
        raise Unfit("image, block, strides and dilations are expected to have as many sizes each, 1 or more")
    reach = [dilation * (size - 1) + 1 for dilation, size in zip(dilations, block, strict=True)]
    room = [image[i] + pads[i] + pads[rank + i] - reach[i] for i in range(rank)]
    counts = [max(0, one // stride + 1) for one, stride in zip(room, strides, strict=True)]
    images, columns, windows = x.shape
    if prod(counts) != windows or columns % prod(block):
        raise Unfit(f"{windows} windows of {columns} elements do not make up {'×'.join(map(str, image))}")
    channels = columns // prod(block)
    places = np.eye(prod(block), dtype=NUMPY[x.dtype]).reshape(prod(block), 1, *block)
    held = draft.hold(draft.fresh(f"{name}/places"), np.tile(places, (channels, *(1 for _ in range(rank + 1)))))
    draft.helpers.add(held)
    spread = draft.step("Reshape", [x.name], f"{name}/spread", {"shape": (images, columns, *counts)})
    settings: dict[str, Attribute] = {
        "group": channels,
        "strides": strides,
        "dilations": dilations,
        "pads": pads,
        "output_padding": tuple(one % stride for one, stride in zip(room, strides, strict=True)),
    }
    draft.add("ConvTranspose", [spread, held], node.output, name, settings)
    return True


def _sizes(draft: FileDraft, name: str) -> tuple[int, ...]:
    found = draft.array(name)
    if found is None or found.dtype.kind != "i":
        raise Unfit(f"'{name}' is not constant: the shape of the result depends on it")
    return tuple(int(size) for size in found.reshape(-1))


def _integers(given: dict[str, Attribute], name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    found = given.get(name, default)
    if not isinstance(found, tuple) or len(found) != len(default) or not all(isinstance(one, int) for one in found):
        raise Unfit(f"attribute {name} is {found!r}, expected {len(default)} integers")
    return tuple(int(one) for one in found)
