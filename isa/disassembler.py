"""From program to text."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import TypeVar

from isa.listing import factor_text, listing
from isa.program import Code, Expect, Loop, Program, Tensor
from isa.spans import spans

_INDENT = "    "
_DEEPEST = 16  # loops nested deeper are not indented further: keeps the text linear in the program

_Lines = tuple[str, ...]
_T = TypeVar("_T")


def disassemble(program: Program) -> str:
    """Return a text which, assembled for the program's target, gives the same program but for lines and columns.

    Where cores differ, `.if` chooses among the variants; what all begin or end with stands outside. Names that are also
    those of counters are defined at the end, where no loop is open.
    """
    counters = {loop.counter for code in _different(program.cores) for loop in code if isinstance(loop, Loop)}
    params = {name: f".param {name} {value}" for name, value in program.params.items()}
    tensors = [tuple(map(_tensor_line, tensors)) for tensors in program.tensors or [()] * len(program.cores)]
    are_apart = counters.isdisjoint(tensor.name for tensors in _different(program.tensors) for tensor in tensors)
    text = [line for name, line in params.items() if name not in counters]
    text += _chosen(tensors) if are_apart else []
    text += _chosen(_code_lines(program.cores))
    text += _chosen(tensors) if not are_apart else []
    text += [line for name, line in params.items() if name in counters]
    text += map(_expect_line, program.expects)
    return "".join(f"{line}\n" for line in text)


def _chosen(texts: Sequence[_Lines]) -> list[str]:
    """Return lines that give each core its own of `texts`."""
    variants: dict[_Lines, list[int]] = {}
    for core, lines in enumerate(texts):
        variants.setdefault(lines, []).append(core)
    head = _common(list(variants))
    rest = [lines[head:] for lines in variants]
    tail = _common([lines[::-1] for lines in rest])
    first = next(iter(variants), ())
    text = [*first[:head]]
    for lines, cores in zip(rest, variants.values(), strict=True):
        if own := lines[: len(lines) - tail]:
            text += [f".if {_condition(cores)}", *own, ".endif"]
    return [*text, *first[len(first) - tail :]]


def _code_lines(codes: Sequence[Code]) -> list[_Lines]:
    """Return the lines of each core's code; codes that are one object are written once."""
    lines = {id(code): tuple(_lines(code)) for code in _different(codes)}
    return [lines[id(code)] for code in codes]


def _different(parts: Sequence[_T]) -> list[_T]:
    """Return `parts` without repetitions of the same object."""
    return list({id(part): part for part in parts}.values())


def _lines(code: Code) -> Iterator[str]:
    for row in listing(code):
        yield _INDENT * min(row.depth, _DEEPEST) + row.text


def _tensor_line(tensor: Tensor) -> str:
    shape = " ".join(map(str, tensor.shape))
    place = f"{tensor.memory}[{tensor.address}]"
    return f".tensor {tensor.name} {place} {tensor.dtype} {shape}" + factor_text("compressed", tensor.compression)


def _expect_line(expect: Expect) -> str:
    return " ".join([f".expect {expect.result} = {expect.operation}", *expect.operands, *expect.options])


def _common(texts: Sequence[_Lines]) -> int:
    """Return how many lines all `texts` begin with alike."""
    if len(texts) == 1:
        return len(texts[0])
    return sum(1 for _ in takewhile(lambda lines: len(set(lines)) == 1, zip(*texts, strict=False)))


def _condition(cores: Sequence[int]) -> str:
    """Return the expression that is not 0 for exactly `cores`."""
    runs = spans(cores)
    if len(runs) == 1 and runs[0][0] == runs[0][1]:
        return f"core == {runs[0][0]}"
    return " + ".join(
        f"(core == {first})" if first == last else f"(core >= {first}) * (core <= {last})" for first, last in runs
    )
