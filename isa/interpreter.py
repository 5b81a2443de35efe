"""Runs a program on data, in order and without time: what it means. Importing this module imports NumPy.

Every instruction is complete before the next one of its core begins, so a missing sync makes no difference here.
Cores take turns from barrier to barrier; of a program without races the result does not depend on that.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from numpy.typing import NDArray

from isa.errors import Diagnostic, DlpsimError
from isa.inputs import checked_inputs
from isa.memory import Memory
from isa.memory_image import MemoryImage
from isa.names import name_cores
from isa.nest import LoopNest
from isa.perform import FAILURES, Performer, Task, task_of
from isa.program import Code, EndLoop, Instruction, Loop, Program, Sync
from isa.vocabulary import Scope


def interpret(program: Program, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Return every tensor in DRAM as it is when all cores have ended.

    `inputs` gives the values of the program's inputs, and those that other tensors in DRAM begin with; bytes that
    nothing writes are 0xFF. A textbook instruction has no effect. Raises DlpsimError where `inputs` does not fit, an
    address leaves its memory or the tensors, or a barrier can never be released.
    """
    image = MemoryImage(program)
    image.load(checked_inputs(program, inputs))
    walks = {core: _walk(program, core, image.of(core)) for core in range(len(program.cores))}
    waiting: dict[int, Sync] = {}
    while walks:
        for core in [core for core in walks if core not in waiting]:
            sync = next(walks[core], None)
            if sync is None:
                del walks[core]
            else:
                waiting[core] = sync
        released = _released(program, waiting)
        if waiting and not released:
            raise _stuck(program, waiting)
        for core in released:
            del waiting[core]
    return image.tensors()


def _walk(program: Program, core: int, memories: Mapping[str, Memory]) -> Iterator[Sync]:
    """Execute the code of `core`, stopping at each barrier."""
    code = program.cores[core]
    tasks = [task_of(instruction) for instruction in code]
    performers: dict[int, Performer] = {}
    effective = _effective_loops(code, tasks)
    loops: list[Loop] = []
    counters: list[int] = []
    pc = 0
    while pc < len(code):
        instruction, task = code[pc], tasks[pc]
        if task is not None:
            try:
                if pc not in performers:
                    performers[pc] = Performer(task, memories)
                performers[pc].perform(counters)
            except FAILURES as error:
                depths = {depth for access in task.accesses for depth in access.address.counters}
                where = LoopNest.of(loops).at(counters, depths)
                raise _failure(program, core, instruction, where, error) from None
        elif isinstance(instruction, Loop):
            if instruction.count and pc in effective:
                loops.append(instruction)
                counters.append(0)
            else:
                pc = instruction.end
        elif isinstance(instruction, EndLoop):
            counters[-1] += 1
            if counters[-1] < loops[-1].count:
                pc = instruction.start
            else:
                loops.pop()
                counters.pop()
        elif isinstance(instruction, Sync) and instruction.scope is not Scope.CORE:
            yield instruction
        pc += 1


def _effective_loops(code: Code, tasks: Sequence[Task | None]) -> frozenset[int]:
    """Return the indices of the loops with something in them that has an effect; the others need not go round."""
    found: set[int] = set()
    open_: list[int] = []
    for index, instruction in enumerate(code):
        if isinstance(instruction, Loop):
            open_.append(index)
        elif isinstance(instruction, EndLoop):
            if open_.pop() in found:
                found.update(open_[-1:])
        elif tasks[index] is not None or (isinstance(instruction, Sync) and instruction.scope is not Scope.CORE):
            found.update(open_[-1:])
    return frozenset(found)


def _failure(program: Program, core: int, instruction: Instruction, where: str, error: Exception) -> DlpsimError:
    """Return the error of an instruction that could not be performed."""
    message = "division by zero" if isinstance(error, ZeroDivisionError) else str(error)
    place = f"{where} ({name_cores([core])})" if len(program.cores) > 1 else where
    line, column = instruction.line, instruction.column
    return DlpsimError(str(Diagnostic(program.name, message + place, line, column, program.text(line))))


def _released(program: Program, waiting: Mapping[int, Sync]) -> list[int]:
    """Return the cores whose barrier all its cores have reached."""
    return [core for core in waiting if not _absent(program, waiting, core)]


def _absent(program: Program, waiting: Mapping[int, Sync], core: int) -> list[int]:
    """Return the cores that the barrier of `core` needs and that do not wait at it."""
    target, scope = program.target, waiting[core].scope
    size = target.cores if scope is Scope.CHIP else target.cores_per_cluster
    first = core - core % size
    return [one for one in range(first, first + size) if one not in waiting or waiting[one].scope is not scope]


def _stuck(program: Program, waiting: Mapping[int, Sync]) -> DlpsimError:
    """Return the error that names each line in which cores wait, and who does not come."""
    by_sync: dict[Sync, list[int]] = {}
    for core, sync in waiting.items():
        by_sync.setdefault(sync, []).append(core)
    diagnostics = []
    for sync, cores in sorted(by_sync.items(), key=lambda item: (item[0].line, item[0].column)):
        absent = sorted({one for core in cores for one in _absent(program, waiting, core)})
        waits = f"{name_cores(cores)} {'waits' if len(cores) == 1 else 'wait'} here for {name_cores(absent)}"
        message = f"this barrier can never be released: {waits}"
        diagnostics.append(Diagnostic(program.name, message, sync.line, sync.column, program.text(sync.line)))
    return DlpsimError.from_diagnostics(diagnostics)
