"""The reference model against arithmetic done by hand: the published figures, then one small case for each rule."""

from dataclasses import replace

import pytest

from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig
from isa.program import Code
from isa.vocabulary import Scope
from tests.reference.build import compute, dlp_m, dlp_s, loop, machine, move, port, program, real, sequence, sync
from tests.reference.model import simulate_reference
from tests.reference.result import ReferenceDeadlock, ReferenceResult

FC_1X256 = sequence(
    move("DRAM->NRAM", 1024), move("DRAM->WRAM", 1024), sync(), compute("MAC_32", 256), sync(), move("NRAM->DRAM", 4)
)
FC_32X256 = sequence(
    move("DRAM->NRAM", 32_768),
    move("DRAM->WRAM", 131_072),
    sync(),
    compute("MAC_32", 32 * 256 * 128),
    sync(),
    move("NRAM->DRAM", 16_384),
)
FC_FOUR_CORES = sequence(
    move("DRAM->SharedRAM", 32_768 // 4),
    move("DRAM->WRAM", 131_072 // 4),
    sync(Scope.CLUSTER),
    move("SharedRAM->NRAM", 32_768),
    sync(),
    compute("MAC_32", 32 * 256 * 32),
    sync(),
    move("NRAM->DRAM", 16_384 // 4),
)


@pytest.mark.parametrize(
    ("code", "machine", "cycles"),
    [
        pytest.param(FC_1X256, dlp_s(), 16 + 16 + 1 + 1, id="7.7"),
        # The loads leave the decoder at 1 and 2, the channel at 37 and 73; the second is complete at 173. The compute
        # is decoded by 174, done at 177 and complete at 185; the store is decoded by 186: 186 + 20 + 1 + 100.
        pytest.param(FC_1X256, real(dlp_s()), 307, id="7.7-real"),
        pytest.param(FC_32X256, dlp_s(), 512 + 2048 + 4096 + 256, id="7.8"),
        pytest.param(FC_32X256, real(dlp_s()), 7185, id="7.8-real"),
        pytest.param(FC_FOUR_CORES, dlp_m(), 1280 + 33 + 1024 + 128, id="7.11"),
        pytest.param(FC_FOUR_CORES, real(dlp_m()), 2760, id="7.11-real"),
    ],
)
def test_published_figures(code: Code, machine: MachineConfig, cycles: int) -> None:
    assert simulate_reference(program(machine, code), machine).cycles == cycles


def tiles(count: int) -> tuple[Code, Code]:
    """Exercise 7.9 with `count` tiles of 32 rows: serial, and double buffered."""
    load, work = move("DRAM->NRAM", 32_768), compute("MAC_32", 32 * 256 * 128)
    store, weights = move("NRAM->DRAM", 16_384), move("DRAM->WRAM", 131_072)
    serial = sequence(weights, sync(), loop(count, load, sync(), work, sync(), store, sync()))
    steady = loop(count - 2, load, store, work, sync())
    double = sequence(weights, load, sync(), load, work, sync(), steady, store, work, sync(), store)
    return serial, double


@pytest.mark.parametrize("count", [2, 3])
def test_tiles(count: int) -> None:
    serial, double = tiles(count)
    dlp = dlp_s()
    assert simulate_reference(program(dlp, serial), dlp).cycles == 2048 + count * (512 + 4096 + 256)
    assert simulate_reference(program(dlp, double), dlp).cycles == 2048 + 512 + count * 4096 + 256


def lives(result: ReferenceResult, core: int, unit: str) -> list[tuple[int, int, int, int]]:
    """When each instruction of a unit was dispatched, started, freed its unit and was complete."""
    return [(each.dispatched, each.started, each.freed, each.completed) for each in result.history[core, unit]]


def run(machine: MachineConfig, *codes: Code) -> ReferenceResult:
    return simulate_reference(program(machine, *codes), machine)


BUS = port("bus", "DRAM<->NRAM", scope=Scope.CHIP)
"""One beat of one byte a cycle for the whole chip."""


def test_empty_program_takes_no_time() -> None:
    result = run(machine(BUS, cores=2), ())
    assert (result.cycles, result.cores_end) == (0, (0, 0))
    assert result.stats[1, "bus"] == (0, 0, 0, 0)


def test_cores_end_one_by_one() -> None:
    result = run(machine(BUS, cores=3), compute("ADD_8", 4), (), compute("ADD_8", 2))
    assert (result.cycles, result.cores_end) == (4, (4, 0, 2))
    assert result.stats[2, "compute"] == (2, 0, 0, 2)


def test_compute_setup_rate_and_latency() -> None:
    # 9 operations at 4 a cycle take 3 cycles after 2 of setup; the second starts while the first is in its latency.
    config = machine(BUS, compute=ComputeConfig(2, 7, {"MAC_16": 4}))
    result = run(config, sequence(compute("MAC_16", 9), compute("MAC_16", 8)))
    assert lives(result, 0, "compute") == [(0, 0, 5, 12), (0, 5, 9, 16)]
    assert result.stats[0, "compute"] == (3 + 2, 4, 0, 16 - 9)


def test_setup_is_not_overlapped_and_latency_is() -> None:
    # Setup 0-3, beats 3-5; setup 5-8, one beat 8-9; each complete 10 cycles after its last beat.
    config = machine(port("bus", "DRAM<->NRAM", beat_bytes=4, setup=3, latency=10))
    result = run(config, sequence(move("DRAM->NRAM", 5), move("NRAM->DRAM", 4), sync(), compute("ADD_8", 1)))
    assert lives(result, 0, "bus") == [(0, 0, 5, 15), (0, 5, 9, 19)]
    assert lives(result, 0, "compute") == [(19, 19, 20, 20)]
    assert result.stats[0, "bus"] == (3, 6, 0, 20 - 9)


def test_strided_move_pays_for_the_beats_of_each_row() -> None:
    # Three rows of 5 bytes: 2 beats each, where 15 bytes in one piece are 4.
    result = run(machine(replace(BUS, beat_bytes=4)), sequence(move("DRAM->NRAM", 5, rows=3), move("DRAM->NRAM", 15)))
    assert lives(result, 0, "bus") == [(0, 0, 6, 6), (0, 6, 10, 10)]


def test_moves_follow_each_other_without_a_gap() -> None:
    result = run(machine(BUS), sequence(move("DRAM->NRAM", 2), move("NRAM->DRAM", 3)))
    assert lives(result, 0, "bus") == [(0, 0, 2, 2), (0, 2, 5, 5)]


def test_ports_of_a_core_work_at_the_same_time() -> None:
    config = machine(BUS, port("local", "NRAM<->WRAM"))
    result = run(config, sequence(move("DRAM->NRAM", 5), move("NRAM->WRAM", 3), compute("ADD_8", 4)))
    assert (result.cycles, result.history[0, "local"][0].completed) == (5, 3)


def test_round_robin_goes_around() -> None:
    # Cycles 0 to 5 belong to cores 0 1 2 0 1 2.
    result = run(machine(BUS, cores=3), move("DRAM->NRAM", 2))
    assert [lives(result, core, "bus") for core in range(3)] == [[(0, 0, 4, 4)], [(0, 0, 5, 5)], [(0, 0, 6, 6)]]
    assert [result.stats[core, "bus"] for core in range(3)] == [(2, 0, 2, 2), (2, 0, 3, 1), (2, 0, 4, 0)]


def test_round_robin_skips_who_does_not_ask() -> None:
    # Cores 0 2 0 2 2.
    result = run(machine(BUS, cores=3), move("DRAM->NRAM", 2), (), move("DRAM->NRAM", 3))
    assert [result.cores_end[core] for core in (0, 2)] == [3, 5]


def test_pointer_moves_after_a_grant_without_rivals() -> None:
    # Core 0 has cycle 0 to itself. At boundary 1 both ask, and the pointer stands at core 1.
    result = run(
        machine(BUS, cores=2), move("DRAM->NRAM", 2), sequence(compute("ADD_8", 1), sync(), move("DRAM->NRAM", 1))
    )
    assert lives(result, 1, "bus") == [(1, 1, 2, 2)]
    assert lives(result, 0, "bus") == [(0, 0, 3, 3)]


def test_next_move_of_the_granted_core_goes_behind_its_rivals() -> None:
    # Core 0's second move asks at boundary 1, at which core 1 is still asking.
    result = run(machine(BUS, cores=2), sequence(move("DRAM->NRAM", 1), move("DRAM->NRAM", 1)), move("DRAM->NRAM", 1))
    assert lives(result, 0, "bus") == [(0, 0, 1, 1), (0, 1, 3, 3)]
    assert lives(result, 1, "bus") == [(0, 0, 2, 2)]


@pytest.mark.parametrize(
    ("scope", "ends"),
    [(Scope.CHIP, (1, 2, 3, 4)), (Scope.CLUSTER, (1, 2, 1, 2)), (Scope.CORE, (1, 1, 1, 1))],
)
def test_port_exists_once_for_each_scope(scope: Scope, ends: tuple[int, ...]) -> None:
    config = machine(replace(BUS, scope=scope), clusters=2, cores=2)
    assert run(config, move("DRAM->NRAM", 1)).cores_end == ends


def test_beats_of_many_cycles() -> None:
    # Beats start at 0 (core 0), 3 (core 1), 6 (core 0), 9 (core 1).
    result = run(machine(replace(BUS, beat_cycles=3), cores=2), move("DRAM->NRAM", 2))
    assert result.cores_end == (9, 12)
    assert result.stats[0, "bus"] == (6, 0, 3, 3)
    assert result.stats[1, "bus"] == (6, 0, 6, 0)


def test_asking_during_a_beat_waits_for_its_end() -> None:
    # Core 1 asks at 1, in the middle of core 0's only beat, which ends at 4.
    late = sequence(compute("ADD_8", 1), sync(), move("DRAM->NRAM", 1))
    result = run(machine(replace(BUS, beat_cycles=4), cores=2), move("DRAM->NRAM", 1), late)
    assert lives(result, 1, "bus") == [(1, 1, 8, 8)]
    assert result.stats[1, "bus"] == (4, 0, 3, 1)


def test_port_is_not_held_during_setup() -> None:
    # Both channels set up at 0-2; then cores 0 1. Core 0's second setup (3-5) overlaps core 1's beats at 3 and 4.
    code = sequence(move("DRAM->NRAM", 1), move("DRAM->NRAM", 1))
    result = run(machine(replace(BUS, setup=2), cores=2), code, move("DRAM->NRAM", 2))
    assert lives(result, 0, "bus") == [(0, 0, 3, 3), (0, 3, 6, 6)]
    assert lives(result, 1, "bus") == [(0, 0, 5, 5)]
    assert result.stats[1, "bus"] == (2, 2, 1, 1)


def test_full_queue_holds_the_decoder() -> None:
    # The first is served and does not count, the second fills the queue, the third waits until the second leaves it,
    # and the compute behind the third waits in the decoder.
    code = sequence(*[move("DRAM->NRAM", 3)] * 3, compute("ADD_8", 1))
    shallow = run(machine(BUS, decoder=DecoderConfig(0, 1)), code)
    assert lives(shallow, 0, "bus") == [(0, 0, 3, 3), (0, 3, 6, 6), (3, 6, 9, 9)]
    assert lives(shallow, 0, "compute") == [(3, 3, 4, 4)]
    deep = run(machine(BUS, decoder=DecoderConfig(0, 2)), code)
    assert lives(deep, 0, "bus") == [(0, 0, 3, 3), (0, 3, 6, 6), (0, 6, 9, 9)]
    assert lives(deep, 0, "compute") == [(0, 0, 1, 1)]


def test_decoding_goes_on_when_the_queue_has_room() -> None:
    # Dispatched at 2, 4, and ready at 6 for a queue that is full until 7; the next is decoded from 7 to 9.
    code = sequence(*[move("DRAM->NRAM", 5)] * 3, compute("ADD_8", 1))
    result = run(machine(BUS, decoder=DecoderConfig(2, 1)), code)
    assert [life[0] for life in lives(result, 0, "bus")] == [2, 4, 7]
    assert lives(result, 0, "compute") == [(9, 9, 10, 10)]


def test_decoder_spends_cycles_on_every_instruction() -> None:
    # loop by 2, compute by 4, endloop by 6, compute by 8, endloop by 10, sync by 12, move by 14.
    code = sequence(loop(2, compute("ADD_8", 1)), sync(), move("DRAM->NRAM", 1))
    result = run(machine(BUS, decoder=DecoderConfig(2, 64)), code)
    assert lives(result, 0, "compute") == [(4, 4, 5, 5), (8, 8, 9, 9)]
    assert lives(result, 0, "bus") == [(14, 14, 15, 15)]


def test_last_endloop_is_part_of_the_program() -> None:
    assert run(machine(BUS, decoder=DecoderConfig(5, 64)), loop(3)).cycles == 5 * (1 + 3)


def test_sync_is_decoded_before_it_waits() -> None:
    # The compute is dispatched at 2 and complete at 5; the sync is decoded by 4 and released at 5.
    code = sequence(compute("ADD_8", 3), sync(), compute("ADD_8", 1))
    result = run(machine(BUS, decoder=DecoderConfig(2, 64)), code)
    assert lives(result, 0, "compute") == [(2, 2, 5, 5), (7, 7, 8, 8)]


@pytest.mark.parametrize(("decoder_cycles", "dispatched"), [(0, 0), (1, 2)])
def test_loop_of_zero_skips_its_body_undecoded(decoder_cycles: int, dispatched: int) -> None:
    code = sequence(loop(0, move("DRAM->NRAM", 9), loop(3, compute("ADD_8", 9)), sync()), compute("ADD_8", 1))
    result = run(machine(BUS, decoder=DecoderConfig(decoder_cycles, 64)), code)
    assert result.history[0, "bus"] == []
    assert lives(result, 0, "compute") == [(dispatched, dispatched, dispatched + 1, dispatched + 1)]


def test_nested_loops_multiply() -> None:
    code = loop(3, compute("ADD_8", 1), loop(2, move("DRAM->NRAM", 1), loop(0, sync())))
    result = run(machine(BUS), code)
    assert [len(result.history[0, unit]) for unit in ("compute", "bus")] == [3, 6]
    assert [each.index for each in result.history[0, "bus"]] == [3] * 6


def test_cluster_barrier_waits_for_the_last_core_of_the_cluster() -> None:
    code = [sequence(compute("ADD_8", num), sync(Scope.CLUSTER), compute("ADD_8", 1)) for num in (5, 2, 3, 1)]
    result = run(machine(BUS, clusters=2, cores=2), *code)
    assert [result.history[core, "compute"][1].dispatched for core in range(4)] == [5, 5, 3, 3]


def test_chip_barrier_waits_for_the_last_core_of_the_chip() -> None:
    code = [sequence(compute("ADD_8", num), sync(Scope.CHIP), compute("ADD_8", 1)) for num in (5, 2, 3, 1)]
    result = run(machine(BUS, clusters=2, cores=2), *code)
    assert [result.history[core, "compute"][1].dispatched for core in range(4)] == [5, 5, 5, 5]


def test_core_arrives_when_its_own_instructions_are_complete() -> None:
    # Core 0's data is complete at 1 + 6, and its decoder is through at 1.
    config = machine(replace(BUS, latency=6), cores=2)
    code = sequence(sync(Scope.CHIP), compute("ADD_8", 1))
    result = run(config, sequence(move("DRAM->NRAM", 1), code), code)
    assert result.cores_end == (8, 8)


def test_barriers_one_after_the_other_pass_at_one_boundary() -> None:
    code = sequence(*[sync(Scope.CHIP)] * 3, sync(Scope.CLUSTER), compute("ADD_8", 1))
    assert run(machine(BUS, clusters=2, cores=2), code).cycles == 1


@pytest.mark.parametrize(
    ("codes", "waiting"),
    [
        pytest.param((sequence(compute("ADD_8", 3), sync(Scope.CHIP)), ()), [(0, 1)], id="member ended"),
        pytest.param((sync(Scope.CHIP), sync(Scope.CLUSTER)), [(0, 0), (1, 0)], id="different kinds"),
        pytest.param((loop(3, sync(Scope.CHIP)), loop(2, sync(Scope.CHIP))), [(0, 1)], id="different counts"),
    ],
)
def test_barrier_that_is_never_released(codes: tuple[Code, ...], waiting: list[tuple[int, int]]) -> None:
    with pytest.raises(ReferenceDeadlock, match="cores wait forever") as caught:
        run(machine(BUS, cores=2), *codes)
    assert caught.value.waiting == waiting


def test_run_that_takes_too_long_is_stopped() -> None:
    config = machine(BUS)
    with pytest.raises(RuntimeError, match="still running after 9 cycles"):
        simulate_reference(program(config, compute("ADD_8", 10)), config, max_cycles=9)
    assert simulate_reference(program(config, compute("ADD_8", 10)), config, max_cycles=10).cycles == 10
