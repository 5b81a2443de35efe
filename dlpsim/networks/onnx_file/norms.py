"""Norms of what lies in windows, or in whole images: roots of sums of powers."""

from typing import TYPE_CHECKING

from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.value import NUMPY, shape_text

if TYPE_CHECKING:
    from onnx import NodeProto


def pooled_norm(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Sum powers over windows by a convolution with ones, each channel by itself."""
    import numpy as np  # noqa: PLC0415

    x, given = draft.operand(node.input[0]), attributes.plain(node)
    kernel = given.get("kernel_shape")
    if given.pop("ceil_mode", 0):
        raise Unfit("ceil_mode is 1, which is not supported")
    is_kernel = isinstance(kernel, tuple) and all(isinstance(size, int) and size > 0 for size in kernel)
    if not isinstance(kernel, tuple) or not kernel or not is_kernel or len(kernel) != len(x.shape) - 2:
        raise Unfit(f"kernel_shape is {kernel!r}, expected {len(x.shape) - 2} integers")
    p = _exponent(given.pop("p", 2))
    sizes = [int(size) for size in kernel]
    ones = draft.hold(draft.fresh(f"{name}/ones"), np.ones((x.shape[1], 1, *sizes), NUMPY[x.dtype]))
    draft.helpers.add(ones)
    powers = _power(draft, draft.step("Abs", [x.name], f"{name}/sizes"), p, name)
    total = draft.step("Conv", [powers, ones], f"{name}/total", {**given, "group": x.shape[1]})
    draft.aliases[node.output[0]] = _power(draft, total, 1 / p, name)
    return True


def global_norm(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Sum powers over all of an image."""
    x = draft.operand(node.input[0])
    p = _exponent(attributes.plain(node).get("p", 2))
    if len(x.shape) < 3:
        raise Unfit(f"input '{x.name}' is {shape_text(x.shape)}, expected 3 dimensions or more")
    powers = _power(draft, draft.step("Abs", [x.name], f"{name}/sizes"), p, name)
    axes = tuple(range(2, len(x.shape)))
    total = draft.step("ReduceSum", [powers], f"{name}/total", {"axes": axes, "keepdims": 1})
    draft.aliases[node.output[0]] = _power(draft, total, 1 / p, name)
    return True


def _exponent(p: object) -> float:
    if not isinstance(p, int | float) or p < 1:
        raise Unfit(f"attribute p is {p!r}, expected 1 or more")
    return float(p)


def _power(draft: FileDraft, x: str, exponent: float, base: str) -> str:
    """Return what is not negative to a power."""
    import numpy as np  # noqa: PLC0415

    if exponent == 1:
        return x
    if exponent == 2:
        return draft.step("Mul", [x, x], f"{base}/squares")
    if exponent == 0.5:
        return draft.step("Sqrt", [x], f"{base}/root")
    number = draft.hold(draft.fresh(f"{base}/exponent"), np.array(exponent, NUMPY[draft.operand(x).dtype]))
    return draft.step("Pow", [x, number], f"{base}/power")
