"""`dlpsim run`: run a program and say what it took."""

import json
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dlpsim.cli.options import machine_options, machine_values
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.data import Arrays
    from dlpsim.events import Listener
    from dlpsim.simulation import Result, Simulation
    from dlpsim.verification import Comparison
    from dlpsim.views.hazards import Hazards
    from isa.program import Program

INTERRUPTED = 128 + signal.SIGINT
DIFFERS = 1
"""Exit status of a run whose numbers are not what the program is expected to compute."""


@dataclass(frozen=True)
class Numbers:
    """What came of the data of a run: the tensors in DRAM, how they compare, and what is remarkable about them."""

    tensors: "Arrays"
    comparisons: tuple["Comparison", ...]
    remarks: tuple[str, ...]


@click.command()
@click.argument("program")
@machine_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--data", type=click.Path(path_type=Path), metavar="FILE.npz", help="Carry data: the program's inputs.")
@click.option("--random", "seed", type=click.IntRange(min=0), metavar="SEED", help="Carry data: random inputs.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.npz", help="Write all tensors in DRAM at the end."
)
@click.option("--check", is_flag=True, help="Compare the results with NumPy (.expect); exit with 1 if they differ.")
@click.option("--hazards", "see_hazards", is_flag=True, help="Say which races this run met, and who was first.")
@click.option("--max-cycles", type=click.IntRange(min=0), metavar="N", help="Give up a run that takes more cycles.")
@click.option(
    "--max-instructions", type=click.IntRange(min=0), metavar="N", help="Give up a run that executes more instructions."
)
@click.option("--no-skip", is_flag=True, help="Simulate every iteration, also where the run repeats itself.")
@click.pass_context
def run(
    ctx: click.Context,
    program: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    as_json: bool,
    data: Path | None,
    seed: int | None,
    out: Path | None,
    check: bool,
    see_hazards: bool,
    max_cycles: int | None,
    max_instructions: int | None,
    no_skip: bool,
) -> None:
    """Run PROGRAM and say what it took.

    PROGRAM is a file; a bare name that is no file here is looked up among the shipped programs. With --data, --random,
    --out or --check the run carries numbers: every instruction takes effect when it completes.
    """
    from dlpsim.simulation import Simulation, prepare  # noqa: PLC0415

    assembled, config = prepare(Path(program), machine, cores, *machine_values(defines, sets))
    hazards = _hazards(assembled) if see_hazards else None
    listeners: tuple[Listener, ...] = (hazards,) if hazards else ()
    numbers = None
    if data or out or check or seed is not None:
        from dlpsim.data import Data  # noqa: PLC0415

        inputs = _inputs(assembled, data, seed)
        carried = Data(assembled, inputs)
        simulation = Simulation(assembled, config, (carried, *listeners), max_instructions, skip=False)
        result = _run(ctx, simulation, max_cycles)
        numbers = _numbers(assembled, inputs, carried.tensors, check)
        if out:
            from dlpsim.arrays import write_arrays  # noqa: PLC0415

            write_arrays(out, numbers.tensors)
    else:
        skip = not (no_skip or listeners)
        result = _run(ctx, Simulation(assembled, config, listeners, max_instructions, skip=skip), max_cycles)
    _print(result, numbers, hazards, as_json)
    if numbers and not all(comparison.is_good for comparison in numbers.comparisons):
        ctx.exit(DIFFERS)


def _run(ctx: click.Context, simulation: "Simulation", max_cycles: int | None) -> "Result":
    from dlpsim.cli.progress import progress_shown  # noqa: PLC0415

    try:
        with progress_shown(simulation.watch):
            return simulation.run(max_cycles)
    except KeyboardInterrupt:
        click.echo(f"interrupted: {simulation.watch.describe()}", err=True)
        ctx.exit(INTERRUPTED)


def _inputs(program: "Program", data: Path | None, seed: int | None) -> "Arrays":
    """Return the inputs of a run: those of the file, or random ones."""
    from dlpsim.arrays import read_arrays  # noqa: PLC0415
    from isa.inputs import checked_inputs, random_inputs  # noqa: PLC0415

    if data and seed is not None:
        raise DlpsimError("--data and --random exclude each other: where are the inputs to come from?")
    return checked_inputs(program, read_arrays(data) if data else random_inputs(program, seed or 0))


def _numbers(program: "Program", inputs: "Arrays", tensors: "Arrays", check: bool) -> Numbers:
    from dlpsim.verification import verify  # noqa: PLC0415
    from isa.inputs import unusual_values  # noqa: PLC0415

    comparisons = verify(program, inputs, tensors) if check else ()
    return Numbers(tensors, comparisons, unusual_values({**tensors, **inputs}))


def _hazards(program: "Program") -> "Hazards":
    from dlpsim.views.hazards import Hazards  # noqa: PLC0415

    return Hazards(program)


def _print(result: "Result", numbers: Numbers | None, hazards: "Hazards | None", as_json: bool) -> None:
    if as_json:
        extra = _numbers_dict(numbers) if numbers else {}
        met = {"hazards": [hazard.to_dict() for hazard in hazards.data()]} if hazards else {}
        click.echo(json.dumps(result.to_dict() | extra | met, indent=2))
        return
    from dlpsim.cli.console import show  # noqa: PLC0415
    from dlpsim.views.run_report import render  # noqa: PLC0415

    show(render(result.program, result.machine, result.summary, result.time_s))
    if numbers and (numbers.comparisons or numbers.remarks):
        click.echo()
    for comparison in numbers.comparisons if numbers else ():
        verdict = "as expected" if comparison.is_good else "NOT AS EXPECTED"
        click.echo(
            f"  {comparison.tensor}: {verdict}, max |a - b| / max |b| is {comparison.error:.1e} "
            f"(allowed {comparison.allowed:.0e})"
        )
    for remark in numbers.remarks if numbers else ():
        click.echo(f"  note: {remark}")
    if hazards:
        click.echo()
    for line in hazards.render() if hazards else ():
        click.echo(line)


def _numbers_dict(numbers: Numbers) -> dict[str, Any]:
    """Return what --json adds for a run that carried data; an infinite error is null."""
    return {
        "check": {
            comparison.tensor: {
                "error": comparison.error if comparison.error != float("inf") else None,
                "allowed": comparison.allowed,
                "good": comparison.is_good,
            }
            for comparison in numbers.comparisons
        },
        "notes": list(numbers.remarks),
    }
