"""Whatever the text, the assembler returns a program or raises DlpsimError."""

from hypothesis import given
from hypothesis import strategies as st

from isa.assembler import assemble
from isa.errors import DlpsimError
from isa.instructions import SPECS
from isa.operations import OPERATIONS
from isa.operators import BY_SYMBOL
from isa.predefined import PREDEFINED_NAMES
from isa.report import MAX_MESSAGES
from isa.text import decode, split_lines
from isa.vocabulary import COMPUTE_TYPES, DTYPES, MEMORIES
from tests.isa.examples import target

_WORDS = (
    *(part for words in SPECS for part in words.split()),
    *BY_SYMBOL,
    *PREDEFINED_NAMES,
    *MEMORIES,
    *COMPUTE_TYPES[:3],
    *DTYPES,
    *OPERATIONS,
    "acc",
    "ta",
    "lda",
    "compressed",
    "DRAM[0]",
    "NRAM[N]",
    "NRAM[i * 64]",
    "WRAM[(i + 1) % 2 * M - j]",
    *(
        "(",
        ")",
        ",",
        ";",
        "#",
        ":",
        "[",
        "]",
        ".",
        "=",
        "!",
        "'",
        "0",
        "1",
        "7",
        "0x",
        "0xf",
        "4K",
        "N",
        "M",
        "é",
        "\0",
    ),
)
_words = st.sampled_from(_WORDS)
_lines = st.lists(_words, max_size=8).map(" ".join)
_starts = st.sampled_from(
    [
        *SPECS,
        *(f"{word} N" for word in (".equ", ".param")),
        "move DRAM NRAM",
        "move DRAM[i * 4] NRAM[0]",
        "compute MAC_32",
        "compute MAC_32 8 : matmul NRAM[i] NRAM[j]",
        "compute ADD_32 4 : add NRAM[N] NRAM[0] WRAM[64] 2 2",
        "loop 3 i",
        ".tensor N DRAM f32",
        ".tensor M NRAM[i]",
        ".expect M = add N",
        ".expect N = relu",
    ]
)
_statements = st.builds(lambda start, rest: f"{start} {' '.join(rest)}", _starts, st.lists(_words, max_size=5))
_ends = st.sampled_from(["\n", "\r\n", "\r"])
_garbage = st.lists(st.tuples(_statements | _lines, _ends).map("".join), max_size=12).map("".join)
_defines = st.dictionaries(st.sampled_from(["N", "M", "core", "x y"]), st.integers() | _lines, max_size=2)


def assemble_or_complain(text: str, cores: int, defines: dict[str, int | str]) -> None:
    """Assemble `text`; what is wrong must be said in a way that can be shown."""
    try:
        program = assemble(text, target(cores), "f", defines)
    except DlpsimError as error:
        assert 0 < len(error.messages) <= MAX_MESSAGES + 1
        assert all(message and message.isprintable() for text in error.messages for message in text.split("\n"))
        assert str(error).encode("utf-8")
    else:
        assert len(program.cores) == cores
        assert all(program.text(instruction.line) for code in program.cores for instruction in code)


@given(_garbage, st.sampled_from([1, 3]), _defines)
def test_what_looks_like_a_program(text: str, cores: int, defines: dict[str, int | str]) -> None:
    assemble_or_complain(text, cores, defines)


@given(st.text(st.characters()), st.dictionaries(st.text(), st.integers() | st.text(), max_size=2))
def test_any_text(text: str, defines: dict[str, int | str]) -> None:
    assemble_or_complain(text, 2, defines)


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    try:
        text = decode(data, "f")
    except DlpsimError as error:
        assert len(error.messages) == 1
    else:
        assemble_or_complain(text, 1, {})


@given(st.text(st.sampled_from("a\r\n\ufeff")))
def test_lines_are_found_back(text: str) -> None:
    lines = split_lines(text)
    assert not any("\r" in line or "\n" in line for line in lines)
    assert split_lines("".join(f"{line}\r\n" for line in lines)) == tuple(lines) or lines[0].startswith("\ufeff")
