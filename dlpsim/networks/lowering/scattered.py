"""Updates that are written to places: a choice of rows of both, old and new.

Where indices are constant, it is known what each place gets. Where they are computed, each place is compared with all
indices; of several updates for one place the last counts.
"""

from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.chosen import as_rows, chosen_rows, constant, from_begin, gather_elements, rows_of
from dlpsim.networks.lowering.nodes import integer
from dlpsim.networks.node import Node
from dlpsim.networks.value import NUMPY
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_COMPARISONS = 1 << 26
"""So many comparisons of computed indices with places are supported."""

_COMBINE = {"add": "Add", "mul": "Mul", "max": "Max", "min": "Min"}
_REDUCE = {"add": "ReduceSum", "mul": "ReduceProd", "max": "ReduceMax", "min": "ReduceMin"}


def scatter_nd(draft: Draft, node: Node) -> None:
    """Write rows of updates to rows of the first operand."""
    x, indices, updates = (draft.operand(name) for name in node.inputs)
    named = x.shape[: indices.shape[-1]]
    rows = draft.resolve(rows_of(draft, indices.name, named, 0, node.name))
    count, width = prod(named), prod(x.shape[len(named) :])
    old = draft.step("Reshape", [x.name], f"{node.name}/old", {"shape": (count, width)})
    new = draft.step("Reshape", [updates.name], f"{node.name}/new", {"shape": (prod(indices.shape[:-1]), width)})
    array = constant(draft, rows)
    if array is not None:
        y = _written(draft, node, old, new, array.reshape(-1))
    else:
        flat = draft.step("Reshape", [rows], f"{node.name}/places", {"shape": (-1,)})
        y = _by_comparison(draft, node, old, new, from_begin(draft, flat, count, node.name))
    draft.add("Reshape", [y], node.outputs, node.name, {"shape": x.shape})


def scatter_elements(draft: Draft, node: Node) -> None:
    """Write single updates to single elements; those that lie together go together."""
    x, indices, updates = (draft.operand(name) for name in node.inputs)
    axis, array = integer(node, "axis"), constant(draft, indices.name)
    if array is None:
        _elements_by_comparison(draft, node, axis)
        return
    targets = _places(array % x.shape[axis], x.shape, axis)
    width = _width(targets, x.shape)
    old = draft.step("Reshape", [x.name], f"{node.name}/old", {"shape": (-1, width)})
    new = draft.step("Reshape", [updates.name], f"{node.name}/new", {"shape": (-1, width)})
    y = _written(draft, node, old, new, targets[::width] // width)
    draft.add("Reshape", [y], node.outputs, node.name, {"shape": x.shape})


def _places(indices: "NDArray[Any]", shape: tuple[int, ...], axis: int) -> "NDArray[Any]":
    """Return the place of each update among all elements."""
    import numpy as np  # noqa: PLC0415

    places = [indices if one == axis else place for one, place in enumerate(np.indices(indices.shape))]
    return np.asarray(np.ravel_multi_index(tuple(places), shape)).reshape(-1)


def _width(targets: "NDArray[Any]", shape: tuple[int, ...]) -> int:
    """Return how many elements, those of the last axes, are written together everywhere."""
    import numpy as np  # noqa: PLC0415

    for axis in range(len(shape)):
        width = prod(shape[axis:])
        if targets.size % width == 0:
            rows = targets.reshape(-1, width)
            if (rows[:, 0] % width == 0).all() and (rows == rows[:, :1] + np.arange(width)).all():
                return width
    return 1


def _written(draft: Draft, node: Node, old: str, new: str, rows: "NDArray[Any]") -> str:
    """Return `old` with rows of `new` in some rows; updates of the same row are combined one after the other."""
    import numpy as np  # noqa: PLC0415

    reduction, base = str(node.attributes["reduction"]), node.name
    count = draft.operand(old).shape[0]
    if reduction == "none":
        return _replaced(draft, old, new, rows, base)
    order = np.argsort(rows, kind="stable")
    _, begins, inverse = np.unique(rows[order], return_index=True, return_inverse=True)
    turn = np.empty(len(rows), np.int64)
    turn[order] = np.arange(len(rows)) - begins[inverse.reshape(-1)]
    assert rows.max(initial=0) < count
    for number in range(int(turn.max(initial=-1)) + 1):
        chosen = np.flatnonzero(turn == number)
        before = chosen_rows(draft, [old], rows[chosen], f"{base}/before")
        updates = chosen_rows(draft, [new], chosen, f"{base}/updates")
        combined = draft.step(_COMBINE[reduction], [before, updates], f"{base}/combined")
        old = _replaced(draft, old, combined, rows[chosen], base)
    return old


def _replaced(draft: Draft, old: str, new: str, rows: "NDArray[Any]", base: str) -> str:
    """Return `old` with rows of `new` in some rows, of several for one row the last."""
    import numpy as np  # noqa: PLC0415

    count = draft.operand(old).shape[0]
    taken = np.arange(count)
    for number, row in enumerate(rows.tolist()):
        taken[row] = count + number
    return chosen_rows(draft, [old, new], taken, f"{base}/written")


def _by_comparison(draft: Draft, node: Node, old: str, new: str, rows: str) -> str:
    """Return `old` with rows of `new` in rows that are computed."""
    (count, width), (updates, _) = draft.operand(old).shape, draft.operand(new).shape
    reduction, base = str(node.attributes["reduction"]), node.name
    _limit(node, count, updates, 1 if reduction == "none" else width)
    if reduction == "none":
        row = draft.step("Reshape", [rows], f"{base}/row", {"shape": (1, updates)})
        both = draft.step("Concat", [old, new], f"{base}/both", {"axis": 0})
        return draft.step("Gather", [both, _latest(draft, row, count, base)], f"{base}/written", {"axis": 0})
    deep = draft.step("Reshape", [rows], f"{base}/row", {"shape": (1, updates, 1)})
    is_here = draft.step("Equal", [deep, _numbers(draft, rows, (count, 1, 1), 0)], f"{base}/here")
    return _combined(draft, node, is_here, (old, new), 1)


def _elements_by_comparison(draft: Draft, node: Node, axis: int) -> None:
    """Write updates to computed places along an axis, row by row."""
    x, indices, updates = (draft.operand(name) for name in node.inputs)
    base, reduction, size, each = node.name, str(node.attributes["reduction"]), x.shape[axis], indices.shape[axis]
    order = (*(one for one in range(len(x.shape)) if one != axis), axis)
    rows = prod(x.shape) // size
    _limit(node, rows * size, each, 1)
    nowhere = size  # a place that no element has
    counted = _padded(draft, from_begin(draft, indices.name, size, base), (x.shape, axis), nowhere, base)
    given = _padded(draft, updates.name, (x.shape, axis), 0, base)
    old = as_rows(draft, x.name, order, (rows, size), f"{base}/old")
    places = as_rows(draft, counted, order, (rows, 1, each), f"{base}/places")
    if reduction == "none":
        new = as_rows(draft, given, order, (rows, each), f"{base}/new")
        both = draft.step("Concat", [old, new], f"{base}/both", {"axis": 1})
        y = draft.fresh(f"{base}/written")
        taken = _latest(draft, places, size, base)
        gather_elements(draft, Node(draft.unique(y), "GatherElements", (both, taken), (y,), {"axis": 1}))
    else:
        new = as_rows(draft, given, order, (rows, 1, each), f"{base}/new")
        is_here = draft.step("Equal", [places, _numbers(draft, places, (size, 1), 0)], f"{base}/here")
        y = _combined(draft, node, is_here, (old, new), 2)
    turned = draft.step("Reshape", [y], f"{base}/turned", {"shape": tuple(x.shape[one] for one in order)})
    back = tuple(order.index(one) for one in range(len(order)))
    draft.add("Transpose", [turned], node.outputs, node.name, {"perm": back})


def _limit(node: Node, places: int, updates: int, width: int) -> None:
    if places * updates * width > MOST_COMPARISONS:
        raise DlpsimError(
            f"{node}: its indices are computed, and each of {places:,} places is compared with each of {updates:,} "
            f"for {width:,} numbers: supported are {MOST_COMPARISONS:,} comparisons"
        )


def _padded(draft: Draft, x: str, like: tuple[tuple[int, ...], int], number: int, base: str) -> str:
    """Return a value with more elements, all the same, up to a shape along all axes but one."""
    shape, axis = like
    more = [0 if one == axis else shape[one] - size for one, size in enumerate(draft.operand(x).shape)]
    if not any(more):
        return x
    return draft.step("Pad", [x], f"{base}/padded", {"pads": (*(0 for _ in more), *more), "value": float(number)})


def _latest(draft: Draft, places: str, size: int, base: str) -> str:
    """Return for each of `size` places its own number, or that of the last update for it, counted behind the places.

    Updates are told along the last axis of `places`.
    """
    shape = draft.operand(places).shape
    own = _numbers(draft, places, (size, 1), 0)
    is_here = draft.step("Equal", [places, own], f"{base}/here")
    number = draft.step("Where", [is_here, _numbers(draft, places, shape[-1:], size), own], f"{base}/number")
    return draft.step("ReduceMax", [number], f"{base}/latest", {"axes": (len(shape) - 1,), "keepdims": 0})


def _numbers(draft: Draft, like: str, shape: tuple[int, ...], first: int) -> str:
    """Return numbers that follow each other, of the type of `like`."""
    import numpy as np  # noqa: PLC0415

    numbers = np.arange(first, first + prod(shape)).reshape(shape).astype(NUMPY[draft.operand(like).dtype])
    return draft.hold(draft.fresh(f"{like}/numbers"), numbers)


def _combined(draft: Draft, node: Node, is_here: str, both: tuple[str, str], axis: int) -> str:
    """Return the old numbers combined with the updates for their places, which are told along an axis."""
    (old, new), reduction, base = both, str(node.attributes["reduction"]), node.name
    dtype = draft.operand(old).dtype
    neutral = draft.hold(draft.fresh(f"{base}/neutral"), _neutral(reduction, dtype))
    kept = draft.step("Where", [is_here, new, neutral], f"{base}/kept")
    updates = draft.step(_REDUCE[reduction], [kept], f"{base}/updates", {"axes": (axis,), "keepdims": 0})
    return draft.step(_COMBINE[reduction], [old, updates], f"{base}/combined")


def _neutral(reduction: str, dtype: str) -> "NDArray[Any]":
    """Return the number that changes no other."""
    import numpy as np  # noqa: PLC0415

    kind = np.dtype(NUMPY[dtype])
    limits = (-np.inf, np.inf) if kind.kind == "f" else (np.iinfo(kind).min, np.iinfo(kind).max)
    return np.array({"add": 0, "mul": 1, "max": limits[0], "min": limits[1]}[reduction], kind)
