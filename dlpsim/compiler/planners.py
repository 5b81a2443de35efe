"""Which planner makes a layer of each operator."""

from collections.abc import Callable, Mapping
from math import prod

from dlpsim.compiler.choosing.gather import plan_gather
from dlpsim.compiler.choosing.joining import plan_concat, plan_pad
from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer, is_product, is_renaming
from dlpsim.compiler.layouts.activation import Activation, activation_of, pixels_first
from dlpsim.compiler.layouts.layout import Layout, dense
from dlpsim.compiler.layouts.relayout import moved
from dlpsim.compiler.layouts.renaming import RENAMERS
from dlpsim.compiler.layouts.view import View
from dlpsim.compiler.plan import LayerPlan
from dlpsim.compiler.pooling.layer import Taken, plan_pooling, recipe_of
from dlpsim.compiler.pooling.windows import POOLINGS
from dlpsim.compiler.products.contraction import plan_contraction
from dlpsim.compiler.products.layer import Places, plan_product
from dlpsim.compiler.recipes import elementwise, rowwise
from dlpsim.compiler.recipes.layer import plan_recipe
from isa.errors import DlpsimError

Planner = Callable[[Desk, Layer], LayerPlan]


def planned(desk: Desk, layer: Layer) -> LayerPlan:
    """Return the plan of a layer. Raises DlpsimError where its operator, or how it is used, is not supported."""
    planner = PLANNERS.get(layer.node.op)
    if planner is None:
        raise DlpsimError(
            f"{layer.node}: the compiler does not support this operator\n"
            f"    hint: supported are {', '.join(sorted(PLANNERS))}"
        )
    return planner(desk, layer)


def _convolution(desk: Desk, layer: Layer) -> LayerPlan:
    if not is_product(desk.network, layer.node):
        raise DlpsimError(f"{layer.node}: its weight '{layer.node.inputs[1]}' is not constant, which is not supported")
    x = _image(desk, layer.node.inputs[0], layer.name, in_order=layer.node.attributes["group"] != 1)
    added = _image(desk, layer.added, layer.name, in_order=True) if layer.added else None
    shape = desk.network.values[layer.y].shape
    y = _activation(desk.place(layer.y, desk.usual(shape, is_image=True), _is_in_order))
    weights = desk.name(f"{layer.name}_w")
    return plan_product(desk, layer, Places(x, y, added), weights)


def _matrix_product(desk: Desk, layer: Layer) -> LayerPlan:
    if not is_product(desk.network, layer.node):
        return plan_contraction(desk, layer)
    x = _activation(_rows(desk, layer.node.inputs[0], layer.name, in_order=False))
    added = _activation(_rows(desk, layer.added, layer.name, in_order=True)) if layer.added else None
    shape = desk.network.values[layer.y].shape

    def fits(view: View) -> bool:
        seen = _flat(view, shape[-1])
        return seen is not None and _is_in_order(seen)

    placed = _flat(desk.place(layer.y, dense(shape), fits), shape[-1])
    assert placed is not None
    weights = desk.name(f"{layer.name}_w")
    return plan_product(desk, layer, Places(x, _activation(placed), added), weights)


def _pooling(desk: Desk, layer: Layer) -> LayerPlan:
    recipe = recipe_of(desk, layer)
    if recipe:
        taken = tuple(_image(desk, name, layer.name, in_order=True) for name in recipe.images)
        usual = desk.usual(desk.network.values[layer.y].shape, is_image=True)
        return plan_pooling(desk, layer, Taken(taken, recipe), _activation(desk.place(layer.y, usual, _is_in_order)))
    x = _image(desk, layer.node.inputs[0], layer.name)
    images, channels, height, width = desk.network.values[layer.y].shape
    usual = desk.usual((images, channels, height, width), is_image=True)
    if x.order:
        usual = Layout((usual.axes[0], x.order, *usual.axes[2:]))

    def fits(view: View) -> bool:
        found = activation_of(view)
        return found is not None and found.order == x.order

    y = _activation(desk.place(layer.y, usual, fits))
    return plan_pooling(desk, layer, Taken((x,)), y)


def _renaming(desk: Desk, layer: Layer) -> LayerPlan:
    """See the operand in another way; if it does not lie so that it can be seen so, it is copied first."""
    node = layer.node
    view = desk.view(node.inputs[0])
    rename = RENAMERS.get(node.op, RENAMERS["Identity"])
    views = rename(desk, node, view)
    if views is None:
        views = rename(desk, node, moved(desk, view, dense(view.shape), layer.name))
    assert views is not None
    desk.views.update(zip(node.outputs, views, strict=True))
    return LayerPlan(layer.name, [])


def _cast(desk: Desk, layer: Layer) -> LayerPlan:
    return _renaming(desk, layer) if is_renaming(desk.network, layer.node) else plan_recipe(desk, layer)


def _image(desk: Desk, name: str, base: str, *, in_order: bool = False) -> Activation:
    """Return an operand as pixels of channels, moved if it does not lie so."""
    view = desk.view(name)
    found = activation_of(view)
    if found is not None and not (in_order and found.order):
        return found
    layout = desk.usual(view.shape, is_image=True) if in_order else pixels_first(view.layout)
    return _activation(moved(desk, view, layout, base))


def _rows(desk: Desk, name: str, base: str, *, in_order: bool) -> View:
    """Return an operand as rows of its last axis, moved if it does not lie so."""
    view = desk.view(name)
    flat = _flat(view, view.shape[-1])
    found = activation_of(flat) if flat else None
    if flat and found and not (found.order and in_order):
        return flat
    flat = _flat(moved(desk, view, dense(view.shape), base), view.shape[-1])
    assert flat is not None
    return flat


def _flat(view: View, columns: int) -> View | None:
    """Return an array as rows of a length."""
    layout = view.layout.reshaped((prod(view.shape[:-1]), columns))
    return view.with_layout(layout) if layout else None


def _activation(view: View) -> Activation:
    found = activation_of(view)
    assert found is not None
    return found


def _is_in_order(view: View) -> bool:
    found = activation_of(view)
    return found is not None and not found.order


PLANNERS: Mapping[str, Planner] = {
    **dict.fromkeys((*elementwise.RULES, *rowwise.RULES), plan_recipe),
    **dict.fromkeys(RENAMERS, _renaming),
    **dict.fromkeys(POOLINGS, _pooling),
    "Cast": _cast,
    "Conv": _convolution,
    "Gemm": _matrix_product,
    "MatMul": _matrix_product,
    "Concat": plan_concat,
    "Gather": plan_gather,
    "Pad": plan_pad,
}
"""The planner of each operator."""
