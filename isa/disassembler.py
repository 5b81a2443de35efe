"""From program to text."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from isa.listing import listing
from isa.program import Code, Program
from isa.spans import spans

_INDENT = "    "
_DEEPEST = 16  # loops nested deeper are not indented further: keeps the text linear in the program

_Lines = tuple[str, ...]


def disassemble(program: Program) -> str:
    """Return a text which, assembled for the program's target, gives the same program but for lines and columns.

    Where cores differ, `.if` chooses among the variants; what all begin or end with stands outside.
    """
    variants = _variants(program.cores)
    head = _common(list(variants))
    rest = [lines[head:] for lines in variants]
    tail = _common([lines[::-1] for lines in rest])
    first = next(iter(variants), ())
    text = [f".param {name} {value}" for name, value in program.params.items()]
    text += first[:head]
    for lines, cores in zip(rest, variants.values(), strict=True):
        if own := lines[: len(lines) - tail]:
            text += [f".if {_condition(cores)}", *own, ".endif"]
    text += first[len(first) - tail :]
    return "".join(f"{line}\n" for line in text)


def _variants(codes: Sequence[Code]) -> dict[_Lines, list[int]]:
    """Return the different texts of `codes`, each with its cores; codes that are one object are written once."""
    written = {id(code): code for code in codes}
    lines = {key: tuple(_lines(code)) for key, code in written.items()}
    variants: dict[_Lines, list[int]] = {}
    for core, code in enumerate(codes):
        variants.setdefault(lines[id(code)], []).append(core)
    return variants


def _lines(code: Code) -> Iterator[str]:
    for row in listing(code):
        yield _INDENT * min(row.depth, _DEEPEST) + row.text


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
