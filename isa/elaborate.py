"""The text as one core sees it: conditions decided, names replaced by values, instructions built."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from isa.annotation import Annotator
from isa.checks import compute_faults, move_faults
from isa.compression import miscoded
from isa.conditions import Branch, Conditions
from isa.expectations import Expectations
from isa.expression import Expression
from isa.fault import MAX_FAULTS, Fault, number, printable
from isa.instructions import DIRECTIVES, INSTRUCTIONS, InstructionSpec
from isa.namespace import Names
from isa.nest import LoopNest
from isa.overrides import Overrides
from isa.program import Code, Compute, EndLoop, Expect, Instruction, Loop, Move, Sync, Tensor
from isa.statement import AnnotatedStatement, Statement
from isa.target import Target
from isa.tensors import Tensors


@dataclass(frozen=True, slots=True)
class Elaboration:
    """What became of the text for one core.

    `params` are the `.param`s that the core took, with None where the value is wrong. `faults` are pairs of a line
    and what is wrong in it. `reads_core` says whether the result may differ between cores; `stopped`, whether an
    `.error`, or too many faults, kept it from the end of the text.
    """

    code: Code
    params: dict[str, int | None]
    faults: tuple[tuple[int, Fault], ...]
    reads_core: bool
    stopped: bool
    tensors: tuple[Tensor, ...]
    expects: tuple[Expect, ...]


def elaborate(
    statements: Iterable[Statement | None],
    core: int,
    target: Target,
    limits: dict[tuple[str, str], float],
    overrides: Overrides,
) -> Elaboration:
    """Assemble `statements`, one for each line, for core `core` of `target`.

    `limits` is the largest move on each path of the target.
    """
    state = _Core(core, target, limits, overrides)
    state.run(statements)
    code = tuple(state.code)
    return Elaboration(
        code,
        state.params,
        tuple(state.faults),
        state.names.reads_core,
        state.stopped,
        state.tensors.defined,
        tuple(state.expectations.stated),
    )


class _Core:
    """The state of one core's assembly."""

    def __init__(self, core: int, target: Target, limits: dict[tuple[str, str], float], overrides: Overrides) -> None:
        self.target = target
        self.limits = limits
        self.overrides = overrides
        self.names = Names(target, core)
        self.tensors = Tensors(target, self._report)
        self.expectations = Expectations(self.tensors.by_name, self._report)
        self.params: dict[str, int | None] = {}
        self.conditions = Conditions()
        self.loops: list[int] = []  # indices of the open loops
        self.unknown_loops = 0  # loops less endloops in lines whose condition is wrong
        self.code: list[Instruction] = []
        self.annotator = Annotator(self.names, target, self._report, self._nest)
        self.faults: list[tuple[int, Fault]] = []
        self.stopped = False

    def run(self, statements: Iterable[Statement | None]) -> None:
        """Go through all lines, up to an `.error` that is taken or to too many faults."""
        for line, statement in enumerate(statements, 1):
            if statement is None:
                continue
            if self.conditions.branch is Branch.TAKEN:
                self._take(line, statement)
            elif statement.spec is not None:
                self._skip(line, statement, statement.spec.words)
            if self.stopped:
                return
        self._finish()

    def _take(self, line: int, statement: Statement) -> None:
        if statement.faults:
            self._report(line, *statement.faults)
        if statement.spec is not None:
            _HANDLERS[statement.spec.words](self, line, statement)

    def _skip(self, line: int, statement: Statement, words: str) -> None:
        if words == ".if":
            self.conditions.open(line, None)
        elif words in (".else", ".endif"):
            if self.conditions.in_taken_lines:
                self._report(line, *statement.faults)
            _HANDLERS[words](self, line, statement)
        elif self.conditions.branch is Branch.UNKNOWN:
            self._skip_unknown(line, statement, words)

    def _skip_unknown(self, line: int, statement: Statement, words: str) -> None:
        """Remember what the line would have done, so that its absence is not reported as further errors."""
        if words in (".equ", ".param", ".tensor") and (name := statement.words[0]):
            if name not in self.names:
                self._define(line, statement, None)
            if words == ".param":
                self.params.setdefault(name, None)
            elif words == ".tensor":
                self.tensors.by_name.setdefault(name, None)
        elif words in ("loop", "endloop"):
            self.unknown_loops += 1 if words == "loop" else -1

    def _finish(self) -> None:
        self.expectations.finish()
        for line in self.conditions.unclosed:
            self._report(line, Fault(0, ".if without .endif"))
        if self.conditions.branch is Branch.TAKEN and not self.unknown_loops:
            for index in self.loops:
                self._report(self.code[index].line, Fault(0, "loop without endloop"))

    def _report(self, line: int, *faults: Fault) -> None:
        self.faults += [(line, fault) for fault in faults]
        self.stopped |= len(self.faults) >= MAX_FAULTS

    def _value(self, line: int, expression: Expression | None) -> int | None:
        """Return the value of `expression`; None if it is wrong, which has been reported."""
        if expression is None or isinstance(expression, int):
            return expression
        result = self.names.value(expression)
        if isinstance(result, int):
            return result
        self._report(line, *result)
        return None

    def _quantity(self, line: int, statement: Statement) -> int | None:
        """Return the value of the last field, which its table entry bounds from below; None if it is wrong."""
        value = statement.expressions[0]
        if not isinstance(value, int):
            value = self._value(line, value)
        assert statement.spec is not None
        operand = statement.spec.operands[-1]
        if value is not None and operand.least is not None and value < operand.least:
            message = f"{operand.name} must be at least {operand.least}, is {number(value)}"
            self._report(line, Fault(statement.starts[len(statement.spec.operands) - 1], message))
            return None
        return value

    def _move(self, line: int, statement: Statement) -> None:
        src, dst = statement.words
        size = self._quantity(line, statement)
        if isinstance(statement, AnnotatedStatement):
            self._annotated_move(line, statement, size)
        elif src is None or dst is None:
            return
        elif size is not None and size <= self.limits.get((src, dst), 0):
            self.code.append(Move(src, dst, size, line, statement.column))
        elif len(statement.starts) == 3:
            self._report(line, *move_faults(self.target, (src, dst), size, statement.starts))

    def _annotated_move(self, line: int, statement: AnnotatedStatement, size: int | None) -> None:
        src, dst = statement.words
        transfer = self.annotator.transfer(line, statement, size)
        if src is None or dst is None:
            return
        bytes_ = None if size is None else size * (transfer.rows if transfer else 1)
        if bytes_ is None or bytes_ > self.limits.get((src, dst), 0):
            if len(statement.starts) >= 3:
                self._report(line, *move_faults(self.target, (src, dst), bytes_, statement.starts))
        elif size is not None and transfer:
            move = Move(src, dst, size, line, statement.column, transfer)
            if self.annotator.is_placed(move, statement) and self._is_coded(move, statement):
                self.code.append(move)

    def _is_coded(self, move: Move, statement: AnnotatedStatement) -> bool:
        """Whether `move` expands what is compressed, and nothing else."""
        wrong = miscoded(move, self._nest(), self.tensors.at)
        if wrong is None:
            return True
        side, message = wrong
        located = statement.addresses[side]
        self._report(move.line, Fault(located[0] if located else 0, message))
        return False

    def _compute(self, line: int, statement: Statement) -> None:
        (type_,) = statement.words
        num = self._quantity(line, statement)
        if type_ is None:
            return
        if type_ not in self.target.types:
            self._report(line, *compute_faults(self.target, type_, statement.starts[0]))
        elif isinstance(statement, AnnotatedStatement):
            operation = self.annotator.operation(line, statement, type_, num)
            if num is not None and operation:
                self.code.append(Compute(type_, num, line, statement.column, operation))
        elif num is not None:
            self.code.append(Compute(type_, num, line, statement.column))

    def _loop(self, line: int, statement: Statement) -> None:
        count = self._quantity(line, statement)
        counter = statement.words[0] if statement.words else None
        if counter and (message := self.names.open_counter(counter, len(self.loops), line)):
            self._report(line, Fault(statement.starts[-1], message))
            counter = None
        self.loops.append(len(self.code))
        self.code.append(
            Loop(count or 0, -1, line, statement.column, counter or "")
        )  # its end is filled in by _endloop

    def _endloop(self, line: int, statement: Statement) -> None:
        if self.loops:
            start = self.loops.pop()
            loop = self.code[start]
            assert isinstance(loop, Loop)
            self.code[start] = Loop(loop.count, len(self.code), loop.line, loop.column, loop.counter)
            if loop.counter:
                self.names.close_counter(loop.counter)
            self.code.append(EndLoop(start, line, statement.column))
        elif not self.unknown_loops:
            self._report(line, Fault(0, "endloop without loop"))

    def _sync(self, line: int, statement: Statement) -> None:
        assert isinstance(statement.spec, InstructionSpec) and statement.spec.scope is not None
        self.code.append(Sync(statement.spec.scope, line, statement.column))

    def _nest(self) -> LoopNest:
        """Return the loops around the present line."""
        return LoopNest.of(loop for index in self.loops if isinstance(loop := self.code[index], Loop))

    def _equ(self, line: int, statement: Statement) -> None:
        self._define(line, statement, self._value(line, statement.expressions[0]))

    def _param(self, line: int, statement: Statement) -> None:
        name = statement.words[0]
        if name is None:
            return
        overridden = name in self.overrides
        value = self.overrides[name] if overridden else self._value(line, statement.expressions[0])
        self.params.setdefault(name, value)
        self._define(line, statement, value)

    def _define(self, line: int, statement: Statement, value: int | None) -> None:
        name = statement.words[0]
        if name is None:
            return
        if message := self.names.define(name, value, line):
            self._report(line, Fault(statement.starts[0], message))

    def _tensor(self, line: int, statement: Statement) -> None:
        name = statement.words[0]
        if name is not None and name in self.names:
            self._define(line, statement, None)
            return
        address = self.tensors.define(line, statement, self._value)
        self._define(line, statement, address)

    def _expect(self, line: int, statement: Statement) -> None:
        if isinstance(statement, AnnotatedStatement):
            self.expectations.add(line, statement)

    def _if(self, line: int, statement: Statement) -> None:
        self.conditions.open(line, self._value(line, statement.expressions[0]))

    def _else(self, line: int, statement: Statement) -> None:
        if message := self.conditions.turn():
            self._report(line, Fault(0, message))

    def _endif(self, line: int, statement: Statement) -> None:
        if message := self.conditions.close():
            self._report(line, Fault(0, message))

    def _error(self, line: int, statement: Statement) -> None:
        self._report(line, Fault(0, printable(statement.words[0] or "stopped by .error")))
        self.stopped = True


_Handler = Callable[[_Core, int, Statement], None]

_BUILDERS: dict[type[Instruction], _Handler] = {
    Move: _Core._move,
    Compute: _Core._compute,
    Loop: _Core._loop,
    EndLoop: _Core._endloop,
    Sync: _Core._sync,
}
_DIRECTIVES: dict[str, _Handler] = {
    ".equ": _Core._equ,
    ".param": _Core._param,
    ".tensor": _Core._tensor,
    ".expect": _Core._expect,
    ".if": _Core._if,
    ".else": _Core._else,
    ".endif": _Core._endif,
    ".error": _Core._error,
}
_HANDLERS: dict[str, _Handler] = {
    **{spec.words: _BUILDERS[spec.builds] for spec in INSTRUCTIONS},
    **{spec.words: _DIRECTIVES[spec.words] for spec in DIRECTIVES},
}
