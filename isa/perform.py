"""Performs one instruction on the memories: what interpreter and timed machine share.

Importing this module imports NumPy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isa.access import Access, accesses, width
from isa.coding import expanded
from isa.fault import number
from isa.meaning import GatherError, carry_out
from isa.memory import Memory, OutsideError
from isa.operation_spec import SPARSE
from isa.operations import OPERATIONS
from isa.program import Compute, Instruction, Move, Operation
from isa.vocabulary import CODED_BYTES, DTYPE_OF_WIDTH

View = NDArray[Any]


class CodingError(Exception):
    """A move begins within a coded block, or an operation leaves out more than what is zero."""


FAILURES = (OutsideError, CodingError, GatherError, ZeroDivisionError)
"""What `perform` raises."""


@dataclass(frozen=True, slots=True)
class Task:
    """What an annotated instruction does to the memories.

    `dtype` is that of an operation's inputs, and it takes `num` computations. A move's bytes arrive `expansion`-fold.
    """

    accesses: tuple[Access, ...]
    operation: Operation | None = None
    dtype: str = ""
    num: int = 0
    expansion: int = 1


def task_of(instruction: Instruction) -> Task | None:
    """Return what `instruction` does to the memories; None if that is nothing, or not said."""
    found = accesses(instruction)
    if isinstance(instruction, Compute) and found:
        return Task(found, instruction.operation, DTYPE_OF_WIDTH[width(instruction.type)], instruction.num)
    if isinstance(instruction, Move) and instruction.transfer:
        return Task(found, expansion=instruction.transfer.expansion)
    return None


class Performer:
    """A task on the memories that a core sees, to be carried out once or over and over.

    A view of a place that is always the same is built once.
    """

    __slots__ = ("_flipped", "_moving", "_task", "_views")

    def __init__(self, task: Task, memories: Mapping[str, Memory]) -> None:
        self._task = task
        self._views: list[View] = []
        self._moving = [
            (index, memories[access.memory], access.address, access.region)
            for index, access in enumerate(task.accesses)
        ]
        self._flipped: tuple[int, ...] = ()
        if operation := task.operation:
            operands = OPERATIONS[operation.name].operands
            self._flipped = tuple(i for i, one in enumerate(operands) if one.flipped_by in operation.options)

    def perform(self, counters: Sequence[int]) -> None:
        """Read the sources and write the destination, where the loops around the instruction are at `counters`.

        Raises OutsideError where an address leaves its memory, ZeroDivisionError where one has none, CodingError and
        GatherError.
        """
        self._place(counters)
        task = self._task
        if task.operation is None:
            source, destination = self._views
            if task.expansion > 1:
                _check_block(task, counters)
                source = expanded(source, task.expansion).reshape(destination.shape)
            destination[...] = source
            return
        written, *inputs = self._operands() if self._flipped else self._views
        if SPARSE in task.operation.options:
            _check_count(task.num, *inputs)
        carry_out(task.operation, written, inputs, task.dtype)

    def _place(self, counters: Sequence[int]) -> None:
        """Let the views show the places of this iteration."""
        if self._views:
            for index, memory, address, region in self._moving:
                self._views[index] = memory.view(address.at(counters), region)
            return
        self._views = [memory.view(address.at(counters), region) for _, memory, address, region in self._moving]
        self._moving = [place for place in self._moving if place[2].constant is None]

    def _operands(self) -> list[View]:
        return [view.T if index in self._flipped else view for index, view in enumerate(self._views)]


def _check_block(task: Task, counters: Sequence[int]) -> None:
    begin, block = task.accesses[0].address.at(counters), CODED_BYTES // task.expansion
    if begin % block:
        raise CodingError(f"the source begins at byte {number(begin)}, within a coded block of {block} bytes")


def _check_count(num: int, left: View, right: View) -> None:
    """Check that `num` multiplications are enough for those of a matrix product in which neither factor is 0."""
    needed = int(np.count_nonzero(left, axis=0) @ np.count_nonzero(right, axis=1))
    if needed > num:
        raise CodingError(f"NUM is {number(num)}, but {number(needed)} MACs have no zero")
