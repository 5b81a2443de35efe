"""Remembers stretches of a run, so that none is simulated twice.

At a quiet point every core waits at a barrier that all share, or the only core passes a sync, and nothing is in
flight. What comes up to the next quiet point follows from the instructions on the way there and from the pointers of
the ports. So a stretch is simulated once; wherever the same instructions follow in the same state, in another layer
or another iteration, the machine is put at its end.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dlpsim.machine.budget import EVENT_WORK, Allowance
from dlpsim.machine.clock import Clock
from dlpsim.machine.decoder import Decoder
from dlpsim.machine.marks import Marks
from dlpsim.machine.path import Path, Paths, Texts
from dlpsim.machine.port import Port
from dlpsim.machine.private_port import PrivatePort
from isa.vocabulary import Scope

MOST_INSTRUCTIONS = 50_000
"""So many instructions are remembered at most; the stretches that were not needed for the longest go first."""

SHARE = 0.05
"""The part of the work of a run that may be spent on remembering what is not needed again."""

ADVANCE = 2_000
"""What may be spent on it before anything is earned, in microseconds, about."""

QUIET_COST, CORE_COST, WORD_COST = 8.0, 3.0, 1.2
"""What it costs to go on from a quiet point: there, by core, and by instruction to find a path; in the same unit."""

RECORD_COST, NOTE_COST = 12.0, 0.5
"""What it costs to remember a stretch, and by instruction in it."""

REST = 50
"""So many quiet points are passed when nothing may be spent."""

Pointers = tuple[object, ...]
Key = tuple[tuple[int, ...], Pointers]
"""The text of each core, by number, and the state of the ports."""


@dataclass(frozen=True)
class Stretch:
    """A stretch that has been simulated in so many events, kept under the number of its mark.

    `paths` are those of the cores, `period` is how long it takes, in cycles, `pointers` how it leaves the ports.
    """

    mark: int
    paths: Sequence[Path]
    period: int
    events: int
    pointers: Pointers

    @property
    def instructions(self) -> int:
        """How many there are on the way, over all cores."""
        return sum(len(path.pcs) for path in self.paths)


@dataclass(frozen=True)
class Recording:
    """A stretch that is being simulated to be remembered: where it began, after how many cycles and events."""

    key: Key
    mark: int
    time: int
    events: int
    paths: Sequence[Path]


class Recall:
    """Puts all cores from quiet point to quiet point as long as it remembers what is between them.

    `quiet` are the scopes of the syncs at which all are quiet.
    """

    def __init__(
        self,
        decoders: Sequence[Decoder],
        ports: Sequence[Port | PrivatePort],
        quiet: frozenset[Scope],
        marks: Marks,
        clock: Clock,
    ) -> None:
        self._decoders = decoders
        self._ports = [port for port in ports if port.has_memory]
        self._texts = Texts()
        by_code = {id(each.steps): Paths(each.steps, quiet, self._texts) for each in decoders}
        self._paths = [by_code[id(each.steps)] for each in decoders]
        self._marks = marks
        self._clock = clock
        self._allowance = Allowance(SHARE, ADVANCE)
        self._stretches: OrderedDict[Key, Stretch] = OrderedDict()
        self._instructions = 0
        self._recording: Recording | None = None
        self._rest = 0
        """So many quiet points are to be passed before anything is spent again."""
        self._places: dict[tuple[int, int], Mapping[int, int]] = {}

    def at_quiet_point(self) -> None:
        """Go on to the last quiet point that can be reached without simulating anything; remember what follows."""
        if self._rest:
            self._rest -= 1
            return
        if self._recording is not None:
            self._remember(self._recording)
            self._recording = None
        while True:
            if not self._allowance.allows(self._clock.count_events()):
                self._rest = REST
                return
            paths = self._following()
            if paths is None:
                return
            key = tuple([path.text for path in paths]), self._pointers()
            stretch = self._stretches.get(key)
            if stretch is None:
                self._record(key, paths)
                return
            if self._clock.room is not None and self._clock.room < stretch.period:
                return
            self._stretches.move_to_end(key)
            self._replay(stretch, paths)

    def _following(self) -> Sequence[Path] | None:
        """Return the paths to the next quiet point; None if there is not one that is the same for all cores."""
        words_before = self._texts.words_read
        found = [
            paths.following(decoder.pc, decoder.to_come)
            for paths, decoder in zip(self._paths, self._decoders, strict=True)
        ]
        read = self._texts.words_read - words_before
        self._allowance.spend(QUIET_COST + CORE_COST * len(found) + WORD_COST * read)
        paths = [path for path in found if path is not None]
        same_kind = len({path.end for path in paths}) == 1
        return paths if same_kind and len(paths) == len(found) else None

    def _remember(self, recording: Recording) -> None:
        """Remember the stretch that ends here, unless it was part of something that repeats as a whole."""
        if not self._marks.is_set(recording.mark):
            return
        self._marks.keep(recording.mark)
        stretch = Stretch(
            recording.mark,
            recording.paths,
            self._clock.now - recording.time,
            self._clock.count_events() - recording.events - 1,
            self._pointers(),
        )
        self._stretches[recording.key] = stretch
        self._instructions += stretch.instructions
        while self._instructions > MOST_INSTRUCTIONS:
            _, oldest = self._stretches.popitem(last=False)
            self._instructions -= oldest.instructions
            self._marks.drop(oldest.mark)

    def _record(self, key: Key, paths: Sequence[Path]) -> None:
        mark, now, events = self._marks.set(), self._clock.now, self._clock.count_events()
        self._recording = Recording(key, mark, now, events, paths)
        self._allowance.spend(RECORD_COST + NOTE_COST * sum([len(path.pcs) for path in paths]))

    def _replay(self, stretch: Stretch, paths: Sequence[Path]) -> None:
        places = tuple([self._moved(*pair) for pair in zip(stretch.paths, paths, strict=True)])
        self._marks.replay(stretch.mark, stretch.period, places)
        self._allowance.spend(-EVENT_WORK * stretch.events)
        self._clock.skip(stretch.period)
        for decoder, path in zip(self._decoders, paths, strict=True):
            decoder.jump(path)
        for port, pointer in zip(self._ports, stretch.pointers, strict=True):
            port.resume(pointer)
        for decoder, path in zip(self._decoders, paths, strict=True):
            if path.goes_back:
                decoder.pass_head(len(decoder.loops) - len(path.entered) - 1)

    def _moved(self, then: Path, now: Path) -> Mapping[int, int]:
        key = id(then), id(now)
        if key not in self._places:
            self._places[key] = dict(zip(then.pcs, now.pcs, strict=True))
        return self._places[key]

    def _pointers(self) -> Pointers:
        return tuple([port.snapshot() for port in self._ports])
