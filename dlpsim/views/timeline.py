"""What every unit and decoder did, from cycle to cycle, in a window of a run.

>>> timeline.data(34, (0, 34), cores=[0], most_columns=70).intervals[0]
Interval(core=0, unit='dram', activity=<Activity.WORK: 'works'>, begin=0, end=16, pc=0, line=1, worked=16)
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from dlpsim.config import MachineConfig
from dlpsim.costs import beats, operation_cycles
from dlpsim.events import DecoderResumed, DecoderStalled, DecodeStarted, Event, Freed, Occurrence, Sink, Stall
from dlpsim.views.quantities import count_text
from dlpsim.views.stretches import Blur, Window
from dlpsim.views.timeline_columns import Columns, Level
from dlpsim.views.timeline_data import DECODER, Activity, Interval, TimelineData
from dlpsim.views.trace import Trace
from isa.errors import DlpsimError
from isa.program import Compute, Move, Program

MOST_INTERVALS = 4_000
"""Where a window has more intervals, only its columns are told."""
MOST_CYCLES = 10**300
"""The longest window: the cycles of its columns are floats."""
PERIODS_TO_A_COLUMN = 4
"""What repeats more often within a column is spread evenly over the cycles in which it does."""

WAITS = {Stall.QUEUE: Activity.QUEUE, Stall.SYNC: Activity.SYNC, Stall.BARRIER: Activity.BARRIER}


class Timeline:
    """Keeps what is needed to tell any window, in the compact form of a trace."""

    def __init__(self, program: Program, config: MachineConfig) -> None:
        self._program = program
        self._config = config
        decoding: tuple[type[Occurrence], ...] = (DecodeStarted,) if config.decoder.cycles else ()
        self._trace = Trace((Freed, DecoderStalled, DecoderResumed, *decoding))
        self._flights = {"compute": config.compute.latency} | {port.name: port.latency for port in config.ports}

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to units being freed and to what the decoders do."""
        return self._trace.handlers()

    def data(
        self,
        cycles: int,
        window: tuple[int, int],
        cores: Iterable[int],
        most_columns: int,
        most_intervals: int = MOST_INTERVALS,
    ) -> TimelineData:
        """Return a window of the run, which took `cycles`, as some of its cores saw it. It must lie within the run.

        Raises DlpsimError where it is longer than MOST_CYCLES.
        """
        begin, end = window
        if end - begin > MOST_CYCLES:
            raise DlpsimError(
                f"a timeline shows at most {count_text(MOST_CYCLES)} cycles, not {count_text(end - begin)}: "
                f"choose some with --window A:B"
            )
        column_cycles = _round_up(-(-(end - begin) // most_columns))
        columns = Columns(begin, end, column_cycles)
        for part in self._parts(begin, end, column_cycles // PERIODS_TO_A_COLUMN):
            columns.add(part)
        shown = set(cores)
        parts = (part for part in self._parts(begin, end, 0) if isinstance(part, Interval) and part.core in shown)
        intervals = tuple(islice(parts, most_intervals + 1))
        return TimelineData(
            program=Path(self._program.name).name,
            machine=self._config.name,
            cores=self._config.total_cores,
            cycles=cycles,
            begin=begin,
            end=end,
            column_cycles=column_cycles,
            lanes=tuple(columns.lane(*lane) for lane in self._used(shown)),
            intervals=intervals if len(intervals) <= most_intervals else None,
        )

    def _used(self, cores: set[int]) -> list[tuple[int, str]]:
        """Return the decoders of some cores, and those of their units that do anything in the run."""
        used = {(event.core, event.unit) for event, _ in self._trace.each() if isinstance(event, Freed)}
        units = (DECODER, *self._config.units)
        return [(core, unit) for core in sorted(cores) for unit in units if unit == DECODER or (core, unit) in used]

    def _parts(self, begin: int, end: int, finest: int) -> Iterator[Interval | Level]:
        """Yield what overlaps a window; stretches with a period below `finest` as levels."""
        for part in self._all_parts(begin, end, finest):
            if max(part.begin, begin) < min(part.end, end):
                yield part

    def _all_parts(self, begin: int, end: int, finest: int) -> Iterator[Interval | Level]:
        stalled: dict[int, DecoderStalled] = {}
        for found in Window(begin, end, finest).around(self._trace.items):
            match found:
                case Blur():
                    yield from self._levels(found)
                case Freed(time=time, unit=unit, started=started):
                    if started < end and begin < time + self._flights[unit]:
                        yield from self._occupation(found)
                case DecodeStarted(time=time, core=core, pc=pc):
                    yield self._interval(
                        (core, DECODER), pc, Activity.DECODE, (time, time + self._config.decoder.cycles)
                    )
                case DecoderStalled(core=core):
                    stalled[core] = found
                case DecoderResumed(core=core) if core in stalled:
                    since = stalled.pop(core)
                    yield self._interval((core, DECODER), since.pc, WAITS[since.reason], (since.time, found.time))

    def _occupation(self, event: Freed) -> Iterator[Interval]:
        """Yield how a unit spent its time with an instruction."""
        lane, pc = (event.core, event.unit), event.pc
        setup, worked = self._cost(event.core, pc)
        begin = event.started + setup
        yield self._interval(lane, pc, Activity.SETUP, (event.started, begin))
        yield self._interval(lane, pc, Activity.WORK, (begin, event.time), worked)
        yield self._interval(lane, pc, Activity.FLIGHT, (event.time, event.time + self._flights[event.unit]))

    def _cost(self, core: int, pc: int) -> tuple[int, int]:
        """Return the cycles of setup and of work that an instruction takes."""
        instruction = self._program.cores[core][pc]
        if isinstance(instruction, Compute):
            rate = self._config.compute.rate[instruction.type]
            return self._config.compute.setup, operation_cycles(instruction.num, rate)
        assert isinstance(instruction, Move)
        port = self._config.port_of[instruction.src, instruction.dst]
        return port.setup, beats(instruction.size, port.beat_bytes, instruction.rows) * port.beat_cycles

    def _interval(
        self, lane: tuple[int, str], pc: int, activity: Activity, span: tuple[int, int], worked: int = 0
    ) -> Interval:
        core, unit = lane
        return Interval(core, unit, activity, *span, pc, self._program.cores[core][pc].line, worked)

    def _levels(self, blur: Blur) -> Iterator[Level]:
        """Yield how much of each activity every lane has in a cycle of a blur, on the average.

        A stall counts less the cycles up to its begin, and more those up to its end: that leaves its length. One that
        goes on from one occurrence into the next ends first, and lacks a period.
        """
        sums: dict[tuple[int, str], dict[Activity, int]] = {}
        seen: set[int] = set()
        for event, times in blur.events:
            for core, unit, activity, count in self._counts(event):
                lane = sums.setdefault((core, unit), {})
                lane[activity] = lane.get(activity, 0) + times * count
            if isinstance(event, DecoderStalled | DecoderResumed) and event.core not in seen:
                seen.add(event.core)
                if isinstance(event, DecoderResumed):
                    sums[event.core, DECODER][WAITS[event.reason]] += blur.period
        for (core, unit), lane in sums.items():
            levels = {activity: count / blur.period for activity, count in lane.items()}
            yield Level(core, unit, blur.begin, blur.end, levels)

    def _counts(self, event: Occurrence) -> Iterator[tuple[int, str, Activity, int]]:
        match event:
            case Freed():
                for part in self._occupation(event):
                    for activity, cycles in part.split():
                        yield part.core, part.unit, activity, cycles
            case DecodeStarted(core=core):
                yield core, DECODER, Activity.DECODE, self._config.decoder.cycles
            case DecoderStalled(time=time, core=core, reason=reason):
                yield core, DECODER, WAITS[reason], -time
            case DecoderResumed(time=time, core=core, reason=reason):
                yield core, DECODER, WAITS[reason], time


def _round_up(cycles: int) -> int:
    """Return the next number of cycles, at least 1, that has no more than two digits but for zeros."""
    unit = int(10 ** max(0, len(str(cycles)) - 2))
    return max(1, -(-cycles // unit) * unit)
