"""`dlpsim timeline`: what every unit did, from cycle to cycle."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlpsim.cli.options import machine_options, machine_values
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from dlpsim.config import MachineConfig
    from dlpsim.views.timeline import Timeline
    from isa.program import Program

KINDS = ("png", "svg", "json")
MOST_CORES = 16
"""So many cores are shown where none are chosen."""
NARROWEST = 40


@click.command()
@click.argument("program")
@machine_options
@click.option("--window", metavar="A:B", help="Show cycles A to B only. A or B may be left out.")
@click.option("--core", "chosen", type=int, multiple=True, metavar="K", help="Show core K only. Repeatable.")
@click.option(
    "--width", type=click.IntRange(min=NARROWEST), default=80, metavar="N", help="Columns of text. Default: 80."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write FILE.png, .svg or .json.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def timeline(
    program: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    window: str | None,
    chosen: tuple[int, ...],
    width: int,
    output: Path | None,
    as_json: bool,
) -> None:
    r"""Run PROGRAM and show what every unit does: its work and its waits, from cycle to cycle.

    Without -o, as text. A window that has more cycles than there is room for is shown in columns of several.

    \b
    dlpsim timeline fc_1x256.asm
    dlpsim timeline fc_1024x256.asm --cores 4 --window 1000:3000 -o timeline.png
    """
    from dlpsim.pictures.drawing import kind_of  # noqa: PLC0415 (only where used: keeps --help fast)
    from dlpsim.programs import program_path  # noqa: PLC0415
    from dlpsim.simulation import prepare  # noqa: PLC0415
    from dlpsim.views.timeline import Timeline  # noqa: PLC0415
    from dlpsim.views.timeline_text import label_width, render  # noqa: PLC0415

    kind = kind_of(output, KINDS) if output else ""
    asked = _window(window)
    assembled, config = prepare(program_path(program), machine, cores, *machine_values(defines, sets))
    shown = _cores(chosen, config)
    view = Timeline(assembled, config)
    cycles = _run(assembled, config, view)
    span = _within(asked, cycles)
    label = label_width(config.units, config.total_cores)
    if output and kind != "json":
        from dlpsim.pictures.timeline import COLUMNS, timeline_picture  # noqa: PLC0415

        content = timeline_picture(view.data(cycles, span, shown, COLUMNS), assembled, kind)
        _write(output, content)
        return
    data = view.data(cycles, span, shown, max(width - label, 1))
    if output or as_json:
        text = json.dumps(data.to_dict(), indent=2)
        _write(output, f"{text}\n".encode()) if output else click.echo(text)
        return
    for line in render(data, label):
        click.echo(line.rstrip())


def _window(text: str | None) -> tuple[int | None, int | None]:
    """Return the boundaries of --window, None where one is left out."""
    if text is None:
        return None, None
    begin, colon, end = text.partition(":")
    try:
        bounds = int(begin) if begin.strip() else None, int(end) if end.strip() else None
    except ValueError:
        bounds = -1, -1
    first, last = bounds
    if not colon or (first or 0) < 0 or (last is not None and last <= (first or 0)):
        raise DlpsimError(f"--window {text}: expected A:B, two cycles of which the first is the lower, such as 100:200")
    return bounds


def _within(window: tuple[int | None, int | None], cycles: int) -> tuple[int, int]:
    """Return the boundaries of a window of a run; all of it where there is none."""
    begin, end = window
    first, last = begin or 0, cycles if end is None else end
    if window != (None, None) and (first >= cycles or last > cycles):
        raise DlpsimError(f"--window {first}:{last} is outside the run, which ends at cycle {cycles}")
    return first, last


def _cores(chosen: tuple[int, ...], config: "MachineConfig") -> list[int]:
    total = config.total_cores
    wrong = [f"--core {core}: {config.name} has cores 0 to {total - 1}" for core in chosen if not 0 <= core < total]
    if wrong:
        raise DlpsimError(wrong)
    return sorted(set(chosen)) or list(range(min(total, MOST_CORES)))


def _run(program: "Program", config: "MachineConfig", view: "Timeline") -> int:
    from dlpsim.cli.progress import progress_shown  # noqa: PLC0415
    from dlpsim.simulation import Simulation  # noqa: PLC0415

    simulation = Simulation(program, config, [view])
    with progress_shown(simulation.watch):
        return simulation.run().cycles


def _write(path: Path, content: bytes) -> None:
    from dlpsim.whole_file import whole_file  # noqa: PLC0415

    with whole_file(path) as file:
        file.write(content)
