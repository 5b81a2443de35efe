"""The tracks of one unit in a Perfetto trace: its instructions as slices, and how many wait in its queue."""

from collections import deque
from collections.abc import Sequence

from dlpsim.events import Dispatched, Freed, Started
from dlpsim.traces.packets import Packets, Template, natural, real, varint
from dlpsim.traces.perfetto_tracks import Arguments, Tracks
from dlpsim.traces.state import Pipeline
from dlpsim.traces.subject import Instruction


class UnitTracks:
    """Writes what a unit does, to `out`; dispatches stand on the track of its core's decoder.

    An instruction's flow is `first_flow` plus how many were dispatched before it. `now` is a time as a varint.
    """

    def __init__(
        self,
        tracks: Tracks,
        out: Packets,
        group: int,
        *,
        decoder_track: int,
        name: str,
        instructions: Sequence[Instruction],
        first_flow: int,
    ) -> None:
        self._tracks = tracks
        self._out = out
        self._decoder_track = decoder_track
        self._instructions = instructions
        self._track = tracks.track(group, name)
        self._queue = tracks.counter(group, f"{name} queue", "waiting instructions")
        self._end = tracks.end(self._track)
        self._completion = tracks.last_instant(self._track, "complete")
        self._setup = tracks.slice(self._track, "setup", {})
        self._dispatches: dict[int, Template] = {}
        self._slices: dict[int, Template] = {}
        self._dispatched = self._freed = self._completed = first_flow
        self._begun: deque[tuple[int, bytes, int]] = deque()
        """Those that were started and not freed: when, from when on they are shown, as a varint, and which."""
        self._begin = 0
        self._waiting = 0
        self._shown = -1

    def begin(self, time: int, now: bytes, line: Pipeline) -> None:
        """Begin at a boundary with what is under way."""
        self._begin = time
        self._dispatched += len(line.executions)
        self._freed += line.freed
        self._waiting = line.waiting
        served = line.served
        if served and served.started is not None:
            self._begun.append((served.started, now, served.pc))
        self.settle(now)

    def dispatch(self, event: Dispatched, now: bytes) -> None:
        """Mark a dispatch, where a flow begins."""
        pc = event.pc
        template = self._dispatches.get(pc)
        if template is None:
            shown = self._instructions[pc]
            template = self._dispatches[pc] = self._tracks.instant(
                self._decoder_track, f"dispatch {shown.text}", arguments(shown, pc), flows=True
            )
        self._out.append(template.at(now, natural(self._dispatched)))
        self._dispatched += 1
        self._waiting += 1

    def start(self, event: Started, now: bytes) -> None:
        """Take note that an instruction is begun: its slice is written when it is over."""
        self._begun.append((event.time, now, event.pc))
        self._waiting -= 1

    def free(self, event: Freed, now: bytes) -> None:
        """Write the slice of the instruction that the unit has done with."""
        self._write_begin(*self._begun.popleft(), event.time)
        self._out.append(self._end.at(now))
        self._freed += 1

    def complete(self, now: bytes) -> None:
        """Mark a completion, where its flow ends."""
        self._out.append(self._completion.at(now, natural(self._completed)))
        self._completed += 1

    def settle(self, now: bytes) -> None:
        """Show how many wait, after all that happened at the boundary."""
        if self._waiting != self._shown:
            self._shown = self._waiting
            self._out.append(self._queue.at(now, real(self._waiting)))

    def close(self, time: int) -> None:
        """Write the slice of what is still served at the end of the trace: it has no end."""
        for begun in self._begun:
            self._write_begin(*begun, time)

    def _write_begin(self, started: int, begin: bytes, pc: int, until: int) -> None:
        """Write the beginning of a slice, no earlier than the trace's, and its setup as far as the trace goes."""
        shown = self._instructions[pc]
        if started < self._begin:  # cut: it says when it really began
            given = {**arguments(shown, pc), "started at cycle": started}
            template = self._tracks.slice(self._track, shown.text, given, flows=True)
        else:
            template = self._slices.get(pc) or self._slice(pc)
        self._out.append(template.at(begin, natural(self._freed)))
        setup_end = started + shown.setup_cycles
        if shown.setup_cycles and setup_end > self._begin:
            self._out.append(self._setup.at(begin))
            if setup_end <= until:
                self._out.append(self._end.at(varint(setup_end)))

    def _slice(self, pc: int) -> Template:
        shown = self._instructions[pc]
        template = self._slices[pc] = self._tracks.slice(self._track, shown.text, arguments(shown, pc), flows=True)
        return template


def arguments(shown: Instruction, pc: int) -> Arguments:
    """Return what a slice tells of its instruction."""
    where: dict[str, str | int] = {"line": shown.line, "pc": pc}
    if not shown.unit:
        return where
    amount = "bytes" if shown.kind == "move" else "operations"
    return {**where, "what": shown.what, amount: shown.amount, "cycles of work": shown.work_cycles}
