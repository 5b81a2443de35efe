"""The hardware against the simulator and the reference model: every moment of every instruction."""

import ast
from pathlib import Path

import pytest

from dlpsim.programs import shipped_programs
from tests.rtl.cases import cases
from tests.rtl.icarus import CHIP, HERE, TESTBENCH, missing
from tests.rtl.models import disagreements, on_structure
from tests.rtl.random_cases import CASES, STRUCTURES, random_cases
from tests.rtl.shipped_cases import CUT, shipped_cases
from tests.rtl.structure import Structure, structure_of
from tests.tools import require


def test_hand_made_cases(tmp_path: Path) -> None:
    require(missing())
    assert disagreements(cases().values(), tmp_path) == {}


@pytest.mark.parametrize("structure", STRUCTURES, ids=str)
def test_random_cases(structure: Structure, tmp_path: Path) -> None:
    require(missing())
    assert on_structure(structure, random_cases(structure), tmp_path) == {}


@pytest.mark.parametrize("machine", CUT)
def test_shipped_programs(machine: str, tmp_path: Path) -> None:
    require(missing())
    found = shipped_cases(machine)
    assert on_structure(structure_of(found[0].machine), found, tmp_path, with_reference=False) == {}


def test_every_shipped_program_runs() -> None:
    assert {case.name for machine in CUT for case in shipped_cases(machine)} == shipped_programs().keys()


def test_enough_random_cases() -> None:
    assert len(STRUCTURES) * CASES >= 300
    assert {(structure.clusters, structure.cores) for structure in STRUCTURES} == {
        (a, b) for a in (1, 2) for b in (1, 2, 3, 4)
    }


def test_every_file_belongs_to_the_chip() -> None:
    assert {*CHIP, TESTBENCH} == set(HERE.glob("*.sv"))
    assert [path.name for path in (*CHIP, TESTBENCH) if not path.read_text(encoding="utf-8").startswith("// ")] == []


def test_hardware_shares_nothing_with_the_models() -> None:
    forbidden = ("simpy", "dlpsim.machine.", "dlpsim.costs", "dlpsim.events", "tests.reference.model")
    for name in ("words", "record", "bench", "icarus", "structure"):
        tree = ast.parse((HERE / f"{name}.py").read_text(encoding="utf-8"))
        modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert modules
        assert [module for module in modules if f"{module}.".startswith(forbidden)] == []
