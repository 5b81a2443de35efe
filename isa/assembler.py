"""From text to program: joins the passes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from isa.agreement import disagreements
from isa.checks import move_limits
from isa.elaborate import Elaboration, elaborate
from isa.errors import Diagnostic
from isa.fault import Hint
from isa.overrides import Overrides, place, read_overrides
from isa.parser import parse_line
from isa.program import Code, Expect, Instruction, Program, Tensor
from isa.report import Report
from isa.reuse import Reuse
from isa.statement import Statement
from isa.target import Target
from isa.text import read_source, split_lines

_CACHED_LINES = 1 << 16  # bounds the memory that parsed lines take, not the length of a program


def assemble_file(path: str | Path, target: Target, defines: Mapping[str, int | str] | None = None) -> Program:
    """Assemble the program file at `path`; as `assemble`, and DlpsimError if it cannot be read."""
    return assemble(read_source(path), target, str(path), defines)


def assemble(
    text: str, target: Target, name: str = "<text>", defines: Mapping[str, int | str] | None = None
) -> Program:
    """Assemble `text` for every core of `target`.

    `name` stands for the file in messages. `defines` overrides `.param`s: integers, or text with an integer
    expression of constants. Raises DlpsimError with everything that is wrong in any core.
    """
    source = split_lines(text)
    parse = lru_cache(_CACHED_LINES)(parse_line)
    overrides, problems = read_overrides(defines or {})
    report = Report(name, source)
    report.add(*problems)
    results = _elaborate_cores(source, parse, target, overrides, report)
    report.add(*_unused(defines or {}, overrides, results, map(parse, source)))
    if len(results) == target.cores and not any(result.faults for result in results):
        for core, line, fault in disagreements([result.tensors for result in results], target):
            report.add_core(core, [(line, fault)])
    report.check(cores=len(results))
    codes = [result.code for result in results]
    cores = tuple(codes if len(codes) == target.cores else codes * target.cores)
    tensors = tuple(result.tensors for result in results) * (target.cores // len(results))
    return Program(name, source, cores, _params(results), target, tensors if any(tensors) else (), _expects(results))


def _elaborate_cores(
    source: Sequence[str],
    parse: Callable[[str], Statement | None],
    target: Target,
    overrides: Overrides,
    report: Report,
) -> list[Elaboration]:
    """Return the result of every core, or of core 0 alone where the others cannot differ; add the faults to `report`.

    Ends early where the report is full.
    """
    limits = move_limits(target)
    pool = _Pool()
    reuse = Reuse(has_cores=target.cores > 1)
    results: list[Elaboration] = []
    for core in range(target.cores):
        result = elaborate(map(parse, source), core, target, limits, overrides, reuse=reuse)
        report.add_core(core, result.faults)
        # Cores are alike up to the first value that depends on the core, so all read one or none does.
        if target.cores == 1 or not result.reads_core or report.is_full:
            return [*results, result]
        results.append(replace(result, code=pool.shared(result.code), tensors=pool.same(result.tensors)))
    return results


class _Pool:
    """Lets cores share equal instructions, and equal codes."""

    def __init__(self) -> None:
        self._first: dict[int, Instruction] = {}
        self._instructions: dict[Instruction, Instruction] = {}
        self._codes: dict[tuple[int, ...], Code] = {}
        self._tensors: dict[tuple[Tensor, ...], tuple[Tensor, ...]] = {}

    def same(self, tensors: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        """Return the first tensors that were equal to `tensors`."""
        return self._tensors.setdefault(tensors, tensors)

    def shared(self, code: Code) -> Code:
        """Return a code equal to `code`, made of the instructions that are already in the pool where there are any."""
        pooled = tuple(map(self._pooled, code))
        return self._codes.setdefault(tuple(map(id, pooled)), pooled)

    def _pooled(self, instruction: Instruction) -> Instruction:
        first = self._first.setdefault(instruction.line, instruction)
        return first if instruction == first else self._instructions.setdefault(instruction, instruction)


def _unused(
    defines: Mapping[str, int | str],
    overrides: Overrides,
    results: Sequence[Elaboration],
    statements: Iterable[Statement | None],
) -> Iterator[Diagnostic]:
    """Yield the overrides that no core's `.param` used. After an `.error` only those are sure that have no `.param`."""
    used = {name for result in results for name in result.params}
    unused = [name for name, value in overrides.items() if value is not None and name not in used]
    if not unused:
        return
    declared = _declarations(statements)
    stopped = any(result.stopped for result in results)
    for name in unused:
        word, line = declared.get(name, ("", 0))
        if word == ".param":
            if not stopped:
                message = f"no core takes the .param '{name}' in line {line}"
                yield Diagnostic(place(name, defines[name]), message)
            continue
        params = [other for other, (kind, _) in declared.items() if kind == ".param"]
        listed = f"its .params are {', '.join(params)}" if params else "it has no .param"
        hint = f"'{name}' is an .equ, in line {line}" if word else str(Hint(name, params, listed))
        yield Diagnostic(place(name, defines[name]), f"the program has no .param '{name}'", hint=hint)


def _declarations(statements: Iterable[Statement | None]) -> dict[str, tuple[str, int]]:
    """Return the word (`.param` or `.equ`) and the line that define each name, taken or not; a `.param` goes first."""
    found: dict[str, dict[str, tuple[str, int]]] = {".equ": {}, ".param": {}}
    for line, statement in enumerate(statements, 1):
        if statement and statement.spec and statement.spec.words in found and (name := statement.words[0]):
            found[statement.spec.words].setdefault(name, (statement.spec.words, line))
    return found[".equ"] | found[".param"]


def _expects(results: Sequence[Elaboration]) -> tuple[Expect, ...]:
    """Return what any core expects, once, in the order of the lines."""
    return tuple(sorted({expect: None for result in results for expect in result.expects}, key=lambda each: each.line))


def _params(results: Sequence[Elaboration]) -> dict[str, int]:
    """Return the value of each `.param` that a core took, as its first such core has it."""
    params: dict[str, int] = {}
    for result in results:
        for name, value in result.params.items():
            if value is not None:
                params.setdefault(name, value)
    return params
