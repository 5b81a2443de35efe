"""What a run would take if one limit were gone: found by running it so.

What the program waits for in order that its data are right is a limit as well. Where such waiting is left out, the
program computes nothing right any more; its time is a bound for programs that have the same instructions in the same
order on each unit, and wait less.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from dlpsim.config import MachineConfig, PortConfig
from dlpsim.explain.code_tree import LoopNode, Node, flat, tree
from dlpsim.explain.progress import Progress
from dlpsim.explain.trial import cycles_of
from isa.program import Code, Compute, Loop, Move, Program, Sync
from isa.vocabulary import Scope

HUGE = 10**30
"""More bytes, operations or places than a run asks for."""


@dataclass(frozen=True)
class WhatIf:
    """A run without one limit: what that is, and the cycles; `is_bound` if the program would compute nothing right."""

    limit: str
    cycles: int
    is_bound: bool = False


def what_ifs(program: Program, config: MachineConfig, progress: Progress | None = None) -> tuple[WhatIf, ...]:
    """Return the run without each of the limits that it has, the one that gains most first; tell `progress` of each."""
    progress = progress or Progress()
    found = [*_machines(program, config, progress), *_programs(program, config, progress)]
    return tuple(sorted(found, key=lambda one: (one.cycles, one.is_bound)))


def _machines(program: Program, config: MachineConfig, progress: Progress) -> Iterator[WhatIf]:
    for limit, changed, code_changed in _changes(program, config):
        progress.begin(f"without the limit of {limit}")
        cycles = cycles_of(code_changed, changed)
        if cycles is not None:
            yield WhatIf(limit, cycles)


def _changes(program: Program, config: MachineConfig) -> Iterator[tuple[str, MachineConfig, Program]]:
    for port in _ports_used(program, config):
        wide = _with_port(config, replace(port, beat_bytes=HUGE, beat_cycles=1))
        yield f"bandwidth of {port.name}", wide, _in_one_row(program, config, port)
        if port.setup or port.latency:
            yield (
                f"setup and latency of {port.name}",
                _with_port(config, replace(port, setup=0, latency=0)),
                program,
            )
        if port.setup and port.latency:
            yield f"latency of {port.name} alone", _with_port(config, replace(port, latency=0)), program
    compute, decoder = config.compute, config.decoder
    if any(isinstance(each, Compute) for code in program.cores for each in code):
        quick = replace(compute, rate=dict.fromkeys(compute.rate, HUGE))
        yield "compute rates", replace(config, compute=quick), program
        if compute.setup or compute.latency:
            yield "setup and latency of compute", replace(config, compute=replace(compute, setup=0, latency=0)), program
    if decoder.cycles:
        yield "decoder cycles", replace(config, decoder=replace(decoder, cycles=0)), program
    yield "queue depth", replace(config, decoder=replace(decoder, queue_depth=HUGE)), program


def _programs(program: Program, config: MachineConfig, progress: Progress) -> Iterator[WhatIf]:
    scopes = {each.scope for code in program.cores for each in code if isinstance(each, Sync)}
    if Scope.CORE in scopes:
        progress.begin("without waiting at syncs")
        cycles = cycles_of(without_syncs(program), config)
        if cycles is not None:
            yield WhatIf("waiting at syncs", cycles, is_bound=True)
    if scopes - {Scope.CORE} and config.total_cores > 1:
        progress.begin("without waiting at barriers")
        cycles = cycles_of(_without_barriers(program), config)
        if cycles is not None:
            yield WhatIf("waiting at barriers", cycles, is_bound=True)


def without_syncs(program: Program, lines: frozenset[int] | None = None) -> Program:
    """Return the program without its syncs, or those of some lines; barriers stay."""

    def keeps(each: Node) -> bool:
        return not (isinstance(each, Sync) and each.scope is Scope.CORE and (lines is None or each.line in lines))

    def pruned(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(
            replace(node, body=pruned(node.body)) if isinstance(node, LoopNode) else node
            for node in nodes
            if keeps(node)
        )

    return with_codes(program, lambda code: flat(pruned(tree(code))))


def _without_barriers(program: Program) -> Program:
    """Return the program with barriers that wait for the core's own instructions only."""
    return with_codes(
        program,
        lambda code: tuple(replace(each, scope=Scope.CORE) if isinstance(each, Sync) else each for each in code),
    )


def _in_one_row(program: Program, config: MachineConfig, port: PortConfig) -> Program:
    """Return the program with moves through `port` as one row: so each takes one beat, if that is wide enough."""

    def one_row(each: Move) -> Move:
        if config.port_of[each.src, each.dst] is not port:
            return each
        return replace(each, size=each.bytes, transfer=None)

    return with_codes(program, lambda code: tuple(one_row(each) if isinstance(each, Move) else each for each in code))


def with_codes(program: Program, change: Callable[[Code], Code]) -> Program:
    """Return the program with each core's code changed; cores that share a code go on sharing it."""
    changed = {id(code): change(code) for code in {id(code): code for code in program.cores}.values()}
    return replace(program, cores=tuple(changed[id(code)] for code in program.cores))


def _ports_used(program: Program, config: MachineConfig) -> Iterator[PortConfig]:
    used = {
        config.port_of[each.src, each.dst].name
        for code in program.cores
        for each in executed(code)
        if isinstance(each, Move)
    }
    yield from (port for port in config.ports if port.name in used)


def executed(code: Code) -> Iterator[Node | Loop]:
    """Yield the instructions of a code that are executed at all, but for the ends of loops."""
    yield from _executed(tree(code))


def _executed(nodes: tuple[Node, ...]) -> Iterator[Node | Loop]:
    for node in nodes:
        if isinstance(node, LoopNode):
            yield node.head
            if node.head.count:
                yield from _executed(node.body)
        else:
            yield node


def _with_port(config: MachineConfig, port: PortConfig) -> MachineConfig:
    return replace(config, ports=tuple(port if each.name == port.name else each for each in config.ports))
