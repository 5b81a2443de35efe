"""Looks at a running machine from outside: how far it is, and whether it has gone on for too long."""

from collections.abc import Sequence
from functools import cached_property

from dlpsim.machine.clock import Clock
from dlpsim.machine.decoder import Decoder, State
from isa.errors import DlpsimError
from isa.execution import ExecutionCount
from isa.program import Program


class Watch:
    """Tells how far `decoders` are in `program`. Costs the run nothing: it only looks when it is asked."""

    def __init__(self, program: Program, decoders: Sequence[Decoder], clock: Clock) -> None:
        self._program = program
        self._decoders = decoders
        self._clock = clock

    @property
    def cycles(self) -> int:
        """The boundary that the machine has reached."""
        return self._clock.now

    @property
    def instructions(self) -> int:
        """Instructions that the decoders of all cores have dealt with."""
        counts = self._counts
        return sum(
            counts[id(self._program.cores[decoder.core])].at(
                decoder.pc, list(zip(decoder.loops, decoder.to_come, strict=False))
            )
            for decoder in self._decoders
        )

    @cached_property
    def total_instructions(self) -> int:
        """Instructions that all cores will have executed at the end."""
        return sum(self._counts[id(code)].total for code in self._program.cores)

    def describe(self) -> str:
        """Say how far the run got: cycles, instructions, and the line that each unfinished core is at."""
        lines = [
            f"reached cycle {self.cycles:,} with {self.instructions:,} of {self.total_instructions:,} instructions"
        ]
        unfinished = [decoder for decoder in self._decoders if decoder.halted_at is None]
        lines += [self._place(decoder) for decoder in unfinished[:8]]
        if len(unfinished) > 8:
            lines.append(f"    and {len(unfinished) - 8} more cores")
        return "\n".join(lines)

    def out_of_time(self) -> DlpsimError:
        """Return the error of a run that has come to the limit of its cycles, and is not over."""
        return DlpsimError(f"stopped: the run takes more than {self.cycles:,} cycles (--max-cycles)\n{self.describe()}")

    def _place(self, decoder: Decoder) -> str:
        if decoder.state is State.ENDED:
            return f"    core {decoder.core} is {decoder.state.value}, its last instructions still under way"
        line = self._program.cores[decoder.core][decoder.pc].line
        return f"    core {decoder.core} is {decoder.state.value}, line {line}: {self._program.text(line).strip()}"

    @cached_property
    def _counts(self) -> dict[int, ExecutionCount]:
        """The counts of each distinct code, by the code's identity: cores with equal code mostly share it."""
        return {id(code): ExecutionCount(code) for code in {id(code): code for code in self._program.cores}.values()}
