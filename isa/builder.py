"""Builds the instructions of one core, and collects what is wrong with its lines."""

from collections.abc import Callable

from isa.annotation import Annotator
from isa.checks import compute_faults, move_faults
from isa.compression import miscoded
from isa.expression import Expression
from isa.fault import MAX_FAULTS, Fault, number
from isa.instructions import InstructionSpec
from isa.namespace import Names
from isa.nest import LoopNest
from isa.program import Compute, EndLoop, Instruction, Loop, Move, Sync
from isa.reuse import Context, Reuse
from isa.statement import AnnotatedStatement, Statement
from isa.target import Target
from isa.tensors import Tensors


class Builder:
    """The instructions of core `core` of `target` so far, its names and tensors, and the faults of its lines.

    `limits` is the largest move on each path. `reuse` has what lines became before, on this core and on others.
    `stopped` says that there is no use in going on.
    """

    def __init__(self, core: int, target: Target, limits: dict[tuple[str, str], float], reuse: Reuse) -> None:
        self.target = target
        self.limits = limits
        self.context = Context(reuse)
        self.names = Names(target, core)
        self.tensors = Tensors(target, self.report)
        self.code: list[Instruction] = []
        self.loops: list[int] = []  # indices of the open loops
        self.unknown_loops = 0  # loops less endloops in lines whose condition is wrong
        self.faults: list[tuple[int, Fault]] = []
        self.stopped = False
        self.annotator = Annotator(self.names, target, self.report, self._nest)
        self._reuse = reuse
        self._nest_here: LoopNest | None = None
        """The loops around the present line, if they are known."""

    def report(self, line: int, *faults: Fault) -> None:
        """Note what is wrong in a line."""
        self.faults += [(line, fault) for fault in faults]
        self.stopped |= len(self.faults) >= MAX_FAULTS

    def value(self, line: int, expression: Expression | None) -> int | None:
        """Return the value of `expression`; None if it is wrong, which has been reported."""
        if expression is None or isinstance(expression, int):
            return expression
        result = self.names.value(expression)
        if isinstance(result, int):
            return result
        self.report(line, *result)
        return None

    def _quantity(self, line: int, statement: Statement) -> int | None:
        """Return the value of the last field, which its table entry bounds from below; None if it is wrong."""
        value = statement.expressions[0]
        if not isinstance(value, int):
            value = self.value(line, value)
        if value is not None and value < 1:  # nothing is bounded from below by more than 1
            return self._too_small(line, statement, value)
        return value

    def _too_small(self, line: int, statement: Statement, value: int) -> int | None:
        """Return `value`, or None if it is less than the last field of the table entry allows."""
        assert statement.spec is not None
        operand = statement.spec.operands[-1]
        if operand.least is None or value >= operand.least:
            return value
        message = f"{operand.name} must be at least {operand.least}, is {number(value)}"
        self.report(line, Fault(statement.starts[len(statement.spec.operands) - 1], message))
        return None

    def move(self, line: int, statement: Statement) -> None:
        """Build the move of a line."""
        if isinstance(statement, AnnotatedStatement):
            self._reused(line, statement, self._annotated_move)
            return
        src, dst = statement.words
        size = self._quantity(line, statement)
        if src is None or dst is None:
            return
        elif size is not None and size <= self.limits.get((src, dst), 0):
            self.code.append(Move(src, dst, size, line, statement.column))
        elif len(statement.starts) == 3:
            self.report(line, *move_faults(self.target, (src, dst), size, statement.starts))

    def _reused(
        self,
        line: int,
        statement: AnnotatedStatement,
        build: Callable[[int, AnnotatedStatement], Move | Compute | None],
    ) -> None:
        """Have the instruction of a line built, unless the same has been before."""
        context = self.context.number
        instruction = self._reuse.find(line, statement, context)
        if instruction is None:
            reads_core, self.names.reads_core = self.names.reads_core, False
            instruction = build(line, statement)
            if instruction is None:
                return
            if not self.names.reads_core:
                self._reuse.keep(statement, context, instruction)
            self.names.reads_core |= reads_core
        self.code.append(instruction)

    def _annotated_move(self, line: int, statement: AnnotatedStatement) -> Move | None:
        src, dst = statement.words
        size = self._quantity(line, statement)
        transfer = self.annotator.transfer(line, statement, size)
        if src is None or dst is None:
            return None
        bytes_ = None if size is None else size * (transfer.rows if transfer else 1)
        if bytes_ is None or bytes_ > self.limits.get((src, dst), 0):
            if len(statement.starts) >= 3:
                self.report(line, *move_faults(self.target, (src, dst), bytes_, statement.starts))
        elif size is not None and transfer:
            move = Move(src, dst, size, line, statement.column, transfer)
            if self.annotator.is_placed(move, statement) and self._is_coded(move, statement):
                return move
        return None

    def _is_coded(self, move: Move, statement: AnnotatedStatement) -> bool:
        """Whether `move` expands what is compressed, and nothing else."""
        assert move.transfer is not None
        if move.transfer.expansion == 1 and not self.tensors.has_compressed:
            return True
        wrong = miscoded(move, self._nest(), self.tensors.at)
        if wrong is None:
            return True
        side, message = wrong
        located = statement.addresses[side]
        self.report(move.line, Fault(located[0] if located else 0, message))
        return False

    def compute(self, line: int, statement: Statement) -> None:
        """Build the compute of a line."""
        if isinstance(statement, AnnotatedStatement):
            self._reused(line, statement, self._annotated_compute)
            return
        type_, num = self._cost(line, statement)
        if type_ is not None and num is not None:
            self.code.append(Compute(type_, num, line, statement.column))

    def _annotated_compute(self, line: int, statement: AnnotatedStatement) -> Compute | None:
        type_, num = self._cost(line, statement)
        if type_ is None:
            return None
        operation = self.annotator.operation(line, statement, type_, num)
        return Compute(type_, num, line, statement.column, operation) if num is not None and operation else None

    def _cost(self, line: int, statement: Statement) -> tuple[str | None, int | None]:
        """Return type and number of the operations of a compute; None for what is wrong."""
        (type_,) = statement.words
        num = self._quantity(line, statement)
        if type_ is not None and type_ not in self.target.types:
            self.report(line, *compute_faults(self.target, type_, statement.starts[0]))
            type_ = None
        return type_, num

    def loop(self, line: int, statement: Statement) -> None:
        """Open a loop."""
        count = self._quantity(line, statement)
        counter = statement.words[0] if statement.words else None
        if counter and (message := self.names.open_counter(counter, len(self.loops), line)):
            self.report(line, Fault(statement.starts[-1], message))
            counter = None
        self.loops.append(len(self.code))
        self.context.enter(count or 0, counter or "")
        self._nest_here = None
        unclosed = -1  # endloop fills in where it ends
        self.code.append(Loop(count or 0, unclosed, line, statement.column, counter or ""))

    def endloop(self, line: int, statement: Statement) -> None:
        """Close the innermost loop."""
        if self.loops:
            start = self.loops.pop()
            loop = self.code[start]
            assert isinstance(loop, Loop)
            self.code[start] = Loop(loop.count, len(self.code), loop.line, loop.column, loop.counter)
            self.context.leave()
            self._nest_here = None
            if loop.counter:
                self.names.close_counter(loop.counter)
            self.code.append(EndLoop(start, line, statement.column))
        elif not self.unknown_loops:
            self.report(line, Fault(0, "endloop without loop"))

    def sync(self, line: int, statement: Statement) -> None:
        """Build the sync of a line."""
        assert isinstance(statement.spec, InstructionSpec) and statement.spec.scope is not None
        self.code.append(Sync(statement.spec.scope, line, statement.column))

    def _nest(self) -> LoopNest:
        """Return the loops around the present line."""
        if self._nest_here is None:
            loops = (self.code[index] for index in self.loops)
            self._nest_here = LoopNest.of(loop for loop in loops if isinstance(loop, Loop))
        return self._nest_here
