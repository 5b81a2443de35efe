"""Operators of ONNX that are put together of those of the table, and what others give besides."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from dlpsim.networks.node import Attribute
from dlpsim.networks.onnx_file import attributes
from dlpsim.networks.onnx_file.draft import FileDraft
from dlpsim.networks.onnx_file.fold import col2im
from dlpsim.networks.onnx_file.norms import global_norm, pooled_norm
from dlpsim.networks.onnx_file.sampling import grid_sample
from dlpsim.networks.onnx_file.series import compress, cumulative_product, reverse_sequence
from dlpsim.networks.onnx_file.types import dtype_of, type_text
from dlpsim.networks.operators.operator import Unfit
from dlpsim.networks.operators.shapes import axis_of, rank_is
from dlpsim.networks.value import NUMPY, shape_text

if TYPE_CHECKING:
    from onnx import NodeProto

MOST_PLACES = 1 << 24
"""The depth that a OneHot may have: f32 tells so many places apart."""

Handler = Callable[[FileDraft, "NodeProto", str], bool]


def clip(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Limit by the larger and the smaller of two where a limit is computed; by constants as it is."""
    limits = [*node.input, "", ""][1:3]
    if all(draft.is_constant(limit) for limit in limits if limit):
        return False
    if any(draft.operand(limit).size != 1 for limit in limits if limit):
        raise Unfit("its limits are not one number each")
    lower, upper = limits
    x = draft.step("Max", [node.input[0], lower], f"{node.output[0]}/raised") if lower else draft.resolve(node.input[0])
    draft.add("Min" if upper else "Identity", [x, upper] if upper else [x], node.output, name)
    return True


def _one_hot(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Compare indices with the places along a new axis; choose between what is on and what is off."""
    import numpy as np  # noqa: PLC0415

    indices, y = draft.operand(node.input[0]), node.output[0]
    depth = draft.array(node.input[1])
    if depth is None or depth.size != 1:
        raise Unfit(f"'{node.input[1]}' (depth) is not one constant number: the shape of the result depends on it")
    if draft.operand(node.input[2]).size != 2 or depth.dtype.kind not in "iuf" or not 1 <= depth.item() <= MOST_PLACES:
        raise Unfit(f"expected two values and a depth of 1 to {MOST_PLACES:,}, not {depth.item()}")
    size, rank = int(depth.item()), len(indices.shape) + 1
    axis = axis_of(_integer(node, "axis", -1), rank)
    dtype = NUMPY[indices.dtype]
    zero, whole = (draft.hold(draft.fresh(f"{y}/number"), np.array(number, dtype)) for number in (0, size))
    below = draft.step("Less", [indices.name, zero], f"{y}/below")
    other = draft.step("Add", [indices.name, whole], f"{y}/other")
    counted = draft.step("Where", [below, other, indices.name], f"{y}/counted")
    aligned = draft.step("Unsqueeze", [counted], f"{y}/aligned", {"axes": (axis,)})
    places = np.arange(size).astype(dtype).reshape(size, *(1 for _ in range(rank - axis - 1)))
    here = draft.step("Equal", [aligned, draft.hold(draft.fresh(f"{y}/places"), places)], f"{y}/here")
    off, on = (_element(draft, node.input[2], place, f"{y}/value") for place in range(2))
    draft.add("Where", [here, on, off], [y], name)
    return True


def _element(draft: FileDraft, x: str, place: int, base: str) -> str:
    """Return one element of a vector."""
    import numpy as np  # noqa: PLC0415

    index = draft.hold(draft.fresh(f"{base}/place"), np.array(place))
    array = draft.array(x)
    if array is not None:
        return draft.hold(draft.fresh(base), np.asarray(array.reshape(-1)[place]))
    return draft.step("Gather", [x, index], base, {"axis": 0})


def _eye_like(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Take a matrix that follows from the shape of the operand alone."""
    import numpy as np  # noqa: PLC0415

    x = draft.operand(node.input[0])
    rank_is(x, 2, "input")
    number = attributes.plain(node).get("dtype")
    dtype = dtype_of(number) if isinstance(number, int) else x.dtype
    if dtype is None or dtype not in NUMPY:
        raise Unfit(f"makes {type_text(number if isinstance(number, int) else 0)}; supported are {', '.join(NUMPY)}")
    rows, columns = x.shape
    draft.hold(node.output[0], np.eye(rows, columns, _integer(node, "k", 0)).astype(NUMPY[dtype]))
    return True


def _normalized(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Divide by the sum of what is along the axis, or the root of the sum of its squares; 0 stays 0."""
    import numpy as np  # noqa: PLC0415

    x, y, p = draft.operand(node.input[0]), node.output[0], _integer(node, "p", 2)
    if p not in {1, 2}:
        raise Unfit(f"attribute p is {p}, expected 1 or 2")
    along: dict[str, Attribute] = {"axes": (axis_of(_integer(node, "axis", -1), len(x.shape)),), "keepdims": 1}
    sizes = draft.step("Abs", [x.name], f"{y}/sizes") if p == 1 else draft.step("Mul", [x.name, x.name], f"{y}/squares")
    total = draft.step("ReduceSum", [sizes], f"{y}/total", along)
    norm = draft.step("Sqrt", [total], f"{y}/norm") if p == 2 else total
    zero = draft.hold(draft.fresh(f"{y}/zero"), np.array(0, NUMPY[x.dtype]))
    one = draft.hold(draft.fresh(f"{y}/one"), np.array(1, NUMPY[x.dtype]))
    is_zero = draft.step("Equal", [norm, zero], f"{y}/is_zero")
    draft.add("Div", [x.name, draft.step("Where", [is_zero, one, norm], f"{y}/divisor")], [y], name)
    return True


def _scatter(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Call it what it is called since version 11."""
    draft.add("ScatterElements", node.input, node.output, name, attributes.plain(node))
    return True


def _trilu(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Choose between the matrix and zero by how far from the diagonal an element lies."""
    import numpy as np  # noqa: PLC0415

    x, y = draft.operand(node.input[0]), node.output[0]
    if len(x.shape) < 2:
        raise Unfit(f"expected a matrix, not {shape_text(x.shape)}")
    is_upper, (rows, columns) = bool(_integer(node, "upper", 1)), x.shape[-2:]
    distance = np.arange(columns) - np.arange(rows)[:, None]
    given = node.input[1] if len(node.input) > 1 and node.input[1] else ""
    if given and (draft.operand(given).size != 1 or draft.operand(given).is_float):
        raise Unfit(f"'{given}' (k) is not one whole number")
    offset = draft.array(given) if given else np.array(0)
    if offset is not None:
        keeps = distance >= offset if is_upper else distance <= offset
        mask = draft.hold(draft.fresh(f"{y}/mask"), keeps.reshape(rows, columns))
    else:
        test = "GreaterOrEqual" if is_upper else "LessOrEqual"
        held = draft.hold(draft.fresh(f"{y}/distance"), distance)
        mask = draft.step(test, [held, given], f"{y}/mask")
    zero = draft.fill(draft.fresh(f"{y}/zero"), (), 0.0, x.dtype)
    draft.add("Where", [mask, x.name, zero], [y], name)
    return True


def _layer_norm(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Add what computes the mean and the deviation where they are results too; the layer itself stays one node."""
    import numpy as np  # noqa: PLC0415

    named = [*node.output, "", ""][1:3]
    if not any(named):
        return False
    x, given = draft.operand(node.input[0]), attributes.plain(node)
    axis = axis_of(_integer(node, "axis", -1), len(x.shape))
    epsilon = _number(node, "epsilon", 1e-5)
    along: dict[str, Attribute] = {"axes": tuple(range(axis, len(x.shape))), "keepdims": 1}
    mean = draft.step("ReduceMean", [x.name], f"{name}/mean", along)
    less = draft.step("Sub", [x.name, mean], f"{name}/less")
    squares = draft.step("Mul", [less, less], f"{name}/squares")
    variance = draft.step("ReduceMean", [squares], f"{name}/variance", along)
    added = draft.hold(draft.fresh(f"{name}/epsilon"), np.array(epsilon, NUMPY[x.dtype]))
    deviation = draft.step("Sqrt", [draft.step("Add", [variance, added], f"{name}/shifted")], f"{name}/deviation")
    inverse = draft.step("Reciprocal", [deviation], f"{name}/inverse")
    for outer, inner in zip(named, (mean, inverse), strict=True):
        if outer:
            draft.aliases[outer] = inner
    draft.add("LayerNormalization", node.input, node.output[:1], name, given)
    return True


def batch_norm_in_training(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Normalize by the mean and variance of the batch; the results after that are the statistics carried on."""
    import numpy as np  # noqa: PLC0415

    if not _integer(node, "training_mode", 0):
        return False
    x, scale, bias, *old = (draft.operand(operand) for operand in node.input)
    if len(x.shape) < 2:
        raise Unfit(f"input '{x.name}' is {shape_text(x.shape)}, expected 2 dimensions or more")
    others = tuple(axis for axis in range(len(x.shape)) if axis != 1)
    along: dict[str, Attribute] = {"axes": others, "keepdims": 1}
    flat: dict[str, Attribute] = {"shape": (x.shape[1],)}
    mean = draft.step("ReduceMean", [x.name], f"{name}/mean", along)
    less = draft.step("Sub", [x.name, mean], f"{name}/less")
    variance = draft.step("ReduceMean", [draft.step("Mul", [less, less], f"{name}/squares")], f"{name}/variance", along)
    statistics = [draft.step("Reshape", [one], f"{name}/statistics", flat) for one in (mean, variance)]
    epsilon = _number(node, "epsilon", 1e-5)
    draft.add(
        "BatchNormalization",
        [x.name, scale.name, bias.name, *statistics],
        node.output[:1],
        name,
        {"epsilon": epsilon},
    )
    momentum = _number(node, "momentum", 0.9)
    parts = [draft.hold(draft.fresh(f"{name}/part"), np.array(one, np.float32)) for one in (momentum, 1 - momentum)]
    for output, before, now in zip(node.output[1:], old, statistics, strict=False):
        if output:
            kept, taken = (
                draft.step("Mul", [one, share], f"{output}/part")
                for one, share in zip((before.name, now), parts, strict=True)
            )
            draft.add("Add", [kept, taken], [output], output)
    return True


def _unknown_size(draft: FileDraft, node: "NodeProto", name: str) -> bool:
    """Refuse what would have results of sizes that nobody knows beforehand."""
    raise Unfit("how many results it has depends on what the network is given")


def _integer(node: "NodeProto", name: str, default: int) -> int:
    found = attributes.plain(node).get(name, default)
    if not isinstance(found, int):
        raise Unfit(f"attribute {name} is {found!r}, expected an integer")
    return found


def _number(node: "NodeProto", name: str, default: float) -> float:
    found = attributes.plain(node).get(name, default)
    if not isinstance(found, int | float):
        raise Unfit(f"attribute {name} is {found!r}, expected a number")
    return float(found)


COMPOSED: Mapping[str, Handler] = {
    **dict.fromkeys(("NonMaxSuppression", "NonZero", "Unique"), _unknown_size),
    "Col2Im": col2im,
    "Compress": compress,
    "CumProd": cumulative_product,
    "EyeLike": _eye_like,
    "GlobalLpPool": global_norm,
    "GridSample": grid_sample,
    "LayerNormalization": _layer_norm,
    "LpNormalization": _normalized,
    "LpPool": pooled_norm,
    "OneHot": _one_hot,
    "ReverseSequence": reverse_sequence,
    "Scatter": _scatter,
    "Trilu": _trilu,
}
"""Handlers by operator."""
