"""Writes instructions as lines of a program: loops where they repeat, one text for cores that do the same."""

from collections.abc import Hashable, Iterator, Sequence
from operator import sub
from typing import NamedTuple

from dlpsim.compiler.instructions import Compute, Instruction, Move, Sync
from dlpsim.compiler.scheduling.schedule import Placed
from dlpsim.compiler.writing.roll import Item, Rolled, roll
from isa.vocabulary import Scope

COUNTERS = "ijklmnop"
"""The names of the loops' counters, outermost first; deeper ones are numbered."""


class Shared(NamedTuple):
    """An instruction of core `first` for `layer`, and by how many bytes its offsets differ from core to core."""

    instruction: Instruction
    layer: int
    per_core: tuple[int, ...]
    first: int


Line = tuple[str, int | None]
"""A line, and the index of the layer that it serves, if one."""


def lines(codes: Sequence[Sequence[Placed]]) -> Iterator[Line]:
    """Yield lines that give core number c the instructions `codes[c]`.

    Cores whose instructions differ only in offsets that grow evenly from core to core share them.
    """
    groups = _groups(codes)
    for cores, items in groups:
        if len(groups) > 1:
            yield f".if {_condition(cores)}", None
        yield from _lines(roll(items), [], 0)
        if len(groups) > 1:
            yield ".endif", None


Group = tuple[range, list[Item[Shared]]]


def _groups(codes: Sequence[Sequence[Placed]]) -> list[Group]:
    """Return the cores that share their instructions, each with these."""
    names: dict[Hashable, int] = {}
    keys = [[names.setdefault((one.instruction.key, one.layer), len(names)) for one in code] for code in codes]
    offsets = [[spot.offset for placed in code for spot in placed.instruction.spots] for code in codes]
    groups: list[Group] = []
    first = 0
    while first < len(codes):
        behind = first + 1
        growth = [0] * len(offsets[first])
        while behind < len(codes) and keys[behind] == keys[first]:
            further = list(map(sub, offsets[behind], offsets[behind - 1]))
            if behind > first + 1 and further != growth:
                break
            growth = further
            behind += 1
        shared = _shared(codes[first], keys[first], offsets[first], growth, first)
        groups.append((range(first, behind), shared))
        first = behind
    return groups


def _shared(
    code: Sequence[Placed], keys: Sequence[int], offsets: Sequence[int], growth: Sequence[int], first: int
) -> list[Item[Shared]]:
    items = []
    begin = 0
    for (instruction, layer), key in zip(code, keys, strict=True):
        end = begin + len(instruction.spots)
        per_core = tuple(growth[begin:end])
        items.append(Item((key, per_core), tuple(offsets[begin:end]), Shared(instruction, layer, per_core, first)))
        begin = end
    return items


def _condition(cores: range) -> str:
    if len(cores) == 1:
        return f"core == {cores[0]}"
    return f"(core >= {cores[0]}) * (core <= {cores[-1]})"


Loops = list[tuple[str, list[int]]]
"""The counters of the loops around a line, outermost first, with what they add to each offset that is still to come."""


def _lines(items: Sequence[Item[Shared]], loops: Loops, depth: int) -> Iterator[Line]:
    indent = "    " * depth
    for item in items:
        if isinstance(item.node, Rolled):
            counter = COUNTERS[depth] if depth < len(COUNTERS) else f"i{depth}"
            yield f"{indent}loop {item.node.count} {counter}", None
            yield from _lines(item.node.body, [*loops, (counter, list(item.node.steps[::-1]))], depth + 1)
            yield f"{indent}endloop", None
        else:
            yield indent + _line(item.node, loops), item.node.layer


def _line(shared: Shared, loops: Loops) -> str:
    instruction = shared.instruction
    if isinstance(instruction, Sync):
        return "sync" if instruction.scope is Scope.CORE else f"sync {instruction.scope.value}"
    places = []
    for spot, per_core in zip(instruction.spots, shared.per_core, strict=True):
        terms = [("core", per_core), *((counter, steps.pop()) for counter, steps in loops)]
        constant = spot.offset - shared.first * per_core
        places.append(f"{spot.memory}[{_sum(spot.base, constant, terms)}]")
    if isinstance(instruction, Move):
        strided = f", {instruction.rows}, {instruction.src_stride}, {instruction.dst_stride}"
        return f"move {places[0]} {places[1]} {instruction.size}{strided if instruction.rows > 1 else ''}"
    return _compute(instruction, places)


def _compute(compute: Compute, places: Sequence[str]) -> str:
    operation = " ".join([compute.operation, *places, *map(str, compute.sizes), *compute.options])
    return f"compute {compute.type} {compute.num} : {operation}"


def _sum(base: str, constant: int, terms: Sequence[tuple[str, int]]) -> str:
    """Return the sum as text: what is added first, then what is taken away; 0 where there is nothing to begin with."""
    parts = [(str(abs(constant)), constant), *((f"{name}*{abs(step)}", step) for name, step in terms)]
    added = [base] * bool(base) + [text for text, sign in parts if sign > 0]
    return " - ".join([" + ".join(added) or "0", *(text for text, sign in parts if sign < 0)])
