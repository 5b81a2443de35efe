"""Says which core waits where, and for whom, when a barrier can no longer be released."""

from collections.abc import Sequence
from itertools import groupby

from dlpsim.machine.decoder import Decoder, State
from isa.errors import Diagnostic, DlpsimError
from isa.names import name_cores
from isa.program import Program, Sync
from isa.vocabulary import Scope


class Deadlock:
    """The state of a machine in which at least one barrier is lost.

    A barrier is lost when a core that it needs has ended or waits at a lost barrier; and, once nothing can happen any
    more, whenever a core waits at it. The other cores may still be running.
    """

    def __init__(self, program: Program, decoders: Sequence[Decoder]) -> None:
        self._program = program
        self._ended = {decoder.core for decoder in decoders if decoder.state is State.ENDED}
        self._waits = {decoder.core: self._sync(decoder) for decoder in decoders if decoder.state is State.BARRIER}
        still = len(self._ended) + len(self._waits) == len(decoders)
        self._lost = set(self._waits) if still else self._lost_to_the_ended()

    def error(self) -> DlpsimError:
        """Return the error that names each lost barrier, who waits there and who never comes."""
        by_place = sorted(self._lost, key=lambda core: (self._place(core), core))
        return DlpsimError.from_diagnostics(
            [self._diagnostic(list(cores)) for _, cores in groupby(by_place, key=self._place)]
        )

    def _lost_to_the_ended(self) -> set[int]:
        lost: set[int] = set()
        while found := {core for core in self._waits.keys() - lost if self._absent(core) & (self._ended | lost)}:
            lost |= found
        return lost

    def _diagnostic(self, cores: list[int]) -> Diagnostic:
        sync = self._waits[cores[0]]
        word = "cluster" if sync.scope is Scope.CLUSTER else "chip"
        return Diagnostic(
            self._program.name,
            f"this barrier can never be released: {name_cores(cores)} {'waits' if len(cores) == 1 else 'wait'} here "
            f"{self._for_whom(cores[0])}",
            sync.line,
            sync.column,
            self._program.text(sync.line),
            f"every core of the {word} must execute the same number of 'sync {word}', in the same order",
        )

    def _for_whom(self, core: int) -> str:
        """Say why the cores that are not at the barrier of `core` do not come."""
        reasons: dict[str, list[int]] = {}
        for other in sorted(self._absent(core)):
            reasons.setdefault(self._whereabouts(other), []).append(other)
        return " and ".join(f"for {name_cores(cores)} ({reason})" for reason, cores in reasons.items())

    def _whereabouts(self, core: int) -> str:
        if core in self._ended:
            return "at the end of the program"
        if core in self._waits:
            return f"at 'sync {self._waits[core].scope.value}' in line {self._waits[core].line}"
        return "still running"

    def _absent(self, core: int) -> set[int]:
        """Return the cores that the barrier of `core` needs and that do not wait at it."""
        scope = self._waits[core].scope
        return {one for one in self._members(core) if one not in self._waits or self._waits[one].scope is not scope}

    def _members(self, core: int) -> range:
        target = self._program.target
        if self._waits[core].scope is Scope.CHIP:
            return range(target.cores)
        first = core - core % target.cores_per_cluster
        return range(first, first + target.cores_per_cluster)

    def _place(self, core: int) -> tuple[int, int, str, int]:
        """Return what the cores share that wait at the same barrier in the same line."""
        sync = self._waits[core]
        return sync.line, sync.column, sync.scope.value, self._members(core).start

    def _sync(self, decoder: Decoder) -> Sync:
        sync = self._program.cores[decoder.core][decoder.pc]
        assert isinstance(sync, Sync)
        return sync
