"""Performs one instruction on the memories: what interpreter and timed machine share.

Importing this module imports NumPy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from isa.access import Access, accesses, width
from isa.meaning import carry_out
from isa.memory import Memory
from isa.operations import OPERATIONS
from isa.program import Compute, Instruction, Operation
from isa.vocabulary import DTYPE_OF_WIDTH


@dataclass(frozen=True, slots=True)
class Task:
    """What an annotated instruction does to the memories; `dtype` is that of an operation's inputs."""

    accesses: tuple[Access, ...]
    operation: Operation | None = None
    dtype: str = ""


def task_of(instruction: Instruction) -> Task | None:
    """Return what `instruction` does to the memories; None if that is nothing, or not said."""
    found = accesses(instruction)
    if isinstance(instruction, Compute):
        return Task(found, instruction.operation, DTYPE_OF_WIDTH[width(instruction.type)]) if found else None
    return Task(found) if found else None


def perform(task: Task, memories: Mapping[str, Memory], counters: Sequence[int]) -> None:
    """Read the sources of `task` and write its destination, where the loops around it are at `counters`.

    Raises OutsideError where an address leaves its memory, and ZeroDivisionError where one has none.
    """
    views = [memories[access.memory].view(access.address.at(counters), access.region) for access in task.accesses]
    if task.operation is None:
        source, destination = views
        destination[...] = source
        return
    spec, options = OPERATIONS[task.operation.name], task.operation.options
    flipped = [operand.flipped_by in options for operand in spec.operands]
    written, *inputs = (view.T if is_flipped else view for view, is_flipped in zip(views, flipped, strict=True))
    carry_out(spec, options, written, inputs, task.dtype)
