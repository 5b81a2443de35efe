"""Layers that multiply by weights: convolutions in any number of groups, and matrix products."""

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.layouts.activation import Activation
from dlpsim.compiler.limits import check_steps
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.pooling.windows import is_average, mean_of, pooling_of, shape_of
from dlpsim.compiler.products.product import Product, numbers, step_count
from dlpsim.compiler.products.steps import steps_of
from dlpsim.compiler.tiling.choice import Choice, choose, chosen_by_hand
from dlpsim.compiler.tiling.cost import stays_in_cluster
from dlpsim.compiler.tiling.deal import Deal, deals_to_clusters
from dlpsim.compiler.tiling.shape import Pooling, Shape
from dlpsim.compiler.tiling.tiles import Tiling, cut_columns, cut_rows, rooms
from dlpsim.networks.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Places:
    """Where a layer finds its image, leaves its result, and finds what is added to that."""

    x: Activation
    y: Activation
    added: Activation | None


def plan_product(desk: Desk, layer: Layer, places: Places, weights: str) -> LayerPlan:
    """Cut a layer into tiles. Raises DlpsimError where not even the smallest fit, or those that are set by hand."""
    network, machine = desk.network, desk.machine
    whole, _ = _shape(network, layer)
    choice = replace(_choice(desk, layer), pooling=desk.poolings.get(layer.name))
    deal, tiling = choice.taken.deal, choice.taken.tiling
    check_steps(layer.name, step_count(deal.shape, deal.parts, tiling), machine)
    budget = choice.taken.budget
    cuts = cut_rows(deal.shape, tiling.rows), cut_columns(deal.shape, tiling.columns)
    pooling = layer.pooling
    product = Product(
        layer.name,
        places.x,
        places.y,
        weights,
        replace(deal.shape, out_height=whole.out_height, top=whole.top, pooling=_pooling(whole, deal)),
        tiling,
        rooms(deal.shape, *cuts, tiling),
        deal.parts,
        places.added,
        layer.after,
        mean_of(network, pooling) if pooling and is_average(pooling) else None,
        layer.after_pooling,
        cluster=machine.cores,
        shares_image=budget.image_parts > 0,
        shares_weights=budget.weight_parts > 0,
        stays_in_cluster=stays_in_cluster(deal.shape, *cuts, tiling, budget),
    )
    constant = Constant(product.weight_count, lambda: product.packed(*_numbers(network, layer, places.x)))
    return LayerPlan(layer.name, steps_of(product), {weights: constant}, _note(layer, deal, tiling), choice=choice)


def best_choice(desk: Desk, layer: Layer) -> Choice:
    """Return the cheapest way to cut a layer. Raises DlpsimError where nothing fits."""
    options, passes = _options(desk, layer)
    return choose(layer.name, options, desk.machine, passes, desk.step_cost)


def _choice(desk: Desk, layer: Layer) -> Choice:
    wish = desk.wishes.get(layer.name)
    if wish is None:
        return best_choice(desk, layer)
    options, passes = _options(desk, layer)
    if not wish.is_cut:
        return choose(layer.name, wish.dealt(layer.name, options), desk.machine, passes, desk.step_cost)
    deal, tiling = wish.applied(layer.name, options)
    check_steps(layer.name, step_count(deal.shape, deal.parts, tiling), desk.machine)
    return chosen_by_hand(layer.name, deal, tiling, desk.machine, passes)


def _options(desk: Desk, layer: Layer) -> tuple[list[Deal], int]:
    """Return the ways to deal out a layer, and how many operations each element takes after it has been summed up."""
    whole, groups = _shape(desk.network, layer)
    ways = [whole]
    if whole.pooling and whole.pooling.shares_rows:
        ways.insert(0, replace(whole, pooling=replace(whole.pooling, keeps_rows=True)))
    machine = desk.machine
    found = [deal for way in ways for deal in deals_to_clusters(way, groups, machine.cores, machine.clusters)]
    return found, 1 + len(layer.after) + whole.is_added


def _pooling(whole: Shape, deal: Deal) -> Pooling | None:
    """Return the pooling of all rows, as it is dealt out."""
    return replace(whole.pooling, keeps_rows=deal.keeps_rows) if whole.pooling else None


def _note(layer: Layer, deal: Deal, tiling: Tiling) -> str:
    shape = deal.shape
    pixels = f"pixels of {layer.pooling.name}" if layer.pooling else "pixels"
    return (
        f"tiles of {tiling.rows} x {tiling.columns} {pixels}, {tiling.made} of {shape.made} output channels, "
        f"{tiling.channels} of {shape.channels} input channels; {'weights' if tiling.weights_stay else 'tiles'} stay"
        + ("; rows that windows share are kept" if deal.keeps_rows else "")
        + (f"; {tiling.loaded} input channels are loaded together" if tiling.loaded > tiling.channels else "")
    )


def _shape(network: Network, layer: Layer) -> tuple[Shape, int]:
    """Return the shape of one group of a layer, with all that it makes, and the number of groups."""
    node = layer.node
    taken, result = network.operand(node.inputs[0]).shape, network.values[node.outputs[0]].shape
    is_added, constants = bool(layer.added), len(numbers((*layer.after, *layer.after_pooling)))
    if node.op != "Conv":
        rows = prod(taken[:-1])
        return Shape(1, rows, 1, taken[-1], rows, 1, result[-1], is_added=is_added, numbers=constants), 1
    kernel, strides, dilations, pads = (
        _integers(node.attributes[name]) for name in ("kernel_shape", "strides", "dilations", "pads")
    )
    group = node.attributes["group"]
    assert isinstance(group, int)
    images, channels, height, width = taken
    shape = Shape(
        images,
        height,
        width,
        channels // group,
        result[2],
        result[3],
        result[1] // group,
        (kernel[0], kernel[1]),
        (strides[0], strides[1]),
        (dilations[0], dilations[1]),
        pads[0],
        pads[1],
        is_added,
        numbers=constants,
    )
    if layer.pooling:
        pooling = pooling_of(layer.pooling, shape_of(network, layer.pooling))
        shape = replace(shape, pooling=pooling, numbers=constants + is_average(layer.pooling))
    elif shape.is_pointwise and shape.stride == (1, 1):  # pixels of all images follow each other
        pixels = images * height * width
        shape = replace(shape, images=1, height=pixels, width=1, out_height=pixels, out_width=1)
    return shape, group


def _numbers(network: Network, layer: Layer, x: Activation) -> "tuple[NDArray[Any], NDArray[Any]]":
    """Return kernels (rows, columns, channels of a group, output channels) and bias of a layer."""
    import numpy as np  # noqa: PLC0415

    node = layer.node
    kernels = network.weights[node.inputs[1]].array()
    if node.op == "Conv":
        kernels = x.as_they_lie(kernels.transpose(2, 3, 1, 0), axis=2)
    else:
        if node.op == "Gemm":
            kernels = kernels.T if node.attributes.get("transB") else kernels
            kernels = kernels * _number(node.attributes.get("alpha", 1.0))
        kernels = x.as_they_lie(kernels, axis=0)[None, None]
    made = kernels.shape[-1]
    bias = np.zeros(made, np.float32)
    if len(node.inputs) > 2 and node.inputs[2]:
        given = network.weights[node.inputs[2]].array() * _number(node.attributes.get("beta", 1.0))
        bias = np.broadcast_to(given.reshape(-1), (made,))
    return kernels, bias


def _integers(attribute: object) -> tuple[int, ...]:
    assert isinstance(attribute, tuple)
    return tuple(int(one) for one in attribute)


def _number(attribute: object) -> float:
    assert isinstance(attribute, int | float)
    return float(attribute)
