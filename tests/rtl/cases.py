"""Hand-made cases: each looks into a corner of the rules, on a chip of one of a few structures.

`cases()` is the table: a case's name says what it shows. Each code is given for one core; a single one is every core's.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig
from isa.program import Code
from isa.vocabulary import Scope
from tests.reference.build import Part, compute, loop, machine, move, port, program, sequence, sync
from tests.rtl.case import Case

IN, OUT = "DRAM->NRAM", "NRAM->DRAM"
"""Through the port `dram`, which all cores share."""

NEAR = "NRAM->WRAM"
"""Through the port `near`: a cluster's on the chips of two clusters, elsewhere a core's own."""

NOTHING: Code = ()


def chip(
    cores: int = 1,
    clusters: int = 1,
    *,
    setup: int = 0,
    latency: int = 0,
    beat_cycles: int = 1,
    decoder: int = 1,
    depth: int = 64,
    compute_setup: int = 0,
    compute_latency: int = 0,
    rate: int = 1,
) -> MachineConfig:
    """A chip with a port of 4-byte beats to DRAM and a near one of 1-byte beats, one a cycle, with the same costs."""
    dram = port("dram", "DRAM<->NRAM", scope=Scope.CHIP, beat_bytes=4, beat_cycles=beat_cycles)
    near = port("near", "NRAM<->WRAM", scope=Scope.CLUSTER if clusters > 1 else Scope.CORE)
    return machine(
        *(replace(each, setup=setup, latency=latency) for each in (dram, near)),
        cores=cores,
        clusters=clusters,
        decoder=DecoderConfig(decoder, depth),
        compute=ComputeConfig(compute_setup, compute_latency, {"MAC_32": rate}),
    )


def mac(cycles: int) -> Part:
    """A compute of so many cycles, where the rate is 1."""
    return compute("MAC_32", cycles)


def beats(count: int, path: str = IN) -> Part:
    """A move of so many beats."""
    return move(path, count if path == NEAR else 4 * count)


def _one_core() -> Iterator[tuple[str, MachineConfig, Code]]:
    """Cases on a chip of one core."""
    yield "nothing", chip(), NOTHING
    yield "only a sync", chip(decoder=3), sync()
    yield "syncs in a row", chip(), sequence(sync(), sync(), mac(3), sync(), sync())
    yield "only a barrier", chip(), sync(Scope.CHIP)
    yield "barriers in a row", chip(), sequence(sync(Scope.CLUSTER), sync(Scope.CHIP), mac(2), sync(Scope.CLUSTER))
    yield "one compute", chip(), mac(1)
    yield "one move", chip(), beats(1)
    yield (
        "compute with setup and latency of 1",
        chip(compute_setup=1, compute_latency=1),
        sequence(mac(1), mac(1), sync(), mac(1)),
    )
    yield "move with setup and latency of 1", chip(setup=1, latency=1), sequence(beats(1), beats(2), sync(), beats(1))
    yield "end long after the program", chip(latency=127, compute_latency=100), sequence(mac(3), beats(2))
    yield (
        "operations that do not divide",
        chip(rate=8),
        sequence(*(compute("MAC_32", num) for num in (1, 7, 8, 9, 64, 65))),
    )
    yield "bytes that do not divide", chip(), sequence(*(move(IN, size) for size in (1, 3, 4, 5, 64, 65)))
    yield "rows that do not divide", chip(), sequence(move(IN, 5, rows=3), move(OUT, 4, rows=2), move(IN, 1, rows=7))
    yield "setups follow moves", chip(setup=5), sequence(beats(3), beats(1), beats(4, OUT), sync(), beats(1))
    yield "slow beats", chip(beat_cycles=5), sequence(beats(3), beats(1), mac(4), sync(), beats(2, OUT))
    yield "very slow beats and setup", chip(beat_cycles=1000, setup=700), sequence(beats(2), mac(9), beats(1))
    yield "loads and stores share a channel", chip(latency=3), sequence(beats(4), beats(4, OUT), beats(1), mac(2))
    yield "slow decoder", chip(decoder=7), sequence(mac(3), beats(2), loop(2, mac(20), sync()), beats(9), mac(1))
    yield "sync waits for the compute unit", chip(), sequence(beats(2), beats(3, NEAR), mac(20), sync(), mac(1))
    yield "sync waits for the first channel", chip(), sequence(mac(2), beats(3, NEAR), beats(20), sync(), mac(1))
    yield "sync waits for the last channel", chip(), sequence(mac(2), beats(3), beats(20, NEAR), sync(), mac(1))
    yield (
        "three completions at once",
        chip(latency=2, compute_latency=2),
        sequence(mac(7), beats(6), beats(5, NEAR), sync(), mac(1)),
    )
    yield "sync reached as the last completes", chip(), sequence(mac(2), sync(), mac(1), mac(1), sync())
    yield "queue of one is full", chip(depth=1), sequence(*([mac(9)] * 4), beats(1))
    yield "queue of two is full", chip(depth=2), sequence(*([mac(9)] * 6), beats(1))
    yield "queue of 64 is full", chip(depth=64), sequence(mac(200), loop(40, mac(2), mac(1)), beats(1))
    yield "queue has room as the unit is freed", chip(depth=1), sequence(mac(2), mac(2), mac(2), mac(2), beats(1))
    yield "full queue of a channel", chip(depth=1, setup=2, beat_cycles=3), sequence(*([beats(2)] * 4), mac(1))
    yield "no setup behind a full queue", chip(depth=1, beat_cycles=3), loop(6, beats(1), beats(2, OUT))
    yield "loop of no iterations", chip(), sequence(loop(0, mac(5), sync(Scope.CHIP)), mac(1), loop(0, beats(1)))
    yield "loop with nothing in it", chip(decoder=2), sequence(loop(5), mac(1), loop(1))
    yield (
        "loops in loops",
        chip(),
        loop(2, loop(3, mac(1), loop(2, beats(1), loop(0, mac(9)))), sync(), loop(1, mac(2))),
    )
    yield "eight loops deep", chip(), loop(1, loop(2, loop(1, loop(2, loop(1, loop(2, loop(1, loop(2, mac(3)))))))))
    yield "loop ends the program", chip(latency=4), sequence(mac(1), loop(3, beats(2), mac(1)))
    yield "double buffering", chip(setup=3, latency=5, compute_latency=2, depth=2), sequence(
        beats(6), sync(), loop(4, beats(6), mac(8), beats(2, OUT), sync()), mac(8), sync(), beats(2, OUT)
    )  # fmt: skip


def _four_cores() -> Iterator[tuple[str, MachineConfig, tuple[Code, ...]]]:
    """Cases on a chip of four cores, one cluster."""
    yield "all cores ask at once", chip(4), (sequence(beats(3), beats(2)),)
    yield "all cores ask a slow port", chip(4, beat_cycles=3, latency=2), (sequence(beats(3), sync(), beats(2, OUT)),)
    yield "core 0 asks alone, then with core 1", chip(4), (
        sequence(beats(1), mac(6), sync(), beats(3)), sequence(mac(7), sync(), beats(3)), NOTHING, NOTHING,
    )  # fmt: skip
    yield "core 2 asks alone, then with all", chip(4), (
        sequence(mac(9), sync(), beats(4)), sequence(mac(9), sync(), beats(4)),
        sequence(beats(1), mac(8), sync(), beats(4)), sequence(mac(9), sync(), beats(4)),
    )  # fmt: skip
    yield "the last core asks alone, then with core 1", chip(4), (
        NOTHING, sequence(mac(9), sync(), beats(2)), NOTHING, sequence(beats(1), mac(8), sync(), beats(2)),
    )  # fmt: skip
    yield "a rival comes during a slow beat", chip(4, beat_cycles=4), (
        sequence(mac(2), sync(), beats(2)), NOTHING, sequence(mac(3), sync(), beats(1)), beats(3),
    )  # fmt: skip
    yield "rivals come and go", chip(4, setup=2, beat_cycles=2), (
        beats(9), sequence(mac(4), sync(), beats(1), beats(2)), loop(3, beats(1), sync()), sequence(mac(1), beats(5)),
    )  # fmt: skip
    yield "setups beside others' beats", chip(4, setup=4), (sequence(beats(2), beats(2), beats(3, OUT)),)
    yield "near ports do not contend", chip(4, beat_cycles=2), (sequence(beats(6, NEAR), sync(), beats(2)),)
    yield (
        "barrier waits for the slowest",
        chip(4, decoder=2),
        tuple(sequence(mac(cycles), sync(Scope.CHIP), mac(1)) for cycles in (4, 9, 2, 6)),
    )
    yield (
        "barrier waits for latencies",
        chip(4, latency=9, compute_latency=3),
        tuple(sequence(part, sync(Scope.CLUSTER), beats(2)) for part in (mac(2), beats(2), mac(11), beats(1, NEAR))),
    )
    yield (
        "barriers in loops",
        chip(4, latency=2),
        tuple(loop(4, mac(cycles), sync(Scope.CLUSTER), beats(1), sync(Scope.CHIP)) for cycles in (1, 5, 3, 2)),
    )
    yield "all reach a barrier at once", chip(4, decoder=2), (sequence(sync(Scope.CHIP), mac(2), sync(Scope.CHIP)),)
    yield "one core works", chip(4, latency=6), (NOTHING, NOTHING, sequence(beats(3), sync(), mac(2)), NOTHING)


def _two_clusters() -> Iterator[tuple[str, MachineConfig, tuple[Code, ...]]]:
    """Cases on a chip of two clusters of two cores."""
    yield (
        "clusters meet apart",
        chip(2, 2),
        tuple(sequence(mac(cycles), sync(Scope.CLUSTER), mac(1)) for cycles in (3, 12, 5, 7)),
    )
    yield (
        "the chip meets after the clusters",
        chip(2, 2, latency=3),
        tuple(
            sequence(mac(cycles), sync(Scope.CLUSTER), beats(2), sync(Scope.CHIP), beats(1)) for cycles in (3, 12, 5, 7)
        ),
    )
    yield "clusters have near ports of their own", chip(2, 2, setup=1), (sequence(beats(5, NEAR), beats(3, NEAR)),)
    yield "pointers of two clusters", chip(2, 2), (
        sequence(beats(1, NEAR), mac(9), sync(), beats(4, NEAR)), sequence(mac(10), sync(), beats(4, NEAR)),
        sequence(mac(10), sync(), beats(4, NEAR)), sequence(beats(1, NEAR), mac(9), sync(), beats(4, NEAR)),
    )  # fmt: skip
    yield (
        "all four at the chip's port",
        chip(2, 2, beat_cycles=2, latency=1),
        (sequence(beats(2), mac(3), sync(), beats(3)),),
    )


@cache
def cases() -> dict[str, Case]:
    """Return the cases by name."""
    table: list[tuple[str, MachineConfig, tuple[Code, ...]]] = [
        *((name, config, (code,)) for name, config, code in _one_core()),
        *_four_cores(),
        *_two_clusters(),
    ]
    found = {name: Case(name, program(config, *codes), config) for name, config, codes in table}
    assert len(found) == len(table), "two cases have the same name"
    return found
