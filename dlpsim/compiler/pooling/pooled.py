"""Whether a layer is computed together with the pooling of its result."""

from dlpsim.compiler.desk import Desk
from dlpsim.compiler.fusion import Layer
from dlpsim.compiler.lacking import lacking_before
from dlpsim.compiler.pooling.layer import recipe_of, work_of
from dlpsim.compiler.pooling.tiling import pooling_tile
from dlpsim.compiler.products.layer import best_choice
from dlpsim.compiler.tiling.choice import PoolingChoice
from isa.errors import DlpsimError


def is_pooled(desk: Desk, together: Layer, apart: Layer) -> bool:
    """Decide whether a layer is planned with the pooling of its result, or without.

    What does not fit with it does without. Of a product, what was compared is noted on the desk, and what the user
    wishes is done.
    """
    pooling = together.pooling
    if pooling is None:
        work = work_of(desk.network, together.node, recipe_of(desk, together), desk.machine)
        return pooling_tile(work, desk.machine) is not None
    if lacking_before(desk.network, apart, desk.machine):
        return False
    price, price_apart = _price(desk, together), _price(desk, apart)
    behind = pooling_tile(work_of(desk.network, pooling, None, desk.machine), desk.machine)
    price_apart = None if price_apart is None or behind is None else price_apart + behind.cycles
    is_taken = price is not None and (price_apart is None or price < price_apart)
    wish = desk.wishes.get(apart.name)
    if wish and wish.pooled is not None:
        is_taken = wish.pooled
    desk.poolings[apart.name] = PoolingChoice(pooling.name, is_taken, price, price_apart)
    return is_taken


def _price(desk: Desk, layer: Layer) -> float | None:
    """Return what a product is predicted to take, in cycles; None if it does not fit."""
    try:
        return best_choice(desk, layer).taken.price
    except DlpsimError:
        return None
