"""Programs and machines written straight as data, for tests that need neither an assembler nor machine files."""

from collections.abc import Mapping
from dataclasses import replace

from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig, PortConfig
from isa.address import Address
from isa.program import Code, Compute, EndLoop, Instruction, Loop, Move, Program, Sync, Transfer
from isa.vocabulary import COMPUTE_TYPES, Scope

Part = Code
"""A stretch of code whose loops count from its own first instruction; `sequence` joins parts."""


def move(path: str, size: int, rows: int = 1) -> Part:
    """A move of `size` bytes along `path`, written `DRAM->NRAM`; with `rows`, a strided one of so many bytes a row."""
    src, dst = path.split("->")
    start = Address((0,))
    transfer = Transfer(start, start, rows, 2 * size, size) if rows > 1 else None
    return (Move(src, dst, size, 0, 0, transfer),)


def compute(type_: str, num: int) -> Part:
    """`num` operations of `type_`."""
    return (Compute(type_, num, 0, 0),)


def sync(scope: Scope = Scope.CORE) -> Part:
    """A sync, or the barrier of a wider scope."""
    return (Sync(scope, 0, 0),)


def loop(count: int, *body: Part) -> Part:
    """A loop around the parts of its body."""
    inner = sequence(*body)
    return (Loop(count, len(inner) + 1, 0, 0), *shifted(inner, 1), EndLoop(0, 0, 0))


def sequence(*parts: Part) -> Code:
    """The parts one after the other."""
    code: list[Instruction] = []
    for part in parts:
        code += shifted(part, len(code))
    return tuple(code)


def program(machine: MachineConfig, *codes: Code) -> Program:
    """A program for `machine`: one code for each core, or a single one that all cores run."""
    cores = codes * machine.total_cores if len(codes) == 1 else codes
    assert len(cores) == machine.total_cores
    return Program("test", (), cores, {}, machine.target)


def port(
    name: str,
    *paths: str,
    scope: Scope = Scope.CORE,
    beat_bytes: int = 1,
    beat_cycles: int = 1,
    setup: int = 0,
    latency: int = 0,
) -> PortConfig:
    """A port; a path is written `DRAM->NRAM`, or `DRAM<->NRAM` for both directions."""
    pairs: list[tuple[str, str]] = []
    for path in paths:
        left, right = path.replace("<->", "->").split("->")
        pairs += [(left, right), (right, left)] if "<->" in path else [(left, right)]
    return PortConfig(name, scope, beat_bytes, beat_cycles, setup, latency, tuple(pairs))


def machine(
    *ports: PortConfig,
    cores: int = 1,
    clusters: int = 1,
    decoder: DecoderConfig = DecoderConfig(0, 64),  # noqa: B008
    compute: ComputeConfig | None = None,
) -> MachineConfig:
    """A machine without limits on its memories; without `compute`, every type runs at one operation a cycle."""
    memories: Mapping[str, None] = {memory: None for each in ports for path in each.paths for memory in path}
    rates = compute or ComputeConfig(0, 0, dict.fromkeys(COMPUTE_TYPES, 1))
    return MachineConfig("test", 1.0, clusters, cores, memories, ports, decoder, rates)


def dlp_s() -> MachineConfig:
    """The one-core machine of exercise 7.7."""
    return machine(
        port("dram", "DRAM<->NRAM", "DRAM<->WRAM", scope=Scope.CHIP, beat_bytes=64),
        port("local", "NRAM<->WRAM", beat_bytes=1000),
        compute=ComputeConfig(0, 0, {"MAC_32": 256}),
    )


def dlp_m() -> MachineConfig:
    """The four-core machine of exercise 7.11."""
    return machine(
        port("dram", "DRAM<->NRAM", "DRAM<->WRAM", "DRAM<->SharedRAM", scope=Scope.CHIP, beat_bytes=128),
        port("shared", "SharedRAM<->NRAM", "SharedRAM<->WRAM", beat_bytes=1000),
        port("local", "NRAM<->WRAM", beat_bytes=1000),
        cores=4,
        compute=ComputeConfig(0, 0, {"MAC_32": 256}),
    )


def real(ideal: MachineConfig) -> MachineConfig:
    """The same machine with the setups, latencies and decoder of its `-real` variant."""
    costs = {"dram": (20, 100), "shared": (4, 20), "local": (4, 4)}
    return replace(
        ideal,
        ports=tuple(replace(each, setup=costs[each.name][0], latency=costs[each.name][1]) for each in ideal.ports),
        decoder=DecoderConfig(1, 8),
        compute=replace(ideal.compute, setup=2, latency=8),
    )


def shifted(code: Code, by: int) -> Code:
    """The same instructions for a place that is `by` further on: what loops refer to moves with them."""
    return tuple(_shifted(each, by) for each in code)


def _shifted(instruction: Instruction, by: int) -> Instruction:
    match instruction:
        case Loop():
            return replace(instruction, end=instruction.end + by)
        case EndLoop():
            return replace(instruction, start=instruction.start + by)
        case _:
            return instruction
