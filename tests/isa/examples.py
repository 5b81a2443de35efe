"""Targets and short ways to assemble, for the tests of this folder."""

from collections.abc import Mapping

from isa.assembler import assemble
from isa.errors import DlpsimError
from isa.program import Code, Program
from isa.target import Target
from isa.vocabulary import COMPUTE_TYPES

_SMALL_PATHS = {("DRAM", "NRAM"), ("DRAM", "WRAM"), ("NRAM", "WRAM")}
_PATHS = {*_SMALL_PATHS, ("DRAM", "SharedRAM"), ("SharedRAM", "NRAM"), ("SharedRAM", "WRAM")}


def both_ways(paths: set[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Return `paths` and their reverses."""
    return frozenset(paths | {(dst, src) for src, dst in paths})


SMALL = Target(
    "small",
    {"DRAM": None, "NRAM": 131072, "WRAM": 262144},
    both_ways(_SMALL_PATHS),
    frozenset({"MAC_32", "ADD_16"}),
)
"""One core, no SharedRAM, two types."""


def target(cores: int = 1, clusters: int = 1) -> Target:
    """Return a target with every memory, type and path but DRAM to itself."""
    memories = {"DRAM": None, "SharedRAM": 2**21, "NRAM": 2**17, "WRAM": 2**18}
    return Target("large", memories, both_ways(_PATHS), frozenset(COMPUTE_TYPES), clusters, cores)


def code(text: str, on: Target = SMALL, **defines: int | str) -> Code:
    """Return the code of core 0."""
    return assemble(text, on, "x.asm", defines).cores[0]


def value(expression: str, on: Target = SMALL, **defines: int | str) -> int:
    """Return the value of `expression` as a `.param` of core 0 has it."""
    return assemble(f".param result {expression}", on, "x.asm", defines).params["result"]


def messages(text: str, on: Target = SMALL, defines: Mapping[str, int | str] | None = None) -> tuple[str, ...]:
    """Return the messages about `text`, whole; none if it is good."""
    try:
        assemble(text, on, "x.asm", defines)
    except DlpsimError as error:
        return error.messages
    return ()


def summaries(text: str, on: Target = SMALL, defines: Mapping[str, int | str] | None = None) -> list[str]:
    """Return the first line of each message, without the file name."""
    return [message.splitlines()[0].removeprefix("x.asm:") for message in messages(text, on, defines)]


def program(text: str, on: Target = SMALL, **defines: int | str) -> Program:
    """Return the assembled program."""
    return assemble(text, on, "x.asm", defines)
