"""Nodes that only rename, and nodes that are a special case of a simpler operator."""

from dataclasses import replace
from math import prod

from dlpsim.networks.draft import Draft
from dlpsim.networks.lowering.nodes import integers, keep
from dlpsim.networks.lowering.pooling import floor_pool
from dlpsim.networks.node import Attribute, Node
from dlpsim.networks.operators.table import apply
from dlpsim.networks.value import Shape
from dlpsim.networks.weight import Weight


def reshape(draft: Draft, node: Node) -> None:
    """Write a change of dimensions as a reshape; one that changes nothing goes away."""
    x = draft.operand(node.inputs[0])
    as_reshape(draft, node, apply(node.op, [x], node.attributes).results[0][0])


def as_reshape(draft: Draft, node: Node, shape: Shape) -> None:
    """Let a result be the first operand in another shape, or the operand itself, or what it is a reshape of."""
    x = draft.operand(node.inputs[0])
    before = reshaped(draft, x.name)
    if shape == x.shape:
        draft.aliases[node.outputs[0]] = x.name
    elif before and shape == draft.operand(before).shape:
        draft.aliases[node.outputs[0]] = before
    else:
        attributes: dict[str, Attribute] = {"shape": shape}
        draft.add("Reshape", [x.name], node.outputs, node.name, attributes)


def reshaped(draft: Draft, x: str) -> str:
    """Return what a value is a reshape of, nothing if it is none."""
    node = next((node for node in reversed(draft.nodes) if x in node.outputs), None)
    return node.inputs[0] if node and node.op == "Reshape" else ""


def same_if_same_shape(draft: Draft, node: Node) -> None:
    """Drop a slice of everything, an expansion to the same shape, a padding with nothing."""
    x = draft.operand(node.inputs[0])
    whole = apply(node.op, [x], node.attributes).results[0][0] == x.shape
    moves = node.op == "Slice" and any(step < 0 for step in integers(node, "steps"))
    shifts = node.op == "Pad" and any(integers(node, "pads"))
    if whole and not moves and not shifts:
        draft.aliases[node.outputs[0]] = x.name
    else:
        keep(draft, node)


def transpose(draft: Draft, node: Node) -> None:
    """Write an exchange of axes as a reshape where all but one of those that change places have one element."""
    shape = draft.operand(node.inputs[0]).shape
    order = integers(node, "perm")
    moved = [axis for axis in order if shape[axis] > 1]
    if moved == sorted(moved):
        as_reshape(draft, node, tuple(shape[axis] for axis in order))
    else:
        keep(draft, node)


def of_several(draft: Draft, node: Node) -> None:
    """Combine operands one after the other: Sum, Max and Min of two."""
    op = "Add" if node.op == "Sum" else node.op
    so_far, *rest = node.inputs
    if not rest:
        draft.aliases[node.outputs[0]] = draft.resolve(so_far)
        return
    *before, last = rest
    for operand in before:
        so_far = draft.step(op, [so_far, operand], f"{node.name}/so_far")
    draft.add(op, [so_far, last], node.outputs, node.name)


def concat(draft: Draft, node: Node) -> None:
    """Drop a concatenation of one operand."""
    if len(node.inputs) == 1:
        draft.aliases[node.outputs[0]] = draft.resolve(node.inputs[0])
    else:
        keep(draft, node)


def split(draft: Draft, node: Node) -> None:
    """Drop a split into one part."""
    if len(node.outputs) == 1:
        draft.aliases[node.outputs[0]] = draft.resolve(node.inputs[0])
    else:
        keep(draft, node)


def gather(draft: Draft, node: Node) -> None:
    """Write a choice of neighbouring slices by constant indices as a slice, and a reshape where an axis goes away."""
    indices = draft.weights.get(draft.resolve(node.inputs[1]))
    x, axis = draft.operand(node.inputs[0]), node.attributes["axis"]
    assert isinstance(axis, int)
    chosen = _neighbours(indices, x.shape[axis]) if indices else None
    if chosen is None:
        keep(draft, node)
        return
    start, end = chosen
    at: dict[str, Attribute] = {"starts": (start,), "ends": (end,), "axes": (axis,), "steps": (1,)}
    assert indices is not None
    part = draft.step("Slice", [x.name], f"{node.name}/part", at)
    shape = (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])
    as_reshape(draft, replace(node, inputs=(part,)), shape)


def _neighbours(indices: Weight, size: int) -> tuple[int, int] | None:
    """Return where neighbouring indices begin and end, None if they are no neighbours."""
    numbers = [int(number) % size for number in indices.array().reshape(-1)]
    is_run = bool(numbers) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return (numbers[0], numbers[-1] + 1) if is_run else None


def power(draft: Draft, node: Node) -> None:
    """Write a square, a cube and a square root as what they are."""
    x, exponent = node.inputs
    weight = draft.weights.get(draft.resolve(exponent))
    number = float(weight.array().item()) if weight is not None and weight.size == 1 else None
    is_alike = len(draft.operand(exponent).shape) <= len(draft.operand(x).shape)
    if number == 0.5 and is_alike:
        draft.add("Sqrt", [x], node.outputs, node.name)
    elif number in {2.0, 3.0} and is_alike:
        square = draft.step("Mul", [x, x], f"{node.name}/square") if number == 3.0 else x
        draft.add("Mul", [square, x], node.outputs, node.name)
    else:
        keep(draft, node)


def mean(draft: Draft, node: Node) -> None:
    """Write a mean over all spatial dimensions, two or more, as a global pooling; one of integers as a quotient."""
    x = draft.operand(node.inputs[0])
    shape = x.shape
    if not x.is_float:
        total = draft.step("ReduceSum", node.inputs, f"{node.name}/sum", node.attributes)
        count = prod(shape[axis] for axis in integers(node, "axes"))
        number = draft.fill(draft.fresh(f"{node.name}/count"), (), count, x.dtype)
        draft.add("Div", [total, number], node.outputs, node.name)
    elif len(shape) < 4 or integers(node, "axes") != tuple(range(2, len(shape))):
        keep(draft, node)
    elif node.attributes["keepdims"] == 1:
        draft.add("GlobalAveragePool", node.inputs, node.outputs, node.name)
    else:
        pooled = draft.step("GlobalAveragePool", node.inputs, f"{node.name}/pooled")
        as_reshape(draft, replace(node, inputs=(pooled,)), shape[:2])


def pool(draft: Draft, node: Node) -> None:
    """Write a pooling of one window over everything as a global one, and one of single elements as nothing."""
    x = draft.operand(node.inputs[0])
    shape, kernel = x.shape[2:], integers(node, "kernel_shape")
    has_pads = any(integers(node, "pads"))
    if kernel == shape and not has_pads and set(integers(node, "dilations")) == {1}:
        draft.add(f"Global{node.op}", node.inputs, node.outputs, node.name)
    elif prod(kernel) == 1 and prod(integers(node, "strides")) == 1 and not has_pads:
        draft.aliases[node.outputs[0]] = x.name
    else:
        floor_pool(draft, node)
