"""Elements and rows that indices choose: each becomes a Gather of the rows of a table.

What a constant index chooses is known, so rows that follow each other are a slice. A computed index below 0 counts from
the end of its axis, as ONNX has it.
"""

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.nodes import integer
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.value import NUMPY

if TYPE_CHECKING:
    from numpy.typing import NDArray

TABLE_ELEMENTS = 1 << 14
"""A table of single elements is cut into tables of so many, if that is possible."""

MOST_SLICES = 32
"""Rows that make up so many slices, or fewer, are put together of them."""

Attributes = dict[str, Attribute]


def gather_elements(draft: Draft, node: Node) -> None:
    """Choose along the last axis: of each row by itself, or of some rows together."""
    x, indices = (draft.operand(name) for name in node.inputs)
    axis, rank = integer(node, "axis"), len(x.shape)
    name = part_beside(draft, x.name, indices.shape, axis, node.name)
    array = constant(draft, indices.name)
    if array is not None and (same := _same_everywhere(array % x.shape[axis], axis)) is not None:
        alike = draft.hold(draft.fresh(f"{node.name}/indices"), same)
        draft.add("Gather", [name, alike], node.outputs, node.name, {"axis": axis})
        return
    order = (*(one for one in range(rank) if one != axis), axis)
    rows = prod(indices.shape) // max(1, indices.shape[axis])
    table = as_rows(draft, name, order, (rows, x.shape[axis]), f"{node.name}/table")
    if array is None:
        beside = as_rows(draft, indices.name, order, (rows, indices.shape[axis]), f"{node.name}/indices")
        beside = from_begin(draft, beside, x.shape[axis], node.name)
    else:
        numbers = array.transpose(order).reshape(rows, -1) % x.shape[axis]
        beside = draft.hold(draft.fresh(f"{node.name}/indices"), numbers)
    chosen = _of_each_row(draft, table, beside, node.name)
    turned = tuple(indices.shape[one] for one in order)
    back = tuple(order.index(one) for one in range(rank))
    shaped = draft.step("Reshape", [chosen], f"{node.name}/shaped", {"shape": turned})
    draft.add("Transpose", [shaped], node.outputs, node.name, {"perm": back})


def _of_each_row(draft: Draft, table: str, indices: str, base: str) -> str:
    """Return what indices choose of the row of a table beside them; as many rows at a time as one table may have."""
    import numpy as np  # noqa: PLC0415

    (rows, size), (_, each) = draft.operand(table).shape, draft.operand(indices).shape
    dtype, array = draft.operand(indices).dtype, constant(draft, indices)
    step, parts = max(1, TABLE_ELEMENTS // size), []
    for begin in range(0, rows, step):
        count = min(step, rows - begin)
        flat = draft.step("Reshape", [part(draft, table, 0, (begin, count), base)], f"{base}/flat", {"shape": (-1,)})
        begins = (np.arange(count) * size)[:, None].astype(NUMPY[dtype])
        if array is not None:
            places = draft.hold(draft.fresh(f"{base}/places"), array[begin : begin + count] + begins)
        else:
            own = part(draft, indices, 0, (begin, count), base)
            held = draft.hold(draft.fresh(f"{base}/begins"), begins)
            places = draft.step("Add", [own, held], f"{base}/places") if count > 1 else own
        parts.append(draft.step("Gather", [flat, places], f"{base}/chosen", {"axis": 0}))
    assert each
    return draft.step("Concat", parts, f"{base}/rows", {"axis": 0}) if len(parts) > 1 else parts[0]


def gather_nd(draft: Draft, node: Node) -> None:
    """Choose rows of a table that has a row for each place that tuples of indices can name."""
    x, indices = (draft.operand(name) for name in node.inputs)
    batch = integer(node, "batch_dims")
    length = indices.shape[-1]
    named = x.shape[: batch + length]
    table = draft.step("Reshape", [x.name], f"{node.name}/table", {"shape": (prod(named), *x.shape[len(named) :])})
    places = rows_of(draft, indices.name, named, batch, node.name)
    draft.add("Gather", [table, places], node.outputs, node.name, {"axis": 0})


def rows_of(draft: Draft, indices: str, named: tuple[int, ...], batch: int, base: str) -> str:
    """Return the rows that tuples of indices name: in an array of shape `named`, the first `batch` axes in common."""
    import numpy as np  # noqa: PLC0415

    shape, dtype = draft.operand(indices).shape, draft.operand(indices).dtype
    sizes, own = named[batch:], named[:batch]
    steps = np.array([prod(sizes[place + 1 :]) for place in range(len(sizes))], NUMPY[dtype])
    begins = (np.arange(prod(own)) * prod(sizes)).reshape(*own, *(1 for _ in shape[batch:-1])).astype(NUMPY[dtype])
    array = constant(draft, indices)
    if array is not None:
        numbers = ((array % np.array(sizes, NUMPY[dtype])) * steps).sum(axis=-1, dtype=NUMPY[dtype]) + begins
        return draft.hold(draft.fresh(f"{base}/rows"), np.asarray(numbers))
    if len(sizes) == 1 and not batch:
        return draft.step("Reshape", [indices], f"{base}/rows", {"shape": shape[:-1]})
    counted = from_begin(draft, indices, sizes, base)
    scaled = draft.step("Mul", [counted, draft.hold(draft.fresh(f"{base}/steps"), steps)], f"{base}/scaled")
    rows = draft.step("ReduceSum", [scaled], f"{base}/rows", {"axes": (len(shape) - 1,), "keepdims": 0})
    if not batch:
        return rows
    return draft.step("Add", [rows, draft.hold(draft.fresh(f"{base}/begins"), begins)], f"{base}/rows")


def from_begin(draft: Draft, indices: str, sizes: "int | tuple[int, ...]", base: str) -> str:
    """Return computed indices that count from the begin; `sizes` are those of the axes that the last axis is for."""
    import numpy as np  # noqa: PLC0415

    dtype = NUMPY[draft.operand(indices).dtype]
    zero = draft.hold(draft.fresh(f"{base}/zero"), np.array(0, dtype))
    size = draft.hold(draft.fresh(f"{base}/sizes"), np.array(sizes, dtype))
    below = draft.step("Less", [indices, zero], f"{base}/below")
    other = draft.step("Add", [indices, size], f"{base}/other")
    return draft.step("Where", [below, other, indices], f"{base}/counted")


def chosen_rows(draft: Draft, tables: list[str], rows: "NDArray[Any]", base: str) -> str:
    """Return rows of tables that lie one after the other: slices put together, where they are few."""
    begins, runs = [0], _runs(rows)
    for table in tables:
        begins.append(begins[-1] + draft.operand(table).shape[0])
    cut = [piece for run in runs for piece in _within(run, begins)]
    if len(cut) <= MOST_SLICES:
        parts = [part(draft, tables[index], 0, span, base) for index, span in cut]
        return draft.step("Concat", parts, f"{base}/joined", {"axis": 0}) if len(parts) > 1 else parts[0]
    whole = draft.step("Concat", tables, f"{base}/tables", {"axis": 0}) if len(tables) > 1 else tables[0]
    return draft.step("Gather", [whole, draft.hold(draft.fresh(f"{base}/rows"), rows)], f"{base}/chosen", {"axis": 0})


def _runs(rows: "NDArray[Any]") -> list[tuple[int, int]]:
    """Return begin and count of each run of rows that follow each other."""
    import numpy as np  # noqa: PLC0415

    breaks = [0, *(np.flatnonzero(np.diff(rows) != 1) + 1).tolist(), len(rows)]
    return [(int(rows[first]), end - first) for first, end in pairwise(breaks)]


def _within(run: tuple[int, int], begins: list[int]) -> list[tuple[int, tuple[int, int]]]:
    """Return a run cut where a table ends: the number of the table, where it begins in it and how long it is."""
    begin, end = run[0], run[0] + run[1]
    return [
        (index, (max(begin, first) - first, min(end, last) - max(begin, first)))
        for index, (first, last) in enumerate(pairwise(begins))
        if max(begin, first) < min(end, last)
    ]


def part(draft: Draft, x: str, axis: int, span: tuple[int, int], base: str) -> str:
    """Return so many elements from one on along an axis, or all there are."""
    begin, count = span
    if count == draft.operand(x).shape[axis]:
        return x
    at: Attributes = {"starts": (begin,), "ends": (begin + count,), "axes": (axis,), "steps": (1,)}
    return draft.step("Slice", [x], f"{base}/part", at)


def part_beside(draft: Draft, x: str, shape: tuple[int, ...], axis: int, base: str) -> str:
    """Return the elements that lie beside indices of a shape: along all axes but `axis` the first ones."""
    for other, size in enumerate(shape):
        if other != axis:
            x = part(draft, x, other, (0, size), base)
    return x


def as_rows(draft: Draft, x: str, order: tuple[int, ...], shape: tuple[int, ...], base: str) -> str:
    """Return a value with its axes in another order, in another shape."""
    turned = draft.step("Transpose", [x], f"{base}/turned", {"perm": order}) if order != tuple(sorted(order)) else x
    return draft.step("Reshape", [turned], base, {"shape": shape})


def constant(draft: Draft, name: str) -> "NDArray[Any] | None":
    """Return the numbers of a constant, None for what is none."""
    weight = draft.weights.get(draft.resolve(name))
    return weight.array() if weight is not None else None


def _same_everywhere(indices: "NDArray[Any]", axis: int) -> "NDArray[Any] | None":
    """Return the indices along an axis if they are the same at all places of the others."""
    moved = indices.swapaxes(axis, -1).reshape(-1, indices.shape[axis])
    return moved[0] if len(moved) and (moved == moved[0]).all() else None
