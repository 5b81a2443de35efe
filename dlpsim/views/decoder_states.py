"""Which states decoders went through, and why: the edges of their state diagram, as seen in runs.

>>> states.transitions[0]
Transition(source='decoding', target='decoding', cause='move: dispatched')
"""

from collections.abc import Mapping
from typing import NamedTuple

from dlpsim.events import DecoderStalled, DecodeStarted, Event, Halted, Sink, Stall
from isa.program import Compute, EndLoop, Instruction, Loop, Move, Program
from isa.vocabulary import Scope

DECODING, ENDED = "decoding", "ended"
"""The other states are named as what is waited for (`Stall`)."""

BEGINS = {Stall.QUEUE: "queue is full", Stall.SYNC: "not all is complete", Stall.BARRIER: "arrives"}
ENDS = {Stall.QUEUE: "queue has room", Stall.SYNC: "all is complete", Stall.BARRIER: "all have arrived"}


class Transition(NamedTuple):
    """A decoder goes from one state to another, or to the same: because of an instruction, or of what it waited for."""

    source: str
    target: str
    cause: str


class DecoderStates:
    """Collects the transitions of a run of `program`, each once. It is told everything: the machine skips nothing."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._found: dict[Transition, None] = {}
        self._at: dict[int, tuple[str, str]] = {}
        """By core: its decoder's state, and what happens to make it leave; of `decoding` that is the instruction."""

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """What was seen, in order."""
        return tuple(sorted(self._found))

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Listen to the decoders."""
        return {
            DecodeStarted: self._started,
            DecoderStalled: self._stalled,
            Halted: self._halted,
        }

    def _started(self, event: DecodeStarted) -> None:
        self._go(event.core, DECODING)
        self._at[event.core] = DECODING, _done(self._program.cores[event.core][event.pc])

    def _stalled(self, event: DecoderStalled) -> None:
        state, cause = self._at[event.core]
        if state == DECODING:
            word = _word(self._program.cores[event.core][event.pc])
            self._at[event.core] = state, f"{word}: {BEGINS[event.reason]}"
        else:
            self._at[event.core] = state, f"{cause}, at a barrier"
        self._go(event.core, event.reason.value)
        self._at[event.core] = event.reason.value, ENDS[event.reason]

    def _halted(self, event: Halted) -> None:
        if event.core in self._at:
            state, _ = self._at[event.core]
            self._at[event.core] = state, "the program is over"
        self._go(event.core, ENDED)

    def _go(self, core: int, target: str) -> None:
        if core in self._at:
            source, cause = self._at[core]
            self._found[Transition(source, target, cause)] = None


def _word(instruction: Instruction) -> str:
    match instruction:
        case Move():
            return "move"
        case Compute():
            return "compute"
        case Loop():
            return "loop"
        case EndLoop():
            return "endloop"
        case _:
            return "sync" if instruction.scope is Scope.CORE else "barrier"


def _done(instruction: Instruction) -> str:
    """Say what happens where nothing is waited for."""
    word = _word(instruction)
    done = {"move": "dispatched", "compute": "dispatched", "sync": ENDS[Stall.SYNC]}
    return f"{word}: {done[word]}" if word in done else word
