"""What could be done about a program, and what it would gain: found by running the program changed so.

Where the change is made by program, its outcome is checked like any program (`dlpsim check`), and the gain is what the
changed program gains. Where it takes a person, the gain is a bound, and says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dlpsim.config import MachineConfig
from dlpsim.explain.known import Known, known_of
from dlpsim.explain.pipelining import candidates, pipelined, stage_lines
from dlpsim.explain.progress import Progress
from dlpsim.explain.trial import cycles_of
from dlpsim.explain.what_if import WhatIf, without_syncs
from dlpsim.views.bound import BoundData
from dlpsim.views.idle import IdleCause, IdleData
from dlpsim.views.line_table import LineData
from dlpsim.views.quantities import counted
from isa.program import Code, Instruction, Loop, Program, Sync
from isa.vocabulary import Scope

WORTH = 0.005
"""Advice that gains less than this part of the run is not given."""


@dataclass(frozen=True)
class Advice:
    """A piece of advice for `lines` of the source, and the cycles that it gains: at most, if `is_bound`.

    `condition` is what must hold and is not known to (empty: nothing).
    """

    lines: tuple[int, ...]
    text: str
    gain: int
    is_bound: bool = False
    condition: str = ""


@dataclass(frozen=True)
class Case:
    """What advice is given on: a run of `cycles`, and what is known of it."""

    program: Program
    config: MachineConfig
    cycles: int
    known: Known
    idle: IdleData
    lines: LineData
    bound: BoundData
    what_ifs: tuple[WhatIf, ...]


def advise(case: Case, progress: Progress) -> tuple[Advice, ...]:
    """Return what is worth doing, the most gain first; what gains exactly so much before what gains at most so much."""
    found = [*_pipeline(case, progress), *_needless_syncs(case), *_fewer_moves(case), *_balance(case), *_tile(case)]
    worth = [one for one in found if one.gain > 0 and one.gain >= WORTH * case.cycles]
    return tuple(sorted(worth, key=lambda one: (one.is_bound, -one.gain)))


def _pipeline(case: Case, progress: Progress) -> Iterator[Advice]:
    """Yield what pipelining each loop gains and, if there are several, all of them together."""
    done: list[int] = []
    together = case.program
    unproven = False
    for line in candidates(case.program):
        progress.begin(f"with the loop of line {line} double-buffered")
        alone = _pipelined(case, case.program, line)
        both = _pipelined(case, together, line)
        if alone is None or both is None:
            continue
        (program, condition), (together, _) = alone, both
        done.append(line)
        unproven |= bool(condition)
        gain = case.cycles - (cycles_of(program, case.config) or case.cycles)
        yield Advice((line,), _pipeline_text(case, line, is_proven=not condition), gain, condition=condition)
    if len(done) > 1:
        gain = case.cycles - (cycles_of(together, case.config) or case.cycles)
        text = f"double-buffer the loops of lines {listed(done)}, each as said where it stands alone"
        yield Advice(tuple(done), text, gain, condition=UNKNOWN if unproven else "")


UNKNOWN = "the iterations are independent and there is room on chip: the program does not say what it accesses"


def _pipelined(case: Case, program: Program, line: int) -> tuple[Program, str] | None:
    """Return the program with a loop pipelined, and on what condition it is right; None if it is not."""
    changed = pipelined(program, line, case.known.used)
    if changed is None:
        return None
    if not (changed.is_proven and case.known.is_sound):
        return changed.program, UNKNOWN
    outcome = known_of(changed.program)
    fits = all(end <= case.known.sizes.get(memory, end) for memory, end in changed.room.items())
    return (changed.program, "") if outcome.is_sound and fits else None


def _pipeline_text(case: Case, line: int, *, is_proven: bool) -> str:
    stages = stage_lines(case.program, line)
    advice = (
        f"double-buffer the loop of line {line}: in each step have its {len(stages)} stages (lines {listed(stages)}) "
        f"work on {len(stages)} successive iterations, in places of their own, with one sync at the end"
    )
    longest = _longest_wait(case, line)
    if longest is None:
        return advice
    waiting, awaited, following, cycles = longest
    cores = case.config.total_cores
    in_all = "in all" if cores == 1 else f"(summed over {cores} cores)"
    waits = f"line {waiting} waits {counted(cycles, 'cycle')} {in_all} for line {awaited}"
    if following is None:
        need = "need" if is_proven else "might"
        return f"{waits}, for which the next iteration {need} not wait: {advice}"
    could = "which nothing prevents from being issued" if is_proven else "which might be issued"
    return f"{waits}, {could} an iteration earlier, before line {following}: {advice}"


def listed(words: Iterable[object]) -> str:
    """Return words as running text: `1, 2 and 3`."""
    *first, last = map(str, words)
    return f"{', '.join(first)} and {last}" if first else last


def _longest_wait(case: Case, line: int) -> tuple[int, int, int | None, int] | None:
    """Return at which line of a loop compute units wait most and for which other line.

    Then the line after the wait, if what is awaited belongs to the first stage of the loop; and for how long, in all.
    """
    sums: Counter[tuple[int, int, int | None]] = Counter()
    for (core, unit), parts in case.idle.parts.items():
        code = case.program.cores[core]
        loop = next((pc for pc, each in enumerate(code) if isinstance(each, Loop) and each.line == line), None)
        if unit != "compute" or loop is None:
            continue
        for part in parts:
            if part.cause is not IdleCause.SYNC or part.pc is None or part.awaited_pc is None:
                continue
            if loop < part.awaited_pc < part.pc < _end_of(code, loop):
                is_first = not any(isinstance(each, Sync) for each in code[loop + 1 : part.pc])
                following = code[part.pc + 1].line if is_first else None
                sums[code[part.pc].line, code[part.awaited_pc].line, following] += part.cycles
    if not sums:
        return None
    (waiting, awaited, after), cycles = sums.most_common(1)[0]
    return waiting, awaited, after, cycles


def _end_of(code: Code, loop: int) -> int:
    head = code[loop]
    assert isinstance(head, Loop)
    return head.end


def _needless_syncs(case: Case) -> Iterator[Advice]:
    own = {each.line for code in case.program.cores for each in code if _is_own(each)}
    lines = case.known.idle_syncs & own
    if lines and case.known.is_sound:
        gain = case.cycles - (cycles_of(without_syncs(case.program, lines), case.config) or case.cycles)
        shown = listed(sorted(lines))
        yield Advice(tuple(sorted(lines)), f"leave out the syncs of lines {shown}: they order nothing", gain)


def _is_own(instruction: Instruction) -> bool:
    return isinstance(instruction, Sync) and instruction.scope is Scope.CORE


def _fewer_moves(case: Case) -> Iterator[Advice]:
    for one in case.what_ifs:
        if one.limit.startswith("setup and latency of "):
            unit = one.limit.removeprefix("setup and latency of ")
            lines = tuple(sorted({row.line for row in case.lines.rows if row.line and _pays(row.path, unit)}))
            what = "fewer and larger computes" if unit == "compute" else f"fewer and larger moves through {unit}"
            if lines:
                text = f"{what}: each pays setup and latency, here in lines {listed(lines)}"
                yield Advice(lines, text, case.cycles - one.cycles, is_bound=True)


def _pays(path: Mapping[str, int], unit: str) -> bool:
    return f"{unit}:setup" in path or f"{unit}:latency" in path


def _balance(case: Case) -> Iterator[Advice]:
    without = next((one for one in case.what_ifs if one.limit == "waiting at barriers"), None)
    if without is None:
        return
    waits = {
        row.line: sum(cycles for name, cycles in row.idle.get("compute", {}).items() if name.startswith("barrier:"))
        for row in case.lines.rows
        if row.line
    }
    lines = tuple(line for line, cycles in waits.items() if line and cycles)
    if lines:
        shown = listed(lines)
        text = f"have the cores come to the barrier of line {shown} at the same time, or do without it"
        yield Advice(lines, text, case.cycles - without.cycles, is_bound=True)


def _tile(case: Case) -> Iterator[Advice]:
    """Yield what no order of the same instructions could exceed: the busiest resource then works all the time."""
    if not case.bound.occupations:
        return
    first = case.bound.occupations[0]
    waits = sorted(
        (
            (sum(cycles for name, cycles in row.idle.get("compute", {}).items() if name.startswith("sync:")), row.line)
            for row in case.lines.rows
            if row.line
        ),
        reverse=True,
    )
    lines = tuple(line for cycles, line in waits[:2] if cycles)
    if lines:
        where = " and ".join(f"line {line} ({counted(cycles, 'cycle')})" for cycles, line in waits[:2] if cycles)
        cores = case.config.total_cores
        who = "the compute unit waits" if cores == 1 else f"the {cores} compute units together wait"
        who = "it waits" if cores == 1 and first.resource == "compute" else who
        text = (
            f"work in tiles, and load and store while computing, so that {first.owner} never waits; {who} most at "
            f"{where}"
        )
        yield Advice(lines, text, case.cycles - first.cycles, is_bound=True)
