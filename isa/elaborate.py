"""The text as one core sees it: conditions decided, names replaced by values, instructions built."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from isa.builder import Builder
from isa.conditions import Branch, Conditions
from isa.expectations import Expectations
from isa.fault import Fault, printable
from isa.instructions import DIRECTIVES, INSTRUCTIONS
from isa.overrides import Overrides
from isa.program import Code, Compute, EndLoop, Expect, Instruction, Loop, Move, Sync, Tensor
from isa.reuse import Reuse
from isa.statement import AnnotatedStatement, Statement
from isa.target import Target


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
    *,
    reuse: Reuse,
) -> Elaboration:
    """Assemble `statements`, one for each line, for core `core` of `target`.

    `limits` is the largest move on each path of the target. `reuse` is that of all cores of the text.
    """
    state = _Core(core, target, limits, overrides, reuse)
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


class _Core(Builder):
    """The state of one core's assembly."""

    def __init__(
        self, core: int, target: Target, limits: dict[tuple[str, str], float], overrides: Overrides, reuse: Reuse
    ) -> None:
        super().__init__(core, target, limits, reuse)
        self.overrides = overrides
        self.params: dict[str, int | None] = {}
        self.conditions = Conditions()
        self.expectations = Expectations(self.tensors.by_name, self.report)

    def run(self, statements: Iterable[Statement | None]) -> None:
        """Go through all lines, up to an `.error` that is taken or to too many faults."""
        for line, statement in enumerate(statements, 1):
            if statement is None:
                continue
            spec = statement.spec
            if self.conditions.branch is Branch.TAKEN:
                if statement.faults:
                    self.report(line, *statement.faults)
                if spec is not None:
                    _HANDLERS[spec.words](self, line, statement)
            elif spec is not None:
                self._skip(line, statement, spec.words)
            if self.stopped:
                return
        self._finish()

    def _skip(self, line: int, statement: Statement, words: str) -> None:
        if words == ".if":
            self.conditions.open(line, None)
        elif words in (".else", ".endif"):
            if self.conditions.in_taken_lines:
                self.report(line, *statement.faults)
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
            self.report(line, Fault(0, ".if without .endif"))
        if self.conditions.branch is Branch.TAKEN and not self.unknown_loops:
            for index in self.loops:
                self.report(self.code[index].line, Fault(0, "loop without endloop"))

    def _equ(self, line: int, statement: Statement) -> None:
        self._define(line, statement, self.value(line, statement.expressions[0]))

    def _param(self, line: int, statement: Statement) -> None:
        name = statement.words[0]
        if name is None:
            return
        overridden = name in self.overrides
        value = self.overrides[name] if overridden else self.value(line, statement.expressions[0])
        self.params.setdefault(name, value)
        self._define(line, statement, value)

    def _define(self, line: int, statement: Statement, value: int | None) -> None:
        name = statement.words[0]
        if name is None:
            return
        if message := self.names.define(name, value, line):
            self.report(line, Fault(statement.starts[0], message))
        self.context.define(name, value, self.tensors.by_name.get(name))

    def _tensor(self, line: int, statement: Statement) -> None:
        name = statement.words[0]
        if name is not None and name in self.names:
            self._define(line, statement, None)
            return
        address = self.tensors.define(line, statement, self.value)
        self._define(line, statement, address)

    def _expect(self, line: int, statement: Statement) -> None:
        if isinstance(statement, AnnotatedStatement):
            self.expectations.add(line, statement)

    def _if(self, line: int, statement: Statement) -> None:
        self.conditions.open(line, self.value(line, statement.expressions[0]))

    def _else(self, line: int, statement: Statement) -> None:
        if message := self.conditions.turn():
            self.report(line, Fault(0, message))

    def _endif(self, line: int, statement: Statement) -> None:
        if message := self.conditions.close():
            self.report(line, Fault(0, message))

    def _error(self, line: int, statement: Statement) -> None:
        self.report(line, Fault(0, printable(statement.words[0] or "stopped by .error")))
        self.stopped = True


_Handler = Callable[[_Core, int, Statement], None]

_BUILDERS: dict[type[Instruction], _Handler] = {
    Move: Builder.move,
    Compute: Builder.compute,
    Loop: Builder.loop,
    EndLoop: Builder.endloop,
    Sync: Builder.sync,
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
