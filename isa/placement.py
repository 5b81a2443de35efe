"""Whether what an instruction accesses lies in its memory, in every iteration of the loops around it."""

from isa.access import Access
from isa.affine import UndefinedError
from isa.bounds import enclosing, extremes
from isa.fault import number
from isa.nest import LoopNest


def misplaced(access: Access, nest: LoopNest, capacity: int | None) -> str:
    """Return what is wrong with where `access` lies in a memory of `capacity` bytes (None: unlimited), if anything.

    Nothing is said of what no iteration reaches, nor where an address is too involved to tell: the run will.
    """
    span = access.region.span
    constant = access.address.constant
    if constant is not None:
        return _outside(access, constant, constant + span, capacity)
    if 0 in nest.counts:
        return ""
    bounds = enclosing(access.address, nest.counts)
    if bounds is not None and not _outside(access, bounds[0], bounds[1] + span, capacity):
        return ""
    return _exactly_misplaced(access, nest, capacity)


def _exactly_misplaced(access: Access, nest: LoopNest, capacity: int | None) -> str:
    try:
        found = extremes(access.address, nest.counts)
    except UndefinedError as error:
        return f"division by zero{nest.at(error.counters, access.address.counters)}"
    if found is None:
        return ""
    span = access.region.span
    for address, counters in ((found.low, found.low_at), (found.high, found.high_at)):
        if message := _outside(access, address, address + span, capacity):
            return message + nest.at(counters, access.address.counters)
    return ""


def _outside(access: Access, begin: int, end: int, capacity: int | None) -> str:
    if begin < 0:
        return f"the address of {_called(access)} is negative: {number(begin)}"
    if capacity is not None and end > capacity:
        reach = f"bytes {number(begin)} to {number(end - 1)}"
        return f"{_called(access)} is beyond {access.memory}, which holds {capacity} bytes: {reach}"
    return ""


def _called(access: Access) -> str:
    """Return what a sentence calls an operand: `C`, or `the source`."""
    return access.name if access.name.isupper() else f"the {access.name}"
