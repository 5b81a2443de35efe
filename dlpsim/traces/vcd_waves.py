"""Waveforms (`.vcd`, with a `.gtkw` that lays them out in GTKWave): one scope for each core, in it one for each unit.

Of a unit: `busy` (it has an instruction), `text`, `line` and `pc` of that, `queue` (how many wait). Of a decoder: the
`decoder_line` and `decoder_pc` that it is at, and `decoder_wait`, what it waits for. Of a port: `askers` (how many
cores ask for beats) and `bytes_per_cycle`. One nanosecond stands for one cycle; a value is that at the end of its
boundary.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import IO, TYPE_CHECKING, cast

from dlpsim.events import (
    OCCURRENCES,
    Asked,
    BarrierReleased,
    DecoderResumed,
    DecoderStalled,
    DecodeStarted,
    Dispatched,
    Freed,
    Halted,
    Occurrence,
    PortShared,
    Started,
)
from dlpsim.traces.outlet import Outlet
from dlpsim.traces.port_load import PortLoad
from dlpsim.traces.state import State
from dlpsim.traces.subject import Subject
from dlpsim.traces.vcd_signals import NOTHING, Signals

if TYPE_CHECKING:
    from vcd import VCDWriter


KINDS = tuple(kind for kind in OCCURRENCES if kind is not BarrierReleased)


class VcdWriter:
    """Writes values as they change; keeps what is under way."""

    def __init__(self, file: Outlet, subject: Subject) -> None:
        self._file = file
        self._subject = subject
        self._state = State()
        self._load = PortLoad(subject)
        self._bytes_per_cycle: dict[tuple[str, int], float] = {}
        self._vcd: VCDWriter
        self._signals: Signals

    @property
    def kinds(self) -> Collection[type[Occurrence]]:
        """Those that something is written for."""
        return KINDS

    def begin(self, time: int, state: State) -> None:
        """Declare the signals, and give them the values of what is under way."""
        from vcd import VCDWriter  # noqa: PLC0415

        self._state = state
        self._bytes_per_cycle = self._load.begin(state)
        self._vcd = VCDWriter(cast("IO[str]", _Text(self._file)), "1 ns", date="", init_timestamp=time)
        self._signals = Signals(self._vcd, self._subject)
        self._settle(time, self._signals.units, self._signals.decoders, self._signals.ports)

    def take(self, events: Sequence[Occurrence]) -> None:
        """Write the values that change."""
        for time, same_time in groupby(events, key=attrgetter("time")):
            units: dict[tuple[int, str], None] = {}
            decoders: dict[int, None] = {}
            ports: dict[tuple[str, int], None] = {}
            for event in same_time:
                self._state.take(event)
                match event:
                    case Asked():
                        self._load.asked(event)
                    case Dispatched() | Started() | Freed():
                        units[event.core, event.unit] = None
                    case DecodeStarted() | DecoderStalled() | DecoderResumed() | Halted():
                        decoders[event.core] = None
                    case PortShared():
                        self._bytes_per_cycle[event.port, event.group] = self._load.shared(event)
                        ports[event.port, event.group] = None
            self._settle(time, units, decoders, ports)

    def close(self, time: int) -> None:
        """Have the file last until then."""
        self._vcd.close(time)

    def _settle(
        self,
        time: int,
        units: Iterable[tuple[int, str]],
        decoders: Iterable[int],
        ports: Iterable[tuple[str, int]],
    ) -> None:
        """Write what these are at, after all that happened at the boundary."""
        for unit in units:
            if unit in self._signals.units:
                self._write_unit(time, unit)
        for core in decoders:
            if core in self._signals.decoders:
                self._write_decoder(time, core)
        for port in ports:
            if port in self._signals.ports:
                signals = self._signals.ports[port]
                self._vcd.change(signals.askers, time, len(self._state.askers.get(port, ())))
                self._vcd.change(signals.bytes_per_cycle, time, self._bytes_per_cycle.get(port, 0.0))

    def _write_unit(self, time: int, unit: tuple[int, str]) -> None:
        signals, line, change = self._signals.units[unit], self._state.pipeline(*unit), self._vcd.change
        served = line.served
        shown = served and self._subject.instructions[served.core][served.pc]
        change(signals.busy, time, int(served is not None))
        change(signals.text, time, shown.text if shown else "")
        change(signals.line, time, shown.line if shown else NOTHING)
        change(signals.pc, time, served.pc if served else NOTHING)
        change(signals.queue, time, line.waiting)

    def _write_decoder(self, time: int, core: int) -> None:
        signals, change = self._signals.decoders[core], self._vcd.change
        taken, waits = self._state.decoding.get(core), self._state.stalls.get(core)
        is_at = taken[1] if taken and core not in self._state.halted else None
        reason, unit = waits[-1][2:] if waits else (None, "")
        wait = reason.value if reason else ""
        change(signals.wait, time, f"{wait} of {unit}" if unit else wait)
        change(signals.line, time, NOTHING if is_at is None else self._subject.instructions[core][is_at].line)
        change(signals.pc, time, NOTHING if is_at is None else is_at)


class _Text:
    """A file for text on top of one for bytes, as much of it as the writer of waveforms needs."""

    def __init__(self, file: Outlet) -> None:
        self._file = file

    def write(self, text: str) -> int:
        return self._file.write(text.encode())

    def flush(self) -> None:
        self._file.flush()
