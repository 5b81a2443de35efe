"""Whether the iterations of a loop are independent, but for places on chip of which each could have its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dlpsim.explain.code_tree import LoopNode, Node
from isa.access import Access, accesses
from isa.address import Address
from isa.program import Compute, Move, Program, Sync
from isa.vocabulary import Scope

Stage = tuple[Move | Compute, ...]


def loops(nodes: Sequence[Node]) -> Iterator[LoopNode]:
    """Yield every loop, outer ones first."""
    for node in nodes:
        if isinstance(node, LoopNode):
            yield node
            yield from loops(node.body)


def stages_of(loop: LoopNode) -> Sequence[Stage]:
    """Return what syncs of the core separate in the body; nothing if there is more to it."""
    stages: list[Stage] = [()]
    for node in loop.body:
        if isinstance(node, LoopNode) or (isinstance(node, Sync) and node.scope is not Scope.CORE):
            return ()
        if isinstance(node, Sync):
            stages.append(())
        else:
            stages[-1] = (*stages[-1], node)
    return [stage for stage in stages if stage]


def are_independent(loop: LoopNode, program: Program) -> bool | None:
    """Return whether iterations are known to be independent but for places; None if they are known to depend."""
    stages = stages_of(loop)
    every = [access for stage in stages for each in stage for access in accesses(each)]
    if not all(accesses(each) for stage in stages for each in stage):
        return False
    written = {_tensor(access, program) for access in every if access.writes and access.memory == "DRAM"}
    read = {_tensor(access, program) for access in every if access.reads and access.memory == "DRAM"}
    if written & read or None in written | read:
        return None
    private = set(private_places(stages))
    for access in every:
        if access.memory != "DRAM" and _meets_write(access, every) and place_of(access) not in private:
            return None
    return True


@dataclass(frozen=True)
class Private:
    """A place on chip that each iteration writes before it reads it: first and last stage with it, bytes."""

    first: int
    last: int
    span: int


def private_places(stages: Sequence[Stage]) -> Mapping[tuple[str, Address], Private]:
    """Return the private places of a loop's stages."""
    found: dict[tuple[str, Address], Private | None] = {}
    for number, access in _on_chip(stages):
        place, span = place_of(access), access.region.span
        known = found.get(place)
        if known is not None and span <= known.span:
            found[place] = replace(known, last=number)
        elif access.writes and not access.reads and place not in found and not access.address.counters:
            found[place] = Private(number, number, span)
        else:
            found[place] = None
    return {place: private for place, private in found.items() if private is not None}


OWN = ("NRAM", "WRAM")
"""The memories that no other core sees."""


def _on_chip(stages: Sequence[Stage]) -> Iterator[tuple[int, Access]]:
    """Yield what stages access on chip, with the number of the stage; each instruction reads before it writes."""
    for number, stage in enumerate(stages):
        for each in stage:
            for access in sorted(accesses(each), key=lambda one: one.writes):
                if access.memory in OWN:
                    yield number, access


def leaves_behind(loop: LoopNode, nodes: Sequence[Node]) -> bool:
    """Return whether something behind the loop may read what it left in a place of its own."""
    after = _after(loop, nodes) or []
    return any(_is_read(place, private.span, after) for place, private in private_places(stages_of(loop)).items())


def _is_read(place: tuple[str, Address], span: int, nodes: Sequence[Move | Compute]) -> bool:
    """Return whether something may read bytes of a place before it is written again; it may if its address varies."""
    memory, address = place
    begin = address.constant
    assert begin is not None
    for each in nodes:
        for access in sorted(accesses(each), key=lambda one: one.writes):
            start, size = access.address.constant, access.region.span
            if access.memory == memory and access.reads:
                if start is None or (start < begin + span and begin < start + size):
                    return True
            elif access.memory == memory and start == begin and span <= size:
                return False
    return False


def _after(loop: LoopNode, nodes: Sequence[Node]) -> list[Move | Compute] | None:
    """Return what is executed behind `loop`, in order; the loops around it go on and then begin again."""
    for position, node in enumerate(nodes):
        if node == loop:
            return _executed(nodes[position + 1 :])
        if isinstance(node, LoopNode):
            inside = _after(loop, node.body)
            if inside is not None:
                again = _executed(node.body) if node.head.count > 1 else []
                return [*inside, *again, *_executed(nodes[position + 1 :])]
    return None


def _executed(nodes: Sequence[Node]) -> list[Move | Compute]:
    found: list[Move | Compute] = []
    for node in nodes:
        if isinstance(node, LoopNode):
            found += _executed(node.body) if node.head.count else []
        elif not isinstance(node, Sync):
            found.append(node)
    return found


def place_of(access: Access) -> tuple[str, Address]:
    """Return what tells private places apart: memory and address."""
    return access.memory, access.address


def _meets_write(access: Access, every: Sequence[Access]) -> bool:
    """Return whether something in the loop may write bytes of `access`: sure where addresses are fixed."""
    return any(other.writes and other.memory == access.memory and _may_overlap(access, other) for other in every)


def _may_overlap(one: Access, other: Access) -> bool:
    begin, there = one.address.constant, other.address.constant
    if begin is None or there is None:
        return True
    return begin < there + other.region.span and there < begin + one.region.span


def _tensor(access: Access, program: Program) -> str | None:
    """Return the tensor in DRAM that an access begins in; a checked program stays there."""
    depth = max(access.address.counters, default=-1) + 1
    try:
        address = access.address.at([0] * depth)
    except ZeroDivisionError:
        return None
    starts = [(tensor.address, tensor.name) for tensor in program.dram_tensors if tensor.address <= address]
    return max(starts)[1] if starts else None
