"""The closed set of events that a running machine emits, and the bus that carries them to listeners.

Times are boundaries in whole cycles. `core` counts over the whole chip, `pc` (program counter) is the index of the
instruction in that core's code. The instructions of one (core, unit) start, are freed and complete in the order in
which they were dispatched, so the n-th event of each kind belongs to the n-th instruction of the unit.

Events are named tuples, not dataclasses: one is built for every step of every instruction, and a named tuple is
built three times faster than a frozen dataclass.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple, Protocol

from isa.vocabulary import Scope


class Stall(Enum):
    """Why a unit that has an instruction, or the decoder, makes no progress."""

    SETUP = "setup"
    """The unit sets the instruction up (`setup` cycles of its port or of the compute unit)."""
    PORT = "port"
    """The channel asks its port for a beat and another core's beat occupies it."""
    QUEUE = "queue"
    """The decoder waits until the full issue queue of a unit has room."""
    SYNC = "sync"
    """The decoder waits until the core's earlier instructions have completed."""
    BARRIER = "barrier"
    """The decoder waits until the other cores reach a barrier of the same kind."""


class DecodeStarted(NamedTuple):
    """The decoder takes an instruction."""

    time: int
    core: int
    pc: int


class Dispatched(NamedTuple):
    """An instruction enters the issue queue of its unit, or starts there at once."""

    time: int
    core: int
    unit: str
    pc: int


class Started(NamedTuple):
    """A unit begins an instruction (its setup first)."""

    time: int
    core: int
    unit: str
    pc: int


class Asked(NamedTuple):
    """The setup of a move is over: from here on its channel asks the port for beats."""

    time: int
    core: int
    unit: str
    pc: int


class Freed(NamedTuple):
    """A unit has done with an instruction, which it began at boundary `started`, and can take the next."""

    time: int
    core: int
    unit: str
    pc: int
    started: int


class Completed(NamedTuple):
    """The result of an instruction is there: the unit's latency after it was freed."""

    time: int
    core: int
    unit: str
    pc: int


class DecoderStalled(NamedTuple):
    """The decoder cannot go on; `unit` names the unit of a full queue and is empty for other reasons."""

    time: int
    core: int
    pc: int
    reason: Stall
    unit: str


class DecoderResumed(NamedTuple):
    """What the decoder waited for is there."""

    time: int
    core: int
    pc: int
    reason: Stall


class BarrierReleased(NamedTuple):
    """The last of `cores` has arrived at a barrier; all of them go on."""

    time: int
    scope: Scope
    cores: tuple[int, ...]


class PortShared(NamedTuple):
    """The set of cores that ask a port has changed: none, one alone, or several that take turns.

    `group` tells the instances of the port apart: the number of the core or cluster that it belongs to, else 0.
    """

    time: int
    port: str
    group: int
    askers: tuple[int, ...]


class Halted(NamedTuple):
    """A core's program is done and all its instructions are complete."""

    time: int
    core: int


class Mark(NamedTuple):
    """Here begins a stretch of the run that may turn out to repeat. Marks are numbered upwards in the order in time."""

    time: int
    mark: int


class Unmark(NamedTuple):
    """The stretch that began at this mark is not going to repeat."""

    time: int
    mark: int


class Repeat(NamedTuple):
    """All that has happened since a mark happens again, `times` times, `period` cycles later each time.

    None of it is told again: `time` is the boundary before it, and what comes next is `times` × `period` cycles later.
    This mark and all later ones are done with, so repeated stretches nest. `times` is at least 1, `period` may be 0.
    """

    time: int
    mark: int
    period: int
    times: int


class Keep(NamedTuple):
    """What has happened since a mark, up to here, may happen again elsewhere: it is called by the number of the mark.

    The mark itself is done with.
    """

    time: int
    mark: int


class Replay(NamedTuple):
    """A stretch that was kept happens again, from boundary `time` to boundary `time` + `period`. None of it is told.

    Where it was kept, a core was at other instructions: `places` gives, for each core, the index of the instruction
    now by that of the instruction then.
    """

    time: int
    mark: int
    period: int
    places: tuple[Mapping[int, int], ...]


class Drop(NamedTuple):
    """A stretch that was kept is not going to be replayed any more."""

    time: int
    mark: int


Occurrence = (
    DecodeStarted
    | Dispatched
    | Started
    | Asked
    | Freed
    | Completed
    | DecoderStalled
    | DecoderResumed
    | BarrierReleased
    | PortShared
    | Halted
)
"""What happens in the machine."""

Event = Occurrence | Mark | Unmark | Repeat | Keep | Replay | Drop

OCCURRENCES: tuple[type[Occurrence], ...] = (
    DecodeStarted,
    Dispatched,
    Started,
    Asked,
    Freed,
    Completed,
    DecoderStalled,
    DecoderResumed,
    BarrierReleased,
    PortShared,
    Halted,
)

EVENT_TYPES: tuple[type[Event], ...] = (*OCCURRENCES, Mark, Unmark, Repeat, Keep, Replay, Drop)


def later(event: Occurrence, cycles: int) -> Occurrence:
    """Return the same event as it happens so many cycles later."""
    if not cycles:
        return event
    if isinstance(event, Freed):
        return event._replace(time=event.time + cycles, started=event.started + cycles)
    return event._replace(time=event.time + cycles)


def elsewhere(event: Occurrence, places: tuple[Mapping[int, int], ...]) -> Occurrence:
    """Return the same event at the instruction that `places` gives, for each core, for its own."""
    if isinstance(event, BarrierReleased | PortShared | Halted):
        return event
    return event._replace(pc=places[event.core][event.pc])


Sink = Callable[[Any], None]
"""Takes one event."""


class Listener(Protocol):
    """Whoever wants events: says which kinds, and what to call for each.

    One that does not take both `Repeat` and `Replay` is told everything, one by one: the machine then skips nothing.
    """

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Return the handler of each kind of event that this listener wants."""


class Bus:
    """Tells the parts of a machine who wants which events. An event that nobody wants is never built."""

    def __init__(self, listeners: Iterable[Listener] = ()) -> None:
        everyone = [listener.handlers() for listener in listeners]
        self._sinks = {kind: _fan_out([each[kind] for each in everyone if kind in each]) for kind in EVENT_TYPES}
        self.takes_repetition = all(Repeat in each and Replay in each for each in everyone)
        """Whether all listeners know what to do when something happens again that is not told again."""

    def sink(self, kind: type[Event]) -> Sink | None:
        """Return what takes events of `kind`, or None where nobody wants them."""
        return self._sinks[kind]


def _fan_out(sinks: list[Sink]) -> Sink | None:
    """Return one sink that stands for all of them."""
    if len(sinks) <= 1:
        return sinks[0] if sinks else None
    targets = tuple(sinks)

    def every(event: Event) -> None:
        for sink in targets:
            sink(event)

    return every
