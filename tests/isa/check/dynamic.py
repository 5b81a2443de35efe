"""A program expanded: every access of every iteration, and what comes before what, by brute force."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from isa.access import Access, accesses
from isa.program import Code, Compute, EndLoop, Loop, Move, Program, Sync
from isa.target import Target
from isa.vocabulary import Scope

SHIFT = 1 << 12
"""Byte sets are integers with a bit for each byte; this one stands for byte 0."""

Place = tuple[int, int]


@dataclass(frozen=True)
class Event:
    """An access, or a sync, in one iteration; `step` counts on its core, `time` is unique."""

    time: int
    core: int
    step: int
    counters: tuple[int, ...]
    instruction: Move | Compute | Sync
    access: Access | None
    unit: str
    bytes: int = 0

    @property
    def begin(self) -> int:
        assert self.access
        return self.access.address.at(self.counters)

    @property
    def memory(self) -> tuple[str, int]:
        """The memory, and which of its instances; None of them is shared by cores that do not reach it."""
        assert self.access
        return self.access.memory, self.core

    @property
    def key(self) -> tuple[int, int, str]:
        assert self.access
        return self.instruction.line, self.instruction.column, self.access.name


def byte_set(begin: int, access: Access) -> int:
    found = 0
    rows = access.region.rows
    for offsets in product(*(range(0, count * stride, stride) if stride else (0,) for count, stride in rows.axes)):
        found |= ((1 << rows.size) - 1) << (begin + sum(offsets) + SHIFT)
    return found


def executed(code: Code) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the index of each instruction that is executed, with the counters of the loops around it."""
    index, loops = 0, list[list[int]]()
    while index < len(code):
        instruction = code[index]
        if isinstance(instruction, Loop):
            if instruction.count:
                loops.append([index, 0])
            else:
                index = instruction.end
        elif isinstance(instruction, EndLoop):
            start, done = loops[-1]
            loop = code[start]
            assert isinstance(loop, Loop)
            if done + 1 < loop.count:
                loops[-1][1] += 1
                index = start
            else:
                loops.pop()
        else:
            yield index, tuple(done for _, done in loops)
        index += 1


def unit_of(instruction: Move | Compute | Sync, target: Target) -> str:
    if isinstance(instruction, Move):
        return "port " + target.ports[instruction.src, instruction.dst]
    return "compute"


def events(program: Program) -> list[Event]:
    found: list[Event] = []
    for core, code in enumerate(program.cores):
        for step, (index, counters) in enumerate(executed(code)):
            instruction = code[index]
            assert isinstance(instruction, Move | Compute | Sync)
            for access in accesses(instruction) or (None,):
                bytes_ = byte_set(access.address.at(counters), access) if access else 0
                unit = unit_of(instruction, program.target)
                found.append(Event(len(found), core, step, counters, instruction, access, unit, bytes_))
    return found


def instance(event: Event, target: Target) -> tuple[str, int]:
    """Return which memory an access touches: each core has its NRAM and WRAM, each cluster its SharedRAM."""
    assert event.access
    sharers = {"DRAM": target.cores, "SharedRAM": target.cores_per_cluster}
    return event.access.memory, event.core // sharers.get(event.access.memory, 1)


class Order:
    """What comes before what: the transitive closure of the queues, the syncs and the barriers."""

    def __init__(self, happened: list[Event], target: Target, without: frozenset[Place] = frozenset()) -> None:
        self._after = [0] * len(happened)
        self._nodes: dict[tuple[int, int], int] = {}  # core and step, or a barrier: the same node for all its cores
        self._edges: dict[int, set[int]] = {}
        self._node_of = [0] * len(happened)
        met: dict[tuple[Scope, int, int], int] = {}
        barriers: dict[tuple[Scope, int, int], int] = {}
        latest: dict[int, int] = {}
        for core in range(target.cores):
            since: list[int] = []
            gate: int | None = None
            queues: dict[str, int] = {}
            for event in (one for one in happened if one.core == core):
                instruction = event.instruction
                if isinstance(instruction, Sync):
                    if (instruction.line, instruction.column) in without:
                        continue
                    node = self._sync_node(instruction.scope, core, target, met, barriers)
                    for one in (*since, *([] if gate is None else [gate])):
                        self._edges.setdefault(one, set()).add(node)
                    since, gate = [], node
                    continue
                node = self._nodes.setdefault((core, event.step), len(self._nodes) + 10**6 * (core + 1))
                self._node_of[event.time] = node
                if latest.get(core) == node:
                    continue
                latest[core] = node
                if gate is not None:
                    self._edges.setdefault(gate, set()).add(node)
                if event.unit in queues:
                    self._edges.setdefault(queues[event.unit], set()).add(node)
                queues[event.unit] = node
                since.append(node)
        self._reach: dict[int, frozenset[int]] = {}

    def _sync_node(
        self,
        scope: Scope,
        core: int,
        target: Target,
        met: dict[tuple[Scope, int, int], int],
        barriers: dict[tuple[Scope, int, int], int],
    ) -> int:
        count = met[scope, core, 0] = met.get((scope, core, 0), 0) + 1
        group = {Scope.CORE: core, Scope.CLUSTER: core // target.cores_per_cluster, Scope.CHIP: 0}[scope]
        return barriers.setdefault((scope, group, count), -1 - len(barriers))

    def is_before(self, one: Event, other: Event) -> bool:
        return self._node_of[other.time] in self._reached(self._node_of[one.time])

    def _reached(self, start: int) -> frozenset[int]:
        if start not in self._reach:
            found: set[int] = set()
            open_ = [start]
            while open_:
                for node in self._edges.get(open_.pop(), ()):
                    if node in self._reach:
                        found |= self._reach[node] | {node}
                    elif node not in found:
                        found.add(node)
                        open_.append(node)
            self._reach[start] = frozenset(found)
        return self._reach[start]

    def are_unordered(self, one: Event, other: Event) -> bool:
        same = self._node_of[one.time] == self._node_of[other.time]
        return not same and not self.is_before(one, other) and not self.is_before(other, one)
