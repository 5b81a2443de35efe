"""The tensors that one core's lines define, and what is expected of them."""

from collections.abc import Callable
from math import prod

from isa.annotation import Reporter
from isa.expectation import Shape, ShapeError, agree, result_shape, shown
from isa.expression import Expression
from isa.fault import Fault, Hint, number, quoted
from isa.operation_text import OperationText
from isa.program import Expect, Tensor
from isa.statement import AnnotatedStatement, Statement
from isa.target import Target
from isa.vocabulary import DTYPE_BYTES

ALIGNMENT = 64
"""A tensor without a stated address begins at a multiple of so many bytes."""

MAX_AXES = 8
"""Most sizes of a tensor."""


class Tensors:
    """The tensors and expectations of one core so far. What is wrong goes to `report`."""

    def __init__(self, target: Target, report: Reporter) -> None:
        self.defined: list[Tensor] = []
        self.expects: list[Expect] = []
        self._target = target
        self._report = report
        self._shapes: dict[str, Shape | None] = {}  # of what an expectation can use; None: wrong

    def define(
        self, line: int, statement: Statement, value: Callable[[int, Expression | None], int | None]
    ) -> int | None:
        """Define the tensor of a line and return its address; None where something is wrong with it."""
        name, memory, dtype = statement.words
        shape = self._shape(line, statement, value)
        located = statement.addresses[0] if isinstance(statement, AnnotatedStatement) else None
        address = value(line, located[1]) if located else None
        if name is not None:
            self._shapes.setdefault(name, None)
        if name is None or memory is None or dtype is None or shape is None or statement.faults:
            return None
        if memory not in self._target.memories:
            self._report(line, Fault(statement.starts[1], f"{self._target.name} has no {memory}"))
            return None
        if located is None:
            address = self._next_free(memory)
        if address is None:
            return None
        tensor = Tensor(name, memory, dtype, shape, address, line)
        return address if self._add(tensor, located[0] if located else statement.starts[1]) else None

    def expect(self, line: int, statement: AnnotatedStatement) -> None:
        """Note the expectation of a line."""
        name, text = statement.words[0], statement.operation
        if name is None or text is None:
            return
        shapes = self._operands(line, text)
        result = None
        if None not in shapes:
            try:
                result = result_shape(text.spec, [shape for shape in shapes if shape], text.options)
            except ShapeError as error:
                listed = (f"{each.word} ({shown(self._shapes[each.word] or ())})" for each in text.operands)
                message = f"{text.spec.name} does not go with {' and '.join(listed)}: {error}"
                self._report(line, Fault(text.start, message))
        known = self._shapes.get(name)
        if result and known and not agree(result, known):
            message = f"{quoted(name)} is {shown(known)}, the result of {text.spec.name} is {shown(result)}"
            self._report(line, Fault(statement.starts[0], message))
        self._shapes.setdefault(name, result)
        operands = tuple(operand.word for operand in text.operands)
        self.expects.append(Expect(name, text.spec.name, operands, text.options, line))

    def _shape(
        self, line: int, statement: Statement, value: Callable[[int, Expression | None], int | None]
    ) -> Shape | None:
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
        return shape if len(shape) == len(sizes) > 0 else None

    def _next_free(self, memory: str) -> int:
        end = max((tensor.address + size_of(tensor) for tensor in self.defined if tensor.memory == memory), default=0)
        return -(-end // ALIGNMENT) * ALIGNMENT

    def _add(self, tensor: Tensor, token: int) -> bool:
        begin, end = tensor.address, tensor.address + size_of(tensor)
        capacity = self._target.memories[tensor.memory]
        message = ""
        if begin < 0:
            message = f"the address of {quoted(tensor.name)} is negative: {number(begin)}"
        elif capacity is not None and end > capacity:
            reach = f"bytes {number(begin)} to {number(end - 1)}"
            message = f"{quoted(tensor.name)} is beyond {tensor.memory}, which holds {capacity} bytes: {reach}"
        elif other := next((one for one in self.defined if _overlap(tensor, one)), None):
            reach = f"bytes {other.address} to {other.address + size_of(other) - 1}"
            message = f"{quoted(tensor.name)} overlaps {quoted(other.name)} of line {other.line}, {reach}"
        if message:
            self._report(tensor.line, Fault(token, message))
            return False
        self.defined.append(tensor)
        if tensor.memory == "DRAM":
            self._shapes[tensor.name] = tensor.shape
        return True

    def _operands(self, line: int, text: OperationText) -> list[Shape | None]:
        for operand in text.operands:
            if operand.word not in self._shapes:
                hint = Hint(operand.word, tuple(self._shapes), "it is to be a .tensor in DRAM, or an expectation above")
                self._report(line, Fault(operand.start, f"unknown tensor {quoted(operand.word)}", hint))
        return [self._shapes.get(operand.word) for operand in text.operands]


def size_of(tensor: Tensor) -> int:
    """Return the bytes of `tensor`."""
    return prod(tensor.shape) * DTYPE_BYTES[tensor.dtype]


def _overlap(one: Tensor, other: Tensor) -> bool:
    return (
        one.memory == other.memory
        and one.address < other.address + size_of(other)
        and other.address < one.address + size_of(one)
    )
