"""What follows from a program and a machine without a run: sums, a lower bound, and who is faster than whom."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlpsim.config import ComputeConfig, DecoderConfig, MachineConfig, PortConfig
from dlpsim.machine.machine import Machine
from dlpsim.views.summary import Summary
from isa.program import Code, Compute, EndLoop, Instruction, Loop, Move, Program
from isa.vocabulary import Scope
from tests.machine.observed import observe
from tests.reference import build
from tests.reference.examples import examples
from tests.reference.model import simulate_reference
from tests.reference.strategies import contending_runs, long_runs, runs

Run = tuple[Program, MachineConfig]

ONE_CORE = ((1, 1),)


@examples(60)
@given(runs())
def test_ops_and_bytes_are_what_the_program_says(run: Run) -> None:
    program, config = run
    summary = Summary(program, config)
    Machine(program, config, [summary]).run()
    ops: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    for times, instruction in (each for code in program.cores for each in _executions(code)):
        if isinstance(instruction, Compute):
            ops[instruction.type] += times * instruction.num
        else:
            moved[f"{instruction.src}->{instruction.dst}"] += times * instruction.size * instruction.rows
    assert summary.data().ops == +ops
    assert summary.data().bytes == +moved


@examples(60)
@given(st.one_of(contending_runs(), runs()))
def test_no_run_beats_its_busiest_part(run: Run) -> None:
    program, config = run
    parts: Counter[tuple[str, int]] = Counter()
    for core, code in enumerate(program.cores):
        for times, instruction in _executions(code):
            if isinstance(instruction, Compute):
                rate = config.compute.rate[instruction.type]
                parts["compute", core] += times * (config.compute.setup + _divided_up(instruction.num, rate))
            else:
                port = config.port_of[instruction.src, instruction.dst]
                group = {Scope.CHIP: 0, Scope.CLUSTER: core // config.cores, Scope.CORE: core}[port.scope]
                beats = instruction.rows * _divided_up(instruction.size, port.beat_bytes)
                parts[port.name, group] += times * beats * port.beat_cycles
    result = observe(program, config)
    assert result.cycles >= max(parts.values(), default=0)
    assert all(sum(cycles) == result.cycles for cycles in result.stats.values())


@examples(40)
@given(st.one_of(runs(), contending_runs()))
def test_loop_is_its_body_written_out_where_decoding_is_free(run: Run) -> None:
    program, config = run[0], replace(run[1], decoder=replace(run[1].decoder, cycles=0))
    written_out = replace(program, cores=tuple(tuple(_written_out(code)) for code in program.cores))
    looped, straight = observe(program, config), observe(written_out, config)
    assert (straight.cores_end, straight.stats) == (looped.cores_end, looped.stats)


@st.composite
def improved_parts(draw: st.DrawFn) -> tuple[Program, MachineConfig, MachineConfig]:
    """A run on one core, and a second machine that is better in one respect."""
    program, config = draw(st.one_of(runs(ONE_CORE), long_runs(ONE_CORE)))
    port = config.ports[0]
    decoder, compute = config.decoder, config.compute
    parts: list[PortConfig | DecoderConfig | ComputeConfig] = [
        replace(port, beat_bytes=port.beat_bytes + draw(st.integers(1, 64))),
        replace(port, beat_cycles=draw(st.integers(1, port.beat_cycles))),
        replace(port, setup=draw(st.integers(0, port.setup))),
        replace(port, latency=draw(st.integers(0, port.latency))),
        replace(decoder, cycles=draw(st.integers(0, decoder.cycles))),
        replace(decoder, queue_depth=decoder.queue_depth + draw(st.integers(1, 4))),
        replace(compute, setup=draw(st.integers(0, compute.setup))),
        replace(compute, latency=draw(st.integers(0, compute.latency))),
        replace(compute, rate={type_: rate + draw(st.integers(0, 4)) for type_, rate in compute.rate.items()}),
    ]
    better = draw(st.sampled_from(parts))
    match better:
        case PortConfig():
            return program, config, replace(config, ports=(better, *config.ports[1:]))
        case DecoderConfig():
            return program, config, replace(config, decoder=better)
        case ComputeConfig():
            return program, config, replace(config, compute=better)


@examples(150)
@given(improved_parts())
def test_better_part_never_slows_one_core_down(case: tuple[Program, MachineConfig, MachineConfig]) -> None:
    program, config, better = case
    assert Machine(program, better).run() <= Machine(program, config).run()


@pytest.mark.parametrize(("rate", "cycles"), [(1, 5), (2, 6)])
def test_better_part_can_slow_several_cores_down(rate: int, cycles: int) -> None:
    # One port with one cycle of setup; beats of cores 0 and 2 are asked for at 1, and core 0 gets the first.
    # At rate 1, core 1 asks at 3: core 2 has a beat at 2, sets up from 3 to 4 while core 1 has its own, ends at 5.
    # At rate 2, core 1 asks at 2 and comes before core 2, which has a beat at 3, sets up from 4 to 5, ends at 6.
    config = build.machine(
        build.port("bus", "DRAM<->NRAM", scope=Scope.CHIP, setup=1),
        cores=3,
        compute=ComputeConfig(0, 0, {"MAC_32": rate}),
    )
    move = build.move("DRAM->NRAM", 1)
    late = build.sequence(build.compute("MAC_32", 2), build.sync(), move)
    program = build.program(config, move, late, build.sequence(move, move))
    assert observe(program, config) == simulate_reference(program, config)
    assert Machine(program, config).run() == cycles


def _executions(code: Code) -> Iterator[tuple[int, Move | Compute]]:
    """Each move and compute of a code and how often it is executed: the product of the loops around it."""
    around = [1]
    for instruction in code:
        match instruction:
            case Loop(count=count):
                around.append(around[-1] * count)
            case EndLoop():
                around.pop()
            case Move() | Compute():
                yield around[-1], instruction
            case _:
                pass


def _written_out(code: Code) -> Iterator[Instruction]:
    """The instructions of a code one after the other, without loops."""
    index = 0
    while index < len(code):
        instruction = code[index]
        if isinstance(instruction, Loop):
            body = list(_written_out(_body(code, index, instruction.end)))
            yield from body * instruction.count
            index = instruction.end
        else:
            yield instruction
        index += 1


def _body(code: Code, start: int, end: int) -> Code:
    """The instructions between a Loop and its EndLoop, their loops counted from the body's start."""
    return build.shifted(code[start + 1 : end], -start - 1)


def _divided_up(dividend: int, divisor: int) -> int:
    return -(-dividend // divisor)
