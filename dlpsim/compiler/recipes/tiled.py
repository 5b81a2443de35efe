"""A recipe that is carried out box by box: where its registers lie, and what each operation becomes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

from dlpsim.compiler.instructions import Compute, Spot
from dlpsim.compiler.layouts.activation import ELEMENT
from dlpsim.compiler.recipes.computing import Place, binary, reduction, spread, steps_of, unary, window
from dlpsim.compiler.recipes.recipe import BINARY, Apply, Form, Recipe
from dlpsim.compiler.recipes.space import Box, Loop
from dlpsim.compiler.recipes.sweep import grained

SPREAD = "spread"
"""An operation that only a recipe has: the same elements, repeated along loops with which they do not vary."""

COMMUTATIVE = ("add", "mul", "max", "min")

Varies = tuple[bool, ...]
"""Whether a register has another element for each step of each loop."""


@dataclass(frozen=True, slots=True)
class Resident:
    """An operand in the constants, from element `first` on; its `steps` are those of the whole space."""

    first: int
    steps: tuple[int, ...]


@dataclass
class Tiled:
    """A recipe over loops. Registers of operands are told by `sources`, in their order, and by `residents`.

    `made` says with which loops the result varies.
    """

    recipe: Recipe
    loops: Sequence[Loop]
    sources: Mapping[int, Varies]
    residents: Mapping[int, Resident]
    made: Varies
    _varies: dict[int, Varies] = field(default_factory=dict, init=False)
    _operations: list[Apply] = field(default_factory=list, init=False)
    _slots: dict[int, tuple[str, int]] = field(default_factory=dict, init=False)
    """Where each register lies: in a source, or in a place of its own; and the number of that."""
    _places: list[Varies] = field(default_factory=list, init=False)
    """What each place beside the sources holds; the first is that of the result."""
    _written: dict[tuple[int, ...], list[Compute]] = field(default_factory=dict, init=False)
    """The instructions for boxes of each size."""

    def __post_init__(self) -> None:
        self._count = self.recipe.result + 1
        self._varies |= dict(self.sources)
        for register, resident in self.residents.items():
            self._varies[register] = tuple(step > 0 for step in resident.steps)
        for operation in self.recipe.operations:
            self._settle(operation)
        result = self._operations[-1].made
        if self._varies[result] != self.made:
            self._spread(result, self.made)
        self._assign()

    def bytes(self, counts: Sequence[int]) -> int:
        """Return what result and temporary results take in NRAM for boxes of that size."""
        return sum(grained(self._size(varies, counts)) for varies in self._places)

    def computes(self, box: Box, out: Spot, sources: Sequence[Spot], numbers: Spot) -> list[Compute]:
        """Return the instructions for a box."""
        if box.counts not in self._written:
            self._written[box.counts] = list(self._write(box.counts))
        bases = self._bases(box, out, sources, numbers)
        return [_at(compute, bases) for compute in self._written[box.counts]]

    def _write(self, counts: tuple[int, ...]) -> Iterator[Compute]:
        """Yield the instructions for boxes of a size; places are named after the registers that they are in."""
        places = {
            register: Place(Spot("", 0, str(register)), steps_of(counts, self._varies[register]))
            for register in self._slots
        }
        for register, resident in self.residents.items():
            places[register] = Place(Spot("", 0, str(register)), resident.steps)
        writer = _Writer(self.loops, counts, places, self._varies)
        for operation in self._operations:
            yield from writer.write(operation)

    def _settle(self, operation: Apply) -> None:
        """Add an operation so that its first operand varies with all loops that it must vary with."""
        varies = [self._varies[register] for register in operation.taken]
        wanted = tuple(map(any, zip(*varies, strict=True)))
        if operation.form is not Form.EACH:
            wanted = tuple(one or loop.is_reduced for one, loop in zip(wanted, self.loops, strict=True))
        taken = operation.taken
        if varies[0] != wanted and operation.name in COMMUTATIVE and varies[-1] == wanted:
            taken = taken[::-1]
        elif varies[0] != wanted or (operation.form is not Form.EACH and taken[0] in self.residents):
            taken = (self._spread(taken[0], wanted), *taken[1:])
        made = wanted
        if operation.form is Form.REDUCE:
            made = tuple(one and not loop.is_reduced for one, loop in zip(wanted, self.loops, strict=True))
        self._varies[operation.made] = made
        self._operations.append(Apply(operation.name, operation.made, taken, operation.form, operation.window))

    def _spread(self, register: int, wanted: Varies) -> int:
        made, self._count = self._count, self._count + 1
        self._varies[made] = wanted
        self._operations.append(Apply(SPREAD, made, (register,)))
        return made

    def _assign(self) -> None:
        """Give each register a place; one whose last use is over gives its place to another of the same size."""
        last = {register: index for index, one in enumerate(self._operations) for register in one.taken}
        for number, register in enumerate(self.sources):
            self._slots[register] = "source", number
        final = self._operations[-1]
        self._places.append(self.made)
        free = [("own", 0)] if _is_in_place(final) else []
        for index, operation in enumerate(self._operations):
            over = [one for one in dict.fromkeys(operation.taken) if last[one] == index and one in self._slots]
            freed = [self._slots[register] for register in over if self._is_reusable(register)]
            if _is_in_place(operation):
                free += freed
            wanted = self._varies[operation.made]
            fitting = next((slot for slot in free if self._held(slot) == wanted), None)
            if operation is final:
                self._slots[operation.made] = "own", 0
            elif fitting:
                free.remove(fitting)
                self._slots[operation.made] = fitting
            else:
                self._places.append(wanted)
                self._slots[operation.made] = "own", len(self._places) - 1
            if not _is_in_place(operation):
                free += freed

    def _is_reusable(self, register: int) -> bool:
        """Whether the place of a register may be written: boxes of a source that come again are not."""
        return register not in self.sources or all(self.sources[register])

    def _held(self, slot: tuple[str, int]) -> Varies:
        kind, number = slot
        return self._places[number] if kind == "own" else list(self.sources.values())[number]

    def _size(self, varies: Varies, counts: Sequence[int]) -> int:
        return prod(count for count, one in zip(counts, varies, strict=True) if one) * ELEMENT

    def _bases(self, box: Box, out: Spot, sources: Sequence[Spot], numbers: Spot) -> dict[str, Spot]:
        """Return where each register lies for a box."""
        offsets = [out.offset]
        for varies in self._places:
            offsets.append(offsets[-1] + grained(self._size(varies, box.counts)))
        found = {}
        for register, (kind, number) in self._slots.items():
            found[str(register)] = sources[number] if kind == "source" else Spot("NRAM", offsets[number])
        for register, resident in self.residents.items():
            begin = sum(begin * step for begin, step in zip(box.begins, resident.steps, strict=True))
            offset = numbers.offset + (resident.first + begin) * ELEMENT
            found[str(register)] = Spot(numbers.memory, offset)
        return found


def _at(compute: Compute, bases: Mapping[str, Spot]) -> Compute:
    """Return a compute with its registers where they lie."""
    spots = tuple(Spot(bases[spot.base].memory, bases[spot.base].offset + spot.offset) for spot in compute.spots)
    return Compute(compute.type, compute.num, compute.operation, spots, compute.sizes, compute.options)


@dataclass(frozen=True, slots=True)
class _Writer:
    loops: Sequence[Loop]
    counts: tuple[int, ...]
    places: Mapping[int, Place]
    varies: Mapping[int, Varies]

    def write(self, operation: Apply) -> Iterator[Compute]:
        """Yield the computes of an operation."""
        made, *taken = (self.places[register] for register in (operation.made, *operation.taken))
        pairs = zip(self.counts, self.varies[operation.made], strict=True)
        counts = tuple(count if varies else 1 for count, varies in pairs)
        if operation.form is Form.REDUCE:
            yield from reduction(operation.name, self.loops, self.counts, made, taken[0])
        elif operation.form is Form.WINDOW:
            yield from window(self.loops, self.counts, operation.window, made, taken[0])
        elif operation.name == SPREAD:
            yield from spread(counts, made, taken[0])
        elif operation.name in BINARY:
            yield from binary(operation.name, counts, made, taken[0], taken[1])
        else:
            yield from unary(operation.name, counts, made, taken[0])


def _is_in_place(operation: Apply) -> bool:
    """Whether an operation may write over what it reads."""
    return operation.form is Form.EACH and operation.name != SPREAD
