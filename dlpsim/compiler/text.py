"""Writes instructions as lines of a program: loops where they repeat, one text for cores that do the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dlpsim.compiler.instructions import Compute, Instruction, Move, Sync
from dlpsim.compiler.roll import Item, Rolled, roll
from dlpsim.compiler.schedule import Placed
from isa.vocabulary import Scope

COUNTERS = "ijklmnop"
"""The names of the loops' counters, outermost first; deeper ones are numbered."""


@dataclass(frozen=True, slots=True)
class Shared:
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
    groups: list[Group] = []
    first = 0
    keys = [[(placed.instruction.key, placed.layer) for placed in code] for code in codes]
    while first < len(codes):
        behind = first + 1
        while behind < len(codes) and keys[behind] == keys[first] and _grow_evenly(codes[first : behind + 1]):
            behind += 1
        groups.append((range(first, behind), _shared(codes[first:behind], first)))
        first = behind
    return groups


def _offsets(instruction: Instruction) -> tuple[int, ...]:
    return tuple(spot.offset for spot in instruction.spots)


def _growth(one: Instruction, other: Instruction) -> tuple[int, ...]:
    return tuple(b - a for a, b in zip(_offsets(one), _offsets(other), strict=True))


def _grow_evenly(codes: Sequence[Sequence[Placed]]) -> bool:
    """Whether the last core continues what the ones before began; two always do."""
    if len(codes) < 3:
        return True
    *_, before, last, new = codes
    return all(
        _growth(a.instruction, b.instruction) == _growth(b.instruction, c.instruction)
        for a, b, c in zip(before, last, new, strict=True)
    )


def _shared(codes: Sequence[Sequence[Placed]], first: int) -> list[Item[Shared]]:
    items = []
    for index, placed in enumerate(codes[0]):
        instruction = placed.instruction
        offsets = _offsets(instruction)
        growth = _growth(instruction, codes[1][index].instruction) if len(codes) > 1 else (0,) * len(offsets)
        key = instruction.key, placed.layer, growth
        items.append(Item(key, offsets, Shared(instruction, placed.layer, growth, first)))
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
