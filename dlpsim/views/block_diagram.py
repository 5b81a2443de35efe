"""A block diagram of a machine, in text: memories from the chip's to the core's, and the ports between them.

    dlp-s: 1 core, 1 GHz

    ┌── DRAM, unlimited ─────────────────────────────────────────────────────────┐
    └─┬──────────────────────────────────────────────────────────────────────────┘
      │ port dram: 64 B/cycle for the chip
      │   DRAM<->NRAM, DRAM<->WRAM
    ┌─┴ core ────────────────────────────────────────────────────────────────────┐
    │ decoder: 0 cycles an instruction; 64 may wait for each unit                │
    │ ┌── NRAM, 128 KiB ───────────────────────────────────────────────────────┐ │

One cluster and one core stand for all: `core × 4`.
"""

from collections.abc import Sequence
from textwrap import wrap

from dlpsim.config import MachineConfig, PortConfig
from dlpsim.machine_file.values import format_size
from dlpsim.machine_file.writer import format_paths
from dlpsim.views.quantities import rate_text
from isa.vocabulary import MEMORIES, Scope

WIDTH = 78
"""Columns of the diagram: 80 with the `# ` that makes it a comment."""

JOINT = 2
"""Column in which a port meets the borders of the boxes that it joins."""

Lines = list[str]


def block_diagram(config: MachineConfig) -> str:
    """Return the diagram, in lines of at most WIDTH columns."""
    return "\n".join([*wrap(_headline(config), WIDTH), "", *_chip(config, WIDTH)])


def _headline(config: MachineConfig) -> str:
    clusters = f"{config.clusters} clusters of " if config.clusters > 1 else ""
    return f"{config.name}: {clusters}{_count(config.cores, 'core')}, {config.clock_ghz:g} GHz"


def _chip(config: MachineConfig, width: int) -> Lines:
    has_cluster = config.clusters > 1 or "SharedRAM" in config.memories
    inner = _cluster(config, width) if has_cluster else _core(config, width)
    return _joined(_memory(config, "DRAM", width), _ports(config, "DRAM", width), inner)


def _cluster(config: MachineConfig, width: int) -> Lines:
    inner = width - 4
    ports = _ports(config, "SharedRAM", inner)
    content = _joined(_memory(config, "SharedRAM", inner), ports, _core(config, inner))
    return _box(_times("cluster", config.clusters), content, width)


def _core(config: MachineConfig, width: int) -> Lines:
    inner = width - 4
    decoder = f"decoder: {_count(config.decoder.cycles, 'cycle')} an instruction; "
    decoder += f"{config.decoder.queue_depth} may wait for each unit"
    nram, wram = (_memory(config, name, inner) for name in ("NRAM", "WRAM"))
    ports = _ports(config, "NRAM", inner) + _ports(config, "WRAM", inner)
    content = [*wrap(decoder, inner), *_joined(nram, ports, wram), *_compute(config, inner)]
    return _box(_times("core", config.cores), content, width)


def _compute(config: MachineConfig, width: int) -> Lines:
    """Draw the compute unit with its MAC rates; the other types are counted."""
    macs = {type_: rate for type_, rate in config.compute.rate.items() if type_.startswith("MAC_")}
    others = len(config.compute.rate) - len(macs)
    rates = f"{', '.join(f'{rate:,} {type_}' for type_, rate in macs.items())} a cycle" if macs else "no MAC"
    rates += f"; {_count(others, 'other type')}" if others else ""
    delays = _delays(config.compute.setup, config.compute.latency)
    return _box("compute unit", [*wrap(rates, width - 4), *wrap(delays, width - 4)], width)


def _memory(config: MachineConfig, name: str, width: int) -> Lines:
    """Draw a memory; nothing where the machine has none."""
    if name not in config.memories:
        return []
    return _box(f"{name}, {format_size(config.memories[name])}", [], width)


def _ports(config: MachineConfig, outermost: str, width: int) -> Lines:
    """Describe the ports whose outermost memory this is."""
    lines = []
    for port in config.ports:
        if _outermost(port) == outermost:
            paths = ", ".join(format_paths(port.paths)) or "no paths"
            lines += wrap(_port(port), width - JOINT - 2, subsequent_indent="  ")
            for text in (paths, _delays(port.setup, port.latency)):
                lines += wrap(text, width - JOINT - 2, initial_indent="  ", subsequent_indent="  ")
    return lines


def _outermost(port: PortConfig) -> str:
    """Return the memory nearest to the border of the chip that the port reaches."""
    return min((memory for path in port.paths for memory in path), key=MEMORIES.index, default=MEMORIES[-1])


def _port(port: PortConfig) -> str:
    shared_by = {Scope.CHIP: "for the chip", Scope.CLUSTER: "for each cluster", Scope.CORE: "for each core"}
    rate = f"{rate_text(port.beat_bytes / port.beat_cycles)} B/cycle"
    return f"port {port.name}: {rate} {shared_by[port.scope]}"


def _delays(setup: int, latency: int) -> str:
    """Name the delays that there are."""
    named = (("setup", setup), ("latency", latency))
    return ", ".join(f"{name} {_count(cycles, 'cycle')}" for name, cycles in named if cycles)


def _joined(above: Lines, ports: Lines, below: Lines) -> Lines:
    """Put one box above another, with the ports that join them in between."""
    if not ports:
        return above + below
    pipe = [" " * JOINT + f"│ {line}" for line in ports]
    return [
        *above[:-1],
        *(_with_joint(line, "┬") for line in above[-1:]),
        *pipe,
        *(_with_joint(line, "┴") for line in below[:1]),
        *below[1:],
    ]


def _with_joint(border: str, joint: str) -> str:
    return border[:JOINT] + joint + border[JOINT + 1 :]


def _box(title: str, content: Sequence[str], width: int) -> Lines:
    """Draw a box of this width around the content."""
    top = f"┌── {title} ".ljust(width - 1, "─") + "┐"
    return [top, *(f"│ {line:<{width - 4}} │" for line in content), "└" + "─" * (width - 2) + "┘"]


def _times(name: str, count: int) -> str:
    return f"{name} × {count}" if count > 1 else name


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
