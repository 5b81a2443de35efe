"""`dlpsim roofline`: programs under the roofs of their machines."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from dlpsim.cli.options import dim_option, machine_values, machines_options
from isa.errors import DlpsimError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlpsim.cli.source import Source
    from dlpsim.config import MachineConfig
    from dlpsim.views.roofline import Point, RooflineData

KINDS = ("png", "svg", "html", "json")


@click.command()
@click.argument("programs", nargs=-1, metavar="[PROGRAM]...")
@machines_options
@dim_option
@click.option("--layers", "with_layers", is_flag=True, help="Show the layers of networks as well.")
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
    dims: tuple[str, ...],
    with_layers: bool,
    with_chips: bool,
    output: Path | None,
    as_json: bool,
) -> None:
    """Draw the roofline of each machine, with each PROGRAM where it ran.

    Every program is run on every machine; --machine can be given several times. Networks (`dlpsim network` lists
    them) and ONNX files are compiled first. Without a program, the roofs alone are shown; without -o, as text.

    \b
      dlpsim roofline fc_32x256.asm fc_1024x256.asm -o roofline.png
      dlpsim roofline fc_32x256.asm --machine dlp-m --chips -o roofline.html
    dlpsim roofline alexnet vgg19 bert-base --layers -o networks.png
    """  # noqa: D301  # click takes the control character \\b as the mark of a paragraph that it must not wrap
    from dlpsim.chips import CHIPS  # noqa: PLC0415 (only where used: keeps --help fast)
    from dlpsim.pictures.drawing import kind_of  # noqa: PLC0415
    from dlpsim.views.roofline import render, under_roofs  # noqa: PLC0415

    kind = kind_of(output, KINDS) if output else ""
    configs, sources = _sources(programs, machine or (None,), _Options(cores, sets, defines, dims))
    points = [point for source in sources for point in _points(source, with_layers=with_layers)]
    data = under_roofs(configs, points, CHIPS if with_chips else ())
    if output:
        _write(output, kind, data)
    if as_json:
        click.echo(json.dumps(data.to_dict(), indent=2))
    elif not output:
        from dlpsim.cli.console import show  # noqa: PLC0415

        show(render(data))


class _Options(NamedTuple):
    """What --cores and --set say of machines, -D of programs, and --dim of networks."""

    cores: int | None
    sets: tuple[str, ...]
    defines: tuple[str, ...]
    dims: tuple[str, ...]


def _sources(
    programs: "Sequence[str]", machines: "Sequence[str | None]", options: _Options
) -> "tuple[list[MachineConfig], list[Source]]":
    """Load every machine; assemble every program, and compile every network, for each.

    Where there are both, -D is for the programs and --dim for the networks. Raises DlpsimError with the problems of
    all.
    """
    from dlpsim.cli.source import MachineChoice, load_source  # noqa: PLC0415
    from dlpsim.deploy.names import is_network  # noqa: PLC0415
    from dlpsim.machine_file import default_machine, load_machine  # noqa: PLC0415

    _, sets = machine_values(options.defines, options.sets)
    kinds = {program: is_network(program) for program in programs}
    is_mixed = len(set(kinds.values())) > 1
    messages: list[str] = []
    configs, sources = [], []
    for machine in machines:
        try:
            config = load_machine(machine or default_machine(options.cores, sets), options.cores, sets)
        except DlpsimError as error:
            messages += error.messages
            continue
        configs.append(config)
        for program in programs:
            defines = () if is_mixed and kinds[program] else options.defines
            dims = () if is_mixed and not kinds[program] else options.dims
            try:
                sources.append(load_source(program, MachineChoice(config, None, defines, ()), dims))
            except DlpsimError as error:
                messages += error.messages
    if messages:
        raise DlpsimError(dict.fromkeys(messages))
    return configs, sources


def _points(source: "Source", *, with_layers: bool) -> "Iterator[Point]":
    """Run a program and yield its point, and those of its layers if it is a network."""
    from dlpsim.cli.progress import progress_shown  # noqa: PLC0415
    from dlpsim.simulation import Simulation  # noqa: PLC0415
    from dlpsim.views.critical_path import CriticalPath  # noqa: PLC0415
    from dlpsim.views.roofline import point  # noqa: PLC0415

    network = source.network if with_layers else None
    paths = [CriticalPath(source.program, source.machine)] if network else []
    simulation = Simulation(source.program, source.machine, paths)
    with progress_shown(simulation.watch):
        run = simulation.run().summary
    name = source.network.network.name if source.network else Path(source.program.name).name
    yield point(name, source.machine, run.ops, run.bytes, run.cycles)
    if network:
        from dlpsim.deploy.layer_points import layer_points  # noqa: PLC0415

        yield from layer_points(network, source.machine, paths[0].data())


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
