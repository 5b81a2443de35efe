"""Whether a layer is computed together with the pooling of its result."""

from math import ceil

from dlpsim.compiler.choice import PoolingChoice, latency_of
from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.lacking import lacking_before
from dlpsim.compiler.pooling import has_room
from dlpsim.compiler.product_layer import best_choice
from dlpsim.compiler.streaming import MOST_STEPS, USUAL_BYTES
from dlpsim.compiler.windows import pooling_of, shape_of
from dlpsim.networks.node import Node
from isa.errors import DlpsimError


def is_pooled(desk: Desk, together: Layer, apart: Layer) -> bool:
    """Decide whether a layer is planned with the pooling of its result, or without.

    What does not fit with it does without. Of a product, what was compared is noted on the desk, and what the user
    wishes is done.
    """
    pooling = together.pooling
    if pooling is None:
        return has_room(desk, together)
    if lacking_before(desk.network, apart, desk.machine):
        return False
    price, price_apart = _price(desk, together), _price(desk, apart)
    wish = desk.wishes.get(apart.name)
    is_taken = price is not None and (price_apart is None or price < price_apart + pooling_price(desk, pooling))
    if wish and wish.pooled is not None:
        is_taken = wish.pooled
    if price_apart is not None:
        price_apart += pooling_price(desk, pooling)
    desk.poolings[apart.name] = PoolingChoice(pooling.name, is_taken, price, price_apart)
    return is_taken


def _price(desk: Desk, layer: Layer) -> float | None:
    """Return what a product is predicted to take, in cycles; None if it does not fit."""
    try:
        return best_choice(desk, layer).taken.price
    except DlpsimError:
        return None


def pooling_price(desk: Desk, node: Node) -> float:
    """Return about the cycles of a pooling that is a layer of its own: what DRAM needs, or computing."""
    machine, network = desk.machine, desk.network
    taken, made = network.operand(node.inputs[0]), network.values[node.outputs[0]]
    port = machine.port_of["DRAM", "NRAM"]
    moving = (taken.bytes + made.bytes) * port.beat_cycles / port.beat_bytes
    passes = pooling_of(node, shape_of(network, node)).passes
    computing = passes * made.size / (machine.compute.rate["ADD_32"] * desk.cores)
    steps = min(MOST_STEPS, ceil(made.bytes / (USUAL_BYTES * desk.cores)))
    return max(moving, computing) + steps * latency_of(machine)
