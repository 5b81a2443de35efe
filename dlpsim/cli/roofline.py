"""`dlpsim roofline`: programs under the roofs of their machines."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlpsim.cli.options import machine_values, machines_options
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlpsim.config import MachineConfig
    from dlpsim.views.roofline import RooflineData
    from dlpsim.views.summary import SummaryData
    from isa.program import Program

KINDS = ("png", "svg", "html", "json")


@click.command()
@click.argument("programs", nargs=-1, metavar="[PROGRAM]...")
@machines_options
@click.option("--chips", "with_chips", is_flag=True, help="Show real accelerators as well: see `dlpsim chips`.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write FILE.png, .svg, .html or .json."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of text.")
def roofline(
    programs: tuple[str, ...],
    machine: tuple[str, ...],
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    with_chips: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Draw the roofline of each machine, with each PROGRAM where it ran.

    Every program is run on every machine; --machine can be given several times. Without a program, the roofs alone
    are shown; without -o, as text.

    \b
      dlpsim roofline fc_32x256.asm fc_1024x256.asm -o roofline.png
      dlpsim roofline fc_32x256.asm --machine dlp-m --chips -o roofline.html
    """  # noqa: D301  # click takes the control character \\b as the mark of a paragraph that it must not wrap
    from dlpsim.chips import CHIPS  # noqa: PLC0415 (only where used: keeps --help fast)
    from dlpsim.pictures.drawing import kind_of  # noqa: PLC0415
    from dlpsim.views.roofline import render, roofline_data  # noqa: PLC0415

    kind = kind_of(output, KINDS) if output else ""
    values = machine_values(defines, sets)
    configs, prepared = _prepared(programs, machine or (None,), cores, values)
    runs = [(Path(program.name).name, config, _run(program, config)) for program, config in prepared]
    data = roofline_data(configs, runs, CHIPS if with_chips else ())
    if output:
        _write(output, kind, data)
    if as_json:
        click.echo(json.dumps(data.to_dict(), indent=2))
    elif not output:
        from dlpsim.cli.console import show  # noqa: PLC0415

        show(render(data))


def _prepared(
    programs: "Sequence[str]",
    machines: "Sequence[str | None]",
    cores: int | None,
    values: tuple[dict[str, str], list[tuple[str, str]]],
) -> "tuple[list[MachineConfig], list[tuple[Program, MachineConfig]]]":
    """Load every machine, and assemble every program for each. Raises DlpsimError with the problems of all."""
    from dlpsim.machine_file import default_machine, load_machine  # noqa: PLC0415
    from dlpsim.programs import program_path  # noqa: PLC0415
    from dlpsim.simulation import prepare  # noqa: PLC0415

    defines, sets = values
    messages: list[str] = []
    configs, prepared = [], []
    for machine in machines:
        try:
            config = load_machine(machine or default_machine(cores, sets), cores, sets)
        except DlpsimError as error:
            messages += error.messages
            continue
        configs.append(config)
        for program in programs:
            try:
                prepared.append(prepare(program_path(program), config, None, defines))
            except DlpsimError as error:
                messages += error.messages
    if messages:
        raise DlpsimError(dict.fromkeys(messages))
    return configs, prepared


def _run(program: "Program", config: "MachineConfig") -> "SummaryData":
    from dlpsim.cli.progress import progress_shown  # noqa: PLC0415
    from dlpsim.simulation import Simulation  # noqa: PLC0415

    simulation = Simulation(program, config)
    with progress_shown(simulation.watch):
        return simulation.run().summary


def _write(path: Path, kind: str, data: "RooflineData") -> None:
    from dlpsim.whole_file import whole_file  # noqa: PLC0415

    content = b"".join(_content(kind, data))
    with whole_file(path) as file:
        file.write(content)


def _content(kind: str, data: "RooflineData") -> "Iterator[bytes]":
    if kind == "json":
        yield json.dumps(data.to_dict(), indent=2).encode() + b"\n"
    elif kind == "html":
        from dlpsim.pictures.roofline_page import roofline_page  # noqa: PLC0415

        yield roofline_page(data)
    else:
        from dlpsim.pictures.roofline import roofline_picture  # noqa: PLC0415

        yield roofline_picture(data, kind)
