"""A machine file for tests, and ways to change it."""

from pathlib import Path

from dlpsim.config import MachineConfig
from dlpsim.machine_file import load_machine
from isa.errors import DlpsimError

TINY = """\
name = "tiny"
clock_ghz = 1
[memory.DRAM]
[memory.NRAM]
size = "1 KiB"
[port.dram]
beat_bytes = 64
paths = ["DRAM<->NRAM"]
[compute.rate]
MAC_32 = 16
"""


def load(folder: Path, text: str, cores: int | None = None, sets: tuple[tuple[str, str], ...] = ()) -> MachineConfig:
    path = folder / "m.toml"
    path.write_text(text, encoding="utf-8", newline="")
    return load_machine(path, cores, sets)


def complaint(folder: Path, text: str, sets: tuple[tuple[str, str], ...] = ()) -> str:
    """Return all messages about a machine file, without the folder that it lies in."""
    try:
        config = load(folder, text, sets=sets)
    except DlpsimError as error:
        return str(error).replace(f"{folder}/", "")
    return f"no error: {config}"
