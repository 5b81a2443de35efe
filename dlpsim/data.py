"""Carries numbers through a timed run: every instruction takes effect on the memories when it completes.

So a program with a missing sync computes with what lies in the memories at that cycle, as hardware would. The machine
knows nothing of it: this is one more listener to its events. Importing this module imports NumPy.
"""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from dlpsim.events import Completed, Event, Sink
from dlpsim.odometer import Odometer
from isa.errors import Diagnostic, DlpsimError
from isa.memory_image import MemoryImage
from isa.nest import counts_around, innermost_loops
from isa.perform import FAILURES, Performer, task_of
from isa.program import Program

Arrays = Mapping[str, NDArray[Any]]


class Data:
    """A listener that performs the instructions of `program` on memories that hold `inputs` at first.

    Textbook instructions take their time and change nothing. `tensors` are the tensors in DRAM, by name.
    """

    def __init__(self, program: Program, inputs: Arrays) -> None:
        self._program = program
        self._image = MemoryImage(program)
        self._image.load(inputs)
        codes = {id(code): code for code in program.cores}
        tasks = {key: [task_of(instruction) for instruction in code] for key, code in codes.items()}
        loops = {key: innermost_loops(code) for key, code in codes.items()}
        self._tasks = [tasks[id(code)] for code in program.cores]
        self._loops = [loops[id(code)] for code in program.cores]
        self._repeated: list[dict[int, tuple[Performer, Odometer]]] = [{} for _ in program.cores]

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Perform each instruction when it completes."""
        return {Completed: self._complete}

    @property
    def tensors(self) -> dict[str, NDArray[Any]]:
        """Each tensor in DRAM as it is now; what is written later shows."""
        return self._image.tensors()

    def _complete(self, event: Completed) -> None:
        repeated = self._repeated[event.core].get(event.pc)
        if repeated is None:
            repeated = self._first(event)
            if repeated is None:
                return
        performer, odometer = repeated
        try:
            performer.perform(odometer.counters)
        except FAILURES as error:
            raise self._misplaced(event, str(error)) from None
        odometer.advance()

    def _first(self, event: Completed) -> tuple[Performer, Odometer] | None:
        """Return what to perform, and keep it where loops repeat it; None where there is nothing to do.

        An instruction always uses the same unit, which keeps the order: its completions are those of the iterations
        of the loops around it, one after the other. So nothing of the decoder needs to be followed.
        """
        task = self._tasks[event.core][event.pc]
        if task is None:
            return None
        counts = counts_around(self._program.cores[event.core], self._loops[event.core], event.pc)
        found = Performer(task, self._image.of(event.core)), Odometer(counts)
        if counts:
            self._repeated[event.core][event.pc] = found
        return found

    def _misplaced(self, event: Completed, reason: str) -> DlpsimError:
        instruction = self._program.cores[event.core][event.pc]
        diagnostic = Diagnostic(
            self._program.name,
            f"{reason} (core {event.core}, cycle {event.time:,})",
            instruction.line,
            instruction.column,
            self._program.text(instruction.line),
        )
        return DlpsimError(str(diagnostic))
