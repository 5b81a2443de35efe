"""The annotations of one core: where its data lie, and what it computes."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

from isa.access import Access, accesses, operation_accesses, width
from isa.address import Address
from isa.expression import Expression
from isa.fault import Fault, LineError, number
from isa.instructions import InstructionSpec
from isa.namespace import Names
from isa.nest import LoopNest
from isa.operation_spec import SPARSE, evaluated
from isa.operation_text import OperandText, OperationText
from isa.operations import OPERATIONS
from isa.placement import misplaced
from isa.program import Move, Operation, Place, Transfer
from isa.statement import AnnotatedStatement
from isa.target import Target
from isa.vocabulary import CODED_BYTES, FACTORS, WIDTHS

OPERAND_MEMORIES = ("NRAM", "WRAM")
"""The memories on which the compute unit works."""


Evaluate = Callable[[int, Expression | None], int | None]
"""Returns the value of an expression in a line; None if it is wrong, which has been reported."""


class Reporter(Protocol):
    """Takes faults of a line."""

    def __call__(self, line: int, *faults: Fault) -> None:
        """Report `faults`."""


class Annotator:
    """Reads the annotations of one core's lines. What is wrong goes to `report`; the answer is then None.

    `nest` gives the loops around the present line.
    """

    def __init__(self, names: Names, target: Target, report: Reporter, nest: Callable[[], LoopNest]) -> None:
        self._names = names
        self._target = target
        self._report = report
        self._nest = nest

    def transfer(self, line: int, statement: AnnotatedStatement, size: int | None) -> Transfer | None:
        """Return where a move of rows of `size` bytes (None: not known) finds and leaves them."""
        addresses = [self._address(line, *located) for located in statement.addresses if located]
        if statement.faults:
            return None
        strides = self._strides(line, statement)
        expansion = factor(line, statement, self.value, self._report)
        if None in addresses or strides is None or expansion is None:
            return None
        src, dst = (address for address in addresses if address)
        transfer = Transfer(src, dst, *strides, expansion)
        return transfer if size is None or self._are_apart(line, statement, transfer, size) else None

    def _are_apart(self, line: int, statement: AnnotatedStatement, transfer: Transfer, size: int) -> bool:
        """Whether rows of `size` bytes do not overlap where they arrive, and coded ones are whole blocks."""
        expansion, is_strided = transfer.expansion, transfer.rows > 1
        block = CODED_BYTES // expansion
        for name, value, start in (("SIZE", size, 2), ("SRC_STRIDE", transfer.src_stride, 4)):
            if expansion > 1 and value % block and (name == "SIZE" or is_strided):
                message = f"{name} must be a multiple of {block}, is {number(value)}"
                hint = f"{block} bytes are expanded {expansion} times together"
                self._report(line, Fault(statement.starts[start], message, hint))
                return False
        if is_strided and transfer.dst_stride < size * expansion:
            arriving = "SIZE" if expansion == 1 else f"SIZE * {expansion}"
            stride = number(transfer.dst_stride)
            message = f"DST_STRIDE must be at least {arriving} = {number(size * expansion)}, is {stride}"
            self._report(line, Fault(statement.starts[-1], message, "the rows would overlap"))
            return False
        return True

    def is_placed(self, move: Move, statement: AnnotatedStatement) -> bool:
        """Whether source and destination of `move` lie in their memories."""
        starts = [located[0] for located in statement.addresses if located]
        return self._are_placed(move.line, accesses(move), starts)

    def operation(self, line: int, statement: AnnotatedStatement, type_: str, num: int | None) -> Operation | None:
        """Return what a compute of `num` (None: not known) times `type_` does."""
        text = statement.operation
        if text is None:
            return None
        spec = text.spec
        kind = type_.rpartition("_")[0]
        if kind != spec.kind:
            types = ", ".join(f"{spec.kind}_{bits}" for bits in WIDTHS)
            self._report(line, Fault(statement.starts[0], f"{spec.name} is computed by {types}, not by {type_}"))
        places = [self._place(line, operand) for operand in text.operands]
        sizes = self._sizes(line, statement, text, num)
        if sizes is None or kind != spec.kind or None in places:
            return None
        operation = Operation(spec.name, tuple(filter(None, places)), sizes, text.options)
        starts = [operand.address_start for operand in text.operands]
        return operation if self._are_placed(line, operation_accesses(operation, width(type_)), starts) else None

    def value(self, line: int, expression: Expression | None) -> int | None:
        """Return the value of `expression`; None if it is wrong, which has been reported."""
        if expression is None or isinstance(expression, int):
            return expression
        result = self._names.value(expression)
        if isinstance(result, int):
            return result
        self._report(line, *result)
        return None

    def _address(self, line: int, start: int, expression: Expression) -> Address | None:
        result = self._names.address(expression)
        if isinstance(result, Address):
            return result
        self._report(line, *result)
        return None

    def _strides(self, line: int, statement: AnnotatedStatement) -> tuple[int, int, int] | None:
        """Return rows and strides of a move: 1, 0 and 0 where the line has none."""
        assert isinstance(statement.spec, InstructionSpec)
        given = statement.expressions[1:]
        if not given:
            return 1, 0, 0
        values = []
        for operand, expression, start in zip(statement.spec.annotation, given, statement.starts[3:], strict=False):
            value = self.value(line, expression)
            if value is not None and operand.least is not None and value < operand.least:
                self._report(line, Fault(start, f"{operand.name} must be at least {operand.least}, is {number(value)}"))
                value = None
            values.append(value)
        if len(values) < 3 or None in values:
            return None
        rows, src_stride, dst_stride = (value for value in values if value is not None)
        return rows, src_stride, dst_stride

    def _place(self, line: int, operand: OperandText) -> Place | None:
        address = self._address(line, operand.address_start, operand.address)
        if operand.word not in OPERAND_MEMORIES:
            hint = f"operands lie in {' or '.join(OPERAND_MEMORIES)}: move them there"
            self._report(line, Fault(operand.start, f"the compute unit does not reach {operand.word}", hint))
        elif operand.word not in self._target.memories:
            self._report(line, Fault(operand.start, f"{self._target.name} has no {operand.word}"))
        elif address:
            return Place(operand.word, address)
        return None

    def _sizes(
        self, line: int, statement: AnnotatedStatement, text: OperationText, num: int | None
    ) -> tuple[int, ...] | None:
        """Return all sizes of an operation that takes `num` (None: not known) computations."""
        given = [self.value(line, expression) for _, expression in text.sizes]
        if None in given:
            return None
        known = tuple(value for value in given if value is not None)
        if num is not None and (sizes := _good_sizes(text.spec.name, known, text.options, num)):
            return sizes
        values = text.spec.named(known, text.options)
        is_good = True
        for name, (start, _) in zip(text.spec.sizes, text.sizes, strict=False):
            least, source = text.spec.least(name, values, text.options)
            if values[name] < least:
                why = f"{source} = " if source else ""
                message = f"{name} must be at least {why}{number(least)}, is {number(values[name])}"
                self._report(line, Fault(start, message, "the rows would overlap" if source else ""))
                is_good = False
        is_good = is_good and self._is_lawful(line, text, values)
        return tuple(values.values()) if is_good and self._is_count(line, statement, text, values, num) else None

    def _is_lawful(self, line: int, text: OperationText, values: dict[str, int]) -> bool:
        """Whether sizes that are possible one by one go together."""
        broken = [message for rule, message in text.spec.rules.items() if not evaluated(rule, values)]
        for message in broken:
            self._report(line, Fault(text.start, message))
        return not broken

    def _is_count(
        self, line: int, statement: AnnotatedStatement, text: OperationText, values: dict[str, int], num: int | None
    ) -> bool:
        """Whether `num` (None: not known) is what an operation of these sizes takes."""
        spec, options = text.spec, text.options
        try:
            count = evaluated(spec.num, values)
        except LineError as error:
            self._report(line, Fault(statement.starts[1], error.fault.message))
            return False
        if num is None or _is_right(num, count, options):
            return True
        sizes = ", ".join(f"{name} = {number(values[name])}" for name in spec.dims)
        bound = "at most " if SPARSE in options else ""
        message = f"NUM must be {bound}{spec.num} = {number(count)} for {spec.name}, is {number(num)}"
        self._report(line, Fault(statement.starts[1], message, f"the sizes are {sizes}"))
        return False

    def _are_placed(self, line: int, found: Sequence[Access], starts: Sequence[int]) -> bool:
        is_good = True
        nest = self._nest()
        for access, start in zip(found, starts, strict=True):
            if message := misplaced(access, nest, self._target.memories.get(access.memory)):
                self._report(line, Fault(start, message))
                is_good = False
        return is_good


@lru_cache(4096)
def _good_sizes(name: str, given: tuple[int, ...], options: tuple[str, ...], num: int) -> tuple[int, ...] | None:
    """Return all sizes of an operation that takes `num` computations; None where something is wrong with them."""
    spec = OPERATIONS[name]
    try:
        values = spec.named(given, options)
        is_large = all(values[size] >= spec.least(size, values, options)[0] for size in spec.sizes[: len(given)])
        is_lawful = is_large and all(evaluated(rule, values) for rule in spec.rules)
        return tuple(values.values()) if is_lawful and _is_right(num, evaluated(spec.num, values), options) else None
    except LineError:
        return None


def _is_right(num: int, count: int, options: Sequence[str]) -> bool:
    """Whether an operation may take `num` computations, where it is `count` with none left out."""
    return num == count or (SPARSE in options and num < count)


def factor(line: int, statement: AnnotatedStatement, value: Evaluate, report: Reporter) -> int | None:
    """Return the factor behind the suffix of a line, 1 where it has none; None if it is wrong."""
    if statement.factor is None:
        return 1
    start, expression = statement.factor
    found = value(line, expression)
    if found is None or found in FACTORS:
        return found
    known = f"{', '.join(map(str, FACTORS[:-1]))} or {FACTORS[-1]}"
    report(line, Fault(start, f"FACTOR must be {known}, is {number(found)}"))
    return None
