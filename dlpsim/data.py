"""Carries numbers through a timed run: every instruction takes effect on the memories when it completes.

So a program with a missing sync computes with what lies in the memories at that cycle, as hardware would. The machine
knows nothing of it: this is one more listener to its events. Importing this module imports NumPy.
"""

from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from dlpsim.events import Completed, DecodeStarted, Dispatched, Event, Sink
from dlpsim.loop_counters import LoopCounters
from isa.errors import Diagnostic, DlpsimError
from isa.memory_image import MemoryImage
from isa.perform import FAILURES, Task, perform, task_of
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
        tasks = {id(code): [task_of(instruction) for instruction in code] for code in program.cores}
        self._tasks = [tasks[id(code)] for code in program.cores]
        self._loops = [LoopCounters(code) for code in program.cores]
        self._under_way: dict[tuple[int, str], deque[tuple[Task, tuple[int, ...]] | None]] = defaultdict(deque)

    def handlers(self) -> Mapping[type[Event], Sink]:
        """Follow the loops by what is decoded, and each instruction from dispatch to completion."""
        return {DecodeStarted: self._decode, Dispatched: self._dispatch, Completed: self._complete}

    @property
    def tensors(self) -> dict[str, NDArray[Any]]:
        """Each tensor in DRAM as it is now; what is written later shows."""
        return self._image.tensors()

    def _decode(self, event: DecodeStarted) -> None:
        self._loops[event.core].take(event.pc)

    def _dispatch(self, event: Dispatched) -> None:
        """Remember what is to be done, and where the loops stand: they go on before it is."""
        task = self._tasks[event.core][event.pc]
        entry = None if task is None else (task, self._loops[event.core].counters)
        self._under_way[event.core, event.unit].append(entry)

    def _complete(self, event: Completed) -> None:
        entry = self._under_way[event.core, event.unit].popleft()
        if entry is None:
            return
        task, counters = entry
        try:
            perform(task, self._image.of(event.core), counters)
        except FAILURES as error:
            raise self._misplaced(event, str(error)) from None

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
