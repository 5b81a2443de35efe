"""`dlpsim timeline`: what every unit did, from cycle to cycle."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlpsim.cli.options import dim_option, machine_options

if TYPE_CHECKING:
    from dlpsim.config import MachineConfig
    from dlpsim.views.timeline import Timeline
    from isa.program import Program

KINDS = ("png", "svg", "json")
NARROWEST = 40


@click.command()
@click.argument("program")
@machine_options
@dim_option
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
    dims: tuple[str, ...],
    window: str | None,
    chosen: tuple[int, ...],
    width: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """Run PROGRAM and show what every unit does: its work and its waits, from cycle to cycle.

    Without -o, as text. A window that has more cycles than there is room for is shown in columns of several.

    \b
      dlpsim timeline fc_1x256.asm
      dlpsim timeline fc_1024x256.asm --cores 4 --window 1000:3000 -o timeline.png
    """  # noqa: D301  # click takes the control character \\b as the mark of a paragraph that it must not wrap
    from dlpsim.cli.source import MachineChoice, load_source  # noqa: PLC0415
    from dlpsim.pictures.drawing import kind_of  # noqa: PLC0415 (only where used: keeps --help fast)
    from dlpsim.views.excerpt import AskedWindow, chosen_cores, read_window  # noqa: PLC0415
    from dlpsim.views.timeline import Timeline  # noqa: PLC0415
    from dlpsim.views.timeline_text import label_width, render  # noqa: PLC0415

    kind = kind_of(output, KINDS) if output else ""
    asked = AskedWindow() if window is None else read_window(window)
    source = load_source(program, MachineChoice(machine, cores, defines, sets), dims)
    assembled, config = source.program, source.machine
    shown = chosen_cores(chosen, config.name, config.total_cores)
    view = Timeline(assembled, config)
    cycles = _run(assembled, config, view)
    span = asked.within(cycles)
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
