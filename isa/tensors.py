"""The tensors that one core's lines define."""

from bisect import bisect_left, bisect_right
from math import prod

from isa.annotation import Evaluate, Reporter, factor
from isa.expectation import Shape
from isa.fault import Fault, number, quoted
from isa.program import Tensor
from isa.statement import AnnotatedStatement, Statement
from isa.target import Target
from isa.vocabulary import CODED_BYTES, DTYPE_BYTES

ALIGNMENT = 64
"""A tensor without a stated address begins at a multiple of so many bytes."""

MAX_AXES = 8
"""Most sizes of a tensor."""

MAX_ADDRESS = 2**63
"""No tensor reaches beyond this byte, also where its memory has no size."""


class Tensors:
    """The tensors of one core so far. What is wrong goes to `report`.

    `by_name` holds None for one that is wrong; `has_compressed` says whether any is compressed.
    """

    def __init__(self, target: Target, report: Reporter) -> None:
        self.by_name: dict[str, Tensor | None] = {}
        self.has_compressed = False
        self._target = target
        self._report = report
        self._sorted: dict[str, list[Tensor]] = {memory: [] for memory in target.memories}  # by address

    @property
    def defined(self) -> tuple[Tensor, ...]:
        """The tensors in the order of their lines."""
        return tuple(filter(None, self.by_name.values()))

    def at(self, memory: str, byte: int) -> Tensor | None:
        """Return the tensor that lies at a byte of `memory`, if one does."""
        beside = self._sorted.get(memory, [])
        place = bisect_right(beside, byte, key=_address)
        return beside[place - 1] if place and byte < end_of(beside[place - 1]) else None

    def define(self, line: int, statement: Statement, value: Evaluate) -> int | None:
        """Define the tensor of a line and return its address; None where something is wrong with it."""
        name, memory, dtype = statement.words
        shape = self._shape(line, statement, value)
        located, compression = None, 1
        if isinstance(statement, AnnotatedStatement):
            located = statement.addresses[0] if statement.addresses else None
            compression = factor(line, statement, value, self._report) or 0
        address = value(line, located[1]) if located else None
        if name is None:
            return None
        self.by_name[name] = None
        if memory is not None and memory not in self._target.memories:
            self._report(line, Fault(statement.starts[1], f"{self._target.name} has no {memory}"))
        elif memory and dtype and shape and compression and not statement.faults:
            if located is None:
                address = self._next_free(memory)
            if address is not None:
                tensor = Tensor(name, memory, dtype, shape, address, line, compression)
                return self._add(tensor, located[0] if located else statement.starts[1])
        return None

    def _shape(self, line: int, statement: Statement, value: Evaluate) -> Shape | None:
        sizes = []
        for start, expression in zip(statement.starts[3:], statement.expressions, strict=False):
            size = value(line, expression)
            if size is not None and size < 1:
                self._report(line, Fault(start, f"SHAPE must be at least 1, is {number(size)}"))
                size = None
            sizes.append(size)
        if len(sizes) > MAX_AXES:
            self._report(line, Fault(statement.starts[3 + MAX_AXES], f"a tensor has at most {MAX_AXES} sizes"))
            return None
        shape = tuple(size for size in sizes if size is not None)
        return shape if len(shape) == len(sizes) else None

    def _next_free(self, memory: str) -> int:
        """Return the first aligned address behind the tensors of `memory`."""
        last = self._sorted[memory][-1:]
        return -(-end_of(last[0]) // ALIGNMENT) * ALIGNMENT if last else 0

    def _add(self, tensor: Tensor, token: int) -> int | None:
        if message := self._misplaced(tensor):
            self._report(tensor.line, Fault(token, message))
            return None
        beside = self._sorted[tensor.memory]
        beside.insert(bisect_left(beside, tensor.address, key=_address), tensor)
        self.by_name[tensor.name] = tensor
        self.has_compressed |= tensor.compression > 1
        return tensor.address

    def _misplaced(self, tensor: Tensor) -> str:
        """Return what is wrong with where `tensor` lies, if anything."""
        name, begin, end = quoted(tensor.name), tensor.address, end_of(tensor)
        reach = f"bytes {number(begin)} to {number(end - 1)}"
        capacity = self._target.memories[tensor.memory]
        if tensor.compression > 1 and (fault := _uncompressible(tensor)):
            return fault
        if begin < 0:
            return f"the address of {name} is negative: {number(begin)}"
        if capacity is not None and end > capacity:
            return f"{name} is beyond {tensor.memory}, which holds {capacity} bytes: {reach}"
        if end > MAX_ADDRESS:
            return f"{name} is beyond every memory: {reach}"
        beside = self._sorted[tensor.memory]
        place = bisect_left(beside, begin, key=_address)
        for other in beside[max(place - 1, 0) : place + 1]:
            if begin < end_of(other) and other.address < end:
                there = f"bytes {other.address} to {end_of(other) - 1}"
                return f"{name} ({reach}) overlaps {quoted(other.name)} of line {other.line} ({there})"
        return ""


def size_of(tensor: Tensor) -> int:
    """Return the bytes of `tensor`, as it is compressed."""
    return prod(tensor.shape) * DTYPE_BYTES[tensor.dtype] // tensor.compression


def end_of(tensor: Tensor) -> int:
    """Return the address behind the last byte of `tensor`."""
    return tensor.address + size_of(tensor)


def _uncompressible(tensor: Tensor) -> str:
    """Return what keeps `tensor` from being compressed, if anything."""
    name, size = quoted(tensor.name), size_of(tensor) * tensor.compression
    if tensor.memory != "DRAM":
        return f"{name} cannot be compressed in {tensor.memory}, only in DRAM"
    if size % CODED_BYTES:
        return f"{name} cannot be compressed: it has {number(size)} bytes, no multiple of {CODED_BYTES}"
    if tensor.address % CODED_BYTES:
        return f"{name} cannot be compressed: its address {number(tensor.address)} is no multiple of {CODED_BYTES}"
    return ""


def _address(tensor: Tensor) -> int:
    return tensor.address
