"""The instruction table and the directive table: one entry each.

Assembler, disassembler and the tables of the reference are derived from these entries.
"""

from dataclasses import dataclass
from enum import Enum

from isa.program import Compute, EndLoop, Instruction, Loop, Move, Sync
from isa.vocabulary import Scope


class Kind(Enum):
    """What stands in a field."""

    MEMORY = "a memory"
    TYPE = "a type"
    NAME = "a name"
    EXPRESSION = "an expression"
    DTYPE = "an element type"
    OPERATION = "an operation"
    EQUATION = "an operation on tensors"
    TEXT = "text to the end of the line"

    __hash__ = object.__hash__  # Enum's own is slow, and kinds are looked up for each field of each line


SIGNS = {Kind.OPERATION: ": ", Kind.EQUATION: "= "}
"""What stands before a field of a kind."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A field of a line: its name in the reference, its kind, and for an expression the least value allowed.

    `attribute` is where the assembled instruction keeps it; empty for directives and for what only annotations say.
    """

    name: str
    kind: Kind
    attribute: str = ""
    least: int | None = None

    @property
    def form(self) -> str:
        """How the field is written, with the sign before it."""
        return SIGNS.get(self.kind, "") + self.name


@dataclass(frozen=True, slots=True)
class InstructionSpec:
    """An instruction: its fixed words, its fields in order, what it means and what it costs.

    `builds` is the type of the assembled instruction, `scope` that of a Sync. `annotation` holds the fields that only
    an annotated line has, all of them or none; `is_located` says whether its memories may carry addresses. Behind them
    may stand `: suffix FACTOR`.
    """

    words: str
    operands: tuple[Operand, ...]
    summary: str
    meaning: str
    cost: str
    builds: type[Instruction]
    scope: Scope | None = None
    annotation: tuple[Operand, ...] = ()
    is_located: bool = False
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class DirectiveSpec:
    """A directive: its word, its fields in order, and what it means. It costs nothing: it is gone at run time.

    `is_located` says whether its memory may carry an address, `repeats` whether the last field may stand repeatedly.
    Behind it may stand `: suffix FACTOR`.
    """

    words: str
    operands: tuple[Operand, ...]
    summary: str
    meaning: str
    is_located: bool = False
    repeats: bool = False
    suffix: str = ""


Spec = InstructionSpec | DirectiveSpec

INSTRUCTIONS = (
    InstructionSpec(
        words="move",
        operands=(
            Operand("SRC", Kind.MEMORY, "src"),
            Operand("DST", Kind.MEMORY, "dst"),
            Operand("SIZE", Kind.EXPRESSION, "size", least=1),
        ),
        summary="Copy SIZE bytes from memory SRC to memory DST.",
        meaning="DST[0 .. SIZE-1] = SRC[0 .. SIZE-1]",
        cost="The channel's `setup`, then ceil(SIZE / beat_bytes) beats of the path's port; "
        "complete `latency` cycles after the last beat.",
        builds=Move,
        annotation=(
            Operand("ROWS", Kind.EXPRESSION, least=1),
            Operand("SRC_STRIDE", Kind.EXPRESSION, least=0),
            Operand("DST_STRIDE", Kind.EXPRESSION, least=0),
        ),
        is_located=True,
        suffix="expand",
    ),
    InstructionSpec(
        words="compute",
        operands=(Operand("TYPE", Kind.TYPE, "type"), Operand("NUM", Kind.EXPRESSION, "num", least=1)),
        summary="Perform NUM operations of TYPE.",
        meaning="repeat NUM times: one TYPE operation",
        cost="The compute unit is occupied for `setup` + ceil(NUM / rate of TYPE) cycles; "
        "complete `latency` cycles after that.",
        builds=Compute,
        annotation=(Operand("OPERATION", Kind.OPERATION),),
    ),
    InstructionSpec(
        words="loop",
        operands=(Operand("N", Kind.EXPRESSION, "count", least=0),),
        summary="Run the lines up to the matching `endloop` N times; loops nest.",
        meaning="repeat N times: body",
        cost="One decoding; with N = 0 neither the body nor its `endloop` is decoded.",
        builds=Loop,
        annotation=(Operand("COUNTER", Kind.NAME),),
    ),
    InstructionSpec(
        words="endloop",
        operands=(),
        summary="Close the body of the innermost open `loop`.",
        meaning="if rounds remain: go to the first line of the body",
        cost="One decoding in every round.",
        builds=EndLoop,
    ),
    InstructionSpec(
        words="sync",
        operands=(),
        summary="Wait until every earlier instruction of this core has completed.",
        meaning="while outstanding(core): wait",
        cost="One decoding and the wait.",
        builds=Sync,
        scope=Scope.CORE,
    ),
    InstructionSpec(
        words="sync cluster",
        operands=(),
        summary="Barrier: wait as `sync`, then for every other core of the cluster to arrive at one.",
        meaning="while outstanding(core): wait; arrive; while any core of the cluster has not arrived: wait",
        cost="One decoding and the wait; all go on at the boundary at which the last core arrives.",
        builds=Sync,
        scope=Scope.CLUSTER,
    ),
    InstructionSpec(
        words="sync chip",
        operands=(),
        summary="Barrier: wait as `sync`, then for every other core of the chip to arrive at one.",
        meaning="while outstanding(core): wait; arrive; while any core of the chip has not arrived: wait",
        cost="One decoding and the wait; all go on at the boundary at which the last core arrives.",
        builds=Sync,
        scope=Scope.CHIP,
    ),
)
"""Every instruction."""

DIRECTIVES = (
    DirectiveSpec(
        words=".equ",
        operands=(Operand("NAME", Kind.NAME), Operand("EXPR", Kind.EXPRESSION)),
        summary="Define a constant.",
        meaning="NAME = EXPR",
    ),
    DirectiveSpec(
        words=".param",
        operands=(Operand("NAME", Kind.NAME), Operand("EXPR", Kind.EXPRESSION)),
        summary="Define a constant that the caller can override; EXPR is its default.",
        meaning="NAME = the override if there is one, else EXPR",
    ),
    DirectiveSpec(
        words=".tensor",
        operands=(
            Operand("NAME", Kind.NAME),
            Operand("MEMORY", Kind.MEMORY),
            Operand("DTYPE", Kind.DTYPE),
            Operand("SHAPE", Kind.EXPRESSION, least=1),
        ),
        summary="Name a region of a memory: NAME is its address. Without an address it lies behind those above.",
        meaning="NAME = the address of elements of DTYPE in SHAPE",
        is_located=True,
        repeats=True,
        suffix="compressed",
    ),
    DirectiveSpec(
        words=".expect",
        operands=(Operand("NAME", Kind.NAME), Operand("OPERATION", Kind.EQUATION)),
        summary="State what the program computes: NAME, a tensor, is to be the result of OPERATION on tensors.",
        meaning="at the end: NAME = OPERATION",
    ),
    DirectiveSpec(
        words=".if",
        operands=(Operand("EXPR", Kind.EXPRESSION),),
        summary="Take the lines up to the matching `.else` or `.endif` only if EXPR is not 0; they nest.",
        meaning="if EXPR != 0: the lines that follow",
    ),
    DirectiveSpec(
        words=".else",
        operands=(),
        summary="Take the lines up to the matching `.endif` only if those of the `.if` were not taken.",
        meaning="otherwise: the lines that follow",
    ),
    DirectiveSpec(
        words=".endif",
        operands=(),
        summary="Close the innermost open `.if`.",
        meaning="in any case: the lines that follow",
    ),
    DirectiveSpec(
        words=".error",
        operands=(Operand("TEXT", Kind.TEXT),),
        summary="Stop assembly with TEXT, which ends at a comment or at the end of the line.",
        meaning="stop with TEXT",
    ),
)
"""Every directive."""

SPECS: dict[str, Spec] = {spec.words: spec for spec in (*INSTRUCTIONS, *DIRECTIVES)}
"""Every entry of both tables by its fixed words, in lower case."""


def form(spec: Spec) -> str:
    """Return how a line of this kind is written: `move SRC DST SIZE`."""
    return " ".join([spec.words, *(operand.form for operand in spec.operands)])


def spec_of(instruction: Instruction) -> InstructionSpec:
    """Return the table entry of an assembled instruction."""
    scope = instruction.scope if isinstance(instruction, Sync) else None
    return _BY_TYPE[type(instruction), scope]


_BY_TYPE = {(spec.builds, spec.scope): spec for spec in INSTRUCTIONS}
