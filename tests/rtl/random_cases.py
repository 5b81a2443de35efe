"""Random programs on random machines, always the same: as many for each structure as are asked for."""

import os
from dataclasses import replace
from itertools import product

from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from dlpsim.config import DecoderConfig, MachineConfig
from isa.program import Compute, Move, Program
from isa.vocabulary import Scope
from tests.reference.strategies import contending_runs, runs
from tests.rtl.case import Case
from tests.rtl.structure import Structure

SCOPES = (
    (Scope.CHIP, Scope.CLUSTER, Scope.CORE, Scope.CHIP),
    (Scope.CLUSTER, Scope.CHIP, Scope.CHIP, Scope.CORE),
    (Scope.CORE, Scope.CHIP, Scope.CLUSTER, Scope.CLUSTER),
)

STRUCTURES = tuple(
    Structure(clusters, cores, scopes) for clusters, cores, scopes in product((1, 2), (1, 2, 3, 4), SCOPES)
)
"""One or two clusters of one to four cores, each with ports shared in three ways."""

CASES = 25
"""For each structure; times the environment variable DLPSIM_EXAMPLES for long soaks."""

SMALLEST = 5
"""A program with fewer moves and computes, over all cores, is not taken."""


def random_cases(structure: Structure) -> list[Case]:
    """Return different cases for one of `STRUCTURES`, whose number seeds them."""
    count = CASES * int(os.environ.get("DLPSIM_EXAMPLES", "1"))
    chips = ((structure.clusters, structure.cores),)
    found: dict[str, Case] = {}

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @seed(STRUCTURES.index(structure))
    @given(st.one_of(runs(chips), contending_runs(chips)))
    def draw(run: tuple[Program, MachineConfig]) -> None:
        program, drawn = run
        machine = structure.fitted(replace(drawn, decoder=_in_hardware(drawn.decoder)))
        case = Case(f"random {len(found)}", program, machine)
        key = repr((program.cores, machine))
        assume(_size(program) >= SMALLEST and key not in found)
        found[key] = case

    draw()
    assert len(found) == count, f"only {len(found)} runs of {count} were found"
    return list(found.values())


def _size(program: Program) -> int:
    return sum(isinstance(each, Move | Compute) for code in program.cores for each in code)


def _in_hardware(decoder: DecoderConfig) -> DecoderConfig:
    """The same decoder, if it takes any time; hardware cannot do without."""
    return replace(decoder, cycles=max(decoder.cycles, 1))
