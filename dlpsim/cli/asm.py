"""`dlpsim asm`: check a program and print its listing."""

import click

from dlpsim.cli.options import dim_option, machine_options
from isa.errors import DlpsimError


@click.command()
@click.argument("program")
@machine_options
@dim_option
@click.option("--core", type=int, default=0, metavar="K", help="The core whose code is listed. Default: 0.")
def asm(
    program: str,
    machine: str | None,
    cores: int | None,
    defines: tuple[str, ...],
    sets: tuple[str, ...],
    dims: tuple[str, ...],
    core: int,
) -> None:
    """Check PROGRAM and print its listing: source line, instruction, unit, and beats or cycles."""
    from dlpsim.cli.source import MachineChoice, load_source  # noqa: PLC0415
    from dlpsim.views.listing import data, render  # noqa: PLC0415

    source = load_source(program, MachineChoice(machine, cores, defines, sets), dims)
    assembled, config = source.program, source.machine
    if not 0 <= core < config.total_cores:
        raise DlpsimError(f"--core {core}: expected 0 to {config.total_cores - 1}, the cores of {config.name}")
    for line in render(assembled, config, data(assembled, config, core)):
        click.echo(line)
