"""Verilator finds nothing to say about the chip."""

import shutil
import subprocess

import pytest

from tests.rtl.icarus import CHIP
from tests.rtl.random_cases import STRUCTURES
from tests.rtl.structure import Structure

LINT = "verilator"


@pytest.mark.parametrize("structure", STRUCTURES[::5], ids=str)
def test_chip_lints(structure: Structure) -> None:
    if shutil.which(LINT) is None:
        pytest.skip("Verilator is not installed (Debian: apt-get install verilator)")
    parameters = [f"-G{name}={value}" for name, value in structure.parameters.items()]
    outcome = subprocess.run(
        [LINT, "--lint-only", "-Wall", "--top-module", "chip", *parameters, *CHIP],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert outcome.stderr == ""
    assert outcome.returncode == 0
