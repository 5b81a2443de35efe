"""Where the loops of a core stand, for listeners that have to know."""

from isa.program import Code, EndLoop, Instruction, Loop


class LoopCounters:
    """The iterations at which the loops around one core's present instruction are."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._iterations: list[int] = []
        self._counts: list[int] = []

    @property
    def counters(self) -> tuple[int, ...]:
        """The iterations, from 0 on, outermost loop first."""
        return tuple(self._iterations)

    def take(self, pc: int) -> None:
        """Follow the decoder to the instruction at `pc`."""
        instruction: Instruction = self._code[pc]
        if isinstance(instruction, Loop) and instruction.count:
            self._iterations.append(0)
            self._counts.append(instruction.count)
        elif isinstance(instruction, EndLoop):
            self._iterations[-1] += 1
            if self._iterations[-1] == self._counts[-1]:
                self._iterations.pop()
                self._counts.pop()
