"""Walks all cores of a program, and what the cores of a cluster do to the SharedRAM between their barriers."""

from collections.abc import Sequence
from pathlib import Path

from isa.program import Code, Move, Program
from tests.programs.accesses import SCHEMES, Scheme
from tests.programs.core_walk import CoreWalk, Task, Trace
from tests.programs.stream import FP32, ProgramError


def walk(program: Program) -> dict[str, int]:
    """Raise ProgramError if `program`, one of the shipped ones, is wrong on its target; else return what it holds.

    That is, for each memory, the most bytes of the places that a core (a cluster) ever uses there.
    """
    scheme = SCHEMES[Path(program.name).name]
    target, params = program.target, program.params
    traces = _walk_cores(program, scheme)
    per_cluster = target.cores_per_cluster
    shared = [
        check_shared(traces[first : first + per_cluster], scheme, params["M"] * params["K"], _room(program))
        for first in range(0, target.cores, per_cluster)
    ]
    used = {memory: max(trace.used.get(memory, 0) for trace in traces) for memory in ("NRAM", "WRAM")}
    return {memory: size for memory, size in {**used, "SharedRAM": max(shared)}.items() if size}


def _room(program: Program) -> int:
    return program.target.memories.get("SharedRAM") or 0


def _walk_cores(program: Program, scheme: Scheme) -> list[Trace]:
    """Walk every core; cores with the same code and as many columns only once."""
    cores, sizes = program.target.cores, program.params
    memories = {name: size for name, size in program.target.memories.items() if size is not None}
    done: dict[tuple[int, int], Trace] = {}
    traces = []
    for core, code in enumerate(program.cores):
        cols = sizes["N"] // cores + (core < sizes["N"] % cores)
        key = (id(code), cols)
        if key not in done:
            walker = CoreWalk(scheme, _task(program, cols), _is_shared(code), memories)
            done[key] = walker.run(code)
        traces.append(done[key])
    return traces


def _task(program: Program, cols: int) -> Task:
    p = program.params
    x_shrink, w_shrink, reading = p.get("x_shrink", 1), p.get("w_shrink", 1), p.get("reading", 0)
    skip = (1, w_shrink, w_shrink * x_shrink)[reading]
    return Task(p["M"], p["K"], cols, x_shrink, w_shrink, skip)


def _is_shared(code: Code) -> bool:
    return any(isinstance(instruction, Move) and instruction.src == "SharedRAM" for instruction in code)


def check_shared(traces: Sequence[Trace], scheme: Scheme, numbers: int, room: int) -> int:
    """Check that the pieces of x, of `numbers` in all, are there when they are copied, and still there.

    Return the bytes of SharedRAM that are used.
    """
    if len({trace.barriers for trace in traces}) > 1:
        raise ProgramError("the cores of a cluster differ in their barriers")
    if len({len(trace.brings) for trace in traces}) > 1:
        raise ProgramError("the cores of a cluster bring different numbers of pieces")
    pieces = list(zip(*(trace.brings for trace in traces), strict=True))
    ends, end = [], 0
    for piece in pieces:
        end += sum(count for _, count in piece)
        ends.append(end)
    if any(trace.copies for trace in traces) and end != numbers:
        raise ProgramError(f"{end} numbers of x are brought into SharedRAM, which has {numbers}")
    last_copy = [-1] * len(pieces)
    for trace in traces:
        for epoch, start, stop in trace.copies:
            for index in _pieces_between(start, stop, ends):
                if max(epoch for epoch, _ in pieces[index]) >= epoch:
                    raise ProgramError("x is copied before a barrier says that all its parts are there")
                last_copy[index] = max(last_copy[index], epoch)
    return _check_places(scheme, pieces, last_copy, room)


def _pieces_between(start: int, stop: int, ends: Sequence[int]) -> list[int]:
    starts = [0, *ends[:-1]]
    return [index for index, end in enumerate(ends) if starts[index] < stop and start < end]


def _check_places(
    scheme: Scheme, pieces: Sequence[Sequence[tuple[int, int]]], last_copy: Sequence[int], room: int
) -> int:
    """Check that no piece overwrites one that may still be copied, and that all fit; return the bytes used."""
    sizes = [sum(count for _, count in piece) * FP32 for piece in pieces]
    places = len(pieces) if scheme.resident else min(2, len(pieces))
    used = sum(sizes) if scheme.resident else places * max(sizes, default=0)
    if used > room:
        raise ProgramError(f"SharedRAM holds {used} bytes, more than it has")
    for index in range(places, len(pieces)):
        if min(epoch for epoch, _ in pieces[index]) <= last_copy[index - places]:
            raise ProgramError("x is overwritten in SharedRAM while another core may still copy it")
    return used
