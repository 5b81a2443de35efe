"""`dlpsim run`: run a program and say what it took."""

import json
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlpsim.cli.options import dim_option, machine_options, tiling_option

if TYPE_CHECKING:
    from dlpsim.cli.run_views.run_view import RunView
    from dlpsim.simulation import Result, Simulation

INTERRUPTED = 128 + signal.SIGINT


@click.command()
@click.argument("program")
@machine_options
@dim_option
@tiling_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
@click.option("--data", type=click.Path(path_type=Path), metavar="FILE.npz", help="Carry data: the program's inputs.")
@click.option("--random", "seed", type=click.IntRange(min=0), metavar="SEED", help="Carry data: random inputs.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.npz", help="Write all tensors in DRAM at the end."
)
@click.option(
    "--check",
    is_flag=True,
    help="Compare the results with NumPy (.expect), of a network with onnxruntime; exit with 1 if they differ.",
)
@click.option("--hazards", "see_hazards", is_flag=True, help="Say which races this run met, and who was first.")
@click.option("--lines", "see_lines", is_flag=True, help="Say where the cycles went, by source line.")
@click.option("--decoder", "see_decoder", is_flag=True, help="Show the decoders' states, and what instructions take.")
@click.option(
    "--trace",
    "traces",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Write a trace; the suffix says for which tool: .pftrace .kanata .vcd .parquet .csv .jsonl. Repeatable.",
)
@click.option("--window", metavar="A:B", help="Trace cycles A to B only. A or B may be left out.")
@click.option("--core", "chosen", type=int, multiple=True, metavar="K", help="Trace core K only. Repeatable.")
@click.option("--save", type=click.Path(path_type=Path), metavar="FILE.json", help="Save the result, for dlpsim diff.")
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
    see_lines: bool,
    see_decoder: bool,
    traces: tuple[Path, ...],
    window: str | None,
    chosen: tuple[int, ...],
    save: Path | None,
    max_cycles: int | None,
    max_instructions: int | None,
    dims: tuple[str, ...],
    tiling: Path | None,
    no_skip: bool,
) -> None:
    """Run PROGRAM and say what it took.

    PROGRAM is a file; a bare name that is no file here is looked up among the shipped programs. With --data, --random,
    --out or --check the run carries numbers: every instruction takes effect when it completes. The name of a network
    (`dlpsim network` lists them) or an ONNX file is compiled first; --check then compares with onnxruntime.
    """
    from dlpsim.cli.source import MachineChoice, load_source  # noqa: PLC0415
    from dlpsim.simulation import Simulation  # noqa: PLC0415

    source = load_source(program, MachineChoice(machine, cores, defines, sets), dims, tiling)
    assembled, config, network = source.program, source.machine, source.network
    views: list[RunView] = []
    has_numbers = bool(data or out or check or seed is not None)
    if network:
        from dlpsim.cli.run_views.network_layers import NetworkLayers  # noqa: PLC0415

        views.append(NetworkLayers(network, config))
    if network and has_numbers:
        from dlpsim.cli.run_views.network_numbers import NetworkNumbers  # noqa: PLC0415

        views.append(NetworkNumbers(network, data, seed, out, check))
    elif has_numbers:
        from dlpsim.cli.run_views.numbers import Numbers  # noqa: PLC0415

        views.append(Numbers(assembled, data, seed, out, check))
    if see_hazards:
        from dlpsim.cli.run_views.hazards_met import HazardsMet  # noqa: PLC0415

        views.append(HazardsMet(assembled))
    if see_lines:
        from dlpsim.cli.run_views.lines import Lines  # noqa: PLC0415

        views.append(Lines(assembled, config))
    if see_decoder:
        from dlpsim.cli.run_views.decoder import Decoder  # noqa: PLC0415

        views.append(Decoder(assembled, config))
    if save:
        from dlpsim.cli.run_views.saved_result import SavedResult  # noqa: PLC0415

        views.append(SavedResult(assembled, config, save))
    with ExitStack() as files:
        if traces or window is not None or chosen:
            from dlpsim.cli.run_views.trace_file import trace_files  # noqa: PLC0415

            views += trace_files(files, assembled, config, traces, window, chosen)
        listeners = [listener for view in views for listener in view.listeners]
        simulation = Simulation(
            assembled,
            config,
            listeners,
            max_instructions,
            skip=not no_skip,
            split_idle=True,
            idle_lines=see_lines or save is not None,
        )
        result = _run(ctx, simulation, max_cycles)
        for view in views:
            view.finish(result)
    _print(result, views, as_json)
    ctx.exit(max((view.status for view in views), default=0))


def _run(ctx: click.Context, simulation: "Simulation", max_cycles: int | None) -> "Result":
    from dlpsim.cli.progress import progress_shown  # noqa: PLC0415

    try:
        with progress_shown(simulation.watch):
            return simulation.run(max_cycles)
    except KeyboardInterrupt:
        click.echo(f"interrupted: {simulation.watch.describe()}", err=True)
        ctx.exit(INTERRUPTED)


def _print(result: "Result", views: Sequence["RunView"], as_json: bool) -> None:
    if as_json:
        outcome = result.to_dict()
        for view in views:
            outcome |= view.to_dict()
        click.echo(json.dumps(outcome, indent=2))
        return
    from dlpsim.cli.console import show  # noqa: PLC0415
    from dlpsim.views.run_report import render  # noqa: PLC0415

    show(render(result.program, result.machine, result.summary, result.time_s, result.idle))
    for view in views:
        for part in view.render():
            click.echo()
            show(part)
