"""What a check must find, straight from the definitions: every pair of accesses, every byte."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from isa.check.finding import MOST_TIMES, Finding, Kind
from isa.check.words import figure
from isa.program import Program, Sync, Tensor
from isa.vocabulary import DTYPE_BYTES, Scope
from tests.isa.check.dynamic import SHIFT, Event, Order, Place, events, instance


class Seen(NamedTuple):
    """An access of a finding."""

    line: int
    name: str
    core: int
    counters: tuple[int, ...]
    begin: int


class Fact(NamedTuple):
    """A finding without its prose; `words` must occur in its message."""

    kind: Kind
    seen: tuple[Seen, ...]
    cores: tuple[int, ...]
    times: int
    words: tuple[str, ...]


def fact_of(finding: Finding) -> Fact:
    """Return a finding as a fact; its words are the message."""
    seen = tuple(
        Seen(one.line, one.name, one.core, tuple(value for _, value in one.counters), one.address)
        for one in finding.touches
    )
    return Fact(finding.kind, seen, finding.cores, finding.times, (finding.message,))


def facts(program: Program) -> list[Fact]:
    """Return all that a check must find, in any order."""
    happened = events(program)
    order = Order(happened, program.target)
    touching = [one for one in happened if one.access]
    return [
        *_races(program, touching, order),
        *_unwritten(program, touching, order),
        *_outside(program, touching),
        *_unstored(program, touching),
        *_twice(program, touching),
        *_idle(program, happened, order),
    ]


def _seen(event: Event) -> Seen:
    assert event.access
    return Seen(event.instruction.line, event.access.name, event.core, event.counters, event.begin)


def _pair(one: Event, other: Event) -> tuple[Event, Event]:
    """Return a pair in the order of the source; of one place the lower core first, of one core the earlier."""
    return (one, other) if (one.key, one.core, one.step) <= (other.key, other.core, other.step) else (other, one)


def _conflicts(program: Program, touching: list[Event]) -> Iterator[tuple[Event, Event]]:
    for one, other in combinations(touching, 2):
        assert one.access and other.access
        is_common = one.bytes & other.bytes and instance(one, program.target) == instance(other, program.target)
        is_itself = (one.core, one.step) == (other.core, other.step)
        if is_common and not is_itself and (one.access.writes or other.access.writes):
            yield one, other


def _races(program: Program, touching: list[Event], order: Order) -> Iterator[Fact]:
    groups: dict[tuple[object, ...], list[tuple[Event, Event]]] = {}
    for one, other in _conflicts(program, touching):
        if order.are_unordered(one, other):
            first, second = _pair(one, other)
            groups.setdefault((first.key, second.key, first.core == second.core), []).append((first, second))
    for pairs in groups.values():
        yield _pair_fact(Kind.RACE, pairs)


def _pair_fact(kind: Kind, pairs: list[tuple[Event, Event]]) -> Fact:
    """Return the fact of a group of pairs: that of its lowest pair of cores, the second as early as can be."""
    cores = min((one.core, other.core) for one, other in pairs)
    here = [pair for pair in pairs if (pair[0].core, pair[1].core) == cores]
    first, second = min(here, key=lambda pair: (pair[1].counters, pair[0].counters))
    times = min(len({other.counters for _, other in here}), MOST_TIMES)
    common = first.bytes & second.bytes
    concerned = tuple(sorted({core for one, other in pairs for core in (one.core, other.core)}))
    return Fact(kind, (_seen(first), _seen(second)), concerned, times, (_bytes(common),))


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1 - SHIFT


def _bytes(bits: int) -> str:
    low, size = _lowest(bits), bits.bit_count()
    if bits.bit_length() - SHIFT - low != size:
        return f"{size} bytes of "
    return f"byte {figure(low)} of " if size == 1 else f"bytes {figure(low)} to {figure(low + size - 1)} of "


def _range(tensor: Tensor) -> range:
    size = DTYPE_BYTES[tensor.dtype]
    for count in tensor.shape:
        size *= count
    return range(tensor.address, tensor.address + size)


def _bits(tensor: Tensor) -> int:
    whole = _range(tensor)
    return ((1 << len(whole)) - 1) << (whole.start + SHIFT)


def _written_tensors(program: Program, touching: list[Event]) -> list[Tensor]:
    begins = [one.begin for one in touching if one.access and one.access.writes and one.access.memory == "DRAM"]
    return [tensor for tensor in program.dram_tensors if any(begin in _range(tensor) for begin in begins)]


def _unwritten(program: Program, touching: list[Event], order: Order) -> Iterator[Fact]:
    dram = 0
    for one in touching:
        if one.access and one.access.memory == "DRAM" and one.access.writes:
            dram |= one.bytes
    for tensor in _written_tensors(program, touching):
        dram |= _bits(tensor)
    groups: dict[tuple[object, ...], list[tuple[Event, int]]] = {}
    for read in touching:
        assert read.access
        if not read.access.reads:
            continue
        missing = read.bytes & (dram if read.access.memory == "DRAM" else -1)
        for write in touching:
            assert write.access
            if write.access.writes and instance(write, program.target) == instance(read, program.target):
                is_itself = (write.core, write.step) == (read.core, read.step)
                if not is_itself and not order.is_before(read, write):
                    missing &= ~write.bytes
        if missing:
            groups.setdefault(read.key, []).append((read, missing))
    for found in groups.values():
        read, missing = min(found, key=lambda pair: (pair[0].core, pair[0].counters))
        cores = tuple(sorted({one.core for one, _ in found}))
        words = (f"{missing.bit_count()} byte", f"the first is {figure(_lowest(missing))}:")
        yield Fact(Kind.UNWRITTEN, (_seen(read),), cores, 0, words)


def _outside(program: Program, touching: list[Event]) -> Iterator[Fact]:
    groups: dict[tuple[object, ...], list[tuple[Event, str]]] = {}
    for one in touching:
        assert one.access
        memory = one.access.memory
        size = program.target.memories[memory]
        end = one.bytes.bit_length() - SHIFT
        if one.begin < 0 or (size is not None and end > size):
            groups.setdefault((one.key, ""), []).append((one, f"beyond {memory}"))
        here = [tensor for tensor in program.tensors[one.core] if tensor.memory == memory]
        if memory == "DRAM" and here and one.begin >= 0 and not any(one.begin in _range(tensor) for tensor in here):
            groups.setdefault((one.key, "stray"), []).append((one, "of DRAM begin in no tensor"))
        for tensor in here:
            if one.begin in _range(tensor) and end > _range(tensor).stop:
                over = f"begin in {tensor.name} and go {end - _range(tensor).stop} beyond"
                groups.setdefault((one.key, tensor), []).append((one, over))
    for found in groups.values():
        first, words = min(found, key=lambda pair: (pair[0].core, pair[0].counters))
        times = len({one.counters for one, _ in found if one.core == first.core})
        cores = tuple(sorted({one.core for one, _ in found}))
        yield Fact(Kind.OUTSIDE, (_seen(first),), cores, times, (words,))


def _unstored(program: Program, touching: list[Event]) -> Iterator[Fact]:
    written = 0
    for one in touching:
        if one.access and one.access.memory == "DRAM" and one.access.writes:
            written |= one.bytes
    for tensor in _written_tensors(program, touching):
        if missing := _bits(tensor) & ~written:
            seen = Seen(tensor.line, "", 0, (), _lowest(missing))
            words = f"{missing.bit_count()} of the {_bits(tensor).bit_count()} bytes of {tensor.name} are never stored"
            yield Fact(Kind.UNSTORED, (seen,), (), 0, (words,))


def _twice(program: Program, touching: list[Event]) -> Iterator[Fact]:
    here = [one for one in touching if one.access and one.access.memory == "DRAM"]
    for tensor in _written_tensors(program, touching):
        inside = [one for one in here if one.begin in _range(tensor)]
        if any(one.access and one.access.reads for one in inside):
            continue
        groups: dict[tuple[object, ...], list[tuple[Event, Event]]] = {}
        for one, other in combinations(inside, 2):
            if one.bytes & other.bytes:
                first, second = _pair(one, other)
                groups.setdefault((first.key, second.key), []).append((first, second))
        for pairs in groups.values():
            fact = _pair_fact(Kind.TWICE, pairs)
            yield fact._replace(words=(*fact.words, f"in {tensor.name},"))


def _idle(program: Program, happened: list[Event], order: Order) -> Iterator[Fact]:
    """Yield the groups of syncs that may go, tried from the last to the first, each with those found before."""
    syncs = [one for one in happened if isinstance(one.instruction, Sync)]
    touching = [one for one in happened if one.access]
    ordered = [pair for pair in _conflicts(program, touching) if not order.are_unordered(*pair)]
    idle: frozenset[Place] = frozenset()
    for group in sorted(_groups(program, syncs), key=max, reverse=True):
        without = Order(happened, program.target, idle | group)
        if not any(without.are_unordered(*pair) for pair in ordered):
            idle |= group
            cores = sorted({one.core for one in syncs if _place(one) in group})
            seen = tuple(Seen(line, "", cores[0], (), 0) for line, _ in sorted(group))
            yield Fact(Kind.SYNC, seen, tuple(cores), 0, ())


def _groups(program: Program, syncs: list[Event]) -> list[frozenset[Place]]:
    scopes = {_place(one): one.instruction.scope for one in syncs if isinstance(one.instruction, Sync)}
    barriers = frozenset(place for place, scope in scopes.items() if scope is not Scope.CORE)
    words = {
        tuple(_place(one) for one in syncs if one.core == core and _place(one) in barriers)
        for core in range(program.target.cores)
    }
    if len(words) == 1:
        return [frozenset([place]) for place in scopes]
    return [frozenset([place]) for place in scopes.keys() - barriers] + ([barriers] if barriers else [])


def _place(event: Event) -> Place:
    return event.instruction.line, event.instruction.column
