"""Perfetto's own format (`.pftrace`): a group of tracks for each core, with a track for its decoder and each unit.

A slice is an instruction while its unit has it, named by its source line, with its setup as a slice within. The
decoder's track has a slice for each wait, one for each decoding that takes time, and a mark for each dispatch, from
which arrows lead to the slice and to its completion. Counters show the instructions that wait in a queue and the bytes
a cycle of a port. One nanosecond stands for one cycle. Slices that began before the trace are cut at its beginning.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from dlpsim.events import (
    Asked,
    Completed,
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
from dlpsim.traces.packets import Packets, Template, real, varint
from dlpsim.traces.perfetto_decoder import DecoderTrack
from dlpsim.traces.perfetto_tracks import Tracks
from dlpsim.traces.perfetto_unit import UnitTracks
from dlpsim.traces.port_load import PortLoad
from dlpsim.traces.state import State
from dlpsim.traces.subject import PortInstance, Subject
from isa.vocabulary import Scope

FLOWS = 1 << 40
"""Numbers of flows for each unit."""


class PerfettoWriter:
    """Writes packets as they come. Keeps those of each instruction of the program, and what is under way."""

    def __init__(self, file: Outlet, subject: Subject) -> None:
        self._file = file
        self._subject = subject
        self._out = Packets()
        self._tracks = Tracks(self._out)
        self._units: dict[tuple[int, str], UnitTracks] = {}
        self._decoders: dict[int, DecoderTrack] = {}
        self._ports: dict[tuple[str, int], Template] = {}
        self._load = PortLoad(subject)
        self._time = 0
        self._now = varint(0)
        """`_time` as packets have it."""
        self._touched: dict[UnitTracks, None] = {}
        """Units that something was dispatched to or started on, at this boundary."""
        self._handlers: dict[type[Occurrence], Callable[[Any], None]] = {
            DecodeStarted: self._decode,
            Dispatched: self._dispatch,
            Started: self._start,
            Asked: self._load.asked,
            Freed: self._free,
            Completed: self._complete,
            DecoderStalled: self._stall,
            DecoderResumed: self._resume,
            PortShared: self._share,
            Halted: self._halt,
        }
        if not subject.config.decoder.cycles:
            del self._handlers[DecodeStarted]

    @property
    def kinds(self) -> Collection[type[Occurrence]]:
        """Those that something is written for."""
        return self._handlers.keys()

    def begin(self, time: int, state: State) -> None:
        """Describe the tracks, and take over what is under way."""
        self._lay_out()
        self._time, self._now = time, varint(time)
        rates = self._load.begin(state)
        for port, template in self._ports.items():
            self._out.append(template.at(self._now, real(rates.get(port, 0.0))))
        for (core, name), unit in self._units.items():
            unit.begin(time, self._now, state.pipeline(core, name))
        for decoder in self._decoders.values():
            decoder.begin(time, state)
        self._out.flush_to(self._file)

    def take(self, events: Sequence[Occurrence]) -> None:
        """Write the packets of events."""
        handlers = self._handlers
        time = self._time
        for event in events:
            if event[0] != time:
                time = event[0]
                if self._touched:
                    self._settle()
                self._now = varint(time)
            handler = handlers.get(type(event))
            if handler:
                handler(event)
        self._settle()
        self._time = time
        self._out.flush_to(self._file)

    def close(self, time: int) -> None:
        """Write what is under way: slices without an end."""
        for decoder in self._decoders.values():
            decoder.close(time)
        for unit in self._units.values():
            unit.close(time)
        self._out.flush_to(self._file)

    def _lay_out(self) -> None:
        """Describe the tracks: first the ports that cores share, then one group for each core."""
        shared = [port for port in self._subject.ports if port.scope is not Scope.CORE]
        groups: dict[str, int] = {}
        for port in shared:
            name = "chip" if port.scope is Scope.CHIP else f"cluster {port.group}"
            if name not in groups:
                groups[name] = self._tracks.group(name)
            self._add_port(groups[name], port)
        for core in self._subject.cores:
            self._add_core(core)

    def _add_core(self, core: int) -> None:
        config, instructions = self._subject.config, self._subject.instructions[core]
        group = self._tracks.group(f"core {core}")
        decoder = DecoderTrack(
            self._tracks,
            self._out,
            group,
            core=core,
            instructions=instructions,
            cycles=config.decoder.cycles,
        )
        self._decoders[core] = decoder
        for name in config.units:
            flows = FLOWS * (1 + len(self._units))
            self._units[core, name] = UnitTracks(
                self._tracks,
                self._out,
                group,
                decoder_track=decoder.track,
                name=name,
                instructions=instructions,
                first_flow=flows,
            )
        for port in self._subject.ports:
            if port.scope is Scope.CORE and port.group == core:
                self._add_port(group, port)

    def _add_port(self, group: int, port: PortInstance) -> None:
        self._ports[port.name, port.group] = self._tracks.counter(group, f"{port.name} port", "bytes/cycle")

    def _settle(self) -> None:
        for unit in self._touched:
            unit.settle(self._now)
        self._touched.clear()

    def _decode(self, event: DecodeStarted) -> None:
        if event.core in self._decoders:
            self._decoders[event.core].decode(event, self._now)

    def _dispatch(self, event: Dispatched) -> None:
        unit = self._units.get((event.core, event.unit))
        if unit:
            unit.dispatch(event, self._now)
            self._touched[unit] = None

    def _start(self, event: Started) -> None:
        unit = self._units.get((event.core, event.unit))
        if unit:
            unit.start(event, self._now)
            self._touched[unit] = None

    def _free(self, event: Freed) -> None:
        unit = self._units.get((event.core, event.unit))
        if unit:
            unit.free(event, self._now)

    def _complete(self, event: Completed) -> None:
        unit = self._units.get((event.core, event.unit))
        if unit:
            unit.complete(self._now)

    def _stall(self, event: DecoderStalled) -> None:
        if event.core in self._decoders:
            self._decoders[event.core].stall(event)

    def _resume(self, event: DecoderResumed) -> None:
        if event.core in self._decoders:
            self._decoders[event.core].resume(event, self._now)

    def _share(self, event: PortShared) -> None:
        template = self._ports.get((event.port, event.group))
        if template:
            self._out.append(template.at(self._now, real(self._load.shared(event))))

    def _halt(self, event: Halted) -> None:
        if event.core in self._decoders:
            self._decoders[event.core].halt(self._now)
