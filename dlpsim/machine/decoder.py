"""The decoder of a core: takes its instructions in order, dispatches them, counts loops and waits at syncs."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

import simpy

from dlpsim.events import Bus, DecoderResumed, DecoderStalled, DecodeStarted, Halted, Stall
from dlpsim.machine.barrier import Barrier
from dlpsim.machine.clock import Alarm, Clock
from dlpsim.machine.path import Path
from dlpsim.machine.step import Action, Step, Steps
from dlpsim.machine.unit import Unit
from isa.vocabulary import Scope

SHORT = 3
"""A loop with so few iterations is not looked at: two to be compared leave none to be skipped but the last."""


class State(Enum):
    """What a decoder is doing."""

    DECODING = "decoding"
    QUEUE = "waiting for room in a full issue queue"
    SYNC = "waiting for its own instructions"
    BARRIER = "waiting at a barrier"
    RELEASED = "about to go on after a sync"
    ENDED = "at the end of its program"


# Looking a member up in its enum takes longer than what the decoder does with it.
DISPATCH, SYNC, LOOP = Action.DISPATCH, Action.SYNC, Action.LOOP
DECODING, QUEUE, RELEASED = State.DECODING, State.QUEUE, State.RELEASED
CORE = Scope.CORE

Look = Callable[[int, int], int]
"""Takes the number of a core and the level of the loop that it is at the head of, counted from the outermost.

Returns how many heads on it is to be called again.
"""


class Decoder:
    """Executes `steps`, spending `cycles` on each; `connect` gives it what it works on.

    `pc` is the index of the instruction that it is at. `loops` are the indices of the loops that it is in, outermost
    first, `to_come` the iterations to come of each, the present one included. `outstanding` counts the instructions
    dispatched and not yet complete. `halted_at` is the boundary at which the core halted.

    `heads_to_pass` says at which head of a loop, by its index, the core is looked at for the first time: the first of
    a loop that it does not name.
    """

    def __init__(self, core: int, steps: Steps, cycles: int, clock: Clock, bus: Bus) -> None:
        self.core = core
        self.state = State.DECODING
        self.pc = 0
        self.loops: list[int] = []
        self.to_come: list[int] = []
        self.heads_to_pass: dict[int, int] = {}
        self.outstanding = 0
        self.halted_at: int | None = None
        self.steps = steps
        self._cycles = cycles
        self._clock = clock
        self._decoded = Alarm(clock, self._after_decoding)
        self._pause = Alarm(clock, self._after_look)
        self._reached_head: Look | None = None
        self._look: Look | None = None
        self._at_quiet_point: Callable[[], None] | None = None
        self._next_looks: list[int] = []
        """For each loop that it is in, the iterations to come at the head where it is looked at next."""
        self._units: Sequence[Unit] = ()
        self._barriers: Mapping[Scope, Barrier] = {}
        self._emit_decode = bus.sink(DecodeStarted)
        self._emit_stalled = bus.sink(DecoderStalled)
        self._emit_resumed = bus.sink(DecoderResumed)
        self._emit_halted = bus.sink(Halted)

    def connect(self, units: Sequence[Unit], barriers: Mapping[Scope, Barrier]) -> None:
        """Give it its core's units, in the order of `MachineConfig.units`, and the barriers that it takes part in."""
        self._units = units
        self._barriers = barriers

    def observe(self, reached_head: Look, look: Look) -> None:
        """Have `reached_head` called when a loop has gone back; if it returns 0, pause there to have `look` called.

        That is done in an event of its own, when no other part of the machine is in the middle of anything.
        """
        self._reached_head = reached_head
        self._look = look

    def observe_syncs(self, at_quiet_point: Callable[[], None]) -> None:
        """Have `at_quiet_point` called when the core is about to pass a sync of its own."""
        self._at_quiet_point = at_quiet_point

    def snapshot(self) -> object:
        """Return what decides how the core goes on, its times relative to now, but for the iterations to come.

        None once it has halted.
        """
        if self.halted_at is not None:
            return None
        return (
            self.state,
            self.pc,
            self.loops.copy(),
            self._decoded.remaining,
            self._pause.is_set,
            [unit.snapshot() for unit in self._units],
        )

    def skip_iterations(self, level: int, count: int) -> None:
        """Go on as if the loop at `level`, counted from the outermost, had gone back `count` times more."""
        self.to_come[level] -= count
        self._next_looks[level] -= count

    def jump(self, path: Path) -> None:
        """Be at the end of `path` at once: at a quiet sync, as it was at its beginning."""
        for _ in range(path.left):
            self._pop()
        if path.goes_back:
            self.to_come[-1] -= 1
        for loop, count in path.entered:
            self._push(loop, count)
        self.pc = path.pcs[-1]

    def pass_head(self, level: int) -> None:
        """Have the machine looked at, if that is due, for the loop at `level` that has gone back on the way here."""
        if self._reached_head is None or self.to_come[level] > self._next_looks[level]:
            return
        heads = self._reached_head(self.core, level)
        if heads:
            self._next_looks[level] = self.to_come[level] - heads
        else:
            self._look_at(level)

    def advance(self) -> None:
        """Take instructions until one takes time or has to wait, or the program ends."""
        while self.pc < len(self.steps):
            if self._emit_decode:
                self._emit_decode(DecodeStarted(self._clock.now, self.core, self.pc))
            if self._cycles:
                self._decoded.set(self._cycles)
                return
            if not self._execute():
                return
        self._end()

    def completed(self) -> None:
        """Take note that an instruction of this core is complete."""
        self.outstanding -= 1
        if not self.outstanding:
            if self.state is State.SYNC:
                self._synced()
            elif self.state is State.ENDED:
                self._halt()

    def _after_decoding(self, _: simpy.Event) -> None:
        if self._execute():
            self.advance()

    def _execute(self) -> bool:
        """Do what the present instruction says, and return whether the decoder can go on to the next."""
        step = self.steps[self.pc]
        action = step.action
        if action is DISPATCH:
            unit = self._units[step.unit]
            if unit.accept(step):
                self.outstanding += 1
                self.pc += 1
                return True
            unit.queue.wait_for_room(self._retry)
            self._stall(QUEUE, Stall.QUEUE, unit.name)
            return False
        if action is SYNC:
            return self._sync(step)
        if action is LOOP:
            self._enter(step)
            return True
        return self._repeat(step)

    def _retry(self) -> None:
        self._resume(Stall.QUEUE)
        if self._execute():
            self.advance()

    def _enter(self, loop: Step) -> None:
        if loop.amount:
            self._push(loop.pc, loop.amount)
            self.pc += 1
        else:
            self.pc = loop.target + 1

    def _push(self, loop: int, count: int) -> None:
        self.loops.append(loop)
        self.to_come.append(count)
        heads = self.heads_to_pass.get(loop, 1)
        self._next_looks.append(count - heads if count > SHORT else 0)

    def _pop(self) -> None:
        self.loops.pop()
        self.to_come.pop()
        self._next_looks.pop()

    def _repeat(self, endloop: Step) -> bool:
        to_come = self.to_come[-1] - 1
        if not to_come:
            self._pop()
            self.pc += 1
            return True
        self.to_come[-1] = to_come
        self.pc = endloop.target + 1
        if to_come > self._next_looks[-1] or self._reached_head is None:
            return True
        level = len(self.loops) - 1
        heads = self._reached_head(self.core, level)
        self._next_looks[-1] = to_come - heads
        if not heads:
            self._pause.set(0)
        return heads > 0

    def _after_look(self, _: simpy.Event) -> None:
        self._look_at(len(self.loops) - 1)
        self.advance()

    def _look_at(self, level: int) -> None:
        assert self._look is not None
        heads = self._look(self.core, level)
        self._next_looks[level] = self.to_come[level] - heads

    def _sync(self, step: Step) -> bool:
        if self.outstanding:
            self._stall(State.SYNC, Stall.SYNC)
            return False
        if step.scope is not CORE:
            self._arrive(step)
            return False
        self._pass_sync()
        return True

    def _synced(self) -> None:
        """All earlier instructions are complete: go on, or arrive at the barrier that they kept the core from."""
        self._resume(Stall.SYNC)
        step = self.steps[self.pc]
        if step.scope is not CORE:
            self._arrive(step)
        else:
            self._pass_sync()
            self.advance()

    def _pass_sync(self) -> None:
        if self._at_quiet_point:
            self.state = RELEASED
            self._at_quiet_point()
            self.state = DECODING
        self.pc += 1

    def _arrive(self, step: Step) -> None:
        self._stall(State.BARRIER, Stall.BARRIER)
        self._barriers[step.scope].arrive(self._release, self._go_on)

    def _release(self) -> None:
        self._resume(Stall.BARRIER)
        self.state = RELEASED

    def _go_on(self) -> None:
        self.state = DECODING
        self.pc += 1
        self.advance()

    def _stall(self, state: State, reason: Stall, unit: str = "") -> None:
        self.state = state
        if self._emit_stalled:
            self._emit_stalled(DecoderStalled(self._clock.now, self.core, self.pc, reason, unit))

    def _resume(self, reason: Stall) -> None:
        self.state = DECODING
        if self._emit_resumed:
            self._emit_resumed(DecoderResumed(self._clock.now, self.core, self.pc, reason))

    def _end(self) -> None:
        self.state = State.ENDED
        for barrier in self._barriers.values():
            barrier.leave()
        if not self.outstanding:
            self._halt()

    def _halt(self) -> None:
        self.halted_at = self._clock.now
        if self._emit_halted:
            self._emit_halted(Halted(self._clock.now, self.core))
