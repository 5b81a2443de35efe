"""The track of a decoder in a Perfetto trace: what it decodes, where decoding takes time, and what it waits for."""

from collections import deque
from collections.abc import Sequence

from dlpsim.events import DecoderResumed, DecoderStalled, DecodeStarted, Stall
from dlpsim.traces.packets import Packets, Template, varint
from dlpsim.traces.perfetto_tracks import Tracks
from dlpsim.traces.perfetto_unit import arguments
from dlpsim.traces.state import State
from dlpsim.traces.subject import Instruction

Wait = tuple[int, int, Stall, str]
"""When it began, at which instruction, why, and for the queue of which unit."""


class DecoderTrack:
    """Writes what a decoder does, to `out`. It spends `cycles` on each instruction."""

    def __init__(
        self, tracks: Tracks, out: Packets, group: int, *, core: int, instructions: Sequence[Instruction], cycles: int
    ) -> None:
        self.track = tracks.track(group, "decoder")
        self._tracks = tracks
        self._out = out
        self._core = core
        self._instructions = instructions
        self._cycles = cycles
        self._end = tracks.end(self.track)
        self._halted = tracks.instant(self.track, "halted", {})
        self._decoding: tuple[int, bytes, int] | None = None
        """When it took an instruction whose slice is not written yet, also as a varint, and which.

        It is written late, because a wait may have to come before."""
        self._waits: deque[Wait] = deque()
        self._slices: dict[int, Template] = {}
        self._wait_slices: dict[tuple[int, Stall, str], Template] = {}
        self._begin = 0

    def begin(self, time: int, state: State) -> None:
        """Begin at a boundary with what is under way."""
        self._begin = time
        self._waits.extend(state.stalls.get(self._core, ()))
        taken = state.decoding.get(self._core)
        self._decoding = taken and (taken[0], varint(time), taken[1])

    def decode(self, event: DecodeStarted, now: bytes) -> None:
        """Take note that an instruction was taken, and write the slice of the one before."""
        self._write_decoding(event.time)
        self._decoding = event.time, now, event.pc

    def stall(self, event: DecoderStalled) -> None:
        """Take note of a wait: its slice is written when it is over."""
        self._waits.append((event.time, event.pc, event.reason, event.unit))

    def resume(self, event: DecoderResumed, now: bytes) -> None:
        """Write the slice of a wait, if it took time."""
        wait = self._waits.popleft()
        if wait[0] < event.time:
            if self._decoding and self._decoding[0] < wait[0]:
                self._write_decoding(event.time)
            self._write_wait(wait)
            self._out.append(self._end.at(now))

    def halt(self, now: bytes) -> None:
        """Mark the end of the core's program."""
        self._out.append(self._halted.at(now))

    def close(self, time: int) -> None:
        """Write what is under way at the end of the trace: it has no end."""
        self._write_decoding(time)
        for wait in self._waits:
            self._write_wait(wait)

    def _write_decoding(self, until: int) -> None:
        if self._decoding is None or not self._cycles:
            return
        time, begin, pc = self._decoding
        self._decoding = None
        end = time + self._cycles
        if end <= self._begin:
            return
        template = self._slices.get(pc)
        if template is None:
            shown = self._instructions[pc]
            template = self._tracks.slice(self.track, f"decode {shown.text}", arguments(shown, pc))
            self._slices[pc] = template
        self._out.append(template.at(begin))
        if end <= until:
            self._out.append(self._end.at(varint(end)))

    def _write_wait(self, wait: Wait) -> None:
        template = self._wait_slices.get(wait[1:])
        if template is None:
            template = self._wait_slices[wait[1:]] = self._wait_slice(*wait[1:])
        self._out.append(template.at(varint(max(wait[0], self._begin))))

    def _wait_slice(self, pc: int, reason: Stall, unit: str) -> Template:
        shown = self._instructions[pc]
        name = f"wait: queue of {unit} is full" if unit else f"wait: {reason.value}"
        return self._tracks.slice(self.track, name, {"instruction": shown.text, **arguments(shown, pc)})
