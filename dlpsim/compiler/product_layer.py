"""Layers that multiply by weights: convolutions in any number of groups, and matrix products."""

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

from dlpsim.compiler.activation import Activation
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.plan import Constant, LayerPlan
from dlpsim.compiler.product import Part, Product, split
from dlpsim.compiler.tiling import Budget, Shape, Tiling, best, stays_in_cluster
from dlpsim.config import MachineConfig
from dlpsim.networks.network import Network
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from numpy.typing import NDArray


STEP_COST = 40
"""What a step costs even where nothing has setup or latency, in cycles: so tiles are not smaller than is good."""


@dataclass(frozen=True)
class Places:
    """Where a layer finds its image, leaves its result, and finds what is added to that."""

    x: Activation
    y: Activation
    added: Activation | None


def plan_product(network: Network, layer: Layer, places: Places, weights: str, machine: MachineConfig) -> LayerPlan:
    """Cut a layer into tiles for `machine`. Raises DlpsimError where not even the smallest tile fits."""
    x, y, added = places.x, places.y, places.added
    shape, groups = _shape(network, layer, x)
    shape = replace(shape, is_added=added is not None)
    made = y.channels // groups
    cores = machine.total_cores
    bundle = _bundle(shape.channels, made, groups, cores)
    channels = shape.channels
    if bundle > 1 or (groups > 1 and made < cores):
        parts = _bundles(groups, bundle, channels, made, cores)
        shape = replace(shape, channels=bundle * channels, made=bundle * made)
    else:
        bundle = 1
        parts = tuple(
            tuple(Part(group * channels, group * made + first, count) for first, count in split(made, cores))
            for group in range(groups)
        )
        shape = replace(shape, made=max(part.made for part in parts[0]))
    passes = 1 + len(layer.after) + shape.is_added
    budget = _budget(machine, bundle)
    found = _tiling(layer, shape, budget, passes, machine)
    product = Product(
        layer.name,
        x,
        y,
        weights,
        shape,
        found,
        parts,
        bundle,
        added,
        layer.after,
        sharing=machine.cores if budget.shared else 0,
        stays_in_cluster=stays_in_cluster(shape, found, budget),
    )
    constant = Constant(product.weight_count, lambda: product.packed(*_numbers(network, layer, x)))
    note = (
        f"tiles of {found.rows} x {found.columns} pixels, {found.made} of {shape.made} output channels, "
        f"{found.channels} of {shape.channels} input channels; {'weights' if found.weights_stay else 'tiles'} stay"
    )
    return LayerPlan(layer.name, product.steps(), {weights: constant}, note)


def _shape(network: Network, layer: Layer, x: Activation) -> tuple[Shape, int]:
    """Return the shape of one group of a layer, with all that it makes, and the number of groups."""
    node = layer.node
    result = network.values[node.outputs[0]].shape
    if node.op != "Conv":
        rows = x.pixels
        return Shape(1, rows, 1, x.channels, rows, 1, result[-1]), 1
    kernel, strides, dilations, pads = (
        _integers(node.attributes[name]) for name in ("kernel_shape", "strides", "dilations", "pads")
    )
    group = node.attributes["group"]
    assert isinstance(group, int)
    images, channels, height, width = x.shape
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
    )
    if shape.is_pointwise and shape.stride == (1, 1):  # pixels of all images follow each other
        pixels = images * height * width
        shape = replace(shape, images=1, height=pixels, width=1, out_height=pixels, out_width=1)
    return shape, group


def _bundle(channels: int, made: int, groups: int, cores: int) -> int:
    """Return how many groups a core works on at a time: one if it is large enough."""
    if groups == 1 or channels * made >= 1024:
        return 1
    most = max(1, min(ceil(groups / cores), 2048 // (channels * made)))
    return next(count for count in range(most, 0, -1) if groups % count == 0)


def _bundles(groups: int, bundle: int, channels: int, made: int, cores: int) -> tuple[tuple[Part, ...], ...]:
    """Deal bundles of groups out to the cores, in rounds."""
    bundles = groups // bundle
    rounds = []
    for begin in range(0, bundles, cores):
        numbers = range(begin, begin + cores)
        rounds.append(
            tuple(
                Part(number * bundle * channels, number * bundle * made, bundle * made)
                if number < bundles
                else Part(0, 0, 0)
                for number in numbers
            )
        )
    return tuple(rounds)


def _budget(machine: MachineConfig, bundle: int) -> Budget:
    """Return what each core of `machine` can use for a product in which it works on `bundle` groups at a time."""
    dram = machine.port_of["DRAM", "NRAM"]
    latency = machine.compute.latency + machine.compute.setup + dram.latency + dram.setup
    can_share = machine.cores > 1 and bundle == 1
    can_share &= {("DRAM", "SharedRAM"), ("SharedRAM", "NRAM")} <= machine.port_of.keys()
    return Budget(
        nram=_size(machine, "NRAM"),
        wram=_size(machine, "WRAM"),
        macs=machine.compute.rate["MAC_32"] * bundle,
        elements=machine.compute.rate["ADD_32"],
        beat=dram.beat_bytes,
        dram=dram.beat_bytes / dram.beat_cycles,
        phase=latency + STEP_COST,
        cores=machine.total_cores,
        clusters=machine.clusters,
        shared=_size(machine, "SharedRAM") if can_share else 0,
    )


def _size(machine: MachineConfig, memory: str) -> int:
    return machine.memories[memory] or 1 << 40


def _tiling(layer: Layer, shape: Shape, budget: Budget, passes: int, machine: MachineConfig) -> Tiling:
    found = best(shape, budget, passes, is_whole=budget.macs > machine.compute.rate["MAC_32"])
    if found is None:
        raise DlpsimError(
            f"layer '{layer.name}' does not fit on {machine.name}: not even a tile of one output pixel "
            f"and one output channel finds room in NRAM ({budget.nram:,} bytes) and WRAM ({budget.wram:,} bytes)"
        )
    return found[0]


def _numbers(network: Network, layer: Layer, x: Activation) -> "tuple[NDArray[Any], NDArray[Any]]":
    """Return kernels (rows, columns, channels of a group, output channels) and bias of a layer."""
    import numpy as np  # noqa: PLC0415

    node = layer.node
    kernels = network.weights[node.inputs[1]].array()
    if node.op == "Conv":
        kernels = kernels.transpose(2, 3, 1, 0)
    else:
        if node.op == "Gemm":
            kernels = kernels.T if node.attributes.get("transB") else kernels
            kernels = kernels * _number(node.attributes.get("alpha", 1.0))
        if x.image:
            channels, height, width = x.image  # the network counts channel by channel, DRAM pixel by pixel
            kernels = kernels.reshape(channels, height, width, -1).transpose(1, 2, 0, 3).reshape(kernels.shape)
        kernels = kernels[None, None]
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
