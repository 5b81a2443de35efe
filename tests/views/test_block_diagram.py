from hypothesis import given, settings

from dlpsim.config import MachineConfig
from dlpsim.machine_file import load_machine
from dlpsim.views import block_diagram as module
from dlpsim.views.block_diagram import WIDTH, block_diagram
from tests.machine_file.strategies import machines

DLP_M_REAL = """\
dlp-m-real: 2 clusters of 4 cores, 1 GHz

┌── DRAM, unlimited ─────────────────────────────────────────────────────────┐
└─┬──────────────────────────────────────────────────────────────────────────┘
  │ port dram: 128 B/cycle for the chip
  │   DRAM<->NRAM, DRAM<->WRAM, DRAM<->SharedRAM
  │   setup 20 cycles, latency 100 cycles
┌─┴ cluster × 2 ─────────────────────────────────────────────────────────────┐
│ ┌── SharedRAM, 2 MiB ────────────────────────────────────────────────────┐ │
│ └─┬──────────────────────────────────────────────────────────────────────┘ │
│   │ port shared: 1,000 B/cycle for each core                               │
│   │   SharedRAM<->NRAM, SharedRAM<->WRAM                                   │
│   │   setup 4 cycles, latency 20 cycles                                    │
│ ┌─┴ core × 4 ────────────────────────────────────────────────────────────┐ │
│ │ decoder: 1 cycle an instruction; 8 may wait for each unit              │ │
│ │ ┌── NRAM, 128 KiB ───────────────────────────────────────────────────┐ │ │
│ │ └─┬──────────────────────────────────────────────────────────────────┘ │ │
│ │   │ port local: 1,000 B/cycle for each core                            │ │
│ │   │   NRAM<->WRAM                                                      │ │
│ │   │   setup 4 cycles, latency 4 cycles                                 │ │
│ │ ┌─┴ WRAM, 256 KiB ───────────────────────────────────────────────────┐ │ │
│ │ └────────────────────────────────────────────────────────────────────┘ │ │
│ │ ┌── compute unit ────────────────────────────────────────────────────┐ │ │
│ │ │ 256 MAC_32, 512 MAC_16, 1,024 MAC_8 a cycle; 27 other types        │ │ │
│ │ │ setup 2 cycles, latency 8 cycles                                   │ │ │
│ │ └────────────────────────────────────────────────────────────────────┘ │ │
│ └────────────────────────────────────────────────────────────────────────┘ │
└────────────────────────────────────────────────────────────────────────────┘
"""

SMALLEST = """\
dlp-s: 1 core, 1 GHz

┌── core ────────────────────────────────────────────────────────────────────┐
│ decoder: 0 cycles an instruction; 64 may wait for each unit                │
│ ┌── WRAM, unlimited ─────────────────────────────────────────────────────┐ │
│ └────────────────────────────────────────────────────────────────────────┘ │
│ ┌── compute unit ────────────────────────────────────────────────────────┐ │
│ │ no MAC; 1 other type                                                   │ │
│ └────────────────────────────────────────────────────────────────────────┘ │
└────────────────────────────────────────────────────────────────────────────┘
"""


def test_of_a_machine_with_everything() -> None:
    assert block_diagram(load_machine("dlp-m-real", sets=[("clusters", "2")])) == DLP_M_REAL.rstrip()


def test_the_sample_in_its_docstring() -> None:
    indented = [line[4:] for line in (module.__doc__ or "").splitlines() if line.startswith("    ")]
    drawn = [line for line in block_diagram(load_machine("dlp-s")).splitlines() if line]
    assert drawn[: len(indented)] == indented


def test_of_the_smallest_machine() -> None:
    config = load_machine("dlp-s", sets=[("memory", "{WRAM = {}}"), ("port", "{}"), ("compute.rate", "{LOG_8 = 1}")])
    assert block_diagram(config) == SMALLEST.rstrip()


@settings(max_examples=100, deadline=None)
@given(machines())
def test_every_machine_fits_and_nothing_is_left_out(config: MachineConfig) -> None:
    head, _, drawing = block_diagram(config).partition("\n\n")
    assert all(len(line) <= WIDTH for line in [*head.splitlines(), *drawing.splitlines()])
    assert {len(line) for line in drawing.splitlines() if line[0] in "┌│└"} == {WIDTH}
    opened, closed = drawing.count("┌"), drawing.count("└")
    assert opened == closed
    assert all(f" {memory}, " in drawing for memory in config.memories)
    assert all(f"port {port.name}: " in drawing for port in config.ports)
