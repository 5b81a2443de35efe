"""The shipped programs' texts, assembled for machines of any shape."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from dlpsim.machine_file import load_machine
from dlpsim.programs import shipped_programs
from isa.assembler import assemble
from isa.program import Program
from isa.target import Target

BARE = ("fc_32x256.asm", "fc_1024x256.asm", "fc_1024x256_sparse.asm")
"""The programs with several schemes, of which the last is that of a pipelined program."""

RUN = r"([\w-]+), (\d+) cores?(?:, ([\w= ]+))?"
EXPECT = re.compile(rf"^; expect: {RUN}: (\d+) cycles$", re.M)
HOLDS = re.compile(rf"^; holds: {RUN}: ([\w, ]+) bytes$", re.M)


@dataclass(frozen=True)
class Run:
    """A program on a machine, as `MACHINE, CORES, PARAMETERS` in its head."""

    program: str
    machine: str
    cores: int
    parameters: str

    @property
    def defines(self) -> dict[str, str]:
        return dict(pair.split("=") for pair in self.parameters.split())

    def assembled(self) -> Program:
        return assembled(self.program, target(self.machine, self.cores), self.defines)


@dataclass(frozen=True)
class Expectation(Run):
    """A line `; expect: RUN: CYCLES cycles`."""

    cycles: int


@dataclass(frozen=True)
class Holding(Run):
    """A line `; holds: RUN: MEMORY SIZE, MEMORY SIZE bytes`."""

    used: str

    @property
    def bytes(self) -> dict[str, int]:
        return {memory: int(size) for memory, size in (pair.split() for pair in self.used.split(","))}


def pipelined(name: str) -> str:
    """Return the pipelined version of a program of `BARE`."""
    return name.replace(".asm", "_pipelined.asm")


@cache
def text_of(name: str) -> str:
    return shipped_programs()[name].read_text(encoding="utf-8")


def has_addresses(name: str) -> bool:
    """Whether a program says where its data lie."""
    return "\n.tensor " in text_of(name)


def expectations() -> list[Expectation]:
    return [
        Expectation(name, machine, int(cores), parameters, int(cycles))
        for name in shipped_programs()
        for machine, cores, parameters, cycles in EXPECT.findall(text_of(name))
    ]


def holdings() -> list[Holding]:
    return [
        Holding(name, machine, int(cores), parameters, used)
        for name in shipped_programs()
        for machine, cores, parameters, used in HOLDS.findall(text_of(name))
    ]


@cache
def target(machine: str, cores: int, clusters: int = 1) -> Target:
    return load_machine(machine, cores, [("clusters", str(clusters))]).target


def assembled(name: str, where: Target, defines: Mapping[str, int | str], text: str = "") -> Program:
    """Assemble a shipped program, or `text` in its name."""
    return assemble(text or text_of(name), where, name, defines)


def params_of(name: str) -> list[str]:
    """Return the names of the program's parameters, once each."""
    return list(dict.fromkeys(re.findall(r"^\s*\.param (\w+)", text_of(name), re.M)))
