"""What decoders spend their cycles on, and for how long each instruction is held: by the decoder, a queue, a unit.

>>> load.data(34).states[0]
{'decoding': 0, 'queue': 0, 'sync': 33, 'barrier': 0, 'ended': 1}
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.events import (
    DecoderResumed,
    DecoderStalled,
    Dispatched,
    Event,
    Freed,
    Keep,
    Mark,
    Repeat,
    Replay,
    Sink,
    Stall,
    Started,
)
from dlpsim.views.decoder_load_data import KindLoad, LoadData
from dlpsim.views.line_table import executions
from dlpsim.views.tally import Columns, Tally
from isa.program import Compute, EndLoop, Instruction, Loop, Move, Program
from isa.vocabulary import Scope

WAITS = (Stall.QUEUE, Stall.SYNC, Stall.BARRIER)
QUEUED, HELD = len(WAITS), len(WAITS) + 1
"""Columns behind those of the decoder's waits: cycles in a queue, and in a unit."""


@dataclass
class _Wait:
    """A decoder waits at an instruction. Its cycles are counted up to `since`."""

    pc: int
    column: int
    since: int


class DecoderLoad:
    """Adds up cycles of decoders, queues and units by instruction. At marks, what goes on is counted so far."""

    def __init__(self, program: Program, config: MachineConfig) -> None:
        self._program = program
        self._config = config
        self._columns = Columns(program.cores, HELD + 1)
        self._tally = Tally(self._columns.relocate)
        self._waits: dict[int, _Wait] = {}
        self._queues: dict[tuple[int, str], deque[_Wait]] = {}

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to decoders that wait, to instructions on their way through queues and units, to what repeats."""
        return {
            DecoderStalled: self._stalled,
            DecoderResumed: self._resumed,
            Dispatched: self._dispatched,
            Started: self._started,
            Freed: self._freed,
            **self._tally.handlers(),
            Mark: self._mark,
            Repeat: self._repeat,
            Keep: self._keep,
            Replay: self._replay,
        }

    def data(self, cycles: int) -> LoadData:
        """Return what was collected in a run that took `cycles`."""
        sums: dict[tuple[int, int, int], int] = {}
        for number, total in self._tally.total().items():
            sums[self._columns.named(number)] = total
        states = tuple(self._states(core, sums, cycles) for core in range(len(self._program.cores)))
        return LoadData(cycles, states, tuple(self._kinds(sums)))

    def _states(self, core: int, sums: Mapping[tuple[int, int, int], int], cycles: int) -> dict[str, int]:
        code = self._program.cores[core]
        spent = {"decoding": self._config.decoder.cycles * sum(executions(code))}
        for column, reason in enumerate(WAITS):
            spent[reason.value] = sum(sums.get((core, pc, column), 0) for pc in range(len(code)))
        return spent | {"ended": cycles - sum(spent.values())}

    def _kinds(self, sums: Mapping[tuple[int, int, int], int]) -> Iterator[KindLoad]:
        found: dict[str, list[int]] = {}
        for core, code in enumerate(self._program.cores):
            for pc, times in enumerate(executions(code)):
                columns = [sums.get((core, pc, column), 0) for column in range(HELD + 1)]
                decoder = times * self._config.decoder.cycles + sum(columns[: len(WAITS)])
                latency = times * self._latency(code[pc])
                row = (times, decoder, columns[QUEUED], columns[HELD], latency)
                kind = found.setdefault(self._kind(code[pc]), [0] * len(row))
                kind[:] = map(sum, zip(kind, row, strict=True))
        return (KindLoad(kind, *row) for kind, row in found.items() if row[0])

    def _kind(self, instruction: Instruction) -> str:
        match instruction:
            case Move(src=src, dst=dst):
                return f"move {self._config.port_of[src, dst].name}"
            case Compute(type=type_):
                return f"compute {type_}"
            case Loop():
                return "loop"
            case EndLoop():
                return "endloop"
            case _:
                return "sync" if instruction.scope is Scope.CORE else f"sync {instruction.scope.value}"

    def _latency(self, instruction: Instruction) -> int:
        match instruction:
            case Move(src=src, dst=dst):
                return self._config.port_of[src, dst].latency
            case Compute():
                return self._config.compute.latency
            case _:
                return 0

    def _stalled(self, event: DecoderStalled) -> None:
        self._waits[event.core] = _Wait(event.pc, WAITS.index(event.reason), event.time)

    def _resumed(self, event: DecoderResumed) -> None:
        self._count(event.core, self._waits.pop(event.core), event.time)

    def _dispatched(self, event: Dispatched) -> None:
        self._queues.setdefault((event.core, event.unit), deque()).append(_Wait(event.pc, QUEUED, event.time))

    def _started(self, event: Started) -> None:
        self._count(event.core, self._queues[event.core, event.unit].popleft(), event.time)

    def _freed(self, event: Freed) -> None:
        self._count(event.core, _Wait(event.pc, HELD, event.started), event.time)

    def _count(self, core: int, wait: _Wait, time: int) -> None:
        if time > wait.since:
            columns = self._columns
            self._tally.sums[columns.first[core] + columns.columns * wait.pc + wait.column] += time - wait.since
            wait.since = time

    def _going_on(self) -> Iterator[tuple[int, _Wait]]:
        """Yield all that waits, with its core."""
        yield from self._waits.items()
        for (core, _), queue in self._queues.items():
            yield from ((core, wait) for wait in queue)

    def _count_all(self, time: int) -> None:
        for core, wait in self._going_on():
            self._count(core, wait, time)

    def _mark(self, event: Mark) -> None:
        self._count_all(event.time)
        self._tally.mark(event)

    def _repeat(self, event: Repeat) -> None:
        self._count_all(event.time)
        self._tally.repeat(event)
        for _, wait in self._going_on():
            wait.since += event.period * event.times

    def _keep(self, event: Keep) -> None:
        self._count_all(event.time)
        self._tally.keep(event)

    def _replay(self, event: Replay) -> None:
        self._count_all(event.time)
        self._tally.replay(event)
        for _, wait in self._going_on():
            wait.since += event.period
