"""How many bytes a cycle go through a port."""

from dlpsim.events import Asked, PortShared
from dlpsim.traces.state import State
from dlpsim.traces.subject import Subject


class PortLoad:
    """Follows the moves that ask for beats.

    While several cores take turns, each gets an equal part of the beats: the port carries the mean of what it would
    carry for each of them alone, which is the bytes of the move by the cycles of its beats.
    """

    def __init__(self, subject: Subject) -> None:
        self._instructions = subject.instructions
        self._alone: dict[tuple[int, str], float] = {}

    def begin(self, state: State) -> dict[tuple[str, int], float]:
        """Go on from `state`; return the bytes a cycle of each port that is in use or was, by name and group."""
        for (core, unit), line in state.pipelines.items():
            if line.asked > line.freed:
                pc = line.executions[line.freed].pc
                self._alone[core, unit] = self._instructions[core][pc].bytes_per_cycle
        return {(port, group): self._mean(port, askers) for (port, group), askers in state.askers.items()}

    def asked(self, event: Asked) -> None:
        """Take note of a move that asks for beats."""
        self._alone[event.core, event.unit] = self._instructions[event.core][event.pc].bytes_per_cycle

    def shared(self, event: PortShared) -> float:
        """Return the bytes a cycle of the port from here on. What else happens at the boundary has been told."""
        return self._mean(event.port, event.askers)

    def _mean(self, port: str, askers: tuple[int, ...]) -> float:
        if len(askers) == 1:
            return self._alone[askers[0], port]
        alone = [self._alone[core, port] for core in askers]
        return min(sum(alone) / len(alone), max(alone)) if alone else 0.0  # rounded, a mean could be above all
